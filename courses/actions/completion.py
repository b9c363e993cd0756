"""Completion: the moment a rule is met, the enrolment is completed and its credit awarded, in one transaction."""

from collections.abc import Collection
from datetime import datetime
from time import monotonic

from django.db import transaction

from courses import emails
from courses.choices import EnrollmentState
from courses.models import Enrollment
from courses.queries import completion, syllabus
from courses.rules import POLICY
from credits.actions import batch, ledger
from learners.actions import message
from learners.choices import MessageKind, OrganizationStatus
from learners.models import Learner

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


def complete_overdue(*, now: datetime) -> int:
    """
    Complete what met its rule while nothing could be awarded, such as before its provider was verified again.

    Returns how many. Safe to run twice: each enrolment is looked at again under its lock. Stops after
    ``SECONDS_PER_RUN_MAX``, before the worker would be stopped; the next run finds the others.
    """
    completed, stops_at = 0, monotonic() + SECONDS_PER_RUN_MAX
    for enrollment_ids in completion.met_and_open():
        if monotonic() >= stops_at:
            break
        for enrollment_id in enrollment_ids:
            with transaction.atomic():
                completed += complete_all_met(enrollments=lock([enrollment_id]), actor=None, now=now)
    return completed


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
        idempotency_key=f"completion:{enrollment.pk}",
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
        key=f"credit_posted:{enrollment.pk}",
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
    return evidence


def _rule(progress: completion.Progress) -> str:
    parts = []
    if progress.attendance_percent_min is not None:
        parts.append(f"attendance_percent_min={progress.attendance_percent_min}")
    if progress.all_units:
        parts.append("all_units")
    return " and ".join(parts)
