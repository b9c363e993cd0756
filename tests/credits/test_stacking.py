"""A qualification that counts toward a higher one: once, as what is stated, and never the same credit twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from credits.actions import merging, qualification
from credits.actions.pathway import Part
from credits.choices import KindOfCredit
from credits.models import Merge, MergeUndo, PathwayVersion, QualificationUse
from credits.queries import lot
from credits.queries import qualification as qualifications
from credits.queries.audit import audit
from credits.queries.progress import Progress
from credits.queries.progress import how_far as how_far_on
from learners.models import Learner
from tests.credits.by_hand import owner, run
from tests.factories.ledger import a_reversal, an_award, approved
from tests.factories.pathways import POLICY, a_minimum, a_pathway, a_qualification, on_the_way
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = timezone.localdate(NOW)


def higher_than(lower: PathwayVersion, *, counts_as: int = 30, total: int = 100, **more: object) -> PathwayVersion:
    part = Part(
        pathway=lower.pathway,
        amount_minor=counts_as,
        kind_of_credit=KindOfCredit.COMMUNITY,
        field_code="0611",
        **POLICY,
    )
    return a_pathway(total=total, parts=[part], **more)


def how_far(learner: Learner, version: PathwayVersion) -> Progress:
    return how_far_on(learner, version, started_on=TODAY, on=TODAY)


def with_lower(*, hundredths: int = 40) -> tuple[Learner, PathwayVersion]:
    """A learner who has used forty hundredths for a lower pathway and holds its qualification."""
    learner, lower = a_learner(), a_pathway(total=40)
    an_award(learner=learner, hundredths=hundredths, course_id=1)
    a_qualification(learner, lower)
    return learner, lower


def test_it_counts_as_what_is_stated_and_helps_the_minimums() -> None:
    learner, lower = with_lower()

    progress = how_far(learner, higher_than(lower, counts_as=30, rules=[a_minimum(50)]))

    assert (progress.counted, progress.unmet) == (
        30,
        ["Still needed: 0.70 credits in all.", "Still needed: 0.20 credits in digital skills."],
    )


def test_the_higher_one_is_reached_with_it_and_uses_only_the_rest() -> None:
    learner, lower = with_lower()
    higher = higher_than(lower, counts_as=30)
    more = an_award(learner=learner, hundredths=90, course_id=2)

    found = a_qualification(learner, higher)

    assert {each.lot_id: each.applied for each in lot.standing(learner)}[more.pk] == 70
    use = QualificationUse.objects.get()
    assert (use.toward, use.amount_minor) == (found, 30)
    assert [each.is_counted for each in qualifications.held(learner)] == [False, True]
    assert audit() == []


def test_it_counts_toward_one_higher_one_at_a_time() -> None:
    learner, lower = with_lower()
    first, second = higher_than(lower), higher_than(lower)
    an_award(learner=learner, hundredths=300, course_id=2)
    a_qualification(learner, first)

    progress = how_far(learner, second)

    assert [line.holding.is_qualification for line in progress.lines] == [False]


def test_the_database_counts_it_no_second_time() -> None:
    learner, lower = with_lower()
    an_award(learner=learner, hundredths=300, course_id=2)
    a_qualification(learner, higher_than(lower))
    other = a_qualification(learner, higher_than(lower))

    with pytest.raises(IntegrityError, match="already"), transaction.atomic():
        QualificationUse.objects.create(used=QualificationUse.objects.get().used, toward=other, amount_minor=1)


@pytest.mark.parametrize("amount", [31, 10**6])
def test_the_database_counts_it_for_no_more_than_is_stated(amount: int) -> None:
    learner, lower = with_lower()
    higher = higher_than(lower, counts_as=30)
    an_award(learner=learner, hundredths=300, course_id=2)
    found = a_qualification(learner, higher)
    with owner():
        run("ALTER TABLE credits_qualificationuse DISABLE TRIGGER credits_append_only")
        run("DELETE FROM credits_qualificationuse")
        run("ALTER TABLE credits_qualificationuse ENABLE TRIGGER credits_append_only")

    with pytest.raises(IntegrityError, match="cannot count"), transaction.atomic():
        QualificationUse.objects.create(
            used=qualifications.held(learner)[1].qualification, toward=found, amount_minor=amount
        )


@pytest.mark.parametrize(
    "statement", ["UPDATE credits_pathwaycomponent SET amount_minor = 40", "DELETE FROM credits_pathwaycomponent"]
)
def test_the_database_keeps_what_a_published_pathway_counts_a_lower_one_as(statement: str) -> None:
    higher = higher_than(a_pathway(total=40), counts_as=30)

    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        run(statement)

    assert higher.components.get().amount_minor == 30


def test_nobody_elses_qualification_counts() -> None:
    _other, lower = with_lower()
    learner = a_learner()
    an_award(learner=learner, hundredths=90, course_id=3)

    progress = how_far(learner, higher_than(lower))

    assert progress.counted == 90


def test_the_same_course_does_not_count_again_beside_it() -> None:
    learner, lower = with_lower()
    an_award(learner=learner, hundredths=20, course_id=1)  # the course behind the lower one, taken again
    an_award(learner=learner, hundredths=20, course_id=2)

    progress = how_far(learner, higher_than(lower, counts_as=30))

    assert progress.counted == 50
    assert [line.why for line in progress.lines if not line.counted] == [
        "The same course, or one equivalent to it, is counted already."
    ]


def test_the_same_course_does_not_count_again_however_deep_below_it_counts() -> None:
    learner, lower = with_lower()
    middle = higher_than(lower, counts_as=30)
    an_award(learner=learner, hundredths=70, course_id=2)
    a_qualification(learner, middle)
    an_award(learner=learner, hundredths=20, course_id=1)  # the course two steps below, taken again

    progress = how_far(learner, higher_than(middle, counts_as=50, total=200))

    assert progress.counted == 50


def test_taking_an_award_back_takes_back_what_stands_on_it_the_highest_first() -> None:
    learner, lower = with_lower()
    (bottom,) = lot.standing(learner)
    middle = higher_than(lower, counts_as=30)
    top = higher_than(middle, counts_as=50, total=200)
    an_award(learner=learner, hundredths=300, course_id=2)
    an_award(learner=learner, hundredths=300, course_id=3)
    a_qualification(learner, middle, now=NOW + timedelta(minutes=1))
    a_qualification(learner, top, now=NOW + timedelta(minutes=2))

    a_reversal(qualifications.held(learner)[2].qualification.entry.postings.first().lot.entry)

    assert [each.stands for each in qualifications.held(learner)] == [False, False, False]
    standing = lot.standing(learner)
    assert [(each.earned, each.applied) for each in standing] == [(0, 0), (300, 0), (300, 0)]
    assert standing[0].lot_id == bottom.lot_id
    assert audit() == []


def test_taking_the_lower_one_back_takes_the_higher_one_back_before() -> None:
    learner, lower = with_lower()
    an_award(learner=learner, hundredths=90, course_id=2)
    a_qualification(learner, higher_than(lower))

    a_reversal(qualifications.held(learner)[1].qualification.entry)

    assert [each.stands for each in qualifications.held(learner)] == [False, False]
    assert [(each.earned, each.applied) for each in lot.standing(learner)] == [(40, 0), (90, 0)]
    assert audit() == []


def test_the_database_lets_nobody_take_the_lower_one_back_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the action does first is left out here: then the credit below would be ready again and count twice."""
    learner, lower = with_lower()
    an_award(learner=learner, hundredths=90, course_id=2)
    a_qualification(learner, higher_than(lower))
    monkeypatch.setattr("credits.actions.reversal.built_on", lambda entry: [])

    with pytest.raises(IntegrityError, match="counts toward another"), transaction.atomic():
        a_reversal(qualifications.held(learner)[1].qualification.entry)

    assert [each.stands for each in qualifications.held(learner)] == [True, True]


