"""What participants wrote for one class goes when it is done with: by its timer, or when the organisation asks."""

import logging
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.exports.run_certificate import certificate
from courses.models import CourseRun, LearnedElsewhere, UncountedMark, WalkIn
from courses.permissions import may_submit
from learners.choices import RetentionKind
from learners.models import DeletionProof, Learner
from learners.queries import deletion_proof, retention

log = logging.getLogger("courses.run_forget")
FORGOTTEN_AT_ONCE_MAX = 10_000  # rows in one transaction. Source: portal policy, 2026-11-26


class UnableToForget(Exception):
    """Nothing was removed; the message is for who asked."""


@transaction.atomic
def forget(*, run: CourseRun, actor: Learner, now: datetime) -> dict[str, int]:
    """
    Remove what participants of a run wrote for it, and names at its door; return how many rows of each kind.

    Attendance and credit stay: they are the learners'. What was removed is in the log, by numbers, and proven by a
    signed certificate (``proofs``). Idempotent: where nothing is left, nothing is removed and nothing proven.

    :raises UnableToForget: if the actor does not manage the organization, or the class still goes on.
    """
    if not may_submit(actor, run.version.course.provider):
        raise UnableToForget(_("Only a manager of the organisation does this."))
    if not is_done_with(run, now=now):
        raise UnableToForget(_("This is done once the class has ended."))
    done = {
        "words": _words(run).delete()[0],
        "walk_ins": _walk_ins(run).update(full_name="", phone="") + _uncounted(run).update(full_name=""),
    }
    if any(done.values()):
        _prove(run, done, now=now)
    log.info("run_forgotten", extra={"run": run.pk, **done})
    return done


def is_left(run: CourseRun) -> bool:
    """Return whether there is something to remove of a run."""
    return _words(run).exists() or _walk_ins(run).exists() or _uncounted(run).exists()


def _words(run: CourseRun) -> QuerySet[LearnedElsewhere]:
    return LearnedElsewhere.objects.filter(run=run)


def _walk_ins(run: CourseRun) -> QuerySet[WalkIn]:
    return WalkIn.objects.filter(class_session__run=run).exclude(full_name="", phone="")


def _uncounted(run: CourseRun) -> QuerySet[UncountedMark]:
    return UncountedMark.objects.filter(class_session__run=run).exclude(full_name="")


def proofs(run: CourseRun) -> list[DeletionProof]:
    """Return the certificates of what was removed of a run, the newest first."""
    return deletion_proof.of(run.version.course.provider, about=_about(run))


def _prove(run: CourseRun, done: dict[str, int], *, now: datetime) -> None:
    number = uuid4()
    DeletionProof.objects.create(
        public_id=number,
        organization=run.version.course.provider,
        about=_about(run),
        removed_at=now,
        document=certificate(run, number=number, emptied=done, now=now),
    )


def _about(run: CourseRun) -> str:
    return f"run:{run.pk}"


def is_done_with(run: CourseRun, *, now: datetime) -> bool:
    """Return whether a run has ended or was cancelled; one without a last day never ends by itself."""
    return run.cancelled_at is not None or (run.ends_on is not None and run.ends_on < timezone.localdate(now))


def forget_old(*, now: datetime) -> int:
    """
    Remove what was written for runs that ended longer ago than its timer says; return how many rows.

    Idempotent. By thousands, each lot in a transaction of its own.
    """
    days = retention.days(RetentionKind.CLASS_WORDS, on=timezone.localdate(now))
    if days is None:
        return 0
    before = now - timedelta(days=days)
    ended = Q(run__ends_on__lt=timezone.localdate(before)) | Q(run__cancelled_at__lt=before)
    done = 0
    while ids := list(LearnedElsewhere.objects.filter(ended).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE_MAX]):
        done += LearnedElsewhere.objects.filter(pk__in=ids).delete()[0]
    return done
