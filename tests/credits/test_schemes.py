"""Other schemes: a fraction with a policy and its days, converted once, never gaining."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from credits.actions import scheme as actions
from credits.actions.recognition import Ratio
from credits.actions.rule import UnableToSupersede
from credits.models import Scheme, SchemePolicy
from credits.queries import scheme as queries
from credits.rules import FIRST_SCHEMES, GRAINS_PER_HUNDREDTH
from learners.models import Organization
from tests.credits.by_hand import owner, run
from tests.factories.ledger import an_award
from tests.factories.pathways import POLICY
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = timezone.localdate(NOW)
DENOMINATORS = [number for number in range(1, 1001) if GRAINS_PER_HUNDREDTH % number == 0]


def a_policy(
    *,
    policy_id: str = "ects-2027",
    organization: Organization | None = None,
    numerator: int = 3,
    denominator: int = 5,
    days: int = 0,
) -> SchemePolicy:
    return actions.supersede_policy(
        policy_id=policy_id,
        scheme=Scheme.objects.get(code="ECTS"),
        organization=organization,
        numerator=numerator,
        denominator=denominator,
        valid_from=TODAY + timedelta(days=days),
        actor=a_curator(),
        now=NOW,
        **POLICY,
    )


def in_force(*, days: int = 0, organization: Organization | None = None) -> str:
    found = queries.policy("ECTS", on=TODAY + timedelta(days=days), organization=organization)
    assert found is not None
    return found.policy_id


def test_the_first_policies_come_with_a_release_each_with_its_source() -> None:
    rows = SchemePolicy.objects.order_by("scheme")

    assert [(row.scheme_id, row.policy_id, row.numerator, row.denominator, row.legal_source_vi) for row in rows] == [
        (each.code, each.policy_id, each.numerator, each.denominator, each.source_vi) for each in FIRST_SCHEMES
    ]


def test_a_new_policy_closes_the_one_before_it() -> None:
    a_policy(days=10)

    assert [in_force(days=days) for days in (0, 9, 10)] == ["ects-hours-2026", "ects-hours-2026", "ects-2027"]


def test_an_organisations_own_policy_goes_before_everybodys() -> None:
    college, other = an_organization(), an_organization()
    a_policy(policy_id="ects-college", organization=college)

    assert [in_force(organization=each) for each in (college, other, None)] == [
        "ects-college",
        "ects-hours-2026",
        "ects-hours-2026",
    ]


def test_before_the_first_policy_there_is_none() -> None:
    assert queries.policy("ECTS", on=TODAY - timedelta(days=3650)) is None
    assert queries.policy("ECVET", on=TODAY) is None


@pytest.mark.parametrize(
    ("more", "answer"),
    [({"days": -1}, "today"), ({"policy_id": "ects-hours-2026"}, "of that name")],
    ids=["in the past", "a name that is taken"],
)
def test_a_policy_is_refused(more: dict[str, object], answer: str) -> None:
    with pytest.raises(UnableToSupersede, match=answer):
        a_policy(**more)  # type: ignore[arg-type]

    assert in_force() == "ects-hours-2026"


@pytest.mark.parametrize(
    "more", [{"denominator": 13}, {"denominator": 1001}, {"numerator": 0}, {"denominator": 0}], ids=str
)
def test_the_database_takes_only_fractions_that_leave_whole_grains(more: dict[str, int]) -> None:
    said = {
        "policy_id": "x",
        "scheme_id": "SCQF",
        "organization": an_organization(),
        "numerator": 1,
        "denominator": 1,
        "valid_from": TODAY,
        "recorded_at": NOW,
        **POLICY,
    }

    with pytest.raises(DatabaseError), transaction.atomic():
        SchemePolicy.objects.create(**(said | more))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credits_schemepolicy SET numerator = 9",
        "UPDATE credits_schemepolicy SET valid_to = NULL",
        "DELETE FROM credits_schemepolicy",
    ],
)
def test_the_database_keeps_a_policy_as_it_was_written(statement: str) -> None:
    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        run(statement)


@given(
    hundredths=st.integers(0, 10**9),
    numerator=st.integers(1, 1000),
    denominator=st.sampled_from(DENOMINATORS),
)
def test_there_and_back_never_gains_and_in_is_out_and_what_is_left_over(
    hundredths: int, numerator: int, denominator: int
) -> None:
    policy = SchemePolicy(numerator=numerator, denominator=denominator)
    ratio = Ratio(scheme_code="X", policy_id="x", numerator=numerator, denominator=denominator)

    there = queries.in_scheme(hundredths, policy)

    back, residue = ratio.convert(there) if there else (0, 0)
    assert back <= hundredths
    assert queries.in_scheme(back, policy) <= there
    assert there * numerator * (GRAINS_PER_HUNDREDTH // denominator) == back * GRAINS_PER_HUNDREDTH + residue


def test_the_statement_shows_the_balance_in_other_schemes_with_the_policy() -> None:
    learner = a_learner()
    an_award(learner=learner, hundredths=410)
    client = Client()
    client.force_login(learner)

    page = client.get(reverse("credits:statement")).content.decode()

    assert "≈ 8.20 ECTS (by policy ects-hours-2026)" in page
    assert "≈ 20.50 SCQF (by policy scqf-hours-2026)" in page
