"""Choosing what one likes to learn."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.queries.field import broad_fields


class InterestForm(forms.Form):
    fields_liked = forms.MultipleChoiceField(
        required=False,
        label=_("I like to learn about"),
        help_text=_("So that suggestions can begin with it before you have completed anything. Used for nothing else."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(field.code, field.name) for field in broad_fields()]
        cast(forms.MultipleChoiceField, self.fields["fields_liked"]).choices = choices
