"""Pathways as a learner sees them: how far, what is missing, and which courses near them would fill it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from courses.queries import enrollment as enrollments
from courses.queries import suggestion as offers
from courses.queries.suggestion import Suggestion
from credits.choices import RuleKind
from credits.queries import pathway as pathways
from credits.queries import qualification as qualifications
from credits.queries.holding import Holding, Rule
from credits.queries.progress import Extra, Progress, Sentence, how_far, terms_of, with_extra
from credits.queries.qualification import Held
from learners.models import Learner

if TYPE_CHECKING:
    from credits.models import PathwayFollow, PathwayVersion

SUGGESTIONS_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A course that would fill something, and whether the reader wants to see what it would change."""

    offer: Suggestion
    is_tried: bool
    is_enrolled: bool  # on their way in it already


@dataclass(frozen=True, slots=True, kw_only=True)
class MyPathway:
    """One pathway of one learner's."""

    follow: "PathwayFollow | None"  # None: reached, and left since
    version: "PathwayVersion"
    progress: Progress
    qualification: Held | None  # the newest, standing or withdrawn
    newer: "PathwayVersion | None"
    suggested: Sequence[Suggested]
    they_finish_it: bool  # all that is suggested together
    tried: Progress | None  # with the courses the reader ticked

    @property
    def is_reached(self) -> bool:
        return self.qualification is not None and self.qualification.stands

    @property
    def is_withdrawn(self) -> bool:
        return self.qualification is not None and not self.qualification.stands


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPathway:
    version: "PathwayVersion"
    sentences: Sequence[Sentence]
    follow: "PathwayFollow | None"  # of whoever reads


def public(version: "PathwayVersion", *, learner: Learner | None, on: date) -> PublicPathway:
    """Return what a pathway asks of who starts on a day; four queries, one more for a learner."""
    (terms,) = terms_of([(version, on)])
    follow = pathways.follow_of(learner, version.pathway.slug) if learner else None
    return PublicPathway(version=version, sentences=terms.sentences, follow=follow)


def mine(
    learner: Learner, slug: str, *, now: datetime, tried: Collection[int] = (), suggest: bool = True
) -> MyPathway | None:
    """
    Return the learner's page of a pathway they follow or have reached, or None; fifteen queries at most.

    ``tried`` are the ids of suggested courses: what would be if they were done. Others are not listened to.
    """
    follow = pathways.follow_of(learner, slug)
    held = next(
        (each for each in qualifications.held(learner) if each.qualification.version.pathway.slug == slug), None
    )
    if follow is None and held is None:
        return None
    version = follow.version if follow else held.qualification.version  # type: ignore[union-attr]
    since = pathways.started_on(follow) if follow else timezone.localdate(held.qualification.awarded_at)  # type: ignore[union-attr]
    today = timezone.localdate(now)
    progress = how_far(learner, version, started_on=since, on=today)
    is_open = follow is not None and not (held and held.stands)
    offered = _suggestions(progress, learner, now=now) if suggest and is_open and not progress.is_complete else []
    enrolled_in = enrollments.courses_under_way(learner) if offered else set()
    chosen = [each for each in offered if each.version.course_id in tried]
    published = pathways.get_published(slug) if is_open else None
    return MyPathway(
        follow=follow,
        version=version,
        progress=progress,
        qualification=held,
        newer=published if published and published.number > version.number else None,
        suggested=[
            Suggested(offer=each, is_tried=each in chosen, is_enrolled=each.version.course_id in enrolled_in)
            for each in offered
        ],
        they_finish_it=bool(offered) and with_extra(progress, _extras(offered, today), on=today).is_complete,
        tried=with_extra(progress, _extras(chosen, today), on=today) if chosen else None,
    )


def _suggestions(progress: Progress, learner: Learner, *, now: datetime) -> list[Suggestion]:
    """
    Return the fewest courses that fill the most of what is missing; what is near before what is far.

    Worked out on what is missing, without counting anew for each course; whether they finish it is then counted.
    """
    today = timezone.localdate(now)
    offered = offers.open_near(learner.place, kinds_of_credit=progress.version.kinds_of_credit, now=now)
    known = {key for line in progress.count.lines for key in line.holding.course_keys}
    able = {each: offers.holding_of(each, today) for each in offered if each.course_key not in known}
    minimums = [(each.rule, each.missing) for each in progress.count.judged if each.rule.kind == RuleKind.MINIMUM]
    gap = _Gap(in_all=progress.count.missing, of_rules=minimums)
    chosen: list[Suggestion] = []
    while able and len(chosen) < SUGGESTIONS_MAX:
        gains = {offer: gap.gain(holding) for offer, holding in able.items()}
        # What is near before what is far; what a minimum lacks first, then what is of its subject; more before less.
        ranked = [
            (gain > 0 and offer.is_near, *gap.subject(able[offer]), gain, -offer.nearness, offer)
            for offer, gain in gains.items()
        ]
        *_rank, best = max(ranked, key=lambda row: row[:-1])
        if not gains[best]:
            break
        gap.fill(able.pop(best))
        chosen.append(best)
    return chosen


@dataclass(slots=True, kw_only=True)
class _Gap:
    """What is missing still, in hundredths: in all, and of each minimum."""

    in_all: int
    of_rules: list[tuple[Rule, int]]

    def gain(self, holding: Holding) -> int:
        """Return how much of the gap a holding would fill; what no minimum needs only where the whole leaves room."""
        needed = sum(min(holding.amount, left) for rule, left in self.of_rules if rule.speaks_of(holding))
        room = self.in_all - max((left for _rule, left in self.of_rules), default=0)
        return needed or min(holding.amount, max(room, 0))

    def subject(self, holding: Holding) -> tuple[bool, bool]:
        """Return whether a minimum lacks something like it, and whether a minimum speaks of it at all."""
        of = [left for rule, left in self.of_rules if rule.speaks_of(holding)]
        return any(of), bool(of)

    def fill(self, holding: Holding) -> None:
        self.in_all = max(self.in_all - holding.amount, 0)
        self.of_rules = [
            (rule, max(left - holding.amount, 0) if rule.speaks_of(holding) else left) for rule, left in self.of_rules
        ]


def _extras(offers_chosen: Sequence[Suggestion], today: date) -> list[Extra]:
    return [
        Extra(
            holding=offers.holding_of(each, today), title=each.version.title, provider=each.version.course.provider.name
        )
        for each in offers_chosen
    ]
