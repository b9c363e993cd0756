"""What the sets of open data say of a course, a run and an organization: each column with its meaning."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.exports import address
from courses.models import CourseRun, CourseVersion
from learners import formats
from learners.models import Organization, Place

Value = str | int | float | bool | list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    kind: Promise  # of value, in words
    meaning: Promise
    value: Callable[[Any], Value]

    @property
    def parts(self) -> list[str]:
        """The words of the name, for a narrow screen to break it between."""
        return self.name.split("_")


TEXT, NUMBER, CODE, DAY, LIST, ADDRESS = (
    _("text"),
    _("number"),
    _("code"),
    _("day (ISO 8601)"),
    _("list"),
    _("address"),
)


def _day(value: date | datetime | None) -> str:
    return formats.local_day(value).isoformat() if value else ""


def _province(place: Place | None) -> str:
    return (place.parent_id or place.pk) if place else ""


def _place_columns(place_of: Callable[[Any], Place | None]) -> tuple[Column, ...]:
    return (
        Column(
            name="commune_code",
            kind=CODE,
            meaning=_("Official code of the commune, ward or special zone."),
            value=lambda row: place.pk if (place := place_of(row)) and place.parent_id else "",
        ),
        Column(
            name="commune",
            kind=TEXT,
            meaning=_("Its bare name; names repeat, codes do not."),
            value=lambda row: place.name if (place := place_of(row)) and place.parent_id else "",
        ),
        Column(
            name="province_code",
            kind=CODE,
            meaning=_("Official code of the province or city."),
            value=lambda row: _province(place_of(row)),
        ),
    )


def _provider_columns(provider_of: Callable[[Any], Organization]) -> tuple[Column, ...]:
    return (
        Column(
            name="provider",
            kind=TEXT,
            meaning=_("Name of the organisation that offers it."),
            value=lambda row: provider_of(row).name_vi,
        ),
        Column(
            name="provider_number",
            kind=CODE,
            meaning=_("Number of that organisation in the register."),
            value=lambda row: str(provider_of(row).public_id),
        ),
    )


def _provider_of_course(version: CourseVersion) -> Organization:
    return version.course.provider


def _provider_of_run(run: CourseRun) -> Organization:
    return run.version.course.provider


COURSES = (
    Column(name="course", kind=NUMBER, meaning=_("Number of the course; never changes."), value=lambda v: v.course_id),
    Column(
        name="version",
        kind=NUMBER,
        meaning=_("Number of the published version; each edit is a new one."),
        value=lambda v: v.number,
    ),
    Column(
        name="address", kind=ADDRESS, meaning=_("Page of the course."), value=lambda v: address.of_course(v.course_id)
    ),
    Column(name="title_vi", kind=TEXT, meaning=_("Title in Vietnamese."), value=lambda v: v.title_vi),
    Column(name="title_en", kind=TEXT, meaning=_("Title in English; may be empty."), value=lambda v: v.title_en),
    Column(name="summary_vi", kind=TEXT, meaning=_("Summary in Vietnamese."), value=lambda v: v.summary_vi),
    Column(name="summary_en", kind=TEXT, meaning=_("Summary in English; may be empty."), value=lambda v: v.summary_en),
    *_provider_columns(_provider_of_course),
    *_place_columns(lambda v: v.course.provider.place),
    Column(name="field_code", kind=CODE, meaning=_("Field of education, ISCED-F 2013."), value=lambda v: v.field_id),
    Column(name="field", kind=TEXT, meaning=_("Its everyday name in Vietnamese."), value=lambda v: v.field.name_vi),
    Column(
        name="skills",
        kind=LIST,
        meaning=_("Skills it teaches, as codes of the portal’s open list."),
        value=lambda v: [taught.skill_id for taught in v.taught_skills.all()],
    ),
    Column(
        name="level",
        kind=NUMBER,
        meaning=_("Level of the Vietnamese Qualifications Framework, 1 to 8; empty: open to all."),
        value=lambda v: v.level,
    ),
    Column(
        name="format",
        kind=CODE,
        meaning=_("How it is taught, as a code: online, in person or both."),
        value=lambda v: v.format,
    ),
    Column(
        name="languages",
        kind=LIST,
        meaning=_("Languages it is taught in, ISO 639-1."),
        value=lambda v: list(v.languages),
    ),
    Column(
        name="notional_minutes",
        kind=NUMBER,
        meaning=_("Minutes of study in class and on one’s own together."),
        value=lambda v: v.notional_minutes,
    ),
    Column(
        name="credit_hundredths",
        kind=NUMBER,
        meaning=_("Credit in hundredths; 100 are one credit, 50 hours of study."),
        value=lambda v: v.credit_hundredths,
    ),
    Column(
        name="kind_of_credit",
        kind=CODE,
        meaning=_("Kind of credit: ACADEMIC, VOCATIONAL or COMMUNITY."),
        value=lambda v: v.kind_of_credit,
    ),
    Column(
        name="cost_vnd",
        kind=NUMBER,
        meaning=_("Cost in đồng; 0: free; empty: nobody has said."),
        value=lambda v: v.cost_vnd,
    ),
    Column(
        name="accessibility",
        kind=LIST,
        meaning=_("What the class offers to people who need it."),
        value=lambda v: list(v.accessibility),
    ),
    Column(
        name="licence",
        kind=TEXT,
        meaning=_("Licence of the course’s own materials; empty: not stated."),
        value=lambda v: v.licence,
    ),
    Column(
        name="published_on",
        kind=DAY,
        meaning=_("When this version was published."),
        value=lambda v: _day(v.published_at),
    ),
)
RUNS = (
    Column(name="run", kind=NUMBER, meaning=_("Number of the run."), value=lambda run: run.pk),
    Column(name="course", kind=NUMBER, meaning=_("Number of its course."), value=lambda run: run.version.course_id),
    Column(
        name="kind",
        kind=CODE,
        meaning=_("DATED: on set dates; SELF_PACED: at the learner’s own pace."),
        value=lambda run: run.kind,
    ),
    Column(name="starts_on", kind=DAY, meaning=_("First day."), value=lambda run: _day(run.starts_on)),
    Column(name="ends_on", kind=DAY, meaning=_("Last day; empty: open-ended."), value=lambda run: _day(run.ends_on)),
    Column(
        name="enrollment_closes_on",
        kind=DAY,
        meaning=_("Last day to enrol; empty: at any time."),
        value=lambda run: _day(run.enrollment_closes_at),
    ),
    Column(name="seats", kind=NUMBER, meaning=_("Places in all; empty: no limit."), value=lambda run: run.seats_max),
    Column(name="venue", kind=TEXT, meaning=_("Where it is held; empty: online."), value=lambda run: run.venue),
    *_place_columns(lambda run: run.place),
    *_provider_columns(_provider_of_run),
)
ORGANIZATIONS = (
    Column(
        name="number",
        kind=CODE,
        meaning=_("Number of the organisation; never changes."),
        value=lambda organization: str(organization.public_id),
    ),
    Column(
        name="name_vi", kind=TEXT, meaning=_("Name in Vietnamese."), value=lambda organization: organization.name_vi
    ),
    Column(
        name="name_en",
        kind=TEXT,
        meaning=_("Name in English; may be empty."),
        value=lambda organization: organization.name_en,
    ),
    Column(
        name="page",
        kind=ADDRESS,
        meaning=_("Page of the organisation."),
        value=lambda organization: address.of_provider(organization.pk),
    ),
    Column(name="kind", kind=CODE, meaning=_("Kind of organisation."), value=lambda organization: organization.kind),
    Column(name="address", kind=TEXT, meaning=_("Street or hamlet."), value=lambda organization: organization.address),
    *_place_columns(lambda organization: organization.place),
    Column(
        name="phone",
        kind=TEXT,
        meaning=_("Phone number it gave for everybody."),
        value=lambda organization: organization.phone,
    ),
    Column(
        name="opening_hours_vi",
        kind=TEXT,
        meaning=_("When it is open, in its own words."),
        value=lambda organization: organization.opening_hours_vi,
    ),
    Column(
        name="registered_on",
        kind=DAY,
        meaning=_("When it registered here."),
        value=lambda organization: _day(organization.registered_at),
    ),
    Column(
        name="verified_on",
        kind=DAY,
        meaning=_("When it was last verified."),
        value=lambda organization: _day(organization.verified_at),
    ),
    Column(
        name="verified_by",
        kind=TEXT,
        meaning=_("The curator who verified it."),
        value=lambda organization: organization.verified_by.full_name,
    ),
    Column(
        name="verified_until",
        kind=DAY,
        meaning=_("Last day of the verification; after it, no new courses or runs."),
        value=lambda organization: _day(organization.verified_until),
    ),
    Column(
        name="is_demonstration",
        kind=CODE,
        meaning=_("yes: invented, of a demonstration."),
        value=lambda organization: "yes" if organization.is_demonstration else "no",
    ),
)
