"""``manage.py verify_ledger``: a door to ``credits.queries.ledger.audit``."""

import sys
from collections.abc import Iterable
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from credits.queries import ledger
from credits.queries.frozen import frozen


class Command(BaseCommand):
    help = "Check the whole ledger and every seal, as of this moment; ends with status 1 when something does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        self.checked: list[str] = []
        started = perf_counter()
        with frozen():
            findings = ledger.audit(track=self.track)
        for finding in findings:
            self.stdout.write(f"{finding.invariant}  {finding.detail}")
        self.stdout.write(f"Checked {', '.join(self.checked)} in {perf_counter() - started:.1f} s.")
        unfinished = sum(finding.is_unfinished for finding in findings)
        if len(findings) > unfinished:
            raise CommandError(f"The ledger is not sound: {len(findings) - unfinished} findings.")
        if unfinished:
            raise CommandError(f"Not all is known: {unfinished} questions were not finished.")
        self.stdout.write("The ledger is sound.")

    def track(self, words: str, items: Iterable[Any], total: int) -> Iterable[Any]:
        """Hand the items on with a bar on a terminal; note how many there were."""
        self.checked.append(f"{total} {words}")
        return tqdm(items, total=total, desc=words, unit="", file=sys.stderr, disable=None, leave=False)
