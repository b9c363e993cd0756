"""What pages show of waiting lists: to who would wait, to who waits, and to who keeps the roster."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import CourseRun, PlaceRequest, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import place_request
from courses.queries.catalog import still_open, visible_runs
from courses.queries.seats import with_seats
from courses.queries.waiting import OPEN, line, offered_to, place_in_line, together
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the line of a full run stands for somebody who looks at it."""

    people: int  # who wait in it
    mine: WaitingChoice | None
    place: int  # of mine in the line; 0 without
    offer: SeatOffer | None  # that keeps a seat of this run for them
    elsewhere: list[CourseRun]  # other full runs of the course one could wait for too, with ``waiting``

    @property
    def may_join(self) -> bool:
        return self.mine is None


def standing(run: CourseRun, learner: Learner, *, now: datetime) -> Standing:
    """Return how the line of a run stands for a learner; five queries at most."""
    mine = line(run).filter(request__learner=learner).first()
    return Standing(
        people=line(run).count(),
        mine=mine,
        place=place_in_line(mine) if mine else 0,
        offer=offered_to(learner, run, now=now),
        elsewhere=list(full_runs([run.version.course_id], now=now).exclude(pk=run.pk)) if mine is None else [],
    )


def runs_with_ids(ids: Collection[int]) -> QuerySet[CourseRun]:
    return CourseRun.objects.filter(pk__in=ids).select_related("version")


def full_runs(course_ids: Collection[int], *, now: datetime) -> QuerySet[CourseRun]:
    """Return the open runs of these courses whose seats are all held or kept, soonest first, with ``waiting``."""
    runs = visible_runs(None).filter(
        still_open(now=now), version__course__in=list(course_ids), enrollment_opens_at__lte=now
    )
    return with_waiting(with_seats(runs).filter(seats_left__lte=0)).order_by("starts_on", "pk")


def with_waiting(runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    """Add ``waiting``: how many people wait for a seat of the run."""
    counted = WaitingChoice.objects.filter(run=OuterRef("pk"), ended_at__isnull=True).order_by().values("run")
    return runs.annotate(
        waiting=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MyChoice:
    choice: WaitingChoice
    place: int
    people: int
    offer: SeatOffer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MyRequest:
    """One course a learner waits for."""

    request: WaitingRequest
    title: str
    choices: list[MyChoice]  # in the order of choosing
    elsewhere: list[CourseRun]  # full runs of the course they could wait for too


def requests_of(learner: Learner) -> QuerySet[WaitingRequest]:
    """Return a learner's own requests, newest first, with the group they wait with."""
    return WaitingRequest.objects.filter(learner=learner).select_related("group").order_by("-asked_at", "-pk")


def open_of(learner: Learner, *, now: datetime) -> list[MyRequest]:
    """Return what a learner waits for, newest first; four queries however much it is."""
    requests = {each.pk: each for each in requests_of(learner).filter(ended_at__isnull=True)}
    choices: dict[int, list[MyChoice]] = {key: [] for key in requests}
    offers = {offer.choice_id: offer for offer in SeatOffer.objects.filter(request__in=requests, outcome=OPEN)}
    for choice in with_places(WaitingChoice.objects.filter(request__in=requests, ended_at__isnull=True)):
        choices[choice.request_id].append(
            MyChoice(choice=choice, place=choice.ahead + 1, people=choice.people, offer=offers.get(choice.pk))
        )
    full = list(full_runs({each.course_id for each in requests.values()}, now=now)) if requests else []
    return [
        MyRequest(
            request=request,
            title=choices[key][0].choice.run.version.title,
            choices=choices[key],
            elsewhere=[
                run
                for run in full
                if request.group_id is None
                and run.version.course_id == request.course_id
                and run.pk not in {mine.choice.run_id for mine in choices[key]}
            ],
        )
        for key, request in requests.items()
        if choices[key]
    ]


def with_places(choices: QuerySet[WaitingChoice]) -> QuerySet[Any]:
    """Return the choices with ``ahead`` and ``people``: how many of the line come before, and how many it has."""
    here = WaitingChoice.objects.filter(run=OuterRef("run"), ended_at__isnull=True).order_by().values("run")
    offered = SeatOffer.objects.filter(choice=OuterRef("pk"), outcome=OPEN)
    before = here.filter(
        Q(priority__lt=OuterRef("priority")) | Q(priority=OuterRef("priority"), turn__lt=OuterRef("turn")),
        ~Exists(offered),
    )
    return (
        choices.select_related("run__version__course__provider", "run__place__parent")
        .annotate(
            ahead=Coalesce(Subquery(before.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
            people=Coalesce(Subquery(here.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        )
        .order_by("pk")
    )


def ended_of(learner: Learner, *, limit: int) -> list[WaitingChoice]:
    """Return a learner's choices that have ended, last first; one query."""
    ended = WaitingChoice.objects.filter(request__learner=learner, ended_at__isnull=False)
    return list(ended.select_related("run__version__course").order_by("-ended_at", "-pk")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a learner's own page says of waiting."""

    classes: int  # they stand in the line of
    offers: list[SeatOffer]  # that wait for their answer, soonest over first
    asked: list[PlaceRequest]  # that wait for the organization's, and those lately answered with a no


def summary(learner: Learner, *, now: datetime) -> Summary:
    """Return how many classes a learner waits for and what is offered to them and asked by them; three queries."""
    first = SeatOffer.objects.filter(outcome=OPEN, choice__turn=OuterRef("choice__turn"), run=OuterRef("run"))
    of_group = Q(request__group__leader=learner) & ~Exists(first.filter(pk__lt=OuterRef("pk")))
    alone = Q(request__learner=learner, request__group__isnull=True)
    offers = SeatOffer.objects.filter(alone | of_group, outcome=OPEN, expires_at__gt=now)
    return Summary(
        classes=WaitingChoice.objects.filter(request__learner=learner, ended_at__isnull=True).count(),
        offers=list(offers.select_related("run__version").order_by("expires_at", "pk")),
        asked=place_request.to_show(learner, now=now),
    )


def offers_of(learner: Learner) -> QuerySet[SeatOffer]:
    """Return the offers made to a learner or to the group they speak for, with what their page names."""
    offers = SeatOffer.objects.filter(Q(request__learner=learner) | Q(request__group__leader=learner))
    return offers.select_related(
        "choice",
        "request__learner",
        "request__group__leader",
        "run__version__course__provider",
        "run__place__parent",
        "run__terms",
    )


def people_in_line(run: CourseRun) -> int:
    return line(run).count()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """The line of a run as who keeps its roster reads it."""

    people: int
    units: list[list[WaitingChoice]]  # the first of them, one person or a group each, with ``offered_until``


def line_shown(run: CourseRun, *, limit: int) -> LineShown:
    """Return the first people in the line of a run, the next one first; two queries."""
    offered = SeatOffer.objects.filter(choice=OuterRef("pk"), outcome=OPEN).values("expires_at")
    choices = (
        line(run).select_related("request__learner", "request__group__leader").annotate(offered_until=Subquery(offered))
    )
    return LineShown(people=people_in_line(run), units=together(choices[:limit]))
