"""Completion: the moment a rule is met, the enrolment is completed and its credit awarded, in one transaction."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from courses import emails
from courses.choices import EnrollmentState
from courses.models import CourseRun, Enrollment
from courses.queries import completion, syllabus
from courses.rules import POLICY
from credits.actions import asking, batch, deciding, ledger, reversal
from credits.queries import reversal as reversals
from learners.actions import message, one_by_one
from learners.choices import MessageKind, OrganizationStatus
from learners.models import Learner, Organization
from learners.permissions import is_manager

log = logging.getLogger("courses.completion")
SECONDS_PER_RUN_MAX = 200  # a task is asked to stop after 240


def lock(enrollment_ids: Collection[int]) -> list[Enrollment]:
    """
    Lock these enrolments in the order of their ids and return them with what a completion names.

    The learner is read when they are locked: a merge may have changed whose they are, and a row that was joined with
    another learner before the wait would be missing.
    """
    return list(
        Enrollment.objects.select_for_update(of=["self"], no_key=True)
        .select_related("run__version__course__provider", "run__version__field")
        .prefetch_related("learner")
        .filter(pk__in=enrollment_ids)
        .order_by("pk")
    )


def lock_for_asking(enrollment_ids: Collection[int]) -> None:
    """
    Lock the providers where credit of these enrolments may be asked back, before the enrolments are locked.

    Asking locks the organisation, which comes first in the house's order of locks. One query where none is completed.
    """
    completed = Enrollment.objects.filter(pk__in=enrollment_ids, state=EnrollmentState.COMPLETED).order_by()
    if providers := list(completed.values_list("run__version__course__provider", flat=True).distinct()):
        list(Organization.objects.select_for_update(no_key=True).filter(pk__in=providers).order_by("pk"))


def complete_overdue(*, now: datetime) -> int:
    """
    Complete what met its rule while nothing could be awarded, such as before its provider was verified again.

    Returns how many. Safe to run twice: each enrolment is looked at again under its lock. Stops after
    ``SECONDS_PER_RUN_MAX``, before the worker would be stopped; the next run finds the others.

    :raises one_by_one.SomeFailed: when all have been tried; one that fails holds up no other.
    """
    completed, stops_at = 0, monotonic() + SECONDS_PER_RUN_MAX
    failed: list[str] = []
    for enrollment_ids in completion.met_and_open():
        if monotonic() >= stops_at:
            break
        try:
            completed += one_by_one.each(enrollment_ids, lambda key: _complete_one(key, now), what="completions")
        except one_by_one.SomeFailed as some:
            failed.append(str(some))
    if failed:
        raise one_by_one.SomeFailed("; ".join(failed))
    return completed


@transaction.atomic
def _complete_one(enrollment_id: int, now: datetime) -> int:
    return complete_all_met(enrollments=lock([enrollment_id]), actor=None, now=now)


def complete_all_met(*, enrollments: Collection[Enrollment], actor: Learner | None, now: datetime) -> int:
    """
    Complete those of the locked enrolments whose rule is met; return how many. One query when none is.

    Called in the transaction that locked them. Idempotent by the state under lock and by the award's key. The awards
    are one batch, which takes learners in the order of their ids: two rosters with the same people never wait for each
    other. While the provider is not verified nothing is awarded: the enrolment stays as it is, ``audit`` lists it, and
    the next marking, reading or night (``complete_overdue``) completes it.
    """
    open_ones = [
        enrollment
        for enrollment in enrollments
        if enrollment.state == EnrollmentState.ENROLLED
        and enrollment.run.version.course.provider.status == OrganizationStatus.VERIFIED
    ]
    progress = completion.progress(open_ones) if open_ones else {}
    met = [enrollment for enrollment in open_ones if progress[enrollment.pk].is_met]
    if not met:
        return 0
    taught = syllabus.digests({enrollment.run.version_id for enrollment in met})
    awards = [
        _award(enrollment, progress[enrollment.pk], actor, now, taught[enrollment.run.version_id]) for enrollment in met
    ]
    for enrollment, outcome in zip(met, batch.award_many(awards=awards, now=now), strict=True):
        if isinstance(outcome, batch.KeyReused):
            raise outcome
        enrollment.award_entry = outcome
        _complete(enrollment, progress[enrollment.pk], now)
    return len(met)


def reconsider(
    *,
    enrollments: Collection[Enrollment],
    others: Collection[Enrollment],
    actor: Learner,
    reason: str,
    now: datetime,
) -> None:
    """
    Ask that credit be taken back where a completed enrolment's rule is met no more; one query when none is completed.

    Called in the transaction that locked them and the ``others`` of the same marking. Credit is taken back by two
    persons, as any (decision 0426): a manager's correction asks at once, and a curator decides, which also opens the
    enrolment again (``reopening``). After an instructor's the desk lists it, and a manager asks. Where the rule is met
    again meanwhile, the request is taken back. Idempotent.
    """
    completed = [each for each in enrollments if each.state == EnrollmentState.COMPLETED]
    progress = completion.progress(completed) if completed else {}
    if not all(each.is_met for each in progress.values()):
        # All who may be asked about or awarded in this transaction, in the order everybody takes them.
        learners = Learner.objects.select_for_update(no_key=True).order_by("pk")
        list(learners.filter(pk__in=[each.learner_id for each in others]).values_list("pk"))
    for enrollment in completed:
        if enrollment.award_entry is None:
            raise ValueError(f"enrolment {enrollment.pk} is completed without an award")
        waiting = reversals.waiting(enrollment.award_entry, key_prefix=_asking(enrollment))
        if progress[enrollment.pk].is_met:
            if waiting is not None:
                deciding.withdraw(request=waiting, actor=waiting.requested_by, now=now)
        elif reversal.left(enrollment.award_entry) == 0:
            _reopen(enrollment)
        elif is_manager(actor, enrollment.run.version.course.provider):
            ask_back(enrollment=enrollment, actor=actor, reason=reason, now=now)


def ask_back(*, enrollment: Enrollment, actor: Learner, reason: str, now: datetime) -> None:
    """
    Ask the curators to take the credit of a completed enrolment back; nothing where that is asked already.

    Idempotent. Where as many requests wait as may, the actor is concerned, or the ledger refuses it otherwise, nothing
    is asked and the desk goes on listing it: a correction of attendance never fails for it.
    """
    entry = enrollment.award_entry
    if entry is None or reversals.is_asked(entry):
        return
    asked_before = reversals.asked(entry, key_prefix=_asking(enrollment))
    version = enrollment.run.version
    with translation.override(enrollment.learner.language):
        why = _("The course’s rule turned out not to be met: %(reason)s") % {"reason": reason}
        on_what = _("Attendance and results on record, course %(course)s, version %(number)s") % {
            "course": version.course_id,
            "number": version.number,
        }
    try:
        reversal.ask_reversal(
            entry=entry,
            amount_minor=None,
            reason=why,
            authority=on_what,
            actor=actor,
            idempotency_key=f"{_asking(enrollment)}{asked_before + 1}",
            now=now,
        )
    except (asking.UnableToAsk, asking.AskedBefore, reversal.AlreadyReversed, reversal.NotReversible) as refusal:
        # The desk lists it until a manager asks; nothing is lost.
        log.warning("not_asked_back", extra={"enrollment": enrollment.pk, "why": type(refusal).__name__})


class NotInDoubt(Exception):
    """There is nothing to ask back here, or not by this person; the message is for who wanted to."""


@transaction.atomic
def ask_back_in_doubt(*, enrollment: Enrollment, actor: Learner, reason: str, now: datetime) -> None:
    """
    Ask the curators to take the credit back of a completed enrolment whose rule is met no more. Idempotent.

    Locks the organisation and the enrolment.

    :raises NotInDoubt: if the actor does not manage the provider or is concerned, the rule is met, or no reason given.
    """
    provider = enrollment.run.version.course.provider
    if enrollment.learner_id == actor.pk:
        raise NotInDoubt(_("Nobody asks for a change to their own record. Ask another manager."))
    lock_for_asking([enrollment.pk])
    enrollments = lock([enrollment.pk])
    progress = completion.progress(enrollments)
    if not is_manager(actor, provider) or not enrollments or enrollments[0].state != EnrollmentState.COMPLETED:
        raise NotInDoubt(_("Only a manager of the organisation can ask for this, of a completed course."))
    if progress[enrollments[0].pk].is_met:
        raise NotInDoubt(_("The rule of the course is met now, so there is nothing to ask back."))
    if not reason.strip():
        raise NotInDoubt(_("Say why. The learner and a curator will read it."))
    reconsider(enrollments=enrollments, others=enrollments, actor=actor, reason=reason.strip(), now=now)


@contextmanager
def reopening(*, request: deciding.LedgerRequest, now: datetime) -> Iterator[None]:
    """
    Around the approval of a reversal: the enrolment it was the award of is open again, in the same transaction.

    Locks the enrolment first, as the house's order of locks has it. An enrolment whose rule is still met stays
    completed: its credit was taken back for another reason.
    """
    ids = list(Enrollment.objects.filter(award_entry=request.entry_id).values_list("pk", flat=True))
    enrollments = lock(ids) if ids else []
    yield
    for enrollment in enrollments:
        entry = enrollment.award_entry
        if entry is None or reversal.left(entry) > 0 or completion.progress([enrollment])[enrollment.pk].is_met:
            continue
        _reopen(enrollment)


def _reopen(enrollment: Enrollment) -> None:
    # Nobody has a place in a class that was cancelled. Asked anew: who cancels locks its places, so it may have been
    # done while we waited for this one, and what was joined to it is older.
    is_over = CourseRun.objects.filter(pk=enrollment.run_id, cancelled_at__isnull=False).exists()
    enrollment.state = EnrollmentState.CANCELLED if is_over else EnrollmentState.ENROLLED
    enrollment.completed_at, enrollment.award_entry = None, None
    enrollment.awards_taken_back += 1
    enrollment.save(update_fields=["state", "completed_at", "award_entry", "awards_taken_back"])


def _asking(enrollment: Enrollment) -> str:
    return f"unmet:{enrollment.pk}:{enrollment.awards_taken_back}:"


def _award(
    enrollment: Enrollment, progress: completion.Progress, actor: Learner | None, now: datetime, syllabus_digest: str
) -> batch.Asked:
    version = enrollment.run.version
    provider = version.course.provider
    return batch.Asked(
        learner=enrollment.learner,
        issuer=provider,
        amount_minor=version.credit_hundredths,
        kind_of_credit=version.kind_of_credit,
        occurred_at=min(now, progress.evidence_until or now),  # a class is marked after it, and late at times
        actor=actor,
        idempotency_key=completion.award_key(enrollment),
        snapshot=ledger.Award(
            title_vi=version.title_vi,
            title_en=version.title_en,
            provider_vi=provider.name_vi,
            provider_en=provider.name_en,
            source=completion.source_of(version),
            field_code=version.field_id,
            field_vi=version.field.name_vi,
            field_en=version.field.name_en,
            level=version.level,
            notional_minutes=version.notional_minutes,
            evidence=_evidence(progress),
            rule=_rule(progress),
            rule_source=f"completion rule of course {version.course_id}, version {version.number}; {POLICY}",
            course_id=version.course_id,
            version_number=version.number,
            run_id=enrollment.run_id,
            syllabus_digest=syllabus_digest,
        ),
    )


def _complete(enrollment: Enrollment, progress: completion.Progress, now: datetime) -> None:
    enrollment.state = EnrollmentState.COMPLETED
    enrollment.completed_at = now
    enrollment.save(update_fields=["state", "completed_at", "award_entry"])
    message.queue(
        kind=MessageKind.CREDIT_POSTED,
        key=completion.award_key(enrollment).replace("completion", "credit_posted"),
        data=emails.credit_posted(enrollment, progress, now=now),
        recipient=enrollment.learner,
        now=now,
    )


def _evidence(progress: completion.Progress) -> dict[str, object]:
    """What was on record: only the kinds of evidence the rule asks for."""
    evidence: dict[str, object] = {}
    if progress.attendance_percent_min is not None:
        evidence |= {"sessions_attended": progress.sessions_attended, "sessions_total": progress.sessions_total}
    if progress.all_units:
        evidence |= {
            "units_read": progress.units_read,
            "units_total": progress.units_total,
            "minutes_read": progress.minutes_read,
        }
    if progress.asks_result:  # not the points: a record is shown to strangers
        evidence["has_passed"] = True
    if not progress.has_attended:
        evidence["by_word"] = True
    return evidence


def _rule(progress: completion.Progress) -> str:
    parts = []
    if progress.attendance_percent_min is not None:
        parts.append(f"attendance_percent_min={progress.attendance_percent_min}")
    if progress.all_units:
        parts.append("all_units")
    if progress.asks_result:
        parts.append("passed" if progress.mark_min is None else f"mark_min={progress.mark_min}")
    if not progress.has_attended:
        parts.append("or the word of who teaches")
    return " and ".join(parts)
