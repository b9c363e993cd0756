"""Who has read my record: every reading by somebody at work is written first, and the learner reads it."""

from datetime import datetime, timedelta

import pytest
from django.contrib.admin import site
from django.db import DatabaseError, transaction
from django.utils import timezone

from credits.actions import access
from credits.admin.reads import LoggedReads
from credits.choices import Reading, Shown
from credits.models import LedgerAccess
from tests.credits.by_hand import owner, run
from tests.factories.ledger import a_merge, an_award, an_undoing
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
PAGE = "/me/record/readers/"
MODELS = {"account": "ACCOUNT", "journalentry": "ENTRY", "posting": "ENTRY"}


def rows():
    return list(LedgerAccess.objects.order_by("pk").values_list("learner", "what"))


def row_of(page, learner):
    entry = learner.journal_entries.get()
    return {"account": learner.ledger_accounts.get(), "journalentry": entry, "posting": entry.postings.get()}[page]


@pytest.mark.parametrize("page", MODELS)
def test_a_list_at_the_desk_writes_one_reading_for_each_person_on_it(learner_client, page):
    twice, once, absent = a_learner(), a_learner(), a_learner()
    for learner in (twice, twice, once):
        an_award(learner=learner)

    learner_client(a_curator()).get(f"/admin/credits/{page}/")

    assert rows() == [(twice.pk, "LIST"), (once.pk, "LIST")]
    assert not LedgerAccess.objects.filter(learner=absent).exists()


@pytest.mark.parametrize("page", MODELS)
def test_only_who_is_found_is_written(learner_client, page):
    learner = a_learner()
    an_award(learner=learner)
    an_award(learner=a_learner())
    number = {"posting": learner.journal_entries.get().public_id}.get(page, learner.ledger_number)

    learner_client(a_curator()).get(f"/admin/credits/{page}/", {"q": str(number)})

    assert rows() == [(learner.pk, "SEARCH")]


@pytest.mark.parametrize("page", MODELS)
@pytest.mark.parametrize("act", ["change", "history"])
def test_one_row_at_the_desk_is_a_reading(learner_client, page, act):
    learner = a_learner()
    an_award(learner=learner)

    answer = learner_client(a_curator()).get(f"/admin/credits/{page}/{row_of(page, learner).pk}/{act}/")

    assert answer.status_code == 200
    assert rows() == [(learner.pk, MODELS[page])]


def test_nothing_is_written_where_nothing_is_shown(learner_client):
    an_award(learner=a_learner())
    issuer = an_organization()
    an_award(learner=a_learner(), issuer=issuer)
    client = learner_client(a_curator())

    client.get("/admin/credits/journalentry/", {"q": "nothing like it"})
    client.get(f"/admin/credits/account/{issuer.ledger_accounts.get().pk}/change/")  # nobody's record
    client.get("/admin/")

    assert rows() == []


