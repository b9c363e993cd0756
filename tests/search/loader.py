"""Reads the search-quality corpus and puts its catalogue into the database; the README beside it says the columns."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from courses.actions import catalog_bulk
from courses.actions.catalog import IN_ROWS_OF_ITS_OWN, Content
from courses.actions.run import weekly
from courses.choices import Format, RunKind
from courses.models import ClassSession, Course, CourseRun, CourseVersion, Field, TaughtSkill
from credits.choices import KindOfCredit
from credits.rules import MINUTES_PER_HUNDREDTH
from learners.choices import OrganizationKind, OrganizationStatus
from learners.models import Learner, Organization, Place
from portal.actions.demo import world
from portal.actions.demo.files import WEEKDAYS
from portal.actions.demo.organizations import MARK_EN, MARK_VI
from portal.actions.demo.programme_rows import Programme
from tests.factories.people import a_curator, a_learner

FOLDER = Path(__file__).parent
PROVIDERS = "providers"
SESSION = timedelta(hours=2)
SESSIONS_MAX = 30
STARTS_IN = timedelta(days=14)  # the next run of a course with weekdays begins in the week after
OPENED_BEFORE = timedelta(days=60)  # enrolment in a run of the demonstration, before its first class session
VERIFIED_FOR = timedelta(days=365)
KIND_OF_CREDIT = {  # of everybody else: community
    OrganizationKind.UNIVERSITY: KindOfCredit.ACADEMIC,
    OrganizationKind.VOCATIONAL_COLLEGE: KindOfCredit.VOCATIONAL,
    OrganizationKind.ENTERPRISE: KindOfCredit.VOCATIONAL,
}
PlannedRun = tuple[CourseRun, tuple[tuple[datetime, datetime], ...]]  # with starts and ends of its class sessions
_demonstration = cache(world.read)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusProvider:
    key: str
    kind: OrganizationKind
    name_vi: str
    name_en: str
    commune: str  # code


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Weekly class sessions, from a day on."""

    days_ahead: int
    weekdays: tuple[int, ...]  # ISO: Monday is 1; none: the first day's
    starts: time
    minutes: int
    count: int
    venue: str  # empty: online


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusCourse:
    key: str
    provider: str  # key
    content: Content
    meetings: tuple[Meeting, ...]  # one a run
    is_self_paced: bool  # has a run without class sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question and the grades of the courses that answer it: 2 exactly, 1 acceptably."""

    id: str
    kind: str
    query: str
    accented: str  # empty: no letter carries a diacritic
    relevant: Mapping[str, int]  # by the course's key
    expects: str  # "found" or "nothing"
    judged_by: str
    judged_on: str


@cache
def providers() -> tuple[CorpusProvider, ...]:
    """Return the organizations of the demonstration world and, after them, those of the corpus."""
    return (
        *(
            CorpusProvider(
                key=each.key,
                kind=each.kind,
                name_vi=each.name_vi + MARK_VI,
                name_en=each.name_en + MARK_EN,
                commune=each.place_code,
            )
            for each in _demonstration().providers
        ),
        *(
            CorpusProvider(
                key=row["key"],
                kind=OrganizationKind(row["kind"].upper()),
                name_vi=row["name_vi"],
                name_en="",
                commune=row["commune"],
            )
            for row in _rows(FOLDER / "catalog" / f"{PROVIDERS}.yaml")
        ),
    )


@cache
def courses() -> tuple[CorpusCourse, ...]:
    """Return the courses of the demonstration world, but for the returned one, and after them those of the corpus."""
    known = {provider.key: provider for provider in providers()}
    paths = sorted(path for path in (FOLDER / "catalog").glob("*.yaml") if path.stem != PROVIDERS)
    return (
        *(_demonstrated(programme) for programme in _demonstration().programmes if not programme.returned),
        *(_course(row, known[row["provider"]]) for path in paths for row in _rows(path)),
    )


