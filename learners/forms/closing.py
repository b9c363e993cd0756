"""Closing one's account: the second question."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClosingForm(forms.Form):
    understands = forms.BooleanField(
        label=_("I have read what is deleted, and that nobody can bring it back"),
        error_messages={"required": _("Tick the box if you really want to close your account.")},
    )
