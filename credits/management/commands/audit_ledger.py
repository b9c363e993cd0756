"""``manage.py audit_ledger``: a door to ``credits.queries.ledger.audit``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credits.queries import ledger


class Command(BaseCommand):
    help = "Check every invariant of the ledger; ends with status 1 when one does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = ledger.audit()
        for finding in findings:
            self.stdout.write(f"{finding.invariant}  {finding.detail}")
        if findings:
            raise CommandError(f"The ledger is not sound: {len(findings)} findings.")
        self.stdout.write("The ledger is sound.")
