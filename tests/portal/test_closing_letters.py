"""After a closing no letter to anybody else says who somebody was, and none to an address they once had."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from learners.actions import birth_year, mandate, message, name_in_letters, needs, sign_in, sign_up, telling, ways
from learners.actions import closing as actions
from learners.actions import organization as organizations
from learners.choices import CodePurpose, ConsentPurpose, Language, MessageKind, Role, Way
from learners.models import Learner, Message
from learners.queries import consent as consents
from learners.rules import CLOSING_WAITS
from portal.actions import closing
from tests.factories.catalog import a_published_run
from tests.factories.closing import found_in_database
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.enrollment import enrolled
from tests.factories.guardians import a_child, a_guardian
from tests.factories.mandates import a_mandate, terms
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
NAME, THEN = "Quách Thị Hiếm Gặp", NOW + CLOSING_WAITS
FIRST, SECOND, NEVER, NUMBER = "dau@example.vn", "hai@example.vn", "chua@example.vn", "+84911222333"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def close(learner: Learner) -> None:
    actions.ask(learner=learner, now=NOW)
    assert closing.close_due(now=THEN) == 1


def test_letters_to_addresses_they_no_longer_have():
    """A code before there was a record, a change told to the address before, a code to one that was never proved."""
    sign_in.ask(address=FIRST, language=Language.VI, now=NOW)
    learner = sign_up.sign_up(
        address=FIRST, full_name=NAME, place=None, language=Language.VI, now=NOW + timedelta(minutes=1)
    )
    ways.use(learner=learner, address=NUMBER, now=NOW + timedelta(minutes=2))
    ways.use(learner=learner, address=SECOND, now=NOW + timedelta(minutes=3))
    sign_in.ask(address=SECOND, language=Language.VI, now=NOW)
    ways.remove(learner=learner, way=Way.PHONE, now=NOW + timedelta(minutes=4))
    sign_in.ask(address=NEVER, language=Language.VI, purpose=CodePurpose.NEW_WAY, learner=learner, now=NOW)
    others = sign_in.ask(address="khac@example.vn", language=Language.VI, now=NOW)

    before = found_in_database(FIRST, SECOND, NEVER, NUMBER)
    close(learner)

    assert len(before) >= 4
    assert found_in_database(FIRST, SECOND, NEVER, NUMBER) == []
    assert Message.objects.filter(deduplication_key=f"sign-in:0:{others.pk}").exists()


def test_no_key_of_a_letter_has_an_address_in_it():
    learner = a_learner(email=FIRST, phone=NUMBER)

    ways.use(learner=learner, address=SECOND, now=NOW)

    keys = list(Message.objects.values_list("deduplication_key", flat=True))
    assert len(keys) == len(set(keys)) == 2
    assert not any(word in str(keys) for word in (FIRST, SECOND, NUMBER, "dau", "911222333"))


def a_letter(recipient: Learner, helper: str) -> None:
    data = {"course": "Tin học", "link": "https://hoc.vn/", "helper": helper}
    message.queue(kind=MessageKind.ENROLLED, key=f"t:{recipient.pk}", recipient=recipient, data=data, now=NOW)


def test_letters_to_whom_they_helped():
    helper, helped, other = a_learner(full_name=NAME), a_learner(), a_learner()
    a_mandate(person=helped, helper=helper)
    a_letter(helped, NAME)
    a_letter(other, NAME)  # from a helper of the same name

    close(helper)

    said = dict(Message.objects.filter(kind=MessageKind.ENROLLED).values_list("recipient", "data__helper"))
    assert said == {helped.pk: "—", other.pk: NAME}


def test_their_name_goes_however_it_was_spelled_then():
    """Who helped, who made out the mandate and who is the child, each under another name today."""
    helper, helped = a_learner(full_name="Quach Thi Hiem Gap"), a_learner(email="me@example.vn")
    a_mandate(person=helped, helper=helper)
    a_mandate(person=helped, helper=a_learner(full_name="Hồng"))
    a_letter(helped, "Quach Thi Hiem Gap")
    Learner.objects.filter(pk=helper.pk).update(full_name=NAME)
    helper.refresh_from_db()

    close(helper)

    letters = Message.objects.filter(recipient=helped).values_list("kind", "data__helper")
    assert set(letters) == {
        (MessageKind.HELPER_NAMED, "—"),
        (MessageKind.HELPER_NAMED, "Hồng"),
        (MessageKind.ENROLLED, "—"),
    }


def test_letters_to_helpers_whose_mandate_has_ended():
    person, helper = a_learner(full_name="Quach Thi Hiem Gap"), a_learner(email="me@example.vn")
    mandate.revoke(mandate=a_mandate(person=person, helper=helper), actor=person, now=NOW)
    Learner.objects.filter(pk=person.pk).update(full_name=NAME)
    told = Message.objects.filter(kind=MessageKind.MANDATE_ENDED)
    before = list(told.values_list("data__person", flat=True))

    close(person)

    assert before == ["Quach Thi Hiem Gap"]
    assert list(told.values_list("data__person", flat=True)) == ["—"]


def test_letters_to_guardians_of_a_child():
    child = a_child(full_name="Quach Thi Hiem Gap")
    for guardian in (a_learner(email="me@example.vn"), a_learner(email=None, phone=NUMBER)):
        a_guardian(child, guardian=guardian)
    said = {"needs": [], "words": "Ngồi gần cửa", "text": consents.text_of(ConsentPurpose.ACCESS_NEEDS)}
    needs.tell(learner=child, **said, language=Language.VI, now=NOW)
    Learner.objects.filter(pk=child.pk).update(full_name=NAME)
    asked = Message.objects.filter(kind=MessageKind.GUARDIAN_ASKED)
    before = set(asked.values_list("data__child", flat=True))

    close(child)

    assert before == {"Quach Thi Hiem Gap"}
    assert set(asked.values_list("data__child", flat=True)) == {"—"}


def test_letters_to_an_organisation_they_verified():
    curator, organization = a_curator(), an_organization()
    manager = a_learner(place_id=NINH_KIEU)
    a_membership(organization=organization, learner=manager, role=Role.MANAGER)
    until = NOW.date() + timedelta(days=300)
    organizations.verify(organization=organization, curator=curator, until=until, now=NOW)
    Learner.objects.filter(pk=curator.pk).update(full_name=NAME)

    close(curator)

    told = Message.objects.filter(kind=MessageKind.ORGANIZATION_VERIFIED, recipient=manager)
    assert list(told.values_list("data__verified_by", flat=True)) == ["—"]


def test_what_was_told_to_a_number_they_have_changed_since_goes_with_them():
    registered = a_registration(organization=an_organization(), birth_year=None)
    learner, other = registered.learner, a_learner(email=None, phone="+84911222334")
    ways.use(learner=learner, address=NUMBER, now=NOW)
    staff = {"actor": the_manager(registered.organization), "organization": registered.organization}
    birth_year.confirm(learner=learner, year=1952, **staff, now=NOW)
    data = Message.objects.get(kind=MessageKind.YEAR_CONFIRMED).data
    telling.tell(learner=other, kind=MessageKind.YEAR_CONFIRMED, key="birth-year:other", data=data, now=NOW)
    ways.use(learner=learner, address="+84911222335", now=NOW + timedelta(minutes=1))

    close(learner)

    told = Message.objects.filter(kind=MessageKind.YEAR_CONFIRMED, recipient=None)
    assert list(told.values_list("address", flat=True)) == [other.phone]


def test_letters_to_learners_they_taught():
    teacher = a_learner(full_name="Quach Thi Hiem Gap")
    run, others = a_published_run(instructor=teacher), a_published_run(instructor=a_learner(full_name="Trần Thị Lan"))
    places = [enrolled(a_learner(), each) for each in (run, others)]
    letters = [Message.objects.filter(deduplication_key=f"enrolled:{place.pk}") for place in places]
    before = [letter.get().data["instructor"] for letter in letters]
    Learner.objects.filter(pk=teacher.pk).update(full_name=NAME)

    close(teacher)

    assert before == ["Quach Thi Hiem Gap", "Trần Thị Lan"]
    assert [letter.get().data["instructor"] for letter in letters] == ["—", "Trần Thị Lan"]


def test_who_has_printed_many_cards_is_taken_out_in_as_many_statements():
    costs = []
    for cards in (1, 4):
        organization = an_organization()
        staff = the_manager(organization)
        for _each in range(cards):
            a_card(a_registration(organization=organization, birth_year=1950))
        with CaptureQueriesContext(connection) as asked, transaction.atomic():
            name_in_letters.forget(staff)
        costs.append(len(asked))

    assert costs[0] == costs[1]


def test_letters_to_whom_they_made_out_a_mandate():
    """By e-mail and by text message, which stands under a number and under nobody's name."""
    organization = an_organization(name_vi="Thư viện")
    staff = a_learner(full_name=NAME, place_id=NINH_KIEU)
    a_membership(organization=organization, learner=staff, role=Role.MANAGER)
    person = a_registration(organization=organization, actor=staff).learner
    made_out, code = mandate.give(person=person, terms=terms(), actor=staff, organization=organization, now=NOW)
    ways.use(learner=person, address=FIRST, now=NOW)
    ways.use(learner=person, address=NUMBER, now=NOW)
    mandate.take_up(code=code, helper=a_learner(), now=NOW)
    told = Message.objects.filter(deduplication_key__startswith=f"helper:{made_out.pk}:")
    before = set(told.values_list("data__who", flat=True))

    close(staff)

    assert told.count() == 2
    assert before == {f"{NAME}, Thư viện"}
    assert set(told.values_list("data__who", flat=True)) == {"—, Thư viện"}
    assert found_in_database(NAME) == []
