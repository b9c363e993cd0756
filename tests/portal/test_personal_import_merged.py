"""Two accounts that were merged, and two that were merged and parted again, into a blank portal: the same records."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, TransactionTestCase

from credits.actions import merging
from credits.exports import signing
from credits.models import JournalEntry, LedgerRequest, Merge, MergeUndo
from credits.queries import audit, hashed
from credits.queries.timeline import timeline
from learners.actions import consent
from learners.choices import ConsentPurpose
from learners.models import Consent, Learner
from learners.queries import consent as consents
from portal.actions import personal_import
from portal.exports import personal
from tests.factories.consents import agreed_to_needs
from tests.factories.counter import a_registration
from tests.factories.ledger import a_merge, a_reversal, a_transfer, a_use, an_award, an_undoing, approved
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=1)
SAME = ("timeline", "ledger", "ledger_number")


def one_person_twice() -> tuple[Learner, Learner]:
    """Return two accounts of one person, the younger of which is kept; both have learned, on the same day as well."""
    organization = an_organization()
    merged, kept = a_learner(full_name="Le Van Hoa"), a_learner(full_name="Lê Văn Hòa")
    agreed_to_needs(kept)
    agreed_to_needs(merged)
    used = an_award(learner=merged, issuer=organization, hundredths=10)
    an_award(learner=kept, issuer=organization, hundredths=30)
    a_transfer(merged, seen="Bảng điểm gốc")
    a_use(merged, {used.pk: 10})
    return kept, merged


def archive_of(learner: Learner) -> bytes:
    return personal.archive(learner, language="vi", now=LATER)


def read(archive: bytes) -> dict[str, Any]:
    return personal_import.read(archive, keys=signing.published_keys())


def brought_in(*archives: bytes) -> list[Learner]:
    return personal_import.bring_in([read(archive) for archive in archives], now=LATER)


def refuse(*archives: bytes, match: str) -> None:
    with pytest.raises(personal_import.UnableToImport, match=match):
        brought_in(*archives)
    assert not Learner.objects.exists()
    assert not JournalEntry.objects.exists()


def a_blank_portal() -> None:
    TransactionTestCase()._fixture_teardown()  # see tests.conftest.empty_tables
    assert not Learner.objects.exists()


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def statement_page(learner: Learner) -> str:
    """Return what the statement shows of the record, without what is of the moment."""
    client = Client()
    client.force_login(learner)
    page = client.get("/me/statement/").content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(page.split("csrfmiddlewaretoken")[0].split())


def assert_same(before: dict[str, Any], there: Learner) -> None:
    after = personal.document(there, now=LATER)
    for name in SAME:
        assert written(after[name]) == written(before[name])
    for name in ("person", "consents"):
        assert written(after["tables"][name]) == written(before["tables"][name])
    assert written(after["statement"]["entries"]) == written(before["statement"]["entries"])
    assert [written(each["entries"]) for each in after["merged_statements"]] == [
        written(each["entries"]) for each in before["merged_statements"]
    ]


def assert_sound(*learners: Learner) -> None:
    assert all(entry.is_right for learner in learners for entry in hashed.chain_of(learner))
    assert audit.audit() == []


def test_accounts_that_became_one_come_in_as_one():
    kept, merged = one_person_twice()
    a_merge(kept, merged)
    a_reversal(JournalEntry.objects.get(learner=merged, reason="TRANSFER_IN"), reason="Ghi trùng")
    an_award(learner=kept, hundredths=5)
    archive, before, page = archive_of(kept), personal.document(kept, now=LATER), statement_page(kept)
    a_blank_portal()

    (there,) = brought_in(archive)

    other = Learner.objects.get(ledger_number=merged.ledger_number)
    assert_same(before, there)
    assert_sound(there, other)
    assert len(before["timeline"]) == 3
    assert len(before["merged_statements"]) == 1
    assert statement_page(there) == page
    assert (other.merged_into, Merge.objects.get().kept) == (there, there)
    assert Consent.objects.filter(learner=other).count() == 1


def test_an_empty_account_and_one_merged_into_a_merged_one_come_along():
    kept, merged = one_person_twice()
    first, empty = a_learner(), a_learner()
    an_award(learner=first)
    a_merge(merged, first)
    a_merge(kept, merged)
    a_merge(kept, empty)
    archive, before = archive_of(kept), personal.document(kept, now=LATER)
    a_blank_portal()

    (there,) = brought_in(archive)

    assert_same(before, there)
    assert_sound(*Learner.objects.all())
    into = Learner.objects.get(ledger_number=first.ledger_number).merged_into
    assert (into.ledger_number, Merge.objects.count()) == (merged.ledger_number, 3)


def test_after_an_undone_merge_both_come_in_together_in_any_order():
    kept, other = one_person_twice()
    done = a_merge(kept, other)
    a_reversal(JournalEntry.objects.get(learner=other, reason="TRANSFER_IN"), reason="Ghi trùng")
    an_undoing(done)
    an_award(learner=other, hundredths=7)
    pair = [Learner.objects.get(pk=each.pk) for each in (kept, other)]
    archives, before = [archive_of(each) for each in pair], [personal.document(each, now=LATER) for each in pair]
    pages = [statement_page(each) for each in pair]
    a_blank_portal()

    there = list(reversed(brought_in(*reversed(archives))))

    for said, learner, page in zip(before, there, pages, strict=True):
        assert_same(said, learner)
        assert statement_page(learner) == page
    assert_sound(*there)
    assert MergeUndo.objects.get().merge_id == done.pk
    assert [learner.merged_into for learner in there] == [None, None]


def test_one_half_of_an_undone_merge_is_refused_and_says_nothing_of_the_other():
    kept, other = one_person_twice()
    an_undoing(a_merge(kept, other))
    archive = archive_of(Learner.objects.get(pk=kept.pk))
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        text = zipped.read(personal.JSON_NAME).decode()
    a_blank_portal()

    assert "Le Van Hoa" not in text
    assert "Botany" not in text  # what the other one learned
    refuse(archive, match="bring both in together")


def test_two_halves_of_people_with_cards_only_come_in_by_two_addresses():
    library = an_organization()
    kept, other = (a_registration(organization=library, full_name=name).learner for name in ("Lê Văn Hòa", "Lê Hòa"))
    for each in (kept, other):
        an_award(learner=each)
    an_undoing(a_merge(kept, other))
    archives = [archive_of(Learner.objects.get(pk=each.pk)) for each in (kept, other)]
    a_blank_portal()
    files = [read(archive) for archive in archives]

    with pytest.raises(personal_import.UnableToImport, match="nothing would open"):
        personal_import.bring_in(files, addresses=["mot@example.vn"], now=LATER)
    with pytest.raises(personal_import.UnableToImport, match="the same address or number"):
        personal_import.bring_in(files, addresses=["mot@example.vn"] * 2, now=LATER)
    there = personal_import.bring_in(files, addresses=["mot@example.vn", "0912 345 678"], now=LATER)

    assert [(each.email, each.phone) for each in there] == [("mot@example.vn", None), (None, "+84912345678")]


def test_a_file_from_before_the_undo_is_refused_beside_one_from_after_it():
    kept, other = one_person_twice()
    done = a_merge(kept, other)
    before = archive_of(kept)
    an_undoing(done)
    after = archive_of(Learner.objects.get(pk=other.pk))
    a_blank_portal()

    refuse(before, after, match="the same account")


def test_of_an_undone_merge_that_moved_nothing_each_comes_in_alone():
    kept, other = a_learner(), a_learner()
    an_award(learner=kept)
    an_undoing(a_merge(kept, other))
    kept.refresh_from_db()
    archive, before = archive_of(kept), personal.document(kept, now=LATER)
    a_blank_portal()

    (there,) = brought_in(archive)

    assert_same(before, there)


def undone_there(done: Merge) -> LedgerRequest:
    """Return the request of a curator of the other portal to undo a merge that came in."""
    return merging.ask_undo(
        merge=Merge.objects.get(pk=done.pk),
        reason="Hai người",
        authority="Biên bản 7",
        actor=a_curator(),
        idempotency_key="undo",
        now=LATER,
    )


def test_the_next_merge_there_has_a_number_of_its_own_and_the_old_one_can_be_undone():
    kept, merged = one_person_twice()
    a_merge(a_learner(), a_learner())
    done = a_merge(kept, merged)
    archive = archive_of(kept)
    a_blank_portal()
    (there,) = brought_in(archive)

    again = a_merge(there, a_learner(email="moi@example.vn"), now=LATER)
    approved(undone_there(done), now=LATER)

    assert again.pk > done.pk
    other = Learner.objects.get(ledger_number=merged.ledger_number)
    assert (other.merged_into, len(timeline(other).learned)) == (None, 2)
    assert_sound(there, other)


def test_it_is_not_undone_there_where_the_merge_took_the_only_address_along():
    kept, merged = a_learner(), a_learner(phone="+84912345678")
    Learner.objects.filter(pk=merged.pk).update(email=None)
    an_award(learner=merged)
    done = a_merge(kept, Learner.objects.get(pk=merged.pk))
    archive = archive_of(Learner.objects.get(pk=kept.pk))
    a_blank_portal()
    brought_in(archive)

    with pytest.raises(merging.NoWayBack):
        approved(undone_there(done), now=LATER)


def as_version_1(archive: bytes) -> bytes:
    """Return the export as portals wrote it before accounts that became one were carried."""
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        whole = json.loads(zipped.read(personal.JSON_NAME))
    for name in ("merged_statements", "signature", "signing_key"):
        del whole[name]
    for rows in (whole["ledger"]["entries"], whole["ledger"]["requests"], *whole["tables"].values()):
        for row in rows:
            for name in ("learner__ledger_number", "other_learner__ledger_number", "merged_into__ledger_number"):
                row.pop(name, None)
    del whole["ledger"]["merges"], whole["ledger"]["merge_undos"]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr(personal.JSON_NAME, json.dumps(signing.signed(whole | {"version": 1})))
    return file.getvalue()


def test_a_file_of_version_1_is_still_read():
    learner = a_learner()
    agreed_to_needs(learner)
    an_award(learner=learner)
    a_reversal(an_award(learner=learner), reason="Ghi trùng")
    archive, before = as_version_1(archive_of(learner)), personal.document(learner, now=LATER)
    a_blank_portal()

    (there,) = brought_in(archive)

    assert_same(before, there)
    assert_sound(there)
    assert consents.is_given(there, ConsentPurpose.ACCESS_NEEDS)
    consent.withdraw(learner=there, purpose=ConsentPurpose.ACCESS_NEEDS, now=LATER)


def test_a_file_of_version_1_that_left_its_ledger_out_is_refused():
    archive = archive_of(a_learner())
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        whole = json.loads(zipped.read(personal.JSON_NAME))
    whole = {name: whole[name] for name in whole if name not in {"signature", "signing_key"}}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr(personal.JSON_NAME, json.dumps(signing.signed(whole | {"version": 1, "ledger": None})))

    with pytest.raises(personal_import.UnableToImport, match="before both were in one"):
        read(file.getvalue())
