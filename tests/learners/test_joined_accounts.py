"""Accounts that were merged are one person: what opens one opens all, so it is listed, ended and told of in all."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from credits.actions import merging
from credits.permissions import accounts_of as joined_in_the_ledger
from learners.actions import card, claim, retention, ways
from learners.choices import MessageKind, Way
from learners.models import Card, Learner, Message, RemovedWay
from learners.queries import card as cards
from learners.queries import learner as queries
from learners.rules import REMOVED_WAY_KEPT
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.ledger import a_merge, an_undoing
from tests.factories.people import NOW, a_learner, an_organization
from tests.learners.sign_in import ask_for_code, code_sent_to, prove_again, type_code

pytestmark = pytest.mark.django_db
NUMBER = "+84912345678"
OWN = "+84987000111"
LATER = NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def two():
    """One person: the account that is kept, and one with an address and a number of its own, merged into it."""
    kept = a_learner(email="moi@example.vn", phone=OWN)
    merged = a_learner(email="cu@example.vn", phone=NUMBER)
    a_merge(kept, merged)
    return Learner.objects.get(pk=kept.pk), Learner.objects.get(pk=merged.pk)


@pytest.fixture
def at_home(two):
    client = Client()
    client.force_login(two[0])
    prove_again(client, two[0])
    return client


def told():
    about_ways = [MessageKind.WAY_CHANGED, MessageKind.WAY_GONE]
    return sorted(Message.objects.filter(kind__in=about_ways).values_list("address", flat=True))


def at_the_counter(registered):
    client = Client()
    client.force_login(the_manager(registered.organization))
    return client, [registered.organization.public_id, registered.learner.public_id]


# Which accounts


def test_one_person_is_the_kept_account_and_all_that_were_merged_into_it():
    first, second, third, stranger = a_learner(), a_learner(), a_learner(), a_learner()
    a_merge(second, first)
    a_merge(third, second)

    found = [queries.accounts_of(Learner.objects.get(pk=each.pk)) for each in (first, second, third)]

    assert found == [[third, first, second]] * 3
    assert queries.accounts_of(stranger) == [stranger]
    assert joined_in_the_ledger(first) == queries.account_ids(first) == {first.pk, second.pk, third.pk}


def test_after_the_undo_they_are_two_again():
    kept, merged = a_learner(), a_learner()

    an_undoing(a_merge(kept, merged), now=LATER)

    assert [queries.account_ids(each) for each in (kept, merged)] == [{kept.pk}, {merged.pk}]
    assert [joined_in_the_ledger(each) for each in (kept, merged)] == [{kept.pk}, {merged.pk}]


# The counter


def test_the_counter_does_not_take_over_the_record_its_person_was_merged_into():
    registered, kept = a_registration(organization=an_organization()), a_learner(email="moi@example.vn")
    client, where = at_the_counter(registered)
    a_merge(kept, registered.learner)

    pages = [client.get(reverse(f"learners:{page}", args=where)) for page in ("person", "person_claim")]
    listed = client.get(reverse("learners:people", args=where[:1])).content.decode()
    with pytest.raises(claim.UnableToClaim):
        claim.claim(
            learner=registered.learner,
            address=NUMBER,
            actor=the_manager(registered.organization),
            organization=registered.organization,
            now=NOW,
        )

    assert [page.status_code for page in pages] == [404, 404]
    assert registered.learner.full_name not in listed
    assert not Learner.objects.filter(phone=NUMBER).exists()


def test_the_counter_does_not_claim_a_record_that_a_merged_account_opens():
    registered = a_registration(organization=an_organization())
    client, where = at_the_counter(registered)
    a_merge(registered.learner, a_learner(email="cu@example.vn"))

    page = client.get(reverse("learners:person_claim", args=where)).content.decode()
    with pytest.raises(claim.HasAWay):
        claim.claim(
            learner=registered.learner,
            address=NUMBER,
            actor=the_manager(registered.organization),
            organization=registered.organization,
            now=NOW,
        )

    assert "đã có địa chỉ riêng" in page
    assert not Learner.objects.filter(phone=NUMBER).exists()


def test_the_counter_prints_no_card_for_an_account_merged_away():
    registered, kept = a_registration(organization=an_organization()), a_learner()
    a_merge(kept, registered.learner)

    with pytest.raises(card.UnableToIssue):
        a_card(registered)

    assert not Card.objects.exists()


def test_after_the_undo_the_counter_has_its_person_again():
    registered = a_registration(organization=an_organization())
    client, where = at_the_counter(registered)

    an_undoing(a_merge(a_learner(), registered.learner), now=LATER)
    a_card(registered, now=LATER)

    assert client.get(reverse("learners:person", args=where)).status_code == 200


def test_ending_the_card_ends_those_of_all_accounts():
    registered, between, kept = a_registration(organization=an_organization()), a_learner(), a_learner()
    printed = a_card(registered)
    a_merge(between, registered.learner)
    a_merge(kept, between)

    shown = cards.of_learner(kept)
    card.revoke(learner=kept, actor=kept, now=LATER)

    assert shown == printed.card
    assert not Card.objects.filter(revoked_at=None).exists()
    with pytest.raises(card.UnableToComeIn):
        card.come_in_by_secret(secret=printed.secret, now=LATER)


def test_by_the_card_of_a_merged_account_its_birth_year_is_asked_for():
    registered = a_registration(organization=an_organization(), birth_year=1952)
    a_card(registered)
    kept = a_registration(organization=registered.organization, birth_year=1952).learner
    a_merge(kept, registered.learner)

    right, wrong = (card.proves(learner=kept, said=said, now=NOW) for said in ("1952", "1953"))

    assert (right, wrong) == (True, False)


# Ways in


def test_what_opens_the_record_from_a_joined_account_is_listed_and_removed(two, at_home):
    path = reverse("learners:joined_way_remove", args=["phone", two[1].public_id])

    page = at_home.get(reverse("learners:ways")).content.decode()
    asked = at_home.get(path).content.decode()
    at_home.post(path)
    stranger = Client()
    ask_for_code(stranger, "0912 345 678")
    then = type_code(stranger, code_sent_to(NUMBER))

    assert "cu@example.vn" in page
    assert path in page
    assert "0912\u00a0345\u00a0678" in asked
    assert told() == [NUMBER, OWN, "cu@example.vn", "moi@example.vn"]
    assert then.url == reverse("learners:sign_up")  # whoever has the number now opens an account of their own


def test_a_way_of_a_stranger_is_not_removed(two, at_home):
    other = a_learner(email="khac@example.vn", phone="+84987654321")

    with pytest.raises(ways.UnableToChangeWay):
        ways.remove_joined(learner=two[0], account=other, way=Way.PHONE, now=NOW)
    at_home.post(reverse("learners:joined_way_remove", args=["phone", other.public_id]))

    assert Learner.objects.get(pk=other.pk).phone == "+84987654321"


def test_every_address_is_told_when_one_is_changed(two):
    ways.use(learner=two[0], address="khac@example.vn", now=NOW)

    assert told() == [NUMBER, OWN, "cu@example.vn", "moi@example.vn"]


def test_an_address_that_opens_the_record_already_is_not_another_records(two):
    with pytest.raises(ways.OpensItAlready):
        ways.use(learner=two[0], address=NUMBER, now=NOW)


def test_the_code_that_asks_again_goes_to_any_of_them(two, at_home):
    path = reverse("account_reauthenticate")
    key = f"email:{two[1].public_id}"

    page = at_home.get(path).content.decode()
    at_home.post(path, {"way": key, "next": "/me/"})

    assert key in page
    assert "c…@example.vn" in page
    assert Message.objects.filter(kind=MessageKind.SIGN_IN_CODE, address="cu@example.vn").exists()


def test_a_record_with_only_a_card_keeps_the_last_address_that_opens_it():
    kept = a_registration(organization=an_organization()).learner
    merged = a_learner(email="cu@example.vn")
    a_merge(kept, merged)

    with pytest.raises(ways.IsTheLastWay):
        ways.remove(learner=kept, way=Way.EMAIL, now=NOW)

    assert Learner.objects.get(pk=kept.pk).email == "cu@example.vn"


def test_where_no_text_leaves_the_last_letter_box_stays_too(settings):
    kept, merged = a_learner(phone=OWN), a_learner(email="cu@example.vn", email_verified_at=NOW)
    a_merge(kept, merged)
    ways.remove(learner=kept, way=Way.EMAIL, now=LATER)
    settings.SMS_GATEWAY = ""

    with pytest.raises(ways.IsTheLastWay):
        ways.remove_joined(learner=kept, account=merged, way=Way.EMAIL, now=LATER)


# The undo


def remove_all(kept, merged):
    for way in Way:
        ways.remove_joined(learner=kept, account=merged, way=way, now=LATER)


def test_the_undo_gives_back_what_was_removed():
    kept, merged = a_learner(phone=OWN), a_learner(email="cu@example.vn", email_verified_at=NOW, phone=NUMBER)
    done = a_merge(kept, merged)
    remove_all(kept, merged)
    between = Learner.objects.get(pk=merged.pk)

    an_undoing(done, now=LATER)

    merged.refresh_from_db()
    assert (between.email, between.phone) == (None, None)
    assert (merged.email, merged.email_verified_at, merged.phone) == ("cu@example.vn", NOW, NUMBER)
    assert not RemovedWay.objects.exists()
    assert queries.by_address("cu@example.vn") == merged


def test_the_undo_leaves_an_address_with_whom_it_opens_now():
    kept, merged = a_learner(phone=OWN), a_learner(email="cu@example.vn", phone=NUMBER)
    done = a_merge(kept, merged)
    remove_all(kept, merged)
    ways.use(learner=kept, address=NUMBER, now=LATER)

    an_undoing(done, now=LATER)

    assert (queries.by_address(NUMBER), queries.by_address("cu@example.vn")) == (kept, merged)


def test_no_undo_leaves_a_person_outside():
    kept, merged = a_learner(), a_learner(email="cu@example.vn")
    done = a_merge(kept, merged)
    ways.remove_joined(learner=kept, account=merged, way=Way.EMAIL, now=LATER)
    stranger = a_learner(email="cu@example.vn")

    with pytest.raises(merging.NoWayBack):
        an_undoing(done, now=LATER)
    Learner.objects.filter(pk=stranger.pk).update(email="xa@example.vn")
    an_undoing(done, now=LATER)

    assert queries.by_address("cu@example.vn") == merged


def test_what_was_removed_before_the_merge_that_is_undone_stays_removed():
    inner, middle, kept = a_learner(email="cu@example.vn", phone=NUMBER), a_learner(phone=OWN), a_learner()
    a_merge(middle, inner)
    ways.remove_joined(learner=middle, account=inner, way=Way.PHONE, now=NOW)
    done = a_merge(kept, middle, now=LATER)
    ways.remove_joined(learner=kept, account=inner, way=Way.EMAIL, now=LATER)

    an_undoing(done, now=LATER + timedelta(days=1))

    inner.refresh_from_db()
    assert (inner.email, inner.phone, inner.merged_into) == ("cu@example.vn", None, middle)


def test_only_an_account_merged_away_may_have_no_way_in(two):
    Learner.objects.filter(pk=two[1].pk).update(email=None, phone=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        Learner.objects.filter(pk=two[1].pk).update(merged_into=None)


def test_a_removed_way_is_kept_as_long_as_the_undo_could_be(two):
    ways.remove_joined(learner=two[0], account=two[1], way=Way.PHONE, now=NOW)

    retention.carry_out(now=NOW + REMOVED_WAY_KEPT)
    there = RemovedWay.objects.count()
    retention.carry_out(now=NOW + REMOVED_WAY_KEPT + timedelta(seconds=1))

    assert (there, RemovedWay.objects.count()) == (1, 0)
