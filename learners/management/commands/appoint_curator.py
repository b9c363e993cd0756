"""``manage.py appoint_curator EMAIL``: the first curator; a door to ``learners.actions.curator``."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learners.actions import curator
from learners.forms.fields import AddressField


class Command(BaseCommand):
    help = "Make someone a curator by their e-mail address; they sign in at the ordinary page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="full name, when the address has no account yet")

    def handle(self, *args: Any, email: str, name: str, **options: Any) -> None:
        try:
            address = AddressField().clean(email)
        except ValidationError as reason:
            raise CommandError(f"{email}: {reason.messages[0]}") from reason
        appointed = curator.appoint(address=address, full_name=name or address.split("@")[0], now=timezone.now())
        self.stdout.write(f"{appointed.full_name} <{appointed.email}> is a curator.")
