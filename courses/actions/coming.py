"""Ask some days before a class who is still coming; write the answer down: a no gives the place up, with an undo."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import emails
from courses.actions import enrollment, offering
from courses.choices import Coming, EnrollmentState
from courses.models import ComingQuestion, Enrollment
from courses.queries import coming as queries
from courses.rules import COMING_PER_BATCH
from learners.actions import message, one_by_one
from learners.choices import MessageKind


class UnableToAnswer(Exception):
    """There is nothing to answer any more; the message says why."""


def ask_due(*, now: datetime) -> int:
    """
    Ask who is to be asked at ``now`` and return how many were. Idempotent: each is asked once about a time.

    :raises one_by_one.SomeFailed: when all have been tried; one that fails holds up no other.
    """
    keys = queries.to_ask(now=now, limit=COMING_PER_BATCH)
    return one_by_one.each(keys, lambda key: _ask(key, now), what="who is coming")


@transaction.atomic
def _ask(enrollment_id: int, now: datetime) -> bool:
    """Locks the enrolment: who withdraws meanwhile is not written to."""
    locked = Enrollment.objects.active().select_for_update(of=["self"], no_key=True)
    place = locked.select_related("run__version", "run__place__parent").filter(pk=enrollment_id).first()
    begins = queries.starts_at(place.run) if place else None
    if place is None or begins is None or begins <= now:
        return False
    question = ComingQuestion.objects.filter(enrollment=place).first() or ComingQuestion(enrollment=place)
    if question.begins_at == begins:
        return False
    question.begins_at, question.asked_at, question.answer, question.answered_at = begins, now, "", None
    letter = message.queue(
        kind=MessageKind.COMING_ASKED,
        key=queries.key_of_letter(place.pk, begins),
        data=emails.coming_asked(question, begins),
        recipient=place.learner,
        address=message.phone_of(place.learner),
        now=now,
        expires_at=begins,
    )
    if letter is None:  # whom no message reaches was not asked
        return False
    question.save(update_fields=["begins_at", "asked_at", "answer", "answered_at"] if question.pk else None)
    return True


@transaction.atomic
def say_yes(*, question: ComingQuestion, now: datetime) -> ComingQuestion:
    """
    Write down that the learner is coming and return the question. Idempotent.

    :raises UnableToAnswer: if the class has begun, or the place has been given up.
    """
    question = _of_the_place_there_is(question)
    place = Enrollment.objects.select_for_update(of=["self"], no_key=True).get(pk=question.enrollment_id)
    _refuse_over(question, now)
    if place.state != EnrollmentState.ENROLLED:
        raise UnableToAnswer(_("The place has been given up, so there is nothing to confirm."))
    return _write(question, Coming.YES, now)


@transaction.atomic
def say_no(*, question: ComingQuestion, now: datetime) -> ComingQuestion:
    """
    Give the place up because the learner is not coming, and return the question; the seat goes to who waits.

    Idempotent. A yes said before may be changed.

    :raises UnableToAnswer: if the class has begun, or the place has been given up or ended in another way: what this
        answer did not do, taking it back does not undo.
    """
    offering.lock_line(question.enrollment.run.version.course_id)
    question = _of_the_place_there_is(question)
    if question.answer == Coming.NO:
        return question
    _refuse_over(question, now)
    if question.enrollment.state == EnrollmentState.WITHDRAWN:
        raise UnableToAnswer(_("The place has been given up already."))
    try:
        place = enrollment.withdraw(enrollment=question.enrollment, now=now)
    except enrollment.UnableToWithdraw as reason:
        raise UnableToAnswer(str(reason)) from reason
    if (place.withdrawn_at, place.withdrawn_by_id) != (now, None):  # in this very moment, by another hand
        raise UnableToAnswer(_("The place has been given up already."))
    return _write(question, Coming.NO, now)


@transaction.atomic
def undo(*, question: ComingQuestion, now: datetime) -> Enrollment:
    """
    Take a no back within ``COMING_UNDO``, and return the new place, which the question is of from now on. Idempotent.

    Enrolment may have closed meanwhile: they had the place until just now.

    :raises UnableToAnswer: if it is too late, or the seat has been offered to somebody or taken.
    """
    offering.lock_line(question.enrollment.run.version.course_id)
    question = queries.questions().get(pk=question.pk)
    place = question.enrollment
    if held := queries.place_held(question):
        _of_the_place_there_is(question)
        return held
    _refuse_over(question, now)
    if not queries.may_be_undone(question, now=now):
        raise UnableToAnswer(_("It is too late to take this back. You can still enrol again if there is room."))
    try:
        again = enrollment.enroll(learner=place.learner, run=place.run, now=now, at_the_door=True, group=place.group)
    except enrollment.RunIsFull as reason:
        raise UnableToAnswer(_("The seat has gone to somebody else meanwhile.")) from reason
    except enrollment.UnableToEnroll as reason:
        raise UnableToAnswer(str(reason)) from reason
    _write(_of_the_place_there_is(question), Coming.YES, now)
    return again


def _of_the_place_there_is(question: ComingQuestion) -> ComingQuestion:
    """
    Return the question as it is, of the place its learner has by now if they gave the one asked about up.

    An answer about the place given up is none about the new one.
    """
    question = queries.questions().get(pk=question.pk)
    held = queries.place_held(question)
    if held is None or held.pk == question.enrollment_id or hasattr(held, "coming_question"):
        return question
    question.enrollment, question.answer, question.answered_at = held, "", None
    question.save(update_fields=["enrollment", "answer", "answered_at"])
    return queries.questions().get(pk=question.pk)


def _refuse_over(question: ComingQuestion, now: datetime) -> None:
    if question.enrollment.run.cancelled_at is not None:
        raise UnableToAnswer(_("This class has been cancelled, so there is nothing to answer any more."))
    if queries.is_over(question.enrollment.run, now=now):
        raise UnableToAnswer(_("The class has begun, so there is nothing to answer any more."))


def _write(question: ComingQuestion, answer: Coming, now: datetime) -> ComingQuestion:
    if question.answer != answer:
        question.answer, question.answered_at = answer, now
        question.save(update_fields=["answer", "answered_at"])
    return question
