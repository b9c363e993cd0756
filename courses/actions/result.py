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


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a page of results did."""

    entries: list[ResultEntry]
    clashes: list[ResultEntry]  # what somebody wrote after the page was shown; it was left as it is


def record(
    *, run: CourseRun, results: Mapping[int, Said], actor: Learner, now: datetime, reason: str = ""
) -> list[ResultEntry]:
    """Write results down, whatever is on record by now; return the new entries. Otherwise as ``record_page``."""
    return record_page(run=run, results=results, seen={}, actor=actor, now=now, reason=reason).entries


@transaction.atomic
def record_page(
    *,
    run: CourseRun,
    results: Mapping[int, Said],
    seen: Mapping[int, int],
    actor: Learner,
    now: datetime,
    reason: str = "",
) -> Recorded:
    """
    Write results down by enrolment, complete whom the rule is met for now, and return the new entries.

    ``seen`` holds the entries the page was shown with by enrolment id (0: none). All or nothing, but for rows of which
    somebody has written something else since: these are left, and returned. Idempotent: a result already on record
    adds no entry; another one supersedes it and needs a reason. Credit whose rule is met no more is asked back
    (``completion.reconsider``). Locks the organization where credit may be asked back, and the enrolments by id.

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
        for entry in ResultEntry.objects.filter(enrollment__in=results.keys(), superseded_at=None).select_related(
            "enrollment__learner", "recorded_by"
        )
    }
    differs = {
        key: said
        for key, said in results.items()
        if key not in counting or (counting[key].mark, counting[key].has_passed) != (said.mark, said.has_passed)
    }
    clashes = {key for key in differs if key in counting and seen.get(key, counting[key].pk) != counting[key].pk}
    changed = {key: said for key, said in differs.items() if key not in clashes}
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
    return Recorded(entries=entries, clashes=[counting[key] for key in sorted(clashes)])


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


def is_too_late(run: CourseRun, actor: Learner, *, now: datetime) -> bool:
    """Return whether a manager still changes what is on record of a run, and this actor does not."""
    return needs_reason(run, now=now) and not is_manager(actor, run.version.course.provider)


def too_late() -> str:
    return _("The class has been over for a month. Only a manager of the organisation changes this now.")


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
        if is_too_late(run, actor, now=now):
            raise TooLate(too_late())
        if not reason.strip():
            raise ReasonMissing(_("The class has been over for a month, so say briefly why this is entered only now."))
    return rule


def _refuse_people(enrollments: list[Enrollment], run: CourseRun, results: Mapping[int, Said], actor: Learner) -> None:
    on_roster = {each.pk for each in enrollments if each.run_id == run.pk and each.state in SEAT_HOLDING}
    if on_roster != set(results):
        raise NotOnRoster(_("Somebody on this page has left the class. Look at the list again; nothing was saved."))
    if any(each.learner_id == actor.pk for each in enrollments):
        raise OwnResult(_("Nobody enters their own result. Ask another instructor or the manager."))
