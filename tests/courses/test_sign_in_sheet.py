"""Paper: a sheet to sign, keyed in later by keyboard alone; cards in the same field."""

import re
from datetime import timedelta

import pytest

from courses.choices import AttendanceStatus
from courses.models import AttendanceRecord, WalkIn
from courses.queries import attendance as queries
from courses.views import cards_shown
from tests.factories.catalog import a_published_run
from tests.factories.counter import a_card, a_registration
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_learner
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def session(instructor, time_machine):
    session = a_published_run(instructor=instructor, seats=None).class_sessions.get(position=1)
    time_machine.move_to(session.ends_at, tick=False)
    return session


def at(session, page):
    provider = session.run.version.course.provider
    return f"/en/organizations/{provider.public_id}/runs/{session.run_id}/sessions/1/{page}"


def codes(session):
    return {pk: code for code, pk in queries.line_codes(session).items()}


def on_record():
    return dict(AttendanceRecord.objects.filter(superseded_at=None).values_list("enrollment", "status"))


def test_thirty_names_are_keyed_in_one_line_of_codes(session, instructor, learner_client):
    places = [enrolled(run=session.run) for _ in range(30)]
    typed = " ".join(codes(session)[place.pk].lower() for place in places)

    answer = learner_client(instructor).post(at(session, "codes/"), {"codes": typed})

    assert answer.status_code == 302
    assert on_record() == dict.fromkeys((place.pk for place in places), "PRESENT")
    assert set(AttendanceRecord.objects.values_list("method", flat=True)) == {"PAPER"}
    assert len(typed) + 1 <= 30 * 4  # keystrokes: at two a second, 30 names take a minute


def test_enter_goes_on_and_a_wrong_code_is_told(session, instructor, learner_client):
    place = enrolled(run=session.run)
    client = learner_client(instructor)

    page = client.post(at(session, "codes/"), {"codes": f"{codes(session)[place.pk]} 77Z"})

    assert page.status_code == 200
    assert "Nobody of this class: 77Z" in page.text
    assert 'value="77Z"' in page.text
    assert "autofocus" in page.text
    assert on_record() == {place.pk: "PRESENT"}


def test_a_line_of_another_sheet_is_noticed(session):
    enrolled(run=session.run)
    other = session.run.class_sessions.get(position=2)

    assert set(queries.line_codes(session)).isdisjoint(queries.line_codes(other))
    assert queries.sheet_code(session) != queries.sheet_code(other)


def test_a_sheet_printed_earlier_says_the_same_after_others_enrolled_and_left(session):
    first, second = enrolled(run=session.run), enrolled(run=session.run)
    printed = codes(session)
    first.state, first.withdrawn_at = "WITHDRAWN", session.starts_at
    first.save()
    enrolled(run=session.run)

    assert codes(session)[second.pk] == printed[second.pk]


def test_ticks_walk_ins_and_the_rest_in_one_sending(session, instructor, learner_client):
    ticked, other, marked = (enrolled(run=session.run) for _ in range(3))
    attended(marked, session, by=instructor, status=AttendanceStatus.EXCUSED)

    learner_client(instructor).post(
        at(session, "codes/"),
        {"codes": "", f"here-{ticked.pk}": "on", "name": "Lý Văn Tư", "phone": "0912345678", "rest": "1"},
    )

    assert on_record() == {ticked.pk: "PRESENT", other.pk: "ABSENT", marked.pk: "EXCUSED"}
    assert WalkIn.objects.get().method == "PAPER"


def test_nobody_is_marked_absent_while_a_code_is_nobody_s(session, instructor, learner_client):
    signed, other = enrolled(run=session.run), enrolled(run=session.run)
    code, client = codes(session)[signed.pk], learner_client(instructor)

    page = client.post(at(session, "codes/"), {"codes": f"{code} 1?", "rest": "1"})

    assert "Nobody is marked absent yet" in page.text
    assert on_record() == {signed.pk: "PRESENT"}
    client.post(at(session, "codes/"), {"codes": "", "rest": "1"})
    assert on_record() == {signed.pk: "PRESENT", other.pk: "ABSENT"}


