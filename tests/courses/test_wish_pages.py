"""The pages of wishes: from a search in vain to an answer, for a learner, for everybody and for a centre."""

import pytest
from django.urls import reverse

from courses.actions import wish_answer, wish_upkeep
from courses.choices import WishAnswerKind
from courses.models import Wish, WishAnswer, WishProposal, WishVoice
from learners.choices import Role
from learners.models import Message, Place
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner, a_membership, an_organization
from tests.factories.wishes import a_wish, wished_by

pytestmark = pytest.mark.django_db
CAN_THO = "92"
MUSHROOMS = {"topic": "Trồng nấm rơm", "province": CAN_THO, "commune": NINH_KIEU}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_a_search_in_vain_leads_to_a_wish(learner_client):
    client = learner_client(a_learner())
    page = client.get(f"/courses/?q=trồng+nấm+rơm&province={CAN_THO}&commune={NINH_KIEU}").content.decode()
    address = f"/wishes/new/?q=tr%E1%BB%93ng+n%E1%BA%A5m+r%C6%A1m&amp;commune={NINH_KIEU}&amp;province={CAN_THO}"
    assert f'href="{address}"' in page

    form = client.get(address.replace("&amp;", "&")).content.decode()

    assert 'value="Trồng nấm rơm"' in form
    assert f'<option value="{NINH_KIEU}" selected>' in form


def test_nothing_near_leads_to_a_wish_too(client):
    page = client.get(f"/courses/?province={CAN_THO}").content.decode()

    assert f'href="/wishes/new/?province={CAN_THO}"' in page


def test_a_visitor_signs_in_first_and_finds_what_they_typed(client):
    answer = client.get("/wishes/new/?q=nuoi+ong")

    assert answer.url == "/account/sign-in/?next=/wishes/new/%3Fq%3Dnuoi%2Bong"


def test_the_form_begins_at_home(learner_client):
    learner = a_learner(place=Place.objects.get(code=NINH_KIEU))

    form = learner_client(learner).get("/wishes/new/").content.decode()

    assert f'<option value="{NINH_KIEU}" selected>' in form


@pytest.mark.parametrize("query", ["?q=%00&commune=%00&province=%00", "?commune=99999&province=zz", "?q=" + "a" * 5000])
def test_odd_addresses_begin_empty(learner_client, query):
    assert learner_client(a_learner()).get(f"/wishes/new/{query}").status_code == 200


def test_it_is_written_down_and_who_else_asks_is_said(learner_client):
    a_wish()
    learner = a_learner()

    page = learner_client(learner).post("/wishes/new/", {**MUSHROOMS, "times": ["weekday_evening"]}, follow=True)

    assert page.redirect_chain == [("/me/wishes/", 302)]
    assert "Có 1 người khác cũng muốn học" in page.text
    assert WishVoice.objects.get(learner=learner).times == ["weekday_evening"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"topic": "  "}, "Viết vài chữ về điều bạn muốn học"),
        ({"topic": "!!!"}, "Viết vài chữ về điều bạn muốn học"),
        ({"topic": "a" * 121}, "Nhiều nhất 120 chữ"),
        ({"commune": "", "province": ""}, "Chọn"),
        ({"commune": "00004"}, "Bạn chọn xã, phường"),
        ({"times": ["at_night"]}, "field__error"),
        ({"topic": "a\0b"}, "field__error"),
    ],
    ids=["empty", "no letter", "too long", "no place", "a place elsewhere", "no such time", "nul"],
)
def test_what_is_wrong_is_said_at_its_field(learner_client, changed, said):
    page = learner_client(a_learner()).post("/wishes/new/", {**MUSHROOMS, **changed})

    assert page.status_code == 200
    assert said in page.text
    assert not Wish.objects.exists()


def test_choosing_a_province_shows_its_communes_and_keeps_what_was_typed(learner_client):
    page = learner_client(a_learner()).post(
        "/wishes/new/", {"topic": "Nuôi ong", "province": CAN_THO, "show_communes": "1"}
    )

    assert 'value="Nuôi ong"' in page.text
    assert f'<option value="{NINH_KIEU}">' in page.text
    assert not Wish.objects.exists()


