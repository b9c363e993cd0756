"""A report is answered by who may, told to its learner, and goes up to the curators when it is overdue."""

from datetime import timedelta

import pytest

from credits.actions import dispute
from credits.choices import DisputeOutcome, DisputeState
from credits.models import Dispute
from learners.choices import Role
from tests.factories.disputes import OVERDUE, a_dispute, answered, letters
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


def test_a_manager_answers_and_the_learner_is_told():
    issuer = an_organization()
    case = a_dispute(issuer=issuer)
    later = NOW + timedelta(days=3)  # Tuesday: two working days

    done = answered(case, by=issuer.registered_by, outcome=DisputeOutcome.PARTLY, text="Thiếu một buổi.", now=later)

    assert (done.state, done.outcome, done.answer) == (DisputeState.ANSWERED, DisputeOutcome.PARTLY, "Thiếu một buổi.")
    assert (done.answered_by, done.answered_for, done.answered_after_days) == (issuer.registered_by, issuer, 2)
    (told,) = letters("DISPUTE_ANSWERED")
    assert (told.recipient, told.data["reason"]) == (case.learner, "Thiếu một buổi.")
    assert (told.data["person"], told.data["org"]) == (issuer.registered_by.full_name, issuer.name)


def test_a_curator_answers_in_the_portals_name():
    case = a_dispute()

    done = answered(case, by=a_curator())

    assert (done.state, done.answered_for) == (DisputeState.ANSWERED, None)


def test_the_same_answer_twice_is_one_and_another_is_refused():
    case = a_dispute()
    manager = case.organization.registered_by
    answered(case, by=manager)

    again = answered(case, by=manager, now=NOW + timedelta(days=1))
    with pytest.raises(dispute.NotWaiting):
        answered(case, by=manager, text="Khác.")

    assert again.answered_at == NOW
    assert len(letters("DISPUTE_ANSWERED")) == 1


def a_member(case, role):
    member = a_learner()
    a_membership(organization=case.organization, learner=member, role=role)
    return member


@pytest.mark.parametrize(
    "who",
    [
        lambda case: a_learner(),
        lambda case: case.learner,
        lambda case: an_organization().registered_by,
        lambda case: a_member(case, Role.INSTRUCTOR),
        lambda case: a_member(case, Role.ASSESSOR),
    ],
    ids=["a stranger", "the learner", "a manager elsewhere", "an instructor", "an assessor"],
)
def test_nobody_else_answers(who):
    case = a_dispute()

    with pytest.raises(dispute.NotYoursToAnswer):
        answered(case, by=who(case))

    assert Dispute.objects.get().state == DisputeState.OPEN


def test_nobody_answers_about_their_own_record():
    curator, manager = a_curator(), a_learner()
    issuer = an_organization(manager=manager)
    colleague = a_learner()
    a_membership(organization=issuer, learner=colleague, role=Role.MANAGER)
    own_as_curator, own_as_manager = a_dispute(learner=curator), a_dispute(learner=manager, issuer=issuer)

    for case, person in ((own_as_curator, curator), (own_as_manager, manager)):
        with pytest.raises(dispute.NotYoursToAnswer, match="sổ của chính bạn"):
            answered(case, by=person)

    assert answered(own_as_manager, by=colleague).answered_for == issuer


def test_a_curator_who_belongs_to_the_organization_leaves_it_to_another():
    curator = a_curator()
    case = a_dispute()
    a_membership(organization=case.organization, learner=curator, role=Role.VOLUNTEER)

    with pytest.raises(dispute.NotYoursToAnswer):
        answered(case, by=curator)


def test_an_answer_says_something():
    case = a_dispute()

    with pytest.raises(dispute.AnswerMissing):
        answered(case, by=a_curator(), text="  ")


@pytest.mark.parametrize(
    ("now", "taken_over"),
    [(OVERDUE - timedelta(minutes=2), 0), (OVERDUE, 1)],
    ids=["on the last day", "the day after"],
)
def test_what_is_overdue_goes_to_the_curators(now, taken_over):
    case = a_dispute()

    assert dispute.escalate_due(now=now) == taken_over

    case.refresh_from_db()
    assert case.escalated_at == (now if taken_over else None)


def test_going_up_happens_once_and_only_to_what_waits():
    waiting, done, back = a_dispute(), a_dispute(), a_dispute()
    answered(done, by=a_curator())
    dispute.withdraw(dispute=back, learner=back.learner, now=NOW)

    counts = [dispute.escalate_due(now=OVERDUE), dispute.escalate_due(now=OVERDUE + timedelta(days=1))]

    assert counts == [1, 0]
    assert Dispute.objects.get(escalated_at__isnull=False) == waiting
    assert Dispute.objects.get(pk=waiting.pk).escalated_at == OVERDUE


def test_what_went_up_is_answered_by_a_curator():
    case = a_dispute()
    dispute.escalate_due(now=OVERDUE)

    with pytest.raises(dispute.NotYoursToAnswer):
        answered(case, by=case.organization.registered_by, now=OVERDUE)
    done = answered(case, by=a_curator(), now=OVERDUE)

    assert (done.answered_for, done.answered_after_days) == (None, 15)  # Saturday 12 December is none
