"""
Courses suggested to a learner, each with the reasons why.

The reasons are a closed list with points (``rules.WEIGHTS``): a pathway lacks it, a course of its field was completed,
the learner likes its field, it is near, it begins soon, it fits between one's classes; beside a course
(``queries.similar``) what the two have in common. What meets too far from home to go there moves down. Nothing else
moves a course: no clicks, no enrolments of others, no price, no payment; ``Candidate`` has no field for them, and a
test looks at what is read. Part of the list belongs to small organisers near the learner
(``rules.SMALL_LOCAL_PERCENT_MIN``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.choices import Because, EnrollmentState, RunKind
from courses.models import ClassSession, CourseVersion, Enrollment, SuggestionRefusal
from courses.models.catalog import BROAD_DIGITS
from courses.queries import digest, interest, suggestion
from courses.queries.suggestion import IN_REACH, IN_THE_COMMUNE, IN_THE_PROVINCE, Suggestion
from courses.rules import (
    FAR_POINTS,
    SMALL_KINDS,
    SMALL_LOCAL_PERCENT_MIN,
    SUGGESTED_SOON_DAYS,
    SUGGESTIONS_LOOKED_AT_MAX,
    WEIGHTS,
)
from credits.choices import KindOfCredit, RuleKind
from credits.queries.progress import Progress
from learners import formats
from learners.models import Learner, Organization, Place

POINTS = {weight.because: weight.points for weight in WEIGHTS}
ENOUGH = frozenset(weight.because for weight in WEIGHTS if weight.is_enough)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, with the name it needs to be said: of a pathway, a field or a place, or a day."""

    because: Because
    name: str = ""

    @property
    def words(self) -> str:
        """The reason as its learner reads it, after "because"."""
        sentences = {
            Because.PATHWAY_GAP: _("it fills what the pathway “%(name)s” still needs"),
            Because.SAME_FIELD: _("you have completed a course in the field “%(name)s”"),
            Because.INTEREST: _("you said you like “%(name)s”"),
            Because.IN_THE_COMMUNE: _("it is near you, in %(name)s"),
            Because.IN_THE_PROVINCE: _("it is in your province, %(name)s"),
            Because.BEGINS_SOON: _("it begins soon, on %(name)s"),
            Because.FITS: _("it fits between your classes"),
            Because.SAME_SKILL: _("it also teaches “%(name)s”"),
            Because.FIELD_OF_THIS: _("it is in the same field, “%(name)s”"),
            Because.SAME_COMMUNE: _("it is in the same place, %(name)s"),
            Because.SHORTER: _("it is shorter, %(name)s"),
            Because.FREE: _("it is free"),
        }
        return sentences[self.because] % {"name": self.name}


