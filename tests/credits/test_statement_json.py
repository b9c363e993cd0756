"""A record to take away: the whole chain, its proof and the portal's signature, and nobody's name."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from credits.exports import signing, statement_json
from credits.models import JournalEntry, chain
from tests.factories.ledger import a_reversal, an_award
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.seals import a_seal

pytestmark = pytest.mark.django_db

# RFC 8037, appendix A: the key of RFC 8032's first example, and its thumbprint.
RFC_PRIVATE = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
RFC_PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.fixture
def learner():
    """Three entries, one of them a reversal that two persons agreed on; two of them are sealed."""
    learner, issuer = a_learner(full_name="Đinh Văn Kín", email="kin@example.vn"), an_organization()
    first = an_award(learner=learner, issuer=issuer)
    a_reversal(first)
    a_seal()
    an_award(learner=learner, issuer=issuer, now=NOW + timedelta(days=2))
    return learner


def signature_holds(document: dict, keys: dict) -> bool:
    """Check the signature as a stranger does: with the published keys and a library."""
    said = {name: value for name, value in document.items() if name != "signature"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    key = next(key for key in keys["keys"] if key["kid"] == document["signing_key"])
    try:
        Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key["x"] + "=")).verify(
            bytes.fromhex(document["signature"]), text
        )
    except InvalidSignature:
        return False
    return True


def test_the_file_holds_the_whole_chain_as_it_was_hashed(learner):
    document = json.loads(statement_json.export(learner, NOW))

    assert set(document) == {
        "entries", "format", "generated_at", "ledger_number", "proof", "seal", "signature", "signing_key", "version",
    }  # fmt: skip
    assert document["ledger_number"] == str(learner.ledger_number)
    assert document["generated_at"] == "2026-11-21T03:00:00.000000Z"
    assert [entry["form"]["reason"] for entry in document["entries"]] == [
        "COURSE_COMPLETION",
        "REVERSAL",
        "COURSE_COMPLETION",
    ]
    for entry, row in zip(document["entries"], JournalEntry.objects.order_by("sequence"), strict=True):
        assert entry["hash"] == bytes(row.hash).hex()
        assert chain.link(entry["form"], bytes.fromhex(entry["prev_hash"] or "")).hex() == entry["hash"]
    assert (document["seal"]["number"], document["proof"]["sequence"]) == (1, 2)


def test_the_words_that_were_typed_stand_beside_what_was_hashed(learner):
    """A stranger checks them with the salt; of an award there are none."""
    first, reversal, second = json.loads(statement_json.export(learner, NOW))["entries"]

    assert (first["words"], second["words"]) == (None, None)
    words = reversal["words"]
    assert (words["reason"], words["authority"]) == ("Ghi trùng ngày 24/10", "Biên bản số 12/BB-TTHTCĐ")
    for name in ("reason", "authority"):
        digest = sha256(bytes.fromhex(words["salt"]) + words[name].encode()).hexdigest()
        assert reversal["form"]["snapshot"][f"{name}_digest"] == digest


def test_the_file_names_nobody(learner):
    text = statement_json.export(learner, NOW).decode()

    assert "Kín" not in text
    assert "kin@" not in text


def test_a_record_that_is_not_sealed_yet_says_so():
    learner = a_learner()
    an_award(learner=learner)

    document = statement_json.document(learner, NOW)

    assert (document["seal"], document["proof"], len(document["entries"])) == (None, None, 1)


def test_an_empty_record_is_a_file_as_well():
    assert statement_json.document(a_learner(), NOW)["entries"] == []


@pytest.mark.parametrize("entries", [1, 12])
def test_it_costs_four_queries_however_long(entries, django_assert_num_queries):
    learner, issuer = a_learner(), an_organization()
    for _ in range(entries):
        an_award(learner=learner, issuer=issuer)
    a_seal()

    with django_assert_num_queries(4):
        statement_json.export(learner, NOW)


# The signature -------------------------------------------------------------------------------------------------------


def test_the_signature_holds_with_the_published_key(learner, client):
    document = json.loads(statement_json.export(learner, NOW))

    assert signature_holds(document, json.loads(client.get("/ledger/keys.json").content))


@pytest.mark.parametrize(
    "name", ["generated_at", "signing_key", "entries", "proof", "seal", "ledger_number", "version"]
)
def test_the_signature_covers_everything_else(learner, name):
    document, keys = statement_json.document(learner, NOW), signing.published_keys()
    keys["keys"].append(keys["keys"][0] | {"kid": "other"})
    other = {"entries": document["entries"][:1], "signing_key": "other"}.get(name)

    assert not signature_holds(document | {name: other}, keys)


def test_the_published_key_is_that_of_the_rfc(settings):
    settings.STATEMENT_SIGNING_KEY = RFC_PRIVATE

    assert signing.published_keys() == {
        "keys": [
            {
                "alg": "EdDSA",
                "crv": "Ed25519",
                "kid": RFC_THUMBPRINT,
                "kty": "OKP",
                "use": "sig",
                "x": RFC_PUBLIC,
            }
        ]
    }


def test_after_a_change_of_keys_old_files_still_hold(learner, settings):
    settings.STATEMENT_SIGNING_KEY = RFC_PRIVATE
    old = statement_json.document(learner, NOW)
    settings.STATEMENT_SIGNING_KEY = "11" * 32
    settings.STATEMENT_SIGNING_KEYS_OLD = [RFC_PUBLIC]

    new, keys = statement_json.document(learner, NOW), signing.published_keys()

    assert old["signing_key"] == RFC_THUMBPRINT != new["signing_key"]
    assert (signature_holds(old, keys), signature_holds(new, keys)) == (True, True)


# The address ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "name"), [("/me/record.json", "so-tin-chi"), ("/en/me/record.json", "credit-record")])
def test_a_learner_takes_their_own_record(learner, client, path, name, time_machine):
    time_machine.move_to(NOW)
    client.force_login(learner)

    answer = client.get(path)

    assert json.loads(answer.content)["ledger_number"] == str(learner.ledger_number)
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}.json"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer
    assert client.post(path).status_code == 405


def test_nobody_else_gets_it(learner, client):
    assert client.get("/me/record.json").status_code == 302

    client.force_login(a_learner())

    assert json.loads(client.get("/me/record.json").content)["entries"] == []
