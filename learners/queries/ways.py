"""The ways into one record."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import QuerySet

from learners import formats
from learners.choices import Way
from learners.models import Learner
from learners.queries.learner import accounts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """An address or number a code can be sent to."""

    kind: Way
    address: str
    account: Learner

    @property
    def is_joined(self) -> bool:
        """Whether it stands with an account that was merged into the person's; it opens that one's record too."""
        return self.account.merged_into_id is not None

    @property
    def key(self) -> str:
        """What a form names it by, among all of this person."""
        return f"{self.kind.value}:{self.account.public_id}" if self.is_joined else self.kind.value

    @property
    def masked(self) -> str:
        return formats.way_masked(self.address)


def addresses(learner: Learner) -> list[Reached]:
    """
    Return what opens this person's record by a code: their e-mail address, their number, those of joined accounts.

    Two queries.
    """
    return [
        Reached(kind=kind, address=address, account=account)
        for account in accounts_of(learner)
        for kind in Way
        if (address := getattr(account, kind))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """What besides a code opens a record, or is asked for after one; ``codes_left`` is None without recovery codes."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int | None


def second_step(learner: Learner) -> SecondStep:
    """Return the learner's app, passkeys and how many recovery codes are left; one query."""
    mine = list(Authenticator.objects.filter(user_id=learner.pk).order_by("created_at"))
    kind = Authenticator.Type
    codes = next((each.wrap() for each in mine if each.type == kind.RECOVERY_CODES), None)
    return SecondStep(
        app=next((each for each in mine if each.type == kind.TOTP), None),
        passkeys=[each for each in mine if each.type == kind.WEBAUTHN],
        codes_left=len(codes.get_unused_codes()) if codes else None,
    )


def has_passkey(learner: Learner) -> bool:
    return bool(Authenticator.objects.filter(user_id=learner.pk, type=Authenticator.Type.WEBAUTHN).exists())


def identities(learner: Learner) -> QuerySet[SocialAccount]:
    """Return the identities elsewhere that open the learner's record, the oldest first."""
    found: QuerySet[SocialAccount] = SocialAccount.objects.filter(user_id=learner.pk).order_by("date_joined")
    return found
