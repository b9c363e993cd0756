"""``manage.py translations extract|compile|check``: a door to ``portal.translations``."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import translations


class Command(BaseCommand):
    help = "Extract the texts to translate, compile the catalogues, or check them."
    requires_system_checks = []  # it must run before there is a database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("extract", "compile", "check"))

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "extract":
            texts, untranslated = translations.update_ours()
            self.stdout.write(f"{texts} texts, {untranslated} to translate.")
        elif action == "compile":
            self.stdout.write(f"{translations.compile_all()} catalogues written.")
        else:
            faults = translations.check()
            for fault in faults:
                self.stdout.write(str(fault))
            if faults:
                raise CommandError(f"{len(faults)} faults in the translations.")
            self.stdout.write("The translations are complete.")
