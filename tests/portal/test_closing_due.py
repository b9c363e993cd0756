"""The time of a closing has come: what has begun is not stopped, one that fails holds up no other, managers wait."""

import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.models import WishVoice
from learners.actions import closing as actions
from learners.actions import erasure, one_by_one
from learners.choices import OrganizationStatus, Role
from learners.models import AccountClosing, Learner, Membership
from learners.queries import closing as queries
from learners.rules import CLOSING_WAITS
from portal.actions import closing
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.factories.wishes import a_wish

pytestmark = pytest.mark.django_db
THEN = NOW + CLOSING_WAITS
LATER = THEN + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def asked(learner: Learner) -> AccountClosing:
    return actions.ask(learner=learner, now=NOW)[0]


def reread(made: AccountClosing) -> AccountClosing:
    made.refresh_from_db()
    return made


# Begun


def test_what_has_begun_is_not_stopped():
    learner = a_learner()
    made = asked(learner)

    begun = actions.begin(closing=made, now=THEN)
    again = actions.begin(closing=made, now=LATER)
    stopped = actions.stop(learner=learner, now=LATER)

    assert (begun, again, stopped) == (True, True, False)
    assert (reread(made).leaving_at, made.stopped_at) == (THEN, None)
    with pytest.raises(IntegrityError, match="account_closing_ends_one_way"), transaction.atomic():
        AccountClosing.objects.update(stopped_at=LATER)
    assert closing.close_due(now=LATER) == 1


def test_what_was_stopped_does_not_begin():
    learner = a_learner()
    made = asked(learner)
    voice = a_wish(learner=learner)
    actions.stop(learner=learner, now=NOW)

    begun = actions.begin(closing=made, now=THEN)  # as by a worker that had found it due just before

    assert begun is False
    assert WishVoice.objects.get(pk=voice.pk).ended_at is None


def test_it_does_not_begin_before_its_time():
    asked(a_learner())

    with pytest.raises(IntegrityError, match="account_closing_waits"), transaction.atomic():
        AccountClosing.objects.update(leaving_at=THEN - timedelta(seconds=1))


def test_its_page_says_that_it_has_begun(client):
    _made, token = actions.ask(learner=a_learner(), now=NOW)
    AccountClosing.objects.update(leaving_at=THEN)

    page = client.get(f"/closing/{token}/").content.decode()

    assert "không dừng được nữa" in page
    assert "Đăng nhập trước lúc ấy" not in page


# One that fails


def test_one_that_fails_holds_up_no_other_and_is_told_of(monkeypatch, caplog):
    first, second = asked(a_learner(full_name="Người Thứ Nhất")), asked(a_learner())
    erase = erasure.erase

    def failing_for_the_first(*, learner, now):
        if learner.pk == first.learner_id:
            raise RuntimeError("a table nobody thought of")
        return erase(learner=learner, now=now)

    monkeypatch.setattr(erasure, "erase", failing_for_the_first)
    with caplog.at_level(logging.ERROR), pytest.raises(one_by_one.SomeFailed, match="closings: 1 failed, 1 done"):
        closing.close_due(now=THEN)
    monkeypatch.undo()
    in_between = (reread(first).erased_at, reread(second).erased_at)
    next_time = closing.close_due(now=LATER)

    assert in_between == (None, THEN)
    (told,) = [record for record in caplog.records if record.message == "row_failed"]
    assert (told.what, told.key) == ("closings", str(first.public_id))
    assert told.exc_info is not None
    assert "Người Thứ Nhất" not in caplog.text
    assert (next_time, reread(first).erased_at) == (1, LATER)


# More than one account


def test_merged_accounts_leave_too_and_are_locked_with_the_kept_one():
    """What both accounts had stayed with the merged one (decision 0217): a place in the same class."""
    kept, run = a_learner(), a_published_run()
    merged = a_learner(merged_into=kept)
    for account in (kept, merged):
        enrolled(account, run)
    asked(kept)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        done = closing.close_due(now=THEN)

    assert done == 1
    assert run.enrollments.holding_seat().count() == 0
    locks = [each["sql"] for each in captured if each["sql"].endswith('"learners_learner"."id" ASC FOR UPDATE')]
    assert [f"IN ({kept.pk}, {merged.pk})" in sql for sql in locks] == [True]


# Managers


def test_of_two_managers_the_second_hands_over_first():
    organization = an_organization()
    first, second = organization.registered_by, a_learner()
    a_membership(organization=organization, learner=second, role=Role.MANAGER)
    asked(first)

    with pytest.raises(actions.LastManager):
        actions.ask(learner=second, now=NOW + timedelta(days=1))
    actions.stop(learner=first, now=NOW)
    after = actions.ask(learner=second, now=NOW + timedelta(days=1))[1]

    assert after
    assert closing.close_due(now=THEN + timedelta(days=1)) == 1


def test_an_own_merged_account_is_nobody_else():
    organization = an_organization()
    manager = organization.registered_by
    a_membership(organization=organization, learner=a_learner(merged_into=manager), role=Role.MANAGER)

    with pytest.raises(actions.LastManager):
        actions.ask(learner=manager, now=NOW)


def test_nor_is_the_merged_account_of_somebody_who_leaves_too():
    organization = an_organization()
    other = a_learner()
    a_membership(organization=organization, learner=a_learner(merged_into=other), role=Role.MANAGER)
    asked(other)

    with pytest.raises(actions.LastManager):
        actions.ask(learner=organization.registered_by, now=NOW)


def test_what_only_a_merged_account_manages_is_handed_over_first():
    organization, kept = an_organization(), a_learner()
    Learner.objects.filter(pk=organization.registered_by_id).update(merged_into=kept)

    with pytest.raises(actions.LastManager):
        actions.ask(learner=kept, now=NOW)


def test_who_has_become_the_only_manager_meanwhile_waits_for_another(client, time_machine):
    organization = an_organization(verified=False, name_vi="Thư viện Ninh Kiều")
    manager = organization.registered_by
    made, token = actions.ask(learner=manager, now=NOW)
    verified = an_organization()
    for name in ("status", "verified_at", "verified_by", "verified_until"):
        setattr(organization, name, getattr(verified, name))
    organization.save()
    time_machine.move_to(THEN, tick=False)

    first = closing.close_due(now=THEN)
    page = client.get(f"/closing/{token}/").content.decode()
    held = Membership.objects.get(learner=manager).ended_at
    a_membership(organization=organization, learner=a_learner(), role=Role.MANAGER)
    second = closing.close_due(now=LATER)

    assert organization.status == OrganizationStatus.VERIFIED
    assert (first, held, second) == (0, None, 1)
    assert "duy nhất của Thư viện Ninh Kiều" in page
    assert reread(made).erased_at == LATER


def test_of_two_that_had_asked_before_one_goes():
    """Asked before the second was refused: the one whose time comes first may go, the other waits."""
    organization = an_organization()
    a_membership(organization=organization, learner=(second := a_learner()), role=Role.MANAGER)
    asked(organization.registered_by)
    AccountClosing.objects.create(learner=second, token_hash="2", asked_at=NOW, due_at=THEN)

    assert closing.close_due(now=THEN) == 1
    assert queries.waiting(second).leaving_at is None


def test_it_takes_as_many_queries_for_many_managers(django_assert_num_queries):
    organization = an_organization()
    for _ in range(3):
        a_membership(organization=organization, learner=a_learner(), role=Role.MANAGER)

    with django_assert_num_queries(4):
        assert queries.left_without_manager(organization.registered_by) == []
