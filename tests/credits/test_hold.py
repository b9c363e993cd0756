"""Set credit aside; it ends once: given back, lapsed or used."""

from datetime import timedelta

import pytest
from django.db import connection

from credits.actions import application, holding
from credits.actions.moving import NotEnoughOfLot
from credits.actions.posting import KeyReused
from credits.models import JournalEntry
from credits.queries import ledger as queries
from credits.queries.lot import LAPSED, lapsed_holds, open_holds, standing
from tests.factories.ledger import a_hold, a_use, an_award, for_a_certificate
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


@pytest.fixture
def learner():
    """Who holds thirty hundredths of a credit in two lots, of two kinds."""
    learner, issuer = a_learner(), an_organization()
    an_award(learner=learner, issuer=issuer, hundredths=20, key="1")
    an_award(learner=learner, issuer=issuer, hundredths=10, kind_of_credit="VOCATIONAL", key="2")
    return learner


def lots(learner):
    return [lot.lot_id for lot in standing(learner)]


def places(learner):
    return [(lot.earned, lot.held, lot.applied) for lot in standing(learner)]


def test_hold_sets_aside_and_nothing_else_can_use_it(learner):
    first, second = lots(learner)

    entry = a_hold(learner, {first: 15, second: 10})

    assert places(learner) == [(5, 15, 0), (0, 10, 0)]
    assert queries.balance(learner).total == 5
    assert [(hold.entry_id, hold.amount_minor) for hold in open_holds(learner)] == [(entry.pk, 25)]
    with pytest.raises(NotEnoughOfLot):
        a_use(learner, {first: 6})
    assert queries.audit() == []


def test_hold_twice_is_once_and_another_one_under_the_key_is_refused(learner):
    first, _second = lots(learner)

    assert a_hold(learner, {first: 15}, key="hold:1") == a_hold(learner, {first: 15}, key="hold:1")
    with pytest.raises(KeyReused):
        a_hold(learner, {first: 14}, key="hold:1")

    assert places(learner)[0] == (5, 15, 0)


@pytest.mark.parametrize("amounts", [{0: 21}, {0: 10, 1: 11}, {}, {5: 1}], ids=repr)
def test_hold_is_refused(learner, amounts):
    known = [*lots(learner), 0, 0, 0, 0]
    before = JournalEntry.objects.count()

    with pytest.raises(NotEnoughOfLot):
        a_hold(learner, {known[index]: minor for index, minor in amounts.items()})

    assert (JournalEntry.objects.count(), places(learner)) == (before, [(20, 0, 0), (10, 0, 0)])


@pytest.mark.parametrize("amount", [0, -1, True, 1.5])
def test_hold_of_no_amount_is_a_mistake_of_the_caller(learner, amount):
    with pytest.raises(ValueError, match=r"not an amount|no canonical form"):
        a_hold(learner, {lots(learner)[0]: amount})


@pytest.mark.parametrize("days", [0, -1, 181])
def test_hold_ends_after_it_begins_and_within_half_a_year(learner, days):
    with pytest.raises(ValueError, match="no end of a hold"):
        a_hold(learner, {lots(learner)[0]: 1}, days=days)


def test_another_learners_credit_is_not_set_aside(learner):
    stranger = a_learner()
    an_award(learner=stranger)

    with pytest.raises(NotEnoughOfLot):
        a_hold(stranger, {lots(learner)[0]: 1})


def test_release_gives_all_of_it_back_once(learner):
    first, second = lots(learner)
    hold = a_hold(learner, {first: 15, second: 10})

    entry = holding.release(hold=hold, actor=learner, now=LATER)
    again = holding.release(hold=hold, actor=learner, now=LATER + timedelta(days=1))

    assert (again, entry.ends, entry.snapshot["how"]) == (entry, hold, "RELEASED")
    assert (places(learner), open_holds(learner)) == ([(20, 0, 0), (10, 0, 0)], [])
    assert queries.audit() == []


def test_a_hold_lapses_when_its_time_is_over(learner):
    first, _second = lots(learner)
    a_hold(learner, {first: 15}, days=3)
    a_hold(learner, {first: 5}, days=4)

    assert lapsed_holds(now=LATER - timedelta(seconds=1), limit=9) == []
    assert [holding.lapse_due(now=LATER) for _ in range(2)] == [1, 0]

    entry = JournalEntry.objects.get(reason="RELEASE")
    assert (entry.snapshot["how"], entry.occurred_at, entry.actor) == ("LAPSED", LATER, None)
    assert places(learner)[0] == (15, 5, 0)
    assert queries.audit() == []


def test_what_lapsed_is_not_released_again(learner):
    hold = a_hold(learner, {lots(learner)[0]: 15}, days=3)
    holding.lapse_due(now=LATER)

    with pytest.raises(holding.HoldHasEnded):
        holding.release(hold=hold, actor=learner, now=LATER)

    assert places(learner)[0] == (20, 0, 0)


