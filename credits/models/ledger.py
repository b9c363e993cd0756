"""
The ledger: double entry, append-only.

A posting moves a positive integer from one account to another, so half an entry cannot be written and every unit sums
to zero by construction. Entries and postings are inserted, never changed: the database refuses UPDATE, DELETE and
TRUNCATE to every role that serves. A mistake is answered by a mirror entry that names what it reverses.

``credits`` never points at ``courses``: an entry keeps its reason, an idempotency key such as ``completion:481`` and a
snapshot of what was awarded, on which evidence, under which rule.

A CHECK that comes to "unknown" passes: what may be null is asked first whether it is (``__isnull``), then compared.

A bounded account numbers the postings that touch it: ``position`` 1 … n, taken under the account's lock, each with the
balance after it. So the newest posting knows the balance, and a trigger checks a new one against the one before it and
nothing else. An unbounded account (an organisation's) is never locked and its balance is a sum.

A foreign key has no index of its own where another index begins with it (``db_index=False``): each one costs time at
every entry, and PostgreSQL may choose it where the longer one would find one row and this one finds thousands.

Every posting of credit says which lot it moves (``models/lot.py``): of a lot, no learner's account ever holds less than
nothing, so the same credit is not used twice.
"""

import uuid
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from credits.choices import KindOfCredit, Purpose, Reason, Unit
from credits.rules import (
    CLOCK_SKEW_SECONDS_MAX,
    LEARNERS_PURPOSES,
    NOBODYS_PURPOSES,
    ORGANIZATIONS_PURPOSES,
    TWO_PERSONS,
)


class CurrentTransaction(models.Func):
    """The number of the transaction that writes the row; savepoints do not change it."""

    function = "pg_current_xact_id"
    template = "%(function)s()::text::bigint"
    output_field = models.BigIntegerField()