def test_too_many_is_said_on_the_page(learner_client):
    learner = a_learner()
    for number in range(10):
        a_wish(learner=learner, topic=f"Nghề số {number}")

    page = learner_client(learner).post("/wishes/new/", MUSHROOMS)

    assert "Bạn đang có 10 nguyện vọng" in page.text
    assert 'value="Trồng nấm rơm"' in page.text


def test_my_page_says_what_became_of_each(learner_client):
    learner, centre = a_learner(), an_organization(name_vi="Trung tâm phường Ninh Kiều")
    voice = a_wish(learner=learner, topic="Trồng nấm rơm")
    a_wish(learner=learner, topic="Tin học")
    run = a_published_run(version=a_published_version(provider=centre, title_vi="Trồng nấm tại nhà"))
    wish_answer.answer(
        wish=voice.wish,
        organization=centre,
        actor=centre.registered_by,
        kind=WishAnswerKind.OPEN,
        run=run,
        now=NOW,
    )

    page = learner_client(learner).get("/me/wishes/").text

    assert "Trồng nấm tại nhà" in page
    assert run.version.get_absolute_url() in page
    assert "Chưa có trung tâm nào trả lời" in page


def test_a_wish_is_taken_back_and_asked_for_again(learner_client):
    voice = a_wish()
    client = learner_client(voice.learner)
    address = reverse("courses:my_wish", args=[voice.public_id])

    client.post(address)
    voice.refresh_from_db()
    assert voice.ended_how == "WITHDRAWN"

    client.post(address, {"keep": "1"})
    voice.refresh_from_db()
    assert voice.ended_at is None


def test_nobody_elses_wish_is_touched(learner_client):
    voice = a_wish()

    answer = learner_client(a_learner()).post(reverse("courses:my_wish", args=[voice.public_id]))

    assert answer.status_code == 404
    voice.refresh_from_db()
    assert voice.ended_at is None


def test_the_public_board_names_nobody(client):
    names = ["Lê Văn Hòa", "Đỗ Thị Chín", "Cao Văn Mười"]
    for name in names:
        a_wish(learner=a_learner(full_name=name))
    wished_by(2, topic="Chỉ hai người")

    page = client.get(f"/wishes/?province={CAN_THO}&commune={NINH_KIEU}").text

    assert "Trồng nấm rơm" in page
    assert "3 người" in page
    assert "Chỉ hai người" not in page
    assert not [name for name in names if name in page]


