"""
The book of one made-up learner: fifteen awards, a hold of two of them, its release, and a use of one.

Eighteen entries, twenty postings, fifteen lots; every row is what the actions would have written, hashes and all, so
the audit finds nothing. All ids follow from the learner's place, so several processes can write books at once. The
texts that are hashed are made once by ``credits.models.chain``; for each entry only what differs is put in.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from credits.models import chain
from tests.factories.ledger import what

AWARDS, ENTRIES, POSTINGS, LOTS, ACCOUNTS = 15, 18, 20, 15, 5
ISSUERS = 200
MINOR = 25  # of each award
KINDS = ("COMMUNITY", "COMMUNITY", "VOCATIONAL", "COMMUNITY", "ACADEMIC")  # of the awards, in turn
EARNED = {"COMMUNITY": 0, "VOCATIONAL": 1, "ACADEMIC": 2}  # place of the account among the learner's five
HELD, APPLIED = 3, 4
FIRST_AT = datetime(2016, 3, 1, 9, tzinfo=UTC)
STEP = timedelta(days=199)
COURSES = tuple(
    what(
        title_vi=f"{title_vi} {grade}",
        title_en=f"{title_en} {grade}",
        field_code=field_code,
        field_vi=field_vi,
        field_en=field_en,
        notional_minutes=750,
        course_id=1 + 10 * number + grade,
    )
    for number, (title_vi, title_en, field_code, field_vi, field_en) in enumerate(
        (
            ("Sơ cấp cứu tại nhà", "First aid at home", "09", "Sức khỏe", "Health"),
            ("Trồng rau sạch", "Growing clean vegetables", "0811", "Trồng trọt", "Crop production"),
            ("Kỹ năng số", "Digital skills", "0611", "Sử dụng máy tính", "Computer use"),
            ("Đờn ca tài tử", "Southern amateur music", "0215", "Âm nhạc", "Music"),
            ("Kế toán hộ kinh doanh", "Book-keeping for small shops", "0411", "Kế toán", "Accounting"),
        )
    )
    for grade in range(1, 9)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the made rows begin, and what is known of the people and bodies they name."""

    learner_id: int
    account_id: int
    entry_id: int
    issuer_numbers: tuple[uuid.UUID, ...]  # public_id of each issuer
    issuer_ids: tuple[int, ...]
    issued_ids: tuple[tuple[int, int, int], ...]  # of each issuer, the account of each kind, in the order of EARNED


def ledger_number(place: int) -> str:
    """Return the number of the learner at a place; SQL: md5('ledger:' || place)::uuid."""
    return str(uuid.UUID(hashlib.md5(f"ledger:{place}".encode(), usedforsecurity=False).hexdigest()))


def _entry_number(entry_id: int) -> str:
    text = hashlib.md5(f"entry:{entry_id}".encode(), usedforsecurity=False).hexdigest()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


# --- What is hashed ---------------------------------------------------------------------------------------------------
HOLES = {
    "learner": "11111111-1111-1111-1111-111111111111",
    "public_id": "22222222-2222-2222-2222-222222222222",
    "issuer": "33333333-3333-3333-3333-333333333333",
    "ends": "44444444-4444-4444-4444-444444444444",
    "lot_1": "55555555-5555-5555-5555-555555555555",
    "lot_2": "66666666-6666-6666-6666-666666666666",
    "key": "77777777",
    "body_hash": "88" * 32,
}


def _with_holes(value: Any) -> str:
    """Return the canonical text, ready for ``%``."""
    text = chain.canonical(value).decode()
    if "\\" in text:
        raise ValueError("COPY would read a backslash as something else")
    text = text.replace("%", "%%")
    for name, filling in HOLES.items():
        text = text.replace(filling, f"%({name})s")
    return text


def _moment(place: int) -> datetime:
    return FIRST_AT + place * STEP


