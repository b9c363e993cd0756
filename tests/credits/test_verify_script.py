"""
The script strangers check a record with: one page, Python and nothing else, run as they would run it.

Each edit is planted in the file itself; what somebody plants in the database is in test_tampering.py.
"""

import copy
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from credits.exports import statement_json
from credits.models import chain
from learners.choices import OrganizationKind
from tests.factories.ledger import a_merge, a_reversal, a_transfer, an_award
from tests.factories.people import NOW, a_learner, an_organization
from tests.factories.seals import a_seal

pytestmark = pytest.mark.django_db

SCRIPT = Path(__file__).resolve().parent.parent.parent / "static" / "verify_statement.py"


def verify(folder: Path, record: object, *published: object) -> subprocess.CompletedProcess[str]:
    """Run the script on a record and on published seals: each a dict that becomes a file, or a root."""
    words = []
    for number, each in enumerate([record, *published]):
        if isinstance(each, str):
            words.append(each)
        else:
            path = folder / f"{number}.json"
            path.write_bytes(each if isinstance(each, bytes) else json.dumps(each, ensure_ascii=False).encode())
            words.append(str(path))
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *words], capture_output=True, text=True, encoding="utf-8", env={}
    )


@pytest.fixture
def record():
    """A record of four entries, three of them sealed among those of four other learners."""
    issuer, learners = an_organization(), [a_learner() for _ in range(5)]
    for learner in learners:
        for _ in range(3):
            an_award(learner=learner, issuer=issuer)
    a_seal()
    an_award(learner=learners[2], issuer=issuer)
    return json.loads(statement_json.export(learners[2], NOW))


def chained(record: dict, start: int = 0) -> None:
    """Work out the hashes anew from an entry on, as somebody would who covers their traces."""
    before = record["entries"][start - 1]["hash"] if start else None
    for number, entry in enumerate(record["entries"][start:], start + 1):
        entry["form"]["sequence"] = number
        entry["prev_hash"] = before
        before = entry["hash"] = chain.link(entry["form"], bytes.fromhex(before or "")).hex()


def test_a_sound_record_is_right(record, tmp_path):
    answer = verify(tmp_path, record, record["seal"])

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.splitlines() == [
        "ĐÚNG: 3 dòng nguyên vẹn như lúc niêm, 2026-11-22, dấu số 1. Chưa niêm: 1 dòng.",
        "RIGHT: 3 entries are as they were sealed on 2026-11-22, seal 1. Not sealed yet: 1.",
    ]


@pytest.mark.parametrize("form", ["root", "ROOT", "list", "second", "exact bytes"])
def test_the_seal_is_given_in_any_way(record, tmp_path, form):
    seal = record["seal"]
    published = {
        "root": [seal["tree_root"]],
        "ROOT": [seal["tree_root"].upper()],
        "list": [[{"number": 2}, seal]],
        "second": ["0" * 64, seal],
        "exact bytes": [b"\xef\xbb\xbf" + json.dumps(seal, indent=4).encode()],  # as an editor may have saved it
    }[form]

    assert verify(tmp_path, record, *published).returncode == 0


def edit(record: dict) -> None:
    record["entries"][1]["form"]["postings"][0]["amount_minor"] = 1200


def edit_and_chain(record: dict) -> None:
    edit(record)
    chained(record)


def delete_and_chain(record: dict) -> None:
    del record["entries"][1]
    chained(record)


def insert(record: dict) -> None:
    record["entries"].insert(1, copy.deepcopy(record["entries"][0]))


def insert_and_chain(record: dict) -> None:
    insert(record)
    chained(record)


def swap(record: dict) -> None:
    record["entries"][0:2] = record["entries"][1::-1]


def swap_and_chain(record: dict) -> None:
    swap(record)
    chained(record)


def of_somebody_else(record: dict) -> None:
    for entry in record["entries"]:
        entry["form"]["learner"] = "00000000-0000-4000-8000-000000000000"
    record["ledger_number"] = record["entries"][0]["form"]["learner"]
    chained(record)


def sealed_less(record: dict) -> None:
    del record["entries"][2:]
    record["proof"]["sequence"] = 2


