"""What was added to a record and is held, when two accounts become one: whose it is, who confirms it, who does not."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from learners.actions import added_way as actions
from learners.actions import card, closing, dead_way
from learners.choices import Role, Way
from learners.models import AddedWay, Learner
from learners.queries import added_way as queries
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.ledger import a_merge, an_undoing
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization
from tests.learners.added_ways import ADDRESS, PIN, added_at, by, may_redeem, signed_in_by
from tests.learners.sign_in import code_sent_to

pytestmark = pytest.mark.django_db
LATER, OWN = NOW + timedelta(hours=1), "me@example.vn"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def library():
    return an_organization()


@pytest.fixture
def colleague(library) -> Learner:
    return a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR).learner


@pytest.fixture
def person(library) -> Learner:
    registered = a_registration(organization=library, birth_year=1952)
    a_card(registered, pin=PIN)
    added_at(library, registered.learner)
    return Learner.objects.get(pk=registered.learner.pk)


def who_registered_too(library) -> Learner:
    return a_registration(organization=library, full_name="Phan Thị Tư", birth_year=1953).learner


def is_reached(person: Learner) -> bool:
    return Learner.objects.get(pk=person.pk).email is not None


# Taken off


def test_the_undo_does_not_give_back_what_was_not_theirs(person, library):
    kept = who_registered_too(library)
    done = a_merge(kept, person)
    actions.take_off(learner=Learner.objects.get(pk=kept.pk), now=NOW)

    an_undoing(done, now=LATER)

    assert not Learner.objects.filter(email=ADDRESS).exists()


def test_nor_what_reaches_nobody_and_a_card_opens_what_it_opened(library, colleague):
    kept, merged = who_registered_too(library), a_learner(email="cu@example.vn")
    done = a_merge(kept, merged)
    way = dead_way.ask(
        learner=Learner.objects.get(pk=kept.pk), kind=Way.EMAIL, witness=by(the_manager(library), library), now=NOW
    )
    dead_way.confirm(way=way, witness=by(colleague, library), now=NOW)

    an_undoing(done, now=LATER)

    merged.refresh_from_db()
    assert (merged.merged_into, merged.email, merged.has_card) == (None, None, True)
    assert not is_reached(kept)


def test_held_before_in_another_account_it_comes_back_held(person, library, colleague):
    kept = who_registered_too(library)
    a_merge(kept, person)
    way = dead_way.ask(
        learner=Learner.objects.get(pk=kept.pk), kind=Way.EMAIL, witness=by(the_manager(library), library), now=NOW
    )
    dead_way.confirm(way=way, witness=by(colleague, library), now=NOW)

    again = added_at(library, Learner.objects.get(pk=kept.pk))

    assert (again.learner, AddedWay.objects.count()) == (kept, 2)
    assert not may_redeem(kept)


# Confirmed


def test_a_second_confirms_what_a_merge_has_brought(person, library, colleague, learner_client):
    kept = who_registered_too(library)
    a_merge(kept, person)
    where = reverse("learners:person_claim", args=[library.public_id, kept.public_id])

    learner_client(colleague).post(where, {"confirm": "1"})

    assert AddedWay.objects.get().confirmed_by == colleague
    assert may_redeem(kept)


def test_a_curator_sees_and_confirms_it_too(person, library, client):
    kept, curator, row = who_registered_too(library), a_curator(), AddedWay.objects.get()
    a_merge(kept, person)
    client.force_login(curator)

    page = client.get(reverse("admin:learners_addedway_change", args=[row.pk])).text
    client.post(reverse("admin:learners_addedway_confirm", args=[row.pk]))

    assert "@example.vn" in page
    assert AddedWay.objects.get().confirmed_by == curator


def test_who_has_another_account_is_no_second(person, library):
    first, row = the_manager(library), AddedWay.objects.get()
    both = a_learner()
    a_merge(both, first)
    both.refresh_from_db()

    with pytest.raises(actions.OneOfStaff):
        actions.confirm(added=row, witness=by(both, library), now=LATER)
    with pytest.raises(actions.UnableToConfirm):
        actions.confirm_by_pin(added=row, said=PIN, witness=by(both, library), now=LATER)

    assert list(queries.for_curators(now=LATER)) == [row]  # who works there by another account is no colleague


def test_nor_of_a_closing_or_of_a_dead_way(library):
    asked = a_registration(organization=library, birth_year=1950).learner
    closing.ask(learner=asked, witness=by(the_manager(library), library), now=NOW)
    other = a_registration(organization=library, birth_year=1951).learner
    added_at(library, other, address="+84912345678")
    other.refresh_from_db()
    way = dead_way.ask(learner=other, kind=Way.PHONE, witness=by(the_manager(library), library), now=NOW)
    both = a_learner()
    a_merge(both, the_manager(library))
    both.refresh_from_db()

    with pytest.raises(closing.OneOfStaff):
        closing.confirm(learner=asked, witness=by(both, library), now=LATER)
    with pytest.raises(dead_way.OneOfStaff):
        dead_way.confirm(way=way, witness=by(both, library), now=LATER)


# Who has another address


def test_ones_own_address_opens_everything_and_takes_off_what_is_held(person):
    kept = a_learner(email=OWN)
    a_merge(kept, person)
    own, held = signed_in_by(OWN), signed_in_by(ADDRESS)

    account = Learner.objects.get(pk=person.pk)
    removal = reverse("learners:joined_way_remove", args=["email", account.public_id])

    assert own.get(reverse("learners:close")).status_code == 200
    assert held.get(reverse("learners:close")).status_code == 302
    own.post(removal)
    assert not is_reached(person)
    assert queries.held(kept, now=NOW) is None


def test_who_came_by_what_is_held_proves_it_by_the_other(person):
    a_merge(a_learner(email=OWN), person)
    client, again = signed_in_by(ADDRESS), reverse("account_reauthenticate")

    client.post(again, {"way": f"email:{person.public_id}"})
    client.post(again, {"way": "email"})
    client.post(reverse("account_again_code"), {"code": code_sent_to(OWN)})

    assert client.get(reverse("learners:profile")).status_code == 200
    assert client.get(reverse("learners:close")).status_code == 200


def test_a_card_printed_by_ones_other_account_is_ones_own(library, colleague):
    printer = colleague
    registered = a_registration(organization=library, birth_year=1952)
    card.issue(learner=registered.learner, actor=printer, organization=library, pin=PIN, now=NOW)
    row = added_at(library, registered.learner)
    both = a_learner()
    a_merge(both, printer)
    both.refresh_from_db()

    with pytest.raises(actions.UnableToConfirm):
        actions.confirm_by_pin(added=row, said=PIN, witness=by(both, library), now=LATER)