def _form(sequence: int, reason: str, snapshot: dict[str, Any], postings: list[dict[str, Any]], *, ends: bool) -> str:
    at = _moment(sequence)
    return _with_holes(
        chain.entry_form(
            public_id=HOLES["public_id"],
            reason=reason,
            learner=HOLES["learner"],
            sequence=sequence,
            occurred_at=at,
            recorded_at=at,
            actor=None,
            idempotency_key=HOLES["key"],
            body_hash=bytes.fromhex(HOLES["body_hash"]),
            reverses=None,
            ends=HOLES["ends"] if ends else None,
            request=None,
            snapshot=snapshot,
            postings=postings,
        )
    )


def _move(source: str, destination: str, lot: str, kind: str = "COMMUNITY", *, issued: bool = False) -> dict[str, Any]:
    return chain.posting_form(
        source=chain.side(
            learner=None if issued else HOLES["learner"],
            organization=HOLES["issuer"] if issued else None,
            purpose=source,
        ),
        destination=chain.side(learner=HOLES["learner"], organization=None, purpose=destination),
        unit="CREDIT",
        kind_of_credit=kind,
        amount_minor=MINOR,
        lot=lot,
    )


def _two(source: str, destination: str) -> list[dict[str, Any]]:
    return [_move(source, destination, HOLES[lot]) for lot in ("lot_1", "lot_2")]


LOTS_WRITTEN = [{"amount_minor": MINOR, "lot": HOLES[lot]} for lot in ("lot_1", "lot_2")]
SAID = {
    "title_vi": "Chứng chỉ Nông nghiệp",
    "title_en": "Certificate of Farming",
    "rule": "asked by the learner",
    "rule_source": "portal policy",
}
EXPIRES_AT = _moment(AWARDS + 1) + timedelta(days=30)
AWARD_SNAPSHOTS = [{**course.content, "valid_until": None} for course in COURSES]
AWARD_FORMS = [
    [
        _form(
            sequence,
            "COURSE_COMPLETION",
            snapshot,
            [_move("ISSUED", "EARNED", HOLES["public_id"], KINDS[(sequence - 1) % len(KINDS)], issued=True)],
            ends=False,
        )
        for sequence in range(1, AWARDS + 1)
    ]
    for snapshot in AWARD_SNAPSHOTS
]
AWARD_TEXTS = [_with_holes(snapshot) % {} for snapshot in AWARD_SNAPSHOTS]
OTHERS = (  # reason, snapshot, moves: the three entries after the awards
    (
        "HOLD",
        {"type": "hold", **SAID, "expires_at": chain.moment(EXPIRES_AT), "lots": LOTS_WRITTEN},
        _two("EARNED", "HELD"),
    ),
    ("RELEASE", {"type": "release", "how": "RELEASED", **SAID, "lots": LOTS_WRITTEN}, _two("HELD", "EARNED")),
    (
        "APPLICATION",
        {"type": "use", **SAID, "provider_vi": "", "provider_en": "", "detail": {}, "lots": LOTS_WRITTEN[:1]},
        [_move("EARNED", "APPLIED", HOLES["lot_1"])],
    ),
)
OTHER_FORMS = [
    _form(AWARDS + 1 + number, reason, snapshot, moves, ends=reason == "RELEASE")
    for number, (reason, snapshot, moves) in enumerate(OTHERS)
]
OTHER_TEXTS = [_with_holes(snapshot) for _reason, snapshot, _moves in OTHERS]
MOMENTS = [_moment(sequence).isoformat() for sequence in range(ENTRIES + 1)]
DAYS = [_moment(sequence).date().isoformat() for sequence in range(ENTRIES + 1)]


# --- Rows, as lines of COPY -------------------------------------------------------------------------------------------
COLUMNS = {
    "credits_journalentry": "id, public_id, reason, learner_id, sequence, occurred_at, recorded_at, idempotency_key, "
    "body_hash, snapshot, ends_id, prev_hash, hash",
    "credits_lot": "entry_id, learner_id, issuer_id, kind_of_credit, source, field_code, amount_minor, earned_on, "
    "course_key",
    "credits_hold": "entry_id, learner_id, amount_minor, expires_at",
    "credits_posting": "id, entry_id, lot_id, source_id, source_position, source_balance, destination_id, "
    "destination_position, destination_balance, amount_minor",
}
Lines = dict[str, list[str]]


