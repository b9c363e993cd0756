"""
Seals: once a day the heads of all chains are sealed, and what comes out is published.

A learner's chain (``chain.py``) shows a change to whoever holds its newest hash. A seal gives everybody such a hold:
the newest hash of every chain goes into one Merkle tree, whose root is published with the seal's number and day and the
hash of the seal before it. Whoever kept one root can later prove of any record sealed under it that it is unchanged,
and needs nothing of ours to do so.

**The tree** is the one of RFC 9162, section 2.1, over the sealed learners in the order of their index:

- A learner's leaf is SHA-256( 0x00 ‖ ledger number, 16 bytes ‖ sequence of the newest entry, 8 bytes, big-endian ‖ hash
  of that entry, 32 bytes ).
- Above the leaves (level 0) stand levels 1, 2 …: node ``i`` of a level has the nodes ``2i`` and ``2i + 1`` of the level
  below as its children, and its hash is SHA-256( 0x01 ‖ left ‖ right ). Where there is no node ``2i + 1``, which
  happens at the right edge only, node ``i`` has the hash of node ``2i`` unchanged. So a level has half as many nodes as
  the one below, rounded up; the first level with one node holds the root. Of one leaf the leaf is the root; of none the
  root is SHA-256 of nothing.

A proof is the hash beside the way at each level, from the leaf up, each with its side; a level where the node on the
way has nobody beside it has none.

**A seal** is the object that ``seal_form`` returns, in the canonical form of ``chain.py``; its hash is SHA-256 of that.

The tree is kept in versions: of seal ``n`` only the nodes are written that differ from the tree of ``n - 1``; the tree
of ``n`` has of each place the newest node with a seal up to ``n``. A new learner gets the next index, and keeps it.
"""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credits.models.chain import digest, moment

VERSION = 1
HASH_BYTES = 32


def height(size: int) -> int:
    """Return how many levels stand above the leaves."""
    return (size - 1).bit_length() if size else 0


def seal_form(
    *, number: int, day: date, sealed_at: datetime, size: int, entries: int, tree_root: bytes, prev_hash: bytes | None
) -> dict[str, Any]:
    """Return the object whose canonical bytes are hashed: it is what is published, but for ``hash``."""
    return {
        "day": day.isoformat(),
        "entries": entries,
        "number": number,
        "prev_hash": prev_hash.hex() if prev_hash else None,
        "sealed_at": moment(sealed_at),
        "size": size,
        "tree_root": tree_root.hex(),
        "type": "seal",
        "version": VERSION,
    }


class Seal(models.Model):
    """All records as they stood on one night, in 32 bytes."""

    number = models.PositiveIntegerField(_("number"), primary_key=True)  # 1 … without a gap
    day = models.DateField(_("day"), unique=True)  # in Viet Nam
    sealed_at = models.DateTimeField(_("sealed"))
    size = models.PositiveIntegerField(_("records"))  # leaves of the tree
    entries = models.PositiveBigIntegerField(_("entries"))  # of all these records, from each first to its sealed one
    tree_root = models.BinaryField(max_length=HASH_BYTES)
    prev_hash = models.BinaryField(max_length=HASH_BYTES, null=True)  # of the seal before; null for the first
    hash = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [
            models.CheckConstraint(
                condition=Q(number=1, prev_hash__isnull=True) | Q(number__gt=1, prev_hash__isnull=False),
                name="seal_follows_one_unless_first",
            ),
            models.CheckConstraint(condition=Q(entries__gte=models.F("size")), name="seal_entry_for_each_record"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.day:%d/%m/%Y})"

    @property
    def form(self) -> dict[str, Any]:
        return seal_form(
            number=self.number,
            day=self.day,
            sealed_at=self.sealed_at,
            size=self.size,
            entries=self.entries,
            tree_root=bytes(self.tree_root),
            prev_hash=bytes(self.prev_hash) if self.prev_hash else None,
        )

    @property
    def published(self) -> dict[str, Any]:
        """Return the seal as strangers get it."""
        return self.form | {"hash": self.hash_hex}

    @property
    def root_hex(self) -> str:
        return bytes(self.tree_root).hex()

    @property
    def hash_hex(self) -> str:
        return bytes(self.hash).hex()

    @property
    def prev_hex(self) -> str:
        return bytes(self.prev_hash or b"").hex()

    @property
    def form_hash(self) -> bytes:
        """Return what ``hash`` has to be."""
        return digest(self.form)


class SealLeaf(models.Model):
    """A learner's place in the tree, for life."""

    index = models.PositiveIntegerField(primary_key=True)  # 0 … without a gap
    learner = models.OneToOneField("learners.Learner", models.PROTECT, related_name="seal_leaf")
    first_seal = models.ForeignKey(Seal, models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return str(self.index)


class SealNode(models.Model):
    """A hash of the tree that a seal has changed; at level 0 also up to which entry the learner's record is sealed."""

    pk = models.CompositePrimaryKey("level", "index", "seal_id")
    level = models.PositiveSmallIntegerField()
    index = models.PositiveIntegerField()
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="nodes", db_index=False)
    sequence = models.PositiveBigIntegerField(null=True)
    hash = models.BinaryField(max_length=HASH_BYTES)

    class Meta:
        indexes = [models.Index(fields=["seal", "level", "index"], name="seal_node_by_seal")]
        constraints = [
            models.CheckConstraint(
                condition=Q(level=0, sequence__isnull=False, sequence__gte=1) | Q(level__gt=0, sequence__isnull=True),
                name="seal_node_sequence_of_leaf",
            )
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}, seal {self.seal_id}"


class LedgerCheck(models.Model):
    """The whole ledger and all seals, checked at one moment."""

    checked_at = models.DateTimeField(_("checked"), db_index=True)
    findings_count = models.PositiveIntegerField(_("findings"))
    first_finding = models.TextField(_("first finding"), blank=True)
    unfinished = models.TextField(_("questions not finished"), blank=True)  # "L05, SEAL": what is not known
    seal = models.ForeignKey(
        Seal, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("newest seal")
    )
    head_hash = models.BinaryField(max_length=HASH_BYTES, null=True)  # the newest seal's; with ``seal``

    class Meta:
        verbose_name = _("check of the ledger")
        verbose_name_plural = _("checks of the ledger")
        constraints = [
            models.CheckConstraint(
                condition=Q(findings_count=0, first_finding="") | (Q(findings_count__gt=0) & ~Q(first_finding="")),
                name="ledger_check_finding_when_counted",
            ),
            models.CheckConstraint(
                condition=Q(seal__isnull=True, head_hash__isnull=True) | Q(seal__isnull=False, head_hash__isnull=False),
                name="ledger_check_head_of_seal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}: {self.findings_count}"
