"""What two persons do on somebody's ledger: one form for each thing that can be asked, one for the decision."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypedDict
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credits.actions.asking import AUTHORITY_CHARACTERS_MAX, REASON_CHARACTERS_MAX, SEEN_CHARACTERS_MAX, AskedBefore
from credits.actions.deciding import NOTE_CHARACTERS_MAX
from credits.actions.posting import UnableToPost
from credits.actions.recognition import (
    TEXT_CHARACTERS_MAX,
    NoSuchRatio,
    Ratio,
    Recognized,
    TooMuch,
    refuse_ratio,
    refuse_too_much,
)
from credits.choices import BroadField, KindOfCredit
from credits.forms.fields import HoursField, HundredthsField, LearnerField
from credits.models import LedgerRequest
from credits.queries.request import same_learning
from credits.rules import GRAINS_PER_HUNDREDTH, RATIO_FIGURE_MAX, may_recognize
from learners import formats
from learners.forms.fields import LineField, LinesOfTextField, OnceField
from learners.models import Learner, Organization

LEVELS = range(1, 9)
FIRST_DAY = date(1930, 1, 1)
READ_BY_BOTH = _("The persons of both accounts read this, also if it turns out that they are two: name nobody.")


class ReasonField(LinesOfTextField):
    """Why, for the learner."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Reason"),
            max_length=REASON_CHARACTERS_MAX,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("The learner reads this as it stands."),
            error_messages={"required": _("Write why. The learner reads it.")},
        )


class Why(TypedDict):
    reason: str
    authority: str


class WhyForm(forms.Form):
    """Why, for the learner, and the document that allows it."""

    once = OnceField()
    reason = ReasonField()
    authority = LineField(
        label=_("Document that allows it"),
        max_length=AUTHORITY_CHARACTERS_MAX,
        help_text=_("Kind, number and date, for example: minutes no. 12 of 20 November 2026."),
        error_messages={"required": _("Name the document: kind, number and date.")},
    )

    def why(self) -> Why:
        return {"reason": self.cleaned_data["reason"], "authority": self.cleaned_data["authority"]}

    def key(self, actor: Learner) -> str:
        """Return the key by which the same page sent twice by this person is known."""
        return f"asked:{actor.pk}:{self.cleaned_data['once'] or uuid4()}"

    def refuse(self, reason: UnableToPost, *, where: Callable[[LedgerRequest], str]) -> None:
        """Say why; where another request is in the way, lead to it, and let the page be sent as one of its own."""
        if not isinstance(reason, AskedBefore):
            self.add_error(None, str(reason))
            return
        self.data = {**self.data.dict(), "once": str(uuid4())}  # type: ignore[assignment,attr-defined]  # a QueryDict
        link = format_html('<a href="{}">{}</a>', where(reason.request), gettext("See that request"))
        self.add_error(None, format_html("{} {}", str(reason), link))


class SearchForm(forms.Form):
    """Whose line, or which course."""

    q = LineField(label=_("Learner or course"), required=False, max_length=100)

    @property
    def words(self) -> str:
        return str(self.cleaned_data["q"]) if self.is_valid() else ""


