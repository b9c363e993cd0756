"""
What curators decide about reviews, and what authors say to it.

Each decision is a line of a log that only grows; hiding and showing follow from it in the database. A curator decides
neither about an organization they belong to nor about their own words, and never on an objection to their own decision.
What is decided on is the review as the curator read it: ``feedback`` as it was loaded for them. The same about the
replies of organizations is ``actions.reply_moderation``.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import emails
from courses.choices import HidingReason, ModerationKind
from courses.models import Feedback, FeedbackObjection, FeedbackReply, ModerationDecision
from courses.permissions import may_moderate
from courses.queries import moderation as queries
from courses.rules import FEEDBACK_LETTERS_MAX, REPORT_LETTERS_MAX
from learners.actions import message
from learners.choices import MessageKind
from learners.models import Learner


class UnableToModerate(Exception):
    """The decision cannot be taken; the message is written for the curator."""


class NotForThisCurator(UnableToModerate):
    pass


class DecidedAlready(UnableToModerate):
    pass


class NotWaiting(UnableToModerate):
    pass


class SecondPersonMissing(UnableToModerate):
    pass


class WordedAnew(UnableToModerate):
    def __init__(self) -> None:
        super().__init__(_("The author has changed this review meanwhile. Read it again, then decide."))


@transaction.atomic
def hide(
    *, feedback: Feedback, curator: Learner, reason: HidingReason, now: datetime, note: str = ""
) -> ModerationDecision:
    """
    Hide the words of a review for a reason of the closed list; return the decision. Its stars go on counting.

    The author is told the reason and how to object. Idempotent: hidden for the same reason, the decision is returned.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    :raises WordedAnew: if its author has changed it since it was read.
    :raises DecidedAlready: if it is hidden for another reason.
    :raises NotWaiting: if its author took it back.
    """
    feedback = _locked(feedback, curator)
    if standing := queries.standing_decision(feedback):
        if standing.reason == reason:
            return standing
        raise DecidedAlready(_("This review is hidden already, for another reason."))
    if feedback.withdrawn_at is not None:
        raise NotWaiting(_("The author has taken this review back."))
    decision = decide(feedback, ModerationKind.HIDDEN, curator, now, reason=reason, note=note)
    message.queue(
        kind=MessageKind.REVIEW_HIDDEN,
        key=f"review_hidden:{decision.pk}",
        data=emails.review_hidden(decision),
        recipient=feedback.request.enrollment.learner,
        now=now,
    )
    return decision


@transaction.atomic
def keep(*, feedback: Feedback, curator: Learner, now: datetime) -> ModerationDecision:
    """
    Leave a reported review as it is, and return the decision.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    :raises WordedAnew: if its author has changed it since it was read.
    :raises NotWaiting: if nobody has reported it since the last decision, or it is hidden.
    """
    feedback = _locked(feedback, curator)
    if feedback.hidden_at is not None or not queries.open_reports(feedback):
        raise NotWaiting(_("No report about this review is open."))
    return decide(feedback, ModerationKind.KEPT, curator, now)


@transaction.atomic
def show(*, feedback: Feedback, curator: Learner, now: datetime, note: str = "") -> ModerationDecision:
    """
    Show a hidden review again, and return the decision; answers an objection that is open. The author is told.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    :raises WordedAnew: if its author has changed it since it was read.
    :raises NotWaiting: if it is not hidden.
    :raises SecondPersonMissing: if an objection is open to this curator's own decision.
    """
    feedback = _locked(feedback, curator)
    if feedback.hidden_at is None:
        raise NotWaiting(_("This review is shown already."))
    objection = queries.open_objection(feedback)
    refuse_own(objection, curator)
    decision = decide(feedback, ModerationKind.SHOWN, curator, now, note=note, objection=objection)
    return _told(decision, now)


@transaction.atomic
def uphold(*, feedback: Feedback, curator: Learner, now: datetime, note: str = "") -> ModerationDecision:
    """
    Leave a review hidden after its author objected, and return the decision; the author is told.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    :raises WordedAnew: if its author has changed it since it was read.
    :raises NotWaiting: if no objection is open.
    :raises SecondPersonMissing: if the objection is to this curator's own decision.
    """
    feedback = _locked(feedback, curator)
    objection = queries.open_objection(feedback)
    if objection is None:
        raise NotWaiting(_("No objection is open."))
    refuse_own(objection, curator)
    reason = HidingReason(feedback.hidden_for)
    decision = decide(feedback, ModerationKind.UPHELD, curator, now, reason=reason, note=note, objection=objection)
    return _told(decision, now)


class UnableToObject(Exception):
    """There is nothing to object to; the message is written for the author."""


@transaction.atomic
def object_to(*, feedback: Feedback, text: str, now: datetime) -> FeedbackObjection:
    """
    Write down why the author of a hidden review wants it shown, and return the objection; once a hiding.

    Idempotent: the objection there is stands.

    :raises UnableToObject: if the review is not hidden, or nothing is said.
    """
    text = text.strip()[:FEEDBACK_LETTERS_MAX]
    feedback = Feedback.objects.select_for_update(no_key=True).get(pk=feedback.pk)
    decision = queries.standing_decision(feedback)
    if decision is None:
        raise UnableToObject(_("This review is shown already."))
    if known := FeedbackObjection.objects.filter(decision=decision).first():
        return known
    if not text:
        raise UnableToObject(_("Write why your review should be shown again."))
    return FeedbackObjection.objects.create(decision=decision, text=text, made_at=now)


def _locked(as_read: Feedback, curator: Learner) -> Feedback:
    feedback = locked(as_read.pk, curator)
    if feedback.edited_at != as_read.edited_at:
        raise WordedAnew
    return feedback


def locked(feedback_id: int, curator: Learner) -> Feedback:
    """
    Return a review with all that is asked of it here, locked until the transaction ends.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    """
    feedback = (
        Feedback.objects.select_for_update(of=["self"], no_key=True)
        .select_related("course__provider", "request__enrollment__learner", "request__enrollment__run__version")
        .get(pk=feedback_id)
    )
    if not may_moderate(curator, feedback):
        raise NotForThisCurator(_("Another curator decides: you belong to the organisation, or wrote the review."))
    return feedback


def refuse_own(objection: FeedbackObjection | None, curator: Learner) -> None:
    """
    Refuse a curator who would answer an objection to their own decision.

    :raises SecondPersonMissing: if they would.
    """
    if objection is not None and objection.decision.decided_by_id == curator.pk:
        raise SecondPersonMissing(_("The objection is to your own decision, so another curator answers it."))


def decide(
    feedback: Feedback,
    kind: ModerationKind,
    curator: Learner,
    now: datetime,
    *,
    reason: HidingReason | None = None,
    note: str = "",
    objection: FeedbackObjection | None = None,
    reply: FeedbackReply | None = None,
) -> ModerationDecision:
    """Write a line of the log: about a review, or about the reply to it where one is named."""
    return ModerationDecision.objects.create(
        feedback=feedback,
        reply=reply,
        kind=kind,
        reason=reason or "",
        note=note.strip()[:REPORT_LETTERS_MAX],
        objection=objection,
        decided_by=curator,
        decided_at=now,
    )


def _told(decision: ModerationDecision, now: datetime) -> ModerationDecision:
    message.queue(
        kind=MessageKind.REVIEW_DECIDED,
        key=f"review_decided:{decision.pk}",
        data=emails.review_decided(decision),
        recipient=decision.feedback.request.enrollment.learner,
        now=now,
    )
    return decision
