"""Every night the ledger is checked; what was found is kept, logged, and stands on the curators' front page."""

from datetime import timedelta

import pytest
import structlog

from credits import tasks
from credits.actions import ledger_check
from credits.models import LedgerCheck, Seal
from credits.queries import ledger_check as queries
from tests.credits.by_hand import no_guards, refused, run
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_curator, a_learner
from tests.factories.seals import a_seal

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=1)


@pytest.fixture
def sealed():
    an_award(learner=a_learner())
    return a_seal(1)


@pytest.fixture
def broken(sealed):
    with no_guards():
        run("""UPDATE credits_journalentry SET snapshot = snapshot || '{"title_vi": ""}'""")


def test_a_sound_ledger(sealed):
    with structlog.testing.capture_logs() as logs:
        check = ledger_check.check(now=NOW)

    assert (check.findings_count, check.first_finding) == (0, "")
    assert (check.seal, bytes(check.head_hash)) == (sealed, bytes(sealed.hash))
    assert logs == []
    assert LedgerCheck.objects.count() == 1


def test_an_unsound_ledger_is_kept_and_logged(broken):
    with structlog.testing.capture_logs() as logs:
        check = ledger_check.check(now=NOW)

    (line,) = logs
    assert (line["log_level"], line["invariant"]) == ("error", "L09")
    assert check.findings_count == 1
    assert check.first_finding == f"L09: {line['detail']}"


def test_a_ledger_without_a_seal():
    check = ledger_check.check(now=NOW)

    assert (check.findings_count, check.seal, check.head_hash) == (0, None, None)


def test_a_seal_that_a_check_has_seen_cannot_be_exchanged(sealed):
    ledger_check.check(now=NOW)
    with no_guards():
        run("DELETE FROM credits_sealnode")
        run("DELETE FROM credits_sealleaf")
        run("UPDATE credits_seal SET hash = sha256('x')")

    check = ledger_check.check(now=NOW + DAYS)

    assert check.findings_count > 1
    with structlog.testing.capture_logs() as logs:
        ledger_check.check(now=NOW + DAYS)
    assert [line for line in logs if "saw seal 1 with another hash" in line["detail"]]


@pytest.mark.parametrize(
    "columns",
    [
        {"findings_count": 0, "first_finding": "L09"},
        {"findings_count": 1, "first_finding": ""},
        {"head_hash": None},
        {"seal_id": None},
    ],
    ids=str,
)
def test_a_check_that_contradicts_itself_is_refused(sealed, columns):
    row = {"checked_at": NOW, "findings_count": 0, "first_finding": "", "unfinished": ""}
    row |= {"seal_id": 1, "head_hash": b"x"} | columns
    names = ", ".join(row)
    values = ", ".join("NULL" if value is None else f"'{value}'" for value in row.values())

    assert "ledger_check_" in refused(
        f"INSERT INTO credits_ledgercheck ({names}) VALUES ({values})".replace("b'x'", "x")
    )


# What a curator is told ----------------------------------------------------------------------------------------------


def test_nothing_is_said_of_a_ledger_without_entries():
    assert queries.alarms(now=NOW) == queries.Alarms(findings=0, unfinished=0, days_unchecked=0, days_unsealed=0)


@pytest.mark.parametrize(("days", "said"), [(0, 0), (2, 0), (3, 3), (10, 10)])
def test_a_ledger_nobody_checks_or_seals_is_told(days, said):
    an_award(learner=a_learner())

    alarms = queries.alarms(now=NOW + days * DAYS)

    assert alarms == queries.Alarms(findings=0, unfinished=0, days_unchecked=said, days_unsealed=said)


@pytest.mark.parametrize(("days", "said"), [(1, 0), (3, 0), (4, 3)])
def test_a_night_that_was_missed_is_told_after_two(sealed, days, said):
    ledger_check.check(now=NOW + DAYS)  # the seal is of the same moment

    alarms = queries.alarms(now=NOW + days * DAYS)

    assert (alarms.days_unchecked, alarms.days_unsealed) == (said, said)


def test_what_the_newest_check_found_is_told(broken):
    ledger_check.check(now=NOW)

    assert queries.alarms(now=NOW).findings == 1


def a_check(day, findings, unfinished=""):
    return LedgerCheck.objects.create(
        checked_at=NOW + day * DAYS,
        findings_count=findings,
        first_finding="L09" if findings else "",
        unfinished=unfinished,
    )


@pytest.mark.parametrize(
    ("nights", "told"),
    [
        ([(3, ""), (0, "L09")], 3),
        ([(3, ""), (0, "L09"), (0, "L09, SEAL")], 3),
        ([(2, "L09"), (3, "L05"), (1, "L09")], 3),
        ([(3, ""), (0, ""), (0, "L09")], 0),
        ([(3, ""), (0, "L09"), (0, "")], 0),
        ([(3, ""), (5, "L09")], 5),
    ],
    ids=[
        "hidden by one", "hidden by two", "none was ever finished", "cleared before", "cleared since", "more found",
    ],
)  # fmt: skip
def test_a_check_that_was_not_finished_clears_nothing(nights, told):
    for day, (findings, unfinished) in enumerate(nights):
        a_check(day, findings, unfinished)

    assert queries.alarms(now=NOW + len(nights) * DAYS).findings == told


def test_the_alarms_cost_three_queries(sealed, django_assert_num_queries):
    ledger_check.check(now=NOW)

    with django_assert_num_queries(3):
        queries.alarms(now=NOW)


def test_the_curators_front_page_says_it(client, broken, time_machine):
    ledger_check.check(now=NOW)
    time_machine.move_to(NOW + 5 * DAYS)
    client.force_login(a_curator())

    page = client.get("/admin/").content.decode()
    rows = client.get("/admin/").context["waiting"]

    assert [(number, where) for _words, number, where in rows][-3:] == [
        (1, "/admin/credits/ledgercheck/"),
        (5, "/admin/credits/ledgercheck/"),
        (4, "/admin/credits/seal/"),
    ]
    assert "Số ngày từ lần kiểm sổ gần nhất" in page
    for _words, _number, where in rows[-3:]:
        assert client.get(where).status_code == 200
    assert client.get("/admin/credits/seal/1/change/").status_code == 200
    assert client.get(f"/admin/credits/ledgercheck/{LedgerCheck.objects.get().pk}/change/").status_code == 200


def test_nothing_is_said_when_all_is_well(client, sealed, time_machine):
    time_machine.move_to(NOW + DAYS)
    ledger_check.check(now=NOW + DAYS)
    client.force_login(a_curator())

    assert len(client.get("/admin/").context["waiting"]) == 10  # what waits for a decision, as ever


# The jobs ------------------------------------------------------------------------------------------------------------


def test_the_jobs_do_it_now(time_machine):
    an_award(learner=a_learner())
    time_machine.move_to(NOW, tick=False)

    assert (tasks.seal_records(), tasks.seal_records(), tasks.verify_ledger()) == (1, 1, 0)

    assert Seal.objects.get().sealed_at == NOW
    assert LedgerCheck.objects.get().checked_at == NOW
