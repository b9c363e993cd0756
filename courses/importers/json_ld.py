"""
Courses described by schema.org's JSON-LD, in a file of its own or inside a page.

Only what the description says is read: a course there is taught there, so its address comes along. Source: schema.org
Course, CourseInstance, ItemList (https://schema.org/Course).
"""

import re
from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

from django.utils.translation import gettext as _

from courses.importers import json_file, markup
from courses.importers.rows import UnreadableFile
from courses.importers.table import ListTable
from courses.rules import COST_VND_MAX, IMPORT_ROWS_MAX

HEADER = (
    "code", "title_vi", "description_vi", "outcomes_vi", "requirements_vi", "hours", "format", "language", "cost_vnd",
    "tags", "licence", "external_url",
)  # fmt: skip
MODES = {"online": "ONLINE", "distance": "ONLINE", "onsite": "IN_PERSON", "blended": "BLENDED"}
_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?", re.ASCII)
_TYPE = "application/ld+json"
SCRIPTS_MAX = 200
# Letter for letter: str.lower() makes two of some.
_TO_LOWER = {ord(letter): letter.lower() for letter in ascii_uppercase}


def scripts(page: str) -> Iterator[str]:
    """Yield the JSON-LD of a page; found by plain steps forward, so no page takes longer than its length."""
    position, folded, found = 0, page.translate(_TO_LOWER), 0
    while found < SCRIPTS_MAX and (start := folded.find("<script", position)) >= 0:
        begin = folded.find(">", start)
        end = folded.find("</script", begin)
        if begin < 0 or end < 0:
            return
        if _TYPE in folded[start:begin]:
            found += 1
            yield page[begin + 1 : end]
        position = end + 1


def is_described(value: Any) -> bool:
    """Return whether JSON is JSON-LD."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and ("@context" in first or "@graph" in first or "@type" in first)


def table(values: list[Any], *, name: str) -> ListTable:
    """
    Return the courses of some JSON-LD as rows.

    :raises UnreadableFile: if there is none, or too many.
    """
    courses = [course for value in values for course in _courses(value)]
    if not courses:
        raise UnreadableFile(_("%(name)s describes no course (schema.org’s Course in JSON-LD).") % {"name": name})
    if len(courses) > IMPORT_ROWS_MAX.count_max:
        raise UnreadableFile(
            _("The file has more than %(max)s rows. Split it into several files.") % {"max": IMPORT_ROWS_MAX.count_max}
        )
    return ListTable(told=_("Read as JSON-LD of schema.org."), header=HEADER, rows=[_row(course) for course in courses])


def _courses(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    while waiting:
        inner = waiting.pop(0)
        if isinstance(inner, list):
            waiting = [*inner, *waiting]
        elif isinstance(inner, dict):
            if "Course" in _types(inner):
                yield inner
            else:
                waiting = [*(inner[key] for key in ("@graph", "itemListElement", "item") if key in inner), *waiting]


def _types(value: dict[str, Any]) -> set[str]:
    return {str(each).rpartition("/")[2].rpartition(":")[2] for each in _list(value.get("@type"))}


def _row(course: dict[str, Any]) -> list[str]:
    instances = [each for each in _list(course.get("hasCourseInstance")) if isinstance(each, dict)]
    address = _first_text(course.get("url")) or _first_text(course.get("@id"))
    workloads = [course.get("timeRequired"), *(each.get("courseWorkload") for each in instances)]
    code = _first_text(course.get("courseCode")) or _identifier(course.get("identifier"))
    cells = {
        "code": code or ("" if address else _first_text(course.get("name"))),
        "title_vi": markup.text_of_whole(_first_text(course.get("name"))),
        "description_vi": markup.text_of_whole(_first_text(course.get("description"))),
        "outcomes_vi": "|".join(_texts(course.get("teaches"))),
        "requirements_vi": ". ".join(_texts(course.get("coursePrerequisites"))),
        "hours": next((hours for each in workloads if (hours := _hours(each))), ""),
        "format": _format(course, instances),
        "language": ";".join(_languages(course)),
        "cost_vnd": _cost(course),
        "tags": "|".join(_texts(course.get("keywords"))),
        "licence": _first_text(course.get("license")),
        "external_url": address if address.lower().startswith(("http://", "https://")) else "",
    }
    return [cells[key] for key in HEADER]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> list[str]:
    """Return the texts of a value that may be a text, a thing with a name, or several of these; no | within."""
    return [text for each in _list(value) if (text := _first_text(each).replace("|", "/"))]


def _first_text(value: Any) -> str:
    for each in _list(value):
        if isinstance(each, dict):
            each = each.get("name") or each.get("@value") or each.get("@id") or each.get("value")
        if isinstance(each, str | int | float) and not isinstance(each, bool) and (text := json_file.text_of(each)):
            return text
    return ""


def _identifier(value: Any) -> str:
    inner = next((each for each in _list(value)), None)
    return _first_text(inner.get("value")) if isinstance(inner, dict) else _first_text(inner)


def _hours(value: Any) -> str:
    """Return a duration of ISO 8601 in hours; "PT22H" is 22. A day of it is no day of study and says nothing."""
    found = _DURATION.fullmatch(_first_text(value).strip())
    if not found or found[1] or not (found[2] or found[3]):
        return ""
    minutes = int(found[2] or 0) * 60 + int(found[3] or 0)
    return f"{minutes / 60:g}" if minutes % 30 == 0 else f"{-(-minutes // 30) / 2:g}"


def _format(course: dict[str, Any], instances: list[dict[str, Any]]) -> str:
    said = [_first_text(mode).lower() for each in (course, *instances) for mode in _list(each.get("courseMode"))]
    known = {MODES[mode] for mode in said if mode in MODES}
    return known.pop() if len(known) == 1 else ("BLENDED" if known else "")


def _languages(course: dict[str, Any]) -> list[str]:
    """Return the languages by their two letters: "vi-VN" is "vi"."""
    said = [text for each in _list(course.get("inLanguage")) if (text := _first_text(each))]
    return [text[:2].lower() if re.fullmatch(r"[A-Za-z]{2}(?:-\w+)?", text) else text for text in said]


def _cost(course: dict[str, Any]) -> str:
    """Return the price in đồng, where it is said in đồng or said to be nothing."""
    offers = [each for each in _list(course.get("offers")) if isinstance(each, dict)]
    for offer in offers:
        price = _first_text(offer.get("price"))
        if re.fullmatch(r"\d{1,12}(?:\.0+)?", price) and (
            int(float(price)) == 0 or offer.get("priceCurrency") == "VND"
        ):
            return str(min(int(float(price)), COST_VND_MAX + 1))
    return "0" if course.get("isAccessibleForFree") is True else ""
