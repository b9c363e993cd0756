"""What one needs in a class, with the consent to show it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learners.choices import AccessNeed
from learners.forms.fields import LineField
from learners.forms.guardian import HowField
from learners.models import ConsentText
from learners.rules import NEEDS_LETTERS_MAX


class NeedsForm(forms.Form):
    needs = forms.MultipleChoiceField(
        required=False,
        choices=AccessNeed.choices,
        label=_("What I need"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    words = LineField(
        required=False,
        max_length=NEEDS_LETTERS_MAX,
        label=_("Anything else I need"),
        help_text=_("What the centre can do for you. No names of illnesses."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)  # of the words that were read
    agrees = forms.BooleanField(required=False)

    def __init__(self, *arguments: Any, text: ConsentText, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["agrees"].label = text.text

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if (said.get("needs") or said.get("words")) and not said.get("agrees"):
            self.add_error(
                "agrees",
                _("Without your consent nobody may see it, so it is not kept. Tick the box, or tell the centre."),
            )
        return said


class CounterNeedsForm(NeedsForm):
    """The same for somebody in front of staff, who write down how they agreed."""

    channel = HowField()
    field_order = ["needs", "words", "version", "agrees", "channel"]

    def is_about(self, text: ConsentText) -> bool:
        """Return whether the words read out are those in force; where not, say so at the box."""
        if self.cleaned_data["version"] == text.pk:
            return True
        self.add_error("agrees", _("The words have changed meanwhile. Read them, and answer again."))
        return False
