"""Closing the account of who has only a card: two people of the counter say so, or the PIN; it can be stopped."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from learners.actions import closing
from learners.actions.consent import Witness
from learners.choices import CounterAct, Role
from learners.models import AccountClosing, CardGuess, Device, Learner, Organization
from learners.queries.counter import done_for
from learners.rules import CLOSING_WAITS
from portal.actions.closing import close_due
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.learners.test_counter_record import WHO, at, staff_of, turned_away

pytestmark = pytest.mark.django_db
THEN = NOW + timedelta(days=1)
LONG_AFTER = NOW + timedelta(days=60)
PIN = "4711"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def library() -> Organization:
    return an_organization()


@pytest.fixture
def person(library: Organization) -> Learner:
    return a_registration(organization=library, birth_year=1952).learner


@pytest.fixture
def colleague(library: Organization) -> Learner:
    return a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR).learner


def witness_of(organization: Organization, staff: Learner | None = None) -> Witness:
    return Witness(staff=staff or the_manager(organization), organization=organization)


def asked_for(person: Learner, library: Organization) -> AccountClosing:
    return closing.ask(learner=person, witness=witness_of(library), now=NOW)[0]


def the_card_page(client: Client, printed) -> str:
    entered = client.post(reverse("learners:card_scan", args=[printed.secret]))
    return entered["Location"]


# Asking


def test_it_is_asked_for_in_front_of_staff_and_followed_without_an_account(library, person):
    asked = staff_of(library).post(at(person, "close/"), {"understands": "on"})
    page = Client().get(asked["Location"]).content.decode()

    row = AccountClosing.objects.get()
    assert (row.learner, row.witnessed_by, row.organization) == (person, the_manager(library), library)
    assert row.confirmed_at is None
    assert asked["Location"] in page
    assert library.name in page
    assert "cán bộ khác" in page
    assert person.full_name not in page


def test_without_the_box_nothing_is_asked_for(library, person):
    page = staff_of(library).post(at(person, "close/"), {}).content.decode()

    assert "Đánh dấu vào ô" in page
    assert not AccountClosing.objects.exists()


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_asks_for_it(library, person, who):
    said = turned_away(person, library, who)
    staff, where = said.get("actor", the_manager(library)), said.get("organization", library)
    where.refresh_from_db()

    with pytest.raises(closing.UnableToClose):
        closing.ask(learner=person, witness=witness_of(where, staff), now=NOW)

    assert not AccountClosing.objects.exists()


def test_one_member_of_staff_alone_closes_nobodys_account(library, person):
    device = Device.objects.create(learner=person, session_key="a", signed_in_at=NOW, last_seen_at=NOW)
    asked = asked_for(person, library)

    assert closing.begin(closing=asked, now=LONG_AFTER) is False
    with pytest.raises(IntegrityError, match="account_closing_not_by_one_of_staff"), transaction.atomic():
        AccountClosing.objects.update(leaving_at=LONG_AFTER)
    assert close_due(now=LONG_AFTER) == 0

    device.refresh_from_db()
    assert device.ended_at is None


# Confirming


def test_a_second_person_confirms_it_and_the_waiting_time_begins_then(library, person, colleague):
    asked_for(person, library)

    first = closing.confirm(learner=person, witness=witness_of(library, colleague), now=THEN)
    again = closing.confirm(learner=person, witness=witness_of(library), now=LONG_AFTER)

    assert (first.confirmed_by, first.confirmed_at, first.due_at) == (colleague, THEN, THEN + CLOSING_WAITS)
    assert (again.confirmed_by, again.due_at) == (colleague, first.due_at)
    assert CounterAct.CLOSING_CONFIRMED in [each.act for each in done_for(person)]
    assert close_due(now=NOW + CLOSING_WAITS) == 0
    assert close_due(now=THEN + CLOSING_WAITS) == 1


def test_who_asked_does_not_confirm(library, person):
    asked_for(person, library)

    with pytest.raises(closing.OneOfStaff):
        closing.confirm(learner=person, witness=witness_of(library), now=THEN)
    with pytest.raises(IntegrityError, match="account_closing_second_is_another"), transaction.atomic():
        AccountClosing.objects.update(confirmed_at=THEN, confirmed_by=the_manager(library))
    for change in ({"due_at": NOW + timedelta(hours=1)}, {"due_at": LONG_AFTER}):
        with pytest.raises(IntegrityError, match="confirmed once"), transaction.atomic():
            AccountClosing.objects.update(**change)

    assert AccountClosing.objects.get().confirmed_at is None


def test_what_nobody_confirms_in_two_weeks_lapses(library, person, colleague):
    first = asked_for(person, library)
    late = NOW + CLOSING_WAITS

    with pytest.raises(closing.UnableToClose):
        closing.confirm(learner=person, witness=witness_of(library, colleague), now=late)
    assert close_due(now=late - timedelta(seconds=1)) == 0
    waits = AccountClosing.objects.get().stopped_at
    close_due(now=late)

    first.refresh_from_db()
    assert (waits, first.stopped_at) == (None, late)


def test_asked_for_anew_after_it_has_lapsed_it_waits_anew(library, person):
    first = asked_for(person, library)

    again, _token = closing.ask(learner=person, witness=witness_of(library), now=LONG_AFTER)

    assert again != first
    assert again.due_at == LONG_AFTER + CLOSING_WAITS


@pytest.mark.parametrize("who", WHO)
def test_nobody_else_confirms(library, person, colleague, who):
    asked_for(person, library)
    said = turned_away(person, library, who)
    staff, where = said.get("actor", colleague), said.get("organization", library)
    where.refresh_from_db()

    with pytest.raises(closing.UnableToClose):
        closing.confirm(learner=person, witness=witness_of(where, staff), now=THEN)

    assert AccountClosing.objects.get().confirmed_at is None


def test_what_was_stopped_is_not_confirmed(library, person, colleague):
    asked_for(person, library)
    closing.stop(learner=person, now=NOW)

    with pytest.raises(closing.UnableToClose):
        closing.confirm(learner=person, witness=witness_of(library, colleague), now=THEN)


def test_the_pin_of_a_card_another_printed_confirms_it(library, person, colleague):
    a_card(person.registration, pin=PIN)
    closing.ask(learner=person, witness=witness_of(library, colleague), now=NOW)

    row = closing.confirm_by_pin(learner=person, said=PIN, witness=witness_of(library, colleague), now=THEN)

    assert (row.confirmed_by, row.confirmed_at) == (None, THEN)


@pytest.mark.parametrize(
    ("pin", "said", "is_printer"),
    [(PIN, "0000", False), (PIN, PIN, True), ("", "1952", False)],
    ids=["wrong", "of a card they have printed", "a birth year"],
)
def test_nothing_that_staff_know_confirms_it(library, person, colleague, pin, said, is_printer):
    a_card(person.registration, pin=pin)
    staff = the_manager(library) if is_printer else colleague
    closing.ask(learner=person, witness=witness_of(library, staff), now=NOW)

    with pytest.raises(closing.UnableToClose):
        closing.confirm_by_pin(learner=person, said=said, witness=witness_of(library, staff), now=THEN)

    assert AccountClosing.objects.get().confirmed_at is None
    assert CardGuess.objects.count() == 1


def test_pages_lead_a_second_person_to_it(library, person, colleague):
    asked_for(person, library)
    second = Client()
    second.force_login(colleague)

    listed = second.get(f"/organizations/{library.public_id}/people/").content.decode()
    own = staff_of(library).get(at(person, "close/")).content.decode()
    page = second.get(at(person, "close/")).content.decode()
    refused = staff_of(library).post(at(person, "close/confirm/"), follow=True).content.decode()
    wrong = second.post(at(person, "close/confirm/"), {"pin": "0000"}).content.decode()
    done = second.post(at(person, "close/confirm/"), follow=True).content.decode()

    assert at(person, "close/") in listed
    assert "Chính bạn đã ghi" in own
    assert the_manager(library).full_name in page
    assert "Chính bạn đã ghi" in refused
    assert "PIN này không xác nhận được" in wrong
    assert "Tài khoản đóng sau ngày" in done
    assert AccountClosing.objects.get().confirmed_by == colleague


# Stopping


def test_it_is_stopped_where_it_was_asked_for(library, person):
    asked_for(person, library)
    Organization.objects.filter(pk=library.pk).update(verified_until=NOW.date() - timedelta(days=1))
    client = staff_of(library)

    page = client.get(at(person)).content.decode()
    client.post(at(person, "close/stop/"))

    assert "Tài khoản đang chờ đóng" in page
    assert AccountClosing.objects.get().stopped_at == NOW


def test_only_staff_of_the_counter_stop_it(library, person):
    asked_for(person, library)

    with pytest.raises(closing.UnableToClose):
        closing.stop_at_counter(learner=person, witness=witness_of(an_organization()), now=NOW)

    assert AccountClosing.objects.get().stopped_at is None


@pytest.mark.parametrize("is_confirmed", [False, True], ids=["not confirmed", "confirmed"])
def test_who_comes_in_by_the_card_is_told_and_may_stop_it(library, person, colleague, is_confirmed):
    printed = a_card(person.registration)
    asked_for(person, library)
    if is_confirmed:
        closing.confirm(learner=person, witness=witness_of(library, colleague), now=NOW)
    client = Client()

    where = the_card_page(client, printed)
    page = client.get(where).content.decode()
    assert ("Đúng, cứ đóng" in page) is is_confirmed  # unconfirmed, nothing the person presses would close it
    before = AccountClosing.objects.get().stopped_at
    client.post(where)
    after = client.get(where)

    assert where == reverse("learners:close_stop")
    assert library.name in page
    assert before is None
    assert AccountClosing.objects.get().stopped_at == NOW
    assert after["Location"] == reverse("dashboard")


def test_a_card_stops_nothing_the_person_asked_for_themself(person):
    other = a_learner(email="hoa@example.vn")
    closing.ask(learner=other, now=NOW)

    assert closing.stop_by_card(learner=other, now=NOW) is False
    assert closing.stop_by_card(learner=person, now=NOW) is False


def test_after_two_weeks_the_person_is_emptied(library, person, colleague):
    asked_for(person, library)
    closing.confirm(learner=person, witness=witness_of(library, colleague), now=NOW)

    assert close_due(now=NOW + timedelta(days=15)) == 1

    person.refresh_from_db()
    assert (person.full_name, person.has_card) == ("—", False)
