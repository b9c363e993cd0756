"""Who knows only the province, or would rather not say more: it is kept, and what hangs on a commune says so."""

import pytest
from django.core.cache import cache

from courses.models import CourseRun
from courses.queries import recommendation
from learners.models import HelpRequest, Learner, Place
from learners.models.place import is_commune
from learners.queries import duplicate
from learners.queries import help as helpers
from learners.queries.likeness import Known, are_likely_one
from portal.queries import home as homes
from tests.factories.catalog import a_published_run
from tests.factories.counter import the_manager
from tests.factories.people import NINH_KIEU, NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
CAN_THO = "92"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def learner() -> Learner:
    return a_learner(place=Place.objects.get(code=CAN_THO))


def test_a_code_says_whether_it_is_a_communes():
    told_apart = {is_commune(place.code) == (not place.is_province) for place in Place.objects.all()}

    assert told_apart == {True}


def test_at_the_counter_the_province_may_be_all_that_is_said(learner_client):
    organization = an_organization()
    page = f"/organizations/{organization.public_id}/people/new/"
    said = {"full_name": "Phan Thị Tư", "province": CAN_THO, "commune": "", "consent_way": "SPOKEN"}

    done = learner_client(the_manager(organization)).post(page, said | {"has_agreed": "on"}, follow=True)

    assert Learner.objects.get(full_name="Phan Thị Tư").place_id == CAN_THO
    assert "thành phố Cần Thơ" in done.text


def test_a_commune_of_another_province_is_still_asked_about(learner_client, learner):
    said = {"full_name": "Lê Văn Hòa", "language": "vi", "digest_weekday": "3", "digest_hour": "6"}

    page = learner_client(learner).post("/me/profile/", said | {"province": "01", "commune": NINH_KIEU})

    assert list(page.context["form"].errors) == ["commune"]


def test_who_has_not_seen_the_communes_is_shown_them_once_and_nothing_typed_is_lost(client):
    said = {"name": "Lê Văn Hòa", "reach": "0901 234 567", "about": "Hỏi lớp.", "province": CAN_THO}

    shown = client.post("/help/", said)
    before = HelpRequest.objects.count()
    client.post("/help/", said | {"commune": ""})

    assert list(shown.context["form"].errors) == ["commune"]
    assert ("Chỉ ghi tỉnh, thành phố" in shown.text, "0901 234 567" in shown.text) == (True, True)
    assert (before, HelpRequest.objects.get().place_id) == (0, CAN_THO)


def test_a_call_is_answered_by_the_curators_and_the_page_says_how_to_find_who_helps(learner_client, learner):
    client = learner_client(learner)
    said = {"name": "Lê Văn Hòa", "reach": "0901 234 567", "about": "Hỏi lớp.", "province": CAN_THO, "commune": ""}

    page = client.get("/help/")
    sent = client.post("/help/", said)

    assert "hồ sơ của bạn mới có tỉnh, thành phố" in page.text
    assert "chưa có ai nhận giúp" not in page.text
    assert page.context["form"]["province"].value() == CAN_THO
    assert (sent.url, HelpRequest.objects.get().place_id) == ("/help/", CAN_THO)
    assert list(helpers.for_curators(today=NOW.date())) == [HelpRequest.objects.get()]
    assert helpers.nearest_helper(learner, on=NOW.date()) is None


def test_the_front_page_and_what_is_suggested_are_of_the_province(learner):
    run = a_published_run()

    (suggested,) = recommendation.for_learner(learner, pathways=[], slots=3, now=NOW)

    assert [reason.because.name for reason in suggested.reasons if "IN_THE" in reason.because.name] == [
        "IN_THE_PROVINCE"
    ]
    assert homes.home(learner, now=NOW).runs == [run]


def test_a_class_in_the_province_is_not_said_to_be_in_ones_commune(learner):
    CourseRun.objects.filter(pk=a_published_run().pk).update(place=CAN_THO)

    (suggested,) = recommendation.for_learner(learner, pathways=[], slots=3, now=NOW)

    assert "IN_THE_COMMUNE" not in [reason.because.name for reason in suggested.reasons]


def test_a_wish_begins_with_the_province_and_its_board_is_the_provinces(learner_client, learner):
    client = learner_client(learner)

    asked = client.get("/wishes/new/")
    mine = client.get("/me/wishes/")

    assert asked.context["form"]["province"].value() == CAN_THO
    assert f"?province={CAN_THO}" in mine.text


def test_a_province_bears_out_that_two_are_one_no_more_than_nothing_does():
    def said(commune: str) -> Known:
        return Known.of(Learner(full_name="Nguyễn Văn An", birth_year=1958, place_id=commune))

    assert are_likely_one(said(NINH_KIEU), said(NINH_KIEU))
    assert not are_likely_one(said(CAN_THO), said(CAN_THO))
    assert not are_likely_one(said(CAN_THO), said(NINH_KIEU))


def test_the_desk_still_finds_a_long_name_and_year_where_one_has_said_the_province():
    name = {"full_name": "Nguyễn Thị Ngọc Hà", "birth_year": 1958}
    older = a_learner(place=Place.objects.get(code=NINH_KIEU), **name)
    newer = a_learner(place=Place.objects.get(code=CAN_THO), **name)

    assert [{pair.older, pair.newer} for pair in duplicate.likely_pairs()] == [{older, newer}]
