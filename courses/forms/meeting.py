"""The link of a class online, as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.rules import MEETING_URL_LETTERS_MAX
from learners.forms.fields import LineField

NOT_HTTPS = _("Write the whole address of the meeting; it begins with https://.")


class MeetingField(LineField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Meeting link"),
            max_length=MEETING_URL_LETTERS_MAX,
            required=False,
            help_text=_("Only those with a place see it, half an hour before each class session. Empty: no link."),
            **options,
        )

    def clean(self, value: Any) -> str:
        said: str = super().clean(value)
        if said:
            if not said.lower().startswith("https://"):
                raise forms.ValidationError(NOT_HTTPS)
            forms.URLField(assume_scheme="https", error_messages={"invalid": NOT_HTTPS}).clean(said)
        return said
