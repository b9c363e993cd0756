"""
``manage.py import_courses FILE.csv --provider … --by …``: take a catalogue in. README.md describes the columns.

The columns: ``code`` and ``title_vi`` are required, and ``hours`` or ``credits`` (one credit is 50 hours; "2,5" and
"2.5" are the same). All others may be absent or empty: ``title_en``, ``summary_vi``, ``summary_en``, ``outcomes_vi``,
``outcomes_en`` (several, separated by ``|``), ``audience_vi``, ``audience_en``, ``requirements_vi``,
``requirements_en``, ``field`` (ISCED-F 2013), ``kind_of_credit``, ``format``, ``level`` (1–8), ``language`` (several,
separated by ``;``), ``cost_vnd``, ``tags``, ``licence``.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tqdm import tqdm

from courses.actions import importing
from courses.choices import Format
from courses.importers import columns, csv_catalog
from courses.importers.rows import Fault, UnreadableFile, excerpt
from credits.choices import KindOfCredit
from learners.models import Learner, Organization, address
from learners.queries import learner, organization

FAULTS_SHOWN_MAX = 100
FIELD_UNKNOWN = "9999"  # ISCED-F 2013
DELIMITER_NAMES = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab")}


class Command(BaseCommand):
    help = "Import courses from a CSV file: all of it or nothing, and safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8 or UTF-16; separated by comma, semicolon or tab")
        parser.add_argument("--provider", required=True, help="the organisation: its public id or its exact name")
        parser.add_argument("--by", required=True, help="e-mail of the curator or manager who imports")
        parser.add_argument(
            "--columns",
            default="",
            help="for a file without a header: what its columns are, in order, with - for one that is not read; "
            f"of {', '.join(column.name for column in columns.COLUMNS)}",
        )
        parser.add_argument("--skip-header", action="store_true", help="with --columns: the first line is a header")
        parser.add_argument(
            "--source",
            default=importing.DEFAULT_SOURCE,
            help="which catalogue of the provider this is; a course is found again by provider, source and code",
        )
        parser.add_argument(
            "--field", default=FIELD_UNKNOWN, help="field of a new course that names none (ISCED-F 2013)"
        )
        parser.add_argument("--kind-of-credit", default=KindOfCredit.COMMUNITY, choices=KindOfCredit.values)
        parser.add_argument("--format", default=Format.IN_PERSON, choices=Format.values)
        parser.add_argument("--publish", action="store_true", help="put the courses into the catalogue at once")
        parser.add_argument("--skip-bad-rows", action="store_true", help="take the right rows although some are wrong")
        parser.add_argument("--dry-run", action="store_true", help="do everything, save nothing")
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, choices=[code for code, _name in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                self._import(**options)
            except importing.RowsRefused as refusal:
                self._list(refusal.report.faults)
                raise CommandError(f"{_counts(refusal.report)}\n{refusal}") from refusal
            except (importing.UnableToImport, UnreadableFile) as refusal:
                raise CommandError(str(refusal)) from refusal

    def _import(self, **options: Any) -> None:
        started = perf_counter()
        names = [name.strip() for name in options["columns"].split(",")] if options["columns"] else []
        catalog = csv_catalog.open_file(options["file"], names=names, has_header=not names or options["skip_header"])
        self.stdout.write(
            _("Read as %(encoding)s; columns separated by %(delimiter)s.")
            % {"encoding": catalog.encoding, "delimiter": DELIMITER_NAMES[catalog.delimiter]}
        )
        if catalog.unused:
            self.stdout.write(_("Columns that are not read: %(names)s.") % {"names": _first_few(catalog.unused)})
        actor = _actor(options["by"])
        with tqdm(total=catalog.lines_count, unit="", file=sys.stderr, disable=None, leave=False) as bar:
            report = importing.import_catalog(
                provider=_provider(actor, options["provider"]),
                rows=catalog,
                actor=actor,
                defaults=importing.Defaults(
                    field_id=options["field"],
                    kind_of_credit=KindOfCredit(options["kind_of_credit"]),
                    format=Format(options["format"]),
                ),
                now=timezone.now(),
                source=options["source"],
                publish=options["publish"],
                skip_refused=options["skip_bad_rows"],
                dry_run=options["dry_run"],
                on_progress=bar.update,
            )
        self._list(report.faults)
        self.stdout.write(_counts(report))
        if options["dry_run"]:
            self.stdout.write(_("A dry run: nothing was saved."))
        self.stdout.write(_("%(seconds)s seconds.") % {"seconds": f"{perf_counter() - started:.1f}"})

    def _list(self, faults: Sequence[Fault]) -> None:
        for fault in faults[:FAULTS_SHOWN_MAX]:
            self.stderr.write(str(fault))
        if len(faults) > FAULTS_SHOWN_MAX:
            self.stderr.write(_("… and %(count)s more.") % {"count": len(faults) - FAULTS_SHOWN_MAX})


def _counts(report: importing.Report) -> str:
    return _("Rows: %(rows)s. New: %(new)s. Changed: %(changed)s. Unchanged: %(unchanged)s. Refused: %(refused)s.") % {
        "rows": report.rows,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": report.refused,
    }


def _first_few(names: Sequence[str]) -> str:
    shown = ", ".join(islice((name or "“”" for name in names), csv_catalog.NAMES_SHOWN_MAX))
    return shown if len(names) <= csv_catalog.NAMES_SHOWN_MAX else f"{shown}, …"


def _actor(email: str) -> Learner:
    found = learner.by_address(address.fold(email))
    if found is None or not found.is_active:
        raise CommandError(_("Nobody signs in here with %(address)s.") % {"address": excerpt(email)})
    return found


def _provider(actor: Learner, name: str) -> Organization:
    visible = organization.visible_to(actor)
    try:
        found = list(visible.filter(public_id=UUID(name)))
    except ValueError:
        found = list(visible.filter(name_vi=name) | visible.filter(name_en=name))
    if not found:
        raise CommandError(_("No organisation is called %(name)s.") % {"name": excerpt(name)})
    if len(found) > 1:
        identifiers = ", ".join(str(each.public_id) for each in found)
        raise CommandError(
            _("%(count)s organisations are called %(name)s. Name one by its id: %(ids)s.")
            % {"count": len(found), "name": excerpt(name), "ids": identifiers}
        )
    return found[0]