@pytest.mark.parametrize("who", [lambda: a_learner(), lambda: a_learner(is_staff=True)], ids=["learner", "no rights"])
def test_who_is_refused_has_read_nothing(learner_client, who):
    learner = a_learner()
    entry = an_award(learner=learner)
    client = learner_client(who())

    answers = [
        client.get("/admin/credits/journalentry/"),
        client.get(f"/admin/credits/journalentry/{entry.pk}/change/"),
        client.get(f"/admin/credits/journalentry/{entry.pk}/history/"),
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert rows() == []


def test_ones_own_ledger_is_not_somebody_elses_reading(learner_client):
    curator = a_curator()
    an_award(learner=curator)

    learner_client(curator).get("/admin/credits/account/")

    assert rows() == []


def test_a_reading_that_cannot_be_written_shows_nothing(learner_client, monkeypatch):
    an_award(learner=a_learner(full_name="Đinh Văn Kín"))
    client = learner_client(a_curator())
    with owner():
        run("REVOKE INSERT ON credits_ledgeraccess FROM lh_app")

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        client.get("/admin/credits/journalentry/")

    with owner():
        run("GRANT INSERT ON credits_ledgeraccess TO lh_app")


def test_the_learner_reads_who_when_what_and_why(learner_client):
    learner, issuer, curator = a_learner(), an_organization(), a_curator()
    access.record(reader=curator, learner_ids={learner.pk}, what=Reading.STATEMENT, reason="Học viện hỏi.", now=NOW)
    access.record(
        reader=issuer.registered_by, learner_ids={learner.pk}, what=Reading.LIST, organization=issuer, now=NOW
    )

    page = learner_client(learner).get(PAGE).content.decode()

    for words in ("Phạm Thu Hà, quản trị nội dung của cổng", "lý do: Học viện hỏi.", "Thứ Bảy 21/11/2026, 10:00"):
        assert words in page
    assert f"Nguyễn Thị Bảy, người quản lý {issuer.name}" in page
    assert str(learner.ledger_number) in page


def test_each_sees_their_own_log(learner_client):
    learner = a_learner()
    access.record(reader=a_curator(), learner_ids={a_learner().pk}, what=Reading.ENTRY, now=NOW)

    assert "Ngoài bạn, chưa ai xem sổ này" in learner_client(learner).get(PAGE).content.decode()


@pytest.mark.parametrize(("number", "rows"), [("1", 30), ("2", 5), ("x", 30)])
def test_the_log_page_by_page_at_a_constant_cost(learner_client, django_assert_num_queries, number, rows):
    learner, curator = a_learner(), a_curator()
    for _ in range(35):
        access.record(reader=curator, learner_ids={learner.pk}, what=Reading.ENTRY, now=NOW)
    client = learner_client(learner)

    with django_assert_num_queries(5):  # session, learner, count, the page; whether they work for an organisation
        page = client.get(PAGE, {"page": number})

    assert len(page.context["page"].object_list) == rows


@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_nobody_changes_the_log(statement):
    access.record(reader=a_curator(), learner_ids={a_learner().pk}, what=Reading.ENTRY, now=NOW)
    sql = statement.format("credits_ledgeraccess")

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run(sql)
    with owner(), pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
        run(sql)

    assert LedgerAccess.objects.get().reason == ""


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda row: {**row, "reader": row["learner"]}, "ledger_access_by_somebody_else"),
        (lambda row: {**row, "what": "STATEMENT"}, "ledger_access_statement_says_why"),
    ],
    ids=["oneself", "a whole record without a reason"],
)
def test_the_database_refuses(change, name):
    row = {"learner": a_learner(), "reader": a_curator(), "read_at": NOW, "what": "ENTRY"}

    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        LedgerAccess.objects.create(**change(row))


def test_who_read_a_merged_account_is_told_to_who_uses_the_one_that_was_kept(learner_client):
    """Through every merge that stands, and no longer than it stands."""
    first, second, kept, stranger = a_learner(), a_learner(), a_learner(), a_learner()
    a_merge(second, first)
    done = a_merge(kept, second)
    readers = [a_learner(is_staff=True, full_name=f"Người đọc {number}") for number in range(4)]
    for reader, learner in zip(readers, (first, second, kept, stranger), strict=True):
        access.record(reader=reader, learner_ids={learner.pk}, what=Reading.ENTRY, now=NOW)

    def seen():
        page = learner_client(kept).get(PAGE).content.decode()
        return [number for number in range(4) if f"Người đọc {number}" in page]

    assert seen() == [0, 1, 2]
    an_undoing(done)
    assert seen() == [2]


def test_a_list_is_written_once_a_day_whatever_way_it_is_looked_at(learner_client, time_machine):
    """Each person on it is told of each reader, each list and each day; who comes onto it later, then."""
    learner, later, curator = a_learner(), a_learner(), a_curator()
    an_award(learner=learner)
    client = learner_client(curator)
    midnight = timezone.make_aware(datetime(2026, 11, 22))

    def look(now, *pages):
        time_machine.move_to(now, tick=False)
        for page in pages:
            assert client.get(f"/admin/credits/{page}").status_code == 200

    look(midnight - timedelta(hours=3), "journalentry/", "journalentry/?reason__exact=COURSE_COMPLETION", "posting/")
    an_award(learner=later)
    look(midnight - timedelta(seconds=1), "journalentry/", "journalentry/")
    look(midnight, "journalentry/", "journalentry/")
    learner_client(a_curator()).get("/admin/credits/journalentry/")

    assert list(LedgerAccess.objects.filter(learner=learner).order_by("pk").values_list("reason", flat=True)) == [
        "journalentry",
        "posting",
        "journalentry",
        "journalentry",
    ]
    assert LedgerAccess.objects.filter(learner=later).count() == 3


def test_the_learner_reads_which_list_it_was(learner_client):
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)
    manager = learner_client(issuer.registered_by)

    for page in ("credit", "credit", "disputes", "requests"):
        manager.get(f"/organizations/{issuer.public_id}/{page}/")

    page = learner_client(learner).get(PAGE).content.decode()
    assert page.count("Danh sách gồm dòng của nhiều người: ") == 1
    assert "riêng danh sách thì mỗi ngày ghi một lần" in page


