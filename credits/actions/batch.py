"""
Award credit to many at once: a class, an import. What ``ledger.award`` writes one by one, in a few statements for all.

Locks are taken like everywhere, only for all at once: the learners by id, then their accounts by id. The order in which
awards are asked for is the order in which they stand in a learner's chain.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from types import NoneType
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from credits.actions.draft import COLUMNS, Draft, Key, KeyReused
from credits.actions.ledger import Award, award_draft
from credits.actions.posting import Accounts, ChainEnd, Standing, entry_of, legs_of, open_accounts, placed
from credits.choices import Reason
from credits.models import JournalEntry
from learners.models import Learner, Organization


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One award of a batch: the arguments of ``ledger.award``."""

    learner: Learner
    issuer: Organization
    amount_minor: int
    kind_of_credit: str
    occurred_at: datetime
    actor: Learner | None
    idempotency_key: str
    snapshot: Award
    valid_until: date | None = None


Outcome = JournalEntry | KeyReused


@transaction.atomic
def award_many(*, awards: Sequence[Asked], now: datetime) -> list[Outcome]:
    """
    Post these awards in one transaction; return for each, in their order, its entry or why it was refused.

    Idempotent by key, each award for itself, as in ``ledger.award``: one whose key has posted the same already is
    answered with that entry; one whose key stands for something else is refused, and the others are posted. All locks
    are held until the commit, so the caller keeps a batch to the size of a class.
    """
    drafts = [award_draft(**{name: getattr(asked, name) for name in Asked.__slots__}) for asked in awards]
    if not drafts:
        return []
    account_ids, bounds = _lock(drafts, now)
    while True:
        first = _posted(drafts)
        new = [draft for draft in _first_of_each_key(drafts) if draft.idempotency_key not in first]
        if not new:
            return _outcomes(drafts, first, {})
        try:
            with transaction.atomic():
                accounts = Accounts(ids=account_ids, standings=_standings(bounds))
                entries = _write(new, accounts, _ends(new), now)
        except IntegrityError:
            # Another learner's entry may have taken one of the keys between our question and our insert: ask again.
            if not _posted(new):
                raise
        else:
            return _outcomes(drafts, first, entries)


def _first_of_each_key(drafts: Iterable[Draft]) -> list[Draft]:
    by_key: dict[str, Draft] = {}
    for draft in drafts:
        by_key.setdefault(draft.idempotency_key, draft)
    return list(by_key.values())


def _outcomes(
    drafts: Sequence[Draft], first: Mapping[str, tuple[int, bytes]], entries: Mapping[str, JournalEntry]
) -> list[Outcome]:
    before = JournalEntry.objects.in_bulk([entry_id for entry_id, _body_hash in first.values()]) if first else {}
    answers = {key: (before[entry_id], body_hash) for key, (entry_id, body_hash) in first.items()}
    answers |= {key: (entry, bytes(entry.body_hash)) for key, entry in entries.items()}
    outcomes: list[Outcome] = []
    for draft in drafts:
        entry, body_hash = answers[draft.idempotency_key]
        is_the_same = body_hash == draft.body_hash
        outcomes.append(entry if is_the_same else KeyReused(_("This has already been recorded with other content.")))
    return outcomes


# --- Lock and look ----------------------------------------------------------------------------------------------------
LEARNERS = "SELECT id FROM learners_learner WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
ACCOUNTS = """
    WITH side AS (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[])
            AS side(learner_id, organization_id, unit, purpose, kind_of_credit)
    )
    SELECT a.id, a.learner_id, a.organization_id, unit, purpose, kind_of_credit
    FROM side JOIN credits_account a USING (unit, purpose, kind_of_credit)
    WHERE a.learner_id = side.learner_id AND a.organization_id IS NULL
    UNION ALL
    SELECT a.id, a.learner_id, a.organization_id, unit, purpose, kind_of_credit
    FROM side JOIN credits_account a USING (unit, purpose, kind_of_credit)
    WHERE a.learner_id IS NULL AND a.organization_id = side.organization_id
"""
LOCK = """
    SELECT id, balance_min, balance_max FROM credits_account
    WHERE id = ANY(%s::bigint[]) AND (balance_min IS NOT NULL OR balance_max IS NOT NULL) ORDER BY id FOR NO KEY UPDATE
"""
POSTED = "SELECT idempotency_key, id, body_hash FROM credits_journalentry WHERE idempotency_key = ANY(%s::text[])"
CHAINS = """
    SELECT learner.id, last.sequence, last.hash, last.recorded_at FROM unnest(%s::bigint[]) AS learner(id),
        LATERAL (
            SELECT e.sequence, e.hash, e.recorded_at FROM credits_journalentry e
            WHERE e.learner_id = learner.id ORDER BY e.sequence DESC LIMIT 1
        ) last
"""
STANDINGS = """
    SELECT account.id, newest.place, newest.balance FROM unnest(%s::bigint[]) AS account(id),
        LATERAL (
            SELECT leg.place, leg.balance FROM (
                (SELECT source_position AS place, source_balance AS balance FROM credits_posting
                    WHERE source_id = account.id ORDER BY source_position DESC LIMIT 1)
                UNION ALL
                (SELECT destination_position, destination_balance FROM credits_posting
                    WHERE destination_id = account.id ORDER BY destination_position DESC LIMIT 1)
            ) leg ORDER BY leg.place DESC LIMIT 1
        ) newest
"""


Bounds = dict[int, tuple[int | None, int | None]]  # of the bounded accounts, which are locked


