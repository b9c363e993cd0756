"""What an organization replies to a review."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import Feedback, FeedbackReply
from courses.permissions import may_draft
from courses.rules import FEEDBACK_LETTERS_MAX, REPLIES_MAX, REPLY_EDIT_DAYS
from learners.models import Learner


class UnableToReply(Exception):
    """The reply cannot be written; the message is written for who replies."""


class NotOfTheOrganization(UnableToReply):
    pass


class NothingToReplyTo(UnableToReply):
    pass


class ReplyMissing(UnableToReply):
    pass


class ReplyStands(UnableToReply):
    pass


@transaction.atomic
def reply(*, feedback: Feedback, actor: Learner, text: str, now: datetime) -> FeedbackReply:
    """
    Write down what the provider replies, and return it; a new wording stands in the place of the one before.

    The wording after a hidden one begins hidden, by the database, until a curator has read it. Idempotent: the words
    that stand already are returned. Locks the review.

    :raises NotOfTheOrganization: if the person neither manages the provider nor teaches there.
    :raises NothingToReplyTo: if the review is hidden or was taken back.
    :raises ReplyMissing: if it says nothing.
    :raises ReplyStands: if the first reply is older than ``REPLY_EDIT_DAYS``, or was worded ``REPLIES_MAX`` times.
    """
    text = text.strip()[:FEEDBACK_LETTERS_MAX]
    feedback = (
        Feedback.objects.select_for_update(of=["self"], no_key=True)
        .select_related("course__provider")
        .get(pk=feedback.pk)
    )
    if not may_draft(actor, feedback.course.provider):
        raise NotOfTheOrganization(_("A manager or an instructor of the organisation replies."))
    if not feedback.is_shown:
        raise NothingToReplyTo(_("This review is not shown any more."))
    if not text:
        raise ReplyMissing(_("Write your reply."))
    wordings = list(feedback.replies.order_by("written_at", "pk"))
    if wordings:
        if wordings[-1].text == text:
            return wordings[-1]
        if not _is_open(wordings, now):
            raise ReplyStands(_("The time to change this reply is over: it stands as it is."))
    written = FeedbackReply.objects.create(feedback=feedback, text=text, written_by=actor, written_at=now)
    written.refresh_from_db(fields=["hidden_at", "hidden_for"])
    return written


def is_open(feedback: Feedback, *, now: datetime) -> bool:
    """Return whether a reply to a review may still be written or worded anew."""
    return _is_open(list(feedback.replies.order_by("written_at", "pk")), now)


def _is_open(wordings: list[FeedbackReply], now: datetime) -> bool:
    return not wordings or (
        now <= wordings[0].written_at + timedelta(days=REPLY_EDIT_DAYS) and len(wordings) < REPLIES_MAX.count_max
    )
