"""Guardians: recorded at the counter, taken up by a code; a child's consent stands on their yes and the child's own."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from learners import rules
from learners.actions import consent, erasure, needs
from learners.actions import guardian as actions
from learners.choices import ConsentChannel, ConsentPurpose, GuardianProof, Language, Role
from learners.models import AccessNeeds, Consent, ConsentAnswer, Guardian, Learner
from learners.queries import consent as consents
from learners.queries import guardian as queries
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import the_manager
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS
THEN = NOW + timedelta(hours=1)


def child_says_yes(child, *, now=NOW):
    said = {"language": Language.VI, "channel": ConsentChannel.PORTAL, "now": now}
    return consent.give(learner=child, text=consents.text_of(NEEDS), **said)


def guardian_says(standing, *, is_yes=True, now=NOW):
    said = {"text": consents.text_of(NEEDS), "is_yes": is_yes, "language": Language.VI, "now": now}
    return consent.answer_for_child(guardian=standing, actor=standing.guardian, **said)


def record(child, *, organization=None, actor=None, key=None, now=NOW):
    organization = organization or child.registration.organization
    said = {"organization": organization, "actor": actor or the_manager(organization), "now": now}
    said["idempotency_key"] = key or uuid4()
    return actions.record(child=child, full_name="Phan Thị Mẹ", proof=GuardianProof.DECISION, **said)


def run_as_owner(statement: str, values: object = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(statement, values)
        cursor.execute("SET ROLE lh_app")


# Whose yes it takes


@pytest.mark.parametrize("child_first", [True, False])
def test_from_seven_on_it_takes_both(child_first):
    child = a_child(age=10)
    standing = a_guardian(child)
    first, second = (child_says_yes, guardian_says) if child_first else (guardian_says, child_says_yes)
    whom = {child_says_yes: child, guardian_says: standing}

    before = first(whom[first])
    pending = consents.is_given(child, NEEDS)
    given = second(whom[second], now=THEN)

    assert (before, pending) == (None, False)
    assert (given.learner, given.given_at) == (child, THEN)
    assert consents.is_given(child, NEEDS)


def test_under_seven_the_guardian_alone():
    child = a_child(age=5)

    given = guardian_says(a_guardian(child))

    assert given == Consent.objects.get(learner=child, withdrawn_at=None)


def test_the_youngest_do_not_agree_for_themselves():
    child = a_child(age=5)
    a_guardian(child)

    assert child_says_yes(child) is None
    assert not consents.is_given(child, NEEDS)


@pytest.mark.parametrize("age", [17, 60, None])
def test_above_or_unknown_the_person_alone(age):
    assert child_says_yes(a_child(age=age)) is not None
    assert not ConsentAnswer.objects.exists()


def test_what_waits_is_shown_to_nobody_and_once_agreed_it_is():
    child = a_child()
    standing = a_guardian(child)
    with pytest.raises(Consent.DoesNotExist):
        agreed_to_needs(child)
    waiting = consents.needs_of([child.pk])

    guardian_says(standing)

    assert AccessNeeds.objects.filter(learner=child).exists()
    assert waiting == {}
    assert list(consents.needs_of([child.pk])) == [child.pk]


def test_said_twice_it_is_said_once():
    child = a_child()
    standing = a_guardian(child)
    child_says_yes(child)

    first, second = guardian_says(standing), guardian_says(standing, now=THEN)
    child_says_yes(child, now=THEN)

    assert first == second
    assert ConsentAnswer.objects.count() == 2


# No, and taking back


@pytest.mark.parametrize("who", ["child", "guardian"])
def test_either_withdraws_alone_and_what_was_kept_goes(who):
    child = a_child()
    standing = a_guardian(child)
    guardian_says(standing)
    agreed_to_needs(child)

    if who == "child":
        consent.withdraw(learner=child, purpose=NEEDS, now=THEN)
    else:
        guardian_says(standing, is_yes=False, now=THEN)

    assert not consents.is_given(child, NEEDS)
    assert not AccessNeeds.objects.filter(learner=child).exists()
    assert not ConsentAnswer.objects.filter(learner=child, is_yes=True, ended_at=None).exists()


def test_a_no_of_one_parent_holds_against_the_yes_of_the_other():
    child = a_child()
    mother, father = a_guardian(child), a_guardian(child, guardian=a_learner(full_name="Phan Văn Cha"))
    guardian_says(mother, is_yes=False)

    guardian_says(father)
    child_says_yes(child)
    refused = consents.is_given(child, NEEDS)
    changed = guardian_says(mother, now=THEN)

    assert refused is False
    assert changed is not None


def test_a_no_of_one_parent_outlives_the_no_of_the_other():
    child = a_child()
    mother, father = a_guardian(child), a_guardian(child, guardian=a_learner(full_name="Phan Văn Cha"))
    guardian_says(mother, is_yes=False)

    guardian_says(father, is_yes=False)
    guardian_says(father, now=THEN)
    child_says_yes(child, now=THEN)
    against_hers = consents.is_given(child, NEEDS)
    changed = guardian_says(mother, now=THEN)

    assert against_hers is False
    assert changed is not None


@pytest.mark.parametrize("how", ["withdrawn", "left_empty"])
def test_a_child_withdrawing_does_not_undo_a_parents_no(how):
    child = a_child()
    mother, father = a_guardian(child), a_guardian(child, guardian=a_learner(full_name="Phan Văn Cha"))
    guardian_says(mother, is_yes=False)

    if how == "withdrawn":
        consent.withdraw(learner=child, purpose=NEEDS, now=THEN)
    else:
        said = {"text": consents.text_of(NEEDS), "language": Language.VI, "now": THEN}
        needs.tell(learner=child, needs=[], words="", **said)
    guardian_says(father, now=THEN)
    child_says_yes(child, now=THEN)

    assert not consents.is_given(child, NEEDS)
    assert [answer.said_by for answer in ConsentAnswer.objects.filter(is_yes=False, ended_at=None)] == [mother.guardian]


def test_what_one_parent_agreed_to_ends_with_them_unless_the_other_agreed_too():
    child = a_child()
    mother, father = a_guardian(child), a_guardian(child, guardian=a_learner(full_name="Phan Văn Cha"))
    guardian_says(mother)
    guardian_says(father)
    child_says_yes(child)

    actions.revoke(guardian=mother, actor=mother.guardian, now=THEN)
    after_one = consents.is_given(child, NEEDS)
    actions.revoke(guardian=father, actor=father.guardian, now=THEN)

    assert after_one is True
    assert not consents.is_given(child, NEEDS)


# Who stands for a child, and until when


def test_nobody_else_answers_for_a_child():
    standing = a_guardian(a_child())
    said = {"text": consents.text_of(NEEDS), "is_yes": True, "language": Language.VI, "now": NOW}

    with pytest.raises(consent.NotGuardian):
        consent.answer_for_child(guardian=standing, actor=a_learner(), **said)


def test_it_ends_by_itself_in_the_year_in_which_the_child_agrees_alone():
    child = a_child(age=16)
    standing = a_guardian(child)
    new_year = NOW.replace(year=2027, month=1, day=1)

    still = list(queries.holding(standing.guardian, now=NOW))
    with pytest.raises(consent.NotGuardian):
        guardian_says(standing, now=new_year)

    assert still == [standing]
    assert list(queries.holding(standing.guardian, now=new_year)) == []
    assert child_says_yes(child, now=new_year) is not None


def test_a_revoked_guardian_answers_nothing():
    standing = a_guardian(a_child())
    organization = standing.child.registration.organization
    staff = the_manager(organization)

    actions.revoke(guardian=standing, actor=staff, organization=organization, now=NOW)
    again = actions.revoke(guardian=standing, actor=staff, organization=organization, now=THEN)

    assert (again.revoked_at, again.revoked_by) == (NOW, staff)
    with pytest.raises(consent.NotGuardian):
        guardian_says(standing)


def test_whoever_comes_in_by_a_merged_account_goes_on_standing():
    standing = a_guardian(a_child())
    kept = a_learner()
    Learner.objects.filter(pk=standing.guardian_id).update(merged_into=kept)

    assert list(queries.holding(kept, now=NOW)) == [standing]


def test_recorded_by_the_staff_who_registered_the_child_and_by_nobody_else():
    child = a_child()
    elsewhere = an_organization()

    for organization, actor in (
        (elsewhere, the_manager(elsewhere)),
        (child.registration.organization, a_learner()),
        (child.registration.organization, child),
    ):
        with pytest.raises(actions.UnableToRecord):
            record(child, organization=organization, actor=actor)


@pytest.mark.parametrize("age", [17, None])
def test_only_a_child_has_a_guardian(age):
    with pytest.raises(actions.UnableToRecord):
        record(a_child(age=age))


def test_an_organisation_whose_verification_is_over_records_none():
    child = a_child()
    child.registration.organization.verified_until = NOW.date() - timedelta(days=1)
    child.registration.organization.save()

    with pytest.raises(actions.UnableToRecord):
        record(child)


def test_two_at_once_and_a_code_that_ran_out_is_not_counted():
    child = a_child()
    record(child)
    a_guardian(child)

    with pytest.raises(actions.UnableToRecord):
        record(child)
    record(child, now=NOW + rules.GUARDIAN_CODE_VALID)

    assert Guardian.objects.count() == 3


def test_a_form_sent_twice_is_one_guardian_and_one_code():
    child, key = a_child(), uuid4()
    colleague = a_membership(
        organization=child.registration.organization, learner=a_learner(), role=Role.INSTRUCTOR
    ).learner

    first, again = record(child, key=key), record(child, key=key, now=THEN)
    of_another = record(child, key=key, actor=colleague)
    other_parent = record(child)

    assert first == again
    assert of_another == (first[0], "")
    assert other_parent[1] != first[1]
    assert Guardian.objects.count() == 2


def test_the_code_is_told_once_more_only_while_it_waits():
    child, key = a_child(), uuid4()
    _row, code = record(child, key=key)

    late = record(child, key=key, now=NOW + rules.GUARDIAN_CODE_VALID)
    actions.take_up(code=code, guardian=a_learner(birth_year=1985), now=NOW)
    taken = record(child, key=key)

    assert (late[1], taken[1]) == ("", "")


def test_the_same_key_for_another_child_is_another_guardian_and_another_code():
    key, organization = uuid4(), an_organization()

    codes = {record(a_child(organization=organization), key=key)[1] for _each in range(2)}

    assert len(codes) == 2


def test_the_code_outlives_a_change_of_the_portals_key(settings):
    child, key = a_child(), uuid4()
    _row, code = record(child, key=key)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-portal-" * 3

    assert record(child, key=key)[1] == code


def test_the_database_keeps_one_guardian_of_a_form():
    child, key = a_child(), uuid4()
    row, _code = record(child, key=key)
    row.pk, row.public_id, row.code_hash = None, uuid4(), "other"

    with pytest.raises(IntegrityError, match="guardian_recorded_once"), transaction.atomic():
        row.save(force_insert=True)


def test_a_code_is_of_one_person_for_seven_days():
    child = a_child()
    row, code = record(child)
    staff = row.recorded_by

    for who, now in (
        (child, NOW),
        (staff, NOW),
        (a_learner(birth_year=2010), NOW),  # perhaps not of age
        (a_learner(), NOW),  # nobody knows how old: the child again, perhaps
        (a_learner(birth_year=1985), NOW + rules.GUARDIAN_CODE_VALID),
    ):
        with pytest.raises(actions.UnableToTakeUp):
            actions.take_up(code=code, guardian=who, now=now)
    taken = actions.take_up(code=code, guardian=a_learner(birth_year=1985), now=NOW)
    with pytest.raises(actions.UnableToTakeUp):
        actions.take_up(code=code, guardian=a_learner(birth_year=1985), now=NOW)

    assert taken == row
    assert code not in str(Guardian.objects.values().get())


def test_recorded_already_one_is_not_recorded_twice():
    child, parent = a_child(), a_learner()
    a_guardian(child, guardian=parent)
    _row, code = record(child)

    with pytest.raises(actions.UnableToTakeUp):
        actions.take_up(code=code, guardian=parent, now=NOW)


# Leaving


@pytest.mark.parametrize("who", ["child", "guardian"])
def test_whoever_leaves_is_bound_no_longer(who):
    child = a_child()
    standing = a_guardian(child)
    child_says_yes(child)
    guardian_says(standing)
    leaver = child if who == "child" else standing.guardian

    with transaction.atomic():
        done = erasure.erase(learner=leaver, now=THEN)

    standing.refresh_from_db()
    assert done["guardians"] == 1
    assert standing.revoked_at == THEN
    assert not consents.is_given(child, NEEDS)
    assert not ConsentAnswer.objects.filter(ended_at=None, guardian__isnull=False).exists()
