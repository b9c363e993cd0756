"""What is added by a card that staff have printed opens learning only: one of them may have copied the card."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from courses.models import Enrollment
from learners.actions import added_way as actions
from learners.actions import card, dead_way
from learners.choices import Role, Way
from learners.models import AddedWay, Learner
from learners.queries import added_way as queries
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization
from tests.learners.added_ways import ADDRESS, PIN, added_at, added_by_card, by, may_redeem, signed_in_by
from tests.learners.sign_in import code_sent_to

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def library():
    return an_organization(name_vi="Thư viện phường Ninh Kiều")


@pytest.fixture
def registered(library):
    return a_registration(organization=library, birth_year=1952)


@pytest.fixture
def person(registered) -> Learner:
    a_card(registered, pin=PIN)
    return registered.learner


@pytest.fixture
def colleagues(library) -> list[Learner]:
    return [a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR).learner for _ in range(2)]


def fresh(person: Learner) -> Learner:
    return Learner.objects.get(pk=person.pk)


def test_one_of_staff_does_not_make_a_record_theirs_by_the_card_they_print(registered, library, time_machine):
    printed = card.issue(learner=registered.learner, actor=the_manager(library), organization=library, pin=PIN, now=NOW)
    client, path = Client(), reverse("learners:claim")
    client.post(reverse("learners:card_scan", args=[printed.secret]))
    client.post(path, {"address": ADDRESS, "known": PIN})
    client.post(path, {"code": code_sent_to(ADDRESS)})
    time_machine.move_to(LATER, tick=False)

    theirs, run = signed_in_by(ADDRESS), a_published_run()
    closing = theirs.get(reverse("learners:close"))
    why = theirs.get(closing.url).text
    theirs.post(reverse("courses:enroll", args=[run.pk]))

    assert closing.url.startswith(reverse("account_reauthenticate"))
    assert "có người dùng thẻ của bạn thêm" in why
    assert "gõ mã PIN" in why
    assert library.name_vi in why
    assert not may_redeem(registered.learner)
    assert Enrollment.objects.get().learner == registered.learner


def test_the_page_promises_no_pin_where_the_card_has_none(registered):
    a_card(registered)
    added_by_card(registered.learner)

    why = signed_in_by(ADDRESS).get(reverse("account_reauthenticate")).text

    assert "Việc này phải chờ" in why
    assert "gõ mã PIN" not in why


def test_a_card_one_has_printed_oneself_holds_nothing(person):
    card.issue(learner=person, actor=person, pin=PIN, now=NOW)

    assert added_by_card(person) is None
    assert may_redeem(person)


def test_taken_off_by_the_card_and_added_again_it_is_held_again(person, library):
    added_at(library, person)
    actions.take_off(learner=person, now=NOW)

    added_by_card(fresh(person))

    assert not may_redeem(person)


def test_what_was_held_and_comes_back_by_the_card_is_held_as_before(person, library, colleagues):
    added_at(library, person)
    way = dead_way.ask(learner=fresh(person), kind=Way.EMAIL, witness=by(the_manager(library), library), now=NOW)
    dead_way.confirm(way=way, witness=by(colleagues[0], library), now=NOW)

    again = added_by_card(fresh(person))

    assert (again.added_by, AddedWay.objects.count()) == (the_manager(library), 2)
    assert not may_redeem(person)


def test_two_of_staff_confirm_it(person, library, colleagues):
    row = added_by_card(person)

    first = actions.confirm(added=row, witness=by(colleagues[0], library), now=LATER)
    between = may_redeem(person)
    with pytest.raises(actions.OneOfStaff):
        actions.confirm(added=row, witness=by(colleagues[0], library), now=LATER)
    second = actions.confirm(added=row, witness=by(colleagues[1], library), now=LATER)

    assert (first.added_by, first.confirmed_at, between) == (colleagues[0], None, False)
    assert (second.confirmed_by, may_redeem(person)) == (colleagues[1], True)


def test_the_database_wants_two(person, colleagues):
    added_by_card(person)

    with pytest.raises(IntegrityError, match="added_way_two_say_so"), transaction.atomic():
        AddedWay.objects.update(confirmed_at=LATER, confirmed_by=colleagues[0])


def test_the_first_reads_that_a_second_is_wanted(person, library, colleagues, learner_client):
    added_by_card(person)
    client = learner_client(colleagues[0])
    where = reverse("learners:person_claim", args=[library.public_id, person.public_id])

    before = client.get(where).text
    after = client.post(where, {"confirm": "1"}, follow=True).text

    assert "Thêm vào bằng thẻ" in before
    assert "Người ấy nói với tôi: của họ" in before
    assert "Còn một người nữa" in after
    assert colleagues[0].full_name in after
    assert 'name="confirm"' not in after


@pytest.mark.parametrize(("who", "is_right"), [("colleague", True), ("printer", False)])
def test_its_pin_confirms_it_in_front_of_who_has_not_printed_it(person, library, colleagues, who, is_right):
    row = added_by_card(person)
    staff = colleagues[0] if who == "colleague" else the_manager(library)

    try:
        actions.confirm_by_pin(added=row, said=PIN, witness=by(staff, library), now=LATER)
    except actions.UnableToConfirm:
        assert not is_right

    assert may_redeem(person) is is_right


def test_who_prints_another_card_does_not_confirm_by_its_pin(person, library, colleagues):
    row = added_by_card(person)
    card.issue(learner=fresh(person), actor=colleagues[0], organization=library, pin="9999", now=NOW)

    with pytest.raises(actions.UnableToConfirm):
        actions.confirm_by_pin(added=row, said="9999", witness=by(colleagues[0], library), now=LATER)


def test_a_curator_is_the_second_never_the_first(person, library):
    row, curator = added_by_card(person), a_curator()

    with pytest.raises(actions.UnableToConfirm):
        actions.confirm_at_the_desk(added=row, curator=curator, now=LATER)
    waited = queries.for_curators(now=LATER).count()
    actions.confirm(added=row, witness=by(the_manager(library), library), now=LATER)
    done = actions.confirm_at_the_desk(added=row, curator=curator, now=LATER)

    assert (waited, done.confirmed_by, may_redeem(person)) == (0, curator, True)


def test_by_the_card_one_reads_that_a_card_added_it_and_takes_it_off(registered):
    printed = a_card(registered, pin=PIN)
    added_by_card(registered.learner)
    client = Client()
    client.post(reverse("learners:card_scan", args=[printed.secret]))

    page = client.get(reverse("dashboard")).text
    client.post(reverse("learners:claim"), {"not_mine": "1"})

    assert "có người dùng thẻ của bạn thêm" in page
    assert fresh(registered.learner).email is None
