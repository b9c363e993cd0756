"""A human: asking to be called back without an account, being called by people of the commune, and the numbers."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from learners.actions import help as actions
from learners.actions import helper as helpers
from learners.choices import HelpOutcome, HelpTag, OrganizationStatus, Role
from learners.models import CommuneHelper, HelpAnswer, HelpRequest, Organization, Place
from learners.queries import help as queries
from learners.rules import HELP_OPEN_PER_PERSON_MAX, HELP_OPEN_PER_REACH_MAX, HELP_POSTS_PER_IP
from learners.views import limits
from tests.factories.help import a_help_request
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
SAID = {
    "name": "Bà Sáu",
    "reach": "0901 234 567",
    "about": "Không thấy lớp gần nhà.",
    "province": "92",
    "commune": NINH_KIEU,
}
CLOSED = {"tag": "FINDING", "outcome": "HELPED", "note": "Đã chỉ lớp ở thư viện."}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()  # limits of a network


def answered(asked: HelpRequest, **more: object) -> HelpAnswer:
    said = {"organization": None, "tag": HelpTag.FINDING, "outcome": HelpOutcome.HELPED, "note": "", "now": NOW}
    return actions.answer(asked=asked, **({"actor": a_curator()} | said | more))


# To ask


def test_a_stranger_asks_and_reads_by_when_somebody_calls(client: Client):
    answer = client.post("/help/", SAID, follow=True)

    asked = HelpRequest.objects.get()
    assert (asked.name, asked.reach, asked.about, asked.place_id, asked.learner) == (
        *("Bà Sáu", "0901 234 567", "Không thấy lớp gần nhà.", NINH_KIEU, None),
    )
    assert asked.due_on == date(2026, 11, 23)  # Monday: asked on a Saturday
    assert "chậm nhất thứ Hai 23/11/2026" in answer.content.decode()


def test_every_page_has_the_helpline_and_the_way_to_a_person(client: Client, settings):
    settings.HELPLINE, settings.HELPLINE_HOURS = "1800 0000", "Thứ Hai đến thứ Sáu, 8:00–17:00"

    for path in ("/", "/courses/", "/account/sign-in/", "/en/help/"):
        page = client.get(path).content.decode()
        assert "tel:18000000" in page
        assert "Thứ Hai đến thứ Sáu" in page
        assert "/help/" in page


def test_whoever_gets_no_further_reads_whom_to_call_or_where_to_ask(client, settings):
    settings.HELPLINE = "1800 0000"
    to_call = queries.how_to_ask()
    settings.HELPLINE = ""

    assert to_call == "gọi 1800 0000"
    assert queries.how_to_ask() == "bấm «Nhờ người giúp» ở cuối trang"
    assert '<a href="/help/">Nhờ người giúp</a>' in client.get("/account/sign-in/").content.decode().split("<footer")[1]


def test_who_is_signed_in_reads_what_became_of_it(learner_client):
    learner = a_learner(full_name="Lê Văn Hòa", place_id=NINH_KIEU)
    client = learner_client(learner)
    form = client.get("/help/").content.decode()
    client.post("/help/", SAID)
    asked = HelpRequest.objects.get()
    curator = a_curator()
    answered(asked, actor=curator, note="Đã chỉ lớp ở thư viện.")

    page = client.get("/help/").content.decode()

    assert 'value="Lê Văn Hòa"' in form
    assert asked.learner == learner
    assert "Đã chỉ lớp ở thư viện." in page
    assert curator.full_name in page


def test_a_page_sent_twice_is_one_request(client: Client):
    once = str(uuid4())

    client.post("/help/", {**SAID, "once": once})
    client.post("/help/", {**SAID, "once": once})

    assert HelpRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": ""}, "Bạn chưa ghi họ và tên"),
        ({"reach": "..."}, "Hãy viết số điện thoại"),
        ({"about": ""}, "Hãy viết vài chữ"),
        ({"about": "a" * 501}, "501"),
        ({"about": "a\0b"}, "NUL"),
    ],
    ids=["no name", "no way", "no words", "too long", "NUL"],
)
def test_what_is_missing_is_said_at_the_field_and_what_was_typed_stays(client: Client, said, told):
    page = client.post("/help/", SAID | said).content.decode()

    assert told in page
    assert ("0901 234 567" in page) is ("reach" not in said)
    assert not HelpRequest.objects.exists()


def test_nobody_is_asked_for_a_place(client: Client):
    client.post("/help/", SAID | {"province": "", "commune": ""})

    assert HelpRequest.objects.get().place is None


def test_who_waits_already_need_not_ask_again(client: Client):
    for _ in range(HELP_OPEN_PER_REACH_MAX):
        a_help_request(reach=SAID["reach"])

    page = client.post("/help/", SAID).content.decode()

    assert "Bạn đã hỏi rồi" in page
    assert HelpRequest.objects.count() == HELP_OPEN_PER_REACH_MAX


WRITTEN = [
    "0901234567",
    "+84 901 234 567",
    "84901234567 buổi tối",
    "(090) 123.45-67, sau 17 giờ",
    "bà Sáu 0901 234 567",
]


@pytest.mark.parametrize("reach", WRITTEN)
def test_however_a_number_is_written_it_is_one(client: Client, reach: str):
    for _ in range(HELP_OPEN_PER_REACH_MAX):
        a_help_request(reach=SAID["reach"])

    client.post("/help/", SAID | {"reach": reach})

    assert HelpRequest.objects.count() == HELP_OPEN_PER_REACH_MAX


@pytest.mark.parametrize("reach", ["0901 234 568", "Sau@example.vn", "nhà bà Sáu", "025 123"])
def test_another_way_to_be_reached_is_another(client: Client, reach: str):
    for said in (SAID["reach"], "bay@example.vn", "nhà bà Bảy"):
        for _ in range(HELP_OPEN_PER_REACH_MAX):
            a_help_request(reach=said)

    client.post("/help/", SAID | {"reach": reach})

    assert HelpRequest.objects.filter(reach=reach).count() == 1


def test_strangers_fill_one_commune_and_no_other(client: Client, monkeypatch):
    monkeypatch.setattr("learners.rules.HELP_OPEN_PER_COMMUNE_MAX", 1)
    a_help_request()

    page = client.post("/help/", SAID).content.decode()
    client.post("/help/", SAID | {"province": "", "commune": ""})

    assert "quá đông" in page
    assert HelpRequest.objects.get(reach=SAID["reach"]).place is None


def test_strangers_without_a_commune_have_a_limit_too(client: Client, monkeypatch):
    monkeypatch.setattr("learners.rules.HELP_OPEN_NOWHERE_MAX", 1)
    a_help_request(place=None)

    page = client.post("/help/", SAID | {"province": "", "commune": ""}).content.decode()

    assert "quá đông" in page


def test_no_stranger_holds_up_who_is_signed_in(learner_client, monkeypatch):
    """Not by their commune, their number, or the network they share."""
    monkeypatch.setattr("learners.rules.HELP_OPEN_PER_COMMUNE_MAX", HELP_OPEN_PER_REACH_MAX)
    for _ in range(HELP_OPEN_PER_REACH_MAX):
        a_help_request(reach=SAID["reach"])
    for _ in range(HELP_POSTS_PER_IP.times + 1):
        refused = Client().post("/help/", {})
    learner = a_learner()

    learner_client(learner).post("/help/", SAID)

    assert refused.status_code == 429
    assert HelpRequest.objects.filter(learner=learner).count() == 1


def test_who_is_signed_in_need_not_ask_again(learner_client):
    client = learner_client(a_learner())

    pages = [
        client.post("/help/", SAID | {"reach": f"0901 234 {number:03}"})
        for number in range(HELP_OPEN_PER_PERSON_MAX + 1)
    ]

    assert "Bạn đã hỏi rồi" in pages[-1].content.decode()
    assert HelpRequest.objects.count() == HELP_OPEN_PER_PERSON_MAX


def test_one_network_asks_sixty_times_a_day(client: Client, monkeypatch):
    monkeypatch.setitem(limits.RATES, "help_day", "2/86400s/key")

    answers = [client.post("/help/", {}, REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(3)]

    assert answers == [200, 200, 429]


def test_one_network_address_asks_only_so_often(client: Client):
    for _ in range(HELP_POSTS_PER_IP.times):
        client.post("/help/", {})

    refused = client.post("/help/", SAID)

    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert not HelpRequest.objects.exists()


# To call back


def test_an_instructor_of_the_commune_calls_and_closes(learner_client):
    organization = an_organization()
    instructor = a_learner()
    a_membership(organization=organization, learner=instructor, role=Role.INSTRUCTOR)
    asked, elsewhere = a_help_request(about="Quên cách đăng nhập."), a_help_request(place=None, about="Nơi khác.")
    client = learner_client(instructor)
    desk = f"/organizations/{organization.public_id}/"

    overview, waiting = client.get(desk).content.decode(), client.get(f"{desk}help/").content.decode()
    page = client.get(f"{desk}help/{asked.public_id}/").content.decode()
    client.post(f"{desk}help/{asked.public_id}/", CLOSED)

    assert "1 người nhờ gọi lại" in overview
    assert "Quên cách đăng nhập." in waiting
    assert elsewhere.about not in waiting
    assert asked.reach in page
    given = HelpAnswer.objects.get()
    assert (given.request, given.tag, given.outcome, given.note, given.answered_by, given.answered_for) == (
        *(asked, "FINDING", "HELPED", CLOSED["note"], instructor, organization),
    )
    assert client.get(f"{desk}help/{asked.public_id}/").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        lambda organization, asked: setattr(organization, "status", OrganizationStatus.REGISTERED),
        lambda organization, asked: HelpRequest.objects.filter(pk=asked.pk).update(learner=organization.registered_by),
    ],
    ids=["not verified", "one's own"],
)
def test_who_has_no_part_in_it_finds_nothing(change, learner_client):
    organization, asked = an_organization(), a_help_request()
    change(organization, asked)
    organization.save()
    client = learner_client(organization.registered_by)

    answer = client.post(f"/organizations/{organization.public_id}/help/{asked.public_id}/", CLOSED)

    assert answer.status_code == 404
    assert not HelpAnswer.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "other commune", "asked it"])
def test_the_action_refuses_who_may_not_answer(who):
    curator = a_curator()
    asked = a_help_request(learner=curator if who == "asked it" else None)
    elsewhere = an_organization(place=Place.objects.filter(parent="92").exclude(code=NINH_KIEU)[0])
    given = {
        "stranger": {"actor": a_learner()},
        "other commune": {"actor": elsewhere.registered_by, "organization": elsewhere},
        "asked it": {"actor": curator},
    }[who]

    with pytest.raises(actions.NotTheirsToAnswer):
        answered(asked, **given)

    assert not HelpAnswer.objects.exists()


def test_the_first_answer_stays():
    asked, curator = a_help_request(), a_curator()
    first = answered(asked, actor=curator)

    again = answered(asked, actor=curator, now=NOW + timedelta(hours=1))
    with pytest.raises(actions.AnsweredAlready):
        answered(asked, outcome=HelpOutcome.NOT_REACHED)

    assert again == first
    assert HelpAnswer.objects.get().outcome == HelpOutcome.HELPED


def test_a_curator_is_told_of_what_no_organisation_answers_in_time(learner_client):
    an_organization()
    near, nowhere = a_help_request(), a_help_request(place=None, about="Ở xa.")
    client = learner_client(a_curator())

    today = list(queries.for_curators(today=date(2026, 11, 23)))
    later = set(queries.for_curators(today=date(2026, 11, 24)))
    page = client.get("/admin/learners/helprequest/?waits=curators").content.decode()
    one = client.get(f"/admin/learners/helprequest/{nowhere.pk}/change/").content.decode()
    client.post(f"/admin/learners/helprequest/{nowhere.pk}/answer/", CLOSED)

    assert today == [nowhere]
    assert later == {near, nowhere}
    assert nowhere.name not in page
    assert "Ở xa." in one
    assert nowhere.answer.answered_for is None


def test_the_desk_keeps_what_was_typed(learner_client):
    asked = a_help_request()

    page = learner_client(a_curator()).post(f"/admin/learners/helprequest/{asked.pk}/answer/", {"note": "Đã gọi."})

    assert "Đã gọi." in page.content.decode()
    assert not HelpAnswer.objects.exists()


# The numbers


def test_what_was_asked_is_counted_by_month(client: Client):
    for tag, ago in (("FINDING", 0), ("FINDING", 1), ("DEVICE", 1), ("RECORD", 40), ("OTHER", 400)):
        answered(a_help_request(), tag=HelpTag(tag), now=NOW - timedelta(days=ago))

    months = queries.by_month(now=NOW)
    page = client.get("/help/numbers/").content.decode()

    assert [(month.first_day, month.total) for month in months] == [(date(2026, 11, 1), 3), (date(2026, 10, 1), 1)]
    assert [times for _label, times in months[0].tags] == [2, 1]
    assert "11/2026" in page


# The helper


def test_the_helper_of_the_commune_is_shown_to_who_asks_there(learner_client, client: Client):
    organization = an_organization(name_vi="Thư viện Ninh Kiều", address="5 Phan Đình Phùng")
    said = {"name": "Cô Lan", "phone": "0292 382 0000", "hours_vi": "thứ Ba, 8:00–10:00", "hours_en": "Tuesday, 8–10"}
    learner_client(organization.registered_by).post(f"/organizations/{organization.public_id}/helper/", said)

    page = Client().get(f"/help/?commune={NINH_KIEU}").content.decode()
    english = Client().get(f"/en/help/?commune={NINH_KIEU}").content.decode()
    elsewhere = Client().get("/help/?commune=00000").content.decode()

    for words in ("Cô Lan", "tel:02923820000", "thứ Ba, 8:00–10:00", "Thư viện Ninh Kiều", "5 Phan Đình Phùng"):
        assert words in page
    assert "Tuesday, 8–10" in english
    assert "Cô Lan" not in elsewhere


def test_one_helper_at_a_time_and_the_name_of_the_one_before_goes():
    organization = an_organization()
    manager = organization.registered_by
    said = {"phone": "", "hours_vi": "sáng", "hours_en": "", "organization": organization, "actor": manager, "now": NOW}

    first = helpers.name(full_name="Cô Lan", **said)
    same = helpers.name(full_name="Cô Lan", **said)
    second = helpers.name(full_name="Chú Tư", **said)

    assert first == same
    assert queries.helper_of(organization) == second
    assert not CommuneHelper.objects.filter(name="Cô Lan").exists()
    helpers.end(organization=organization, actor=manager, now=NOW)
    assert queries.helper_of(organization) is None


def test_only_a_manager_names_a_helper():
    organization, stranger = an_organization(), a_learner()

    with pytest.raises(helpers.UnableToName):
        helpers.end(organization=organization, actor=stranger, now=NOW)
    with pytest.raises(helpers.UnableToName):
        helpers.name(
            organization=organization, actor=stranger, full_name="A", phone="", hours_vi="a", hours_en="", now=NOW
        )

    assert not CommuneHelper.objects.exists()


def test_a_suspended_organisation_shows_no_helper():
    organization = an_organization()
    said = {"phone": "", "hours_vi": "sáng", "hours_en": "", "now": NOW, "actor": organization.registered_by}
    helpers.name(organization=organization, full_name="Cô Lan", **said)
    Organization.objects.filter(pk=organization.pk).update(
        status=OrganizationStatus.SUSPENDED, suspended_at=NOW, suspended_by=a_curator()
    )

    assert queries.helpers_in(organization.place, on=NOW.date()) == []


def test_where_the_verification_has_run_out_nobody_helps_and_a_curator_is_told(learner_client, time_machine):
    organization, asked = an_organization(verified_until=NOW.date()), a_help_request(about="Quên cách đăng nhập.")
    manager, here = organization.registered_by, a_learner(place=an_organization().place)
    Organization.objects.exclude(pk=organization.pk).update(verified_until=NOW.date() - timedelta(days=1))
    said = {"phone": "", "hours_vi": "sáng", "hours_en": "", "now": NOW, "actor": manager}
    helpers.name(organization=organization, full_name="Cô Lan", **said)
    desk, tomorrow = f"/organizations/{organization.public_id}/", NOW + timedelta(days=1)

    def seen() -> tuple[object, ...]:
        client = learner_client(manager)
        at_the_desk = (
            asked.about in client.get(f"{desk}help/").content.decode(),
            "nhờ gọi lại" in client.get(desk).content.decode(),
            client.get(f"{desk}help/{asked.public_id}/").status_code == 200,
            asked not in queries.for_curators(today=timezone.localdate()),
        )
        client = learner_client(here)
        pages = [client.get(page).content.decode() for page in ("/me/data/", "/help/")]
        return (*at_the_desk, *("Cô Lan" in page for page in pages))

    on_the_last_day = seen()
    time_machine.move_to(tomorrow, tick=False)

    assert (set(on_the_last_day), set(seen())) == ({True}, {False})
    with pytest.raises(actions.NotTheirsToAnswer):
        answered(asked, actor=manager, organization=organization, now=tomorrow)


# What the database keeps


def test_the_database_takes_no_request_without_words():
    asked = a_help_request()

    with pytest.raises(IntegrityError, match="help_says_everything_or_nothing"), transaction.atomic():
        HelpRequest.objects.filter(pk=asked.pk).update(about="")


def test_the_database_shows_one_helper_of_an_organisation():
    organization = an_organization()
    said = {"name": "A", "hours_vi": "a", "named_by": organization.registered_by, "named_at": NOW}
    CommuneHelper.objects.create(organization=organization, **said)

    with pytest.raises(IntegrityError, match="helper_one_current"), transaction.atomic():
        CommuneHelper.objects.create(organization=organization, **said)


def test_every_page_names_the_helper_of_ones_own_commune_with_hours(learner_client, client: Client):
    organization = an_organization()
    said = {"full_name": "Cô Lan", "phone": "0292 382 0000", "hours_vi": "thứ Ba, 8:00–10:00", "hours_en": ""}
    helpers.name(organization=organization, actor=organization.registered_by, **said, now=NOW)
    here, elsewhere = a_learner(place=organization.place), a_learner()

    page = learner_client(here).get("/me/data/").content.decode()

    for words in ("Cô Lan", "tel:02923820000", "thứ Ba, 8:00–10:00", organization.name):
        assert words in page
    assert "Cô Lan" not in learner_client(elsewhere).get("/me/data/").content.decode()
    assert "Cô Lan" not in client.get("/").content.decode()
