"""People with a second step, and what is said of it when it is lost."""

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from learners.actions import lost_second_step as actions
from learners.models import Learner, LostSecondStep
from tests.factories.people import a_curator, a_learner
from tests.learners.sign_in import prove_again, shown_by_the_app

MAIL, PHONE = "hoa@example.vn", "+84901234567"


def with_an_app(**more: object) -> Learner:
    """Return somebody who is asked for an app's code after each code by letter, and has recovery codes."""
    learner = a_learner(**{"email": MAIL, "phone": PHONE, **more})  # type: ignore[arg-type]
    client = Client()
    client.force_login(learner)
    prove_again(client, learner)
    page = client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": shown_by_the_app(page.context["form"].secret)})
    assert learner.authenticator_set.count() == 2
    cache.clear()
    return learner


def confirmed(learner: Learner) -> LostSecondStep:
    now = timezone.now()
    lost = actions.ask(learner=learner, now=now)
    for _curator in range(2):
        lost = actions.vouch(lost=lost, curator=a_curator(), now=now)
    return lost


def a_passkey() -> dict[str, object]:
    """Return what is kept of a passkey; of a key nobody has, as nothing is signed here."""
    key = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}
    kept = AttestedCredentialData.create(Aaguid.NONE, b"passkey", key)
    shown = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP, 0, kept)
    said = CollectedClientData.create("webauthn.create", b"challenge", "https://hoc.vn")
    response = {
        "clientDataJSON": said.b64,
        "attestationObject": websafe_encode(AttestationObject.create("none", shown, {})),
    }
    name = websafe_encode(b"passkey")
    return {"name": "x", "credential": {"id": name, "rawId": name, "type": "public-key", "response": response}}


def has_second_step(learner: Learner) -> bool:
    return bool(Authenticator.objects.filter(user=learner).exists())
