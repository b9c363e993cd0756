"""The curators' side of reviews: what waits, what was decided, and the log everybody may read."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value

from courses.choices import HidingReason, ModerationKind
from courses.models import CourseQuality, Feedback, FeedbackObjection, FeedbackReport, ModerationDecision
from courses.queries import reply_moderation
from courses.rules import DECISIONS_SHOWN_MAX, QUALITY_PEOPLE_MIN, STARS
from learners.models import Organization

PROVIDERS_PER_PAGE = 50
LOW_STARS = (1, 2)  # the author was not content


def open_reports(feedback: Feedback) -> list[FeedbackReport]:
    """Return the reports of a review itself that no decision settles; one query."""
    return list(_undecided().filter(feedback=feedback).order_by("reported_at", "pk"))


def standing_decision(feedback: Feedback) -> ModerationDecision | None:
    """Return the decision by which a review is hidden now, with its objection; None while it is shown."""
    if feedback.hidden_at is None:
        return None
    hidings = ModerationDecision.objects.filter(feedback=feedback, reply=None, kind=ModerationKind.HIDDEN)
    return hidings.select_related("objection_made__decision_on_it", "decided_by").order_by("-pk").first()


def open_objection(feedback: Feedback) -> FeedbackObjection | None:
    """Return the objection to the present hiding that nobody has answered yet."""
    if feedback.hidden_at is None:
        return None
    return (
        _unanswered().filter(decision__feedback=feedback).select_related("decision__decided_by").order_by("-pk").first()
    )


def with_what_waits(feedback: QuerySet[Feedback]) -> QuerySet[Feedback]:
    """Add ``is_reported``, ``is_objected_to`` and ``is_reply_waiting``: what a curator has not decided on yet."""
    return feedback.annotate(
        is_reported=Q(pk__in=_undecided().values("feedback")),
        is_objected_to=Q(pk__in=_unanswered().values("decision__feedback")),
        is_reply_waiting=Q(pk__in=reply_moderation.waiting().values("pk")),
    )


def waiting() -> int:
    """
    Return how many reviews wait for a curator, for themselves or for the reply to them.

    Begins at what waits, for almost all reviews wait for nothing.
    """
    reported = _undecided().filter(feedback__hidden_at=None, feedback__withdrawn_at=None)
    objected_to = _unanswered().filter(
        decision__feedback__hidden_at__isnull=False, decision__feedback__withdrawn_at=None
    )
    replies = reply_moderation.waiting().order_by().values_list("pk")
    return (
        reported.order_by()
        .values_list("feedback")
        .union(objected_to.values_list("decision__feedback"), replies)
        .count()
    )


def _undecided() -> QuerySet[FeedbackReport]:
    """Return the reports of reviews without a decision later than they are and than the words as they stand now."""
    settles = ModerationDecision.objects.filter(
        Q(feedback__edited_at=None) | Q(decided_at__gte=F("feedback__edited_at")),
        feedback=OuterRef("feedback"),
        reply=None,
        decided_at__gte=OuterRef("reported_at"),
    )
    return FeedbackReport.objects.filter(~Exists(settles), reply=None)


def _unanswered() -> QuerySet[FeedbackObjection]:
    return FeedbackObjection.objects.filter(decision__reply=None, decision_on_it__isnull=True)


def for_desk(pk: int) -> Feedback | None:
    """Return a review with all that its page at the desk says."""
    return (
        Feedback.objects.select_related("course__provider", "request__enrollment__run__version")
        .prefetch_related("editions", "replies__written_by", "decisions__decided_by")
        .filter(pk=pk)
        .first()
    )


# The log everybody may read


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonLine:
    label: str
    hidden: int  # reviews
    shown_again: int  # of these
    replies: int  # hidden, of organizations


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLine:
    """What became of the reviews of one organization, and of those whose authors were not content."""

    organization: Organization
    given: int
    hidden: int
    low: int  # given with ``LOW_STARS``
    low_hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    reports: int
    kept: int
    by_reason: list[ReasonLine]
    objections: int
    objections_open: int
    objections_upheld: int  # stays hidden
    objections_shown: int
    newest: list[ModerationDecision]
    page: Page
    providers: list[ProviderLine]


def log(*, page_number: int) -> Log:
    """Return the public log: no words of a review, no name of a person; at most eight queries."""
    kept = 0
    hidden: Counter[str] = Counter()
    replies: Counter[str] = Counter()
    for kind, reason, about_reply, count in (
        ModerationDecision.objects.values("kind", "reason")
        .annotate(about_reply=Q(reply__isnull=False), count=Count("pk"))
        .order_by()
        .values_list("kind", "reason", "about_reply", "count")
    ):
        kept += count if kind == ModerationKind.KEPT else 0
        (replies if about_reply else hidden)[reason] += count if kind == ModerationKind.HIDDEN else 0
    later = ModerationDecision.objects.filter(
        feedback=OuterRef("feedback"), reply=None, kind=ModerationKind.SHOWN, pk__gt=OuterRef("pk")
    )
    taken_back = dict(
        ModerationDecision.objects.filter(Exists(later), reply=None, kind=ModerationKind.HIDDEN)
        .order_by()
        .values_list("reason")
        .annotate(Count("pk"))
    )
    objections = FeedbackObjection.objects.aggregate(
        made=Count("pk"),
        open=Count("pk", filter=Q(decision_on_it=None)),
        upheld=Count("pk", filter=Q(decision_on_it__kind=ModerationKind.UPHELD)),
        shown=Count("pk", filter=Q(decision_on_it__kind=ModerationKind.SHOWN)),
    )
    newest = ModerationDecision.objects.select_related("feedback__course__provider").order_by("-decided_at", "-pk")
    page, providers = _providers(page_number)
    return Log(
        reports=FeedbackReport.objects.count(),
        kept=kept,
        by_reason=[
            ReasonLine(
                label=str(each.label),
                hidden=hidden[each],
                shown_again=taken_back.get(each, 0),
                replies=replies[each],
            )
            for each in HidingReason
        ],
        objections=objections["made"],
        objections_open=objections["open"],
        objections_upheld=objections["upheld"],
        objections_shown=objections["shown"],
        newest=list(newest[:DECISIONS_SHOWN_MAX]),
        page=page,
        providers=providers,
    )


def _providers(page_number: int) -> tuple[Page, list[ProviderLine]]:
    """
    Return the organizations with at least ``QUALITY_PEOPLE_MIN`` reviews, by name; at most three queries.

    Added up from the kept figures of the courses that have any: anybody may ask for this page as often as they like.
    """
    given, low = (sum((F(f"stars_{stars}") for stars in each), Value(0)) for each in (STARS, LOW_STARS))
    rows = list(
        CourseQuality.objects.values(provider=F("course__provider"))
        .annotate(given=Sum(given), low=Sum(low))
        .filter(given__gte=QUALITY_PEOPLE_MIN)
        .order_by("course__provider__name_vi", "provider")
    )
    page = Paginator(rows, PROVIDERS_PER_PAGE).get_page(page_number)
    ids = [row["provider"] for row in page.object_list]
    organizations = Organization.objects.in_bulk(ids)
    hidden, low_hidden = _hidden(ids)
    lines = [
        ProviderLine(
            organization=organizations[row["provider"]],
            given=row["given"],
            hidden=hidden[row["provider"]],
            low=row["low"],
            low_hidden=low_hidden[row["provider"]],
        )
        for row in page.object_list
    ]
    return page, lines


def _hidden(provider_ids: list[int]) -> tuple[Counter[int], Counter[int]]:
    """Return how many reviews of each of these organizations are hidden, and how many of them had few stars."""
    hidden: Counter[int] = Counter()
    low: Counter[int] = Counter()
    once = ModerationDecision.objects.filter(kind=ModerationKind.HIDDEN, reply=None).order_by().values("feedback")
    found = Feedback.objects.filter(pk__in=once, hidden_at__isnull=False, withdrawn_at=None)
    for provider, stars in found.filter(course__provider__in=provider_ids).values_list("course__provider", "stars"):
        hidden[provider] += 1
        low[provider] += stars in LOW_STARS
    return hidden, low
