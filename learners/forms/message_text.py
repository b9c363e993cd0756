"""The form of a new version of a letter's words."""

from typing import Any

from django import forms

from learners.actions import message_text
from learners.choices import Channel, MessageKind
from learners.models import MessageText


class MessageTextForm(forms.ModelForm):
    class Meta:
        model = MessageText
        fields = ["kind", "channel", "language", "subject", "body", "source"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"kind", "channel", "subject", "body"} <= cleaned.keys():
            try:
                message_text.check(
                    kind=MessageKind(cleaned["kind"]),
                    channel=Channel(cleaned["channel"]),
                    subject=cleaned["subject"],
                    body=cleaned["body"],
                )
            except message_text.UnableToSupersede as reason:
                self.add_error("body", str(reason))
        return cleaned
