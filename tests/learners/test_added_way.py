"""What one member of staff adds to a record opens learning only: until a second confirms it, or it is taken off."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from courses.models import Enrollment
from learners.actions import added_way as actions
from learners.actions import card, claim, dead_way
from learners.actions.card import Printed
from learners.actions.consent import Witness
from learners.choices import CounterAct, MessageKind, Role, Way
from learners.models import AddedWay, Learner, Message, Organization
from learners.queries import added_way as queries
from learners.queries.counter import done_for
from learners.rules import ADDED_WAY_HELD
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.ledger import a_merge
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization
from tests.learners.sign_in import prove_again

pytestmark = pytest.mark.django_db
ADDRESS, PIN = "chi.ha@example.vn", "4711"
LATER = NOW + timedelta(hours=1)
NOT_MINE = "Không phải của tôi"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def library() -> Organization:
    return an_organization(name_vi="Thư viện phường Ninh Kiều")


@pytest.fixture
def registered(library):
    return a_registration(organization=library, birth_year=1952)


@pytest.fixture
def printed(registered) -> Printed:
    return a_card(registered)


@pytest.fixture
def person(registered, printed, library) -> Learner:
    """Somebody to whose record the one who works there has added an address."""
    return added(registered.learner, library)


@pytest.fixture
def colleague(library) -> Learner:
    return a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR).learner


def added(learner: Learner, library: Organization, *, now=NOW, staff=None) -> Learner:
    staff = staff or the_manager(library)
    claim.claim(learner=learner, address=ADDRESS, actor=staff, organization=library, now=now)
    return Learner.objects.get(pk=learner.pk)


def witness(library: Organization, staff: Learner | None = None) -> Witness:
    return Witness(staff=staff or the_manager(library), organization=library)


def with_a_code(person: Learner) -> Client:
    """Return a browser in which the code that came to the address was typed a moment ago."""
    client = Client()
    client.force_login(Learner.objects.get(pk=person.pk))
    prove_again(client, person)
    return client


def by_card(printed: Printed) -> Client:
    client = Client()
    client.post(reverse("learners:card_scan", args=[printed.secret]))
    return client


def may_redeem(person: Learner) -> bool:
    return with_a_code(person).get(reverse("learners:close")).status_code == 200


def page_of(person: Learner, library: Organization) -> str:
    return reverse("learners:person_claim", args=[library.public_id, person.public_id])


# Held


def test_who_has_the_address_learns_at_once_and_makes_nothing_theirs(person, library):
    client, run = with_a_code(person), a_published_run()

    closing = client.get(reverse("learners:close"))
    why = client.get(closing.url).text
    client.post(reverse("courses:enroll", args=[run.pk]))

    assert closing.url.startswith(reverse("account_reauthenticate"))
    assert "Việc này phải chờ" in why
    assert library.name_vi in why
    assert f"{NOW + ADDED_WAY_HELD:%-d/%-m/%Y}" in why
    assert Enrollment.objects.get().learner == person


@pytest.mark.parametrize("page", ["learners:close", "learners:way_new", "learners:way_remove", "learners:card"])
def test_nor_does_it_spend_close_take_away_or_change_how_one_signs_in(person, page):
    path = reverse(page, args=["email"] if "way" in page else [])

    answer = with_a_code(person).post(path, {"pin": PIN, "address": "khac@example.vn"})

    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_after_thirty_days_it_opens_everything(person, time_machine):
    before = may_redeem(person)
    time_machine.move_to(NOW + ADDED_WAY_HELD, tick=False)

    assert (before, may_redeem(person)) == (False, True)


def test_a_merge_does_not_let_it_go(person):
    kept = a_learner()
    a_merge(kept, person)

    assert queries.held(kept, now=NOW) is not None
    assert not may_redeem(kept)


def test_what_is_there_no_more_holds_nothing(person, library, colleague):
    way = dead_way.ask(learner=person, kind=Way.EMAIL, witness=witness(library), now=NOW)
    dead_way.confirm(way=way, witness=witness(library, colleague), now=NOW)

    assert queries.held(Learner.objects.get(pk=person.pk), now=NOW) is None


def test_taken_off_as_dead_and_given_back_it_is_held_anew(person, library, colleague):
    way = dead_way.ask(learner=person, kind=Way.EMAIL, witness=witness(library), now=NOW)
    dead_way.confirm(way=way, witness=witness(library, colleague), now=NOW)

    added(person, library, now=LATER)

    assert not may_redeem(person)


# By a second


def test_a_second_person_confirms_it(person, library, colleague):
    first = actions.confirm(added=AddedWay.objects.get(), witness=witness(library, colleague), now=LATER)
    again = actions.confirm(added=first, witness=witness(library, colleague), now=LATER + timedelta(hours=1))

    assert (first.confirmed_by, again.confirmed_at) == (colleague, LATER)
    assert may_redeem(person)
    assert CounterAct.ADDRESS_CONFIRMED in {each.act for each in done_for(person)}


def test_never_who_added_it(person, library):
    with pytest.raises(actions.OneOfStaff):
        actions.confirm(added=AddedWay.objects.get(), witness=witness(library), now=LATER)
    with pytest.raises(IntegrityError, match="added_way_second_is_another"), transaction.atomic():
        AddedWay.objects.update(confirmed_at=LATER, confirmed_by=the_manager(library))


def test_nor_a_stranger(person):
    with pytest.raises(actions.UnableToConfirm):
        actions.confirm(added=AddedWay.objects.get(), witness=witness(an_organization()), now=LATER)


@pytest.mark.parametrize(("printed_by", "is_right"), [("colleague", True), ("manager", False)])
def test_the_pin_of_a_card_another_printed_confirms_it(registered, library, colleague, printed_by, is_right):
    printer = colleague if printed_by == "colleague" else the_manager(library)
    card.issue(learner=registered.learner, actor=printer, organization=library, pin=PIN, now=NOW)
    person = added(registered.learner, library)
    client = Client()
    client.force_login(the_manager(library))

    page = client.get(page_of(person, library)).text
    client.post(page_of(person, library), {"pin": PIN})

    assert ('name="pin"' in page) is is_right
    assert may_redeem(person) is is_right


def test_the_counter_shows_who_added_it_and_a_colleague_confirms_by_one_press(
    person, library, colleague, learner_client
):
    client = learner_client(colleague)

    on_the_page = client.get(reverse("learners:person", args=[library.public_id, person.public_id])).text
    page = client.get(page_of(person, library)).text
    client.post(page_of(person, library), {"confirm": "1"})

    assert page_of(person, library) in on_the_page
    assert the_manager(library).full_name in page
    assert ADDRESS not in page
    assert AddedWay.objects.get().confirmed_by == colleague


def test_who_added_it_is_told_to_ask_another(person, library, learner_client):
    client = learner_client(the_manager(library))

    page = client.get(page_of(person, library)).text
    refused = client.post(page_of(person, library), {"confirm": "1"}).text

    assert 'name="confirm"' not in page
    assert "Người khác làm việc ở đây xác nhận" in refused


# By a curator, where nobody else works


def test_a_curator_confirms_where_one_person_works_alone(person, client):
    curator, row = a_curator(), AddedWay.objects.get()
    client.force_login(curator)
    where = [
        reverse(f"admin:learners_addedway_{page}", args=args)
        for page, args in (("changelist", []), ("change", [row.pk]), ("confirm", [row.pk]))
    ]

    front = client.get(reverse("admin:index")).text
    listed, one = (client.get(page).text for page in where[:2])
    done = client.post(where[2], follow=True).text

    row.refresh_from_db()
    assert where[0] in front
    assert person.full_name not in listed
    assert f"Chính {person.full_name} đã nói với tôi" in one
    assert ADDRESS not in one
    assert "Đã xác nhận." in done
    assert (row.confirmed_by, row.is_by_curator, may_redeem(person)) == (curator, True, True)
    assert (CounterAct.ADDRESS_CONFIRMED_BY_CURATOR, curator) in [(each.act, each.by) for each in done_for(person)]


@pytest.mark.parametrize("why", ["a colleague works there", "they added it", "it was taken off", "time is over"])
def test_and_not_otherwise(person, library, why):
    row, curator, now = AddedWay.objects.get(), a_curator(), LATER
    if why == "a colleague works there":
        a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR)
    if why == "they added it":
        curator = the_manager(library)
        Learner.objects.filter(pk=curator.pk).update(is_staff=True)
        curator.refresh_from_db()
    if why == "it was taken off":
        actions.take_off(learner=person, now=NOW)
    if why == "time is over":
        now = NOW + ADDED_WAY_HELD

    with pytest.raises(actions.UnableToConfirm):
        actions.confirm_at_the_desk(added=row, curator=curator, now=now)

    assert AddedWay.objects.get().confirmed_at is None


# Not mine


def test_who_comes_by_the_card_reads_it_and_takes_it_off_with_one_press(person, printed, library):
    theirs, thief = by_card(printed), with_a_code(person)

    page = theirs.get(reverse("dashboard")).text
    answer = theirs.post(reverse("learners:claim"), {"not_mine": "1"}, follow=True)

    person = Learner.objects.get(pk=person.pk)
    assert NOT_MINE in page
    assert library.name_vi in page
    assert ADDRESS not in page
    assert person.email is None
    assert "không còn mở sổ của bạn" in answer.text
    assert thief.get(reverse("dashboard")).status_code == 302
    assert AddedWay.objects.get().taken_off_at == NOW
    assert Message.objects.filter(kind=MessageKind.WAY_CHANGED, address=ADDRESS).exists()
    assert by_card(printed).get(reverse("dashboard")).status_code == 200


def test_twice_it_is_taken_off_once_and_another_is_added_after(person, library):
    first, again = actions.take_off(learner=person, now=LATER), actions.take_off(learner=person, now=LATER)

    added(person, library, now=LATER + timedelta(hours=1))

    assert (first, again) == (ADDRESS, None)
    assert AddedWay.objects.count() == 2


def test_what_was_confirmed_no_card_takes_off(person, printed, library, colleague):
    actions.confirm(added=AddedWay.objects.get(), witness=witness(library, colleague), now=NOW)
    client = by_card(printed)

    client.post(reverse("learners:claim"), {"not_mine": "1"})

    assert Learner.objects.get(pk=person.pk).email == ADDRESS
    assert NOT_MINE not in client.get(reverse("dashboard")).text


def test_nor_after_thirty_days(person, time_machine):
    time_machine.move_to(NOW + ADDED_WAY_HELD, tick=False)

    assert actions.take_off(learner=person, now=NOW + ADDED_WAY_HELD) is None
    assert Learner.objects.get(pk=person.pk).email == ADDRESS


def test_what_was_taken_off_is_not_confirmed(person, library, colleague):
    held = AddedWay.objects.get()
    actions.take_off(learner=person, now=NOW)

    with pytest.raises(actions.UnableToConfirm):
        actions.confirm(added=held, witness=witness(library, colleague), now=LATER)


def test_who_signed_in_with_the_address_takes_nothing_off(person):
    client = with_a_code(person)

    page = client.get(reverse("dashboard")).text
    client.post(reverse("learners:claim"), {"not_mine": "1"})

    assert NOT_MINE not in page
    assert Learner.objects.get(pk=person.pk).email == ADDRESS


def test_after_a_merge_it_is_taken_off_where_it_stands(person, printed):
    kept = a_learner(email="that@example.vn")
    a_merge(kept, person)

    by_card(printed).post(reverse("learners:claim"), {"not_mine": "1"})

    assert not Learner.objects.filter(email=ADDRESS).exists()
    assert Learner.objects.get(pk=kept.pk).email == "that@example.vn"