def write_book(place: int, at: Place, lines: Lines) -> None:
    """Append the rows of the learner at ``place`` (0 …) to the lines of each table."""
    learner_id, accounts = at.learner_id + place, at.account_id + place * ACCOUNTS
    entry_id, posting_id = at.entry_id + place * ENTRIES, at.entry_id + place * POSTINGS
    learner = ledger_number(place)
    entries, lots, postings = lines["credits_journalentry"], lines["credits_lot"], lines["credits_posting"]
    stands = [[0, 0] for _ in range(ACCOUNTS)]  # position and balance of each of the learner's accounts
    prev_hash: bytes | None = None

    def leg(account: int, change: int) -> str:
        stand = stands[account]
        stand[0] += 1
        stand[1] += change
        return f"{accounts + account}\t{stand[0]}\t{stand[1]}"

    def post(entry: int, lot: int, source: str, destination: str) -> None:
        nonlocal posting_id
        postings.append(f"{posting_id}\t{entry}\t{lot}\t{source}\t{destination}\t{MINOR}\n")
        posting_id += 1

    def enter(sequence: int, reason: str, form: str, text: str, holes: dict[str, str], ends: str = "\\N") -> None:
        nonlocal prev_hash
        data = (form % holes).encode()
        this_hash = hashlib.sha256(len(data).to_bytes(8, "big") + data + (prev_hash or b"")).digest()
        before = f"\\\\x{prev_hash.hex()}" if prev_hash else "\\N"
        at = MOMENTS[sequence]
        entries.append(
            f"{entry_id + sequence - 1}\t{holes['public_id']}\t{reason}\t{learner_id}\t{sequence}\t{at}\t{at}\t"
            f"{holes['key']}\t\\\\x{holes['body_hash']}\t{text}\t{ends}\t{before}\t\\\\x{this_hash.hex()}\n"
        )
        prev_hash = this_hash

    for sequence in range(1, AWARDS + 1):
        entry, issuer, course = entry_id + sequence - 1, (place + sequence) % ISSUERS, (place + sequence) % len(COURSES)
        kind, key = KINDS[(sequence - 1) % len(KINDS)], f"made:{entry}"
        holes = {
            "learner": learner,
            "public_id": _entry_number(entry),
            "issuer": str(at.issuer_numbers[issuer]),
            "key": key,
            "body_hash": hashlib.sha256(key.encode()).hexdigest(),
        }
        enter(sequence, "COURSE_COMPLETION", AWARD_FORMS[course][sequence - 1], AWARD_TEXTS[course], holes)
        award = COURSES[course]
        lots.append(
            f"{entry}\t{learner_id}\t{at.issuer_ids[issuer]}\t{kind}\t{award.source}\t{award.field_code}\t{MINOR}\t"
            f"{DAYS[sequence]}\t{award.course_key}\n"
        )
        post(entry, entry, f"{at.issued_ids[issuer][EARNED[kind]]}\t\\N\t\\N", leg(EARNED[kind], MINOR))

    first, second, held = entry_id, entry_id + 1, entry_id + AWARDS
    for number, (reason, _snapshot, _moves) in enumerate(OTHERS):
        entry = held + number
        key = f"made:{entry}"
        holes = {
            "learner": learner,
            "public_id": _entry_number(entry),
            "ends": _entry_number(held),
            "lot_1": _entry_number(first),
            "lot_2": _entry_number(second),
            "key": key,
            "body_hash": hashlib.sha256(key.encode()).hexdigest(),
        }
        ends = str(held) if reason == "RELEASE" else "\\N"
        enter(AWARDS + 1 + number, reason, OTHER_FORMS[number], OTHER_TEXTS[number] % holes, holes, ends)
    for lot in (first, second):
        post(held, lot, leg(0, -MINOR), leg(HELD, MINOR))
    for lot in (first, second):
        post(held + 1, lot, leg(HELD, -MINOR), leg(0, MINOR))
    post(held + 2, first, leg(0, -MINOR), leg(APPLIED, MINOR))
    lines["credits_hold"].append(f"{held}\t{learner_id}\t{2 * MINOR}\t{EXPIRES_AT.isoformat()}\n")
