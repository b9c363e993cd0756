"""End the sessions of one person, or of everybody: when a device or a key may be in the wrong hands. ASVS 7.4.5."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learners.actions import device, sign_in
from learners.queries.learner import by_address


class Command(BaseCommand):
    help = "End every session of one person, or of everybody."

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--address", help="an e-mail address or a number such as +84912345678")
        who.add_argument("--everybody", action="store_true")

    def handle(self, *args: Any, address: str | None, everybody: bool, **options: Any) -> None:
        now = timezone.now()
        if everybody:
            device.end_everybodys(now=now)
            self.stdout.write("Everybody is signed out.")
            return
        learner = by_address(address or "")
        if learner is None:
            raise CommandError("Nobody signs in with this address.")
        sign_in.sign_out_everywhere(learner=learner, now=now)
        self.stdout.write("Signed out everywhere.")