class Account(models.Model):
    """Where amounts sit: one owner, one unit, one purpose, and for credit one kind. Nobody owns what is in passing."""

    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="ledger_accounts", db_index=False
    )
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, null=True, blank=True, related_name="ledger_accounts"
    )
    unit = models.CharField(_("unit of account"), max_length=6, choices=Unit.choices)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    kind_of_credit = models.CharField(
        _("kind of credit"), max_length=12, choices=KindOfCredit.choices, blank=True
    )  # empty unless CREDIT
    balance_min = models.BigIntegerField(_("least balance"), null=True, blank=True)  # in the unit; null: no lower bound
    balance_max = models.BigIntegerField(_("greatest balance"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes = [
            models.Index(fields=["learner"], condition=Q(purpose=Purpose.HELD), name="account_of_set_aside"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "organization", "unit", "purpose", "kind_of_credit"],
                name="account_one_per_owner_and_purpose",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(unit=Unit.CREDIT) & ~Q(kind_of_credit="") | ~Q(unit=Unit.CREDIT) & Q(kind_of_credit=""),
                name="account_kind_of_credit_when_credit",
            ),
            # Who may own an account of each purpose, and its bounds (rules.BOUNDS).
            models.CheckConstraint(
                condition=Q(
                    purpose__in=LEARNERS_PURPOSES,
                    learner__isnull=False,
                    organization__isnull=True,
                    balance_min__isnull=False,
                    balance_min=0,
                    balance_max__isnull=True,
                )
                | Q(
                    purpose__in=ORGANIZATIONS_PURPOSES,
                    learner__isnull=True,
                    organization__isnull=False,
                    balance_min__isnull=True,
                    balance_max__isnull=True,
                )
                | Q(
                    purpose__in=NOBODYS_PURPOSES,
                    learner__isnull=True,
                    organization__isnull=True,
                    balance_min__isnull=True,
                    balance_max__isnull=True,
                ),
                name="account_bounds_of_purpose",
            ),
        ]

    def __str__(self) -> str:
        """By number, never by name: who reads the ledger need not learn whose it is."""
        owner = self.organization or (self.learner and self.learner.ledger_number) or "–"
        return f"{owner}: {self.get_purpose_display()} ({self.get_unit_display()})"


class JournalEntry(models.Model):
    """One event that moved amounts; concerns at most one learner."""

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=24, choices=Reason.choices)
    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, related_name="journal_entries", db_index=False
    )
    # Position in this learner's history, 1 … n without a gap, taken under the learner's lock.
    sequence = models.PositiveBigIntegerField(_("number in the record"), null=True)
    occurred_at = models.DateTimeField(_("happened"))  # when it happened in the world
    recorded_at = models.DateTimeField(_("recorded"))  # when we wrote it down
    actor = models.ForeignKey("learners.Learner", models.PROTECT, null=True, related_name="journal_entries_made")
    idempotency_key = models.CharField(_("idempotency key"), max_length=200)
    body_hash = models.BinaryField(
        max_length=32
    )  # SHA-256 of what was asked; the same key with another body is refused
    snapshot = models.JSONField(
        _("what was recorded"), encoder=DjangoJSONEncoder
    )  # what was awarded, on which evidence, under which rule
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="reversals", verbose_name=_("reverses"), db_index=False
    )
    reversal_part = models.PositiveSmallIntegerField(null=True)  # 1 …: an entry may be reversed in parts
    # The hold that a release ends: each ends once.
    ends = models.OneToOneField("self", models.PROTECT, null=True, related_name="ending", verbose_name=_("ends"))
    # What two persons agreed on, for an act that a person starts on someone else's ledger.
    request = models.ForeignKey(
        "credits.LedgerRequest",
        models.PROTECT,
        null=True,
        related_name="entries",
        verbose_name=_("request"),
        db_index=False,
    )
    prev_hash = models.BinaryField(max_length=32, null=True)  # of this learner's previous entry; null for the first
    hash = models.BinaryField(max_length=32)  # models/chain.py says of what
    xact_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        indexes = [models.Index(fields=["recorded_at"], name="journal_entry_by_recorded_at")]
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="journal_entry_idempotency_key"),
            models.UniqueConstraint(fields=["learner", "sequence"], name="journal_entry_sequence"),
            models.UniqueConstraint(
                fields=["prev_hash", "learner"],  # in this order: nobody takes it for an index of learners
                name="journal_entry_no_fork",
                nulls_distinct=False,
                condition=Q(learner__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(learner__isnull=True, sequence__isnull=True)
                | Q(learner__isnull=False, sequence__isnull=False, sequence__gte=1),
                name="journal_entry_sequence_when_learner",
            ),
            models.CheckConstraint(
                condition=Q(
                    reason=Reason.REVERSAL,
                    reverses__isnull=False,
                    reversal_part__isnull=False,
                    reversal_part__gte=1,
                )
                | (~Q(reason=Reason.REVERSAL) & Q(reverses__isnull=True, reversal_part__isnull=True)),
                name="journal_entry_reversal_names_entry",
            ),
            models.UniqueConstraint(fields=["reverses", "reversal_part"], name="journal_entry_reversal_part"),
            models.CheckConstraint(
                condition=Q(reason=Reason.RELEASE, ends__isnull=False)
                | (~Q(reason=Reason.RELEASE) & Q(ends__isnull=True)),
                name="journal_entry_release_names_hold",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=list(TWO_PERSONS), request__isnull=False)
                | (~Q(reason__in=list(TWO_PERSONS)) & Q(request__isnull=True)),
                name="journal_entry_two_persons",
            ),
            # What was agreed on is done once: of a request one entry of each kind, and one for each it takes back.
            models.UniqueConstraint(
                fields=["request", "reason", "reverses"],
                name="journal_entry_once_a_request",
                nulls_distinct=False,
                condition=Q(request__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("recorded_at") + timedelta(seconds=CLOCK_SKEW_SECONDS_MAX)),
                name="journal_entry_recorded_after_it_happened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.public_id}"

    @property
    def title(self) -> str:
        """What it was for, in the language being read; what a merge moved had many purposes."""
        return self._said("title") or self.get_reason_display()

    @property
    def provider(self) -> str:
        return self._said("provider")

    def _said(self, name: str) -> str:
        # A reversal says no provider of its own.
        snapshot = self.reverses.snapshot if self.reverses else self.snapshot
        english = snapshot.get(f"{name}_en") if translation.get_language() == "en" else ""
        return str(english or snapshot.get(f"{name}_vi") or "")


class Posting(models.Model):
    """A positive integer moved from ``source`` to ``destination``, in the accounts' unit."""

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="postings", verbose_name=_("journal entry"))
    source = models.ForeignKey(
        Account, models.PROTECT, related_name="postings_out", verbose_name=_("source account"), db_index=False
    )
    destination = models.ForeignKey(
        Account, models.PROTECT, related_name="postings_in", verbose_name=_("destination account"), db_index=False
    )
    amount_minor = models.PositiveBigIntegerField(_("amount in smallest units"))
    # Which credit moves; of other units there are no lots.
    lot = models.ForeignKey("credits.Lot", models.PROTECT, null=True, related_name="postings", verbose_name=_("lot"))
    # For each bounded account touched: its next position, taken under the account's lock, and its balance after this
    # posting. Position order is commit order for that account, and survives a restore; ids are taken before the lock
    # and do not tell it.
    source_position = models.PositiveBigIntegerField(_("position in the source"), null=True)
    source_balance = models.BigIntegerField(null=True)
    destination_position = models.PositiveBigIntegerField(_("position in the destination"), null=True)
    destination_balance = models.BigIntegerField(null=True)
    xact_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="posting_amount_positive"),
            models.CheckConstraint(condition=~Q(source=F("destination")), name="posting_moves_somewhere"),
            models.CheckConstraint(
                condition=Q(source_position__isnull=True, source_balance__isnull=True)
                | Q(source_position__isnull=False, source_position__gte=1, source_balance__isnull=False),
                name="posting_source_position_with_balance",
            ),
            models.CheckConstraint(
                condition=Q(destination_position__isnull=True, destination_balance__isnull=True)
                | Q(destination_position__isnull=False, destination_position__gte=1, destination_balance__isnull=False),
                name="posting_destination_position_with_balance",
            ),
            models.UniqueConstraint(fields=["source", "source_position"], name="posting_source_position"),
            models.UniqueConstraint(
                fields=["destination", "destination_position"], name="posting_destination_position"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor}: {self.source_id} → {self.destination_id}"