def resealed(record: dict) -> None:
    """Edit, chain anew and make a tree of one's own over it: consistent in itself, and published by nobody."""
    edit_and_chain(record)
    number = bytes.fromhex(record["ledger_number"].replace("-", ""))
    head = bytes.fromhex(record["entries"][2]["hash"])
    record["proof"]["siblings"] = []
    seal = record["seal"]
    seal["tree_root"] = hashlib.sha256(b"\0" + number + (3).to_bytes(8, "big") + head).hexdigest()
    del seal["hash"]
    seal["hash"] = chain.digest(seal).hex()


@pytest.fixture
def worded():
    """A record with the words of acts of two persons: a reversal of a part, a transfer, a merge."""
    issuer, kept, merged = an_organization(kind=OrganizationKind.UNIVERSITY), a_learner(), a_learner()
    a_reversal(an_award(learner=kept, issuer=issuer), hundredths=4)
    a_transfer(kept, organization=issuer, seen="bảng điểm gốc")
    an_award(learner=merged, issuer=issuer)
    a_merge(kept, merged)
    a_seal()
    return json.loads(statement_json.export(kept, NOW))


def test_words_that_were_typed_are_right(worded, tmp_path):
    assert [bool(entry["words"]) for entry in worded["entries"]] == [False, True, True, True]
    assert worded["entries"][1]["words"]["reason"] == "Ghi trùng ngày 24/10"
    assert worded["entries"][2]["words"]["seen"] == "bảng điểm gốc"

    answer = verify(tmp_path, worded, worded["seal"])

    assert (answer.returncode, answer.stderr) == (0, "")


REWORDINGS = {
    "reason": (2, lambda entry: entry["words"].update(reason="Gian lận")),
    "document": (2, lambda entry: entry["words"].update(authority="Biên bản số 13")),
    "seen": (3, lambda entry: entry["words"].update(seen="bản chụp")),
    "seen, where nothing was": (2, lambda entry: entry["words"].update(seen="bảng điểm gốc")),
    "salt": (2, lambda entry: entry["words"].update(salt="00" * 16)),
    "salt lost": (2, lambda entry: entry["words"].update(salt="")),
    "of a merge": (4, lambda entry: entry["words"].update(reason="Hai người khác nhau")),
    "where there are none": (1, lambda entry: entry.update(words={"reason": "Gian lận", "salt": "00" * 16})),
    "of another name": (2, lambda entry: entry["words"].update(note="Gian lận")),
}


@pytest.mark.parametrize("name", REWORDINGS)
def test_words_that_were_tampered_with_are_wrong(worded, tmp_path, name):
    number, tamper = REWORDINGS[name]
    tamper(worded["entries"][number - 1])

    answer = verify(tmp_path, worded, worded["seal"])

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.splitlines()[1] == f"WRONG: words of entry {number} changed."


