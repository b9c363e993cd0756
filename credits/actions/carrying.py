"""Writing a person's ledger again in a blank portal, from the rows of ``queries.carried``; the guards judge each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BinaryField, Model

from credits.models import Account, Conversion, Hold, JournalEntry, LedgerDecision, LedgerRequest, Lot, Posting
from credits.queries import carried
from learners.models import Learner, Organization

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


class UnableToCarry(Exception):
    """The rows cannot be written; the message is for who imports."""


class NotBlank(UnableToCarry):
    pass


@transaction.atomic
def write(
    rows: Rows,
    *,
    learner: Learner,
    people: Mapping[str, Learner],
    organizations: Mapping[str, Organization],
    now: datetime,
) -> int:
    """
    Write the learner's entries with all that belongs to them and return how many; in one transaction.

    ``people`` are those who acted, by ledger number, the learner among them; who decided is a curator while this goes
    on. Nothing is hashed anew: numbers, moments and hashes are those of the rows.

    :raises NotBlank: if this portal's ledger has entries: nobody adds another portal's credit to a living one.
    """
    if JournalEntry.objects.exists():
        raise NotBlank("this portal's ledger has entries already")
    book = _Book(learner, people, organizations)
    parts = {kind: _by_entry(rows[kind]) for kind in ("lots", "conversions", "holds", "postings")}
    for row in rows["accounts"]:
        book.open_account(row)
    for row in rows["entries"]:
        number = row["public_id"]
        for request in (each for each in rows["requests"] if each["public_id"] == row["request__public_id"]):
            book.write_request(request, rows["decisions"])
        book.write_entry(row)
        for kind, model in (("lots", Lot), ("conversions", Conversion), ("holds", Hold)):
            for part in parts[kind].get(number, ()):
                book.write_part(model, part)
        for posting in parts["postings"].get(number, ()):
            book.write_posting(posting)
    return len(rows["entries"])


def _by_entry(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["entry__public_id"], []).append(row)
    return found


class _Book:
    """What has been written, by the names the rows know it by."""

    def __init__(
        self, learner: Learner, people: Mapping[str, Learner], organizations: Mapping[str, Organization]
    ) -> None:
        self.learner, self.people, self.organizations = learner, people, organizations
        self.accounts: dict[tuple[Any, ...], Account] = {}
        self.entries: dict[str, JournalEntry] = {}
        self.requests: dict[str, LedgerRequest] = {}

    def open_account(self, row: Row) -> None:
        said = _own(Account, row)
        owner = {
            "learner": self.people.get(row["learner__ledger_number"]),
            "organization": self.organizations.get(row["organization__public_id"]),
        }
        self.accounts[_account_key(row, "")] = Account.objects.create(**said, **owner)

    def write_request(self, row: Row, decisions: Iterable[Row]) -> None:
        if row["public_id"] in self.requests:
            return
        request = LedgerRequest(
            **_own(LedgerRequest, row),
            learner=self.learner,
            entry=self.entries.get(row["entry__public_id"]),
            organization=self.organizations.get(row["organization__public_id"]),
            requested_by=self.people[row["requested_by__ledger_number"]],
        )
        request.save(force_insert=True)
        self.requests[row["public_id"]] = request
        for decision in (each for each in decisions if each["request__public_id"] == row["public_id"]):
            LedgerDecision.objects.create(
                **_own(LedgerDecision, decision),
                request=request,
                decided_by=self.people[decision["decided_by__ledger_number"]],
            )

    def write_entry(self, row: Row) -> None:
        entry = JournalEntry(
            **_own(JournalEntry, row),
            learner=self.learner,
            actor=self.people.get(row["actor__ledger_number"]),
            reverses=self.entries.get(row["reverses__public_id"]),
            ends=self.entries.get(row["ends__public_id"]),
            request=self.requests.get(row["request__public_id"]),
        )
        entry.save(force_insert=True)
        self.entries[row["public_id"]] = entry

    def write_part(self, model: type[Model], row: Row) -> None:
        more: dict[str, Any] = {"entry": self.entries[row["entry__public_id"]]}
        if model is not Conversion:
            more["learner"] = self.learner
        if model is Lot:
            more["issuer"] = self.organizations[row["issuer__public_id"]]
        model(**_own(model, row), **more).save(force_insert=True)

    def write_posting(self, row: Row) -> None:
        lot = self.entries.get(row["lot__entry__public_id"])
        Posting(
            **_own(Posting, row),
            entry=self.entries[row["entry__public_id"]],
            source=self.accounts[_account_key(row, "source__")],
            destination=self.accounts[_account_key(row, "destination__")],
            lot_id=lot and lot.pk,
        ).save(force_insert=True)


def _account_key(row: Row, side: str) -> tuple[Any, ...]:
    return tuple(row[f"{side}{name}"] for name in carried.ACCOUNT)


def _own(model: type[Model], row: Row) -> dict[str, Any]:
    """Return the row's own columns as the model has them: bytes were written as hexadecimal digits."""
    said = {}
    for name, value in row.items():
        if "__" in name:
            continue
        field = model._meta.get_field(name)
        if isinstance(field, BinaryField):
            said[name] = None if value is None else bytes.fromhex(value)
        else:
            said[name] = field.to_python(value)  # type: ignore[union-attr]
    return said
