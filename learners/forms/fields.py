"""Form fields that understand what people type: addresses, codes, names; and the key of a page sent twice."""

import re
import unicodedata
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learners import formats, rules
from learners.models import address

# Six digits with at most a space, dot or hyphen between them, and no digit on either side.
_CODE = re.compile(rf"(?<!\d)\d(?:[ .\-]?\d){{{rules.CODE_DIGITS - 1}}}(?!\d)")
PHONE_DIGITS_MIN = 7  # so many digits are meant as a telephone number
# What is not seen: marks that turn the direction of text, and signs of no width, which come along with pasted text. A
# name does not need them, a forged one does, and with one in it a name is not found again.
_UNSEEN = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0x200B, 0x2010), 0x061C, 0x00AD, 0x180E, 0xFEFF]
)


class AddressField(forms.EmailField):
    """An e-mail address, given back in canonical form."""

    default_error_messages = {"invalid": _("Type an e-mail address such as hoa@example.vn.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, **options)
        self.error_messages["required"] = self.error_messages["invalid"]

    def clean(self, value: Any) -> str:
        folded = address.fold(super().clean(value))
        # Django's own pattern ignores case, and so takes a few letters outside ASCII for their look-alikes inside it.
        if not folded.isascii() or folded.endswith("]"):  # nor a machine's number instead of a name
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        self.run_validators(folded)
        return folded


class WayField(forms.CharField):
    """What one signs in with, an e-mail address or a mobile number, given back in canonical form."""

    default_error_messages = {
        "invalid": _("Type an e-mail address such as hoa@example.vn, or a mobile number such as 0912 345 678."),
        "not_mobile": _("We can send a code to mobile numbers of Viet Nam only, such as 0912 345 678."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages["required"] = self.error_messages["invalid"]

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if "@" in typed or not any(letter.isdigit() for letter in typed):
            return AddressField(error_messages={"invalid": self.error_messages["invalid"]}).clean(typed)
        return self._number(typed)

    def _number(self, typed: str) -> str:
        if number := address.fold_phone(typed):
            return number
        digits = sum(letter.isdigit() for letter in typed)
        code = "not_mobile" if digits >= PHONE_DIGITS_MIN and not any(map(str.isalpha, typed)) else "invalid"
        raise ValidationError(self.error_messages[code], code=code)


class PhoneField(WayField):
    """A Vietnamese mobile number, given back as E.164."""

    default_error_messages = {"invalid": _("Type a mobile number such as 0912 345 678.")}

    def clean(self, value: Any) -> str:
        return self._number(forms.CharField.clean(self, value))


class CodeField(forms.CharField):
    """The digits of a sign-in code: full-width, with spaces, or somewhere in pasted text."""

    default_error_messages = {"invalid": _("Type the six digits of the code.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2000, **options)
        self.error_messages["required"] = self.error_messages["max_length"] = self.error_messages["invalid"]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``maxlength``: it would cut the pasted text before we can look for the code in it."""
        return {}

    def clean(self, value: Any) -> str:
        found = _CODE.search(unicodedata.normalize("NFKC", super().clean(value)))
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return "".join(str(unicodedata.digit(letter)) for letter in found[0] if letter.isdigit())


class NameField(forms.CharField):
    """A person's full name: NFC, single spaces, nothing invisible; it must have a letter."""

    default_error_messages = {
        "required": _("Write your full name."),
        "invalid": _("A name needs at least one letter."),
    }

    def clean(self, value: Any) -> str:
        return super().clean(tidy(value))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if not any(letter.isalpha() for letter in value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class LineField(forms.CharField):
    """One line of text, tidied; what has neither letter nor digit is as good as empty."""

    def clean(self, value: Any) -> str:
        # No keyboard types a NUL: it is refused, not tidied away.
        return super().clean(value if "\0" in str(value) else self.tidied(value))

    def tidied(self, value: Any) -> str:
        text = tidy(value)
        return text if says_something(text) else ""


class LinesOfTextField(LineField):
    """Several lines of text, each tidied; the ends of lines stay."""

    widget = forms.Textarea

    def tidied(self, value: Any) -> str:
        text = "\n".join(tidy(line) for line in str(value or "").splitlines())
        return text if says_something(text) else ""


class WordsField(LinesOfTextField):
    """What somebody says in their own words; too long, its figures are said as the language writes them."""

    default_error_messages = {"max_length": _("Write at most %(limit_value)s characters; these are %(show_value)s.")}

    def run_validators(self, value: str) -> None:
        try:
            super().run_validators(value)
        except ValidationError as refused:
            for each in refused.error_list:
                figures = each.params or {}
                each.params = {name: formats.number(n) if isinstance(n, int) else n for name, n in figures.items()}
            raise


class OneOfField(forms.ChoiceField):
    """One of a few choices, all in sight; ``say`` is told to who has chosen none, or none there is."""

    widget = forms.RadioSelect

    def __init__(self, *, say: Any, **options: Any) -> None:
        super().__init__(error_messages={"required": say, "invalid_choice": say}, **options)


class FindingField(OneOfField):
    """What came of looking into what somebody has reported."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("What you found"), say=_("Choose what you found."), **options)


class AnswerField(WordsField):
    """The answer to somebody who has reported something, in the words they will read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Your answer to the learner"),
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_("The learner reads it as it stands: what you looked at, what you found, what happens next."),
            error_messages={"required": _("Write what you found.")},
            **options,
        )


class OnceField(forms.UUIDField):
    """A key the page makes and sends along unseen: a page sent twice says so by it. What is no key is as none."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, initial=uuid4, **options)

    def clean(self, value: Any) -> UUID | None:
        try:
            return super().clean(value)
        except ValidationError:
            return None


def says_something(text: str) -> bool:
    """Return whether the text has a letter or a digit; spaces without width, for one, are neither."""
    return any(letter.isalnum() for letter in text)


def tidy(value: Any) -> str:
    """Return one line of text in NFC without control characters, marks of direction or doubled spaces."""
    text = unicodedata.normalize("NFC", str(value or "")).translate(_UNSEEN)
    return " ".join("".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text).split())
