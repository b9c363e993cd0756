"""A person's whole record at the desk: for a reason, written first."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from credits.actions import access
from credits.choices import Reading
from credits.models import LedgerAccess
from learners.actions import curator as curators
from learners.choices import MessageKind, Seen
from learners.models import Message
from learners.rules import READ_OFTEN
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = pytest.mark.django_db
PAGE = "/admin/credits/journalentry/reading/"


@pytest.fixture
def learner():
    learner = a_learner(full_name="Đinh Văn Kín")
    an_award(learner=learner, title_vi="Trồng rau")
    return learner


def test_the_desk_leads_to_the_form(learner_client):
    client = learner_client(a_curator())

    assert f'href="{PAGE}"' in client.get("/admin/").content.decode()
    assert client.get(PAGE).status_code == 200
    assert reverse("admin:credits_reading") == PAGE


def test_with_a_reason_the_record_is_shown_and_the_reading_written(learner_client, learner):
    curator = curators.appoint(address="ha@hocsuotdoi.example", full_name="Phạm Thu Hà", now=NOW)

    answer = learner_client(curator).post(PAGE, {"ledger_number": learner.ledger_number, "reason": "Người học gọi."})

    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("Đinh Văn Kín", "Trồng rau", "Lần xem này của bạn được ghi lại và người học thấy.", "Người học gọi."):
        assert words in page
    assert "/dispute/" not in page  # only the learner reports
    (written,) = LedgerAccess.objects.all()
    assert (written.learner, written.reader, written.organization) == (learner, curator, None)
    assert (written.what, written.reason) == ("STATEMENT", "Người học gọi.")


def test_the_learner_is_told_that_it_was_read_and_a_letter_names_nobody(learner_client, learner):
    said = {"ledger_number": learner.ledger_number, "reason": "Người học gọi."}

    learner_client(a_curator()).post(PAGE, said)

    letter = Message.objects.get(kind=MessageKind.RECORD_READ)
    assert letter.recipient == learner
    assert set(letter.data) == {"date", "time", "link", "help_phone"}
    assert letter.data["link"].endswith("/me/record/readers/")


def test_who_is_opened_unusually_often_by_one_person_is_told_once_a_week(learner):
    reader, other = a_curator(), a_curator()

    def opened(times, *, by=reader, after=timedelta(), what=Reading.PERSON):
        for _each in range(times):
            moment = NOW + after + timedelta(seconds=Message.objects.count())
            access.record(reader=by, learner_ids={learner.pk}, what=what, reason="x", now=moment)
        return Message.objects.filter(kind=MessageKind.READ_OFTEN).count()

    assert opened(READ_OFTEN.times) == 0
    assert opened(READ_OFTEN.times, by=other) == 0
    for what in (Reading.LIST, Reading.SEARCH, Reading.PEOPLE, Reading.STATEMENT):
        assert opened(2, what=what) == 0
    assert opened(READ_OFTEN.times, after=timedelta(days=2)) == 0
    assert opened(3, after=timedelta(days=2)) == 1
    assert opened(9, after=timedelta(days=4), by=other) == 1
    assert opened(9, after=timedelta(days=10)) == 2
    letter = Message.objects.filter(kind=MessageKind.READ_OFTEN).first()
    assert letter.recipient == learner
    assert set(letter.data) == {"date", "link", "help_phone"}
    assert reader.full_name not in str(letter.data)


@pytest.mark.parametrize("seen", [Seen.COUNTER_SEARCH, Seen.DESK_SEARCH, Seen.CALL_LIST])
def test_who_stands_among_many_often_is_told_nothing(learner, seen):
    said = {"reader": a_curator(), "learner_ids": {learner.pk, a_learner().pk}, "organization": None}

    def opened(what, times, *, minute):
        for hour in range(times):
            access.record_seen(**said, seen=what, now=NOW + timedelta(hours=hour, minutes=minute))
        return Message.objects.filter(kind=MessageKind.READ_OFTEN, recipient=learner).count()

    assert opened(seen, READ_OFTEN.times + 2, minute=0) == 0
    assert opened(Seen.COUNTER_PERSON, READ_OFTEN.times, minute=1) == 0
    assert opened(seen, READ_OFTEN.times + 2, minute=2) == 0
    assert opened(Seen.ATTENDANCE, 1, minute=3) == 1


def test_a_look_at_many_costs_as_many_queries_as_at_one(learner):
    reader, others = a_curator(), {a_learner().pk for _each in range(6)}
    said = {"reader": reader, "what": Reading.DISPUTE, "about": "x"}

    costs = []
    for hour, people in enumerate([{learner.pk}, others]):
        with CaptureQueriesContext(connection) as asked:
            access.record(**said, learner_ids=people, now=NOW + timedelta(hours=2 * hour))
        costs.append(len(asked))

    assert costs[0] == costs[1]


def test_shown_twice_is_read_twice(learner_client, learner):
    client = learner_client(a_curator())

    for _ in range(2):
        client.post(PAGE, {"ledger_number": learner.ledger_number, "reason": "Người học gọi."})

    assert LedgerAccess.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "status", "fields"),
    [
        ({"reason": ""}, 403, {"reason"}),
        ({"reason": " \u200b "}, 403, {"reason"}),
        ({"reason": "x" * 501}, 403, {"reason"}),
        ({"ledger_number": "1"}, 200, {"ledger_number"}),
        ({"ledger_number": ""}, 200, {"ledger_number"}),
        ({"ledger_number": str(uuid4())}, 200, {"ledger_number"}),
    ],
    ids=["no reason", "a reason nobody can read", "too long", "no number", "nothing", "nobody's number"],
)
def test_else_nothing_is_opened_and_what_was_typed_is_kept(learner_client, learner, said, status, fields):
    typed = {"ledger_number": str(learner.ledger_number), "reason": "Người học gọi.", **said}

    answer = learner_client(a_curator()).post(PAGE, typed)

    page = answer.content.decode()
    assert (answer.status_code, set(answer.context["form"].errors)) == (status, fields)
    assert ("Đinh Văn Kín" in page, "Trồng rau" in page) == (False, False)
    assert typed["ledger_number"] in page
    assert not LedgerAccess.objects.exists()


def test_a_curator_reads_their_own_record_as_everybody_does(learner_client):
    curator = a_curator()

    answer = learner_client(curator).post(PAGE, {"ledger_number": curator.ledger_number, "reason": "Của tôi"})

    assert set(answer.context["form"].errors) == {"ledger_number"}


def test_a_blank_record(learner_client):
    learner = a_learner()

    page = learner_client(a_curator()).post(PAGE, {"ledger_number": learner.ledger_number, "reason": "Xem thử"})

    assert "Sổ này còn trang trắng" in page.content.decode()
    assert LedgerAccess.objects.get().learner == learner


@pytest.mark.parametrize(
    ("who", "status"), [(a_learner, 404), (lambda: a_learner(is_staff=True), 403)], ids=["a learner", "no rights"]
)
def test_nobody_else_comes_near(learner_client, learner, who, status):
    client = learner_client(who())

    assert client.get(PAGE).status_code == status
    assert client.post(PAGE, {"ledger_number": learner.ledger_number, "reason": "x"}).status_code == status
    assert not LedgerAccess.objects.exists()
