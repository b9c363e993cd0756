"""Wishes: what makes two of them one, a learner's own, and what a place's public board shows."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, QuerySet, Value, When

from courses.choices import WishTime
from courses.models import Wish, WishAnswer, WishVoice
from courses.rules import SEARCH_WORD, WISH_LEADS, WISH_SHOWN_PEOPLE_MIN, WISHES_PER_PAGE
from learners.models import Learner, Place
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


def answers_to(wish_ids: Collection[int]) -> dict[int, list[WishAnswer]]:
    """Return every answer to each of these wishes, with organization and run; one query."""
    answers: dict[int, list[WishAnswer]] = defaultdict(list)
    given = WishAnswer.objects.filter(wish__in=wish_ids)
    for answer in given.select_related("organization", "run__version__course", "run__place__parent"):
        answers[answer.wish_id].append(answer)
    return answers


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
    answers = answers_to(ids)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A page of what a place asks for."""

    page: "Page[Wish]"
    lines: list[Asked]


def public_board(place: Place, *, page_number: str = "") -> Board:
    """
    Return what at least ``WISH_SHOWN_PEOPLE_MIN`` people ask for in a commune or a province, most first.

    Three queries; wishes hidden by a curator are left out.
    """
    page = Paginator(_shown_in(place), WISHES_PER_PAGE).get_page(page_number or 1)
    wishes = list(page)
    answers = answers_to([wish.pk for wish in wishes])
    lines = [
        Asked(
            wish=wish,
            people=wish.people,  # type: ignore[attr-defined]  # counted by the query
            answers=standing(answers[wish.pk]),
        )
        for wish in wishes
    ]
    return Board(page=page, lines=lines)


def _shown_in(place: Place) -> QuerySet[Wish]:
    return (
        Wish.objects.filter(Q(place=place) | Q(place__parent=place), hidden_at__isnull=True)
        .annotate(people=people())
        .filter(people__gte=WISH_SHOWN_PEOPLE_MIN)
        .select_related("place__parent")
        .order_by("-people", "-created_at", "-pk")
    )
