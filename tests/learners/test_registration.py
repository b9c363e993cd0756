"""Registering somebody at the counter: no e-mail, no phone, consent as it was given, and a card at the end."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from learners import rules
from learners.actions import registration
from learners.choices import Role
from learners.models import Card, Learner, Registration
from tests.factories.counter import a_registration, the_manager
from tests.factories.people import NINH_KIEU, NOW, a_learner, a_membership, an_organization
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db
SAID = {
    "full_name": "Phan Thị  Tư",
    "birth_year": "1952",
    "saw_paper": "on",
    "province": "92",
    "commune": NINH_KIEU,
    "consent_way": "SPOKEN",
    "has_agreed": "on",
}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def page_of(organization, name="person_new", *more):
    return reverse(f"learners:{name}", args=[organization.public_id, *more])


def test_somebody_without_e_mail_or_phone_gets_a_record_and_a_card(learner_client):
    organization = an_organization()
    client = learner_client(the_manager(organization))

    page = client.post(page_of(organization), {**SAID, "once": str(uuid4())}, follow=True)
    paper = client.post(page_of(organization, "card_print", Registration.objects.get().learner.public_id))

    registered = Registration.objects.get()
    person = registered.learner
    assert (person.full_name, person.birth_year, person.place_id) == ("Phan Thị Tư", 1952, NINH_KIEU)
    assert (person.email, person.phone, person.has_card) == (None, None, True)
    assert (registered.registered_by, registered.organization) == (the_manager(organization), organization)
    assert (registered.consent_way, registered.consent_text) == ("SPOKEN", "counter-1")
    assert "Phan Thị Tư" in page.content.decode()
    assert (paper.status_code, paper["Content-Type"], paper["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert Card.objects.get().learner == person


def test_the_card_is_a_tagged_page_as_large_as_a_bank_card(learner_client):
    organization = an_organization(name_vi="Thư viện phường Ninh Kiều")
    person = a_registration(organization=organization, full_name="Phan Thị Tư").learner
    client = learner_client(the_manager(organization))

    paper = Pdf(client.post(page_of(organization, "card_print", person.public_id)).content)

    text = re.sub(r"\s+", " ", paper.text)
    assert len(paper.pages) == 1
    (box,) = re.findall(rb"/MediaBox\s*\[([^\]]+)\]", paper.pages[0])
    assert [round(float(side) / 72 * 25.4, 1) for side in box.split()[2:]] == [85.6, 54.0]
    assert "<pdfaid:conformance>A<" in paper.metadata
    assert "<pdfuaid:part>1<" in paper.metadata
    assert {"H1", "Figure"} <= paper.tags
    assert re.search(rf"[{rules.CARD_LETTERS}]{{4}}-[{rules.CARD_LETTERS}]{{4}}", text)
    assert "Phan Thị Tư" in text
    assert "Thư viện phường Ninh Kiều" in text


@pytest.mark.parametrize(
    "name", ["Ô", "Công Tằng Tôn Nữ Thị Hương Giang " * 3, "Lò Thị 𠀀 Ứng"], ids=["short", "long", "rare"]
)
def test_every_name_fits_on_one_card(learner_client, name):
    organization = an_organization()
    person = a_registration(organization=organization, full_name=name.strip()).learner
    client = learner_client(the_manager(organization))

    paper = Pdf(client.post(page_of(organization, "card_print", person.public_id)).content)

    assert len(paper.pages) == 1


def test_sent_twice_it_is_one_account(learner_client):
    organization = an_organization()
    client = learner_client(the_manager(organization))
    said = {**SAID, "once": str(uuid4())}

    first, again = (client.post(page_of(organization), said) for _ in range(2))

    assert first["Location"] == again["Location"]
    assert Registration.objects.count() == 1


def test_a_page_that_stayed_open_does_not_answer_with_the_person_before(learner_client):
    organization = an_organization()
    client = learner_client(the_manager(organization))
    said = {**SAID, "once": str(uuid4())}
    client.post(page_of(organization), said)

    page = client.post(page_of(organization), {**said, "full_name": "Lý Văn Khác"})

    assert "Lý Văn Khác" in page.content.decode()  # nothing typed is lost
    assert Registration.objects.count() == 1


def test_the_key_of_one_counter_is_no_hindrance_at_another(learner_client):
    said = {**SAID, "once": str(uuid4())}

    pages = [
        learner_client(the_manager(organization)).post(page_of(organization), said)
        for organization in (an_organization(), an_organization())
    ]

    assert [page.status_code for page in pages] == [302, 302]
    assert Registration.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"full_name": ""}, "Bạn chưa ghi họ và tên"),
        ({"birth_year": "52"}, "bốn chữ số"),
        ({"birth_year": "2031"}, "bốn chữ số"),
        ({"consent_way": ""}, "Chọn cách người ấy đồng ý"),
        ({"has_agreed": ""}, "Không có sự đồng ý"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_opened(learner_client, wrong, words):
    organization = an_organization()
    client = learner_client(the_manager(organization))
    people = Learner.objects.count()

    page = client.post(page_of(organization), {**SAID, **wrong})

    assert page.status_code == 200
    assert words in page.content.decode()
    assert 'value="92" selected' in page.content.decode()
    assert Learner.objects.count() == people


def test_the_birth_year_may_stay_unsaid(learner_client):
    organization = an_organization()
    client = learner_client(the_manager(organization))

    client.post(page_of(organization), {**SAID, "birth_year": "", "saw_paper": ""})

    assert Registration.objects.get().learner.birth_year is None


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.ASSESSOR], ids=str)
def test_only_managers_and_instructors_stand_behind_the_counter(learner_client, role):
    organization, other = an_organization(), a_learner()
    a_membership(organization=organization, learner=other, role=role)
    client = learner_client(other)

    answers = [client.get(page_of(organization)).status_code, client.get(page_of(organization, "people")).status_code]

    assert answers == [404, 404]
    with pytest.raises(registration.NotStaff):
        a_registration(organization=organization, actor=other)


def test_a_person_registered_elsewhere_is_not_found_at_this_counter(learner_client):
    organization, other = an_organization(), an_organization()
    person = a_registration(organization=other).learner
    client = learner_client(the_manager(organization))

    answers = [
        client.get(page_of(organization, "person", person.public_id)).status_code,
        client.post(page_of(organization, "card_print", person.public_id)).status_code,
        client.post(page_of(organization, "card_revoke", person.public_id)).status_code,
    ]

    assert answers == [404, 404, 404]
    assert not Card.objects.exists()


def test_an_organization_that_is_not_verified_registers_nobody():
    organization = an_organization(verified=False)

    with pytest.raises(registration.NotYetVerified):
        a_registration(organization=organization)


def test_in_a_day_there_is_an_end_and_tomorrow_it_goes_on(monkeypatch):
    monkeypatch.setattr(rules, "REGISTERED_PER_DAY_MAX", 2)
    organization = an_organization()
    for _ in range(2):
        a_registration(organization=organization)

    with pytest.raises(registration.EnoughForToday):
        a_registration(organization=organization)

    assert a_registration(organization=organization, now=NOW.replace(hour=17)).pk  # 0:00 in Viet Nam


def test_people_are_found_without_diacritics(learner_client):
    organization = an_organization()
    a_registration(organization=organization, full_name="Nguyễn Thị Đào")
    a_registration(organization=organization, full_name="Trần Văn Ba")
    client = learner_client(the_manager(organization))

    page = client.get(page_of(organization, "people"), {"q": "dao nguyen"}).content.decode()

    assert "Nguyễn Thị Đào" in page
    assert "Trần Văn Ba" not in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_however_many(learner_client, django_assert_num_queries, people):
    organization = an_organization()
    for _ in range(people):
        a_registration(organization=organization)
    client = learner_client(the_manager(organization))
    client.get(page_of(organization, "people"))

    with django_assert_num_queries(12):  # three write down who was seen
        client.get(page_of(organization, "people"))


def test_what_was_written_down_about_consent_stays():
    registered = a_registration(organization=an_organization())

    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        Registration.objects.filter(pk=registered.pk).update(consent_way="SIGNED_PAPER")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("UPDATE learners_registration SET consent_way = 'SMS'")
        cursor.execute("SET ROLE lh_app")


def test_an_account_without_any_way_in_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="learner_can_sign_in_or_closed"), transaction.atomic():
        Learner.objects.create(full_name="Ai Đó", created_at=NOW)
