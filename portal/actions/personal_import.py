"""
One person's export (``portal/exports/personal.py``) into a blank portal: the same record, the same timeline.

What it claims: account and settings, consents whose words are here too, needs that are agreed to, and the whole
ledger of the person: the same entries, hashes and words, byte for byte. Courses, enrolments, reviews and letters are
another portal's and stay in the file. People who acted are there by number alone, organizations by name, unverified.

Accounts that became one come in as one. Where a merge was undone, two people's chains go on in each other and each of
them has a file of their own: both come in together, or neither. What a merge took along is not known here: undone here,
it gives back the credit and no more, and is refused where nothing would open the account given back.
"""

import io
import json
import zipfile
from base64 import urlsafe_b64decode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from credits.actions import carrying
from credits.exports.signing import key_id, whole_of
from credits.queries import hashed
from learners.actions.name_in_letters import NOBODY
from learners.choices import OrganizationKind, Way
from learners.models import AccessNeeds, Consent, ConsentText, Learner, Organization, Place
from learners.models.address import fold, fold_phone
from learners.queries import age
from learners.queries.learner import way_of
from portal.exports import personal

PERSON_LEFT_OUT = {"public_id", "ledger_number", "place_id"}
READ_VERSIONS = (1, personal.VERSION)
JSON_BYTES_MAX = 64 * 1024 * 1024  # a lifetime of entries is some megabytes; a ZIP may promise more than a machine has
Whole = Mapping[str, Any]


class UnableToImport(Exception):
    """The file is refused; the message is for who imports it."""


def read(archive: bytes, *, keys: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the JSON object of an export, once its signature has been checked with a published key set (RFC 7517).

    :raises UnableToImport: if it is no export of this form, or not as its portal signed it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            if zipped.getinfo(personal.JSON_NAME).file_size > JSON_BYTES_MAX:
                raise UnableToImport("it holds more than an export can")
            whole = json.loads(zipped.read(personal.JSON_NAME))
    except (zipfile.BadZipFile, KeyError, ValueError) as reason:
        raise UnableToImport("this is no export of a portal") from reason
    if (
        not isinstance(whole, dict)
        or whole.get("format") != personal.FORMAT
        or whole.get("version") not in READ_VERSIONS
    ):
        raise UnableToImport("another form of export")
    for document in (whole, whole["statement"], *whole.get("merged_statements", ())):
        _check_signature(document, keys)
    if whole["ledger"] is None:
        raise UnableToImport("two accounts of this person were merged, and this file is from before both were in one")
    return _of_version_1(whole) if whole["version"] == 1 else whole


@transaction.atomic
def bring_in(files: Sequence[Whole], *, now: datetime, addresses: Sequence[str] = ()) -> list[Learner]:
    """
    Write the people of checked exports and return them, in the order of their files; all or nothing.

    ``addresses``, e-mail addresses or numbers, open the records of those who had only a card, in the order of their
    files: no card of another portal does.

    :raises UnableToImport: if somebody here has a ledger number, address or number of theirs, if nothing would open a
        record, if one half of a merge that was undone is missing, or if the ledger is not blank.
    """
    given = iter(addresses)
    said = [_with_a_way(each["tables"]["person"], given) for each in files]
    _refuse_who_is_here(row for rows in said for row in rows)
    own = {number: learner for rows in said for number, learner in _accounts(rows).items()}
    others = _others({number for each in files for number in _acted(each["ledger"])} - own.keys(), now=now)
    registrar = next(iter((others or own).values()))
    named = {row["public_id"]: row for each in files for row in each["ledger"]["organizations"]}
    try:
        carrying.write(
            [each["ledger"] for each in files],
            people={**own, **others},
            organizations=_organizations(named.values(), registrar, now=now),
            now=now,
        )
    except carrying.UnableToCarry as reason:
        raise UnableToImport(str(reason)) from reason
    Learner.objects.filter(pk__in=[other.pk for other in others.values()]).update(
        is_active=False, is_staff=False, email=None, closed_at=now
    )
    for each in files:
        _bring_consents(each["tables"], own)
        for statement in (each["statement"], *each["merged_statements"]):
            _check_chain(own[statement["ledger_number"]], statement["entries"])
    return [own[each["ledger_number"]] for each in files]


def _of_version_1(whole: Whole) -> dict[str, Any]:
    """Return an export of version 1 in the form of today: one account, and nothing of a merge."""
    mine = {"learner__ledger_number": whole["ledger_number"]}
    ledger, tables = whole["ledger"], whole["tables"]
    return {
        **whole,
        "merged_statements": [],
        "ledger": {
            **ledger,
            "entries": [{**row, **mine} for row in ledger["entries"]],
            "requests": [{**row, **mine, "other_learner__ledger_number": None} for row in ledger["requests"]],
            "merges": [],
            "merge_undos": [],
        },
        "tables": {
            **tables,
            "person": [{**tables["person"][0], "merged_into__ledger_number": None}],
            "consents": [{**row, **mine} for row in tables["consents"]],
            "access_needs": [{**row, **mine} for row in tables["access_needs"]],
        },
    }


def _acted(ledger: Mapping[str, Any]) -> set[str]:
    """Return the numbers of those who did something in this ledger."""
    acted = {
        *(row["actor__ledger_number"] for row in ledger["entries"]),
        *(row["requested_by__ledger_number"] for row in ledger["requests"]),
        *(row["decided_by__ledger_number"] for row in ledger["decisions"]),
    }
    return acted - {None}


def _refuse_who_is_here(rows: Iterable[Mapping[str, Any]]) -> None:
    here, numbers, ways = Q(), [], []
    for row in rows:
        numbers.append(row["ledger_number"])
        here |= Q(ledger_number=row["ledger_number"])
        for way in Way:
            if row[way]:
                ways.append(row[way])
                here |= Q(**{way: row[way]})
    if Learner.objects.filter(here).exists():
        raise UnableToImport("this person is here already")
    if len(set(numbers)) < len(numbers):
        raise UnableToImport("two of these files have the same account: give one file a person, of the same day")
    if len(set(ways)) < len(ways):
        raise UnableToImport("two of these people would sign in with the same address or number: give each their own")


def _check_signature(document: Mapping[str, Any], keys: Mapping[str, Any]) -> None:
    publics = [key["x"] for key in keys["keys"] if key_id(key["x"]) == document.get("signing_key")]
    if not publics:
        raise UnableToImport("signed with a key that is not among the given ones")
    public = Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(publics[0] + "=="))
    try:
        public.verify(bytes.fromhex(document["signature"]), whole_of(dict(document)))
    except (InvalidSignature, ValueError) as reason:
        raise UnableToImport("not as its portal signed it") from reason