def _lock(drafts: Sequence[Draft], now: datetime) -> tuple[dict[Key, int], Bounds]:
    """Lock all learners, open what accounts are missing, lock all bounded accounts; return the accounts."""
    keys = list(
        {side.key: None for draft in drafts for move in draft.moves for side in (move.source, move.destination)}
    )
    _rows(LEARNERS, [[draft.learner.pk for draft in drafts]])
    ids = _account_ids(keys)
    missing = [key for key in keys if key not in ids]
    if missing:
        open_accounts(missing, now=now)
        ids = _account_ids(keys)
    locked = _rows(LOCK, [list(ids.values())])
    return ids, {account: (least, most) for account, least, most in locked}


def _account_ids(keys: Sequence[Key]) -> dict[Key, int]:
    columns = [list(column) for column in zip(*keys, strict=True)]
    return {(learner, *rest): account for account, learner, *rest in _rows(ACCOUNTS, columns)}  # type: ignore[misc]


def _posted(drafts: Sequence[Draft]) -> dict[str, tuple[int, bytes]]:
    """Return what the keys have posted already: entry and body hash."""
    rows = _rows(POSTED, [[draft.idempotency_key for draft in drafts]])
    return {key: (entry_id, bytes(body_hash)) for key, entry_id, body_hash in rows}


def _standings(bounds: Bounds) -> dict[int, Standing]:
    stands = {account: (place, balance) for account, place, balance in _rows(STANDINGS, [list(bounds)])}
    standings = {}
    for account, (least, most) in bounds.items():
        place, balance = stands.get(account, (0, 0))
        standings[account] = Standing(position=place, balance=balance, minor_min=least, minor_max=most)
    return standings


def _ends(drafts: Sequence[Draft]) -> dict[int, ChainEnd]:
    """Return where the chain of each learner ends."""
    learner_ids = list({draft.learner.pk for draft in drafts})
    return dict.fromkeys(learner_ids, ChainEnd()) | {
        learner_id: ChainEnd(sequence, bytes(last_hash), recorded_at)
        for learner_id, sequence, last_hash, recorded_at in _rows(CHAINS, [learner_ids])
    }


# --- Write ------------------------------------------------------------------------------------------------------------
ENTRY = {
    "public_id": "uuid",
    "learner_id": "bigint",
    "sequence": "bigint",
    "occurred_at": "timestamptz",
    "recorded_at": "timestamptz",
    "actor_id": "bigint",
    "idempotency_key": "text",
    "body_hash": "bytea",
    "snapshot": "jsonb",
    "prev_hash": "bytea",
    "hash": "bytea",
}  # those of COLUMNS that an award has, but for its reason
LOT = {
    "learner_id": "bigint",
    "issuer_id": "bigint",
    "kind_of_credit": "text",
    "source": "text",
    "field_code": "text",
    "level": "smallint",
    "amount_minor": "bigint",
    "earned_on": "date",
    "valid_until": "date",
    "course_key": "text",
}
POSTING = dict.fromkeys(
    ["source_id", "source_position", "source_balance", "destination_id", "destination_position", "destination_balance"],
    "bigint",
)
ASKED = ENTRY | LOT | POSTING
of_entry = itemgetter(*map(COLUMNS.index, ENTRY))
of_lot = itemgetter(*(name for name in LOT if name not in ENTRY))
of_chain = itemgetter(*map(COLUMNS.index, ChainEnd._fields))
PUBLIC_ID = COLUMNS.index("public_id")
# In the order of the keys: two batches that share keys wait for each other in one order.
WRITE = f"""
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in ASKED.values())}) AS asked({", ".join(ASKED)})
    ), entry AS (
        INSERT INTO credits_journalentry (reason, {", ".join(ENTRY)})
        SELECT '{Reason.COURSE_COMPLETION}', {", ".join(ENTRY)} FROM asked ORDER BY idempotency_key
        RETURNING id, public_id
    ), lot AS (
        INSERT INTO credits_lot (entry_id, {", ".join(LOT)})
        SELECT entry.id, {", ".join(LOT)} FROM entry JOIN asked USING (public_id)
    ), posting AS (
        INSERT INTO credits_posting (entry_id, lot_id, amount_minor, {", ".join(POSTING)})
        SELECT entry.id, entry.id, amount_minor, {", ".join(POSTING)} FROM entry JOIN asked USING (public_id)
    )
    SELECT public_id, id FROM entry
"""  # noqa: S608 -- constants


def _write(
    drafts: Sequence[Draft], accounts: Accounts, ends: dict[int, ChainEnd], now: datetime
) -> dict[str, JournalEntry]:
    """Insert the entries with their lots and postings, each at the end of its learner's chain; return them by key."""
    written, rows = [], []
    for draft in drafts:
        values = placed(ends[draft.learner.pk], draft, now)
        ends[draft.learner.pk] = ChainEnd(*of_chain(values))
        (move,), (lot,) = draft.moves, draft.parts
        written.append(values)
        rows.append((*of_entry(values), *of_lot(lot.columns), *legs_of(accounts, move)))
    ids = dict(_rows(WRITE, zip(*rows, strict=True)))
    return {
        draft.idempotency_key: entry_of(draft, ids[values[PUBLIC_ID]], values)
        for draft, values in zip(drafts, written, strict=True)
    }


def _rows(statement: str, columns: Iterable[Iterable[Any]]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [_array(column) for column in columns])
        return list(cursor.fetchall())


def _array(values: Iterable[Any]) -> str:
    """
    Return values as the text of an array.

    As a list the driver would write each value as an expression of its own, thousands for the server to parse.
    """
    return "{" + ",".join([AS_TEXT.get(type(value), _quoted)(value) for value in values]) + "}"


def _quoted(value: Any) -> str:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


AS_TEXT: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _none: "NULL",
    int: str,
    UUID: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
}  # every other text is quoted