def test_nor_where_somebody_has_said_something_else_since(session, instructor, learner_client):
    place, other = enrolled(run=session.run), enrolled(run=session.run)
    manager = session.run.version.course.provider.registered_by
    attended(place, session, by=manager, status=AttendanceStatus.EXCUSED)
    shown_before = f"{place.pk}:0 {other.pk}:0"

    learner_client(instructor).post(
        at(session, "codes/"), {"codes": codes(session)[place.pk], "rest": "1", "seen": shown_before}
    )

    assert on_record() == {place.pk: "EXCUSED"}


def test_of_a_line_that_is_too_long_the_rest_waits_in_the_field(session, instructor, learner_client):
    first, last = enrolled(run=session.run), enrolled(run=session.run)
    line = " ".join([codes(session)[first.pk]] * 200 + [codes(session)[last.pk]])

    page = learner_client(instructor).post(at(session, "codes/"), {"codes": line, "rest": "1"})

    assert f'value="{codes(session)[last.pk]}"' in page.text
    assert on_record() == {first.pk: "PRESENT"}


def test_what_was_ticked_stays_ticked_when_a_reason_is_missing(session, instructor, learner_client, time_machine):
    ticked, _other = enrolled(run=session.run), enrolled(run=session.run)
    time_machine.move_to(session.ends_at + timedelta(days=8), tick=False)
    manager = session.run.version.course.provider.registered_by

    page = learner_client(manager).post(at(session, "codes/"), {f"here-{ticked.pk}": "on"})

    assert page.status_code == 409
    assert re.findall(r'name="here-(\d+)" checked', page.text) == [str(ticked.pk)]


def test_who_came_without_a_place_is_written_down_once_by_one_form(session, instructor, learner_client):
    client = learner_client(instructor)
    once = re.search(r'name="once" value="([^"]+)"', client.get(at(session, "codes/")).text)[1]
    typed = {"name": "Lý Văn Tư", "phone": "", "codes": "", "once": once}

    for page in ("codes/", "codes/", "phone/"):
        client.post(at(session, page), typed)
    client.post(at(session, "codes/"), typed | {"name": "Cao Thị Năm"})  # by the browser's way back
    client.post(at(session, "codes/"), typed | {"once": "x"})

    assert list(WalkIn.objects.order_by("pk").values_list("full_name", flat=True)) == [
        "Lý Văn Tư",
        "Cao Thị Năm",
        "Lý Văn Tư",
    ]


@pytest.mark.parametrize("shown", ["code", "address", "secret"])
def test_a_card_is_taken_in_the_same_field(session, instructor, learner_client, shown):
    registration = a_registration(organization=session.run.version.course.provider, now=session.starts_at)
    printed = a_card(registration, now=session.starts_at)
    place = enrolled(registration.learner, session.run)
    said = {
        "code": printed.code,
        "address": f"https://hoc.example.vn/card/{printed.secret}/",
        "secret": printed.secret,
    }[shown]

    learner_client(instructor).post(at(session, "codes/"), {"codes": said})

    assert on_record() == {place.pk: "PRESENT"}
    assert AttendanceRecord.objects.get().method == "CARD"


def test_the_card_of_who_is_not_in_the_class_marks_nobody(session, instructor, learner_client):
    registration = a_registration(organization=session.run.version.course.provider, now=session.starts_at)
    printed = a_card(registration, now=session.starts_at)

    page = learner_client(instructor).post(at(session, "codes/"), {"codes": printed.code})

    assert "Nobody of this class" in page.text
    assert on_record() == {}
    assert registration.learner.full_name not in page.text


def test_nobody_ticks_themself(session, instructor, learner_client):
    manager = session.run.version.course.provider.registered_by
    own = enrolled(manager, session.run)

    answer = learner_client(manager).post(at(session, "codes/"), {f"here-{own.pk}": "on"})

    assert answer.status_code == 409
    assert on_record() == {}


def test_the_sheet_has_every_name_with_its_code(session, instructor, learner_client):
    hoa = enrolled(a_learner(full_name="Lê Văn Hòa"), session.run)

    answer = learner_client(instructor).get(at(session, "sheet.pdf"))

    assert answer["Content-Type"] == "application/pdf"
    document = Pdf(answer.content)
    text = document.text
    assert "<pdfuaid:part>1<" in document.metadata
    assert "Lê Văn Hòa" in text
    assert codes(session)[hoa.pk] in text
    assert queries.sheet_code(session) in text


