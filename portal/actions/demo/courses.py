"""The courses of the demonstration world: written, submitted, published or returned, with their runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from courses.actions import catalog, content
from courses.actions import run as runs
from courses.queries import workspace
from courses.rules import SERIES_DAYS_MAX
from learners.models import Learner
from learners.queries import calendar
from portal.actions.demo.organizations import Body
from portal.actions.demo.person_rows import Completed
from portal.actions.demo.programme_rows import Offer, Programme

if TYPE_CHECKING:
    from courses.models import ClassSession, CourseRun, CourseVersion, Unit

SOURCE = "portal/demo"
PUBLISHED = timedelta(days=410)  # ago
RETURNED = timedelta(days=4)
SUBMITTED_LATELY = timedelta(days=1)
REVIEW_TOOK = timedelta(days=2)
OPENS_BEFORE = timedelta(days=60)  # the first class session
SELF_PACED_SINCE = timedelta(days=400)
# An online course whose lessons are still to be written takes nobody yet.
OPENS_WHEN_WRITTEN = timedelta(days=90)
FITS_WITHIN = timedelta(days=14)  # a run over so near to the day is the one that was meant
LOOKED_BACK_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One run that was made, with what is needed to take part in it."""

    programme: Programme
    offer: Offer
    run: "CourseRun"
    sessions: tuple["ClassSession", ...]
    units: tuple["Unit", ...]
    keeper: Learner  # marks the attendance

    @property
    def ends_on(self) -> date | None:
        return timezone.localdate(self.sessions[-1].starts_at) if self.sessions else None


def offer_programme(
    programme: Programme,
    *,
    body: Body,
    curator: Learner,
    named: Mapping[str, Learner],
    completed: Iterable[Completed],
    now: datetime,
) -> list[Offered]:
    """
    Bring a course into the catalogue with its runs and return them; nothing when the course is there already.

    A course of an organization still to be verified stays in review, one with reasons goes back to its writers; both
    have their runs planned and none to enrol in. Runs that have ended are added for what was completed then.
    """
    if workspace.visible_to(curator).filter(import_source=SOURCE, import_key=programme.key).exists():
        return []
    stays = programme.returned or not body.organization.verified_at
    decided_at = now - (RETURNED if programme.returned else SUBMITTED_LATELY if stays else PUBLISHED)
    submitted_at = decided_at - REVIEW_TOOK if programme.returned or not stays else decided_at
    version, units = _write(programme, body=body, now=submitted_at)
    if stays:
        for offer in programme.offers:
            _plan(offer, programme, version, body=body, named=named, now=now)
    catalog.submit(version=version, author=body.manager, now=submitted_at, tell=False)
    if programme.returned:
        catalog.return_with_reasons(version=version, curator=curator, reasons=programme.returned, now=decided_at)
    if stays:
        return []
    version = catalog.publish(version=version, curator=curator, now=decided_at, tell=False)
    offered = [
        _offered(offer, programme, version, units, body=body, named=named, now=now) for offer in programme.offers
    ]
    today = timezone.localdate(now)
    for day in sorted(today - timedelta(days=each.days_ago) for each in completed):
        ended = None if fitting(offered, day, today=today) else _ended(programme, day, now=now)
        if ended is not None:
            offered.append(_offered(ended, programme, version, units, body=body, named=named, now=now))
    return offered


def fitting(offered: Iterable[Offered], day: date, *, today: date) -> Offered | None:
    """Return the run in which somebody completed the course about that day; one at one's own pace always fits."""
    for each in offered:
        if each.ends_on is None or (each.ends_on < today and abs(each.ends_on - day) <= FITS_WITHIN):
            return each
    return None


def _write(programme: Programme, *, body: Body, now: datetime) -> "tuple[CourseVersion, tuple[Unit, ...]]":
    version = catalog.create_draft(
        organization=body.organization,
        author=body.manager,
        content=programme.content,
        import_source=SOURCE,
        import_key=programme.key,
        now=now,
    )
    parts = [
        catalog.add_module(
            version=version, title_vi=part.title_vi, title_en=part.title_en, minutes=part.minutes, mode=part.mode
        )
        for part in programme.parts
    ]
    units = [
        content.add_unit(
            module=parts[lesson.part - 1],
            title_vi=lesson.title_vi,
            title_en=lesson.title_en,
            summary_vi=lesson.summary_vi,
            summary_en=lesson.summary_en,
            minutes=lesson.minutes,
            markdown=lesson.markdown,
        )
        for lesson in programme.lessons
    ]
    return version, tuple(units)


def _offered(
    offer: Offer,
    programme: Programme,
    version: "CourseVersion",
    units: "tuple[Unit, ...]",
    *,
    body: Body,
    named: Mapping[str, Learner],
    now: datetime,
) -> Offered:
    run = _plan(offer, programme, version, body=body, named=named, now=now)
    return Offered(
        programme=programme,
        offer=offer,
        run=run,
        sessions=tuple(run.class_sessions.order_by("position")) if offer.sessions else (),
        units=units,
        keeper=named.get(offer.instructor, body.instructor),
    )


def _plan(
    offer: Offer,
    programme: Programme,
    version: "CourseVersion",
    *,
    body: Body,
    named: Mapping[str, Learner],
    now: datetime,
) -> "CourseRun":
    sessions = (
        _sessions(offer, timezone.localdate(now) + timedelta(days=offer.starts_in_days)) if offer.sessions else ()
    )
    if sessions:
        opens_at = sessions[0][0] - OPENS_BEFORE
    else:
        opens_at = now - SELF_PACED_SINCE if programme.has_something_to_learn else now + OPENS_WHEN_WRITTEN
    return runs.plan_run(
        version=version,
        author=body.manager,
        plan=runs.Plan(
            starts_on=timezone.localdate(opens_at),
            sessions=sessions,
            seats_max=offer.capacity,
            place=body.organization.place if offer.venue else None,
            venue=offer.venue,
            instructors=(named.get(offer.instructor, body.instructor),) if sessions else (),
            enrollment_opens_at=opens_at,
        ),
        now=min(opens_at, now),
    )


def _sessions(offer: Offer, first_day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return the class sessions of an offer; as a centre's form does, none on a public holiday."""
    return runs.weekly(
        first_day=first_day,
        weekdays=offer.weekdays,
        starts=offer.starts,
        minutes=offer.minutes,
        count=offer.sessions,
        without=calendar.holidays_between(first_day, first_day + timedelta(days=SERIES_DAYS_MAX)).keys(),
    ).sessions


def _ended(programme: Programme, day: date, *, now: datetime) -> Offer | None:
    """Return an offer like the first dated one, whose last class session is on that day or shortly before."""
    like = next((offer for offer in programme.offers if offer.sessions), None)
    if like is None:
        return None
    for days in range(LOOKED_BACK_DAYS):
        first_day = day - timedelta(days=days)
        last, _end = _sessions(like, first_day)[-1]
        if timezone.localdate(last) <= day:
            return Offer(
                key=f"{programme.key}-{day:%Y%m%d}",
                starts_in_days=(first_day - timezone.localdate(now)).days,
                sessions=like.sessions,
                minutes=like.minutes,
                weekdays=like.weekdays,
                starts=like.starts,
                capacity=like.capacity,
                venue=like.venue,
                enrolled=0,
                instructor="",
            )
    return None