def test_a_hostile_topic_is_text(client):
    wished_by(3, topic='<script>alert(1)</script>"')

    page = client.get(f"/wishes/?province={CAN_THO}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_centre_sees_the_demand_without_names_and_answers(learner_client):
    centre = an_organization()
    voice = a_wish(learner=a_learner(full_name="Lê Văn Hòa"))
    client = learner_client(centre.registered_by)
    assert "1 nguyện vọng của địa bàn chưa có trả lời" in client.get(f"/organizations/{centre.public_id}/").text
    board = client.get(f"/organizations/{centre.public_id}/wishes/").text
    address = reverse("courses:demand_wish", args=[centre.public_id, voice.wish.public_id])
    assert address in board
    assert "Lê Văn Hòa" not in board + client.get(address).text

    page = client.post(address, {"kind": "CANNOT", "reason": "Chưa có người dạy"}, follow=True)

    assert page.redirect_chain[0][0] == f"/organizations/{centre.public_id}/wishes/"
    assert (WishAnswer.objects.get().kind, WishAnswer.objects.get().reason) == ("CANNOT", "Chưa có người dạy")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, "Chọn một trong ba cách trả lời"),
        ({"kind": "NO"}, "field__error"),
        ({"kind": "OPEN"}, "Chọn một lớp của đơn vị còn nhận đăng ký"),
        ({"kind": "OPEN", "run": "999999"}, "field__error"),
        ({"kind": "CANNOT"}, "Nói lý do bằng một câu"),
        ({"kind": "PLANNED", "reason": "a" * 301}, "field__error"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(learner_client, said, error):
    centre, voice = an_organization(), a_wish()
    a_published_run(version=a_published_version(provider=centre))

    page = learner_client(centre.registered_by).post(
        reverse("courses:demand_wish", args=[centre.public_id, voice.wish.public_id]), said
    )

    assert error in page.text
    assert not WishAnswer.objects.exists()


@pytest.mark.parametrize("button", ["accept", "dismiss"])
def test_a_proposed_class_takes_one_press(learner_client, button):
    centre, voice = an_organization(), a_wish()
    run = a_published_run(version=a_published_version(provider=centre, title_vi="Trồng nấm rơm"))
    wish_upkeep.propose_runs(now=NOW)
    proposal = WishProposal.objects.get()
    client = learner_client(centre.registered_by)
    address = reverse("courses:demand_wish", args=[centre.public_id, voice.wish.public_id])
    assert "Có lớp nào sau đây đáp ứng không" in client.get(address).text

    for _ in range(2):
        client.post(address, {button: proposal.pk})

    proposal.refresh_from_db()
    if button == "accept":
        assert [answer.run for answer in WishAnswer.objects.all()] == [run]
        assert Message.objects.filter(kind="WISH_OPENED").count() == 1
    else:
        assert proposal.dismissed_by == centre.registered_by
        assert not WishAnswer.objects.exists()


def test_an_instructor_reads_and_does_not_answer(learner_client):
    centre, voice, instructor = an_organization(), a_wish(), a_learner()
    a_membership(organization=centre, learner=instructor, role=Role.INSTRUCTOR)
    client = learner_client(instructor)
    address = reverse("courses:demand_wish", args=[centre.public_id, voice.wish.public_id])

    assert '<form class="form"' not in client.get(address).text
    assert client.post(address, {"kind": "PLANNED"}).status_code == 403


def test_an_organization_that_is_not_verified_sees_no_demand(learner_client):
    centre, voice = an_organization(verified=False), a_wish()
    client = learner_client(centre.registered_by)

    page = client.get(f"/organizations/{centre.public_id}/wishes/")

    assert page.status_code == 200
    assert voice.wish.topic not in page.text
    assert client.get(reverse("courses:demand_wish", args=[centre.public_id, voice.wish.public_id])).status_code == 404


def test_a_curator_hides_a_wish_at_the_desk(client):
    voice = wished_by(3)
    client.force_login(a_curator())

    for action in ("hide", "show", "hide"):
        client.post(reverse("admin:courses_wish_changelist"), {"action": action, "_selected_action": [voice.wish_id]})

    assert Wish.objects.get().hidden_at == NOW
    assert voice.wish.topic not in client.get(f"/wishes/?province={CAN_THO}").text


@pytest.mark.parametrize(("path", "queries"), [("/wishes/?province=92&commune=31135", 10), ("/me/wishes/", 8)])
def test_a_page_costs_the_same_with_one_wish_or_many(learner_client, django_assert_num_queries, path, queries):
    learner = a_learner(place=Place.objects.get(code=NINH_KIEU))
    client = learner_client(learner)
    for count in (1, 7):
        for number in range(count):
            wished_by(3, topic=f"Nghề {count} {number}")
            a_wish(learner=learner, topic=f"Nghề {count} {number}")
        with django_assert_num_queries(queries):
            client.get(path)


def test_who_does_not_find_it_among_what_is_found_may_wish_for_it(client):
    a_published_version(title_vi="Đan nón lá")
    offer = 'href="/wishes/new/?q='

    assert offer in client.get("/courses/", {"q": "đan giỏ"}).content.decode()
    assert offer in client.get("/courses/", {"q": "đan"}).content.decode()
    assert offer not in client.get("/courses/").content.decode()