def used(hold, amounts, **more):
    given = {
        "actor": hold.learner,
        "idempotency_key": "use:1",
        "snapshot": for_a_certificate(),
        "now": LATER,
    } | more
    return holding.apply_hold(hold=hold, amounts=amounts, **given)


def test_a_part_of_a_hold_is_used_and_the_rest_comes_back(learner):
    first, second = lots(learner)
    hold = a_hold(learner, {first: 15, second: 10})

    entry = used(hold, {first: 12, second: 10})

    assert used(hold, {first: 12, second: 10}) == entry
    assert places(learner) == [(8, 0, 12), (0, 0, 10)]
    assert JournalEntry.objects.get(reason="RELEASE").snapshot["how"] == "APPLIED"
    assert queries.audit() == []


def test_no_more_is_used_than_was_set_aside(learner):
    first, _second = lots(learner)
    hold = a_hold(learner, {first: 15})

    with pytest.raises(NotEnoughOfLot):
        used(hold, {first: 16})

    assert places(learner)[0] == (5, 15, 0)


def test_a_released_hold_is_not_used(learner):
    hold = a_hold(learner, {lots(learner)[0]: 15})
    holding.release(hold=hold, actor=learner, now=LATER)

    with pytest.raises(holding.HoldHasEnded):
        used(hold, {lots(learner)[0]: 15})


def test_use_of_a_lot_twice_is_refused(learner):
    first, _second = lots(learner)
    a_use(learner, {first: 20})

    with pytest.raises(NotEnoughOfLot):
        a_use(learner, {first: 1})

    assert places(learner)[0] == (0, 0, 20)


def test_use_with_the_same_key_is_one_use(learner):
    first, _second = lots(learner)

    assert a_use(learner, {first: 20}, key="use:1") == a_use(learner, {first: 20}, key="use:1")
    with pytest.raises(KeyReused):
        a_use(learner, {first: 19}, key="use:1")


def test_only_a_hold_is_released(learner):
    award = JournalEntry.objects.order_by("pk").first()

    with pytest.raises(ValueError, match="sets nothing aside"):
        holding.release(hold=award, actor=learner, now=NOW)


def test_use_says_what_it_was_for(learner):
    first, _second = lots(learner)

    entry = a_use(learner, {first: 7})

    assert entry.reason == "APPLICATION"
    said = {key: entry.snapshot[key] for key in ("type", "title_vi", "provider_vi", "rule", "rule_source", "lots")}
    assert said == {
        "type": "use",
        "title_vi": "Chứng chỉ Nông nghiệp",
        "provider_vi": "Trường Cao đẳng Cần Thơ",
        "rule": "20.00 credits",
        "rule_source": "pathway 1, version 1",
        "lots": [{"amount_minor": 7, "lot": str(JournalEntry.objects.get(pk=first).public_id)}],
    }
    assert isinstance(for_a_certificate(), application.Use)


def test_a_hold_is_used_under_one_key_only(learner):
    """Else what it set aside would be used again, out of credit that nobody set aside."""
    first, _second = lots(learner)
    hold = a_hold(learner, {first: 5})
    use = used(hold, {first: 5}, idempotency_key="use:1")

    with pytest.raises(holding.HoldHasEnded):
        used(hold, {first: 5}, idempotency_key="use:2")

    assert used(hold, {first: 5}, idempotency_key="use:1") == use
    assert places(learner)[0] == (15, 0, 5)


def test_the_key_of_one_hold_does_not_end_another(learner):
    first, _second = lots(learner)
    one, other = a_hold(learner, {first: 5}), a_hold(learner, {first: 5})
    used(one, {first: 5}, idempotency_key="use:1")

    with pytest.raises(KeyReused):
        used(other, {first: 5}, idempotency_key="use:1")

    assert places(learner)[0] == (10, 5, 5)


def test_a_hold_asked_for_again_when_its_time_is_over_is_the_first_one(learner):
    first, _second = lots(learner)
    asked = {
        "learner": learner,
        "amounts": {first: 5},
        "expires_at": LATER,
        "actor": None,
        "idempotency_key": "hold:1",
        "snapshot": holding.Held(title_vi="Nghề vườn", title_en="Gardening", rule="asked by the learner"),
    }

    assert holding.hold(**asked, now=NOW) == holding.hold(**asked, now=LATER + timedelta(days=1))


def test_holds_that_ended_are_not_walked_to_find_those_that_lapse(learner):
    """They are never few and only grow: it begins with the accounts in which something is set aside."""
    first, second = lots(learner)
    a_hold(learner, {second: 2}, days=3)
    for days in (1, 2):
        a_hold(learner, {first: 1}, days=days)
    holding.lapse_due(now=LATER - timedelta(hours=1))

    found = lapsed_holds(now=LATER, limit=9)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        values = {"now": LATER, "limit": 9}
        cursor.execute("EXPLAIN " + LAPSED, values)
        plan = "\n".join(step for (step,) in cursor.fetchall())

    assert [hold.amount_minor for hold in found] == [2]
    assert "account_of_set_aside" in plan
    assert "Seq Scan on" not in plan
