"""A number that reaches its person no more: taken off at a counter by two, or by the card's PIN, and given back."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from learners.actions import added_way, card, claim, retention
from learners.actions import dead_way as actions
from learners.actions import ways as changing
from learners.actions.consent import Witness
from learners.choices import CounterAct, MessageKind, Role, Way
from learners.models import AddedWay, Claim, DeadWay, Learner, Message, Organization
from learners.queries.counter import done_for
from learners.queries.ways import addresses
from learners.rules import DEAD_WAY_GIVEN_BACK, REMOVED_WAY_KEPT
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.learners.sign_in import prove_again

pytestmark = pytest.mark.django_db
NUMBER, MAIL, PIN = "+84912345678", "tu@example.vn", "4711"
LATER = NOW + timedelta(hours=1)
LAST = NOW + timedelta(days=3)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def library() -> Organization:
    return an_organization()


@pytest.fixture
def person(library: Organization) -> Learner:
    registered = a_registration(organization=library, birth_year=1952)
    a_card(registered, pin=PIN)
    manager = the_manager(library)
    claim.claim(learner=registered.learner, address=NUMBER, actor=manager, organization=library, now=NOW)
    return Learner.objects.get(pk=registered.learner_id)


@pytest.fixture
def colleague(library: Organization) -> Learner:
    return a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR).learner


def witness(library: Organization, staff: Learner | None = None) -> Witness:
    return Witness(staff=staff or the_manager(library), organization=library)


def asked(person: Learner, library: Organization, kind: Way = Way.PHONE) -> DeadWay:
    return actions.ask(learner=person, kind=kind, witness=witness(library), now=NOW)


def taken_off(person: Learner, library: Organization, colleague: Learner, kind: Way = Way.PHONE) -> DeadWay:
    return actions.confirm(way=asked(person, library, kind), witness=witness(library, colleague), now=NOW)


def claimed_by_two(person: Learner, library: Organization, colleague: Learner, address: str, at: datetime) -> None:
    """Let one add an address and the other confirm it: nothing but what was taken off holds the record back."""
    claim.claim(learner=person, address=address, actor=colleague, organization=library, now=at)
    added_way.confirm(added=AddedWay.objects.latest("pk"), witness=witness(library), now=at)


def test_asking_changes_nothing(person, library):
    first, again = asked(person, library), asked(person, library)

    assert first == again
    assert [each.address for each in addresses(person)] == [NUMBER]


def test_a_second_person_takes_it_off_and_the_counter_serves_them_again(person, library, colleague):
    browser = Client()
    browser.force_login(person)

    way = taken_off(person, library, colleague)
    again = actions.confirm(way=way, witness=witness(library, colleague), now=LATER)

    person = Learner.objects.get(pk=person.pk)
    assert (person.phone, person.phone_verified_at, person.has_card) == (None, None, True)
    assert (again.confirmed_by, again.confirmed_at) == (colleague, NOW)
    assert browser.get(reverse("learners:profile")).status_code == 302
    assert card.issue(learner=person, actor=the_manager(library), organization=library, now=NOW).card
    claim.claim(learner=person, address="+84987654321", actor=colleague, organization=library, now=LATER)
    assert Claim.objects.filter(learner=person).count() == 2


def test_who_wrote_it_down_does_not_confirm(person, library):
    way = asked(person, library)

    with pytest.raises(actions.OneOfStaff):
        actions.confirm(way=way, witness=witness(library), now=LATER)
    with pytest.raises(IntegrityError, match="dead_way_second_is_another"), transaction.atomic():
        DeadWay.objects.update(confirmed_at=LATER, confirmed_by=the_manager(library))

    assert Learner.objects.get(pk=person.pk).phone == NUMBER


def test_the_pin_of_a_card_another_printed_confirms_it(person, library, colleague):
    way = actions.ask(learner=person, kind=Way.PHONE, witness=witness(library, colleague), now=NOW)
    by_colleague = witness(library, colleague)

    for said, staff in (("0000", by_colleague), ("1952", by_colleague), (PIN, witness(library))):
        with pytest.raises(actions.UnableToTakeOff):
            actions.confirm_by_pin(way=way, said=said, witness=staff, now=NOW)
    before = Learner.objects.get(pk=person.pk).phone
    actions.confirm_by_pin(way=way, said=PIN, witness=by_colleague, now=NOW)

    assert (before, Learner.objects.get(pk=person.pk).phone) == (NUMBER, None)


@pytest.mark.parametrize("who", ["elsewhere", "stranger", "the person"])
def test_nobody_else_does(person, library, who):
    where = an_organization() if who == "elsewhere" else library
    staff = {"elsewhere": the_manager(where), "stranger": a_learner(), "the person": person}[who]

    with pytest.raises(actions.UnableToTakeOff):
        actions.ask(learner=person, kind=Way.PHONE, witness=Witness(staff=staff, organization=where), now=NOW)

    assert not DeadWay.objects.exists()


def test_the_other_ways_are_told_and_the_dead_one_is_not(person, library, colleague):
    changing.use(learner=person, address=MAIL, now=NOW)
    Message.objects.all().delete()

    taken_off(person, library, colleague)

    assert [each.address for each in Message.objects.filter(kind=MessageKind.WAY_CHANGED)] == [MAIL]


def test_the_person_gives_it_back_on_their_own_page(person, library, colleague):
    changing.use(learner=person, address=MAIL, now=NOW)
    way = taken_off(person, library, colleague)
    browser = Client()
    person = Learner.objects.get(pk=person.pk)
    browser.force_login(person)
    path = reverse("learners:way_give_back", args=[way.public_id])

    listed = browser.get(reverse("learners:ways")).content.decode()
    unproven = browser.post(path)["Location"]
    prove_again(browser, person)
    page = browser.get(path).content.decode()
    browser.post(path)

    assert path in listed
    assert "/account/again/" in unproven
    assert library.name in page
    assert Learner.objects.get(pk=person.pk).phone == NUMBER
    assert path not in browser.get(reverse("learners:ways")).content.decode()


def test_one_of_staff_gives_up_what_waits_and_brings_back_nothing_that_was_taken_off(person, library, colleague):
    waiting, manager = asked(person, library), the_manager(library)

    with pytest.raises(actions.UnableToTakeOff):
        actions.undo(way=waiting, actor=a_learner(), now=NOW)
    done = [actions.undo(way=waiting, actor=manager, now=NOW) for _ in range(2)]
    way = taken_off(person, library, colleague)
    with pytest.raises(actions.UnableToTakeOff, match="mã"):
        actions.undo(way=way, actor=manager, now=LATER)

    assert done == [True, False]
    assert Learner.objects.get(pk=person.pk).phone is None


def test_the_person_gives_it_back_within_thirty_days(person, library, colleague):
    way = taken_off(person, library, colleague)

    with pytest.raises(actions.UnableToTakeOff):
        actions.undo(way=way, actor=person, now=NOW + DEAD_WAY_GIVEN_BACK)
    done = [actions.undo(way=way, actor=person, now=LATER) for _ in range(2)]

    assert done == [True, False]
    assert Learner.objects.get(pk=person.pk).phone == NUMBER


@pytest.mark.parametrize("theirs", ["+84987654321", "ke@example.vn"])
def test_a_code_to_it_brings_it_back_over_what_was_claimed_since(person, library, colleague, theirs):
    way = taken_off(person, library, colleague)
    manager = the_manager(library)
    claim.claim(learner=person, address=theirs, actor=colleague, organization=library, now=LATER)
    newcomer = Client()
    newcomer.force_login(Learner.objects.get(pk=person.pk))

    with pytest.raises(claim.HasAWay):
        claim.claim(learner=person, address="+84900000001", actor=manager, organization=library, now=LATER)
    claim.claim(learner=person, address=NUMBER, actor=manager, organization=library, now=LATER)

    way.refresh_from_db()
    assert [each.address for each in addresses(Learner.objects.get(pk=person.pk))] == [NUMBER]
    assert (way.undone_at, way.undone_by) == (LATER, manager)
    assert newcomer.get(reverse("learners:profile")).status_code == 302


def test_after_thirty_days_nothing_is_claimed_over_another(person, library, colleague):
    taken_off(person, library, colleague)
    claim.claim(learner=person, address="+84987654321", actor=colleague, organization=library, now=LATER)

    with pytest.raises(claim.HasAWay):
        claim.claim(
            learner=person, address=NUMBER, actor=colleague, organization=library, now=NOW + DEAD_WAY_GIVEN_BACK
        )


def test_what_was_claimed_since_spends_nothing_as_long_as_it_can_be_given_back(
    person, library, colleague, time_machine
):
    taken_off(person, library, colleague)
    claimed_by_two(person, library, colleague, "+84987654321", LATER)
    time_machine.move_to(LATER, tick=False)
    browser, page = Client(), reverse("learners:way_new", args=["email"])
    person = Learner.objects.get(pk=person.pk)
    browser.force_login(person)
    prove_again(browser, person)

    refused = browser.get(page, follow=True).content.decode()
    time_machine.move_to(NOW + DEAD_WAY_GIVEN_BACK, tick=False)
    browser.force_login(person)
    prove_again(browser, person)

    assert library.name in refused
    assert 'name="way"' not in refused
    assert browser.get(page).status_code == 200


def spends(person: Learner, moment: datetime, time_machine) -> bool:
    """Return whether who signs in then, and proves it anew by a code, comes to what asks for a fresh proof."""
    time_machine.move_to(moment, tick=False)
    browser, person = Client(), Learner.objects.get(pk=person.pk)
    browser.force_login(person)
    prove_again(browser, person)
    return browser.get(reverse("learners:way_new", args=["email"])).status_code == 200


@pytest.fixture
def replaced(person, library, colleague) -> DeadWay:
    """
    Return the last of both ways of a person, taken off one after the other; then another number was claimed.

    When the number came off, they still had their e-mail address: a code to it could bring the number back.
    """
    changing.use(learner=person, address=MAIL, now=NOW)
    taken_off(person, library, colleague)
    asked_last = actions.ask(learner=person, kind=Way.EMAIL, witness=witness(library), now=LAST)
    last = actions.confirm(way=asked_last, witness=witness(library, colleague), now=LAST)
    claimed_by_two(person, library, colleague, "+84987654321", LAST + timedelta(hours=1))
    return last


def test_who_replaced_both_ways_spends_nothing_for_thirty_days_after_the_last(replaced, person, time_machine):
    moments = (LAST + timedelta(hours=2), NOW + DEAD_WAY_GIVEN_BACK, LAST + DEAD_WAY_GIVEN_BACK - timedelta(seconds=1))

    assert [spends(person, moment, time_machine) for moment in moments] == [False, False, False]
    assert spends(person, LAST + DEAD_WAY_GIVEN_BACK, time_machine)


def test_either_of_both_ways_comes_back_by_a_code_to_it_and_holds_the_other(
    replaced, person, library, colleague, time_machine
):
    """Both were said to be dead: who reads a code to one of them is the likelier, and still not certain."""
    back_at = LAST + timedelta(hours=2)
    claim.claim(learner=person, address=MAIL, actor=colleague, organization=library, now=back_at)

    back = Learner.objects.get(pk=person.pk)
    assert (back.email, back.phone) == (MAIL, None)
    assert not spends(person, NOW + DEAD_WAY_GIVEN_BACK - timedelta(seconds=1), time_machine)
    assert spends(person, NOW + DEAD_WAY_GIVEN_BACK, time_machine)


def test_a_number_claimed_and_taken_off_and_another_claimed_counts_from_the_last(
    replaced, person, library, colleague, time_machine
):
    later = LAST + timedelta(days=20)
    way = actions.ask(learner=person, kind=Way.PHONE, witness=witness(library), now=later)
    actions.confirm(way=way, witness=witness(library, colleague), now=later)
    claimed_by_two(person, library, colleague, "+84977777777", later + timedelta(hours=1))

    assert not spends(person, LAST + DEAD_WAY_GIVEN_BACK, time_machine)
    assert spends(person, later + DEAD_WAY_GIVEN_BACK, time_machine)


def test_nor_does_it_spend_what_it_was_merged_into(replaced, person, time_machine):
    kept = a_learner(email="chinh@example.vn")
    Learner.objects.filter(pk=person.pk).update(merged_into=kept)

    assert not spends(kept, LAST + timedelta(hours=2), time_machine)
    assert spends(kept, LAST + DEAD_WAY_GIVEN_BACK, time_machine)


def test_it_is_not_given_back_over_another(person, library, colleague):
    way = taken_off(person, library, colleague)
    holder = a_learner(email="khac@example.vn", phone=NUMBER)

    with pytest.raises(changing.BelongsToAnother):
        actions.undo(way=way, actor=person, now=LATER)
    changing.use(learner=Learner.objects.get(pk=person.pk), address="+84987654321", now=LATER)
    with pytest.raises(actions.UnableToTakeOff):
        actions.undo(way=way, actor=person, now=LATER)

    assert Learner.objects.get(pk=holder.pk).phone == NUMBER


def test_what_has_changed_meanwhile_is_not_taken_off(person, library, colleague):
    way = asked(person, library)
    changing.use(learner=person, address="+84987654321", now=LATER)

    with pytest.raises(actions.UnableToTakeOff):
        actions.confirm(way=way, witness=witness(library, colleague), now=LATER)

    assert Learner.objects.get(pk=person.pk).phone == "+84987654321"


def test_the_person_reads_who_did_it_and_after_a_month_the_number_is_gone(person, library, colleague):
    way = taken_off(person, library, colleague)

    acts = {(each.act, each.by) for each in done_for(person)}
    retention.carry_out(now=NOW + REMOVED_WAY_KEPT + timedelta(seconds=1))

    way.refresh_from_db()
    assert acts >= {(CounterAct.WAY_TAKEN_OFF, colleague), (CounterAct.WAY_ENDED, the_manager(library))}
    assert way.address == ""


def test_the_pages_lead_through_it_and_show_no_number(person, library, colleague):
    first, second = Client(), Client()
    first.force_login(the_manager(library))
    second.force_login(colleague)
    path = f"/organizations/{library.public_id}/people/{person.public_id}/ways/"

    linked = first.get(path.removesuffix("ways/")).content.decode()
    first.post(path, {"ask": "phone"})
    way = {"way": str(DeadWay.objects.get().public_id)}
    own = first.post(path, way | {"confirm": "1"}).content.decode()
    page = second.get(path).content.decode()
    wrong = second.post(path, way | {"pin": ""}).content.decode()
    second.post(path, way | {"confirm": "1"})
    after = second.get(path).content.decode()
    still_linked = first.get(path.removesuffix("ways/")).content.decode()
    alone = second.post(path, way | {"undo": "1"}).content.decode()

    assert path in linked
    assert "Chính bạn đã ghi" in own
    assert "912345678" not in page
    assert "chưa bấm mã PIN" in wrong
    assert "Đã gỡ" in after
    assert path.replace("ways/", "claim/") in after
    assert path in still_linked
    assert "đọc được mã" in alone
    assert Learner.objects.get(pk=person.pk).phone is None


def test_two_ways_that_wait_ask_for_the_pin_each_for_itself(person, library, colleague):
    changing.use(learner=person, address=MAIL, now=NOW)
    mail, phone = asked(person, library, Way.EMAIL), asked(person, library)
    browser = Client()
    browser.force_login(colleague)
    path = f"/organizations/{library.public_id}/people/{person.public_id}/ways/"

    wrong = browser.post(path, {"way": str(phone.public_id), "pin": ""}).content.decode()

    assert mail.kind != phone.kind
    assert (wrong.count('id="id_email_pin"'), wrong.count('id="id_phone_pin"')) == (1, 1)
    assert wrong.count("chưa bấm mã PIN") == 1


def test_where_there_is_nothing_the_page_says_so(library):
    person = a_registration(organization=library).learner
    browser = Client()
    browser.force_login(the_manager(library))

    page = browser.get(f"/organizations/{library.public_id}/people/{person.public_id}/ways/").content.decode()

    assert "Không có số điện thoại hay địa chỉ thư nào mở được sổ này" in page


def test_what_nobody_confirms_in_a_month_lapses_and_is_asked_for_again(person, library, colleague):
    old, much_later = asked(person, library), NOW + REMOVED_WAY_KEPT + timedelta(seconds=1)

    retention.carry_out(now=much_later)
    again = actions.ask(learner=person, kind=Way.PHONE, witness=witness(library), now=much_later)
    actions.confirm(way=again, witness=witness(library, colleague), now=much_later)

    old.refresh_from_db()
    assert (old.undone_at, old.undone_by, old.address) == (much_later, None, "")
    assert Learner.objects.get(pk=person.pk).phone is None
