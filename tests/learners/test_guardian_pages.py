"""The pages of a child, of their guardian, and of the counter where both were seen."""

import re

import pytest
from django.test import Client

from learners.choices import ConsentPurpose
from learners.models import AccessNeeds, Consent, ConsentAnswer, Guardian, Learner
from learners.queries import consent as consents
from tests.factories.counter import the_manager
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def standing() -> Guardian:
    return a_guardian(a_child())


def signed_in(learner: Learner) -> Client:
    learner.refresh_from_db()
    client = Client()
    client.force_login(learner)
    return client


def child_tells(child: Learner) -> str:
    said = {"needs": ["LARGE_PRINT"], "words": "Ngồi gần cửa", "agrees": "on", "version": consents.text_of(NEEDS).pk}
    return signed_in(child).post("/me/needs/", said, follow=True).content.decode()


def answer(standing: Guardian, said: str, client: Client | None = None, **more: object) -> object:
    form = {"purpose": "ACCESS_NEEDS", "version": consents.text_of(NEEDS).pk, "answer": said, **more}
    client = client or signed_in(standing.guardian)
    return client.post(f"/me/children/{standing.public_id}/answer/", form, follow=True)


def counter(child: Learner) -> str:
    return f"/organizations/{child.registration.organization.public_id}/people/{child.public_id}/guardians/"


def test_from_the_paper_at_the_counter_to_the_consent_in_force():
    child, parent = a_child(), a_learner(full_name="Phan Thị Mẹ", birth_year=1985)
    staff = signed_in(the_manager(child.registration.organization))

    recorded = staff.post(counter(child), {"proof": "BIRTH_CERTIFICATE", "full_name": "Phan Thị Mẹ"}).content.decode()
    code = re.search(r"<b>(\w{4}[^<]\w{4})</b>", recorded)[1]
    signed_in(parent).post("/me/children/", {"code": code})
    told = child_tells(child)
    waiting = signed_in(child).get("/me/consents/").content.decode()
    asked = signed_in(parent).get("/me/children/").content.decode()
    answer(Guardian.objects.get(), "yes")
    agreed = signed_in(child).get("/me/consents/").content.decode()

    assert code not in staff.get(counter(child)).content.decode()
    assert "Phan Thị Mẹ" in staff.get(counter(child)).content.decode()
    assert "Chưa ai xem được cho tới khi cha mẹ hoặc người giám hộ cũng đồng ý" in told
    assert "Còn cần cha mẹ hoặc người giám hộ đồng ý" in waiting
    assert "Còn cần bạn đồng ý" not in waiting
    assert "Tài liệu chữ to; Ngồi gần cửa" in asked
    assert "Đang có hiệu lực" in agreed
    assert "Còn cần" not in agreed
    assert consents.is_given(child, NEEDS)


def test_a_click_too_many_shows_the_same_code_and_the_next_form_is_another():
    child = a_child()
    staff = signed_in(the_manager(child.registration.organization))
    said = {
        "proof": "DECISION",
        "full_name": "Phan Thị Mẹ",
        "once": re.search(r'name="once" value="([^"]+)"', staff.get(counter(child)).content.decode())[1],
    }

    pages = [staff.post(counter(child), said).content.decode() for _click in range(2)]
    codes = {re.search(r"<b>(\w{4}[^<]\w{4})</b>", page)[1] for page in pages}

    assert len(codes) == 1
    assert Guardian.objects.count() == 1
    assert said["once"] not in pages[0]


def test_the_child_reads_that_their_own_yes_is_missing(standing):
    answer(standing, "yes")

    page = signed_in(standing.child).get("/me/consents/").content.decode()

    assert "Còn cần bạn đồng ý" in page
    assert "Còn cần cha mẹ" not in page
    assert not Consent.objects.exists()


def test_the_guardian_withdraws_and_the_child_reads_it(standing):
    child_tells(standing.child)
    answer(standing, "yes")

    page = answer(standing, "no").content.decode()
    childs = signed_in(standing.child).get("/me/consents/").content.decode()

    assert "Không đồng ý" in page
    assert "Cha mẹ hoặc người giám hộ không đồng ý" in childs
    assert Consent.objects.get().withdrawn_at is not None
    assert not AccessNeeds.objects.exists()