TAMPERINGS = {
    "edit": (edit, "entry 2 has been changed"),
    "edit, chained anew": (edit_and_chain, "not the entries that were sealed"),
    "one character": (
        lambda r: r["entries"][2]["form"]["snapshot"].update(title_vi="Sơ cấp cứu tại nhà "),
        "entry 3 has been changed",
    ),
    "a number for a number": (
        lambda r: r["entries"][0]["form"]["postings"][0].update(amount_minor=12.0),
        "entry 1 has been changed",
    ),
    "delete": (lambda r: r["entries"].pop(1), "entry 2 is out of order or one is gone"),
    "delete the first": (lambda r: r["entries"].pop(0), "entry 1 is out of order"),
    "delete, chained anew": (delete_and_chain, "not the entries that were sealed"),
    "insert": (insert, "entry 2 is out of order"),
    "insert, chained anew": (insert_and_chain, "not the entries that were sealed"),
    "swap": (swap, "entry 1 is out of order"),
    "swap, chained anew": (swap_and_chain, "not the entries that were sealed"),
    "cut tail": (lambda r: r["entries"].__delitem__(slice(2, None)), "3 entries sealed, 2 here"),
    "cut tail, sealed less": (sealed_less, "not the entries that were sealed"),
    "cut all": (lambda r: r["entries"].clear(), "3 entries sealed, 0 here"),
    "sealed to nothing": (lambda r: r["proof"].update(sequence=0), "0 entries sealed"),
    "sealed to more": (lambda r: r["proof"].update(sequence=5), "5 entries sealed, 4 here"),
    "of another record": (lambda r: r.update(ledger_number="x"), "entry 1 is of another record"),
    "of somebody else": (of_somebody_else, "not the entries that were sealed"),
    "broken link": (lambda r: r["entries"][1].update(prev_hash=None), "entry 2 does not follow"),
    "another proof": (lambda r: r["proof"]["siblings"].pop(), "not the entries that were sealed"),
    "the other side": (
        lambda r: r["proof"].update(siblings=[["right", each] for _, each in r["proof"]["siblings"]]),
        "not the entries that were sealed",
    ),
    "another root": (lambda r: r["seal"].update(tree_root="0" * 64), "not the entries that were sealed"),
    "another day": (lambda r: r["seal"].update(day="2020-01-01"), "seal 1 has been changed"),
    "sealed by oneself": (resealed, "seal 1 is not the one that was published"),
    "another format": (lambda r: r.update(version=2), "a file of another kind"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_record_that_was_tampered_with_is_wrong(record, tmp_path, name):
    tamper, said = TAMPERINGS[name]
    published = copy.deepcopy(record["seal"])
    tamper(record)

    answer = verify(tmp_path, record, published)

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("SAI: ")
    assert said in answer.stderr.splitlines()[1]


@pytest.mark.parametrize("missing", ["seal", "proof"])
def test_a_record_that_is_not_sealed_yet_is_neither_right_nor_wrong(record, tmp_path, missing):
    published = copy.deepcopy(record["seal"])
    record[missing] = None

    answer = verify(tmp_path, record, published)

    assert (answer.returncode, answer.stderr) == (2, "")
    assert answer.stdout.splitlines() == [
        "CHƯA NIÊM nên chưa có gì để đối chiếu; mai tải lại sổ.",
        "NOT SEALED YET, so nothing is proven; take the record again tomorrow.",
    ]


def test_a_record_that_is_not_sealed_yet_and_was_edited_is_wrong(record, tmp_path):
    published = copy.deepcopy(record["seal"])
    record["seal"] = None
    edit(record)

    assert verify(tmp_path, record, published).returncode == 1


def test_a_name_that_stands_twice_is_wrong(record, tmp_path):
    text = json.dumps(record).replace('"amount_minor": 12', '"amount_minor": 1200, "amount_minor": 12', 1)

    answer = verify(tmp_path, text.encode(), record["seal"])

    assert answer.returncode == 1
    assert "a name stands twice" in answer.stderr


def test_a_seal_nobody_published_proves_nothing(record, tmp_path):
    other = record["seal"] | {"tree_root": "1" * 64}

    for published in ([other], ["1" * 64], [[]]):
        answer = verify(tmp_path, record, *published)
        assert answer.returncode == 1
        assert "seal 1 is not the one that was published" in answer.stderr


@pytest.mark.parametrize(
    "words",
    [[], [b"{}"], [b"{}", b"{}"], [b"", "0" * 64], [b"[1]", "0" * 64], [b"\xff", "0" * 64], [b"[" * 10**5, "0" * 64]],
    ids=["nothing", "no seal", "empty", "no JSON", "a list", "no UTF-8", "nested"],
)
def test_what_cannot_be_read_is_said(words, tmp_path):
    answer = (
        verify(tmp_path, *words)
        if words
        else subprocess.run(
            [sys.executable, "-I", str(SCRIPT)], capture_output=True, text=True, encoding="utf-8", env={}
        )
    )

    assert (answer.returncode, answer.stdout) == (1, "")
    assert "the files cannot be read" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_it_is_one_page_of_the_standard_library():
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    imports = {word.strip(",") for line in lines if line.startswith("import ") for word in line.split()[1:]}

    assert len(lines) <= 50
    assert imports <= sys.stdlib_module_names
    assert not [line for line in lines if line.lstrip().startswith("from ")]
