"""Who teaches a class, of those who work in its organisation."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import CourseRun
from courses.queries.attendance import TEACHING
from learners.models import Learner, Organization
from learners.queries import organization as organizations


class TeachersField(forms.ModelMultipleChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            queryset=Learner.objects.none(),
            label=_("Who teaches"),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("People of your organisation. They mark attendance."),
            **options,
        )

    def of(self, organization: Organization) -> None:
        """Let those be chosen who may keep a roster there."""
        self.queryset = organizations.members(organization, roles=TEACHING)


class TeachersForm(forms.Form):
    """Who teaches a class from now on."""

    instructors = TeachersField()

    def __init__(self, data: Any = None, *, run: CourseRun) -> None:
        super().__init__(data, initial={"instructors": list(run.instructors.all())})
        cast(TeachersField, self.fields["instructors"]).of(run.version.course.provider)
