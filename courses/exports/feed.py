"""
New courses and what begins soon as feeds: Atom (RFC 4287) and RSS 2.0, in the language of the page.

An entry is known by an address that never changes; it is updated when the course has a new version. The text of an
entry is HTML that is made here, from texts that are escaped.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.exports import address
from courses.models import CourseRun, CourseVersion
from learners import formats
from learners.queries import place as places

# What no XML document may hold, however it is written.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EMPTY_SINCE = datetime(2026, 11, 21, tzinfo=UTC)  # an empty feed does not change from one asking to the next


class _Quiet:
    """Says when its newest entry changed, and of an empty feed always the same."""

    items: list[dict[str, Any]]

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else _EMPTY_SINCE  # type: ignore[misc]  # a mixin of feeds


class Atom(_Quiet, Atom1Feed):
    pass


class Rss(_Quiet, Rss201rev2Feed):
    pass


FORMS: dict[str, type[SyndicationFeed]] = {"atom": Atom, "rss": Rss}


def new_courses(versions: Iterable[CourseVersion], *, form: str, title: str, page: str, here: str) -> bytes:
    """Return a feed of courses, with the address of the page it goes with and its own."""
    feed = _feed(form, title=title, page=page, here=here, about=_("Courses that were published last."))
    for version in versions:
        _add(
            feed,
            version,
            name=address.of_course(version.course_id),
            published=version.first_published_at,  # type: ignore[attr-defined]  # found by the query
            updated=version.published_at,
        )
    return feed.writeString("utf-8").encode()


def beginning_soon(runs: Iterable[CourseRun], *, form: str, title: str, page: str, here: str) -> bytes:
    """Return a feed of runs; the day one begins stands in the title of its entry."""
    feed = _feed(
        form, title=title, page=page, here=here, about=_("Classes that begin soon and have an open enrolment.")
    )
    for run in runs:
        version = run.version
        since = max(run.created_at, version.published_at or run.created_at)
        _add(
            feed,
            version,
            name=f"{address.of_course(version.course_id)}#run-{run.pk}",
            published=since,
            updated=since,
            run=run,
        )
    return feed.writeString("utf-8").encode()


def _feed(form: str, *, title: str, page: str, here: str, about: str) -> SyndicationFeed:
    return FORMS[form](
        title=_legal(title),
        link=page,
        description=about,
        subtitle=about,
        language=get_language(),
        feed_url=here,
        author_name="Học Suốt Đời",
    )


def _add(
    feed: SyndicationFeed,
    version: CourseVersion,
    *,
    name: str,
    published: datetime | None,
    updated: datetime | None,
    run: CourseRun | None = None,
) -> None:
    title = version.title
    if run is not None:
        title = _("%(title)s, from %(day)s") % {"title": title, "day": formats.day(run.starts_on)}
    feed.add_item(
        title=_legal(title),
        link=address.absolute(version.get_absolute_url()),
        description=_legal(
            format_html(
                "<p>{}</p><ul>{}</ul>", version.summary, format_html_join("", "<li>{}</li>", _facts(version, run))
            )
        ),
        unique_id=name,
        unique_id_is_permalink=False,
        pubdate=published,
        updateddate=updated,
        categories=[_legal(version.field.name)],
    )


def _facts(version: CourseVersion, run: CourseRun | None) -> Iterable[tuple[str]]:
    yield (version.course.provider.name,)
    if run is not None and run.place is not None:
        yield (", ".join(part for part in (run.venue, places.place_after(run.venue, run.place)) if part),)
    if not version.is_elsewhere:
        hours = formats.minute_hours(version.notional_minutes)
        credit = formats.credits(version.credit_hundredths)
        yield (_("%(hours)s hours, %(credits)s credits") % {"hours": hours, "credits": credit},)
    if version.cost_vnd is not None:
        yield (capfirst(formats.dong(version.cost_vnd)),)


def _legal(text: str) -> str:
    return _NOT_XML.sub("", text)
