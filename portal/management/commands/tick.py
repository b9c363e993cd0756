"""``manage.py tick --at "tomorrow 18:00"``: see now what the timetable would send then. Only in a demonstration."""

import re
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.actions import reminders
from credits.actions import expiry_notice, qualification
from learners.actions import message
from learners.choices import Urgency
from portal.actions import digests

WRITTEN = re.compile(r"(?P<day>today|tomorrow|\d{4}-\d{2}-\d{2}) (?P<hour>\d{1,2}):(?P<minute>\d{2})")
DAYS_AHEAD = {"today": 0, "tomorrow": 1}


class Command(BaseCommand):
    help = "Do what the timetable would do at a given moment, and deliver what is due then (only under DEMO=1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at",
            required=True,
            metavar="MOMENT",
            help='Vietnamese time: "today 19:00", "tomorrow 18:00" or "2026-11-29 19:00"',
        )

    def handle(self, *, at: str, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("tick moves the clock for what is sent: it works only in a demonstration (DEMO=1).")
        moment = parse(at, now=timezone.now())
        self.stdout.write(f"As if it were {timezone.localtime(moment):%A %d/%m/%Y %H:%M} in Viet Nam:")
        self.stdout.write(f"- {count(reminders.queue_class_reminders(now=moment), 'reminder')} of a class queued")
        self.stdout.write(f"- {count(digests.queue_digests(now=moment), 'weekly letter')} queued")
        about_credit = qualification.tell_reached(now=moment) + expiry_notice.queue_expiry_notices(now=moment)
        self.stdout.write(f"- {count(about_credit, 'letter')} about pathways reached and credit that expires queued")
        sent = 0
        for urgency in Urgency:
            while handed_over := message.deliver_due(now=moment, urgency=urgency):
                sent += handed_over
        self.stdout.write(f"- {count(sent, 'message')} delivered")
        self.stdout.write(f"Read them at {settings.SITE_URL}/dev/mailbox/")


def parse(written: str, *, now: datetime) -> datetime:
    """
    Return the moment that was written, in Vietnamese time.

    :raises CommandError: if it is none, with how one is written.
    """
    example = 'Write it as "today 19:00", "tomorrow 18:00" or "2026-11-29 19:00".'
    found = WRITTEN.fullmatch(written.strip().lower())
    if found is None:
        raise CommandError(f"{written!r} is not a moment. {example}")
    today = timezone.localdate(now)
    try:
        if (word := found["day"]) in DAYS_AHEAD:
            day = today + timedelta(days=DAYS_AHEAD[word])
        else:
            day = datetime.strptime(word, "%Y-%m-%d").replace(tzinfo=timezone.get_current_timezone()).date()
        clock = time(int(found["hour"]), int(found["minute"]))
    except ValueError as reason:
        raise CommandError(f"{written!r} is not a moment: {reason}. {example}") from reason
    return timezone.make_aware(datetime.combine(day, clock))


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
