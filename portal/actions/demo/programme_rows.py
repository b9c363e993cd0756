"""The courses of the demonstration world, as they stand in ``portal/demo/courses.yaml`` and ``content``."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from courses.actions.catalog import Content, SkillSaid
from courses.choices import Format, ModuleMode
from credits.choices import KindOfCredit
from portal.actions.demo.files import FOLDER, WEEKDAYS, parsed

ONLINE = "online"
FRONT_MATTER = "---\n"


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


def read_programme(row: dict[str, Any], tags: dict[str, tuple[str, str]]) -> Programme:
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
        row = parsed(matter)
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
