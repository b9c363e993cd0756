"""What changes how a whole ledger may be used: a freeze, and the merge of two accounts of one person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Freeze(models.Model):
    """No credit leaves this ledger for now: a dispute, a fraud, a death. It stays readable, credit still comes in."""

    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="ledger_freezes", verbose_name=_("learner")
    )
    frozen_at = models.DateTimeField(_("frozen"))
    frozen_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="ledger_freezes_made", verbose_name=_("frozen by")
    )
    reason = models.TextField(_("reason, for the learner"), max_length=1000)

    class Meta:
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="freeze_says_why"),
            models.CheckConstraint(condition=~Q(frozen_by=F("learner")), name="freeze_not_of_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.frozen_at}"


class Unfreeze(models.Model):
    """The end of a freeze, agreed on by two persons."""

    freeze = models.OneToOneField(Freeze, models.PROTECT, primary_key=True, related_name="lifted")
    request = models.OneToOneField("credits.LedgerRequest", models.PROTECT, related_name="unfreeze")
    lifted_at = models.DateTimeField(_("lifted"))

    class Meta:
        verbose_name = _("lifted freeze")
        verbose_name_plural = _("lifted freezes")

    def __str__(self) -> str:
        return f"{self.freeze_id} {self.lifted_at}"


class Merge(models.Model):
    """All that one account of a person held moved to the other; null entries where there was nothing to move."""

    kept = models.ForeignKey("learners.Learner", models.PROTECT, related_name="ledger_merges", verbose_name=_("kept"))
    merged = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="ledger_merges_away", verbose_name=_("emptied")
    )
    request = models.OneToOneField(
        "credits.LedgerRequest", models.PROTECT, related_name="merge", verbose_name=_("ledger request")
    )
    out_entry = models.OneToOneField(
        "credits.JournalEntry", models.PROTECT, null=True, related_name="merge_out", verbose_name=_("journal entry out")
    )
    in_entry = models.OneToOneField(
        "credits.JournalEntry", models.PROTECT, null=True, related_name="merge_in", verbose_name=_("journal entry in")
    )
    merged_at = models.DateTimeField(_("merged"))

    class Meta:
        verbose_name = _("merge of accounts")
        verbose_name_plural = _("merges of accounts")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(out_entry__isnull=True, in_entry__isnull=True)
                | Q(out_entry__isnull=False, in_entry__isnull=False),
                name="merge_moves_out_and_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"


class MergeUndo(models.Model):
    """A merge taken back: the same credit moved the other way."""

    merge = models.OneToOneField(Merge, models.PROTECT, primary_key=True, related_name="undo")
    request = models.OneToOneField("credits.LedgerRequest", models.PROTECT, related_name="merge_undo")
    out_entry = models.OneToOneField("credits.JournalEntry", models.PROTECT, null=True, related_name="unmerge_out")
    in_entry = models.OneToOneField("credits.JournalEntry", models.PROTECT, null=True, related_name="unmerge_in")
    undone_at = models.DateTimeField(_("undone"))

    class Meta:
        verbose_name = _("undone merge")
        verbose_name_plural = _("undone merges")
        constraints = [
            models.CheckConstraint(
                condition=Q(out_entry__isnull=True, in_entry__isnull=True)
                | Q(out_entry__isnull=False, in_entry__isnull=False),
                name="merge_undo_moves_out_and_in",
            )
        ]

    def __str__(self) -> str:
        return f"{self.merge_id} {self.undone_at}"
