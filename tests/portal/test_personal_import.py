"""One's export into a blank portal: the same record and the same timeline, byte for byte; anything else is refused."""

import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, TransactionTestCase

from credits.exports import signing
from credits.models import JournalEntry
from credits.queries import audit, hashed
from learners.actions import consent
from learners.choices import ConsentPurpose
from learners.models import AccessNeeds, Consent, Learner
from learners.queries import consent as consents
from portal.actions import personal_import
from portal.exports import personal
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import a_registration
from tests.factories.guardians import a_child, a_guardian
from tests.factories.ledger import a_hold, a_reversal, a_transfer, a_use, an_award, prior_learning
from tests.factories.people import NINH_KIEU, NOW, a_learner, an_organization
from tests.factories.seals import a_seal

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=1)


def a_life() -> Learner:
    """Return somebody whose record has an entry of every kind that one person's has."""
    learner = a_learner(full_name="Lê Văn Hòa", place_id=NINH_KIEU, form_of_address="BAC", quiet_from=22, quiet_until=6)
    agreed_to_needs(learner)
    organization = an_organization(name_vi="Thư viện Ninh Kiều", name_en="Ninh Kiều Library")
    first = an_award(learner=learner, issuer=organization)
    an_award(learner=learner, hundredths=40)
    a_transfer(learner, seen="Bảng điểm gốc")
    prior_learning(learner)
    a_reversal(an_award(learner=learner), reason="Ghi trùng")
    a_hold(learner, {first.pk: 5})
    a_use(learner, {first.pk: 5})
    a_seal()
    return learner


def an_archive(learner: Learner) -> bytes:
    return personal.archive(learner, language="vi", now=NOW)


def changed(archive: bytes, change, *, sign: bool = False) -> bytes:
    """Return the archive with another JSON object in it, signed anew by whoever has the key."""
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        whole = json.loads(zipped.read("du-lieu.json"))
    change(whole)
    if sign:
        whole = signing.signed({name: whole[name] for name in whole if name not in {"signature", "signing_key"}})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("du-lieu.json", json.dumps(whole))
    return file.getvalue()


def a_blank_portal() -> None:
    TransactionTestCase()._fixture_teardown()  # see tests.emptying
    assert not Learner.objects.exists()


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def shown(path: str) -> str:
    """Return a page of the only person who can sign in, without what is of the moment."""
    client = Client()
    client.force_login(Learner.objects.get(is_active=True, email__startswith="learner"))
    page = client.get(path).content.decode().split("<main")[1].split("</main>")[0]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def read(archive: bytes) -> dict:
    return personal_import.read(archive, keys=signing.published_keys())


def brought_in(archive: bytes) -> Learner:
    return personal_import.bring_in([read(archive)], now=LATER)[0]


def test_a_childs_consent_stays_in_the_file_for_their_guardian_is_not_here():
    child = a_child()
    said = {"text": consents.text_of(ConsentPurpose.ACCESS_NEEDS), "is_yes": True, "language": "vi", "now": NOW}
    standing = a_guardian(child)
    consent.answer_for_child(guardian=standing, actor=standing.guardian, **said)
    agreed_to_needs(child)
    Learner.objects.filter(pk=child.pk).update(email="con@example.vn")
    child.refresh_from_db()
    archive = an_archive(child)
    a_blank_portal()

    there = brought_in(archive)

    assert there.birth_year == child.birth_year
    assert not Consent.objects.exists()
    assert not AccessNeeds.objects.exists()


def test_the_timeline_and_the_record_are_the_same_byte_for_byte(tmp_path: Path):
    learner = a_life()
    archive = an_archive(learner)
    before = personal.document(learner, now=NOW)
    client = Client()
    client.force_login(learner)
    timeline = client.get("/me/timeline/").content.decode().split("<main")[1].split("</main>")[0]
    (tmp_path / "export.zip").write_bytes(archive)
    (tmp_path / "keys.json").write_text(json.dumps(signing.published_keys()))
    a_blank_portal()

    told = io.StringIO()
    call_command("import_person", tmp_path / "export.zip", keys=tmp_path / "keys.json", stdout=told)

    there = Learner.objects.get(ledger_number=learner.ledger_number)
    after = personal.document(there, now=NOW)
    assert told.getvalue() == f"{learner.ledger_number}: {JournalEntry.objects.count()} entries\n"
    assert written(after["timeline"]) == written(before["timeline"])
    assert written(after["statement"]["entries"]) == written(before["statement"]["entries"])
    assert written(after["ledger"]) == written(before["ledger"])
    assert written(after["tables"]["person"]) == written(before["tables"]["person"])
    assert written(after["tables"]["consents"]) == written(before["tables"]["consents"])
    assert len(before["timeline"]) == 4
    assert all(entry.is_right for entry in hashed.chain_of(there))
    assert [finding for finding in audit.audit() if "seal" not in finding.detail] == []
    assert re.sub(r"\s+", " ", shown("/me/timeline/")) == re.sub(r"\s+", " ", timeline)


