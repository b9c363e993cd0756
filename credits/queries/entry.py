"""One entry with all it remembers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from credits.choices import LotSource, Reason
from credits.models import JournalEntry, Lot, Posting
from credits.queries import wording
from credits.queries.ledger import lines_of
from credits.queries.line import PostedLine
from learners import formats
from learners.models import Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How much of which credit the entry moved."""

    public_id: uuid.UUID | None  # of the entry that brought the credit; None: it is not the reader's to open
    title: str  # empty where it is not the reader's
    hundredths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An entry that takes something of this one back, or ends it."""

    public_id: uuid.UUID | None  # None: it is not the reader's to open
    recorded_at: datetime
    hundredths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    entry: JournalEntry
    lines: Sequence[PostedLine]  # one for each kind of credit
    parts: Sequence[Part]  # of an entry that moves credit which others brought
    reversals: Sequence[Answer]
    set_aside_until: datetime | None  # of a hold, also of one that has ended
    ending: Answer | None
    original_id: uuid.UUID | None  # of a reversal: what it takes back, if that is the reader's to open
    lot: Lot | None  # of an entry that brought credit
    recorded_by: str
    reason: str  # of an act of two persons: why
    reversal_request: str  # of what was given back because its credit was taken back: the number of that request
    conversion: Sequence[str]  # of a transfer: how credit of another scheme was counted, phrase by phrase
    rule: str
    rule_source: str
    evidence: str
    issuer: str
    how_learned: str

    @property
    def line(self) -> PostedLine:
        return self.lines[0]

    @property
    def hundredths(self) -> int:
        return sum(line.hundredths for line in self.lines)

    @property
    def hash(self) -> str:
        return bytes(self.entry.hash).hex()

    @property
    def prev_hash(self) -> str:
        return bytes(self.entry.prev_hash or b"").hex()


def visible_to(learner: Learner) -> QuerySet[JournalEntry]:
    """
    Return the learner's entries, and those that brought credit which lies in their accounts now, by a merge.

    For asking about one entry or a few: the credit of each is looked for.
    """
    return JournalEntry.objects.filter(Q(learner=learner) | Q(_lies_with(learner, "pk")))


def has_credit_of(learner: Learner, *, course_key: str, version_number: int) -> bool:
    """Return whether credit for this version of a course is in the learner's record, or has come into it by a merge."""
    brought = Posting.objects.filter(destination__learner=learner, lot__course_key=course_key).values("lot")
    mine = visible_to(learner).filter(pk__in=brought, snapshot__version_number=version_number)
    return mine.exists()


def _lies_with(learner: Learner, lot: str) -> Exists:
    """Return whether something of the outer row's lot is in the learner's accounts, ready or not."""
    came = Sum("amount_minor", filter=Q(destination__learner=learner), default=0)
    went = Sum("amount_minor", filter=Q(source__learner=learner), default=0)
    postings = Posting.objects.filter(lot=OuterRef(lot)).order_by().values("lot")
    return Exists(postings.annotate(left=came - went).filter(left__gt=0))


def detail(entry: JournalEntry, *, reader: Learner) -> Detail:
    """
    Return what an entry remembers, and of what hangs on it only what its reader may know.

    Five queries, one more of a reversal, once the entry is loaded with its actor and hold.
    """
    snapshot = entry.snapshot
    lot = Lot.objects.select_related("issuer").filter(pk=entry.pk).first()
    lines = lines_of(entry)
    return Detail(
        entry=entry,
        lines=lines,
        parts=[] if lot else _parts(entry, reader),
        reversals=_answers(entry.reversals.all(), reader),
        set_aside_until=entry.hold.expires_at if entry.reason == Reason.HOLD else None,
        ending=next(iter(_answers(JournalEntry.objects.filter(ends=entry), reader)), None),
        original_id=_original_id(entry, reader),
        lot=lot,
        recorded_by=_recorded_by(entry, lines[0]),
        reason=lines[0].why,
        reversal_request=snapshot.get("reversal_request", ""),
        conversion=wording.conversion(lines[0]),
        rule=wording.rule(snapshot),
        rule_source=wording.rule_source(snapshot),
        evidence=", ".join(wording.evidence(snapshot, seen=lines[0].seen)),
        issuer=lot.issuer.name if lot else "",
        how_learned=str(LotSource(lot.source).label) if lot else "",
    )


def _parts(entry: JournalEntry, reader: Learner) -> list[Part]:
    # A reversal of an award says of which already.
    postings = (
        entry.postings.filter(lot__isnull=False)
        .exclude(lot=entry.reverses_id)
        .annotate(is_seen=Q(lot__learner=reader) | Q(_lies_with(reader, "lot")))
        .select_related("lot__entry")
        .order_by("pk")
    )
    return [
        Part(
            public_id=posting.lot.entry.public_id if posting.is_seen else None,
            title=wording.text_of(posting.lot.entry.snapshot, "title") if posting.is_seen else "",
            hundredths=posting.amount_minor,
        )
        for posting in postings
        if posting.lot
    ]


def _answers(entries: QuerySet[JournalEntry], reader: Learner) -> list[Answer]:
    """Return them; such an entry brings no credit, so its reader may open it only where it is in their record."""
    moved = Sum("postings__amount_minor", filter=Q(postings__lot__isnull=False))
    found = entries.annotate(moved=moved).order_by("pk").values_list("public_id", "recorded_at", "moved", "learner")
    return [
        Answer(public_id=row[0] if row[3] == reader.pk else None, recorded_at=row[1], hundredths=row[2])
        for row in found
    ]


def _original_id(entry: JournalEntry, reader: Learner) -> uuid.UUID | None:
    if entry.reverses_id is None:
        return None
    return visible_to(reader).filter(pk=entry.reverses_id).values_list("public_id", flat=True).first()


def _recorded_by(entry: JournalEntry, line: PostedLine) -> str:
    """Return who recorded it, by role: the ledger names nobody."""
    if line.decided_at is not None:
        words = {"day": formats.day_plain(line.decided_at), "organization": line.asked_by}
        if line.asked_by:
            return (
                _("a manager of %(organization)s asked for it, a curator of the portal approved it on %(day)s") % words
            )
        return _("a curator of the portal asked for it, another curator approved it on %(day)s") % words
    if entry.actor is None:
        return _("the portal by itself")
    if entry.actor_id == entry.learner_id and entry.reason == Reason.COURSE_COMPLETION:
        return _("the portal by itself, when you had done the last part of the course")
    if entry.actor_id == entry.learner_id:
        return _("you")
    if entry.actor.is_staff:
        return _("a curator of the portal")
    return _("somebody who works for the provider")
