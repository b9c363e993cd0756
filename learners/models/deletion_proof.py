"""
What an organisation had removed of people's words, proven by a signed document that names nobody.

The certificate of a closed account stands with its closing (``closing.py``); these are of whatever else was emptied.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

ABOUT_LETTERS_MAX = 40


class DeletionProof(models.Model):
    """Something was removed for good, once, and this says so; it stays as it was written."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey("learners.Organization", models.PROTECT, related_name="deletion_proofs")
    about = models.CharField(max_length=ABOUT_LETTERS_MAX)  # of what, as its app names it: "run:12"
    removed_at = models.DateTimeField(_("removed"))
    document = models.JSONField()  # signed

    class Meta:
        verbose_name = _("proof of deletion")
        verbose_name_plural = _("proofs of deletion")
        indexes = [models.Index(fields=["about"], name="deletion_proof_by_about")]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def file_name(self) -> str:
        """What it is called on the computer of who takes it away."""
        return f"removed-{self.public_id}.json"

    @property
    def query(self) -> str:
        """Where its file is, on the page it is shown on."""
        return f"?file={self.public_id}"
