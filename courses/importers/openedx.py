"""
Open edX: the list its courses API answers with, and one course as OLX, exported as ``.tar.gz``.

Sources: Open edX courses API v1; Open edX Learning Xml: course.xml, ``course/<run>.xml``,
``policies/<run>/policy.json``, ``about/*.html``.
"""

import re
from typing import Any
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from courses.importers import archive, json_file, markup
from courses.importers.rows import UnreadableFile, excerpt
from courses.importers.table import ListTable

HEADER = ("code", "title_vi", "summary_vi", "description_vi", "hours", "language", "external_url")
_WANTED = re.compile(
    r"course\.xml|library\.xml|course/[^/]{1,200}\.xml|policies/[^/]{1,200}/policy\.json|about/[a-z_]{1,50}\.html"
)
_HOURS = re.compile(r"\s*(\d{1,4})(?:\.0+)?\s*(?:hours?|giờ)\s*", re.IGNORECASE)


def is_list(value: Any) -> bool:
    """Return whether JSON is what the courses API answers with, or the list inside it."""
    entries = value.get("results") if isinstance(value, dict) else value
    return (
        isinstance(entries, list)
        and bool(entries)
        and all(isinstance(each, dict) and str(each.get("course_id", "")).startswith("course-v1:") for each in entries)
    )


def list_table(value: Any) -> ListTable:
    """Return the courses of the API's answer as rows."""
    entries = value["results"] if isinstance(value, dict) else value
    rows = []
    for each in entries:
        text = {key: json_file.text_of(inner) for key, inner in each.items() if not isinstance(inner, dict | list)}
        cells = {
            "code": text["course_id"],
            "title_vi": text.get("name", ""),
            "description_vi": markup.text_of(text.get("short_description", "")),
            "external_url": _about_page(text["course_id"], text.get("blocks_url", "")),
        }
        rows.append([cells.get(key, "") for key in HEADER])
    return ListTable(told=_("Read as a list of Open edX."), header=HEADER, rows=rows)


def next_page(value: Any) -> str:
    """Return the address of the list's next page, or an empty text."""
    pagination = value.get("pagination") if isinstance(value, dict) else None
    return str(pagination.get("next") or "") if isinstance(pagination, dict) else ""


def _about_page(course_id: str, blocks_url: str) -> str:
    """Return the address of the page about a course, on the site whose API named it."""
    try:
        site = urlsplit(blocks_url)
    except ValueError:
        return ""
    return f"{site.scheme}://{site.netloc}/courses/{quote(course_id, safe=':+')}/about" if site.netloc else ""


def olx_table(content: bytes, *, name: str) -> ListTable:
    """
    Return an exported course as a table of one row.

    :raises UnreadableFile: if the archive is refused, or holds no course.
    """
    files: dict[str, bytes] = {}
    for path, inside in archive.tar_members(
        content, name=name, wanted=lambda path: bool(_WANTED.fullmatch(_below(path)))
    ):
        files.setdefault(_below(path), inside)
    if "library.xml" in files:
        raise UnreadableFile(_("%(name)s is a library of questions of Open edX and no course.") % {"name": name})
    if "course.xml" not in files:
        raise UnreadableFile(_("%(name)s holds no course of Open edX: there is no course.xml.") % {"name": name})
    pointer = _xml(files["course.xml"], "course.xml", name)
    run = pointer.get("url_name", "")
    inner = files.get(f"course/{run}.xml")
    course = _xml(inner, f"course/{run}.xml", name) if inner is not None else pointer
    said = {**dict(course.attrib), **_policy(files.get(f"policies/{run}/policy.json"), name)}
    about = {
        part: markup.text_of(_text(files[path]))
        for part in ("title", "short_description", "overview", "effort")
        if (path := f"about/{part}.html") in files
    }
    key = "+".join(pointer.get(each, "") for each in ("org", "course")) + f"+{run}"
    hours = _HOURS.fullmatch(about.get("effort", ""))
    cells = {
        "code": f"course-v1:{key}" if key.strip("+") else "",
        "title_vi": about.get("title") or str(said.get("display_name") or ""),
        "description_vi": about.get("short_description") or about.get("overview", ""),
        "hours": hours[1] if hours else "",
        "language": str(said.get("language") or "")[:2],
    }
    return ListTable(
        told=_("Read as a course of Open edX (OLX)."), header=HEADER, rows=[[cells.get(each, "") for each in HEADER]]
    )


def _below(path: str) -> str:
    """Return a path inside the course's folder: most exports have it in ``course/``, some one folder deeper."""
    parts = [part for part in path.split("/") if part not in {"", "."}]
    return "/".join(parts[1:])


def _xml(content: bytes, path: str, name: str) -> Element:
    try:
        return fromstring(content, forbid_dtd=True)  # type: ignore[no-any-return]
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise UnreadableFile(
            _("%(name)s is refused: “%(entry)s” inside is broken XML, or has definitions of its own.")
            % {"name": name, "entry": excerpt(path)}
        ) from error


def _policy(content: bytes | None, name: str) -> dict[str, Any]:
    if content is None:
        return {}
    said = json_file.load(_text(content), name=name)
    inner = next(iter(said.values()), None) if isinstance(said, dict) else None
    return {key: value for key, value in inner.items() if isinstance(value, str)} if isinstance(inner, dict) else {}


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
