"""Wishes: a learner's own, what a place's public board shows, and the demand an organization sees."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from courses.choices import WishTime
from courses.models import CourseRun, Wish, WishAnswer, WishProposal, WishVoice
from courses.queries import catalog
from courses.rules import SEARCH_WORD, WISH_LEADS, WISH_SHOWN_PEOPLE_MIN, WISHES_PER_PAGE
from learners.models import Learner, Organization, Place
from learners.models.folding import fold


def tidied(topic: str) -> str:
    """Return a topic without what people put before it: "Lớp trồng nấm" → "Trồng nấm"."""
    text = " ".join(unicodedata.normalize("NFC", topic).split())
    for lead in WISH_LEADS:
        rest = text[len(lead) :].strip()
        if text.lower().startswith(f"{lead} ") and rest:
            text = rest
    return text[:1].upper() + text[1:]


def folded(topic: str) -> str:
    """Return the words of a topic without diacritics: what makes two wishes one; empty where it says nothing."""
    return " ".join(SEARCH_WORD.findall(fold(tidied(topic))))


def heard() -> QuerySet[WishVoice]:
    """Return the voices that count: not ended, of people who have not left."""
    return WishVoice.objects.filter(ended_at__isnull=True, learner__is_active=True)


def people() -> Count:
    """Return the SQL that counts the people who ask for each wish."""
    return Count("voices", filter=Q(voices__ended_at__isnull=True, voices__learner__is_active=True))


def standing(answers: Iterable[WishAnswer]) -> list[WishAnswer]:
    """Return of each organization the newest answer, newest first; one whose run was cancelled stands no more."""
    newest: dict[int, WishAnswer] = {}
    for answer in sorted(answers, key=lambda each: (each.answered_at, each.pk)):
        newest[answer.organization_id] = answer
    stand = [each for each in newest.values() if each.run is None or each.run.cancelled_at is None]
    return sorted(stand, key=lambda each: (each.answered_at, each.pk), reverse=True)


def _with_answers() -> Prefetch:
    answers = WishAnswer.objects.select_related("organization", "run__version__course", "run__place__parent")
    return Prefetch("answers", queryset=answers)


# A learner's own


@dataclass(frozen=True, slots=True, kw_only=True)
class MyWish:
    voice: WishVoice
    others: int  # who ask for the same
    answers: list[WishAnswer]  # the one that stands of each organization, newest first

    @property
    def is_open(self) -> bool:
        return self.voice.ended_at is None

    @property
    def people(self) -> int:
        return self.others + self.is_open

    @property
    def is_asked_again(self) -> bool:
        return self.is_open and self.voice.asked_again_at is not None

    @property
    def times(self) -> list[str]:
        return [str(WishTime(each).label) for each in self.voice.times if each in WishTime.values]


def of_learner(learner: Learner, *, limit: int) -> list[MyWish]:
    """Return a learner's wishes, open ones first, then newest first; three queries."""
    voices = list(
        WishVoice.objects.filter(learner=learner)
        .select_related("wish__place__parent")
        .order_by(Case(When(ended_at__isnull=True, then=Value(0)), default=Value(1)), "-asked_at", "-pk")[:limit]
    )
    ids = [voice.wish_id for voice in voices]
    counts = dict(
        heard().filter(wish__in=ids).exclude(learner=learner).order_by().values_list("wish").annotate(Count("pk"))
    )
    answers: dict[int, list[WishAnswer]] = defaultdict(list)
    for answer in WishAnswer.objects.filter(wish__in=ids).select_related(
        "organization", "run__version__course", "run__place__parent"
    ):
        answers[answer.wish_id].append(answer)
    return [
        MyWish(voice=voice, others=counts.get(voice.wish_id, 0), answers=standing(answers[voice.wish_id]))
        for voice in voices
    ]


def voice_of(learner: Learner, public_id: UUID) -> QuerySet[WishVoice]:
    """Return the learner's own voice with this number, or nothing."""
    return WishVoice.objects.filter(learner=learner, public_id=public_id).select_related("wish__place__parent")


def others_who_ask(voice: WishVoice) -> int:
    """Return how many beside this learner ask for the same; one query."""
    return heard().filter(wish=voice.wish_id).exclude(pk=voice.pk).count()


def commune(code: str) -> Place | None:
    """Return the commune in force with this code, or None; no query without a code."""
    if not code:
        return None
    return Place.objects.filter(code=code, parent__isnull=False, valid_to__isnull=True).first()


# For everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One line of a board."""

    wish: Wish
    people: int
    answers: list[WishAnswer]


def public_board(place: Place, *, page_number: str = "") -> "Page[Asked]":
    """
    Return what at least ``WISH_SHOWN_PEOPLE_MIN`` people ask for in a commune or a province, most first.

    Three queries; wishes hidden by a curator are left out.
    """
    wishes = (
        Wish.objects.filter(Q(place=place) | Q(place__parent=place), hidden_at__isnull=True)
        .annotate(people=people())
        .filter(people__gte=WISH_SHOWN_PEOPLE_MIN)
        .select_related("place__parent")
        .prefetch_related(_with_answers())
        .order_by("-people", "-created_at", "-pk")
    )
    page = Paginator(wishes, WISHES_PER_PAGE).get_page(page_number or 1)
    page.object_list = [
        Asked(wish=wish, people=wish.people, answers=standing(wish.answers.all())) for wish in page.object_list
    ]
    return page


# For an organization


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
    """Return the wishes an organization may see: those of its province, with ``people`` who ask and ``is_here``."""
    province = organization.place.parent_id or organization.place_id
    return (
        Wish.objects.filter(place__parent=province, hidden_at__isnull=True)
        .annotate(
            people=people(), is_here=Case(When(place=organization.place_id, then=Value(True)), default=Value(False))
        )
        .filter(people__gt=0)
        .select_related("place__parent")
    )


def demand(organization: Organization, *, page_number: str = "") -> "Page[Demand]":
    """Return what people ask for in the organization's commune, then in its province, most first; five queries."""
    wishes = seen_by(organization).order_by("-is_here", "-people", "-created_at", "-pk")
    page = Paginator(wishes, WISHES_PER_PAGE).get_page(page_number or 1)
    page.object_list = _demands(list(page.object_list), organization)
    return page


def demand_for(organization: Organization, public_id: UUID) -> Demand | None:
    """Return one wish as the organization sees it, or None where it may not; four queries."""
    wish = seen_by(organization).filter(public_id=public_id).first()
    return _demands([wish], organization)[0] if wish else None


def _demands(wishes: Sequence[Wish], organization: Organization) -> list[Demand]:
    ids = [wish.pk for wish in wishes]
    times: dict[int, Counter[str]] = defaultdict(Counter)
    for wish_id, when in heard().filter(wish__in=ids).values_list("wish", "times"):
        times[wish_id] += Counter(when)
    answers: dict[int, list[WishAnswer]] = defaultdict(list)
    for answer in WishAnswer.objects.filter(wish__in=ids).select_related(
        "organization", "run__version__course", "run__place__parent"
    ):
        answers[answer.wish_id].append(answer)
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


# For the nightly look


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
