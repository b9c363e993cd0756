"""The curators' side of the replies of organizations: what stands, what was decided, what waits."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.choices import ModerationKind
from courses.models import Feedback, FeedbackObjection, FeedbackReply, FeedbackReport, ModerationDecision


def standing(feedback: Feedback) -> FeedbackReply | None:
    """Return the wording of the reply to a review that stands, hidden or not, with who wrote it."""
    return feedback.replies.select_related("written_by").order_by("written_at", "pk").last()


def decision_on(reply: FeedbackReply) -> ModerationDecision | None:
    """Return the decision by which this very wording is hidden; None of one that a curator has not looked at yet."""
    if reply.hidden_at is None:
        return None
    return reply.decisions.filter(kind__in=[ModerationKind.HIDDEN, ModerationKind.UPHELD]).order_by("-pk").first()


def hiding_of(reply: FeedbackReply) -> ModerationDecision | None:
    """Return the hiding behind a reply that is hidden now, of this wording or one before, with its objection."""
    if reply.hidden_at is None:
        return None
    hidings = ModerationDecision.objects.filter(
        feedback=reply.feedback_id, reply__isnull=False, kind=ModerationKind.HIDDEN
    )
    return hidings.select_related("objection_made__decision_on_it").order_by("-pk").first()


def open_objection(reply: FeedbackReply) -> FeedbackObjection | None:
    """Return the objection to the hiding of a reply that nobody has answered yet."""
    if reply.hidden_at is None:
        return None
    return (
        unanswered()
        .filter(decision__feedback=reply.feedback_id)
        .select_related("decision__decided_by")
        .order_by("-pk")
        .first()
    )


def open_reports(feedback: Feedback) -> list[FeedbackReport]:
    """Return the reports of the reply to a review that no decision settles."""
    return list(undecided().filter(feedback=feedback).order_by("reported_at", "pk"))


def undecided() -> QuerySet[FeedbackReport]:
    """Return the reports of replies without a decision about that reply later than they are."""
    settles = ModerationDecision.objects.filter(
        feedback=OuterRef("feedback"), reply__isnull=False, decided_at__gte=OuterRef("reported_at")
    )
    return FeedbackReport.objects.filter(~Exists(settles), reply__isnull=False)


def unanswered() -> QuerySet[FeedbackObjection]:
    """Return the objections to hidden replies that nobody has answered."""
    return FeedbackObjection.objects.filter(decision__reply__isnull=False, decision_on_it__isnull=True)


def waiting() -> QuerySet[Feedback]:
    """
    Return the reviews whose reply waits for a curator: reported, objected to, or worded anew after a hiding.

    Below a hidden review, where nobody reads it, only an objection waits; below one taken back, nothing.
    """
    newer = FeedbackReply.objects.filter(
        Q(written_at__gt=OuterRef("written_at")) | Q(written_at=OuterRef("written_at"), pk__gt=OuterRef("pk")),
        feedback=OuterRef("feedback"),
    )
    not_looked_at = FeedbackReply.objects.filter(~Exists(newer), hidden_at__isnull=False, decisions=None)
    to_be_read = Q(pk__in=undecided().values("feedback")) | Q(pk__in=not_looked_at.values("feedback"))
    return Feedback.objects.filter(
        (to_be_read & Q(hidden_at=None)) | Q(pk__in=unanswered().values("decision__feedback")), withdrawn_at=None
    )
