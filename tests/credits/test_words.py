"""What somebody types about a person is not in the chain: it is read beside it, can be checked, and can be erased."""

import json

import pytest
from django.db import DatabaseError

from credits.actions import freezing, recognition
from credits.actions.asking import AskedBefore, SaysNotWhy
from credits.exports import statement_json
from credits.models import JournalEntry, LedgerAccess, LedgerRequest, chain
from credits.queries import entry as entries
from credits.queries import hashed
from credits.queries import ledger as queries
from tests.credits.by_hand import no_guards, run
from tests.credits.test_verify_script import verify
from tests.factories.ledger import (
    a_hold,
    a_merge,
    a_reversal,
    a_transfer,
    an_award,
    an_undoing,
    approved,
    asked_reversal,
    prior_learning,
    recognized,
)
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.factories.seals import a_seal

pytestmark = pytest.mark.django_db
ABOUT = "Bà Đinh Thị Kín quên ký tên"
DOCUMENT = "Đơn của bà Đinh Thị Kín, số 12"
SEEN = "vườn nhà bà Đinh Thị Kín"
WHY = {"reason": ABOUT, "authority": DOCUMENT}


def asked(learner, *, key="prior:1", seen=SEEN, organization=None, **more):
    organization = organization or an_organization()
    said = {"kind_of_credit": "VOCATIONAL", "amount_minor": 120, "recognized": recognized(seen=seen), **WHY, **more}
    return recognition.ask_prior_learning(
        learner=learner,
        organization=organization,
        actor=organization.registered_by,
        idempotency_key=key,
        now=NOW,
        **said,
    )


def chain_of_everybody() -> str:
    return b"".join(chain.canonical(each.form) for each in hashed.all_entries()).decode()


def test_no_words_about_a_person_are_hashed():
    learner = a_learner()
    a_reversal(an_award(learner=learner), reason=ABOUT)
    approved(asked(learner))
    an_undoing(a_merge(a_learner(), learner))
    freezing.freeze(learner=learner, reason=ABOUT, actor=a_curator(), now=NOW)

    written = chain_of_everybody()
    typed = LedgerRequest.objects.values_list("reason", "authority", "seen")
    assert {text for words in typed for text in words if text and text in written} == set()
    assert "Kín" not in written
    assert not LedgerRequest.objects.filter(body__icontains="Kín").exists()  # and that is what body_hash is of
    assert queries.audit() == []


def test_the_entry_holds_the_digest_of_each_text():
    request = asked(a_learner())

    entry = approved(request)

    said = {name: entry.snapshot[f"{name}_digest"] for name in ("reason", "authority", "seen")}
    texts = {"reason": ABOUT, "authority": DOCUMENT, "seen": SEEN}
    assert said == {name: chain.words_digest(bytes(request.salt), text) for name, text in texts.items()}
    assert len(bytes(request.salt)) == 16


def test_a_digest_is_sha_256_of_salt_and_text():
    """Worked out elsewhere: printf '0123456789abcdefĐơn số 3' | sha256sum."""
    digest = "a11da56b6082dd8d08aabafb4b89604d4093c1a4e9d5afed081b6a9d6fee0b9f"
    assert chain.words_digest(b"0123456789abcdef", "Đơn số 3") == digest


def test_where_nothing_was_seen_there_is_no_digest_of_it():
    assert "seen_digest" not in prior_learning(a_learner()).snapshot


def test_the_same_words_have_another_digest_in_another_request():
    """Else whoever knows them from one record finds them in every other."""
    first, second = (a_reversal(an_award(learner=a_learner())) for _ in range(2))

    assert first.request.reason == second.request.reason
    assert first.snapshot["reason_digest"] != second.snapshot["reason_digest"]


def test_asking_twice_is_asking_once_whatever_the_salt():
    learner, organization = a_learner(), an_organization()
    first = asked(learner, organization=organization)

    assert asked(learner, organization=organization) == first
    for other in ({"reason": "Khác"}, {"authority": "Khác"}, {"seen": "Khác"}):
        with pytest.raises(AskedBefore):
            asked(learner, organization=organization, **other)
    assert LedgerRequest.objects.count() == 1


@pytest.mark.parametrize(("length", "said"), [(200, "PRIOR_LEARNING"), (201, SaysNotWhy)])
def test_what_was_seen_is_said_in_few_words(length, said):
    """Also where no form has measured it."""
    if said is SaysNotWhy:
        with pytest.raises(SaysNotWhy):
            asked(a_learner(), seen="ư" * length)
        assert not LedgerRequest.objects.exists()
    else:
        assert asked(a_learner(), seen=f" {'ư' * length} ").kind == said


def test_the_learner_reads_the_words():
    learner = a_learner()
    entry = approved(asked(learner))

    read = entries.detail(entry, reader=learner)

    assert (read.reason, read.line.authority, read.evidence) == (ABOUT, DOCUMENT, SEEN)


def test_who_reads_a_request_copies_no_words_of_it(learner_client):
    """The access log is written for ever too, and what is not erased there would be read by who was erased."""
    learner, organization = a_learner(), an_organization()
    request = asked(learner, organization=organization)

    page = f"/organizations/{organization.public_id}/requests/{request.public_id}/"
    assert ABOUT in learner_client(organization.registered_by).get(page).content.decode()

    assert LedgerAccess.objects.get().reason == f"PRIOR_LEARNING: {request.public_id}"
    told = learner_client(learner).get("/me/record/readers/").content.decode()
    assert f"Công nhận kết quả học tập đã có: {request.public_id}" in told


# Words that are erased: nothing here does it, and nothing that was hashed would stand in the way ---------------------


@pytest.fixture
def erased(tmp_path):
    """A learner with a reversal and a transfer, of whose requests every word is gone; and two seals."""
    learner = a_learner()
    a_reversal(an_award(learner=learner), reason=ABOUT)
    transfer = a_transfer(learner, seen=SEEN)
    a_hold(learner, {transfer.pk: 5})
    a_seal()
    with no_guards():
        run("ALTER TABLE credits_ledgerrequest DROP CONSTRAINT ledger_request_says_why")
        run("UPDATE credits_ledgerrequest SET reason = '', authority = '', seen = '', salt = ''")
    return learner


def test_erased_words_are_no_fault(erased, tmp_path):
    assert [finding.detail for finding in queries.audit()] == ["the constraint ledger_request_says_why is missing"]

    record = json.loads(statement_json.export(erased, NOW))

    assert [entry["words"] for entry in record["entries"]] == [None] * 4
    assert verify(tmp_path, record, record["seal"]).returncode == 0


def test_a_record_without_its_words_is_read_as_before(erased, learner_client):
    reversal = JournalEntry.objects.get(reason="REVERSAL")

    line = entries.detail(reversal, reader=erased).line

    assert (line.reversal_reason, line.authority, line.title) == ("", "", "Sơ cấp cứu tại nhà")
    client = learner_client(erased)
    for path in ("/me/record/", f"/me/record/{reversal.public_id}/", "/me/record.json"):
        assert client.get(path).status_code == 200


def test_a_request_is_not_written_without_its_words():
    request = asked_reversal(an_award(learner=a_learner()))
    request.pk, request.public_id, request.idempotency_key = None, "5f0c9f0e-3c1b-4a51-9a51-0d4a4a7d2f10", "other"
    request.reason = request.authority = ""
    request.salt = b""

    with pytest.raises(DatabaseError, match="ledger_request_says_why"):
        request.save(force_insert=True)