def _check_chain(learner: Learner, entries: Collection[Mapping[str, Any]]) -> None:
    """What was written is what was signed, entry by entry."""
    written = [(entry.form, entry.hash.hex()) for entry in hashed.chain_of(learner) if entry.is_right]
    if written != [(entry["form"], entry["hash"]) for entry in entries]:
        raise UnableToImport("the ledger of the file is not the one its portal signed")


def _with_a_way(rows: Sequence[Mapping[str, Any]], given: Iterator[str]) -> list[dict[str, Any]]:
    """Return the accounts of one person, the first of which, the kept one, has an address or a number."""
    kept = dict(rows[0])
    if not (kept[Way.EMAIL] or kept[Way.PHONE]):
        address = next(given, "")
        folded = fold_phone(address) or fold(address)
        if not folded:
            raise UnableToImport("nothing would open this record: give the address or number the person signs in with")
        kept[way_of(folded)] = folded
    return [kept, *map(dict, rows[1:])]


def _accounts(rows: Sequence[Mapping[str, Any]]) -> dict[str, Learner]:
    """Write the accounts of one person, the kept one first, and return them by number."""
    kept = _account(rows[0], merged_into=None)
    own = {rows[0]["ledger_number"]: kept}
    for row in rows[1:]:
        own[row["ledger_number"]] = _account(row, merged_into=kept)
    for row in rows[1:]:  # the one it went into may stand after it
        into = own[row["merged_into__ledger_number"]]
        Learner.objects.filter(ledger_number=row["ledger_number"]).update(merged_into=into)
    return own


def _account(said: Mapping[str, Any], *, merged_into: Learner | None) -> Learner:
    own = {
        name: Learner._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
        for name, value in said.items()
        if name not in PERSON_LEFT_OUT and "__" not in name
    }
    learner = Learner(
        **own,
        public_id=UUID(said["public_id"]),
        ledger_number=UUID(said["ledger_number"]),
        place=Place.objects.filter(pk=said["place_id"]).first(),
        merged_into=merged_into,
    )
    learner.set_unusable_password()
    learner.save(force_insert=True)
    return learner


def _others(numbers: Collection[str], *, now: datetime) -> dict[str, Learner]:
    """Return those who acted, by number; curators with an address of no post office until the ledger is written."""
    found = {}
    for number in sorted(numbers):
        other = Learner(
            ledger_number=UUID(number), full_name=NOBODY, email=f"{number}@invalid", is_staff=True, created_at=now
        )
        other.set_unusable_password()
        other.save(force_insert=True)
        found[number] = other
    return found


def _organizations(
    rows: Collection[Mapping[str, Any]], registrar: Learner, *, now: datetime
) -> dict[str, Organization]:
    return {
        row["public_id"]: Organization.objects.create(
            public_id=UUID(row["public_id"]),
            kind=OrganizationKind(row["kind"]),
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            place=Place.objects.get(pk=row["place_id"]),
            registered_at=now,
            registered_by=registrar,
        )
        for row in rows
    }


def _bring_consents(tables: Mapping[str, Any], own: Mapping[str, Learner]) -> None:
    """A child's consent in force stands on a guardian, who is not here: it stays in the file, and is asked for anew."""
    in_force = set()
    for row in tables["consents"]:
        text = ConsentText.objects.filter(purpose=row["purpose"], version=row["text__version"]).first()
        if text is None:
            continue  # nobody agreed to words that are not here
        said = {
            name: Consent._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
            for name, value in row.items()
            if "__" not in name
        }
        learner = own[row["learner__ledger_number"]]
        if row["withdrawn_at"] is None and _needs_guardian(learner, said["given_at"]):
            continue
        Consent(**said, learner=learner, text=text).save(force_insert=True)
        if row["withdrawn_at"] is None:
            in_force.add(row["learner__ledger_number"])
    for row in tables["access_needs"]:
        if row["learner__ledger_number"] in in_force:
            AccessNeeds(
                learner=own[row["learner__ledger_number"]],
                needs=row["needs"],
                words=row["words"],
                said_at=AccessNeeds._meta.get_field("said_at").to_python(row["said_at"]),  # type: ignore[union-attr]
            ).save(force_insert=True)


def _needs_guardian(learner: Learner, given_at: datetime) -> bool:
    return age.ages(on=timezone.localdate(given_at)).needs_guardian(learner)
