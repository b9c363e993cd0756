"""Making one's own the account that was opened at a counter: nothing is lost, and nobody makes it theirs."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from courses.models import Enrollment
from learners.actions import claim as actions
from learners.models import AddedWay, Claim, Learner, Message
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner, an_organization
from tests.learners.sign_in import code_sent_to

pytestmark = pytest.mark.django_db
ADDRESS = "tu@example.vn"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def registered():
    return a_registration(organization=an_organization(), birth_year=1952)


def by_card(registered):
    client = Client()
    client.post(reverse("learners:card_scan", args=[a_card(registered).secret]))
    return client


def claims(client, path, **said):
    """Say the address, read the code in the letter, type it in."""
    asked = client.post(path, {"address": ADDRESS, **said})
    return client.post(path, {"code": code_sent_to(ADDRESS)}, follow=True) if asked.status_code == 302 else asked


def test_by_the_card_an_address_is_added_and_nothing_is_lost(registered):
    enrollment = enrolled(registered.learner, a_published_run())
    client = by_card(registered)

    claims(client, reverse("learners:claim"), known="1952")

    person = Learner.objects.get(pk=registered.learner.pk)
    assert (person.email, person.email_verified_at, person.has_card) == (ADDRESS, NOW, True)
    assert (Claim.objects.get().learner, Claim.objects.get().witnessed_by) == (person, None)
    assert Enrollment.objects.get() == enrollment
    assert client.get("/me/").status_code == 200  # the card still opens
    assert client.get(reverse("learners:profile")).status_code == 403  # and opens no more than before


def test_at_the_counter_it_is_added_in_front_of_staff(registered):
    staff, client = the_manager(registered.organization), Client()
    client.force_login(staff)
    where = [registered.organization.public_id, registered.learner.public_id]

    claims(client, reverse("learners:person_claim", args=where))

    claim = Claim.objects.get()
    assert (claim.learner.email, claim.witnessed_by, claim.organization) == (ADDRESS, staff, registered.organization)


def test_a_code_says_what_it_opens_and_to_whom_it_is_read(registered):
    """Who is tricked into reading a code out sees for what; at a counter the letter does not forbid what staff ask."""
    by_card(registered).post(reverse("learners:claim"), {"address": ADDRESS, "known": "1952"})
    staff, client = the_manager(registered.organization), Client()
    client.force_login(staff)
    where = [registered.organization.public_id, registered.learner.public_id]
    page = client.post(reverse("learners:person_claim", args=where), {"address": ADDRESS}, follow=True)

    own, counters = Message.objects.filter(address=ADDRESS).order_by("pk")
    assert (own.kind, counters.kind) == ("NEW_WAY_CODE", "COUNTER_CODE")
    assert counters.data["org"] == registered.organization.name
    assert registered.learner.full_name in str(page.context["form"]["code"].label)


def test_who_found_the_card_does_not_make_the_record_theirs(registered):
    client = by_card(registered)

    page = claims(client, reverse("learners:claim"), known="1960")

    assert page.status_code == 200
    assert not Claim.objects.exists()
    assert not Learner.objects.filter(email=ADDRESS).exists()


def test_guesses_of_what_goes_with_the_card_are_counted(registered):
    client = by_card(registered)
    for _ in range(5):
        claims(client, reverse("learners:claim"), known="1960")

    page = claims(client, reverse("learners:claim"), known="1952")

    assert page.status_code == 200
    assert not Claim.objects.exists()


def test_an_address_of_another_record_stays_there(registered):
    other = a_learner(email=ADDRESS)
    client = by_card(registered)

    page = claims(client, reverse("learners:claim"), known="1952")

    assert "Địa chỉ này đang mở một sổ khác" in page.content.decode()
    assert Learner.objects.get(email=ADDRESS) == other
    assert not Claim.objects.exists()


@pytest.mark.parametrize("where", ["own", "counter"])
def test_an_account_that_has_an_address_is_not_claimed_again(registered, where):
    person = registered.learner
    client = by_card(registered)
    actions.claim(learner=person, address="mot@example.vn", actor=person, now=NOW)
    AddedWay.objects.update(confirmed_at=NOW)  # by the PIN of another card
    if where == "counter":
        client.force_login(the_manager(registered.organization))
    path = (
        reverse("learners:claim")
        if where == "own"
        else reverse("learners:person_claim", args=[registered.organization.public_id, person.public_id])
    )

    page = client.post(path, {"address": ADDRESS, "known": "1952"})

    assert "đã có địa chỉ riêng" in page.content.decode()
    with pytest.raises(actions.HasAWay):
        actions.claim(learner=person, address=ADDRESS, actor=person, now=NOW)


def test_claimed_twice_it_is_one_claim(registered):
    person = registered.learner

    first, again = (actions.claim(learner=person, address=ADDRESS, actor=person, now=NOW) for _ in range(2))

    assert first == again


def test_a_number_is_a_way_too(registered):
    actions.claim(learner=registered.learner, address="+84912345678", actor=registered.learner, now=NOW)

    assert Learner.objects.get(pk=registered.learner.pk).phone == "+84912345678"


def test_nobody_claims_for_a_stranger(registered):
    stranger = the_manager(an_organization())

    for organization in (None, registered.organization):
        with pytest.raises(actions.UnableToClaim):
            actions.claim(
                learner=registered.learner, address=ADDRESS, actor=stranger, organization=organization, now=NOW
            )


def test_a_claim_stays(registered):
    actions.claim(learner=registered.learner, address=ADDRESS, actor=registered.learner, now=NOW)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Claim.objects.all().delete()


def test_a_number_is_told_of_a_text_message_and_another_code_is_sent(registered, time_machine):
    client, path, number = by_card(registered), reverse("learners:claim"), "+84912345678"
    asked = client.post(path, {"address": "0912 345 678", "known": "1952"})
    first = code_sent_to(number)

    page = client.get(asked.url).content.decode()
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    again = client.post(path, {"again": "1"}, follow=True).content.decode()
    client.post(path, {"code": first})
    by_the_first = Learner.objects.get(pk=registered.learner.pk).phone
    client.post(path, {"code": code_sent_to(number)})

    assert "nhắn tin đến" in page
    assert "0912\u00a0345\u00a0678" in page
    assert "mã mới" in again
    assert by_the_first is None
    assert Learner.objects.get(pk=registered.learner.pk).phone == number


@pytest.mark.parametrize("path", ["learners:claim", "learners:card_sign_in"])
def test_who_types_a_year_sees_it(registered, path):
    client = by_card(registered) if path == "learners:claim" else Client()

    page = client.get(reverse(path)).content.decode()

    assert '<input type="text" name="known"' in page