def test_a_long_list_takes_several_pages(session, instructor, learner_client):
    for _ in range(45):
        enrolled(run=session.run)

    answer = learner_client(instructor).get(at(session, "sheet.pdf"))

    assert len(Pdf(answer.content).pages) >= 3


def test_the_page_costs_the_same_for_one_or_thirty(session, instructor, learner_client, django_assert_num_queries):
    client = learner_client(instructor)
    client.get(at(session, "codes/"))  # the first page of a session writes down that somebody is there
    for more in (1, 29):
        for _ in range(more):
            enrolled(run=session.run)
        with django_assert_num_queries(13):  # four write down who was seen
            client.get(at(session, "codes/"))


def test_after_a_week_only_a_manager_keys_in_and_says_why(session, instructor, learner_client, time_machine):
    place = enrolled(run=session.run)
    time_machine.move_to(session.ends_at + timedelta(days=8), tick=False)
    manager = session.run.version.course.provider.registered_by
    typed = {"codes": codes(session)[place.pk]}

    assert learner_client(instructor).post(at(session, "codes/"), typed).status_code == 409
    assert learner_client(manager).post(at(session, "codes/"), typed | {"reason": "Sổ tìm thấy"}).status_code == 302

    assert on_record() == {place.pk: "PRESENT"}


def test_paper_keyed_in_late_leaves_what_somebody_has_said_since(session, instructor, learner_client):
    place, other = enrolled(run=session.run), enrolled(run=session.run)
    client = learner_client(instructor)
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(at(session, "codes/")).text)[1]
    manager = session.run.version.course.provider.registered_by
    attended(place, session, by=manager, status=AttendanceStatus.EXCUSED)

    page = client.post(at(session, "codes/"), {"codes": " ".join(codes(session).values()), "seen": seen})

    assert (page.status_code, "Changed by somebody else" in page.text) == (409, True)
    assert on_record() == {place.pk: "EXCUSED", other.pk: "PRESENT"}


# A card's code is not found by trying


@pytest.fixture
def in_class_by_card(session):
    registration = a_registration(organization=session.run.version.course.provider)
    enrolled(registration.learner, session.run)
    return a_card(registration, now=session.starts_at)


def test_after_twenty_wrong_cards_a_right_one_is_as_wrong(session, instructor, learner_client, in_class_by_card):
    client = learner_client(instructor)

    for _ in range(2):
        client.post(at(session, "codes/"), {"codes": " ".join(["AAAAAAAA"] * 10)})
    refused = client.post(at(session, "codes/"), {"codes": in_class_by_card.code})

    assert in_class_by_card.code in refused.text
    assert not AttendanceRecord.objects.exists()


def test_in_one_line_too(session, instructor, learner_client, in_class_by_card):
    line = " ".join(["AAAAAAAA"] * 20 + [in_class_by_card.code])

    learner_client(instructor).post(at(session, "codes/"), {"codes": line})

    assert not AttendanceRecord.objects.exists()


def test_right_cards_and_lines_of_the_sheet_count_for_nothing(session, instructor, learner_client, in_class_by_card):
    client = learner_client(instructor)

    for _ in range(25):
        client.post(at(session, "codes/"), {"codes": "9Z"})
    answer = client.post(at(session, "codes/"), {"codes": in_class_by_card.code})

    assert answer.status_code == 302
    assert AttendanceRecord.objects.get().method == "CARD"


def test_a_class_has_a_limit_of_its_own(session, instructor, learner_client, in_class_by_card, monkeypatch):
    monkeypatch.setitem(cards_shown.RATES, "card_of_run", "3/3600s/key")
    manager = session.run.version.course.provider.registered_by
    learner_client(manager).post(at(session, "codes/"), {"codes": "AAAAAAAA AAAAAAAA AAAAAAAA"})

    learner_client(instructor).post(at(session, "codes/"), {"codes": in_class_by_card.code})

    assert not AttendanceRecord.objects.exists()
