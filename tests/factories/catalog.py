"""Courses, runs and units, in the field's words."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from courses.choices import Format, ModuleMode, RunKind, VersionState
from courses.models import (
    ClassSession,
    CompletionRule,
    Course,
    CourseRun,
    CourseVersion,
    Field,
    Module,
    RunInstructor,
    Unit,
)
from credits.choices import KindOfCredit
from learners.models import Learner, Organization, Place
from tests.factories.people import NINH_KIEU, NOW, a_curator, an_organization

DIGITAL_SKILLS = "0611"
_number = count(1)


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
    provider = provider or an_organization()
    number = next(_number)
    curator = a_curator()
    course = Course.objects.create(provider=provider, created_at=NOW, created_by=provider.registered_by)
    version = CourseVersion(
        course=course,
        number=1,
        title_vi=title_vi or f"Sơ cấp cứu tại nhà {number}",
        title_en=f"First aid at home {number}",
        summary_vi="Biết làm gì trong mười phút đầu.",
        summary_en="Know what to do in the first ten minutes.",
        outcomes_vi=["Gọi đúng số"],
        outcomes_en=["Call the right number"],
        format=Format.ONLINE if units else Format.IN_PERSON,
        kind_of_credit=KindOfCredit.COMMUNITY,
        field=Field.objects.get(code=DIGITAL_SKILLS),
        notional_minutes=hours * 60,
        credit_hundredths=hours * 2,
        languages=["vi"],
        created_at=NOW,
        created_by=provider.registered_by,
        submitted_at=NOW,
        submitted_by=provider.registered_by,
        state=VersionState.DRAFT,
    )
    for name, value in more.items():
        setattr(version, name, value)
    version.save()
    module = Module.objects.create(
        version=version,
        position=1,
        title_vi="Phần một",
        title_en="Part one",
        minutes=hours * 60,
        mode=ModuleMode.ONLINE if units else ModuleMode.CLASS,
    )
    for position in range(1, units + 1):
        Unit.objects.create(
            module=module,
            position=position,
            title_vi=f"Bài {position}",
            title_en=f"Unit {position}",
            minutes=30,
            markdown="Một đoạn.",
            html="<p>Một đoạn.</p>",
            renderer_version=1,
        )
    CompletionRule.objects.create(
        version=version,
        attendance_percent_min=attendance_percent_min if attendance_percent_min or units else 75,
        all_units=bool(units),
    )
    version.state = VersionState.PUBLISHED
    version.published_at = NOW
    version.published_by = curator
    version.save()
    return version


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
    local_day = (starts_at + timedelta(hours=7)).date()
    run = CourseRun.objects.create(
        version=version,
        kind=RunKind.DATED if sessions else RunKind.SELF_PACED,
        starts_on=local_day if sessions else date(2026, 1, 1),
        ends_on=local_day + timedelta(weeks=sessions - 1) if sessions else None,
        enrollment_opens_at=NOW - timedelta(days=30),
        enrollment_closes_at=starts_at if sessions else None,
        seats_max=seats if sessions else None,
        place=Place.objects.get(code=NINH_KIEU) if sessions else None,
        venue="Nhà văn hóa phường Ninh Kiều" if sessions else "",
        created_at=NOW,
        created_by=version.created_by,
    )
    for position in range(1, sessions + 1):
        starts = starts_at + timedelta(weeks=position - 1)
        ClassSession.objects.create(run=run, position=position, starts_at=starts, ends_at=starts + timedelta(hours=2))
    if instructor:
        RunInstructor.objects.create(run=run, learner=instructor)
    return run
