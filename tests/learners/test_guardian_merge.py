"""A child's two accounts become one: who stands for the child follows, where the law lets them, and goes back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from learners.actions import consent, following
from learners.actions import guardian as actions
from learners.choices import ConsentChannel, ConsentPurpose, Language
from learners.models import ConsentAnswer, Guardian, Learner, OrganizationComplaint
from learners.queries import consent as consents
from learners.queries import guardian as queries
from tests.factories.complaints import a_complaint
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS
THEN, LATER = NOW + timedelta(hours=1), NOW + timedelta(days=1)


def merge(giver, taker):
    with transaction.atomic():
        return following.move(giver=giver, taker=taker, key="merge:1", now=NOW)


def undo(giver, taker):
    with transaction.atomic():
        return following.move_back(giver=giver, taker=taker, key="merge:1", since=NOW, now=LATER)


def both_say_yes(standing, child, *, now=THEN):
    said = {"text": consents.text_of(NEEDS), "language": Language.VI, "now": now}
    consent.give(learner=child, channel=ConsentChannel.PORTAL, **said)
    return consent.answer_for_child(guardian=standing, actor=standing.guardian, is_yes=True, **said)


def standing_for(guardian):
    return [(row.pk, row.child_id) for row in queries.holding(guardian, now=NOW)]


@pytest.fixture
def kept() -> Learner:
    return a_child(full_name="Phan Gia Bao")


def test_the_guardian_stands_for_the_account_that_is_kept_and_answers_there_anew(kept):
    standing = a_guardian(a_child())
    merged = standing.child
    both_say_yes(standing, merged, now=NOW)

    merge(merged, kept)
    standing.refresh_from_db()
    there = standing_for(standing.guardian)
    given = both_say_yes(standing, kept)

    assert there == [(standing.pk, kept.pk)]
    assert given is not None
    assert given.learner == kept


def test_undone_they_stand_for_the_first_again_and_what_they_said_there_holds_as_before(kept):
    standing = a_guardian(a_child())
    merged = standing.child
    both_say_yes(standing, merged, now=NOW)
    merge(merged, kept)
    standing.refresh_from_db()
    both_say_yes(standing, kept)

    undo(merged, kept)

    assert standing_for(standing.guardian) == [(standing.pk, merged.pk)]
    assert consents.is_given(merged, NEEDS)
    assert not consents.is_given(kept, NEEDS)
    assert not ConsentAnswer.objects.filter(learner=kept, ended_at=None).exists()


def test_taken_back_after_a_merge_nothing_they_agreed_to_holds_in_either_account(kept):
    standing = a_guardian(a_child())
    merged = standing.child
    both_say_yes(standing, merged, now=NOW)
    merge(merged, kept)
    standing.refresh_from_db()
    both_say_yes(standing, kept)

    actions.revoke(guardian=standing, actor=standing.guardian, now=LATER)

    assert not consents.is_given(merged, NEEDS)
    assert not consents.is_given(kept, NEEDS)


@pytest.mark.parametrize("why", ["of age there", "no year there", "theirs is the account"])
def test_where_the_law_does_not_let_them_they_stay_where_they_were_recorded(why):
    standing = a_guardian(a_child())
    kept = {"of age there": a_child(age=20), "no year there": a_child(age=None)}.get(why, standing.guardian)

    merge(standing.child, kept)

    assert Guardian.objects.get(pk=standing.pk).child_id == standing.child_id
    assert standing_for(standing.guardian) == []


def test_who_stands_for_both_stands_once(kept):
    mother = a_learner(full_name="Phan Thị Mẹ")
    here, there = a_guardian(a_child(), guardian=mother), a_guardian(kept, guardian=mother)

    merge(here.child, kept)

    assert standing_for(mother) == [(there.pk, kept.pk)]


def test_a_guardian_and_a_complaint_go_to_no_other_person(kept):
    standing, complaint = a_guardian(a_child()), a_complaint()

    with pytest.raises(IntegrityError, match="stays as recorded"), transaction.atomic():
        Guardian.objects.filter(pk=standing.pk).update(child=kept)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        OrganizationComplaint.objects.filter(pk=complaint.pk).update(learner=kept)


def test_a_complaint_that_follows_keeps_its_words(kept):
    complaint = a_complaint()
    Learner.objects.filter(pk=complaint.learner_id).update(merged_into=kept)

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "RESET ROLE; UPDATE learners_organizationcomplaint SET text = 'khác', learner_id = %s", [kept.pk]
        )
