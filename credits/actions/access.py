"""The access log: a person's ledger is shown to somebody at work only after it is written that it was."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from credits import emails
from credits.choices import Reading
from credits.models import LedgerAccess
from learners import rules
from learners.actions import telling
from learners.choices import SEEN_IN_LISTS, SEEN_OF_MANY, MessageKind, Seen
from learners.models import Learner, Message, Organization

ONCE = timedelta(hours=1)  # Source: portal policy, 2026-11-21
REASON_CHARACTERS_MAX = 500
# Several people are shown at once: how often says nothing about one of them.
LISTS = frozenset({Reading.LIST, Reading.SEARCH, Reading.PEOPLE})
OF_MANY = Q(what__in=LISTS) | Q(what=Reading.PERSON, reason__in=SEEN_OF_MANY)


@transaction.atomic
def record(
    *,
    reader: Learner,
    learner_ids: Collection[int],
    what: Reading,
    now: datetime,
    organization: Organization | None = None,
    reason: str = "",
    about: str = "",
) -> int:
    """
    Write that ``reader`` is about to read these people's ledgers, for an organisation or as a curator.

    ``about`` says what is shown, in no language: a code (``LedgerAccess.about``), numbers, and no words that somebody
    typed. It is written once an hour, so that a form sent again because of a slip does not drown the log, and of a list
    once a day: its pages, its filters and the way back to it are one look at it (decision 0142). Any other reading is
    one of its own, a search too: the same page shown twice was read twice. Lists of who people are count as lists. Who
    has their whole record read is told of it, and who is read unusually often by one person (``READ_OFTEN``).
    Return how many rows it took: one a person, one statement for all, none about the reader's own ledger.
    """
    people = set(learner_ids) - {reader.pk}
    said = (reason or about)[:REASON_CHARACTERS_MAX]
    if about and what != Reading.SEARCH:
        since = _midnight(now) if what in {Reading.LIST, Reading.PEOPLE} else now - ONCE
        people -= _told(reader, people, what=what, organization=organization, said=said, since=since)
    rows = [
        LedgerAccess(
            learner_id=learner_id,
            reader=reader,
            organization=organization,
            read_at=now,
            what=what,
            reason=said,
        )
        for learner_id in sorted(people)
    ]
    LedgerAccess.objects.bulk_create(rows)
    if what == Reading.STATEMENT:
        _tell(rows, now=now)
    elif what not in LISTS and not (what == Reading.PERSON and said in SEEN_OF_MANY):
        _tell_of_unusual(reader, people, now=now)
    return len(rows)


def record_seen(
    *, reader: Learner, learner_ids: Collection[int], seen: Seen, organization: Organization | None, now: datetime
) -> int:
    """Write that ``reader`` is about to see who people are (``learners.actions.reading``); each search is one."""
    what = Reading.PEOPLE if seen in SEEN_IN_LISTS else Reading.PERSON
    said = {"reason": seen} if seen in {Seen.COUNTER_SEARCH, Seen.DESK_SEARCH} else {"about": seen}
    return record(reader=reader, learner_ids=learner_ids, what=what, organization=organization, now=now, **said)


def _tell(rows: Collection[LedgerAccess], *, now: datetime) -> None:
    """A whole record opened for a reason, outside of anybody's daily work: its owner is told, wherever reached."""
    for row in rows:
        data = emails.record_read(learner=row.learner, now=now)
        telling.tell(learner=row.learner, kind=MessageKind.RECORD_READ, key=f"read:{row.pk}", data=data, now=now)


def _tell_of_unusual(reader: Learner, people: Collection[int], *, now: datetime) -> None:
    """
    Tell a person whom one reader has opened as often as nobody usually needs, once a week at most.

    Whole records are not counted: of each its owner has been told. One query, whatever the number of people.
    """
    alike = LedgerAccess.objects.filter(reader=reader, learner__in=people, read_at__gt=now - rules.READ_OFTEN.per)
    opened = alike.exclude(OF_MANY).exclude(what=Reading.STATEMENT).values("learner").annotate(times=Count("pk"))
    often = opened.filter(times__gt=rules.READ_OFTEN.times).values("learner")
    for learner in Learner.objects.filter(pk__in=often).order_by("pk"):
        key = f"read-often:{learner.pk}:"
        lately = Message.objects.filter(
            kind=MessageKind.READ_OFTEN,
            deduplication_key__startswith=key,
            queued_at__gt=now - rules.READ_OFTEN_TOLD_EVERY,
        )
        if not lately.exists():
            data = emails.read_often(learner=learner, now=now)
            kind = MessageKind.READ_OFTEN
            telling.tell(learner=learner, kind=kind, key=f"{key}{now.isoformat()}", data=data, now=now)


def _midnight(now: datetime) -> datetime:
    """Return when the local day began, less the least: what was read on the stroke of it is of the day."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(microseconds=1)


def _told(reader: Learner, people: Collection[int], *, since: datetime, said: str, **same: Any) -> set[int]:
    """Return to whom of these people the same reading has been told since then."""
    found = LedgerAccess.objects.filter(
        reader=reader, learner__in=people, read_at__gt=since, reason=said, **same
    ).values_list("learner", flat=True)
    return set(found)
