"""Recognise what was learned elsewhere or from experience: converted once, exactly, by two persons."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credits.actions import deciding, recognition
from credits.actions.asking import UnableToAsk
from credits.choices import KindOfCredit
from credits.models import Conversion, JournalEntry, Lot
from credits.queries import ledger as queries
from credits.queries.lot import standing
from credits.rules import GRAINS_PER_HUNDREDTH
from tests.factories.ledger import ECTS, a_transfer, approved, asked_transfer, prior_learning
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
DENOMINATORS = [number for number in range(1, 101) if GRAINS_PER_HUNDREDTH % number == 0]


def test_a_transfer_is_converted_and_what_is_rounded_away_is_posted():
    learner = a_learner()

    entry = a_transfer(learner, in_hundredths=501)  # 5.01 ECTS × 3/5 = 3.006 credits

    credit, residue = entry.postings.order_by("pk")
    assert (credit.amount_minor, residue.amount_minor) == (300, 83_160)
    assert Fraction(501 * 3, 5) == 300 + Fraction(83_160, GRAINS_PER_HUNDREDTH)
    assert (residue.source.purpose, residue.destination.purpose) == ("RECOGNIZED", "ROUNDED")
    done = Conversion.objects.get()
    assert (done.in_minor, done.out_minor, done.residue_grains, done.policy_id) == (501, 300, 83_160, ECTS.policy_id)
    assert queries.balance(learner).by_kind == {"ACADEMIC": 300}
    assert queries.audit() == []


def test_nothing_is_posted_where_nothing_is_left_over():
    entry = a_transfer(a_learner(), in_hundredths=500)

    assert entry.postings.count() == 1


def test_a_transfer_keeps_where_and_until_when_it_was_learned():
    learner = a_learner()

    entry = a_transfer(learner)

    (lot,) = standing(learner)
    assert (lot.source, lot.earned_on, lot.level, lot.field_code) == ("TRANSFER", date(2024, 6, 30), 6, "0511")
    assert (entry.occurred_at.date(), entry.recorded_at) == (date(2024, 6, 29), NOW)  # midnight in Viet Nam, in UTC
    assert entry.snapshot["provider_vi"] == "Đại học Cần Thơ"
    assert entry.snapshot["conversion"]["numerator"] == 3
    assert entry.request.authority == "Quyết định số 7/QĐ-TTHTCĐ"


def test_prior_learning_stays_marked_as_such():
    learner = a_learner()

    entry = prior_learning(learner, hundredths=120)

    assert (entry.reason, Lot.objects.get().source) == ("PRIOR_LEARNING", "PRIOR_LEARNING")
    assert queries.balance(learner).by_kind == {"VOCATIONAL": 120}
    assert queries.audit() == []


def test_approving_twice_recognises_once():
    request = asked_transfer(a_learner())

    assert approved(request) == approved(request)

    assert JournalEntry.objects.count() == 1


def test_the_same_question_twice_is_one_request():
    learner, organization = a_learner(), an_organization()

    first = asked_transfer(learner, organization=organization, key="1")

    assert asked_transfer(learner, organization=organization, key="1") == first


@pytest.mark.parametrize(
    ("organization", "more"),
    [({"verified": False}, {}), ({}, {"learned_until": date(2026, 11, 22)})],
    ids=["not verified", "in the future"],
)
def test_asking_is_refused(organization, more):
    with pytest.raises(UnableToAsk):
        asked_transfer(a_learner(), organization=an_organization(**organization), **more)


def test_only_a_manager_asks():
    organization = an_organization()
    organization.registered_by = a_learner()

    with pytest.raises(UnableToAsk):
        asked_transfer(a_learner(), organization=organization)


def test_a_manager_does_not_ask_for_themselves():
    organization = an_organization()

    with pytest.raises(UnableToAsk):
        asked_transfer(organization.registered_by, organization=organization)


def test_less_than_a_hundredth_is_nothing():
    with pytest.raises(recognition.NothingLeft):
        asked_transfer(a_learner(), in_hundredths=1)


def a_ratio(numerator, denominator):
    return recognition.Ratio(scheme_code="X", policy_id="x", numerator=numerator, denominator=denominator)


def test_a_bachelors_programme_is_the_most_that_one_request_recognises():
    whole = asked_transfer(a_learner(), in_hundredths=200_01, ratio=a_ratio(3, 5))  # 120.006, rounded down

    with pytest.raises(recognition.TooMuch):
        asked_transfer(a_learner(), in_hundredths=200_02, ratio=a_ratio(3, 5))
    with pytest.raises(recognition.TooMuch):
        prior_learning(a_learner(), hundredths=120_01)

    assert whole.body["amount_minor"] == 120_00


@pytest.mark.parametrize(("numerator", "denominator"), [(101, 50), (1, 105), (4, 1), (7, 2)])
def test_no_policy_converts_like_that(numerator, denominator):
    with pytest.raises(recognition.NoSuchRatio):
        asked_transfer(a_learner(), ratio=a_ratio(numerator, denominator))


def test_one_there_may_be_three_here():
    assert asked_transfer(a_learner(), in_hundredths=100, ratio=a_ratio(3, 1)).body["amount_minor"] == 300


@pytest.mark.parametrize("kind", ["COMMUNITY_LEARNING_CENTRE", "LIBRARY", "ENTERPRISE", "AUTHORITY"])
def test_academic_credit_is_recognised_by_who_teaches_it(kind):
    organization = an_organization(kind=kind)

    with pytest.raises(recognition.NotTheirKind):
        asked_transfer(a_learner(), organization=organization, kind_of_credit=KindOfCredit.ACADEMIC)


@pytest.mark.parametrize("kind", ["UNIVERSITY", "SCHOOL", "VOCATIONAL_COLLEGE"])
def test_who_teaches_it_recognises_academic_credit(kind):
    organization = an_organization(kind=kind)

    assert asked_transfer(a_learner(), organization=organization, kind_of_credit=KindOfCredit.ACADEMIC)


def test_who_works_there_does_not_decide():
    curator = a_curator()
    organization = an_organization(manager=curator)
    request = asked_transfer(a_learner(), organization=organization)

    with pytest.raises(deciding.UnableToDecide):
        approved(request, by=curator)


ratios = st.builds(
    recognition.Ratio,
    scheme_code=st.just("X"),
    policy_id=st.just("x"),
    numerator=st.integers(1, 100),
    denominator=st.sampled_from(DENOMINATORS),
)


@given(in_minor=st.integers(1, 10**9), ratio=ratios)
def test_in_is_out_plus_residue_exactly(in_minor, ratio):
    out, residue = ratio.convert(in_minor)

    assert Fraction(in_minor * ratio.numerator, ratio.denominator) == out + Fraction(residue, GRAINS_PER_HUNDREDTH)
    assert 0 <= residue < GRAINS_PER_HUNDREDTH


@given(in_minor=st.integers(1, 10**9), there=st.integers(1, 100), back=st.sampled_from(DENOMINATORS))
def test_there_and_back_never_gains(in_minor, there, back):
    ratio = recognition.Ratio(scheme_code="X", policy_id="x", numerator=there, denominator=back)
    if GRAINS_PER_HUNDREDTH % there:
        return
    inverse = recognition.Ratio(scheme_code="X", policy_id="x", numerator=back, denominator=there)

    out, _residue = ratio.convert(in_minor)

    assert not out or inverse.convert(out)[0] <= in_minor


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 1), (1, 0), (-1, 2), (1, 13), (1, 17)])
def test_a_ratio_that_leaves_no_whole_grains_is_refused(numerator, denominator):
    with pytest.raises(ValueError, match="no ratio"):
        recognition.Ratio(scheme_code="X", policy_id="x", numerator=numerator, denominator=denominator)
