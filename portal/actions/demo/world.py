"""Reads ``portal/demo``: what the demonstration world is made of, as it stands in the files."""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from courses.actions.catalog import Content, SkillSaid
from courses.choices import Format, ModuleMode
from credits.choices import KindOfCredit
from learners.choices import FormOfAddress, HelperAct, OrganizationKind, Role, Weekday
from learners.models.address import fold_phone
from portal.actions.demo.complaint_rows import ComplaintRow, read_complaint
from portal.actions.demo.review_rows import ReviewRow, read_review
from portal.actions.demo.version_rows import VersionRow, read_version
from portal.actions.demo.ways import AcceptedRow, Way, read_accepted, read_way
from portal.actions.demo.wish_rows import WishRow, read_wish

FOLDER: Path = settings.BASE_DIR / "portal" / "demo"
WEEKDAYS = {day: number for number, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)}
ONLINE = "online"
FRONT_MATTER = "---\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """Who a person to sign in as is, and what there is to see."""

    who_vi: str
    who_en: str
    what_vi: str
    what_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    course: str
    days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    course: str
    run: str
    units_done: int
    sessions_attended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What somebody learned elsewhere or from experience, and when an organisation had it recognised."""

    title_vi: str
    title_en: str
    provider_vi: str  # empty: the organisation that recognised it saw for itself
    provider_en: str
    kind_of_credit: KindOfCredit
    field_code: str  # ISCED-F 2013
    field_vi: str
    field_en: str
    level: int | None
    learned_until: date
    organization: str  # key
    days_ago: int
    hundredths: int  # of a credit; of a transfer, of its scheme's unit
    ratio: tuple[str, int, int] | None  # of a transfer: scheme, numerator, denominator


