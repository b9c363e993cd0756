"""The script strangers check our signatures with: one page, Python and nothing else, run as they would run it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from credits.exports import signing, statement_json
from learners.actions import closing as asking
from learners.models import AccountClosing
from learners.rules import CLOSING_WAITS
from portal.actions import closing
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db

SCRIPT = Path(__file__).resolve().parent.parent.parent / "static" / "verify_signature.py"
OTHER_KEY = "11" * 32


def verify(folder: Path, document: object, keys: object) -> subprocess.CompletedProcess[str]:
    paths = []
    for name, each in (("file.json", document), ("keys.json", keys)):
        path = folder / name
        path.write_bytes(each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode())
        paths.append(str(path))
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *paths], capture_output=True, text=True, encoding="utf-8", env={}
    )


@pytest.fixture
def certificate():
    """Return the certificate of a closed account."""
    learner = a_learner()
    an_award(learner=learner)
    asking.ask(learner=learner, now=NOW)
    closing.close_due(now=NOW + CLOSING_WAITS)
    return AccountClosing.objects.get().certificate


def test_a_certificate_as_the_portal_signed_it_is_right(certificate, tmp_path):
    answer = verify(tmp_path, certificate, signing.published_keys())

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.splitlines() == [
        "ĐÚNG: cổng đã ký tệp này (erasure-certificate), từ đó không ai sửa.",
        "RIGHT: the portal signed this file (erasure-certificate), and nothing in it has changed since.",
    ]


def test_a_record_as_it_was_taken_away_is_right_too(tmp_path):
    learner = a_learner()
    an_award(learner=learner)

    answer = verify(tmp_path, statement_json.export(learner, NOW), signing.published_keys())

    assert answer.returncode == 0


@pytest.mark.parametrize("number", range(8))
def test_many_signatures_of_ours_are_right_and_no_bit_may_differ(tmp_path, number):
    document = signing.signed({"format": "test", "number": number})
    digits = document["signature"]
    wrong = f"{int(digits[8 * number], 16) ^ 1:x}"

    right = verify(tmp_path, document, signing.published_keys())
    other = digits[: 8 * number] + wrong + digits[8 * number + 1 :]
    forged = verify(tmp_path, document | {"signature": other}, signing.published_keys())

    assert (right.returncode, forged.returncode) == (0, 1)


@pytest.mark.parametrize("change", [{"entries": 9}, {"emptied": {}}, {"erased_at": "2020-01-01"}, {"more": "x"}])
def test_what_was_changed_is_found(certificate, tmp_path, change):
    answer = verify(tmp_path, certificate | change, signing.published_keys())

    assert answer.returncode == 1
    assert "WRONG: changed since it was signed" in answer.stderr


def test_a_key_that_is_not_published_proves_nothing(certificate, tmp_path, settings):
    settings.STATEMENT_SIGNING_KEY = OTHER_KEY
    others = signing.published_keys()

    answer = verify(tmp_path, certificate, others)

    assert answer.returncode == 1
    assert "not published" in answer.stderr


def test_a_key_under_the_name_of_another_proves_nothing(certificate, tmp_path, settings):
    settings.STATEMENT_SIGNING_KEY = OTHER_KEY
    (key,) = signing.published_keys()["keys"]
    forged = signing.signed({name: certificate[name] for name in certificate if name != "signature"})
    forged["signing_key"] = certificate["signing_key"]

    answer = verify(tmp_path, forged, {"keys": [{**key, "kid": certificate["signing_key"]}]})

    assert answer.returncode == 1


def test_what_is_no_such_file_is_said_to_be_none(tmp_path):
    answer = verify(tmp_path, b"{", signing.published_keys())

    assert answer.returncode == 1
    assert "the files cannot be read" in answer.stderr
