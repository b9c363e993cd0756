"""Freeze a ledger, by one person and at once; lift the freeze, by two."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from credits.actions import application, freezing, holding
from credits.actions.application import LedgerIsFrozen
from credits.actions.asking import NotForOneself, SaysNotWhy, UnableToAsk
from credits.actions.deciding import UnableToDecide
from credits.models import Freeze, Unfreeze
from credits.queries import ledger as queries
from credits.queries.statement import outline
from tests.factories.ledger import a_hold, a_merge, a_reversal, a_use, an_award, approved
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def a_freeze(learner, *, by=None, reason="Đang xem lại hồ sơ"):
    return freezing.freeze(learner=learner, reason=reason, actor=by or a_curator(), now=NOW)


def asked(freeze, *, by=None, key="unfreeze:1"):
    return freezing.ask_unfreeze(
        freeze=freeze,
        reason="Hồ sơ đúng",
        authority="Kết luận số 9",
        actor=by or a_curator(),
        idempotency_key=key,
        now=LATER,
    )


def test_no_credit_leaves_a_frozen_ledger_and_credit_still_comes_in():
    learner = a_learner()
    award = an_award(learner=learner)
    hold = a_hold(learner, {award.pk: 2})
    a_freeze(learner)

    for refused in (lambda: a_use(learner, {award.pk: 1}), lambda: a_hold(learner, {award.pk: 1})):
        with pytest.raises(LedgerIsFrozen):
            refused()

    mistake = an_award(learner=learner)
    a_reversal(mistake)
    holding.release(hold=hold, actor=learner, now=LATER)
    assert queries.balance(learner).total == 12
    assert queries.audit() == []


def test_frozen_twice_is_frozen_once():
    learner = a_learner()

    assert a_freeze(learner) == a_freeze(learner)

    assert Freeze.objects.count() == 1


def one_person():
    """Two accounts, merged, and credit that came to the merged one afterwards."""
    kept, merged = a_learner(), a_learner()
    a_merge(kept, merged)
    return kept, merged, an_award(learner=merged)


@pytest.mark.parametrize("which", [0, 1])
def test_a_freeze_is_of_all_accounts_of_a_person(which):
    accounts = one_person()
    kept, merged, late = accounts

    freeze = a_freeze(accounts[which])

    assert freeze.learner == kept
    assert outline(merged).frozen_because == "Đang xem lại hồ sơ"
    for refused in (lambda: a_use(merged, {late.pk: 1}), lambda: a_hold(merged, {late.pk: 1})):
        with pytest.raises(LedgerIsFrozen):
            refused()


def test_the_database_keeps_it_in_all_accounts(monkeypatch):
    kept, merged, late = one_person()
    a_freeze(kept)
    monkeypatch.setattr(application, "refuse_if_frozen", lambda learner: None)

    with pytest.raises(IntegrityError, match="the ledger is frozen"), transaction.atomic():
        a_use(merged, {late.pk: 1})

    assert queries.balance(merged).total == 12


def test_two_accounts_of_a_person_frozen_are_frozen_once():
    kept, merged, _late = one_person()

    assert a_freeze(kept) == a_freeze(merged)


def test_lifted_it_is_lifted_for_all_accounts():
    _kept, merged, late = one_person()
    approved(asked(a_freeze(merged)), now=LATER)

    assert a_use(merged, {late.pk: 1}, now=LATER)


def test_two_persons_lift_a_freeze():
    learner = a_learner()
    award = an_award(learner=learner)
    freeze = a_freeze(learner)
    request = asked(freeze)

    approved(request, now=LATER)
    approved(request, now=LATER)

    assert Unfreeze.objects.get().request == request
    assert a_use(learner, {award.pk: 1}, now=LATER)
    assert a_freeze(learner) != freeze


def test_asking_again_after_it_was_lifted_is_the_first_request_and_another_one_is_refused():
    freeze, curator = a_freeze(a_learner()), a_curator()
    request = asked(freeze, by=curator)
    approved(request, now=LATER)

    assert asked(freeze, by=curator) == request
    with pytest.raises(freezing.AlreadyLifted):
        asked(freeze, key="unfreeze:2")


def test_the_one_who_asked_does_not_lift_it():
    freeze = a_freeze(a_learner())
    curator = a_curator()

    with pytest.raises(UnableToDecide):
        approved(asked(freeze, by=curator), by=curator)

    assert not Unfreeze.objects.exists()


def test_freezing_is_refused():
    curator = a_curator()

    with pytest.raises(UnableToAsk):
        a_freeze(a_learner(), by=a_learner())
    other_account = a_learner()
    a_merge(curator, other_account)

    for own in (curator, other_account):
        with pytest.raises(NotForOneself):
            a_freeze(own, by=curator)
    with pytest.raises(SaysNotWhy):
        a_freeze(a_learner(), reason=" ")
    with pytest.raises(UnableToAsk):
        asked(a_freeze(a_learner()), by=a_learner())
