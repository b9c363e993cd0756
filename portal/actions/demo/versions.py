"""Courses of the demonstration world that have been written anew: one is published, one waits for a curator."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from courses.actions import catalog
from courses.actions import version as versions
from courses.queries import workspace
from learners.models import Learner
from portal.actions.demo.courses import REVIEW_TOOK, SOURCE
from portal.actions.demo.organizations import Body
from portal.actions.demo.programme_rows import Programme
from portal.actions.demo.version_rows import VersionRow


def renew_all(
    rows: Sequence[VersionRow],
    *,
    programmes: Sequence[Programme],
    bodies: Mapping[str, Body],
    curator: Learner,
    now: datetime,
) -> None:
    """Write the next versions of courses that are published, and submit or publish them."""
    by_key = {programme.key: programme for programme in programmes}
    for row in rows:
        programme, decided_at = by_key[row.course], now - timedelta(days=row.days_ago)
        manager = bodies[programme.provider].manager
        written_at = decided_at - REVIEW_TOOK if row.is_published else decided_at
        course = workspace.visible_to(curator).get(import_source=SOURCE, import_key=row.course)
        draft = versions.start(course=course, author=manager, now=written_at)
        content = replace(programme.content, **row.changes)
        draft = catalog.edit_draft(version=draft, author=manager, content=content, now=written_at)
        catalog.submit(version=draft, author=manager, now=written_at, tell=False)
        if row.is_published:
            catalog.publish(version=draft, curator=curator, now=decided_at, tell=False)
