"""
``manage.py import_courses FILE --provider … --by …``: take a catalogue in. README.md describes the columns.

Files: CSV, XLSX, XLS, ODS, JSON, JSON-LD of schema.org (alone or in a page), course lists and OLX of Open edX,
OneRoster, lists in Markdown. The columns: ``code`` and ``title_vi`` are required, and ``hours`` or ``credits`` (one
credit is 50 hours; "2,5" and "2.5" are the same), or ``external_url`` of a course taught on another site. All others
may be absent or empty: ``title_en``, ``summary_vi``, ``summary_en``, ``description_vi`` (its first sentences),
``outcomes_vi``, ``outcomes_en`` (several, separated by ``|``), ``audience_vi``, ``audience_en``, ``requirements_vi``,
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
from tqdm import tqdm

from courses.actions import importing
from courses.choices import Format
from courses.importers import columns, opening, table, text_file
from courses.importers.rows import Fault, UnreadableFile, excerpt
from credits.choices import KindOfCredit
from learners.models import Learner, Organization, address
from learners.queries import learner, organization

FAULTS_SHOWN_MAX = 100
FIELD_UNKNOWN = "9999"  # ISCED-F 2013
MINUTES_PER_HOUR = 60


class Command(BaseCommand):
    help = "Import courses from a file: all of it or nothing, and safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, XLSX, XLS, ODS, JSON, HTML with JSON-LD, OLX, OneRoster")
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
        parser.add_argument("--hours", type=int, default=0, help="hours of study of a new course that says none")
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
        path: Path = options["file"]
        read = opening.open_table(
            text_file.content_of(path), name=path.name, has_header=not names or options["skip_header"]
        )
        catalog = (
            table.by_position(read, names, effort_needed=not options["hours"])
            if names
            else table.by_header(read, effort_needed=not options["hours"])
        )
        self.stdout.write(read.told)
        if catalog.unused and not names:
            self.stdout.write(_("Columns that are not read: %(names)s.") % {"names": _first_few(catalog.unused)})
        actor = _actor(options["by"])
        with tqdm(total=read.rows_about, unit="", file=sys.stderr, disable=None, leave=False) as bar:
            report = importing.import_catalog(
                provider=_provider(actor, options["provider"]),
                rows=catalog,
                actor=actor,
                defaults=importing.Defaults(
                    field_id=options["field"],
                    kind_of_credit=KindOfCredit(options["kind_of_credit"]),
                    format=Format(options["format"]),
                    notional_minutes=options["hours"] * MINUTES_PER_HOUR,
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
    shown = ", ".join(islice((name or "“”" for name in names), table.NAMES_SHOWN_MAX))
    return shown if len(names) <= table.NAMES_SHOWN_MAX else f"{shown}, …"


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
