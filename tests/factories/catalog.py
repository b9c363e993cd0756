"""Courses, runs and units, in the field's words; made through the actions that make them."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from courses.actions import catalog, content, run
from courses.actions import version as versions
from courses.actions.catalog import Content
from courses.actions.run import Plan
from courses.choices import Format, ModuleMode
from courses.models import CompletionRule, CourseRun, CourseVersion
from credits.choices import KindOfCredit
from learners.choices import Role
from learners.models import Learner, Organization, Place
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_membership, an_organization

DIGITAL_SKILLS = "0611"
CONTENT = tuple(field.name for field in fields(Content))
_number = count(1)


def some_content(**more: object) -> Content:
    """Return what a course of six hours in class says; ``more`` says it otherwise."""
    number = next(_number)
    said = {
        "title_vi": f"Sơ cấp cứu tại nhà {number}",
        "title_en": f"First aid at home {number}",
        "summary_vi": "Biết làm gì trong mười phút đầu.",
        "summary_en": "Know what to do in the first ten minutes.",
        "outcomes_vi": ("Gọi đúng số",),
        "outcomes_en": ("Call the right number",),
        "format": Format.IN_PERSON,
        "kind_of_credit": KindOfCredit.COMMUNITY,
        "field_id": DIGITAL_SKILLS,
        "notional_minutes": 6 * 60,
        "attendance_percent_min": 75,
    }
    return Content(**(said | more))


def a_draft(
    *,
    provider: Organization | None = None,
    hours: int = 6,
    units: int = 0,
    author: Learner | None = None,
    **more: object,
) -> CourseVersion:
    """Return a draft with one module, and units in it when asked for."""
    provider = provider or an_organization()
    said = some_content(notional_minutes=hours * 60, **more)
    version = catalog.create_draft(
        organization=provider, author=author or provider.registered_by, content=said, now=NOW
    )
    mode = ModuleMode.ONLINE if units else ModuleMode.CLASS
    module = catalog.add_module(
        version=version, title_vi="Phần một", title_en="Part one", minutes=hours * 60, mode=mode
    )
    for position in range(1, units + 1):
        content.add_unit(
            module=module, title_vi=f"Bài {position}", title_en=f"Unit {position}", minutes=30, markdown="Một đoạn."
        )
    return version


def a_submitted_version(*, provider: Organization | None = None, **more: object) -> CourseVersion:
    """Return a version in review; nobody is written to."""
    version = a_draft(provider=provider, **more)
    return catalog.submit(version=version, author=version.created_by, now=NOW, tell=False)


def a_published_version(
    *,
    provider: Organization | None = None,
    title_vi: str = "",
    hours: int = 6,
    attendance_percent_min: int | None = None,
    units: int = 0,
    **more: object,
) -> CourseVersion:
    """Return a published course version; completed by reading its units unless a share of attendance is named."""
    said: dict[str, object] = {
        "attendance_percent_min": attendance_percent_min if attendance_percent_min or units else 75,
        "all_units": bool(units),
        "format": Format.ONLINE if units else Format.IN_PERSON,
        **({"title_vi": title_vi} if title_vi else {}),
    }
    version = a_submitted_version(provider=provider, hours=hours, units=units, **(said | more))
    return catalog.publish(version=version, curator=a_curator(), now=NOW, tell=False)


def a_next_version(published: CourseVersion, *, now: datetime = NOW, **more: object) -> CourseVersion:
    """Return the next version of a published course, a draft: as the published one, but for ``more``."""
    author = published.created_by
    draft = versions.start(course=published.course, author=author, now=now)
    said = content_of(draft)
    return catalog.edit_draft(version=draft, author=author, content=replace(said, **more), now=now)


def content_of(version: CourseVersion) -> Content:
    """Return what a version says, as the action takes it."""
    rule = CompletionRule.objects.get(version=version)
    said = {
        name: getattr(rule if name in catalog.OF_THE_RULE else version, name) for name in CONTENT if name != "skills"
    }
    said["skills"] = tuple(
        catalog.SkillSaid(code=taught.skill_id, outcome=taught.outcome) for taught in version.taught_skills.all()
    )
    return Content(**{name: tuple(value) if isinstance(value, list) else value for name, value in said.items()})


def replaced(published: CourseVersion, *, now: datetime = NOW, **more: object) -> CourseVersion:
    """Publish the next version of a published course and return it."""
    draft = a_next_version(published, now=now, **more)
    catalog.submit(version=draft, author=draft.created_by, now=now, tell=False)
    return catalog.publish(version=draft, curator=a_curator(), now=now, tell=False)


def a_published_run(
    *,
    version: CourseVersion | None = None,
    seats: int | None = 20,
    sessions: int = 3,
    starts_at: datetime = datetime(2026, 11, 24, 1, 0, tzinfo=UTC),  # Tuesday 8:00 in Viet Nam
    instructor: Learner | None = None,
) -> CourseRun:
    """Return an open run with weekly class sessions of two hours; self-paced when ``sessions`` is 0."""
    version = version or a_published_version(units=0 if sessions else 3)
    provider = version.course.provider
    if instructor and not provider.memberships.filter(learner=instructor).exists():
        a_membership(organization=provider, learner=instructor, role=Role.INSTRUCTOR)
    starts = [starts_at + timedelta(weeks=week) for week in range(sessions)]
    plan = Plan(
        starts_on=date(2026, 1, 1),
        sessions=tuple((start, start + timedelta(hours=2)) for start in starts),
        seats_max=seats if sessions else None,
        place=Place.objects.get(code=NINH_KIEU) if sessions else None,
        venue="Nhà văn hóa phường Ninh Kiều" if sessions else "",
        instructors=(instructor,) if instructor else (),
        enrollment_opens_at=NOW - timedelta(days=30),
    )
    return run.plan_run(version=version, author=version.created_by, plan=plan, now=NOW)
