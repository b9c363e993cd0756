"""``manage.py seed_demo``: fill an empty portal with the demonstration world; ``--sign-ins``: who to sign in as."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from portal.actions import demo


class Command(BaseCommand):
    help = "Fill the portal with the demonstration world (only under DEMO=1; what is there already stays)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sign-ins", action="store_true", help="only list who to sign in as")

    def handle(self, *, sign_ins: bool, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration world is made only under DEMO=1, never beside real people's records.")
        if sign_ins:
            self.list_sign_ins()
            return
        began = monotonic()
        made = demo.seed(now=timezone.now(), track=self.track)
        if made.acts:
            self.stdout.write(f"    made in {monotonic() - began:.1f} s")
            for person, code in made.cards.items():
                self.stdout.write(
                    f"    a card was printed for {person.name}: {code[:4]}-{code[4:]}, {person.birth_year}"
                )
        else:
            self.stdout.write("    it is there already; nothing was changed")

    def track(self, words: str, items: Sequence[Any]) -> Iterator[Any]:
        """Hand the items on with a bar on a terminal, and say at the end how many there were and how long it took."""
        began = monotonic()
        yield from tqdm(items, desc=f"    {words}", leave=False, disable=None)
        self.stdout.write(f"    {len(items):>5} {words} ({monotonic() - began:.1f} s)")

    def list_sign_ins(self) -> None:
        self.stdout.write("Đăng nhập thử bằng mã gửi vào hộp thư ở trên · Sign in with a code from the mailbox above:")
        for person in demo.sign_ins():
            shows = person.shows
            assert shows is not None
            self.stdout.write(f"\n  {person.typed:<26} {person.name}, {shows.who_vi} · {shows.who_en}")
            self.stdout.write(f"  {'':<26} {shows.what_vi}")
            self.stdout.write(f"  {'':<26} {shows.what_en[:1].upper()}{shows.what_en[1:]}")