@pytest.mark.parametrize(
    "search",
    [
        lambda learner: {"q": str(learner.ledger_number)},
        lambda learner: {"q": str(learner.ledger_number), "reason__exact": "COURSE_COMPLETION"},
        lambda learner: {"recorded_at": NOW.isoformat()},  # the desk takes a moment, though no filter offers one
        lambda learner: {
            "recorded_at__gte": NOW.isoformat(),
            "recorded_at__lt": (NOW + timedelta(microseconds=1)).isoformat(),
        },
    ],
    ids=["words", "words and filter", "moment", "between moments"],
)
def test_who_is_looked_for_is_told_each_time(learner_client, search):
    """Looked at is then one person, and not a list that they are on too."""
    learner = a_learner()
    an_award(learner=learner)
    client = learner_client(a_curator())

    for words in ({}, search(learner), search(learner), {}):
        assert client.get("/admin/credits/journalentry/", words).status_code == 200

    assert rows() == [(learner.pk, "LIST"), (learner.pk, "SEARCH"), (learner.pk, "SEARCH")]


def test_what_the_filters_offer_is_the_same_look(learner_client):
    an_award(learner=a_learner())
    client = learner_client(a_curator())
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)

    week = {"recorded_at__gte": str(today - timedelta(days=7)), "recorded_at__lt": str(today + timedelta(days=1))}
    offered = [{}, {"reason__exact": "COURSE_COMPLETION"}, {"recorded_at__year": 2026}, {"o": 1}, {"p": 1}, week]
    for words in offered:
        assert client.get("/admin/credits/journalentry/", words).status_code == 200

    assert [what for _, what in rows()] == ["LIST"]


def test_who_is_looked_for_at_an_organization_is_told_each_time(learner_client):
    learner, issuer = a_learner(full_name="Đinh Văn Kín"), an_organization()
    an_award(learner=learner, issuer=issuer)
    client = learner_client(issuer.registered_by)

    for words in ("", "Đinh Văn Kín", "Đinh Văn Kín", " "):
        client.get(f"/organizations/{issuer.public_id}/credit/", {"q": words})

    assert rows() == [(learner.pk, "LIST"), (learner.pk, "SEARCH"), (learner.pk, "SEARCH")]
    page = learner_client(learner).get(PAGE).content.decode()
    assert page.count("Dòng tìm thấy khi tra cứu: tín chỉ đơn vị đã ghi") == 2


def test_a_list_is_the_same_list_in_both_languages(learner_client):
    """It is kept in neither: the learner reads it in theirs, whatever the reader read in."""
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer)
    curator = a_curator()

    for language in ("", "/en"):
        for reader, path in (
            (issuer.registered_by, f"/organizations/{issuer.public_id}/credit/"),
            (curator, "/admin/credits/lot/"),
        ):
            assert learner_client(reader).get(language + path).status_code == 200

    assert list(LedgerAccess.objects.order_by("pk").values_list("reason", flat=True)) == ["issued", "lot"]
    client = learner_client(learner)
    for language, words in (
        ("/en", ("in a list: credit the organisation has given", "in a list: credit of all records")),
        ("", ("nhiều người: tín chỉ đơn vị đã ghi", "nhiều người: tín chỉ trong các sổ")),
    ):
        page = client.get(language + PAGE).content.decode()
        assert [text for text in words if text not in page] == []


def test_every_list_of_the_desk_has_a_name_for_learners():
    logged = {model._meta.model_name for model, desk in site._registry.items() if isinstance(desk, LoggedReads)}

    assert logged <= set(Shown)
    assert len(logged) > len(MODELS)


def test_a_form_sent_again_within_the_hour_is_one_reading_and_says_of_what(learner_client):
    learner, issuer = a_learner(), an_organization()
    entry = an_award(learner=learner, issuer=issuer)
    client = learner_client(issuer.registered_by)
    path = f"/organizations/{issuer.public_id}/credit/{entry.public_id}/reversal/"

    for answer in (client.get(path), client.post(path), client.post(path)):
        assert answer.status_code == 200

    assert rows() == [(learner.pk, "ENTRY")]
    assert LedgerAccess.objects.get().reason == "for_reversal: Sơ cấp cứu tại nhà"
    assert "để đề nghị ghi đảo: Sơ cấp cứu tại nhà" in learner_client(learner).get(PAGE).content.decode()


def test_the_same_is_written_again_after_an_hour_and_another_thing_at_once():
    learner, curator = a_learner(), a_curator()

    for minutes, about in ((0, "A"), (59, "A"), (59, "B"), (60, "A")):
        now = NOW + timedelta(minutes=minutes)
        access.record(reader=curator, learner_ids={learner.pk}, what=Reading.ENTRY, about=about, now=now)

    assert list(LedgerAccess.objects.order_by("pk").values_list("reason", flat=True)) == ["A", "B", "A"]
