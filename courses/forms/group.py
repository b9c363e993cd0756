"""Who comes to a class together."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from courses.queries.group import Brought
from courses.rules import GROUP_SIZE_MAX
from learners.forms.fields import OnceField


class GroupForm(forms.Form):
    once = OnceField()
    comes_too = forms.BooleanField(label=gettext_lazy("I come too"), required=False, initial=True)
    bring = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Whom I bring"),
        help_text=gettext_lazy("Children you stand for, and people you may enrol."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    fellows = forms.TypedChoiceField(
        label=gettext_lazy("How many others come"),
        help_text=gettext_lazy("For each of them you get a link to pass on. They say yes by themselves."),
        coerce=int,
        choices=[(number, str(number)) for number in range(GROUP_SIZE_MAX)],
        initial=0,
    )

    def __init__(self, *args: Any, may_bring: Collection[Brought], **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_bring:
            del self.fields["bring"]
        else:
            self.fields["bring"].choices = [(each.person.pk, each.person.full_name) for each in may_bring]  # type: ignore[attr-defined]
