"""
Whether the page of a course taught elsewhere still answers.

A page that does not is asked again two hours later; failing twice, its course leaves the catalogue until the page is
back. Its own page here stays and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from courses.actions import catalog_entry
from courses.choices import VersionState
from courses.importers import fetch
from courses.models import CatalogEntry, Course, CourseVersion, LinkCheck
from courses.rules import LINK_CHECK_HOURS, LINK_FAILURES_TO_HIDE, LINK_RECHECK_HOURS, LINKS_PER_BATCH
from learners.models import Organization

LEASE = timedelta(minutes=15)  # of a check that is under way; a worker that dies leaves it to the next
SECONDS_A_TASK = 90.0  # and one batch more at most


@dataclass(slots=True)
class Checked:
    """What became of one batch."""

    links: int = 0
    hidden: int = 0
    shown: int = 0


def watch(*, versions: Sequence[CourseVersion], now: datetime) -> None:
    """Have the pages of published versions checked from now on; two statements, none when all are taught here."""
    elsewhere = [version for version in versions if version.is_elsewhere]
    if not elsewhere:
        return
    Course.objects.filter(pk__in=[version.course_id for version in elsewhere], link_dead_at__isnull=False).update(
        link_dead_at=None
    )
    LinkCheck.objects.bulk_create(
        [
            LinkCheck(course_id=version.course_id, address=version.external_url, next_at=now, failures=0, problem="")
            for version in elsewhere
        ],
        update_conflicts=True,
        unique_fields=["course"],
        update_fields=["address", "next_at", "failures", "problem"],
    )


def check_due(*, now: datetime, seconds_max: float = SECONDS_A_TASK) -> Checked:
    """
    Ask the pages that are due, one after the other, and return what became of them.

    Safe to run twice or in two workers at once: a check is leased before it is made, and its answer is written under
    the provider's lock. Stops after ``seconds_max``; what is left is due still.
    """
    checked, started = Checked(), monotonic()
    while monotonic() - started < seconds_max and (links := _claim(now=now)):
        for link in links:
            _note(link, fetch.problem_of(link.address), now, checked)
            checked.links += 1
    return checked


def _claim(*, now: datetime) -> list[LinkCheck]:
    with transaction.atomic():
        due = list(
            LinkCheck.objects.select_for_update(skip_locked=True)
            .filter(next_at__lte=now, course__archived_at__isnull=True)
            .order_by("next_at")[:LINKS_PER_BATCH]
        )
        LinkCheck.objects.filter(pk__in=[link.pk for link in due]).update(next_at=now + LEASE)
    return due


@transaction.atomic
def _note(link: LinkCheck, problem: str, now: datetime, checked: Checked) -> None:
    Organization.objects.select_for_update(no_key=True).get(courses=link.course_id)
    current = LinkCheck.objects.select_for_update().select_related("course").get(pk=link.pk)
    if current.address != link.address:
        return  # a newer version names another page, which is asked by itself
    current.failures = current.failures + 1 if problem else 0
    current.problem, current.checked_at = problem[:200], now
    is_settled = not problem or current.failures >= LINK_FAILURES_TO_HIDE
    current.next_at = now + timedelta(hours=LINK_CHECK_HOURS if is_settled else LINK_RECHECK_HOURS)
    current.save()
    if problem and is_settled and current.course.link_dead_at is None:
        CatalogEntry.objects.filter(course=link.course_id).delete()
        Course.objects.filter(pk=link.course_id).update(link_dead_at=now)
        checked.hidden += 1
    elif not problem and current.course.link_dead_at is not None:
        Course.objects.filter(pk=link.course_id).update(link_dead_at=None)
        checked.shown += _show(link.course_id, now)


def _show(course_id: int, now: datetime) -> int:
    version = (
        CourseVersion.objects.select_related("course__provider__place__parent", "field__parent__parent")
        .filter(course=course_id, state=VersionState.PUBLISHED, course__archived_at__isnull=True)
        .first()
    )
    if version is None:
        return 0
    catalog_entry.rebuild(version=version, now=now)
    return 1
