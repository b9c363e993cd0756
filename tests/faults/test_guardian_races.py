"""Guardians, several at once: taken back as they leave, two codes typed by one person, an answer as it ends."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from learners.actions import consent
from learners.actions import guardian as actions
from learners.choices import ConsentChannel, ConsentPurpose, GuardianProof, Language
from learners.models import Consent, Guardian, Learner
from learners.queries import consent as consents
from tests.factories.counter import the_manager
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner
from tests.faults.pairs.meeting import Pair, one_of
from tests.faults.search import goes_wrong_without_locks, wrong_orders
from tests.faults.together import kinds
from tests.seed import form

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = form(short=8, long=200)


def code_for(child: Learner) -> str:
    organization = child.registration.organization
    staff = the_manager(organization)
    said = {"child": child, "organization": organization, "actor": staff, "proof": GuardianProof.RESIDENCE}
    return actions.record(**said, full_name="Phan Thị Mẹ", idempotency_key=uuid4(), now=NOW)[1]


def leaves(guardian: Learner) -> int:
    with transaction.atomic():
        Learner.objects.select_for_update().get(pk=guardian.pk)
        return actions.end_all_of(learner=guardian, now=NOW)


def one_is_taken_back_as_they_leave() -> Pair:
    row = a_guardian(a_child())
    organization = row.organization
    revokes = partial(actions.revoke, guardian=row, actor=the_manager(organization), organization=organization, now=NOW)

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Guardian", "int"]
        assert Guardian.objects.get(pk=row.pk).revoked_at == NOW

    return Pair([revokes, partial(leaves, row.guardian)], then)


def two_codes_typed_by_one_person() -> Pair:
    child, guardian = a_child(), a_learner(birth_year=1985)
    codes = [code_for(child) for _ in range(2)]

    def then(answers: list[Any]) -> None:
        assert kinds(answers) == ["Guardian", "UnableToTakeUp"]
        assert Guardian.objects.filter(child=child, guardian=guardian).count() == 1

    return Pair([partial(actions.take_up, code=code, guardian=guardian, now=NOW) for code in codes], then)


def a_yes_as_the_guardian_is_taken_back() -> Pair:
    row = a_guardian(a_child())
    text = consents.text_of(ConsentPurpose.ACCESS_NEEDS)
    said = {"text": text, "language": Language.VI, "now": NOW}
    consent.give(learner=row.child, channel=ConsentChannel.PORTAL, **said)

    def then(answers: list[Any]) -> None:
        is_over = not Consent.objects.filter(learner=row.child, withdrawn_at__isnull=True).exists()
        one_of(answers, (["Consent", "Guardian"], is_over), (["NotGuardian", "Guardian"], is_over))

    return Pair(
        [
            partial(consent.answer_for_child, guardian=row, actor=row.guardian, is_yes=True, **said),
            partial(actions.revoke, guardian=row, actor=row.guardian, now=NOW),
        ],
        then,
    )


MEETINGS = [one_is_taken_back_as_they_leave, two_codes_typed_by_one_person, a_yes_as_the_guardian_is_taken_back]


@pytest.mark.parametrize("pair", MEETINGS, ids=lambda pair: pair.__name__)
def test_whatever_the_order_the_outcome_is_allowed(pair):
    assert wrong_orders(pair, at_most=ORDERS) == []


@pytest.mark.parametrize("pair", MEETINGS[1:], ids=lambda pair: pair.__name__)
def test_without_the_locks_some_order_goes_wrong(pair):
    assert goes_wrong_without_locks(pair)
