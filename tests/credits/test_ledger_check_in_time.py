"""A question of the check that takes too long is given up and told; what the others found is kept."""

import threading
from time import monotonic

import pytest
import structlog
from django.core.management import CommandError, call_command
from django.db import transaction

from credits import tasks
from credits.actions import ledger_check
from credits.queries import ledger
from credits.queries import ledger_check as queries
from credits.queries.invariants import INVARIANTS
from credits.queries.patience import Patience
from credits.rules import CHECK_SECONDS_MAX, CHECK_STATEMENT_SECONDS_MAX
from tests.credits.by_hand import no_guards, owner, run
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_curator, a_learner
from tests.factories.seals import a_seal
from tests.faults.together import together

ALL = [*(invariant.number for invariant in INVARIANTS), "L09", "L25", "SEAL"]


@pytest.fixture
def broken():
    """The content of an entry is not what was hashed."""
    an_award(learner=a_learner())
    a_seal(1)
    with no_guards():
        run("""UPDATE credits_journalentry SET snapshot = snapshot || '{"title_vi": ""}'""")


def while_nobody_reads(table, act):
    """Return what ``act`` answers while somebody else keeps everybody from reading the table."""
    locked, is_done = threading.Event(), threading.Event()

    @transaction.atomic
    def hold():
        with owner():
            run(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            locked.set()
            is_done.wait(30)

    def meanwhile():
        locked.wait(30)
        try:
            return act()
        finally:
            is_done.set()

    return together(hold, meanwhile)[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cause", ["CHECK_STATEMENT_SECONDS_MAX", "lock_timeout"])
def test_what_took_too_long_is_told_and_the_rest_is_kept(broken, monkeypatch, cause):
    def check():
        if cause == "lock_timeout":
            run("SET lock_timeout = '100ms'")
        else:
            monkeypatch.setattr(ledger_check, cause, 1)
        return ledger_check.check(now=NOW)

    with structlog.testing.capture_logs() as logs:
        found = while_nobody_reads("credits_sealnode", check)

    assert (found.findings_count, found.unfinished) == (1, "SEAL")
    assert found.first_finding.startswith("L09: entry ")
    assert [(line["event"], line["invariant"]) for line in logs] == [
        ("the ledger is not sound", "L09"),
        ("the check of the ledger was not finished", "SEAL"),
    ]
    assert {line["log_level"] for line in logs} == {"error"}
    assert queries.alarms(now=NOW) == queries.Alarms(findings=1, unfinished=1, days_unchecked=0, days_unsealed=0)


@pytest.mark.django_db(transaction=True)
def test_a_mistake_in_a_question_is_no_lack_of_time(broken):
    with no_guards():
        run("ALTER TABLE credits_sealnode RENAME COLUMN hash TO hashed")
    try:
        with pytest.raises(Exception, match="hash"):
            ledger.audit()
    finally:
        with no_guards():
            run("ALTER TABLE credits_sealnode RENAME COLUMN hashed TO hash")


@pytest.mark.django_db
def test_once_the_time_is_up_no_question_is_begun(broken, django_assert_num_queries):
    with django_assert_num_queries(0):
        found = ledger.audit(patience=Patience(ends_at=monotonic()))

    assert [each.invariant for each in found if each.is_unfinished] == ALL
    assert {each.detail for each in found} == {"not finished in time"}


@pytest.mark.django_db
@pytest.mark.parametrize(("amid", "unfinished"), [("entries", ["L09", "L25", "SEAL"]), ("seals", ["SEAL"])])
def test_it_ends_amid_a_question_of_many_rows(broken, amid, unfinished):
    """The time is up when the first row has been looked at; what had been found before is kept."""
    patience = Patience(ends_at=monotonic() + 3600)

    def track(words, items, _total):
        for item in items:
            yield item
            if words == amid:
                object.__setattr__(patience, "ends_at", monotonic())

    an_award(learner=a_learner())
    found = ledger.audit(track=track, patience=patience)

    assert [each.invariant for each in found if each.is_unfinished] == unfinished
    assert [each.invariant for each in found if not each.is_unfinished] == ["L09"]


@pytest.mark.django_db
def test_it_ends_before_its_job_is_ended():
    longest = CHECK_SECONDS_MAX + CHECK_STATEMENT_SECONDS_MAX

    assert longest + 60 <= tasks.verify_ledger.soft_time_limit < tasks.verify_ledger.time_limit


@pytest.mark.django_db
def test_the_desk_says_it(broken, client, monkeypatch):
    monkeypatch.setattr(ledger_check, "CHECK_SECONDS_MAX", 0)
    ledger_check.check(now=NOW)
    client.force_login(a_curator())

    waiting = client.get("/admin/").context["waiting"]

    said = "Số câu hỏi mà lần kiểm sổ gần nhất chưa hỏi xong"
    assert (said, len(ALL), "/admin/credits/ledgercheck/") in waiting
    assert "L05, L06" in client.get("/admin/credits/ledgercheck/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_command_says_it(capsys):
    an_award(learner=a_learner())
    a_seal(1)

    def verify():
        run("SET lock_timeout = '100ms'")
        call_command("verify_ledger")

    answer = while_nobody_reads("credits_sealnode", verify)

    assert isinstance(answer, CommandError)
    assert str(answer) == "Not all is known: 1 questions were not finished."
    assert "SEAL  not finished in time" in capsys.readouterr().out
