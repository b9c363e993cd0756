"""A file of courses handed in, its columns chosen, and an address that is fetched on a timetable."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.actions import import_job, importing
from courses.choices import Format, HarvestPeriod, TeachingLanguage
from courses.forms.amounts import HoursField
from courses.importers import cells, columns
from courses.models import ImportJob
from courses.queries import field as fields
from courses.rules import EXTERNAL_URL_CHARACTERS_MAX, UPLOAD_BYTES_MAX
from credits.choices import KindOfCredit
from learners.forms.fields import OnceField

FIELD_UNKNOWN = "9999"  # ISCED-F 2013
MEGABYTES = UPLOAD_BYTES_MAX.count_max >> 20


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("File with courses"),
        help_text=_(
            "Excel (.xlsx, .xls), LibreOffice (.ods), CSV, JSON, a saved web page, an exported course of Open edX, or "
            "OneRoster; at most 16 MB. Nothing is saved to the catalogue yet."
        ),
        error_messages={
            "required": _("Choose the file first."),
            "empty": _("The file is empty."),
            "invalid": _("Choose the file first."),
        },
    )
    once = OnceField()

    def clean_file(self) -> UploadedFile:
        file = cast(UploadedFile, self.cleaned_data["file"])
        if (file.size or 0) > UPLOAD_BYTES_MAX.count_max:
            raise ValidationError(
                _("The file has more than %(max)s MB. Split it into several files."), params={"max": MEGABYTES}
            )
        return file


class DefaultsFields(forms.Form):
    """What a new course takes where the file says nothing."""

    field = forms.ChoiceField(label=_("Field"), help_text=_("Of courses for which the file names none."))
    kind_of_credit = forms.ChoiceField(label=_("Kind of credit"), choices=KindOfCredit.choices)
    format = forms.ChoiceField(label=_("How it is taught"), choices=Format.choices)
    language = forms.ChoiceField(label=_("Taught in"), choices=TeachingLanguage.choices)
    hours = HoursField(
        label=_("Hours of study in all"),
        required=False,
        help_text=_("Only if a row without hours or credits is to get these. Otherwise such a row is refused."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    publish = forms.BooleanField(label=_("Publish the courses at once"), required=False)

    def __init__(self, *arguments: Any, may_publish: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(FIELD_UNKNOWN, _("Not known")), *fields.shown_by_broad()]
        cast(forms.ChoiceField, self.fields["field"]).choices = choices  # type: ignore[assignment]  # groups are choices
        if not may_publish:
            del self.fields["publish"]

    def defaults(self) -> importing.Defaults:
        """Return what a valid form says."""
        said = self.cleaned_data
        return importing.Defaults(
            field_id=said["field"],
            kind_of_credit=KindOfCredit(said["kind_of_credit"]),
            format=Format(said["format"]),
            languages=(said["language"],),
            notional_minutes=said["hours"] or 0,
        )


class MappingForm(DefaultsFields):
    """Which column of the file is which of ours, and what the file leaves open."""

    skip_refused = forms.BooleanField(
        label=_("Take the right rows and leave the wrong ones out"),
        required=False,
        help_text=_("Otherwise one wrong row keeps the whole file out."),
    )

    def __init__(self, *arguments: Any, job: ImportJob, **options: Any) -> None:
        hours = job.default_minutes / 60
        initial = {
            "field": job.default_field_id,
            "kind_of_credit": job.default_kind_of_credit,
            "format": job.default_format,
            "language": job.default_language,
            "hours": f"{hours:g}" if hours else "",
            "publish": job.publish,
            "skip_refused": job.skip_refused,
        }
        super().__init__(*arguments, initial=initial, **options)
        self.job = job
        choices = [("", _("Do not read")), *columns.LABELS.items()]
        for position, called in enumerate(job.header):
            self.fields[f"column-{position}"] = forms.ChoiceField(
                label=called or _("Column %(number)s") % {"number": position + 1},
                required=False,
                choices=choices,
                initial=job.names[position] or "",
            )

    def columns(self) -> Iterator[tuple[BoundField, list[str]]]:
        """Yield the choice for each column of the file, with what stands in it."""
        for position in range(len(self.job.header)):
            samples = [row[position] for row in self.job.samples if position < len(row) and row[position]]
            yield self[f"column-{position}"], samples

    def choices(self) -> import_job.Choices:
        """Return what a valid form says."""
        said = self.cleaned_data
        return import_job.Choices(
            names=tuple(said[f"column-{position}"] or None for position in range(len(self.job.header))),
            defaults=self.defaults(),
            skip_refused=said["skip_refused"],
            publish=said.get("publish", False),
        )


class HarvestForm(DefaultsFields):
    """An address whose courses are fetched on a timetable."""

    address = forms.CharField(
        label=_("Address"),
        max_length=EXTERNAL_URL_CHARACTERS_MAX,
        help_text=_("A page that describes its courses by schema.org, a list of Open edX, or a CSV or JSON file."),
        error_messages={"required": _("Write the address.")},
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    period = forms.ChoiceField(label=_("How often"), choices=HarvestPeriod.choices)

    field_order = ("address", "period")

    def clean_address(self) -> str:
        try:
            return cells.address(self.cleaned_data["address"])
        except cells.CellFault as fault:
            raise ValidationError(f"{fault.problem} {fault.fix}") from fault


def language_of_report() -> str:
    """Return the language in which whoever hands a file in reads its faults."""
    return (get_language() or "vi")[:2]
