"""
One person's export (``portal/exports/personal.py``) into a blank portal: the same record, the same timeline.

What it claims: account and settings, consents whose words are here too, needs that are agreed to, and the whole
ledger of the person: the same entries, hashes and words, byte for byte. Courses, enrolments, reviews and letters are
another portal's and stay in the file. People who acted are there by number alone, organizations by name, unverified.
"""

import io
import json
import zipfile
from base64 import urlsafe_b64decode
from collections.abc import Collection, Mapping
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
from learners.actions.erasure import NOBODY
from learners.choices import OrganizationKind, Way
from learners.models import AccessNeeds, Consent, ConsentText, Learner, Organization, Place
from learners.models.address import fold, fold_phone
from learners.queries import age
from learners.queries.learner import way_of
from portal.exports import personal

PERSON_LEFT_OUT = {"public_id", "ledger_number", "place_id"}


class UnableToImport(Exception):
    """The file is refused; the message is for who imports it."""


def read(archive: bytes, *, keys: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the JSON object of an export, once its signature has been checked with a published key set (RFC 7517).

    :raises UnableToImport: if it is no export of this form, or not as its portal signed it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
            whole = json.loads(zipped.read(personal.JSON_NAME))
    except (zipfile.BadZipFile, KeyError, ValueError) as reason:
        raise UnableToImport("this is no export of a portal") from reason
    if (whole.get("format"), whole.get("version")) != (personal.FORMAT, personal.VERSION):
        raise UnableToImport("another form of export")
    for document in (whole, whole["statement"]):
        _check_signature(document, keys)
    if whole["ledger"] is None:
        raise UnableToImport("two accounts of this person were merged: one chain alone proves nothing")
    return whole  # type: ignore[no-any-return]


@transaction.atomic
def bring_in(whole: Mapping[str, Any], *, now: datetime, address: str = "") -> Learner:
    """
    Write the person of a checked export and return them; all or nothing.

    ``address``, an e-mail address or a number, opens the record of who had only a card: no card of another portal does.

    :raises UnableToImport: if somebody here has their ledger number, address or number, if nothing would open their
        record, or if the ledger is not blank.
    """
    said, ledger = _with_a_way(whole["tables"]["person"][0], address), whole["ledger"]
    here = Q(ledger_number=said["ledger_number"])
    for way in Way:
        if said[way]:
            here |= Q(**{way: said[way]})
    if Learner.objects.filter(here).exists():
        raise UnableToImport("this person is here already")
    learner = _person(said)
    acted = {
        *(row["actor__ledger_number"] for row in ledger["entries"]),
        *(row["requested_by__ledger_number"] for row in ledger["requests"]),
        *(row["decided_by__ledger_number"] for row in ledger["decisions"]),
    }
    others = _others(acted - {None, said["ledger_number"]}, now=now)
    registrar = next(iter(others.values()), learner)
    try:
        carrying.write(
            ledger,
            learner=learner,
            people={said["ledger_number"]: learner, **others},
            organizations=_organizations(ledger["organizations"], registrar, now=now),
            now=now,
        )
    except carrying.UnableToCarry as reason:
        raise UnableToImport(str(reason)) from reason
    Learner.objects.filter(pk__in=[other.pk for other in others.values()]).update(
        is_active=False, is_staff=False, email=None, closed_at=now
    )
    _bring_consents(whole["tables"], learner)
    _check_chain(learner, whole["statement"]["entries"])
    return learner


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


def _with_a_way(said: Mapping[str, Any], address: str) -> dict[str, Any]:
    own = dict(said)
    if not (own[Way.EMAIL] or own[Way.PHONE]):
        folded = fold_phone(address) or fold(address)
        if not folded:
            raise UnableToImport("nothing would open this record: give the address or number the person signs in with")
        own[way_of(folded)] = folded
    return own


def _person(said: Mapping[str, Any]) -> Learner:
    own = {
        name: Learner._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
        for name, value in said.items()
        if name not in PERSON_LEFT_OUT
    }
    learner = Learner(
        **own,
        public_id=UUID(said["public_id"]),
        ledger_number=UUID(said["ledger_number"]),
        place=Place.objects.filter(pk=said["place_id"]).first(),
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


def _bring_consents(tables: Mapping[str, Any], learner: Learner) -> None:
    """A child's consent in force stands on a guardian, who is not here: it stays in the file, and is asked for anew."""
    in_force = False
    for row in tables["consents"]:
        text = ConsentText.objects.filter(purpose=row["purpose"], version=row["text__version"]).first()
        if text is None:
            continue  # nobody agreed to words that are not here
        own = {
            name: Consent._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
            for name, value in row.items()
            if "__" not in name
        }
        if row["withdrawn_at"] is None and _needs_guardian(learner, own["given_at"]):
            continue
        Consent(**own, learner=learner, text=text).save(force_insert=True)
        in_force = in_force or row["withdrawn_at"] is None
    for row in tables["access_needs"] if in_force else ():
        AccessNeeds(
            learner=learner,
            needs=row["needs"],
            words=row["words"],
            said_at=AccessNeeds._meta.get_field("said_at").to_python(row["said_at"]),  # type: ignore[union-attr]
        ).save(force_insert=True)


def _needs_guardian(learner: Learner, given_at: datetime) -> bool:
    return age.ages(on=timezone.localdate(given_at)).needs_guardian(learner)
