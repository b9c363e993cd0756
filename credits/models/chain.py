"""
The chain: what an entry's hash covers, exactly. A stranger can recompute it with a standard library.

The canonical form is RFC 8785 (JSON Canonicalization Scheme) for the values allowed here: objects whose keys are ASCII,
sorted; no white space; UTF-8 with nothing escaped but what JSON must escape; integers of at most 2^53 − 1 in size;
texts, true, false, null, lists. A fraction is refused: no amount ever passes through one.

An entry is the object that ``entry_form`` returns. Times are UTC with six decimals and ``Z``; people are their
``ledger_number``, organisations their ``public_id``; nothing names a person. What somebody typed about a person (why,
on which document, what they saw) is not in it, only its digest (``words_digest``): the words stand beside the chain and
can be erased without breaking it. Its hash is

    SHA-256( length of the form in bytes, as 8 bytes, big-endian ‖ the form ‖ hash of the learner's previous entry )

where the first entry of a learner has nothing in the third place.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

VERSION = 1
SALT_BYTES = 16
INTEGER_MAX = 2**53 - 1  # larger ones are not the same number to every reader of JSON


class NotCanonical(ValueError):
    """The value has no one canonical form: a fraction, a key that is not ASCII, something JSON does not know."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """A value that is in its canonical form already; a member of an object that is taken over as it stands."""

    text: str


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a JSON value; an object's members may be ``Canonical``."""
    if type(value) is dict and Canonical in map(type, value.values()):
        _check({name: None if type(item) is Canonical else item for name, item in value.items()})
        value = {name: orjson.Fragment(item.text) if type(item) is Canonical else item for name, item in value.items()}
    else:
        _check(value)
    try:
        return orjson.dumps(value, option=AS_IN_RFC_8785)
    except orjson.JSONEncodeError as error:
        raise NotCanonical(str(error)) from error


AS_IN_RFC_8785 = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER  # its texts are escaped no more than they must be


def written(value: Any) -> Canonical:
    """Return the value in its canonical form: for what is part of several forms, because writing it is what costs."""
    return Canonical(canonical(value).decode())


_PLAIN = (str, bool)


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonical(f"the key {key!r} is not an ASCII text")
            if item is not None and type(item) not in _PLAIN:  # most are, and need no call
                _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise NotCanonical(f"{value} is too large")
    elif value is not None and not isinstance(value, str):
        raise NotCanonical(f"{type(value).__name__} has no canonical form")


@lru_cache
def moment(value: datetime) -> str:
    """Return the one way a moment is written: "2026-11-21T03:00:00.000000Z"."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def side(*, learner: Any, organization: Any, purpose: str) -> dict[str, str]:
    """Return how an account is written: its owner's number, if it has an owner, and its purpose."""
    owner = {"learner": str(learner)} if learner else {"organization": str(organization)} if organization else {}
    return {**owner, "purpose": purpose}


def posting_form(
    *, source: dict[str, str], destination: dict[str, str], unit: str, kind_of_credit: str, amount_minor: int, lot: Any
) -> dict[str, Any]:
    """``lot`` is the public number of the entry that brought this credit."""
    return {
        "amount_minor": amount_minor,
        "destination": destination,
        "kind_of_credit": kind_of_credit,
        "lot": str(lot) if lot else None,
        "source": source,
        "unit": unit,
    }


def entry_form(
    *,
    public_id: Any,
    reason: str,
    learner: Any,
    sequence: int | None,
    occurred_at: datetime,
    recorded_at: datetime,
    actor: Any,
    idempotency_key: str,
    body_hash: bytes,
    reverses: Any,
    ends: Any,
    request: Any,
    snapshot: Any,
    postings: Iterable[dict[str, Any]],
) -> dict[str, Any]:
    """Return the object whose canonical bytes are hashed; postings in the order they were written."""
    return {
        "actor": str(actor) if actor else None,
        "body_hash": body_hash.hex(),
        "ends": str(ends) if ends else None,
        "idempotency_key": idempotency_key,
        "learner": str(learner) if learner else None,
        "occurred_at": moment(occurred_at),
        "postings": list(postings),
        "public_id": str(public_id),
        "reason": reason,
        "recorded_at": moment(recorded_at),
        "request": str(request) if request else None,
        "reverses": str(reverses) if reverses else None,
        "sequence": sequence,
        "snapshot": snapshot,
        "version": VERSION,
    }


def cut(form: dict[str, Any]) -> tuple[str, str, str]:
    """
    Return an entry's canonical text cut where its place in the chain goes: at ``recorded_at`` and at ``sequence``.

    The database, which alone knows the place while it holds the locks, puts it in and hashes the whole.
    """
    names = sorted(form)
    when, which = names.index("recorded_at"), names.index("sequence")

    def members(some: Sequence[str]) -> str:
        return canonical({name: form[name] for name in some}).decode()[1:-1]

    return (
        f'{{{members(names[:when])},"recorded_at":"',
        f'",{members(names[when + 1 : which])},"sequence":',
        f",{members(names[which + 1 :])}}}",
    )


def link(form: dict[str, Any], prev_hash: bytes | None) -> bytes:
    """Return the hash of an entry that follows ``prev_hash``."""
    data = canonical(form)
    return hashlib.sha256(len(data).to_bytes(8, "big") + data + (prev_hash or b"")).digest()


def digest(value: Any) -> bytes:
    """Return the SHA-256 of the canonical bytes of a value: an entry's ``body_hash``."""
    return hashlib.sha256(canonical(value)).digest()


def words_digest(salt: bytes, words: str) -> str:
    """
    Return what stands in the chain for words that a person typed: SHA-256( salt ‖ the text in UTF-8 ), as hex.

    Who has both can check it. Once the words and their salt are destroyed, nobody can find them again by trying.
    """
    return hashlib.sha256(salt + words.encode()).hexdigest()


def digests(salt: bytes, words: Mapping[str, str]) -> dict[str, str]:
    """Return the digest of each text that is not empty, as ``<name>_digest``."""
    return {f"{name}_digest": words_digest(salt, text) for name, text in words.items() if text}
