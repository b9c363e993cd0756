"""What the database keeps to of guardians, of children's consents and of what was answered about them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from learners.actions import consent
from learners.actions import guardian as actions
from learners.choices import ConsentChannel, ConsentPurpose, GuardianProof, Language
from learners.models import Consent, ConsentAnswer, Guardian, Learner
from learners.queries import consent as consents
from tests.factories.counter import the_manager
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS
THEN = NOW + timedelta(hours=1)


def child_says_yes(child, *, now=NOW):
    said = {"language": Language.VI, "channel": ConsentChannel.PORTAL, "now": now}
    return consent.give(learner=child, text=consents.text_of(NEEDS), **said)


def guardian_says(standing, *, is_yes=True, now=NOW):
    said = {"text": consents.text_of(NEEDS), "is_yes": is_yes, "language": Language.VI, "now": now}
    return consent.answer_for_child(guardian=standing, actor=standing.guardian, **said)


def record(child, *, organization=None, actor=None, now=NOW):
    organization = organization or child.registration.organization
    said = {"organization": organization, "actor": actor or the_manager(organization), "now": now}
    return actions.record(child=child, full_name="Phan Thị Mẹ", proof=GuardianProof.DECISION, **said)


def run_as_owner(statement: str, values: object = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(statement, values)
        cursor.execute("SET ROLE lh_app")


def insert_consent(child: Learner) -> None:
    said = {"purpose": NEEDS, "text": consents.text_of(NEEDS), "language": "vi", "channel": "PORTAL"}
    Consent.objects.create(learner=child, given_at=NOW, **said)


def test_the_database_refuses_a_consent_without_a_guardian():
    child = a_child()
    child_says_yes(child)

    with pytest.raises(IntegrityError, match="no guardian has agreed"), transaction.atomic():
        insert_consent(child)


def test_the_database_refuses_a_consent_on_a_revoked_guardian():
    child = a_child(age=5)
    standing = a_guardian(child)
    ConsentAnswer.objects.create(
        learner=child,
        purpose=NEEDS,
        text=consents.text_of(NEEDS),
        guardian=standing,
        said_by=standing.guardian,
        is_yes=True,
        language="vi",
        channel="PORTAL",
        said_at=NOW,
    )
    Guardian.objects.update(revoked_at=NOW, revoked_by=standing.guardian)

    with pytest.raises(IntegrityError, match="no guardian has agreed"), transaction.atomic():
        insert_consent(child)


def test_the_database_refuses_a_consent_without_the_childs_own_yes():
    child = a_child()
    guardian_says(a_guardian(child))

    with pytest.raises(IntegrityError, match="the child has not agreed"), transaction.atomic():
        insert_consent(child)


def test_the_database_refuses_a_consent_against_the_no_of_a_guardian():
    child = a_child()
    guardian_says(a_guardian(child), is_yes=False)
    guardian_says(a_guardian(child, guardian=a_learner()))
    child_says_yes(child)

    with pytest.raises(IntegrityError, match="a guardian has refused"), transaction.atomic():
        insert_consent(child)


@pytest.mark.parametrize("who", ["a stranger", "of another child", "revoked", "of somebody grown up"])
def test_the_database_refuses_an_answer_of_who_does_not_stand_for_the_child(who):
    child = a_child(age=16)
    standing = a_guardian(child)
    said_by, said_at = standing.guardian, NOW
    if who == "a stranger":
        said_by = a_learner()
    elif who == "of another child":
        standing = a_guardian(a_child(), guardian=standing.guardian)
    elif who == "revoked":
        Guardian.objects.update(revoked_at=NOW, revoked_by=standing.guardian)
    else:
        said_at = NOW.replace(year=2027)

    with pytest.raises(IntegrityError, match="no guardian of this child"), transaction.atomic():
        ConsentAnswer.objects.create(
            learner=child,
            purpose=NEEDS,
            text=consents.text_of(NEEDS),
            guardian=standing,
            said_by=said_by,
            is_yes=True,
            language="vi",
            channel="PORTAL",
            said_at=said_at,
        )


def test_the_database_refuses_a_guardian_of_somebody_grown_up_and_one_not_of_age():
    standing = a_guardian(a_child())
    grown, young, staff = a_learner(birth_year=1990), a_learner(birth_year=2010), standing.recorded_by
    columns = {
        "proof": "DECISION",
        "organization": standing.organization,
        "recorded_by": standing.recorded_by,
        "recorded_at": NOW,
        "code_ends_at": THEN,
    }

    with pytest.raises(IntegrityError, match="only a child has a guardian"), transaction.atomic():
        Guardian.objects.create(child=grown, code_hash="1", idempotency_key=uuid4(), **columns)
    with pytest.raises(IntegrityError, match="a guardian is of age"), transaction.atomic():
        Guardian.objects.create(
            child=standing.child, code_hash="2", idempotency_key=uuid4(), guardian=young, accepted_at=NOW, **columns
        )
    with pytest.raises(IntegrityError, match="guardian_is_a_third_person"), transaction.atomic():
        Guardian.objects.create(
            child=standing.child, code_hash="3", idempotency_key=uuid4(), guardian=staff, accepted_at=NOW, **columns
        )


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE learners_guardian SET proof = 'RESIDENCE'", "stays as recorded"),
        ("UPDATE learners_guardian SET guardian_id = NULL, accepted_at = NULL", "stays as recorded"),
        ("UPDATE learners_guardian SET revoked_at = NULL, revoked_by_id = NULL", "stays as recorded"),
        ("DELETE FROM learners_guardian", "stays as recorded"),
        ("UPDATE learners_consentanswer SET is_yes = false", "stays as it was given"),
        ("UPDATE learners_consentanswer SET ended_at = NULL", "it ends once"),
        ("DELETE FROM learners_consentanswer", "stays as it was given"),
    ],
)
def test_history_stays(statement, refusal):
    standing = a_guardian(a_child())
    guardian_says(standing)
    actions.revoke(guardian=standing, actor=standing.guardian, now=THEN)

    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        run_as_owner(statement)


@transaction.atomic
def end_every_answer() -> None:
    ConsentAnswer.objects.update(ended_at=THEN)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_lets_a_no_end_by_its_guardian_alone():
    child = a_child()
    mother = a_guardian(child)
    guardian_says(mother, is_yes=False)

    with pytest.raises(IntegrityError, match="ended by that guardian"):
        end_every_answer()

    guardian_says(mother, now=THEN)
    assert ConsentAnswer.objects.get(is_yes=False).ended_at == THEN


@pytest.mark.parametrize("table", ["learners_guardian", "learners_consentanswer", "learners_agerule"])
def test_the_serving_role_deletes_nothing(table):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(f"DELETE FROM {table}")
