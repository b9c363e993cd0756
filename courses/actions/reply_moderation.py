"""
What curators decide about the replies of organizations, and what the organizations say to it.

The reasons, the log and the second person are those of ``actions.moderation``; the review itself stays as it is. What
is decided on is the wording the curator read. A wording written after a hiding begins hidden, and waits for a curator.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import emails
from courses.actions.moderation import (
    DecidedAlready,
    NotWaiting,
    UnableToModerate,
    UnableToObject,
    decide,
    locked,
    refuse_own,
)
from courses.choices import HidingReason, ModerationKind
from courses.models import Feedback, FeedbackObjection, FeedbackReply, ModerationDecision
from courses.permissions import may_draft
from courses.queries import reply_moderation as queries
from courses.rules import FEEDBACK_LETTERS_MAX
from learners.actions import message
from learners.choices import MessageKind, Role
from learners.models import Learner
from learners.queries import organization as organizations


class ReplyWordedAnew(UnableToModerate):
    def __init__(self) -> None:
        super().__init__(_("The organisation has changed its reply meanwhile. Read it again, then decide."))


@transaction.atomic
def hide(
    *, reply: FeedbackReply, curator: Learner, reason: HidingReason, now: datetime, note: str = ""
) -> ModerationDecision:
    """
    Hide a reply for a reason of the closed list, and return the decision; the review it answers stays shown.

    The organization's managers and who wrote it are told the reason and how to object. Also for a wording written after
    a hiding, which nobody has looked at yet. Idempotent: hidden for the same reason, the decision is returned.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    :raises ReplyWordedAnew: if it is not the reply that stands.
    :raises DecidedAlready: if it is hidden for another reason.
    :raises NotWaiting: if the review was taken back, or an objection is open.
    """
    feedback, reply = _locked(reply, curator)
    if standing := queries.decision_on(reply):
        if standing.reason == reason:
            return standing
        raise DecidedAlready(_("This reply is hidden already, for another reason."))
    if feedback.withdrawn_at is not None:
        raise NotWaiting(_("The author has taken this review back."))
    if queries.open_objection(reply):
        raise NotWaiting(_("The organisation has objected. Answer that first."))
    decision = decide(feedback, ModerationKind.HIDDEN, curator, now, reason=reason, note=note, reply=reply)
    return _told(decision, MessageKind.REPLY_HIDDEN, emails.reply_hidden, now)


@transaction.atomic
def keep(*, reply: FeedbackReply, curator: Learner, now: datetime) -> ModerationDecision:
    """
    Leave a reported reply as it is, and return the decision.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    :raises ReplyWordedAnew: if it is not the reply that stands.
    :raises NotWaiting: if nobody has reported a reply to this review since the last decision, or it is hidden.
    """
    feedback, reply = _locked(reply, curator)
    if reply.hidden_at is not None or not queries.open_reports(feedback):
        raise NotWaiting(_("No report about this reply is open."))
    return decide(feedback, ModerationKind.KEPT, curator, now, reply=reply)


@transaction.atomic
def show(*, reply: FeedbackReply, curator: Learner, now: datetime, note: str = "") -> ModerationDecision:
    """
    Show a hidden reply, as it stands now, and return the decision; answers an objection that is open.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    :raises ReplyWordedAnew: if it is not the reply that stands.
    :raises NotWaiting: if it is not hidden.
    :raises SecondPersonMissing: if an objection is open to this curator's own decision.
    """
    feedback, reply = _locked(reply, curator)
    if reply.hidden_at is None:
        raise NotWaiting(_("This reply is shown already."))
    objection = queries.open_objection(reply)
    refuse_own(objection, curator)
    decision = decide(feedback, ModerationKind.SHOWN, curator, now, note=note, objection=objection, reply=reply)
    return _told(decision, MessageKind.REPLY_DECIDED, emails.reply_decided, now)


@transaction.atomic
def uphold(*, reply: FeedbackReply, curator: Learner, now: datetime, note: str = "") -> ModerationDecision:
    """
    Leave a reply hidden after the organization objected, and return the decision.

    :raises NotForThisCurator: if the person is no curator, belongs to the provider or wrote the review.
    :raises ReplyWordedAnew: if it is not the reply that stands.
    :raises NotWaiting: if no objection is open.
    :raises SecondPersonMissing: if the objection is to this curator's own decision.
    """
    feedback, reply = _locked(reply, curator)
    objection = queries.open_objection(reply)
    if objection is None:
        raise NotWaiting(_("No objection is open."))
    refuse_own(objection, curator)
    decision = decide(
        feedback,
        ModerationKind.UPHELD,
        curator,
        now,
        reason=HidingReason(reply.hidden_for),
        note=note,
        objection=objection,
        reply=reply,
    )
    return _told(decision, MessageKind.REPLY_DECIDED, emails.reply_decided, now)


@transaction.atomic
def object_to(*, reply: FeedbackReply, actor: Learner, text: str, now: datetime) -> FeedbackObjection:
    """
    Write down why the organization wants its hidden reply shown, and return the objection; once a hiding.

    Idempotent: the objection there is stands.

    :raises UnableToObject: if the person may not reply for it, the reply is not hidden, or nothing is said.
    """
    text = text.strip()[:FEEDBACK_LETTERS_MAX]
    feedback = (
        Feedback.objects.select_for_update(of=["self"], no_key=True)
        .select_related("course__provider")
        .get(pk=reply.feedback_id)
    )
    if not may_draft(actor, feedback.course.provider):
        raise UnableToObject(_("A manager or an instructor of the organisation replies."))
    standing = queries.standing(feedback)
    decision = queries.hiding_of(standing) if standing else None
    if decision is None:
        raise UnableToObject(_("This reply is shown already."))
    if known := FeedbackObjection.objects.filter(decision=decision).first():
        return known
    if not text:
        raise UnableToObject(_("Write why your reply should be shown again."))
    return FeedbackObjection.objects.create(decision=decision, text=text, made_at=now)


def _locked(as_read: FeedbackReply, curator: Learner) -> tuple[Feedback, FeedbackReply]:
    """Return the review, locked, and the wording of its reply that stands."""
    feedback = locked(as_read.feedback_id, curator)
    reply = queries.standing(feedback)
    if reply is None or reply.pk != as_read.pk:
        raise ReplyWordedAnew
    return feedback, reply


def _told(
    decision: ModerationDecision,
    kind: MessageKind,
    says: Callable[[ModerationDecision, Learner], dict[str, str]],
    now: datetime,
) -> ModerationDecision:
    """Tell the organization's managers, and who wrote the reply while they still write for it."""
    provider, reply = decision.feedback.course.provider, decision.reply
    assert reply is not None
    told = {each.pk: each for each in organizations.members(provider, roles=(Role.MANAGER,))}
    if reply.written_by.is_active and may_draft(reply.written_by, provider):
        told[reply.written_by_id] = reply.written_by
    for person in told.values():
        key = f"{kind.lower()}:{decision.pk}:{person.pk}"
        message.queue(kind=kind, key=key, data=says(decision, person), recipient=person, now=now)
    return decision
