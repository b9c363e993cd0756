"""The access log: who else has read a person's ledger. Written before anything is shown, and never changed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.choices import Reading, RequestKind, Shown
from learners.choices import Seen

WORDS = dict(Shown.choices) | dict(RequestKind.choices) | dict(Seen.choices)


class LedgerAccess(models.Model):
    """One person's ledger, or a part of it, was shown to somebody at work."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="ledger_accesses")
    reader = models.ForeignKey("learners.Learner", models.PROTECT, related_name="ledger_accesses_made")
    # For whom the reader worked; null: as a curator.
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, null=True, blank=True, related_name="ledger_accesses_made"
    )
    read_at = models.DateTimeField(_("read"))
    what = models.CharField(_("what was shown"), max_length=12, choices=Reading.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)  # typed, or what is shown; else empty

    class Meta:
        verbose_name = _("reading of a record")
        verbose_name_plural = _("readings of records")
        indexes = [models.Index(fields=["learner", "-read_at", "-id"], name="ledger_access_newest_first")]
        constraints = [
            models.CheckConstraint(condition=~Q(learner=F("reader")), name="ledger_access_by_somebody_else"),
            # Reading a whole record at the desk is an exception, and says why.
            models.CheckConstraint(
                condition=~Q(what=Reading.STATEMENT) | ~Q(reason=""), name="ledger_access_statement_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.read_at.isoformat()} {self.get_what_display()}"

    @property
    def about(self) -> str:
        """Return what was shown, in the language being read: it is written as a code, alone or before a detail."""
        code, colon, detail = self.reason.partition(": ")
        return f"{WORDS.get(code, code)}{colon}{detail}"