def because(reasons: Sequence[Reason]) -> str:
    return _("because %(reasons)s") % {"reasons": "; ".join(reason.words for reason in reasons)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """All that decides whether and where a course stands in the list."""

    course_id: int
    reasons: tuple[Reason, ...]
    starts_on: date | None  # None: at any time
    is_small_local: bool
    is_far: bool = False  # it meets where nobody goes from the place that is known

    @property
    def points(self) -> int:
        return sum(POINTS[reason.because] for reason in self.reasons) - (FAR_POINTS if self.is_far else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """One suggestion, with the run one would take."""

    offer: Suggestion
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """All reasons in one sentence, without a full stop."""
        return because(self.reasons)

    @property
    def version(self) -> CourseVersion:
        return self.offer.version


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of the learner for this, and nothing else is."""

    place: Place | None
    fields: dict[str, str]  # of completed courses: code and name
    interests: dict[str, str]  # broad fields they like: code and name
    pathways: Sequence[Progress]
    busy: Sequence[ClassSession]  # what they already have
    today: date


def chosen(candidates: Collection[Candidate], *, slots: int) -> list[Candidate]:
    """
    Return the list: most points first, then the soonest; of those that have a reason of their own.

    At least ``SMALL_LOCAL_PERCENT_MIN`` of the places go to small organisers near the learner while there are any.
    """
    able = [each for each in candidates if any(reason.because in ENOUGH for reason in each.reasons)]
    ordered = sorted(able, key=lambda each: (-each.points, each.starts_on or date.max, each.course_id))
    first, rest = ordered[:slots], ordered[slots:]
    theirs = -(-min(slots, len(ordered)) * SMALL_LOCAL_PERCENT_MIN // 100)
    lacking = theirs - sum(each.is_small_local for each in first)
    moving_up = [each for each in rest if each.is_small_local][: max(lacking, 0)]
    giving_way = [each for each in reversed(first) if not each.is_small_local][: len(moving_up)]
    return [each for each in ordered if each in moving_up or (each in first and each not in giving_way)]


def for_learner(
    learner: Learner, *, pathways: Sequence[Progress], slots: int, now: datetime, leave_out: Collection[int] = ()
) -> list[Suggested]:
    """
    Return what is suggested to a learner, best first; nine queries at most, none for who does not want suggestions.

    ``pathways`` are those they are on; ``leave_out`` are ids of courses they are looking at anyway.
    """
    if not learner.wants_suggestions:
        return []
    taken = list(
        Enrollment.objects.filter(learner=learner)
        .exclude(state__in=[EnrollmentState.WITHDRAWN, EnrollmentState.CANCELLED])
        .select_related("run__version__field")
    )
    busy = digest.sessions_between(since=now, until=None, learner_ids=[learner.pk]).get(learner.pk, [])
    about = About(
        place=learner.place,
        fields={
            each.run.version.field_id: each.run.version.field.name
            for each in taken
            if each.state == EnrollmentState.COMPLETED
        },
        interests=interest.of_learner(learner),
        pathways=pathways,
        busy=[meeting.session for meeting in busy],
        today=timezone.localdate(now),
    )
    not_again = {each.run.version.course_id for each in taken} | refused_ids(learner) | set(leave_out)
    offers = {
        offer.version.course_id: offer
        for offer in suggestion.open_near(about.place, kinds_of_credit=KindOfCredit.values, now=now)
        if offer.version.course_id not in not_again
    }
    candidates = {course_id: _candidate(offer, about) for course_id, offer in offers.items()}
    most = chosen(candidates.values(), slots=SUGGESTIONS_LOOKED_AT_MAX)
    fitting = _that_fit(most, offers, about)
    return [Suggested(offer=offers[each.course_id], reasons=each.reasons) for each in chosen(fitting, slots=slots)]


def refused_ids(learner: Learner) -> set[int]:
    """Return the ids of the courses that are not for this learner, as they said; one query."""
    return set(
        SuggestionRefusal.objects.filter(learner=learner, undone_at__isnull=True).values_list("course", flat=True)
    )


def refused(learner: Learner, *, limit: int) -> list[CourseVersion]:
    """Return the courses a learner does not want suggested, as they are now, the newest refusal first; two queries."""
    refusals = SuggestionRefusal.objects.filter(learner=learner, undone_at__isnull=True).order_by("-refused_at", "-pk")
    ids = list(refusals.values_list("course", flat=True)[:limit])
    newest = CourseVersion.objects.filter(course__in=ids, published_at__isnull=False).select_related("course__provider")
    by_course = {version.course_id: version for version in newest.order_by("number")}
    return [by_course[course_id] for course_id in ids if course_id in by_course]


def _candidate(offer: Suggestion, about: About) -> Candidate:
    version, run = offer.version, offer.run
    reasons = [
        Reason(because=Because.PATHWAY_GAP, name=progress.version.title)
        for progress in about.pathways
        if _fills(offer, progress, about.today)
    ][:1]
    if version.field_id in about.fields:
        reasons.append(Reason(because=Because.SAME_FIELD, name=about.fields[version.field_id]))
    if (broad := version.field_id[:BROAD_DIGITS]) in about.interests:
        reasons.append(Reason(because=Because.INTEREST, name=about.interests[broad]))
    if about.place is not None and offer.nearness == IN_THE_COMMUNE:
        reasons.append(Reason(because=Because.IN_THE_COMMUNE, name=str(about.place)))
    elif about.place is not None and offer.nearness == IN_THE_PROVINCE:
        province = about.place.parent or about.place
        reasons.append(Reason(because=Because.IN_THE_PROVINCE, name=province.name))
    is_dated = run.kind == RunKind.DATED
    if is_dated and about.today <= run.starts_on <= about.today + timedelta(days=SUGGESTED_SOON_DAYS):
        reasons.append(Reason(because=Because.BEGINS_SOON, name=formats.day_near(run.starts_on)))
    return Candidate(
        course_id=version.course_id,
        reasons=tuple(reasons),
        starts_on=run.starts_on if is_dated else None,
        is_small_local=_is_small_local(version.course.provider, about.place, offer),
        is_far=about.place is not None and not offer.is_near,
    )


def _fills(offer: Suggestion, progress: Progress, today: date) -> bool:
    """Return whether the course would count toward what a pathway lacks: a minimum, or what is left beside them."""
    kinds = progress.version.kinds_of_credit
    known = {key for line in progress.count.lines for key in line.holding.course_keys}
    if progress.is_complete or offer.course_key in known or (kinds and offer.version.kind_of_credit not in kinds):
        return False
    holding = suggestion.holding_of(offer, today)
    lacking = [each for each in progress.count.judged if each.rule.kind == RuleKind.MINIMUM and each.missing]
    beside = progress.count.missing - max((each.missing for each in lacking), default=0)
    return beside > 0 or any(each.rule.speaks_of(holding) for each in lacking)


def _is_small_local(provider: Organization, home: Place | None, offer: Suggestion) -> bool:
    """Small by its kind; near when the class is, and for who has no place everywhere is as near."""
    is_near = home is None or offer.nearness in (IN_THE_COMMUNE, IN_THE_PROVINCE, IN_REACH)
    return provider.kind in SMALL_KINDS and is_near


def _that_fit(candidates: Sequence[Candidate], offers: dict[int, Suggestion], about: About) -> list[Candidate]:
    """Return the candidates no class of which meets one the learner has, and say so of them; at most one query."""
    if not about.busy:
        return list(candidates)
    runs = [offers[each.course_id].run.pk for each in candidates]
    last = max(session.ends_at for session in about.busy)
    meetings = ClassSession.objects.filter(
        run__in=runs, cancelled_at__isnull=True, starts_at__lt=last, ends_at__gt=about.busy[0].starts_at
    ).values_list("run", "starts_at", "ends_at")
    clashing = {
        run_id
        for run_id, starts_at, ends_at in meetings
        if any(starts_at < mine.ends_at and mine.starts_at < ends_at for mine in about.busy)
    }
    fits = Reason(because=Because.FITS)
    return [
        replace(each, reasons=(*each.reasons, fits)) if each.starts_on else each
        for each in candidates
        if offers[each.course_id].run.pk not in clashing
    ]
