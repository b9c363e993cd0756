"""Claims of qualifications: what is judged belongs to the person, so the acts of their other accounts meet it."""

from functools import partial
from typing import Any, NamedTuple

from credits.actions import qualification
from credits.actions.pathway import Part
from credits.choices import KindOfCredit
from credits.models import JournalEntry, Merge, PathwayFollow, PathwayVersion, Qualification, QualificationUse
from learners.models import Learner
from tests.factories.ledger import a_merge, an_award, asked_reversal
from tests.factories.pathways import POLICY, a_pathway, a_qualification, on_the_way
from tests.factories.people import NOW, a_learner
from tests.faults.gate import Act
from tests.faults.pairs.meeting import Pair, lies, one_of, with_twelve
from tests.faults.pairs.merges import NOTHING, asked_merge, asked_undo
from tests.faults.pairs.persons import approve
from tests.faults.together import kinds


class OnePerson(NamedTuple):
    """
    Two accounts of one person, merged.

    Each has seventy hundredths ready; a qualification that the merged one reached before counts as thirty.
    """

    kept: Learner
    merged: Learner
    lower: Qualification
    merge: Merge


def one_person() -> OnePerson:
    kept, merged = a_learner(), a_learner()
    an_award(learner=merged, hundredths=40, course_id=1)
    lower = a_qualification(merged, a_pathway(total=40))
    merge = a_merge(kept, merged)
    an_award(learner=kept, hundredths=70, course_id=2)
    an_award(learner=merged, hundredths=70, course_id=3)
    return OnePerson(kept, merged, lower, merge)


def higher_than(lower: Qualification) -> PathwayVersion:
    """Return a pathway of one credit toward which the lower qualification counts as thirty hundredths."""
    part = Part(pathway=lower.version.pathway, amount_minor=30, kind_of_credit=str(KindOfCredit.COMMUNITY), **POLICY)
    return a_pathway(total=100, parts=[part])


def claim(follow: PathwayFollow) -> Act:
    return partial(qualification.claim, follow=follow, idempotency_key=f"claim:{follow.pk}", now=NOW)


def stands(of: Qualification) -> bool:
    return not JournalEntry.objects.filter(reverses=of.entry_id).exists()


def two_claims_with_one_qualification() -> Pair:
    """From either account, toward two pathways: it counts toward one."""
    kept, merged, lower, _merge = one_person()
    follows = [on_the_way(learner, higher_than(lower)) for learner in (kept, merged)]

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["NotReached", "Qualification"]
        assert QualificationUse.objects.filter(used=lower).count() == 1
        assert (lies(kept), lies(merged)) in {
            ((0, 0, 110, 0), (70, 0, 0, 0)),
            ((70, 0, 40, 0), (0, 0, 70, 0)),
        }

    return Pair([claim(follow) for follow in follows], then)


def one_pathway_claimed_from_two_accounts() -> Pair:
    """A person holds it once."""
    kept, merged, _lower, _merge = one_person()
    version = a_pathway(total=50)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["HeldAlready", "Qualification"]
        assert Qualification.objects.filter(version=version).count() == 1

    return Pair([claim(on_the_way(learner, version)) for learner in (kept, merged)], then)


def a_claim_and_a_reversal_in_the_other_account() -> Pair:
    """What was reached before is taken back where its credit lies, unless it counts toward what is reached here."""
    kept, merged, lower, _merge = one_person()
    follow = on_the_way(merged, higher_than(lower))

    def then(answers: list[Any]) -> None:
        claimed, reversal = (type(answer).__name__ for answer in answers)
        if reversal == "LedgerDecision":
            assert (claimed, stands(lower)) == ("NotReached", False)
            assert (lies(kept), lies(merged)) == ((110, 0, 0, 0), (70, 0, 0, 0))
        else:
            assert (claimed, reversal, stands(lower)) == ("Qualification", "HasMoved", True)
            assert (lies(kept), lies(merged)) == ((70, 0, 40, 0), (0, 0, 70, 0))

    return Pair([claim(follow), approve(asked_reversal(lower.entry))], then)


def a_claim_and_a_merge() -> Pair:
    """What was used goes to the kept account as used; what was merged before is not here any more."""
    (kept, _lot), (merged, _other) = with_twelve(), with_twelve()
    follow = on_the_way(merged, a_pathway(total=10))

    def then(answers: list[Any]) -> None:
        assert lies(merged) == NOTHING
        one_of(
            answers,
            (["Qualification", "LedgerDecision"], lies(kept) == (14, 0, 10, 0)),
            (["NotReached", "LedgerDecision"], lies(kept) == (24, 0, 0, 0)),
        )

    return Pair([claim(follow), approve(asked_merge(kept, merged))], then)


def a_claim_and_a_merge_undone() -> Pair:
    """What the other account reached counts as long as it is the same person's, and then they stay one."""
    kept, merged, lower, merge = one_person()
    follow = on_the_way(kept, higher_than(lower))

    def then(answers: list[Any]) -> None:
        one_of(
            answers,
            (["Qualification", "UsedSince"], (lies(kept), lies(merged)) == ((0, 0, 110, 0), (70, 0, 0, 0))),
            (["NotReached", "LedgerDecision"], (lies(kept), lies(merged)) == ((70, 0, 0, 0), (70, 0, 40, 0))),
        )

    return Pair([claim(follow), approve(asked_undo(merge))], then)
