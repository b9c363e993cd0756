"""The weekly letter: once a week, at the hour each learner chose, to those with something to tell."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from learners import formats
from learners.actions import message
from learners.actions.message import Draft
from learners.choices import Language, MessageKind
from learners.queries import message_text
from learners.queries.message import queued_keys
from portal.queries.digest import LATE_MAX, Digest, digests, recipients

LEARNERS_PER_BATCH = 500
LINES_MAX = 5  # of each list; the page the letter leads to has the rest


def queue_digests(*, now: datetime) -> int:
    """
    Queue the letters whose hour came within the last 48 hours; return how many are new.

    Safe to run as often as one likes and twice at once: a letter is queued once for each learner and ISO week of the
    hour they chose. It tells of the seven days before that hour, however late it is queued; what is later than 48 hours
    is not sent that week, queued or not. One query for the whole, and nine for each batch of ``LEARNERS_PER_BATCH``.
    """
    queued = 0
    for at, group in groupby(sorted(recipients(now=now), key=itemgetter(1, 0)), key=itemgetter(1)):
        ids = [learner_id for learner_id, _at in group]
        for start in range(0, len(ids), LEARNERS_PER_BATCH):
            queued += _queue_batch(ids[start : start + LEARNERS_PER_BATCH], at, now)
    return queued


def _queue_batch(learner_ids: Sequence[int], at: datetime, now: datetime) -> int:
    keys = {learner_id: _key(learner_id, at) for learner_id in learner_ids}
    known = queued_keys(keys.values())
    still = [learner_id for learner_id, key in keys.items() if key not in known]
    if not still:
        return 0
    drafts = [
        Draft(recipient=digest.learner, key=keys[digest.learner.pk], data=_data(digest), expires_at=at + LATE_MAX)
        for digest in digests(learner_ids=still, at=at)
        if not digest.is_empty
    ]
    return message.queue_all(kind=MessageKind.WEEKLY_DIGEST, drafts=drafts, now=now)


def _key(learner_id: int, at: datetime) -> str:
    year, week, _day = timezone.localtime(at).isocalendar()
    return f"weekly_digest:{learner_id}:{year}-W{week:02}"


def _data(digest: Digest) -> dict[str, str]:
    """Return the letter's placeholders: every list already written out, one line an entry."""
    language = Language(digest.learner.language)
    lines = message_text.digest_lines(language)
    with translation.override(language):
        return {
            "headline": _headline(digest, lines["headline"]),
            "learned": _list(
                lines["learned"].format(course=course.title, hours=formats.minute_hours(course.minutes))
                for course in digest.learned
            ),
            "posted": _list(
                lines["posted"].format(
                    course=line.headline,
                    hours=formats.credit_hours(line.hundredths),
                    credits=formats.credits(line.hundredths),
                )
                for line in digest.posted
            ),
            "sessions": _list(_session(meeting, lines["sessions"]) for meeting in digest.sessions),
            "continue": _list(
                lines["continue"].format(course=place.title, unit=place.next_title) for place in digest.to_continue
            ),
            "balance_hours": formats.credit_hours(digest.balance_hundredths),
            "balance_credits": formats.credits(digest.balance_hundredths),
            "link": f"{settings.SITE_URL}{reverse('dashboard')}",
        }


def _headline(digest: Digest, lines: dict[str, str]) -> str:
    """The first of the three that applies; a week of nothing but reversals has only the list of them."""
    if digest.minutes:
        return lines["studied"].format(hours=formats.minute_hours(digest.minutes))
    posted = sum(line.hundredths for line in digest.posted)
    if posted or not digest.sessions:
        return lines["posted"].format(credits=formats.credits(posted))
    first = digest.sessions[0]
    starts_at = first.session.starts_at
    return lines["ahead"].format(time=formats.clock(starts_at), date=formats.day(starts_at), course=first.title)


def _session(meeting: Any, lines: Sequence[str]) -> str:
    with_venue, without = lines
    starts_at, venue = meeting.session.starts_at, meeting.session.run.venue
    return (with_venue if venue else without).format(
        time=formats.clock(starts_at), date=formats.day(starts_at), course=meeting.title, venue=venue
    )


def _list(lines: Iterable[str]) -> str:
    return "\n".join(list(lines)[:LINES_MAX])
