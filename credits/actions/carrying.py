"""Writing a person's ledger again in a blank portal, from the rows of ``queries.carried``; the guards judge each."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import BinaryField, Model

from credits.models import (
    Account,
    Conversion,
    Hold,
    JournalEntry,
    LedgerDecision,
    LedgerRequest,
    Lot,
    Merge,
    MergeUndo,
    Posting,
)
from credits.queries import carried
from learners.models import Learner, Organization

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


class UnableToCarry(Exception):
    """The rows cannot be written; the message is for who imports."""


class NotBlank(UnableToCarry):
    pass


class HalfOfAMerge(UnableToCarry):
    """A merge was undone, and the file of the other account is not among these, or not of the same time."""


@transaction.atomic
def write(
    files: Sequence[Rows],
    *,
    people: Mapping[str, Learner],
    organizations: Mapping[str, Organization],
    now: datetime,
) -> int:
    """
    Write the entries of these files with all that belongs to them and return how many; in one transaction.

    Each file has the chains of one person; those of a merge that was undone come together. ``people`` are the learners
    and those who acted, by ledger number; who decided is a curator while this goes on. Nothing is hashed anew: numbers,
    moments and hashes are those of the rows.

    :raises NotBlank: if this portal's ledger has entries: nobody adds another portal's credit to a living one.
    :raises HalfOfAMerge: if chains go on in one that is not among the files.
    """
    if JournalEntry.objects.exists() or Merge.objects.exists():
        raise NotBlank("this portal's ledger has entries already")
    _refuse_half_of_a_merge(files)
    book = _Book(files, people, organizations)
    for row in _once(files, "accounts", lambda row: _account_key(row, "")):
        book.open_account(row)
    written = 0
    for row in _in_order(files):
        book.write_entry(row)
        written += 1
    for row in _once(files, "merges", lambda row: row["id"]):
        book.write_merge(row)
    for row in _once(files, "merge_undos", lambda row: row["merge_id"]):
        book.write_undo(row)
    _go_on_after_merges()
    return written


def _once(files: Iterable[Rows], kind: str, key: Callable[[Row], Hashable]) -> Iterable[Row]:
    """Return the rows of all files; what two of them have, such as what both took part in, is one."""
    found: dict[Hashable, Row] = {}
    for file in files:
        for row in file[kind]:
            found.setdefault(key(row), row)
    return found.values()


def _refuse_half_of_a_merge(files: Sequence[Rows]) -> None:
    here = {row["public_id"] for file in files for row in file["entries"]}
    for row in (merge for file in files for kind in ("merges", "merge_undos") for merge in file[kind]):
        if not {row["out_entry__public_id"], row["in_entry__public_id"]} - {None} <= here:
            raise HalfOfAMerge(
                "a merge of this person with another account was undone: bring both in together, by files made after it"
            )


def _in_order(files: Sequence[Rows]) -> Iterator[Row]:
    """
    Yield the entries of all files so that each comes after what it names: the credit it moves, what it answers.

    Those of one file stay in their order, which is the one they were written in.
    """
    lots = _by_entry(posting for file in files for posting in file["postings"])
    about = {row["public_id"]: row["entry__public_id"] for file in files for row in file["requests"]}
    waiting = [deque(file["entries"]) for file in files]
    there: set[str | None] = {None}

    def is_next(row: Row) -> bool:
        named = {posting["lot__entry__public_id"] for posting in lots.get(row["public_id"], ())}
        named |= {row["reverses__public_id"], row["ends__public_id"], about.get(row["request__public_id"])}
        return named - {row["public_id"]} <= there

    while any(waiting):
        queue = next((each for each in waiting if each and is_next(each[0])), None)
        if queue is None:
            raise HalfOfAMerge("entries of these files name others that are in none of them")
        row = queue.popleft()
        there.add(row["public_id"])
        yield row


def _go_on_after_merges() -> None:
    """Let the next merge here have a number of its own: those written have the numbers of the other portal."""
    last = Merge.objects.order_by("-pk").values_list("pk", flat=True).first()
    with connection.cursor() as cursor:  # the serving role may take numbers, not set where they go on
        cursor.execute(
            "SELECT count(nextval(pg_get_serial_sequence('credits_merge', 'id'))) FROM generate_series(1, %s)",
            [last or 0],
        )


def _by_entry(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["entry__public_id"], []).append(row)
    return found


class _Book:
    """What has been written, by the names the rows know it by."""

    def __init__(
        self, files: Sequence[Rows], people: Mapping[str, Learner], organizations: Mapping[str, Organization]
    ) -> None:
        self.people, self.organizations = people, organizations
        self.accounts: dict[tuple[Any, ...], Account] = {}
        self.entries: dict[str | None, JournalEntry] = {}
        self.written: dict[str | None, LedgerRequest] = {}
        self.requests = {row["public_id"]: row for file in files for row in file["requests"]}
        self.decisions = {row["request__public_id"]: row for file in files for row in file["decisions"]}
        self.parts = {
            kind: _by_entry(row for file in files for row in file[kind])
            for kind in ("lots", "conversions", "holds", "postings")
        }

    def open_account(self, row: Row) -> None:
        said = _own(Account, row)
        owner = {
            "learner": self.people.get(row["learner__ledger_number"]),
            "organization": self.organizations.get(row["organization__public_id"]),
        }
        self.accounts[_account_key(row, "")] = Account.objects.create(**said, **owner)

    def request(self, number: str | None) -> LedgerRequest | None:
        """Return a request with its decision, written when it is first asked for."""
        if number is None or number in self.written:
            return self.written.get(number)
        row = self.requests[number]
        request = LedgerRequest(
            **_own(LedgerRequest, row),
            learner=self.people[row["learner__ledger_number"]],
            other_learner=self.people.get(row["other_learner__ledger_number"]),
            entry=self.entries.get(row["entry__public_id"]),
            organization=self.organizations.get(row["organization__public_id"]),
            requested_by=self.people[row["requested_by__ledger_number"]],
        )
        request.save(force_insert=True)
        self.written[number] = request
        decision = self.decisions[number]
        LedgerDecision.objects.create(
            **_own(LedgerDecision, decision),
            request=request,
            decided_by=self.people[decision["decided_by__ledger_number"]],
        )
        return request

    def write_entry(self, row: Row) -> None:
        entry = JournalEntry(
            **_own(JournalEntry, row),
            learner=self.people[row["learner__ledger_number"]],
            actor=self.people.get(row["actor__ledger_number"]),
            reverses=self.entries.get(row["reverses__public_id"]),
            ends=self.entries.get(row["ends__public_id"]),
            request=self.request(row["request__public_id"]),
        )
        entry.save(force_insert=True)
        number = row["public_id"]
        self.entries[number] = entry
        for kind, model in (("lots", Lot), ("conversions", Conversion), ("holds", Hold)):
            for part in self.parts[kind].get(number, ()):
                self._write_part(model, part, entry)
        for posting in self.parts["postings"].get(number, ()):
            self._write_posting(posting, entry)

    def write_merge(self, row: Row) -> None:
        kept, merged = self.people[row["kept__ledger_number"]], self.people[row["merged__ledger_number"]]
        Merge(**_own(Merge, row), kept=kept, merged=merged, **self._moved(row)).save(force_insert=True)

    def write_undo(self, row: Row) -> None:
        MergeUndo(**_own(MergeUndo, row), **self._moved(row)).save(force_insert=True)

    def _moved(self, row: Row) -> dict[str, Any]:
        return {
            "request": self.request(row["request__public_id"]),
            "out_entry": self.entries.get(row["out_entry__public_id"]),
            "in_entry": self.entries.get(row["in_entry__public_id"]),
        }

    def _write_part(self, model: type[Model], row: Row, entry: JournalEntry) -> None:
        more: dict[str, Any] = {"entry": entry}
        if model is not Conversion:
            more["learner"] = entry.learner
        if model is Lot:
            more["issuer"] = self.organizations[row["issuer__public_id"]]
        model(**_own(model, row), **more).save(force_insert=True)

    def _write_posting(self, row: Row, entry: JournalEntry) -> None:
        lot = self.entries.get(row["lot__entry__public_id"])
        Posting(
            **_own(Posting, row),
            entry=entry,
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
