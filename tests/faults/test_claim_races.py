"""Using credit for qualifications, several hands at once, on real connections."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from credits.actions import pathway as actions
from credits.actions import qualification
from credits.actions.pathway import Part
from credits.choices import KindOfCredit
from credits.models import PathwayFollow, Qualification, QualificationUse
from credits.permissions import accounts_of
from credits.queries import lot
from credits.queries import qualification as qualifications
from credits.queries.audit import audit
from learners.actions import person
from learners.models import Learner
from tests.credits.by_hand import run
from tests.factories.ledger import an_award
from tests.factories.pathways import POLICY, a_pathway, a_qualification, on_the_way
from tests.factories.people import NOW, a_learner
from tests.faults.gate import Hands
from tests.faults.pairs.claims import two_claims_with_one_qualification
from tests.faults.pairs.meeting import Pair
from tests.faults.pairs.merges import asked_merge
from tests.faults.pairs.persons import approve
from tests.faults.row_locks import without_row_locks
from tests.faults.sabotage import function, without_locks
from tests.faults.search import STEPS_MAX, orders
from tests.faults.together import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 20


def as_owner(statement: str) -> None:
    run("RESET ROLE")
    run(statement)
    run("SET ROLE lh_app")


def claims(*follows: PathwayFollow) -> list[Callable[[], Any]]:
    return [
        partial(qualification.claim, follow=follow, idempotency_key=f"claim:{number}", now=NOW)
        for number, follow in enumerate(follows)
    ]


def used(learner: Learner) -> tuple[int, int]:
    standing = lot.standing(learner)
    return sum(each.earned for each in standing), sum(each.applied for each in standing)


def test_one_pathway_claimed_by_many_hands_is_reached_once() -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner, hundredths=100)
    follow = on_the_way(learner, version)

    answers = together(*claims(*[follow] * 4))

    assert kinds(answers) == ["HeldAlready"] * 3 + ["Qualification"]
    assert used(learner) == (90, 10)
    assert audit() == []


def test_credit_for_one_of_two_pathways_goes_to_one() -> None:
    learner = a_learner()
    an_award(learner=learner, hundredths=12)
    follows = [on_the_way(learner, a_pathway(total=10)) for _ in range(2)]

    answers = together(*claims(*follows))

    assert kinds(answers) == ["NotReached", "Qualification"]
    assert used(learner) == (2, 10)
    assert audit() == []


def test_one_qualification_counts_toward_one_of_two_higher_ones() -> None:
    learner, lower = a_learner(), a_pathway(total=40)
    an_award(learner=learner, hundredths=40, course_id=1)
    a_qualification(learner, lower)
    an_award(learner=learner, hundredths=140, course_id=2)
    part = Part(pathway=lower.pathway, amount_minor=30, kind_of_credit=KindOfCredit.COMMUNITY, **POLICY)
    follows = [on_the_way(learner, a_pathway(total=100, parts=[part])) for _ in range(2)]

    answers = together(*claims(*follows))

    # The first takes the lower one and 70, the second has 70 left of the 100 it would need alone.
    assert kinds(answers) == ["NotReached", "Qualification"]
    assert QualificationUse.objects.count() == 1
    assert audit() == []


def test_without_the_learners_lock_the_database_still_awards_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the action's own check is taken away, so that only the guard stands between."""
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner, hundredths=100)
    follow = on_the_way(learner, version)
    monkeypatch.setattr(qualifications, "held", lambda learner: [])

    answers = together(*claims(*[follow] * 3))

    assert kinds(answers) == ["IntegrityError", "IntegrityError", "Qualification"]
    assert Qualification.objects.count() == 1
    assert used(learner) == (90, 10)


def test_without_the_guard_the_same_race_awards_it_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the control: with the guard away as well it must go wrong."""
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner, hundredths=100)
    follow = on_the_way(learner, version)
    monkeypatch.setattr(qualifications, "held", lambda learner: [])
    as_owner("ALTER TABLE credits_qualification DISABLE TRIGGER credits_check_qualification")
    try:
        together(*claims(*[follow] * 3))
    finally:
        as_owner("ALTER TABLE credits_qualification ENABLE TRIGGER credits_check_qualification")

    assert Qualification.objects.count() == 3


def without_the_locks_of_the_person() -> int:
    """Return how many of some orders count one qualification twice when the actions lock nothing."""
    twice = 0
    with Hands(2, rewrite=without_row_locks) as hands, without_locks():
        for schedule in orders(hands, two_claims_with_one_qualification, at_most=ORDERS):
            before = QualificationUse.objects.count()
            hands.play(two_claims_with_one_qualification().acts, schedule)
            twice += QualificationUse.objects.count() - before == 2
    return twice


def test_without_the_locks_of_the_person_the_database_still_counts_it_once() -> None:
    assert without_the_locks_of_the_person() == 0


def test_without_the_locks_of_the_guard_as_well_it_counts_twice() -> None:
    """The control: what the guard asks is asked of the person, so it locks all accounts."""
    with function("credits_lock_person", without_row_locks):
        assert without_the_locks_of_the_person() > 0


@transaction.atomic
def locked(learner: Learner) -> tuple[set[int], set[int]]:
    """Return which accounts were locked, and which are the person's with the locks held."""
    return {each.pk for each in person.lock(learner)}, set(accounts_of(learner))


def test_who_joins_while_the_locks_are_waited_for_is_locked_as_well() -> None:
    found = []
    with Hands(2) as hands:

        def a_merge_and_the_locks() -> Pair:
            kept, merged = a_learner(), a_learner()
            return Pair([approve(asked_merge(kept, merged)), partial(locked, merged)], lambda answers: None)

        one_after_the_other = [[first] * STEPS_MAX for first in (0, 1)]
        for schedule in [*one_after_the_other, *orders(hands, a_merge_and_the_locks, at_most=ORDERS)]:
            found.append(hands.play(a_merge_and_the_locks().acts, schedule)[1])

    assert {len(ids) for ids, _accounts in found} == {1, 2}
    assert [ids for ids, accounts in found if ids != accounts] == []


def test_starting_at_once_is_starting_once() -> None:
    learner, version = a_learner(), a_pathway()

    answers = together(*[partial(actions.follow, learner=learner, version=version, now=NOW)] * 4)

    assert kinds(answers) == ["PathwayFollow"] * 4
    assert PathwayFollow.objects.count() == 1


def test_a_version_published_by_two_curators_is_published_once() -> None:
    version = a_pathway()
    draft = actions.new_version(pathway=version.pathway, actor=version.created_by, now=NOW)

    answers = together(*[partial(actions.publish, version=draft, actor=version.created_by, now=NOW)] * 3)

    assert kinds(answers) == ["PathwayVersion"] * 3
    assert not any(isinstance(answer, IntegrityError) for answer in answers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM credits_pathwayversion GROUP BY state ORDER BY state")
        assert cursor.fetchall() == [("PUBLISHED", 1), ("RETIRED", 1)]
