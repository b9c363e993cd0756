"""
``manage.py courier``: sends what cannot wait, sign-in codes first of all.

It LISTENs for what ``message.queue`` notifies at commit, looks every second besides, and needs no broker. A database
that goes away is waited for; SIGTERM and Ctrl-C end it between two letters, within a second when it is idle.
"""

import select
import signal
import socket
from time import monotonic
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from learners.actions import message
from learners.choices import Urgency
from learners.queries import clock

LOOK_EVERY_SECONDS = 1.0
WAIT_SECONDS_MAX = 5.0  # between two tries to reach a database that is away

log = structlog.get_logger("courier")


class Command(BaseCommand):
    help = "Deliver urgent messages (sign-in codes) as soon as they are queued; needs no broker."
    requires_system_checks = []  # it may be started before the database is there

    def handle(self, *args: Any, **options: Any) -> None:
        # A signal writes one byte here and so wakes the wait below; a flag alone would wait out the second.
        self.ended, ending = socket.socketpair()
        ending.setblocking(False)
        self.is_ending = False
        signal.set_wakeup_fd(ending.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)
        log.info("courier_started")
        wait_seconds = 0.1
        while not self.is_ending:
            try:
                self.listen_and_deliver()
                wait_seconds = 0.1
            except (OperationalError, InterfaceError) as reason:
                log.warning("courier_lost_database", reason=str(reason).strip(), again_in_seconds=wait_seconds)
                connection.close()
                select.select([self.ended], [], [], wait_seconds)
                wait_seconds = min(wait_seconds * 2, WAIT_SECONDS_MAX)
            except clock.ClockApart as reason:
                log.error("courier_clock_apart", reason=str(reason), again_in_seconds=WAIT_SECONDS_MAX)
                select.select([self.ended], [], [], WAIT_SECONDS_MAX)
        connection.close()
        log.info("courier_ended")

    def end(self, *_signal: Any) -> None:
        self.is_ending = True

    def listen_and_deliver(self) -> None:
        """Listen on a fresh connection and deliver until told to end or until the database goes."""
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {message.URGENT_CHANNEL}")
        listening = connection.connection
        while not self.is_ending:
            clock.refuse_apart()
            began = monotonic()
            sent = message.deliver_due(now=timezone.now(), urgency=Urgency.URGENT, is_ending=lambda: self.is_ending)
            if sent:
                log.info("courier_delivered", letters=sent, seconds=round(monotonic() - began, 3))
            select.select([listening, self.ended], [], [], LOOK_EVERY_SECONDS)
            listening.poll()
            listening.notifies.clear()