def test_nobody_else_can_do_anything_there():
    archive = an_archive(a_life())
    a_blank_portal()

    there = brought_in(archive)

    others = Learner.objects.exclude(pk=there.pk)
    assert {(each.full_name, each.email, each.is_active, each.is_staff) for each in others} == {
        ("—", None, False, False)
    }
    assert set(there.credit_lots.values_list("issuer__status", flat=True)) == {"REGISTERED"}
    assert not there.memberships.exists()
    assert Consent.objects.get().learner == there
    assert AccessNeeds.objects.get().words == "Ngồi gần cửa"


def test_an_empty_record_comes_in_as_well():
    archive = an_archive(a_learner(full_name="Võ Thành Út"))
    a_blank_portal()

    assert brought_in(archive).full_name == "Võ Thành Út"


def refuse(archive: bytes, match: str, keys=None) -> None:
    with pytest.raises(personal_import.UnableToImport, match=match):
        personal_import.bring_in([personal_import.read(archive, keys=keys or signing.published_keys())], now=LATER)


def test_what_is_not_as_it_was_signed_is_refused():
    archive = an_archive(a_life())
    a_blank_portal()

    refuse(changed(archive, lambda whole: whole["tables"]["person"][0].update(full_name="Ai Đó")), "not as its portal")
    refuse(archive, "not among the given", keys={"keys": []})
    refuse(b"PK", "no export")
    refuse(changed(archive, lambda whole: whole.update(version=3), sign=True), "another form")
    assert not Learner.objects.exists()


@pytest.mark.parametrize("said", [b"[]", b"1", b"{"])
def test_what_is_no_export_is_refused_in_words(said: bytes):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        zipped.writestr(personal.JSON_NAME, said)

    with pytest.raises(personal_import.UnableToImport):
        personal_import.read(written.getvalue(), keys={"keys": []})


def test_a_file_that_swells_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(personal_import, "JSON_BYTES_MAX", 10)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        zipped.writestr(personal.JSON_NAME, b"{}" + b" " * 20)

    with pytest.raises(personal_import.UnableToImport, match="more than an export can"):
        personal_import.read(written.getvalue(), keys={"keys": []})


def test_a_ledger_that_is_not_the_signed_one_is_refused_whole():
    archive = an_archive(a_life())
    a_blank_portal()

    def more_credit(whole):
        whole["ledger"]["entries"][0]["snapshot"]["title_vi"] = "Tiến sĩ"

    refuse(changed(archive, more_credit, sign=True), "not the one its portal signed")

    assert not Learner.objects.exists()
    assert not JournalEntry.objects.exists()


def test_a_living_ledger_takes_nothing():
    learner = a_life()
    archive = an_archive(learner)
    a_blank_portal()
    an_award(learner=a_learner())

    refuse(archive, "entries already")


def test_the_same_person_does_not_come_in_twice():
    archive = an_archive(a_learner())
    a_blank_portal()
    brought_in(archive)

    refuse(archive, "here already")


def test_the_command_says_why(tmp_path: Path):
    (tmp_path / "keys.json").write_text(json.dumps(signing.published_keys()))
    (tmp_path / "export.zip").write_bytes(b"PK")

    with pytest.raises(CommandError, match="no export"):
        call_command("import_person", tmp_path / "export.zip", keys=tmp_path / "keys.json")


def test_who_had_only_a_card_comes_in_by_an_address_given_to_the_command(tmp_path: Path):
    learner = a_registration(organization=an_organization(), full_name="Phan Thị Tư").learner
    an_award(learner=learner)
    (tmp_path / "export.zip").write_bytes(an_archive(learner))
    (tmp_path / "keys.json").write_text(json.dumps(signing.published_keys()))
    a_blank_portal()

    with pytest.raises(CommandError, match="nothing would open"):
        call_command("import_person", tmp_path / "export.zip", keys=tmp_path / "keys.json", stdout=io.StringIO())
    said = {"keys": tmp_path / "keys.json", "address": ["0912 345 678"], "stdout": io.StringIO()}
    call_command("import_person", tmp_path / "export.zip", **said)

    there = Learner.objects.get(ledger_number=learner.ledger_number)
    assert (there.full_name, there.phone, there.email) == ("Phan Thị Tư", "+84912345678", None)


def test_a_number_that_is_somebodys_here_is_refused_kindly():
    learner = a_learner(phone="+84912345678")
    archive = an_archive(learner)
    a_blank_portal()
    a_learner(phone="+84912345678")

    with pytest.raises(personal_import.UnableToImport, match="here already"):
        brought_in(archive)