@dataclass(frozen=True, slots=True, kw_only=True)
class Helped:
    """By whom somebody is helped, and what the helper may do."""

    helper: str  # key
    words: str  # as the person says it
    acts: frozenset[HelperAct]
    days: int  # until the last day
    days_ago: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    key: str
    name: str
    email: str  # empty: they sign in by their phone, or by the card printed where they were registered
    phone: str
    birth_year: int
    registered_by: str  # key of an organisation; empty: they opened the account themselves
    since_days: int  # of an account without e-mail: how long ago it was opened
    helped_by: Helped | None
    place_code: str
    roles: tuple[tuple[str, Role], ...]  # key of an organisation, role
    is_curator: bool
    form_of_address: FormOfAddress | None
    digest: tuple[Weekday, int] | None  # None: no weekly letter
    keeps_letters: bool  # those of the last days go to the mailbox
    history: tuple[Completed, ...]
    current: tuple[Current, ...]
    brought: tuple[Brought, ...]
    pathways: tuple[str, ...]  # keys; those that are not in the file are for later
    shows: Shows | None

    @property
    def address(self) -> str:
        """What they sign in with, as it is stored: the e-mail address, else the number."""
        return self.email or fold_phone(self.phone)

    @property
    def typed(self) -> str:
        """What they type to sign in."""
        return self.email or self.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    key: str
    kind: OrganizationKind
    name_vi: str
    name_en: str
    place_code: str
    address: str
    phone: str
    description_vi: str
    description_en: str
    opening_hours_vi: str
    opening_hours_en: str
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    title_vi: str
    title_en: str
    minutes: int
    mode: ModuleMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    part: int  # 1 … n
    title_vi: str
    title_en: str
    summary_vi: str
    summary_en: str
    minutes: int
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A run of a course; without class sessions it is at the learner's own pace."""

    key: str
    starts_in_days: int
    sessions: int
    minutes: int
    weekdays: tuple[int, ...]
    starts: time
    capacity: int | None
    venue: str  # empty: online
    enrolled: int
    instructor: str  # key of a person; empty: nobody named


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A course."""

    key: str
    provider: str
    content: Content
    parts: tuple[Part, ...]
    lessons: tuple[Lesson, ...]
    offers: tuple[Offer, ...]
    returned: str  # the curator's reasons; empty: not returned

    @property
    def has_something_to_learn(self) -> bool:
        """A course with classes has; an online one only when its lessons are written."""
        return bool(self.lessons) or self.content.format != Format.ONLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    people: tuple[Person, ...]
    providers: tuple[Provider, ...]
    programmes: tuple[Programme, ...]
    ways: tuple[Way, ...]
    accepted: tuple[AcceptedRow, ...]
    wishes: tuple[WishRow, ...]
    complaints: tuple[ComplaintRow, ...]
    help: dict[str, Any]  # who helps, who asked
    reviews: tuple[ReviewRow, ...]
    versions: tuple[VersionRow, ...]


def read() -> World:
    """Return the whole world; a fraction of a second."""
    tags = {code: (words["vi"], words["en"]) for code, words in _yaml("labels")["tags"].items()}
    return World(
        people=people(),
        providers=tuple(_provider(row) for row in _yaml("organisations")["organisations"]),
        programmes=tuple(_programme(row, tags) for row in _yaml("courses")["courses"]),
        ways=tuple(read_way(row) for row in _yaml("pathways")["pathways"]),
        accepted=tuple(read_accepted(row) for row in _yaml("pathways")["accepted"]),
        wishes=tuple(read_wish(row) for row in _yaml("wishes")["wishes"]),
        help=_yaml("help"),
        complaints=tuple(read_complaint(row) for row in _yaml("complaints")["complaints"]),
        reviews=tuple(read_review(row) for row in _yaml("reviews")["reviews"]),
        versions=tuple(read_version(row) for row in _yaml("versions")["versions"]),
    )


def people() -> tuple[Person, ...]:
    return tuple(_person(row) for row in _yaml("people")["people"])


def _yaml(name: str) -> dict[str, Any]:
    return _load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def _load(text: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it is built in
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 -- both are safe loaders
    return loaded


def _person(row: dict[str, Any]) -> Person:
    digest = row.get("settings", {}).get("digest", "sun 19:00")
    weekday, _space, clock = digest.partition(" ")
    return Person(
        key=row["key"],
        form_of_address=next((form for form in FormOfAddress if form.label == row.get("pronoun")), None),
        name=row["name"],
        email=row["email"] or "",
        phone=row["phone"] or "",
        birth_year=row["birth_year"],
        registered_by=row.get("registered_by_organisation", ""),
        since_days=row.get("since_days", 0),
        helped_by=_helped(row["helped_by"]) if "helped_by" in row else None,
        place_code=row["commune_code"],
        roles=tuple((held["organisation"], Role(held["role"].upper())) for held in row["memberships"]),
        is_curator=row.get("staff_role") == "curator",
        digest=None if digest == "off" else (Weekday(WEEKDAYS[weekday]), int(clock[:2])),
        keeps_letters=row.get("keeps_letters", False),
        history=tuple(Completed(course=each["course"], days_ago=each["completed_days_ago"]) for each in row["history"]),
        current=tuple(
            Current(
                course=each["course"],
                run=each["run"],
                units_done=each.get("units_done", 0),
                sessions_attended=each.get("sessions_attended", 0),
            )
            for each in row["current"]
            if each["status"] == "enrolled"
        ),
        brought=(
            *(_claim(each) for each in row.get("claims", ()) if each["status"] == "recognised"),
            *(_transfer(each) for each in row.get("transfers", ())),
        ),
        pathways=tuple(row["pathways"]),
        shows=Shows(**row["shows"]) if "shows" in row else None,
    )


def _helped(row: dict[str, Any]) -> Helped:
    acts = frozenset(HelperAct(act.upper()) for act in row["acts"])
    return Helped(helper=row["helper"], words=row["words_vi"], acts=acts, days=row["days"], days_ago=row["days_ago"])


def _claim(row: dict[str, Any]) -> Brought:
    return Brought(
        title_vi=row["title_vi"],
        title_en=row["title_en"],
        provider_vi="",
        provider_en="",
        kind_of_credit=KindOfCredit(row["kind_of_credit"].upper()),
        field_code=row["field"],
        field_vi=row["field_vi"],
        field_en=row["field_en"],
        level=None,
        learned_until=row["learned_until"],
        organization=row["assessor_organisation"],
        days_ago=row["decided_days_ago"],
        hundredths=row["credit_hundredths"],
        ratio=None,
    )


def _transfer(row: dict[str, Any]) -> Brought:
    same = ("title_vi", "title_en", "provider_vi", "provider_en", "field_vi", "field_en", "level", "learned_until")
    return Brought(
        **{name: row[name] for name in same},
        kind_of_credit=KindOfCredit(row["kind_of_credit"].upper()),
        field_code=row["field"],
        organization=row["organisation"],
        days_ago=row["decided_days_ago"],
        hundredths=row["amount_hundredths"],
        ratio=(row["scheme"], row["numerator"], row["denominator"]),
    )


def _provider(row: dict[str, Any]) -> Provider:
    same = ("key", "name_vi", "name_en", "address", "phone", "description_vi", "description_en")
    return Provider(
        **{name: row[name] for name in (*same, "opening_hours_vi", "opening_hours_en")},
        kind=OrganizationKind(row["kind"].upper()),
        place_code=row["commune_code"],
        is_verified=row["verification"] == "verified",
    )


def _programme(row: dict[str, Any], tags: dict[str, tuple[str, str]]) -> Programme:
    lessons = _lessons(row["content"]) if "content" in row else ()
    return Programme(
        key=row["key"],
        provider=row["organisation"],
        content=_content(row, tags, has_lessons=bool(lessons)),
        parts=tuple(
            Part(
                title_vi=part["title_vi"],
                title_en=part.get("title_en", ""),
                minutes=round(part["hours"] * 60),
                mode=ModuleMode(part["mode"].upper()),
            )
            for part in row["modules"]
        ),
        lessons=lessons,
        offers=tuple(_offer(run) for run in row["runs"]),
        returned=row.get("returned_vi", ""),
    )


def _content(row: dict[str, Any], tags: dict[str, tuple[str, str]], *, has_lessons: bool) -> Content:
    percent = row["completion"].get("attendance_percent")
    same = ("title_vi", "title_en", "summary_vi", "summary_en", "audience_vi", "audience_en", "requirements_vi")
    return Content(
        **{name: row[name] for name in (*same, "requirements_en", "level", "cost_vnd")},
        outcomes_vi=tuple(row["outcomes_vi"]),
        outcomes_en=tuple(row.get("outcomes_en", ())),
        format=Format(row["format"].upper()),
        kind_of_credit=KindOfCredit(row["kind_of_credit"].upper()),
        field_id=row["field"],
        notional_minutes=round(row["notional_hours"] * 60),
        languages=tuple(row["language"]),
        accessibility=tuple(row["accessibility"]),
        tags=tuple(word for tag in row["tags"] for word in dict.fromkeys(tags[tag])),
        licence=row["licence"] or "",
        skills=tuple(SkillSaid(code=code, outcome=line) for code, line in row["skills"].items()),
        attendance_percent_min=percent,
        # Units are asked for where there are some to read; a rule asks for something in any case.
        all_units="required_units" in row["completion"] and (has_lessons or percent is None),
    )


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(
        key=row["key"],
        starts_in_days=row["starts_in_days"],
        sessions=row.get("sessions", 0),
        minutes=row.get("session_minutes", 0),
        weekdays=tuple(WEEKDAYS[day] for day in row.get("weekdays", ())),
        starts=time.fromisoformat(row.get("start_time", "00:00")),
        capacity=row["capacity"],
        venue="" if row["venue"] == ONLINE else row["venue"],
        enrolled=row["enrolled"],
        instructor=row.get("instructor", ""),
    )


def _lessons(folder: str) -> tuple[Lesson, ...]:
    """Return the units of a course in their order; the quiz beside them waits for a later release."""
    lessons = []
    for path in (FOLDER / "content" / folder).glob("*.md"):
        _before, matter, markdown = path.read_text(encoding="utf-8").split(FRONT_MATTER, 2)
        row = _load(matter)
        lessons.append((row["order"], row, markdown.strip()))
    return tuple(
        Lesson(
            part=row["module"],
            title_vi=row["title"],
            title_en=row["title_en"],
            summary_vi=row["summary"],
            summary_en=row["summary_en"],
            minutes=row["minutes"],
            markdown=markdown,
        )
        for _order, row, markdown in sorted(lessons, key=lambda lesson: int(lesson[0]))
    )
