"""Reviews by those who took part: asked for once, given, worded anew for a while, taken back, reported by readers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.choices import HidingReason
from courses.models import Enrollment, Feedback, FeedbackReply, FeedbackReport, FeedbackRequest
from courses.queries import feedback as queries
from courses.rules import (
    EDITIONS_MAX,
    FEEDBACK_LETTERS_MAX,
    FEEDBACK_PER_BATCH,
    REPORT_LETTERS_MAX,
    REPORTS_A_DAY_MAX,
    STARS,
)
from learners.actions import one_by_one
from learners.models import Learner

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


class UnableToReview(Exception):
    """The review cannot be written; the message is written for the learner."""


class NotAParticipant(UnableToReview):
    pass


class StarsMissing(UnableToReview):
    pass


class TermOver(UnableToReview):
    pass


class TooManyWordings(UnableToReview):
    pass


def ask_due(*, now: datetime) -> int:
    """
    Ask everybody whose course is over what it was like: a line on their own page, no letter; return how many.

    Safe to run twice: one request an enrolment, by a constraint. Each batch is a transaction of its own.

    :raises one_by_one.SomeFailed: when all batches have been tried; one that fails holds up no other.
    """
    ids = list(queries.to_be_asked(now=now).order_by("pk").values_list("pk", flat=True))
    batches = [ids[start : start + FEEDBACK_PER_BATCH] for start in range(0, len(ids), FEEDBACK_PER_BATCH)]
    return one_by_one.each(batches, lambda batch: _ask(batch, now=now), what="who is asked for a review")


@transaction.atomic
def _ask(enrollment_ids: list[int], *, now: datetime) -> int:
    places = queries.to_be_asked(now=now).filter(pk__in=enrollment_ids).select_related("run__version").order_by("pk")
    requests = [
        FeedbackRequest(enrollment=place, course_id=place.run.version.course_id, asked_at=now) for place in places
    ]
    FeedbackRequest.objects.bulk_create(requests, ignore_conflicts=True)
    return len(requests)


@transaction.atomic
def give(*, enrollment: Enrollment, stars: int, now: datetime, text: str = "", can_do: bool | None = None) -> Feedback:
    """
    Write down what a participant says of a course, and return it; a second time words it anew, or gives it again.

    Idempotent: the same words change nothing. The earlier wording is kept by the database. Locks the enrolment, so that
    two pages sent at once give one review.

    :raises NotAParticipant: if the learner has not taken part to the end, works for the provider, or is asked too late.
    :raises StarsMissing: if the stars are not one to five.
    :raises TermOver: if it was given more than ``FEEDBACK_EDIT_DAYS`` ago.
    :raises TooManyWordings: if it has been worded ``EDITIONS_MAX`` times.
    """
    text = text.strip()[:FEEDBACK_LETTERS_MAX]
    if stars not in STARS:
        raise StarsMissing(_("Choose one to five stars."))
    enrollment = (
        Enrollment.objects.select_for_update(of=["self"], no_key=True)
        .select_related("run__version")
        .get(pk=enrollment.pk)
    )
    if feedback := queries.given(enrollment):
        return _word_anew(feedback, stars, can_do, text, now)
    if not queries.may_begin(enrollment, now=now):
        raise NotAParticipant(_("A review can be written by those who took part, within a year after the end."))
    request, _is_new = FeedbackRequest.objects.get_or_create(
        enrollment=enrollment, defaults={"course_id": enrollment.run.version.course_id, "asked_at": now}
    )
    return Feedback.objects.create(
        request=request, course_id=request.course_id, stars=stars, can_do=can_do, text=text, given_at=now
    )


def _word_anew(feedback: Feedback, stars: int, can_do: bool | None, text: str, now: datetime) -> Feedback:
    feedback = Feedback.objects.select_for_update(no_key=True).get(pk=feedback.pk)
    is_same = (feedback.stars, feedback.can_do, feedback.text) == (stars, can_do, text)
    if is_same and feedback.withdrawn_at is None:
        return feedback
    if not feedback.is_editable(now=now):
        raise TermOver(_("The time to change this review is over. You can still take it back."))
    if not is_same and feedback.editions.count() >= EDITIONS_MAX.count_max:
        raise TooManyWordings(_("This review has been changed often enough. You can still take it back."))
    feedback.withdrawn_at = None
    if not is_same:
        feedback.stars, feedback.can_do, feedback.text = stars, can_do, text
        feedback.edited_at = max(now, (feedback.edited_at or feedback.given_at) + MOMENT)  # one wording after the other
    feedback.save(update_fields=["stars", "can_do", "text", "edited_at", "withdrawn_at"])
    return feedback


@transaction.atomic
def withdraw(*, feedback: Feedback, now: datetime) -> Feedback:
    """Take a review back, at any time, and return it: it is shown and counted no more. Idempotent."""
    feedback = Feedback.objects.select_for_update(no_key=True).get(pk=feedback.pk)
    if feedback.withdrawn_at is None:
        feedback.withdrawn_at = now
        feedback.save(update_fields=["withdrawn_at"])
    return feedback


@transaction.atomic
def decline(*, request: FeedbackRequest, now: datetime) -> FeedbackRequest:
    """Write down that somebody does not want to be asked about this course, and return the request. Idempotent."""
    request = FeedbackRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
    if request.declined_at is None:
        request.declined_at = now
        request.save(update_fields=["declined_at"])
    return request


class UnableToReport(Exception):
    """The review cannot be reported; the message is written for the reader."""


class NothingToReport(UnableToReport):
    pass


class OwnReview(UnableToReport):
    pass


class TooManyReports(UnableToReport):
    pass


@transaction.atomic
def report(
    *,
    feedback: Feedback,
    reporter: Learner,
    reason: HidingReason,
    now: datetime,
    note: str = "",
    reply: FeedbackReply | None = None,
) -> FeedbackReport:
    """
    Write down that a reader finds a review should not be shown, and return the report; the curators look at it.

    With ``reply`` it is that wording of the reply which should not be shown; the author of the review may say so too.

    Idempotent: the first report of a reader stands. Locks the reader, so that the limit holds.

    :raises NothingToReport: if it is not shown any more.
    :raises OwnReview: if the reader wrote it.
    :raises TooManyReports: if they have reported ``REPORTS_A_DAY_MAX`` within a day.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=reporter.pk)
    feedback = Feedback.objects.select_related("request__enrollment").get(pk=feedback.pk)
    if known := FeedbackReport.objects.filter(feedback=feedback, reply=reply, reporter=reporter).first():
        return known
    if not feedback.is_shown:
        raise NothingToReport(_("This review is not shown any more."))
    if reply is not None and queries.reply_shown(feedback) != reply:
        raise NothingToReport(_("This reply is not shown any more."))
    if reply is None and feedback.request.enrollment.learner_id == reporter.pk:
        raise OwnReview(_("This review is your own. You can change it or take it back."))
    if (
        FeedbackReport.objects.filter(reporter=reporter, reported_at__gt=now - DAY).count()
        >= REPORTS_A_DAY_MAX.count_max
    ):
        raise TooManyReports(_("That is a lot for one day. Report the next one tomorrow."))
    return FeedbackReport.objects.create(
        feedback=feedback,
        reply=reply,
        reporter=reporter,
        reason=reason,
        note=note.strip()[:REPORT_LETTERS_MAX],
        reported_at=now,
    )
