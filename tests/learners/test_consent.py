"""Consents: agreed to in words one has read, with a receipt, withdrawn at once; what one needs in a class."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from credits.exports.signing import signed
from learners import rules
from learners.actions import consent as actions
from learners.choices import ConsentChannel, ConsentPurpose, Language
from learners.models import AccessNeeds, Consent, ConsentText, Learner
from learners.queries import consent as queries
from tests.factories.catalog import a_published_run
from tests.factories.consents import agreed_to_needs
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS
FORM = {"needs": ["LARGE_PRINT", "STEP_FREE"], "words": "Ngồi gần cửa", "agrees": "on"}


def with_version(**more: object) -> dict[str, object]:
    return {**FORM, "version": queries.text_of(NEEDS).pk, **more}


def test_what_is_needed_is_kept_with_the_consent_to_show_it(learner_client):
    learner = a_learner()
    client = learner_client(learner)

    client.post("/me/needs/", with_version())
    page = client.get("/me/needs/").content.decode()

    given, told = Consent.objects.get(), AccessNeeds.objects.get()
    assert (given.learner, given.purpose, given.channel, given.language) == (learner, NEEDS, "PORTAL", "vi")
    assert (told.needs, told.words) == (["STEP_FREE", "LARGE_PRINT"], "Ngồi gần cửa")
    assert given.text.text_vi in page
    assert page.count("checked") == 3


def test_agreeing_is_bounded_and_taking_back_is_not(learner_client):
    client = learner_client(a_learner())
    for number in range(rules.CONSENTS_SAID.times):
        client.post("/me/needs/", with_version(words=str(number)))

    too_often = client.post("/me/needs/", with_version(words="Một lần nữa"))
    client.post("/me/consents/", {"withdraw": "ACCESS_NEEDS"})

    assert too_often.status_code == 429
    assert Consent.objects.get().withdrawn_at is not None


def test_without_consent_nothing_is_kept_and_what_was_typed_stays(learner_client):
    page = learner_client(a_learner()).post("/me/needs/", with_version(agrees="")).content.decode()

    assert "Không có sự đồng ý của bạn" in page
    assert "Ngồi gần cửa" in page
    assert not AccessNeeds.objects.exists()
    assert not Consent.objects.exists()


def test_the_box_is_not_ticked_beforehand(learner_client):
    page = learner_client(a_learner()).get("/me/needs/").content.decode()

    assert "checked" not in page


def test_nobody_agrees_to_words_they_have_not_read(learner_client):
    old = queries.text_of(NEEDS)
    said = with_version()
    run_as_owner(
        f"""UPDATE learners_consenttext SET valid_to = now() WHERE id = {old.pk};
        INSERT INTO learners_consenttext (purpose, version, text_vi, text_en, source, valid_from)
        VALUES ('ACCESS_NEEDS', 3, 'Lời mới', 'New words', 'test', now())"""
    )

    page = learner_client(a_learner()).post("/me/needs/", said).content.decode()

    assert "Lời mới" in page
    assert not Consent.objects.exists()
    with pytest.raises(actions.WordsChanged):
        actions.give(learner=a_learner(), text=old, language=Language.VI, channel=ConsentChannel.PORTAL, now=NOW)


def run_as_owner(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE;" + statement + "; SET ROLE lh_app")


def test_agreeing_again_changes_nothing_and_newer_words_are_another_consent():
    learner = a_learner()
    first = agreed_to_needs(learner)

    again = agreed_to_needs(learner, now=NOW + timedelta(days=1))
    newer = ConsentText(purpose=NEEDS, version=3, text_vi="a", text_en="b", source="c", valid_from=NOW)
    run_as_owner("UPDATE learners_consenttext SET valid_to = now(); GRANT INSERT ON learners_consenttext TO lh_app")
    newer.save()
    second = agreed_to_needs(learner, now=NOW + timedelta(days=2))

    assert first == again
    assert second != first
    assert [each.withdrawn_at for each in queries.history(learner)] == [None, NOW + timedelta(days=2)]


def test_the_second_version_is_in_force_and_the_first_is_kept():
    first, second = ConsentText.objects.filter(purpose=NEEDS).order_by("version")

    assert queries.text_of(NEEDS) == second
    assert (first.valid_to, second.valid_to) == (second.valid_from, None)
    assert first.text_vi.startswith("Tôi đồng ý để người quản lý và người dạy")
    assert second.text_vi.startswith("Tôi đồng ý cho người dạy và người quản lý các lớp tôi đã ghi danh")


# Who sees it


def test_the_one_who_keeps_the_roster_reads_it_until_it_is_withdrawn(learner_client):
    instructor = a_learner()
    run = a_published_run(instructor=instructor)
    place = enrolled(run=run)
    agreed_to_needs(place.learner)
    roster = f"/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/"
    client = learner_client(instructor)

    before = client.get(roster).content.decode()
    actions.withdraw(learner=place.learner, purpose=NEEDS, now=NOW)
    after = client.get(roster).content.decode()

    assert "Tài liệu chữ to; Ngồi gần cửa" in before
    assert "Ngồi gần cửa" not in after


def test_needs_are_shown_by_the_consent_and_not_by_being_there():
    learner = a_learner()
    agreed_to_needs(learner)
    Consent.objects.update(withdrawn_at=NOW)

    assert AccessNeeds.objects.filter(learner=learner).exists()
    assert queries.needs_of([learner.pk]) == {}


def test_withdrawing_deletes_what_was_kept_for_it_and_stays_as_history(learner_client):
    learner = a_learner()
    agreed_to_needs(learner)
    client = learner_client(learner)

    page = client.post("/me/consents/", {"withdraw": "ACCESS_NEEDS"}, follow=True).content.decode()
    client.post("/me/consents/", {"withdraw": "ACCESS_NEEDS"})

    assert not AccessNeeds.objects.exists()
    assert not queries.is_given(learner, NEEDS)
    assert "Đã rút lại" in page
    assert Consent.objects.get().withdrawn_at is not None


def test_what_a_merged_account_agreed_to_is_listed_and_withdrawn_with_the_kept_one(learner_client):
    """The older account is the merged one at times: the order of ids is not that of keeping."""
    merged = a_learner()
    kept = a_learner()
    agreed_to_needs(merged)
    agreed_to_needs(kept)
    Learner.objects.filter(pk=merged.pk).update(merged_into=kept)
    client = learner_client(kept)

    listed = client.get("/me/consents/").content.decode().count("receipt.json")
    client.post("/me/consents/", {"withdraw": "ACCESS_NEEDS"})

    assert listed == 2
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert not AccessNeeds.objects.exists()


def test_everything_left_empty_withdraws(learner_client):
    learner = a_learner()
    agreed_to_needs(learner)

    learner_client(learner).post("/me/needs/", {"version": queries.text_of(NEEDS).pk})

    assert not queries.is_given(learner, NEEDS)


def test_a_purpose_there_is_not_is_not_withdrawn(learner_client):
    assert learner_client(a_learner()).post("/me/consents/", {"withdraw": "WEATHER"}).status_code == 404


# Receipts


def test_the_receipt_has_the_words_and_proves_itself(learner_client):
    learner = a_learner()
    given = agreed_to_needs(learner)

    answer = learner_client(learner).get(f"/me/consents/{given.public_id}/receipt.json")

    receipt = json.loads(answer.content)
    assert signed({name: receipt[name] for name in receipt if name not in {"signature", "signing_key"}}) == receipt
    assert receipt["text"] == given.text.text_vi
    assert (receipt["purpose"], receipt["withdrawn_at"]) == ("ACCESS_NEEDS", None)
    assert receipt["ledger_number"] == str(learner.ledger_number)


def test_another_persons_receipt_is_not_there(learner_client):
    given = agreed_to_needs(a_learner())

    assert learner_client(a_learner()).get(f"/me/consents/{given.public_id}/receipt.json").status_code == 404


# What the database keeps


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE learners_consent SET given_at = now()",
        "UPDATE learners_consent SET withdrawn_at = now() + interval '1 day', language = 'en'",
        "DELETE FROM learners_consent",
    ],
)
def test_a_consent_stays_as_it_was_given(statement):
    agreed_to_needs(a_learner())

    with pytest.raises(IntegrityError, match="stays as it was given"), transaction.atomic():
        run_as_owner(statement)


def test_a_consent_ends_once():
    agreed_to_needs(a_learner())
    Consent.objects.update(withdrawn_at=NOW)

    with pytest.raises(IntegrityError, match="it ends once"), transaction.atomic():
        Consent.objects.update(withdrawn_at=NOW + timedelta(days=1))
