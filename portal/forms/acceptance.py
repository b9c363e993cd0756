"""What a manager writes into the transfer register: a course by its address, or all of its provider."""

import re
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from courses.queries import catalog
from courses.queries.suggestion import key_of_course
from credits.actions.acceptance import Accepted
from credits.choices import KindOfCredit

if TYPE_CHECKING:
    from datetime import date

    from courses.models import CourseVersion

COURSE = re.compile(r"(?:^|/courses/)([0-9]{1,9})(?=$|[-/?#])")


class AcceptanceForm(forms.Form):
    course = forms.CharField(
        label=_("Course"),
        help_text=_("The address of its page here, or the number in that address."),
        max_length=400,
        error_messages={"required": _("Say which course, for example by copying the address of its page.")},
    )
    all_of_provider = forms.BooleanField(label=_("All courses of the same provider, not only this one"), required=False)
    kind_of_credit = forms.ChoiceField(
        label=_("Only credit of this kind"), choices=[("", _("any kind")), *KindOfCredit.choices], required=False
    )
    document = forms.CharField(
        label=_("Document"),
        help_text=_("Its number and date, or its address, so that anyone can check."),
        max_length=500,
        error_messages={"required": _("Say by which document, for example Decision 12/QĐ-CĐCR, 3 November 2026.")},
    )

    def clean_course(self) -> "CourseVersion":
        found = COURSE.search(self.cleaned_data["course"].strip())
        version = catalog.get_published(int(found[1])) if found else None
        if version is None:
            raise ValidationError(_("No course here has this address. Copy it from the page of the course."))
        return version

    def accepted(self, *, since: "date") -> Accepted:
        """Return what the checked form says; three questions are one: whose, which, of what kind."""
        version: CourseVersion = self.cleaned_data["course"]
        of_all = self.cleaned_data["all_of_provider"]
        return Accepted(
            provider=version.course.provider,
            course_key="" if of_all else key_of_course(version.course_id),
            course_title="" if of_all else version.title_vi,
            kind_of_credit=self.cleaned_data["kind_of_credit"],
            since=since,
            document=self.cleaned_data["document"].strip(),
        )
