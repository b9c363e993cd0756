"""A curator's decision on a submitted course."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonsForm(forms.Form):
    reasons = forms.CharField(
        label=_("What has to be changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One point on each line. The writers read this as it stands."),
        error_messages={"required": _("Write what has to be changed.")},
    )