def test_the_child_takes_a_yes_back_that_waits(standing):
    child_tells(standing.child)

    page = signed_in(standing.child).post("/me/consents/", {"withdraw": "ACCESS_NEEDS"}, follow=True).content.decode()

    assert "Còn cần" not in page
    assert not AccessNeeds.objects.exists()
    assert ConsentAnswer.objects.get().ended_at is not None


def test_somebody_grown_up_reads_nothing_of_guardians():
    learner = a_learner(birth_year=1952)

    told = child_tells(learner)
    page = signed_in(learner).get("/me/consents/").content.decode()

    assert "giám hộ" not in told
    assert "giám hộ" not in page


def test_words_that_changed_are_read_again(standing):
    page = answer(standing, "yes", version=0).content.decode()

    assert "nội dung đã được sửa" in page
    assert not ConsentAnswer.objects.exists()


@pytest.mark.parametrize("wrong", [{"answer": "perhaps"}, {"purpose": "WEATHER"}])
def test_an_answer_there_is_not_is_not_there(standing, wrong):
    assert answer(standing, wrong.pop("answer", "yes"), **wrong).status_code == 404
    assert not ConsentAnswer.objects.exists()


def test_a_strangers_answer_finds_nothing(standing):
    stranger = signed_in(a_learner())

    assert answer(standing, "yes", client=stranger).status_code == 404
    assert stranger.post(f"/me/children/{standing.public_id}/end/").status_code == 404
    assert "Phan Gia Bảo" not in stranger.get("/me/children/").content.decode()


def test_a_wrong_code_is_told_at_the_field_and_kept():
    page = signed_in(a_learner()).post("/me/children/", {"code": "K7MP-3QXD"}).content.decode()

    assert "Mã này không đúng hoặc đã hết hạn" in page
    assert "K7MP-3QXD" in page


def test_the_guardian_stands_no_longer(standing):
    page = signed_in(standing.guardian).post(f"/me/children/{standing.public_id}/end/", follow=True).content.decode()

    standing.refresh_from_db()
    assert standing.revoked_by == standing.guardian
    assert "Phan Gia Bảo" not in page


def test_the_counter_takes_it_back(standing):
    staff = signed_in(the_manager(standing.organization))

    page = staff.post(f"{counter(standing.child)}{standing.public_id}/end/", follow=True).content.decode()

    assert "Đã rút lại" in page
    assert signed_in(standing.guardian).post(f"/me/children/{standing.public_id}/end/").status_code == 404


def test_the_counter_offers_it_for_children_only():
    organization = an_organization()
    child, grown = a_child(organization=organization), a_child(organization=organization, age=60)
    staff = signed_in(the_manager(organization))
    person = f"/organizations/{organization.public_id}/people/"

    assert "/guardians/" in staff.get(f"{person}{child.public_id}/").content.decode()
    assert "/guardians/" not in staff.get(f"{person}{grown.public_id}/").content.decode()
    refused = staff.post(counter(grown), {"proof": "DECISION", "full_name": "Phan Thị Mẹ"}).content.decode()
    assert "tự mình đồng ý" in refused
    assert not Guardian.objects.exists()


def test_the_pages_are_as_many_queries_for_many_children(django_assert_max_num_queries, standing):
    client = signed_in(standing.guardian)
    client.get("/me/children/")
    for _ in range(4):
        a_guardian(a_child(), guardian=standing.guardian)

    with django_assert_max_num_queries(14):
        page = client.get("/me/children/").content.decode()

    assert page.count("Phan Gia Bảo") >= 5


def test_in_english(standing):
    child_tells(standing.child)

    page = signed_in(standing.guardian).get("/en/me/children/").content.decode()

    assert "The child must still say yes" not in page
    assert "A parent or guardian must still say yes." in page
    assert "I agree" in page
