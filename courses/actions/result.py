"""Results of a run: entered by who teaches or manages it; a correction is a new entry, and credit follows it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions import completion
from courses.models import CompletionRule, CourseRun, Enrollment, ResultEntry
from courses.models.enrollment import SEAT_HOLDING
from courses.queries.attendance import runs_staffed_by
from courses.rules import RESULT_INSTRUCTOR_DAYS
from learners.models import Learner
from learners.permissions import is_manager


class UnableToRecord(Exception):
    """Nothing was written down; the message is for who keeps the results."""


class NotTheirClass(UnableToRecord):
    pass


class NoResultAsked(UnableToRecord):
    pass


class ClassCancelled(UnableToRecord):
    pass


class NotBegun(UnableToRecord):
    pass


class TooLate(UnableToRecord):
    pass


class ReasonMissing(UnableToRecord):
    pass


class NotOnRoster(UnableToRecord):
    pass


class OwnResult(UnableToRecord):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of one person: points of 100, or passed or not."""

    mark: int | None = None
    has_passed: bool | None = None


@transaction.atomic
def record(
    *, run: CourseRun, results: Mapping[int, Said], actor: Learner, now: datetime, reason: str = ""
) -> list[ResultEntry]:
    """
    Write results down by enrolment, complete whom the rule is met for now, and return the new entries. All or nothing.

    Idempotent: a result already on record adds no entry; another one supersedes it and needs a reason. Credit whose
    rule is met no more is asked back (``completion.reconsider``). Locks the organization where credit may be asked
    back, and the enrolments by id.

    :raises UnableToRecord: one of its kinds, if this actor may not say this of these people now.
    """
    completion.lock_for_asking(results.keys())
    enrollments = completion.lock(results.keys())
    rule = _rule(run, actor=actor, reason=reason, now=now)
    _refuse_people(enrollments, run, results, actor)
    if any((said.mark is None) is (rule.mark_min is not None) for said in results.values()):
        raise NoResultAsked(_("The course asks for another kind of result."))
    counting = {
        entry.enrollment_id: entry
        for entry in ResultEntry.objects.filter(enrollment__in=results.keys(), superseded_at=None)
    }
    changed = {
        key: said
        for key, said in results.items()
        if key not in counting or (counting[key].mark, counting[key].has_passed) != (said.mark, said.has_passed)
    }
    if counting.keys() & changed.keys() and not reason.strip():
        raise ReasonMissing(_("Say briefly why a result is corrected. The learner reads it."))
    superseded = [counting[key].pk for key in changed if key in counting]
    ResultEntry.objects.filter(pk__in=superseded).update(superseded_at=now)
    entries = ResultEntry.objects.bulk_create(
        ResultEntry(
            enrollment_id=key,
            mark=said.mark,
            has_passed=said.has_passed,
            recorded_by=actor,
            recorded_at=now,
            reason=reason.strip(),
        )
        for key, said in sorted(changed.items())
    )
    settle(enrollments, changed=changed.keys(), actor=actor, reason=reason, now=now)
    return entries


def settle(
    enrollments: list[Enrollment], *, changed: Collection[int], actor: Learner, reason: str, now: datetime
) -> None:
    """Bring completions in line with what is on record now, under the locks of the enrolments."""
    why = reason.strip() or _("A result was corrected.")
    corrected = [each for each in enrollments if each.pk in changed]
    completion.reconsider(enrollments=corrected, others=enrollments, actor=actor, reason=why, now=now)
    completion.complete_all_met(enrollments=enrollments, actor=actor, now=now)


def needs_reason(run: CourseRun, *, now: datetime) -> bool:
    """Return whether it is so late that only a manager enters a result, and says why."""
    return run.ends_on is not None and timezone.localdate(now) > run.ends_on + timedelta(days=RESULT_INSTRUCTOR_DAYS)


def staffed(run: CourseRun, actor: Learner) -> CourseRun:
    """
    Return the run as who looks after it has it.

    :raises NotTheirClass: if the actor does not.
    """
    found = runs_staffed_by(actor).filter(pk=run.pk).first()
    if found is None:
        raise NotTheirClass(_("Only those who teach this class, or manage its organisation, enter its results."))
    return found


def _rule(run: CourseRun, *, actor: Learner, reason: str, now: datetime) -> CompletionRule:
    run = staffed(run, actor)
    rule: CompletionRule = run.version.completion_rule
    if not rule.asks_result:
        raise NoResultAsked(_("This course is completed without a result."))
    if run.cancelled_at is not None:
        raise ClassCancelled(_("This class has been cancelled."))
    if timezone.localdate(now) < run.starts_on:
        raise NotBegun(_("This class has not begun yet."))
    if needs_reason(run, now=now):
        if not is_manager(actor, run.version.course.provider):
            raise TooLate(
                _("The class has been over for a month. Only a manager of the organisation changes this now.")
            )
        if not reason.strip():
            raise ReasonMissing(_("The class has been over for a month, so say briefly why this is entered only now."))
    return rule


def _refuse_people(enrollments: list[Enrollment], run: CourseRun, results: Mapping[int, Said], actor: Learner) -> None:
    on_roster = {each.pk for each in enrollments if each.run_id == run.pk and each.state in SEAT_HOLDING}
    if on_roster != set(results):
        raise NotOnRoster(_("Somebody on this page has left the class. Look at the list again; nothing was saved."))
    if any(each.learner_id == actor.pk for each in enrollments):
        raise OwnResult(_("Nobody enters their own result. Ask another instructor or the manager."))