class ReversalForm(WhyForm):
    amount = HoursField(label=_("Hours to take back"), required=False)
    field_order = ["once", "amount", "reason", "authority"]

    def __init__(self, *arguments: Any, left: int, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.left = left
        self.fields["amount"].help_text = _(
            "%(hours)s hours are left of this line. Leave it empty to take all back."
        ) % {"hours": formats.credit_hours(left)}

    def clean_amount(self) -> int | None:
        amount: int | None = self.cleaned_data["amount"]
        if amount is not None and amount > self.left:
            raise ValidationError(_("Less than that is left of this line."))
        return amount


class RecognizedForm(WhyForm):
    """What was learned, by whom, and what it was judged by."""

    learner = LearnerField(
        label=_("Ledger number of the learner"),
        help_text=_("The learner finds it under “Who has read my record” and gives it to you."),
    )
    title_vi = LineField(
        label=_("What was learned"),
        max_length=TEXT_CHARACTERS_MAX,
        error_messages={"required": _("Write what was learned.")},
    )
    title_en = LineField(label=_("The same in English"), max_length=TEXT_CHARACTERS_MAX, required=False)
    provider_vi = LineField(
        label=_("Where it was learned"),
        max_length=TEXT_CHARACTERS_MAX,
        help_text=_("A school, a workplace, a village. No names of persons."),
        error_messages={"required": _("Write where it was learned.")},
    )
    provider_en = LineField(label=_("The same in English"), max_length=TEXT_CHARACTERS_MAX, required=False)
    learned_until = forms.DateField(
        label=_("Learned until"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Day, month, year, for example 30/6/2024."),
        error_messages={
            "required": _("Write the last day of the learning, for example 30/6/2024."),
            "invalid": _("Write the last day of the learning, for example 30/6/2024."),
        },
    )
    field_code = forms.ChoiceField(label=_("Field"), choices=[("", _("Choose")), *BroadField.choices])
    level = forms.TypedChoiceField(
        label=_("Level"),
        choices=[("", _("open to all")), *((level, level) for level in LEVELS)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    kind_of_credit = forms.ChoiceField(label=_("Kind of credit"), choices=[("", _("Choose")), *KindOfCredit.choices])
    evidence = LineField(
        label=_("What you have seen"),
        max_length=SEEN_CHARACTERS_MAX,
        help_text=_("Documents, work, a visit: in a few words, without names of persons."),
        error_messages={"required": _("Write what you have seen.")},
    )
    rule = LineField(
        label=_("Rule that applied"),
        max_length=TEXT_CHARACTERS_MAX,
        error_messages={"required": _("Write the rule.")},
    )
    rule_source = LineField(
        label=_("Where that rule stands"),
        max_length=TEXT_CHARACTERS_MAX,
        error_messages={"required": _("Write where the rule stands.")},
    )

    is_another = forms.BooleanField(label=_("It is not the same learning"), required=False)

    def __init__(self, *arguments: Any, organization: Organization, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.has_a_like = False
        allowed = [each for each in KindOfCredit.choices if may_recognize(organization.kind, each[0])]
        self.fields["kind_of_credit"].choices = [("", _("Choose")), *allowed]  # type: ignore[attr-defined]
        if len(allowed) < len(KindOfCredit.choices):
            self.fields["kind_of_credit"].help_text = _(
                "Only universities, schools and vocational colleges recognise academic credit."
            )

    def clean_learned_until(self) -> date:
        day: date = self.cleaned_data["learned_until"]
        if not FIRST_DAY <= day <= timezone.localdate():
            raise ValidationError(_("The learning has ended, and not before 1930. Check the year."))
        return day

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if not {"learner", "title_vi", "provider_vi"} <= said.keys():
            return
        alike = same_learning(said["learner"], title=said["title_vi"], provider=said["provider_vi"])
        self.has_a_like = bool(alike)
        if alike and not said["is_another"]:
            day = formats.day_plain(alike[0].requested_at)
            self.add_error(
                "is_another",
                gettext("On %(day)s this was asked for already, with this title and this place. Say if it differs.")
                % {"day": day},
            )

    def recognized(self) -> Recognized:
        said = self.cleaned_data
        field = BroadField(said["field_code"])
        return Recognized(
            title_vi=said["title_vi"],
            title_en=said["title_en"],
            provider_vi=said["provider_vi"],
            provider_en=said["provider_en"],
            field_code=str(field),
            field_vi=_in("vi", field),
            field_en=_in("en", field),
            level=said["level"],
            learned_until=said["learned_until"],
            evidence={"type": "seen"},
            seen=said["evidence"],
            rule=said["rule"],
            rule_source=said["rule_source"],
        )


class PriorLearningForm(RecognizedForm):
    amount = HoursField(
        label=_("Hours of study it is worth"), error_messages={"required": _("Write the hours, for example 60.")}
    )

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        try:
            refuse_too_much(amount)
        except TooMuch as reason:
            raise ValidationError(str(reason)) from None
        return amount


class TransferForm(RecognizedForm):
    amount = HundredthsField(
        label=_("Credits there"), error_messages={"required": _("Write the credits, for example 5.")}
    )
    scheme_code = LineField(
        label=_("Scheme they are counted in"),
        max_length=20,
        help_text=_("For example ECTS; VN for credits of Viet Nam."),
        error_messages={"required": _("Write the scheme.")},
    )
    numerator = forms.IntegerField(label=_("Credits here"), min_value=1, max_value=RATIO_FIGURE_MAX)
    denominator = forms.IntegerField(
        label=_("For so many credits there"),
        min_value=1,
        max_value=RATIO_FIGURE_MAX,
        help_text=_("3 for 5 when five credits there are worth three here; 1 for 1 when they are worth the same."),
    )
    policy_id = LineField(
        label=_("Policy that says so"),
        max_length=60,
        error_messages={"required": _("Write the policy: kind, number and year.")},
    )

    def clean_denominator(self) -> int:
        denominator: int = self.cleaned_data["denominator"]
        if GRAINS_PER_HUNDREDTH % denominator:
            raise ValidationError(
                _("Not with this number: it must go into %(grains)s without remainder, as 1 to 12 do."),
                params={"grains": formats.number(GRAINS_PER_HUNDREDTH)},
            )
        return denominator

    def clean(self) -> None:
        super().clean()
        if not {"amount", "numerator", "denominator", "scheme_code", "policy_id"} <= self.cleaned_data.keys():
            return
        try:
            refuse_ratio(self.ratio())
            refuse_too_much(self.ratio().convert(self.cleaned_data["amount"])[0])
        except NoSuchRatio as reason:
            self.add_error("numerator", str(reason))
        except TooMuch as reason:
            self.add_error("amount", str(reason))

    def ratio(self) -> Ratio:
        said = self.cleaned_data
        return Ratio(
            scheme_code=said["scheme_code"],
            policy_id=said["policy_id"],
            numerator=said["numerator"],
            denominator=said["denominator"],
        )


class WhyOfTwoForm(WhyForm):
    """Why two accounts are joined or taken apart: who turns out to be two people, reads it twice (decision 0270)."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["reason"].help_text = READ_BY_BOTH


class MergeForm(WhyOfTwoForm):
    kept = LearnerField(label=_("Ledger number that is kept"))
    merged = LearnerField(label=_("Ledger number that is emptied into it"))
    field_order = ["once", "kept", "merged", "reason", "authority"]


class TwoPeopleForm(forms.Form):
    one = LearnerField()
    other = LearnerField()


class FreezeForm(forms.Form):
    learner = LearnerField(label=_("Ledger number"))
    reason = ReasonField()


class DecisionForm(forms.Form):
    note = LinesOfTextField(
        label=_("Note to the one who asked"),
        required=False,
        max_length=NOTE_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed when you refuse: what has to be different. Of a merge, both persons read it: name nobody."),
    )


def _in(language: str, field: BroadField) -> str:
    with translation.override(language):
        return str(field.label)
