"""Every learner's proof leads to the root that was published, at a constant cost."""

import hashlib
from datetime import timedelta

import pytest

from credits.models import JournalEntry
from credits.queries import seal as queries
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.seals import a_seal, leaf_hash

pytestmark = pytest.mark.django_db


def root_of(proof: queries.Proof, leaf: bytes) -> bytes:
    """Walk from the leaf to the root as the proof says."""
    for side, sibling in proof.siblings:
        pair = sibling + leaf if side == "left" else leaf + sibling
        leaf = hashlib.sha256(b"\1" + pair).digest()
    return leaf


def sides_of(index: int, size: int) -> list[str]:
    """Return on which side the siblings of a leaf stand, by its place alone (RFC 9162, section 2.1.3.2)."""
    sides = []
    while size > 1:
        if index % 2:
            sides.append("left")
        elif index + 1 < size:
            sides.append("right")
        index, size = index // 2, (size + 1) // 2
    return sides


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 11])
def test_every_proof_leads_to_the_root(size):
    issuer, learners = an_organization(), [a_learner() for _ in range(size)]
    for learner in learners:
        an_award(learner=learner, issuer=issuer)
    sealed = a_seal()

    proofs = [queries.proof(learner) for learner in learners]

    for index, (learner, proof) in enumerate(zip(learners, proofs, strict=True)):
        entry = JournalEntry.objects.select_related("learner").get(learner=learner)
        assert (proof.seal, proof.index, proof.sequence) == (sealed, index, 1)
        assert [side for side, _ in proof.siblings] == sides_of(index, size)
        assert root_of(proof, leaf_hash(entry)) == bytes(sealed.tree_root)


def test_a_proof_is_by_the_newest_seal_and_says_up_to_which_entry():
    issuer, learners = an_organization(), [a_learner() for _ in range(3)]
    first = [an_award(learner=learner, issuer=issuer) for learner in learners]
    a_seal(1)
    an_award(learner=learners[0], issuer=issuer)
    an_award(learner=a_learner(), issuer=issuer)
    second = a_seal(2)
    an_award(learner=learners[1], issuer=issuer, now=NOW + timedelta(days=3))

    unchanged, changed = queries.proof(learners[1]), queries.proof(learners[0])

    assert (unchanged.seal, unchanged.sequence) == (second, 1)
    assert root_of(unchanged, leaf_hash(first[1])) == bytes(second.tree_root)
    assert (changed.seal, changed.sequence) == (second, 2)
    assert root_of(changed, leaf_hash(first[0])) != bytes(second.tree_root)


def test_who_is_not_under_a_seal_has_no_proof():
    early, late = a_learner(), a_learner()

    assert queries.proof(early) is None

    an_award(learner=early)
    a_seal()
    an_award(learner=late)

    assert queries.proof(early) is not None
    assert queries.proof(late) is None


@pytest.mark.parametrize(("learners", "nights"), [(1, 1), (20, 4)])
def test_a_proof_costs_two_queries(learners, nights, django_assert_num_queries):
    issuer, people = an_organization(), [a_learner() for _ in range(learners)]
    for night in range(1, nights + 1):
        for learner in people:
            an_award(learner=learner, issuer=issuer)
        a_seal(night)

    with django_assert_num_queries(2):
        queries.proof(people[0])
