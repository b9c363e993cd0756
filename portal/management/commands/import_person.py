"""Bring one person's export into a blank portal: ``manage.py import_person hoc-suot-doi.zip --keys keys.json``."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.actions import personal_import


class Command(BaseCommand):
    help = "Bring one person's export into a blank portal; the record and the timeline are the same there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files",
            type=Path,
            nargs="+",
            metavar="file",
            help="the ZIP a learner has downloaded at /me/data/; after an undone merge that of the other one as well",
        )
        parser.add_argument(
            "--address",
            action="append",
            default=[],
            help="e-mail or number to sign in with, of who had only a card; once for each such file, in their order",
        )
        parser.add_argument("--keys", type=Path, required=True, help="/ledger/keys.json of the portal it comes from")

    def handle(self, *_arguments: Any, files: list[Path], keys: Path, address: list[str], **_options: Any) -> None:
        try:
            published = json.loads(keys.read_text(encoding="utf-8"))
            read = [personal_import.read(file.read_bytes(), keys=published) for file in files]
            learners = personal_import.bring_in(read, addresses=address, now=timezone.now())
        except (OSError, ValueError, personal_import.UnableToImport) as reason:
            raise CommandError(str(reason)) from reason
        for learner, whole in zip(learners, read, strict=True):
            self.stdout.write(f"{learner.ledger_number}: {len(whole['ledger']['entries'])} entries")
