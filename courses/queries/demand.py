"""What people near an organization would like to learn, as it sees it; and which of its runs may answer."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from courses.choices import WishTime
from courses.models import CourseRun, Wish, WishAnswer, WishProposal
from courses.queries import catalog
from courses.queries.wish import answers_to, heard, people, standing
from courses.rules import SEARCH_WORD, WISHES_PER_PAGE
from learners.models import Organization
from learners.models.folding import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One wish as an organization sees it: how many ask, when they could come, what was answered; no names."""

    wish: Wish
    people: int
    times: list[tuple[str, int]]  # when they could come, and how many of them
    answers: list[WishAnswer]
    ours: WishAnswer | None
    proposals: list[WishProposal]  # of our runs, neither answered with nor dismissed


def seen_by(organization: Organization) -> QuerySet[Wish]:
    """
    Return the wishes an organization may see, with ``people`` who ask and ``is_here``.

    Those of its commune come first, then those of its province; most people first.
    """
    province = organization.place.parent_id or organization.place_id
    return (
        Wish.objects.filter(place__parent=province, hidden_at__isnull=True)
        .annotate(
            people=people(), is_here=Case(When(place=organization.place_id, then=Value(True)), default=Value(False))
        )
        .filter(people__gt=0)
        .select_related("place__parent")
        .order_by("-is_here", "-people", "-created_at", "-pk")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandBoard:
    """A page of what an organization is asked for."""

    page: "Page[Wish]"
    lines: list[Demand]


def demand(organization: Organization, *, page_number: str = "") -> DemandBoard:
    """Return what people ask for in the organization's commune, then in its province, most first; five queries."""
    page = Paginator(seen_by(organization), WISHES_PER_PAGE).get_page(page_number or 1)
    return DemandBoard(page=page, lines=_demands(list(page), organization))


def demand_for(organization: Organization, public_id: UUID) -> Demand | None:
    """Return one wish as the organization sees it, or None where it may not; four queries."""
    wish = seen_by(organization).filter(public_id=public_id).first()
    return _demands([wish], organization)[0] if wish else None


def _demands(wishes: Sequence[Wish], organization: Organization) -> list[Demand]:
    ids = [wish.pk for wish in wishes]
    times: dict[int, Counter[str]] = defaultdict(Counter)
    for wish_id, when in heard().filter(wish__in=ids).values_list("wish", "times"):
        times[wish_id] += Counter(when)
    answers = answers_to(ids)
    proposals: dict[int, list[WishProposal]] = defaultdict(list)
    for proposal in _proposed_to(organization).filter(wish__in=ids):
        proposals[proposal.wish_id].append(proposal)
    demands = []
    for wish in wishes:
        stand = standing(answers[wish.pk])
        answered = {each.run_id for each in answers[wish.pk]}
        demands.append(
            Demand(
                wish=wish,
                people=wish.people,  # type: ignore[attr-defined]  # counted by the query
                times=[(str(WishTime(when).label), count) for when, count in times[wish.pk].most_common()],
                answers=stand,
                ours=next((each for each in stand if each.organization_id == organization.pk), None),
                proposals=[each for each in proposals[wish.pk] if each.run_id not in answered],
            )
        )
    return demands


def _proposed_to(organization: Organization) -> QuerySet[WishProposal]:
    return (
        WishProposal.objects.filter(
            run__version__course__provider=organization, run__cancelled_at__isnull=True, dismissed_at__isnull=True
        )
        .select_related("run__version__course", "run__place__parent")
        .order_by("run__starts_on", "pk")
    )


def unanswered(organization: Organization) -> int:
    """Return how many wishes of its own commune the organization has not answered; one query."""
    wishes = seen_by(organization).filter(place=organization.place_id).select_related(None)
    return wishes.exclude(answers__organization=organization).order_by().values("pk").count()


def runs_to_answer_with(organization: Organization, *, now: datetime) -> QuerySet[CourseRun]:
    """Return the organization's runs one may enrol in now or later, soonest first."""
    return (
        catalog.visible_runs(None)
        .filter(catalog.still_open(now=now), version__course__provider=organization)
        .order_by(F("kind").asc(), "starts_on", "pk")
    )


def runs_planned_since(since: datetime, *, now: datetime) -> list[CourseRun]:
    """Return the open runs planned since a moment whose providers are verified today, with what they are about."""
    runs = catalog.visible_runs(None).filter(
        catalog.still_open(now=now),
        created_at__gte=since,
        version__course__provider__verified_until__gte=timezone.localdate(now),
    )
    return list(runs.select_related("version__course__provider__place"))


def wishes_in(provinces: Collection[str]) -> list[Wish]:
    """Return the wishes of these provinces that somebody asks for; one query."""
    wishes = Wish.objects.filter(place__parent__in=provinces, hidden_at__isnull=True)
    return list(wishes.annotate(people=people()).filter(people__gt=0).select_related("place"))


def words_of(run: CourseRun) -> set[str]:
    """Return the folded words of what a run is about, in both languages; its field alone says too little."""
    version = run.version
    said = (version.title_vi, version.title_en, version.summary_vi, version.summary_en, *version.tags)
    return set(SEARCH_WORD.findall(fold(" ".join(said))))
