"""A participant's review, a reader's report, an organization's reply, an author's objection, a curator's decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from courses.choices import HidingReason
from courses.models import FeedbackReply
from courses.rules import FEEDBACK_LETTERS_MAX, REPORT_LETTERS_MAX, STARS
from learners.forms.fields import WordsField


def stars_in_words(stars: int) -> str:
    return ngettext("%(count)s star", "%(count)s stars", stars) % {"count": stars}


class ReviewForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("All in all, how was it?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five stars."), "invalid_choice": _("Choose one to five stars.")},
    )
    can_do = forms.TypedChoiceField(
        label=_("Can you now do what the course promised?"),
        choices=[("yes", pgettext_lazy("can you do it", "Yes")), ("no", _("Not yet"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("You may leave this open."),
    )
    text = WordsField(
        label=_("What would you tell somebody who is thinking of taking it?"),
        required=False,
        max_length=FEEDBACK_LETTERS_MAX,
        help_text=_("What was good, what was not, for whom it is. Name no people, and no phone numbers."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        labels = (_("Not worth it"), _("Not quite"), _("All right"), _("Good"), _("Very good"))
        stars: Any = self.fields["stars"]
        stars.choices = [
            (number, f"{stars_in_words(number)}: {label}") for number, label in zip(STARS, labels, strict=True)
        ]


class ReportForm(forms.Form):
    """What a reader reports: the review, or the wording of the reply that stood below it, by its number."""

    about = forms.ChoiceField(
        label=_("What do you mean?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("The reply has changed meanwhile. Read it again, then choose.")},
    )
    reason = forms.ChoiceField(
        label=_("Why should it not be shown?"),
        choices=HidingReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose a reason.")},
    )
    note = WordsField(
        label=_("Which words do you mean?"),
        required=False,
        max_length=REPORT_LETTERS_MAX,
        widget=forms.TextInput,
    )

    def __init__(self, *arguments: Any, reply: FeedbackReply | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        about: Any = self.fields["about"]
        about.choices = [("", _("The review"))]
        if reply:
            about.choices += [(str(reply.pk), _("The reply of the organisation"))]
        self.reply = reply

    def clean_about(self) -> FeedbackReply | None:
        return self.reply if self.cleaned_data["about"] else None


class ReplyForm(forms.Form):
    text = WordsField(
        label=_("Your reply"),
        max_length=FEEDBACK_LETTERS_MAX,
        help_text=_("Everybody reads it below the review. Do not say who the author is, even if you know."),
        error_messages={"required": _("Write your reply.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ObjectionForm(forms.Form):
    text = WordsField(
        label=_("Why your review should be shown"),
        max_length=FEEDBACK_LETTERS_MAX,
        error_messages={"required": _("Write why your review should be shown again.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReplyObjectionForm(forms.Form):
    objection = WordsField(
        label=_("Why your reply should be shown"),
        max_length=FEEDBACK_LETTERS_MAX,
        error_messages={"required": _("Write why your reply should be shown again.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecisionForm(forms.Form):
    # Which words the curator read: of a review when they were changed (ISO or empty), of a reply its number.
    as_read = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=_("reason"),
        choices=HidingReason.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose a reason.")},
    )
    note = WordsField(
        label=_("to the author"),
        required=False,
        max_length=REPORT_LETTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Which words are meant. The author reads it; nobody else does."),
    )


class ReplyDecisionForm(DecisionForm):
    prefix = "reply"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        note = self.fields["note"]
        note.label = _("to the organisation")
        note.help_text = _("Which words are meant. The organisation reads it; nobody else does.")
