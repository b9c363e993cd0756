"""
Sign-in codes: who asked to come in, and how often they guessed.

The code belongs to the browser session that asked; the session knows only the row's id. The row is the only place
where guesses are counted, under its lock, so that many guesses at once are counted one by one.
"""

import uuid

from django.db import models
from django.db.models import Q


class SignInCode(models.Model):
    """One code sent to one address, known or not; used once or dead after a few guesses or some minutes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.EmailField(max_length=254)  # folded
    code_hash = models.CharField(max_length=64)  # keyed; the code itself is in the letter only
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    guesses = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("asked_at")), name="sign_in_code_expires_later"),
        ]

    def __str__(self) -> str:
        return str(self.id)
