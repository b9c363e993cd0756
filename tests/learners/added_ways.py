"""What the stories of ways added to a record share: who adds one, and what it opens."""

from django.test import Client
from django.urls import reverse

from learners.actions import claim
from learners.actions.consent import Witness
from learners.models import AddedWay, Learner, Organization
from tests.factories.counter import the_manager
from tests.factories.people import NOW
from tests.learners.sign_in import ask_for_code, code_sent_to, prove_again, type_code

ADDRESS, PIN = "chi.ha@example.vn", "4711"


def by(staff: Learner, library: Organization) -> Witness:
    return Witness(staff=staff, organization=library)


def added_at(library: Organization, learner: Learner, *, address: str = ADDRESS) -> AddedWay:
    """Return what the one who manages the organization has added to somebody's record."""
    claim.claim(learner=learner, address=address, actor=the_manager(library), organization=library, now=NOW)
    return AddedWay.objects.latest("pk")


def added_by_card(learner: Learner, *, address: str = ADDRESS) -> AddedWay | None:
    """Return how it is held that somebody added an address, who came in by the card; None if it is not."""
    claim.claim(learner=learner, address=address, actor=learner, now=NOW)
    return AddedWay.objects.order_by("-pk").first()


def may_redeem(person: Learner) -> bool:
    """Return whether a code typed a moment ago opens the closing of the account."""
    client = Client()
    client.force_login(Learner.objects.get(pk=person.pk))
    prove_again(client, person)
    return client.get(reverse("learners:close")).status_code == 200


def signed_in_by(address: str) -> Client:
    """Return a browser that came in by the code sent to this address."""
    client = Client()
    ask_for_code(client, address)
    type_code(client, code_sent_to(address))
    return client
