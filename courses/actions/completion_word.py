"""The word of who teaches: somebody has learned it although class sessions were missed; given with a reason, ended."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import completion, result
from courses.choices import EnrollmentState
from courses.models import CompletionWord, Enrollment
from courses.queries import completion as queries
from courses.rules import WORD_LETTERS_MAX, WORD_LETTERS_MIN
from learners.models import Learner


class UnableToGive(Exception):
    """Nothing changes; the message is for who teaches or manages the class."""


@transaction.atomic
def give(*, enrollment: Enrollment, actor: Learner, reason: str, now: datetime) -> CompletionWord:
    """
    Let the word stand for the class sessions somebody missed, complete them if that was all, and return it.

    The learner and the curators read the reason. Idempotent: while one stands it is that one. Locks the enrolment.

    :raises UnableToGive: if the actor may not, the course does not provide for it, the class is not over, nothing is
        missed, they never came, or the reason is too short.
    """
    (enrollment,) = completion.lock([enrollment.pk])
    _refuse_actor(enrollment, actor, now)
    if (standing := CompletionWord.objects.filter(enrollment=enrollment, ended_at=None).first()) is not None:
        return standing
    _refuse_need(enrollment, now)
    reason = " ".join(reason.split())
    if len(reason) < WORD_LETTERS_MIN:
        raise UnableToGive(
            _("Write the reason in at least %(count)s letters: the learner and the curators read it.")
            % {"count": WORD_LETTERS_MIN}
        )
    word = CompletionWord.objects.create(
        enrollment=enrollment, reason=reason[:WORD_LETTERS_MAX], given_by=actor, given_at=now
    )
    completion.complete_all_met(enrollments=[enrollment], actor=actor, now=now)
    return word


@transaction.atomic
def end(*, word: CompletionWord, actor: Learner, reason: str, now: datetime) -> CompletionWord:
    """
    Take a word back and return it; credit that rested on it is asked back as after any correction. Idempotent.

    Locks the organization where credit may be asked back, and the enrolment.

    :raises UnableToGive: if the actor may not, or gives no reason.
    """
    completion.lock_for_asking([word.enrollment_id])
    (enrollment,) = completion.lock([word.enrollment_id])
    _refuse_actor(enrollment, actor, now)
    word = CompletionWord.objects.get(pk=word.pk)
    if word.ended_at is not None:
        return word
    if not reason.strip():
        raise UnableToGive(_("Say briefly why it is taken back. The learner reads it."))
    word.ended_at, word.ended_by, word.end_reason = now, actor, reason.strip()
    word.save(update_fields=["ended_at", "ended_by", "end_reason"])
    result.settle([enrollment], changed=[enrollment.pk], actor=actor, reason=reason, now=now)
    return word


def _refuse_actor(enrollment: Enrollment, actor: Learner, now: datetime) -> None:
    try:
        run = result.staffed(enrollment.run, actor)
    except result.NotTheirClass as reason:
        raise UnableToGive(str(reason)) from reason
    if enrollment.learner_id == actor.pk:
        raise UnableToGive(_("Nobody gives their word for themself. Ask another instructor or the manager."))
    if result.is_too_late(run, actor, now=now):
        raise UnableToGive(result.too_late())


def _refuse_need(enrollment: Enrollment, now: datetime) -> None:
    run, progress = enrollment.run, queries.progress([enrollment])[enrollment.pk]
    if not run.version.completion_rule.word_suffices:
        raise UnableToGive(_("This course is not completed by word: its rule does not say so."))
    if enrollment.state != EnrollmentState.ENROLLED:
        raise UnableToGive(_("They have completed this class, or have no place in it any more."))
    if progress.has_attended:
        raise UnableToGive(_("Enough class sessions were attended, so no word is needed."))
    if run.class_sessions.filter(cancelled_at=None, ends_at__gt=now).exists():
        raise UnableToGive(_("Class sessions are still ahead. The word is given once the last one is over."))
    if progress.sessions_attended == 0:
        raise UnableToGive(_("They never came, so there is nothing to give one’s word for."))
