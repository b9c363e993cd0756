"""Rules for all pathways: superseded, never edited, each with its source and its days."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from credits.actions import rule as actions
from credits.actions.rule import Says
from credits.choices import RuleKind
from credits.models import CourseEquivalence, CreditRule
from credits.queries import rule as queries
from credits.queries.progress import how_far_on_all
from credits.rules import FIRST_RULES
from tests.credits.by_hand import owner, run
from tests.factories.ledger import an_award
from tests.factories.pathways import POLICY, a_pathway, on_the_way
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = timezone.localdate(NOW)
TIGHTER = Says(kind=RuleKind.TRANSFER_LIMIT, percent=30, **POLICY)


def supersede(says: Says = TIGHTER, *, code: str = "transfer-limit", valid_from: date = TODAY) -> CreditRule:
    return actions.supersede(code=code, says=says, valid_from=valid_from, actor=a_curator(), now=NOW)


def in_force(on: date) -> dict[str, tuple[int, int | None]]:
    return {rule.code: (rule.version, rule.percent) for rule in queries.in_force(on=on)}


def test_the_first_rules_come_with_a_release_each_with_its_source() -> None:
    rows = CreditRule.objects.order_by("code")

    assert [(row.code, row.kind, row.percent, row.legal_source_vi) for row in rows] == [
        (rule.code, rule.kind, rule.percent, rule.source_vi) for rule in FIRST_RULES
    ]
    assert "08/2021/TT-BGDĐT" in CreditRule.objects.get(code="transfer-limit").legal_source_vi
    assert not CreditRule.objects.filter(kind=RuleKind.VALIDITY).exists()  # no credit expires by default


def test_a_new_version_closes_the_one_before_it_on_its_first_day() -> None:
    tomorrow = TODAY + timedelta(days=1)

    supersede(valid_from=tomorrow)

    assert in_force(TODAY)["transfer-limit"] == (1, 50)
    assert in_force(tomorrow)["transfer-limit"] == (2, 30)


def test_saying_the_same_from_the_same_day_twice_is_saying_it_once() -> None:
    first = supersede()

    assert supersede() == first
    assert CreditRule.objects.filter(code="transfer-limit").count() == 2


@pytest.mark.parametrize("days", [-1, -400], ids=["yesterday", "last year"])
def test_a_rule_does_not_begin_in_the_past(days: int) -> None:
    with pytest.raises(actions.UnableToSupersede, match="today"):
        supersede(valid_from=TODAY + timedelta(days=days))

    assert in_force(TODAY)["transfer-limit"] == (1, 50)


def test_a_version_does_not_begin_before_the_one_it_supersedes() -> None:
    supersede(valid_from=TODAY + timedelta(days=30))

    with pytest.raises(actions.UnableToSupersede, match="begins later"):
        supersede(Says(kind=RuleKind.TRANSFER_LIMIT, percent=20, **POLICY), valid_from=TODAY)


def test_who_started_before_keeps_the_rule_they_started_under() -> None:
    earlier, later, version = a_learner(), a_learner(), a_pathway(total=100)
    for learner in (earlier, later):
        an_award(learner=learner, hundredths=90)
    on_the_way(earlier, version, now=NOW)
    tomorrow = NOW + timedelta(days=1)

    supersede(
        Says(kind=RuleKind.CAP, amount_minor=40, field_code="09", **POLICY),
        code="health",
        valid_from=TODAY + timedelta(days=1),
    )
    on_the_way(later, version, now=tomorrow)

    counted = {
        learner: how_far_on_all(learner, on=timezone.localdate(tomorrow))[0][1].counted for learner in (earlier, later)
    }
    assert counted == {earlier: 90, later: 40}


def test_a_rule_may_end_with_nothing_in_its_place() -> None:
    row = queries.current("count-once")
    assert row is not None

    actions.close(rule=row, valid_to=TODAY, now=NOW)

    assert "count-once" not in in_force(TODAY)
    assert "count-once" in in_force(TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credits_creditrule SET percent = 90",
        "UPDATE credits_creditrule SET valid_from = '2020-01-01'",
        "UPDATE credits_creditrule SET valid_to = NULL",
        "DELETE FROM credits_creditrule",
        "TRUNCATE credits_creditrule CASCADE",
    ],
)
def test_the_database_keeps_a_rule_as_it_was_written(statement: str) -> None:
    """As the owner: the guards hold for every role, the serving one has not even the right."""
    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        run(statement)

    assert in_force(TODAY)["transfer-limit"] == (1, 50)


def test_a_rule_is_closed_once() -> None:
    row = queries.current("count-once")
    assert row is not None
    actions.close(rule=row, valid_to=TODAY, now=NOW)

    with pytest.raises(actions.UnableToSupersede), transaction.atomic():
        actions.close(rule=row, valid_to=TODAY + timedelta(days=9), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditRule.objects.filter(pk=row.pk).update(valid_to=TODAY + timedelta(days=9))


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "CAP"},
        {"kind": "CAP", "amount_minor": 10, "percent": 10},
        {"kind": "CAP", "amount_minor": 10, "months": 3},
        {"kind": "VALIDITY"},
        {"kind": "VALIDITY", "months": 0},
        {"kind": "COUNT_ONCE", "percent": 50},
        {"kind": "MINIMUM", "amount_minor": 10, "period": "SEMESTER"},
        {"kind": "CAP", "percent": 101},
        {"kind": "CAP", "amount_minor": 10, "level_min": 5, "level_max": 4},
        {"kind": "CAP", "amount_minor": 10, "level_min": 9},
        {"kind": "CAP", "amount_minor": 10, "field_code": "6a"},
        {"kind": "TRANSFER_LIMIT", "percent": 50, "source": "CLASS"},
        {"kind": "CAP", "amount_minor": 10, "legal_source_vi": ""},
    ],
    ids=lambda more: " ".join(f"{name}={value}" for name, value in more.items()),
)
def test_the_database_takes_no_rule_that_makes_no_sense(more: dict[str, object]) -> None:
    said = {"code": "x", "version": 1, "valid_from": TODAY, "recorded_at": NOW, **POLICY, **more}

    with pytest.raises(IntegrityError), transaction.atomic():
        CreditRule.objects.create(**said)


def test_equivalent_courses_are_one_for_whoever_starts_while_they_are() -> None:
    row = actions.equate(
        name="Sơ cấp cứu",
        course_keys=["course:2", " course:1 ", "course:1"],
        legal_source="Biên bản 3",
        valid_from=TODAY,
        actor=a_curator(),
        now=NOW,
    )

    actions.end_equivalence(equivalence=row, valid_to=TODAY + timedelta(days=7), now=NOW)

    assert queries.equivalences(on=TODAY) == [["course:1", "course:2"]]
    assert queries.equivalences(on=TODAY + timedelta(days=7)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credits_courseequivalence SET course_keys = '{course:1,course:3}'",
        "UPDATE credits_courseequivalence SET valid_from = '2020-01-01'",
        "DELETE FROM credits_courseequivalence",
        "TRUNCATE credits_courseequivalence",
    ],
)
def test_the_database_keeps_equivalent_courses_as_they_were_written(statement: str) -> None:
    actions.equate(
        name="Sơ cấp cứu",
        course_keys=["course:1", "course:2"],
        legal_source="Biên bản 3",
        valid_from=TODAY,
        actor=a_curator(),
        now=NOW,
    )

    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        run(statement)

    assert queries.equivalences(on=TODAY) == [["course:1", "course:2"]]


def test_one_course_is_equivalent_to_nothing() -> None:
    with pytest.raises(actions.UnableToSupersede, match="two courses"):
        actions.equate(
            name="x", course_keys=["course:1", ""], legal_source="y", valid_from=TODAY, actor=a_curator(), now=NOW
        )

    assert not CourseEquivalence.objects.exists()
