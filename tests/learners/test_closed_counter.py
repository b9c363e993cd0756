"""An organisation suspended, or verified no longer, serves nobody at its counter; it only ends what it gave out."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners.actions import card, claim, mandate
from learners.choices import OrganizationStatus
from learners.models import Card, Learner, Mandate, Message, Organization
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.mandates import terms
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
SUSPENDED = {
    "status": OrganizationStatus.SUSPENDED,
    "suspended_at": NOW,
}
LAPSED = {"verified_until": date(2026, 11, 20)}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture(params=[SUSPENDED, LAPSED], ids=["suspended", "lapsed"])
def closed(request):
    """Return somebody with a card and a mandate, registered where the counter is closed since."""
    registered = a_registration(organization=an_organization(), full_name="Phan Thị Tư", birth_year=1952)
    organization, staff = registered.organization, the_manager(registered.organization)
    a_card(registered)
    what = {"person": registered.learner, "actor": staff, "organization": organization}
    mandate.give(terms=terms(), now=NOW, **what)
    changes = dict(request.param)
    if "status" in changes:
        changes["suspended_by"] = a_learner(is_staff=True)
    Organization.objects.filter(pk=organization.pk).update(**changes)
    registered.organization.refresh_from_db()
    return registered


def refused(closed, what):
    """Return whether an act of the counter is refused."""
    organization, staff = closed.organization, the_manager(closed.organization)
    who = {"actor": staff, "organization": organization, "now": NOW}
    acts = {
        "print": (card.UnableToIssue, lambda: card.issue(learner=closed.learner, **who)),
        "claim": (claim.UnableToClaim, lambda: claim.claim(learner=closed.learner, address="t@example.vn", **who)),
        "mandate": (mandate.UnableToGive, lambda: mandate.give(person=closed.learner, terms=terms(), **who)),
    }
    refusal, act = acts[what]
    with pytest.raises(refusal):
        act()
    return True


def at_the_desk(closed):
    client = Client()
    client.force_login(the_manager(closed.organization))
    return client, [closed.organization.public_id, closed.learner.public_id]


@pytest.mark.parametrize("what", ["print", "claim", "mandate"])
def test_it_gives_nothing_out(closed, what):
    assert refused(closed, what)
    assert (Card.objects.count(), Mandate.objects.count()) == (1, 1)
    assert Learner.objects.get(pk=closed.learner.pk).email is None


def test_its_pages_say_so_and_show_a_name_and_what_can_be_ended(closed):
    client, where = at_the_desk(closed)

    people, person, helpers, adding = (
        client.get(reverse(f"learners:{name}", args=args)).content.decode()
        for name, args in (
            ("people", where[:1]),
            ("person", where),
            ("person_helpers", where),
            ("person_claim", where),
        )
    )

    assert all("Quầy này đang tạm đóng" in page for page in (people, person, helpers))
    assert "1952" not in people + person
    assert reverse("learners:card_print", args=where) not in person
    assert "<form" not in adding.split("<main")[1].split("</main")[0]


def test_no_code_is_sent_from_there(closed):
    client, where = at_the_desk(closed)

    client.post(reverse("learners:person_claim", args=where), {"address": "t@example.vn"})

    assert not Message.objects.filter(address="t@example.vn").exists()


def test_a_card_and_a_mandate_are_still_ended(closed):
    client, where = at_the_desk(closed)

    client.post(reverse("learners:card_revoke", args=where))
    client.post(reverse("learners:person_helper_end", args=[*where, Mandate.objects.get().public_id]))

    assert not Card.objects.filter(revoked_at=None).exists()
    assert not Mandate.objects.filter(revoked_at=None).exists()


def test_nothing_is_answered_there(closed):
    client, where = at_the_desk(closed)

    page = client.get(reverse("learners:person_answers", args=where))

    assert page.status_code == 404
