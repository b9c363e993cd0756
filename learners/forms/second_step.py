"""The forms of the second step: django-allauth's, with our own count of codes and guesses behind them."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learners.actions import second_step
from learners.queries.help import how_to_ask


class SecondStepForm(AuthenticateForm):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["code"].label = gettext_lazy("Code in the app, or recovery code")

    def clean_code(self) -> str:
        clear_rate: Any = check_rate_limit(self.user)
        code: str = self.cleaned_data["code"]
        try:
            found = second_step.take(learner=self.user, code=code, now=timezone.now())
        except second_step.UnableToTake as reason:
            raise forms.ValidationError(
                _("There were too many wrong codes today. Try again tomorrow, use a passkey, or %(how)s.")
                % {"how": how_to_ask()}
            ) from reason
        if found is None:
            raise get_adapter().validation_error("incorrect_code")
        found.user = self.user
        self.authenticator = found
        clear_rate()
        return code


class SetUpForm(ActivateTOTPForm):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["code"].label = gettext_lazy("Code in the app")


class NewPasskeyForm(AddWebAuthnForm):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["name"].label = gettext_lazy("Name of this passkey")


class PasskeyForm(AuthenticateWebAuthnForm):
    """What is no answer of a passkey at all is a wrong one; allauth would fall over it."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except (AttributeError, InvalidSignature, KeyError) as reason:
            raise get_adapter().validation_error("incorrect_code") from reason


class PasskeySignInForm(PasskeyForm, LoginWebAuthnForm):
    pass


class PasskeyAgainForm(PasskeyForm, ReauthenticateWebAuthnForm):
    pass
