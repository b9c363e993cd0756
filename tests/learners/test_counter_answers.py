"""Who has only a card answers in front of the staff who registered them: as a child, and for a child."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from learners.actions import consent
from learners.actions import counter_consent as actions
from learners.choices import AccessNeed, ConsentChannel, ConsentPurpose, Language, Role
from learners.models import AccessNeeds, Consent, ConsentAnswer, Guardian, Learner, Organization
from learners.queries import consent as consents
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import a_registration, the_manager
from tests.factories.guardians import a_child, a_code_for, a_guardian
from tests.factories.people import NOW, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS
THEN = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def library() -> Organization:
    return an_organization()


def a_colleague(organization: Organization) -> Learner:
    colleague = a_learner(full_name="Lý Thị Đồng Nghiệp")
    return a_membership(organization=organization, learner=colleague, role=Role.INSTRUCTOR).learner


def a_parent(organization: Organization) -> Learner:
    return a_registration(organization=organization, full_name="Phan Thị Tư", birth_year=1990).learner


def witness_of(organization: Organization, staff: Learner | None = None) -> consent.Witness:
    return consent.Witness(staff=staff or the_manager(organization), organization=organization)


def says(standing: Guardian, organization: Organization, *, is_yes: bool = True, **more: object) -> Consent | None:
    said = {
        "text": consents.text_of(NEEDS),
        "is_yes": is_yes,
        "language": Language.VI,
        "channel": ConsentChannel.COUNTER,
        "witness": witness_of(organization),
        "now": THEN,
    }
    return actions.answer(person=standing.guardian, standing=standing, **{**said, **more})


def tells(child: Learner, organization: Organization, **more: object) -> None:
    said = {
        "chosen": [AccessNeed.LARGE_PRINT],
        "words": "",
        "text": consents.text_of(NEEDS),
        "language": Language.VI,
        "channel": ConsentChannel.PAPER,
        "witness": witness_of(organization),
        "now": NOW,
    }
    actions.tell_needs(person=child, **{**said, **more})


def counter(person: Learner, page: str = "") -> str:
    return f"/organizations/{person.registration.organization.public_id}/people/{person.public_id}/answers/{page}"


def staff_of(organization: Organization) -> Client:
    client = Client()
    client.force_login(the_manager(organization))
    return client


# What is written down


def test_child_and_guardian_with_cards_alone_put_a_consent_in_force(library):
    child, parent = a_child(organization=library), a_parent(library)
    code = a_code_for(child)

    row = actions.take_up(code=code, person=parent, witness=witness_of(library, a_colleague(library)), now=NOW)
    tells(child, library)
    given = says(row, library)

    of_child, of_guardian = ConsentAnswer.objects.order_by("pk")
    assert (row.guardian, row.witnessed_by.full_name) == (parent, "Lý Thị Đồng Nghiệp")
    assert (of_child.said_by, of_child.channel, of_child.organization) == (child, "PAPER", library)
    assert (of_guardian.said_by, of_guardian.channel) == (parent, "COUNTER")
    assert of_guardian.witnessed_by == the_manager(library)
    assert given == Consent.objects.get(learner=child, withdrawn_at=None)
    assert list(consents.needs_of([child.pk])) == [child.pk]


def test_said_twice_it_is_said_once(library):
    child = a_child(organization=library)
    standing = a_guardian(child, guardian=a_parent(library))

    says(standing, library)
    says(standing, library)

    assert ConsentAnswer.objects.count() == 1


def test_a_no_in_front_of_staff_ends_what_was_agreed(library):
    child = a_child(organization=library)
    standing = a_guardian(child, guardian=a_parent(library))
    tells(child, library)
    says(standing, library)

    says(standing, library, is_yes=False, now=THEN + timedelta(minutes=1))

    assert not consents.is_given(child, NEEDS)
    assert not AccessNeeds.objects.exists()


def test_a_child_takes_it_back_by_needing_nothing(library):
    child = a_child(organization=library)
    tells(child, library)

    tells(child, library, chosen=[], now=THEN)

    assert not AccessNeeds.objects.exists()
    assert not ConsentAnswer.objects.filter(ended_at=None).exists()


# Who may


@pytest.mark.parametrize("who", ["a stranger", "of elsewhere", "the person", "with an address"])
def test_nobody_else_writes_an_answer_down(library, who):
    child, elsewhere = a_child(organization=library), an_organization()
    parent = a_parent(library)
    standing, witness = a_guardian(child, guardian=parent), witness_of(library)
    if who == "a stranger":
        witness = witness_of(library, a_learner())
    elif who == "of elsewhere":
        witness = witness_of(elsewhere)
    elif who == "the person":
        witness = witness_of(library, parent)
    else:
        Learner.objects.filter(pk__in=[parent.pk]).update(email="tu@example.vn")

    with pytest.raises(actions.UnableToAnswer):
        says(standing, library, witness=witness)
    with pytest.raises(actions.UnableToAnswer):
        actions.take_up(code=a_code_for(child), person=parent, witness=witness, now=NOW)

    assert not ConsentAnswer.objects.exists()


def test_a_child_with_an_address_answers_alone(library):
    child = a_child(organization=library)
    Learner.objects.filter(pk=child.pk).update(phone="+84912345678")

    with pytest.raises(actions.UnableToAnswer):
        tells(child, library)


def test_somebody_grown_up_with_a_card_alone_says_what_they_need_and_it_is_in_force(library):
    person = a_parent(library)

    tells(person, library)

    given = Consent.objects.get(learner=person)
    assert (given.channel, given.witnessed_by, given.organization) == ("PAPER", the_manager(library), library)
    assert list(consents.needs_of([person.pk])) == [person.pk]


@pytest.mark.parametrize("by", ["needing nothing", "withdrawing"])
def test_somebody_grown_up_takes_it_back_in_front_of_staff(library, by):
    person = a_parent(library)
    tells(person, library)

    if by == "needing nothing":
        tells(person, library, chosen=[], now=THEN)
    else:
        actions.withdraw(person=person, purpose=NEEDS, witness=witness_of(library), now=THEN)

    ended = Consent.objects.get(learner=person)
    assert (ended.withdrawn_at, ended.withdrawal_witnessed_by) == (THEN, the_manager(library))
    assert ended.withdrawal_organization == library
    assert not AccessNeeds.objects.exists()


@pytest.mark.parametrize("who", ["a stranger", "of elsewhere", "the person", "with an address"])
def test_nobody_else_withdraws_for_them(library, who):
    person, elsewhere = a_parent(library), an_organization()
    tells(person, library)
    witness = {
        "a stranger": witness_of(library, a_learner()),
        "of elsewhere": witness_of(elsewhere),
        "the person": witness_of(library, person),
        "with an address": witness_of(library),
    }[who]
    if who == "with an address":
        Learner.objects.filter(pk=person.pk).update(email="tu@example.vn")

    with pytest.raises(actions.UnableToAnswer):
        actions.withdraw(person=person, purpose=NEEDS, witness=witness, now=THEN)

    assert consents.is_given(person, NEEDS)


def test_who_recorded_the_guardian_makes_themself_none(library):
    child = a_child(organization=library)
    code = a_code_for(child)

    with pytest.raises(actions.UnableToAnswer):
        actions.take_up(code=code, person=the_manager(library), witness=witness_of(library), now=NOW)


# What the database keeps


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"channel": "COUNTER"}, "consent_answer_witnessed"),
        ({"channel": "PORTAL", "with_witness": True}, "consent_answer_witnessed"),
        ({"channel": "PAPER", "with_witness": True, "email": "tu@example.vn"}, "has a card alone"),
        ({"channel": "PAPER", "with_witness": True, "elsewhere": True}, "has a card alone"),
    ],
    ids=["nobody saw it", "seen on the portal", "with an address", "not registered there"],
)
def test_the_database_refuses_an_answer_nobody_could_have_seen(library, columns, refusal):
    child, parent = a_child(organization=library), a_parent(library)
    standing = a_guardian(child, guardian=parent)
    seen = {"witnessed_by": the_manager(library), "organization": library} if columns.get("with_witness") else {}
    if columns.get("elsewhere"):
        seen["organization"] = an_organization()
    Learner.objects.filter(pk=parent.pk).update(email=columns.get("email"))

    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        ConsentAnswer.objects.create(
            learner=child,
            purpose=NEEDS,
            text=consents.text_of(NEEDS),
            guardian=standing,
            said_by=parent,
            is_yes=True,
            language="vi",
            channel=columns["channel"],
            said_at=NOW,
            **seen,
        )


def test_nobody_witnesses_their_own_taking_up(library):
    child, parent = a_child(organization=library), a_parent(library)
    a_code_for(child)

    with pytest.raises(IntegrityError, match="guardian_witnessed_by_another"), transaction.atomic():
        Guardian.objects.update(guardian=parent, accepted_at=NOW, witnessed_by=parent)
    Guardian.objects.update(guardian=parent, accepted_at=NOW)
    with pytest.raises(IntegrityError, match="stays as recorded"), transaction.atomic():
        Guardian.objects.update(witnessed_by=the_manager(library))


# The page


def test_from_the_code_to_the_consent_on_paper_alone(library):
    child, parent, text = a_child(organization=library), a_parent(library), consents.text_of(NEEDS)
    code, client = a_code_for(child, actor=a_colleague(library)), staff_of(library)

    taken = client.post(counter(parent, "child/"), {"code": code}, follow=True).content.decode()
    told = client.post(
        counter(child, "needs/"),
        {"needs": ["LARGE_PRINT"], "words": "Ngồi gần cửa", "agrees": "on", "channel": "COUNTER", "version": text.pk},
        follow=True,
    ).content.decode()
    before = client.get(counter(parent)).content.decode()
    answered = client.post(
        counter(parent, f"{Guardian.objects.get().public_id}/"),
        {"purpose": "ACCESS_NEEDS", "version": text.pk, "answer": "yes", "channel": "PAPER"},
        follow=True,
    ).content.decode()

    assert "Phan Thị Tư đã được ghi nhận cho Phan Gia Bảo" in taken
    assert "Đã ghi lại" in told
    assert "Tài liệu chữ to; Ngồi gần cửa" in before
    assert "Chưa có hiệu lực" in before
    assert "Đang có hiệu lực" in answered
    assert consents.is_given(child, NEEDS)


def test_what_is_missing_is_told_at_the_field_and_kept(library):
    child, parent = a_child(organization=library), a_parent(library)
    standing, client, text = a_guardian(child, guardian=parent), staff_of(library), consents.text_of(NEEDS)
    other = a_guardian(a_child(organization=library, full_name="Phan Gia Hân"), guardian=parent)

    needs = client.post(
        counter(child, "needs/"), {"words": "Ngồi gần cửa", "version": text.pk, "agrees": "on"}
    ).content.decode()
    half = client.post(
        counter(parent, f"{other.public_id}/"), {"purpose": "ACCESS_NEEDS", "version": text.pk, "answer": "no"}
    ).content.decode()
    code = client.post(counter(parent, "child/"), {"code": "K7MP-3QXD"}).content.decode()

    assert "Cho biết người này trả lời bằng cách nào" in needs
    assert "Ngồi gần cửa" in needs
    assert half.count("Cho biết người này trả lời bằng cách nào") == 2  # in the list above the form, and at the field
    assert re.search(rf'id="id_{other.pk}_answer_1"[^>]*checked', half)
    assert f'id="id_{standing.pk}ACCESS_NEEDS_answer_1"' in half
    assert "K7MP-3QXD" in code
    assert not ConsentAnswer.objects.exists()


def test_words_that_changed_are_read_out_again(library):
    child, parent = a_child(organization=library), a_parent(library)
    standing, client = a_guardian(child, guardian=parent), staff_of(library)

    page = client.post(
        counter(parent, f"{standing.public_id}/"),
        {"purpose": "ACCESS_NEEDS", "version": 0, "answer": "yes", "channel": "PAPER"},
        follow=True,
    ).content.decode()
    needs = client.post(
        counter(child, "needs/"), {"needs": ["LARGE_PRINT"], "agrees": "on", "channel": "PAPER", "version": 0}
    ).content.decode()

    assert "nội dung đã được sửa" in page
    assert "nội dung đã được sửa" in needs
    assert not ConsentAnswer.objects.exists()


def test_who_has_an_address_is_not_answered_for(library):
    child = a_child(organization=library)
    Learner.objects.filter(pk=child.pk).update(email="bao@example.vn")
    client, said = staff_of(library), {"needs": ["LARGE_PRINT"], "agrees": "on", "channel": "PAPER"}

    page = client.get(counter(child)).content.decode()
    sent = client.post(counter(child, "needs/"), {**said, "version": consents.text_of(NEEDS).pk}, follow=True)

    assert '<form class="form"' not in page
    assert "tự đăng nhập và tự làm" in sent.content.decode()
    assert not AccessNeeds.objects.exists()


def test_the_consent_says_it_was_given_at_the_counter(library):
    child, parent = a_child(organization=library), a_parent(library)
    standing = a_guardian(child, guardian=parent)
    with pytest.raises(Consent.DoesNotExist):
        agreed_to_needs(child)
    says(standing, library)
    client = Client()
    client.force_login(child)

    page = client.get("/me/consents/").content.decode()

    assert "Tại quầy của một đơn vị" in page