def test_when_the_higher_one_is_withdrawn_the_lower_one_may_count_again() -> None:
    learner, lower = with_lower()
    higher = higher_than(lower)
    an_award(learner=learner, hundredths=90, course_id=2)
    a_reversal(a_qualification(learner, higher).entry)

    again = qualification.claim(
        follow=on_the_way(learner, higher), idempotency_key="again", now=NOW + timedelta(days=1)
    )

    assert [use.toward for use in QualificationUse.objects.order_by("pk")][1] == again
    assert audit() == []


def merged_into(kept: Learner, merged: Learner) -> Merge:
    said = {"reason": "Hai tài khoản của một người", "authority": "Biên bản 3", "actor": a_curator(), "now": NOW}
    approved(merging.ask_merge(kept=kept, merged=merged, idempotency_key="merge", **said), now=NOW)
    return Merge.objects.get()


def test_after_a_merge_of_two_accounts_what_the_other_one_reached_counts() -> None:
    """And the merge stays while it does: undone, the one would stand on a qualification of the other."""
    merged, lower = with_lower()
    kept = a_learner()
    an_award(learner=kept, hundredths=90, course_id=2)
    done = merged_into(kept, merged)

    found = a_qualification(kept, higher_than(lower))

    assert [(use.used.learner, use.toward) for use in QualificationUse.objects.all()] == [(merged, found)]
    assert [each.stands for each in qualifications.held(kept)] == [True, True]
    undo = merging.ask_undo(merge=done, actor=a_curator(), idempotency_key="undo", reason="x", authority="y", now=NOW)
    with pytest.raises(merging.UsedSince), transaction.atomic():
        approved(undo, now=NOW)
    with pytest.raises(IntegrityError, match="counts toward one of the other"), transaction.atomic():
        MergeUndo.objects.create(merge=done, request=undo, undone_at=NOW)


def test_a_person_with_two_accounts_holds_a_qualification_once() -> None:
    merged, lower = with_lower()
    kept = a_learner()
    an_award(learner=kept, hundredths=90, course_id=2)
    merged_into(kept, merged)

    with pytest.raises(qualification.HeldAlready):
        a_qualification(kept, lower)


def test_nor_does_the_merged_account_reach_what_the_kept_one_holds() -> None:
    kept, lower = with_lower()
    merged = a_learner()
    merged_into(kept, merged)
    an_award(learner=merged, hundredths=90, course_id=2)

    with pytest.raises(qualification.HeldAlready):
        a_qualification(merged, lower)


def test_what_the_kept_one_holds_counts_in_the_merged_account() -> None:
    kept, lower = with_lower()
    merged = a_learner()
    merged_into(kept, merged)
    an_award(learner=merged, hundredths=70, course_id=2)

    found = a_qualification(merged, higher_than(lower))

    assert [(use.used.learner, use.toward) for use in QualificationUse.objects.all()] == [(kept, found)]
    assert audit() == []