def queries() -> tuple[Query, ...]:
    with (FOLDER / "queries.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Query(**row | {"relevant": dict(_grades(row["relevant"]))})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        )


@transaction.atomic
def load(*, now: datetime) -> dict[str, int]:
    """
    Put the whole catalogue into the database, published, with its runs; return the courses' ids by their keys.

    Everybody in it is verified at ``now``. Not idempotent; a few seconds.
    """
    curator, manager = a_curator(), a_learner(full_name="Nguyễn Thị Bảy")
    bodies = _register(curator=curator, manager=manager, now=now)
    known_fields = {field.code: field for field in Field.objects.select_related("parent__parent")}
    offered = courses()
    versions = {each.key: _version(each.content, bodies[each.provider], known_fields, manager, now) for each in offered}
    catalog_bulk.start_courses(versions=list(versions.values()))
    TaughtSkill.objects.bulk_create(
        TaughtSkill(version=versions[each.key], skill_id=said.code, position=position, outcome=said.outcome)
        for each in offered
        for position, said in enumerate(each.content.skills, start=1)
    )
    catalog_bulk.publish(versions=list(versions.values()), curator=curator, now=now)
    planned = [run for each in offered for run in _plan_runs(each, versions[each.key], now)]
    CourseRun.objects.bulk_create([run for run, _sessions in planned])
    ClassSession.objects.bulk_create(
        ClassSession(run=run, position=position, starts_at=starts_at, ends_at=ends_at)
        for run, sessions in planned
        for position, (starts_at, ends_at) in enumerate(sessions, start=1)
    )
    return {key: version.course_id for key, version in versions.items()}


def _rows(path: Path) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it is built in
    rows: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    return rows


def _grades(relevant: str) -> Iterator[tuple[str, int]]:
    for judged in relevant.split():
        key, _colon, grade = judged.partition(":")
        yield key, int(grade)


def _course(row: dict[str, Any], provider: CorpusProvider) -> CorpusCourse:
    form = Format(row.get("format", "in_person").upper())
    *weekdays, clock = row["meets"].split() if "meets" in row else [""]
    return CorpusCourse(
        key=row["key"],
        provider=row["provider"],
        content=Content(
            title_vi=row["title_vi"],
            title_en=row.get("title_en", ""),
            summary_vi=row["summary_vi"],
            outcomes_vi=tuple(row["outcomes_vi"]),
            format=form,
            kind_of_credit=KIND_OF_CREDIT.get(provider.kind, KindOfCredit.COMMUNITY),
            field_id=row["field"],
            level=row.get("level"),
            notional_minutes=round(row["hours"] * 60),
            languages=tuple(row.get("languages", ("vi",))),
            cost_vnd=row.get("cost", 0),
            accessibility=tuple(row.get("accessibility", ())),
            tags=tuple(row.get("tags", ())),
        ),
        meetings=(
            Meeting(
                days_ahead=STARTS_IN.days,
                weekdays=tuple(WEEKDAYS[day] for day in weekdays),
                starts=time.fromisoformat(clock),
                minutes=int(SESSION.total_seconds() // 60),
                count=min(SESSIONS_MAX, -(-timedelta(hours=row["hours"]) // SESSION)),
                venue="" if form == Format.ONLINE else provider.name_vi,
            ),
        )
        if clock
        else (),
        is_self_paced=form == Format.ONLINE and not clock,
    )


def _demonstrated(programme: Programme) -> CorpusCourse:
    dated = [offer for offer in programme.offers if offer.sessions]
    return CorpusCourse(
        key=programme.key,
        provider=programme.provider,
        content=programme.content,
        meetings=tuple(
            Meeting(
                days_ahead=offer.starts_in_days,
                weekdays=offer.weekdays,
                starts=offer.starts,
                minutes=offer.minutes,
                count=offer.sessions,
                venue=offer.venue,
            )
            for offer in dated
        ),
        is_self_paced=len(dated) < len(programme.offers),
    )


def _register(*, curator: Learner, manager: Learner, now: datetime) -> dict[str, Organization]:
    places = {place.code: place for place in Place.objects.select_related("parent")}
    bodies = {
        each.key: Organization(
            kind=each.kind,
            name_vi=each.name_vi,
            name_en=each.name_en,
            place=places[each.commune],
            status=OrganizationStatus.VERIFIED,
            registered_at=now,
            registered_by=manager,
            verified_at=now,
            verified_by=curator,
            verified_until=timezone.localdate(now + VERIFIED_FOR),
            is_demonstration=True,
        )
        for each in providers()
    }
    Organization.objects.bulk_create(bodies.values())
    return bodies


def _version(
    content: Content, provider: Organization, known_fields: Mapping[str, Field], author: Learner, now: datetime
) -> CourseVersion:
    said = {
        name: list(value) if isinstance(value, tuple) else value
        for name in content.__slots__
        if name not in (*IN_ROWS_OF_ITS_OWN, "field_id")
        for value in [getattr(content, name)]
    }
    return CourseVersion(
        course=Course(provider=provider, created_at=now, created_by=author),
        number=1,
        field=known_fields[content.field_id],
        credit_hundredths=content.notional_minutes // MINUTES_PER_HUNDREDTH,
        created_at=now,
        created_by=author,
        **said,
    )


def _plan_runs(course: CorpusCourse, version: CourseVersion, now: datetime) -> Iterator[PlannedRun]:
    """What ``courses.actions.run.plan_run`` would save, hundreds at once."""
    today = timezone.localdate(now)
    provider = version.course.provider
    shared = {"version": version, "created_at": now, "created_by": version.created_by}
    if course.is_self_paced:
        yield CourseRun(kind=RunKind.SELF_PACED, starts_on=today, enrollment_opens_at=now, **shared), ()
    for meeting in course.meetings:
        sessions = weekly(
            first_day=today + timedelta(days=meeting.days_ahead),
            weekdays=meeting.weekdays,
            starts=meeting.starts,
            minutes=meeting.minutes,
            count=meeting.count,
        ).sessions
        first, last = sessions[0][0], sessions[-1][0]
        yield (
            CourseRun(
                kind=RunKind.DATED,
                starts_on=timezone.localdate(first),
                ends_on=timezone.localdate(last),
                enrollment_opens_at=min(now, first - OPENED_BEFORE),
                enrollment_closes_at=first,
                place=provider.place if meeting.venue else None,
                venue=meeting.venue,
                **shared,
            ),
            sessions,
        )
