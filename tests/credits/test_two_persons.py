"""What a person starts on someone else's ledger a second person decides; the database sees to it."""

import pytest

from credits.actions import deciding
from credits.actions.asking import NotForOneself, SaysNotWhy
from credits.models import JournalEntry, LedgerDecision, LedgerRequest
from credits.permissions import Obstacle
from credits.queries import ledger as queries
from tests.credits.by_hand import commit, no_guards, refused, run
from tests.factories.ledger import a_merge, an_award, approved, asked_again, asked_reversal
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(db):
    return asked_reversal(an_award(learner=a_learner()))


def the_asker(request):
    return request.requested_by


def the_learner(request):
    request.learner.is_staff = True
    request.learner.save()
    return request.learner


def a_manager(request):
    return request.organization.registered_by


def a_curator_who_works_there(request):
    return an_organization_of(request, a_curator())


def an_organization_of(request, curator):
    request.organization.memberships.create(learner=curator, role="INSTRUCTOR", started_at=NOW)
    return curator


@pytest.mark.parametrize("who", [the_asker, the_learner, a_manager, a_curator_who_works_there])
def test_this_person_does_not_decide(request_, who):
    actor = who(request_)

    with pytest.raises(deciding.UnableToDecide) as refusal:
        approved(request_, by=actor)

    assert str(refusal.value)
    assert (LedgerDecision.objects.count(), JournalEntry.objects.count()) == (0, 1)


@pytest.mark.parametrize("who", [the_asker, the_learner, a_manager])
def test_nor_in_the_database(request_, who):
    decided = f"""INSERT INTO credits_ledgerdecision (request_id, outcome, decided_by_id, decided_at, note)
        VALUES ({request_.pk}, 'APPROVED', {who(request_).pk}, now(), '')"""

    assert "does not decide it" in refused(decided)

    with no_guards():
        commit(decided)  # the control: nothing but the trigger refused it


def test_a_decision_is_kept(request_):
    curator = a_curator()

    deciding.refuse(request=request_, actor=curator, note=" Chưa có biên bản ", now=NOW)

    decision = LedgerDecision.objects.get()
    assert (decision.outcome, decision.decided_by, decision.note) == ("REFUSED", curator, "Chưa có biên bản")


def test_who_refuses_says_why(request_):
    with pytest.raises(deciding.UnableToDecide):
        deciding.refuse(request=request_, actor=a_curator(), note="  ", now=NOW)


def test_only_who_asked_takes_it_back(request_):
    with pytest.raises(deciding.UnableToDecide):
        deciding.withdraw(request=request_, actor=a_curator(), now=NOW)

    deciding.withdraw(request=request_, actor=request_.requested_by, now=NOW)

    with pytest.raises(deciding.AlreadyDecided):
        approved(request_)
    assert JournalEntry.objects.count() == 1


def test_nobody_asks_about_their_own_ledger():
    curator = a_curator()

    with pytest.raises(NotForOneself):
        asked_reversal(an_award(learner=curator), by=curator)


def test_what_somebody_asked_for_who_turns_out_to_be_the_learner_is_not_approved():
    learner, curator = a_learner(), a_curator()
    request = asked_reversal(an_award(learner=learner), by=curator)
    a_merge(learner, curator)

    with pytest.raises(deciding.UnableToDecide):
        approved(request)
    deciding.refuse(request=request, actor=a_curator(), note="Của chính mình", now=NOW)

    assert request.decision.outcome == "REFUSED"


def test_a_merge_between_our_question_and_the_databases_is_told_as_what_it_is(monkeypatch):
    learner, curator = a_learner(), a_curator()
    request = asked_reversal(an_award(learner=learner))
    a_merge(learner, curator)
    answers = iter([None, Obstacle.CONCERNED])  # not merged yet, then it was
    monkeypatch.setattr(deciding, "obstacle_to_deciding", lambda actor, request: next(answers))

    with pytest.raises(deciding.UnableToDecide):
        approved(request, by=curator)

    assert not LedgerDecision.objects.filter(request=request).exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_who_asks_says_why(reason):
    with pytest.raises(SaysNotWhy):
        asked_reversal(an_award(learner=a_learner()), reason=reason)

    assert not LedgerRequest.objects.exists()


def test_an_approval_of_one_entry_does_not_reverse_another():
    learner, issuer = a_learner(), an_organization()
    agreed, other = (an_award(learner=learner, issuer=issuer) for _ in range(2))
    request = asked_reversal(agreed)
    approved(asked_again(request))
    LedgerDecision.objects.create(request=request, outcome="APPROVED", decided_by=a_curator(), decided_at=NOW)
    forged = f"""INSERT INTO credits_journalentry (public_id, reason, learner_id, sequence, occurred_at, recorded_at,
            idempotency_key, body_hash, snapshot, reverses_id, reversal_part, request_id, prev_hash, hash)
        SELECT gen_random_uuid(), 'REVERSAL', learner_id, sequence + 1, recorded_at, recorded_at, 'forged', body_hash,
            snapshot, {other.pk}, 1, {request.pk}, hash, sha256('x')
        FROM credits_journalentry ORDER BY id DESC LIMIT 1"""

    assert "two persons have not agreed" in refused(forged)

    with no_guards():
        run(forged)
    assert queries.audit()
