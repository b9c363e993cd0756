"""
Codes: who asked to come in, to add a way of signing in, or to be asked again; and how often they guessed.

The code belongs to the browser session that asked; the session knows only the row's id. The row is the only place
where guesses are counted, under its lock, so that many guesses at once are counted one by one.
"""

import uuid

from django.db import models
from django.db.models import Q

from learners.choices import CodePurpose


class SignInCode(models.Model):
    """
    One code sent to one address or number, known or not; used once or dead after a few guesses or some minutes.

    Kept for a day, so that what one address is sent and guesses are counted here and nowhere else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.CharField(max_length=254)  # folded: an e-mail address or a number
    box = models.CharField(max_length=254)  # the letter box behind it (``address.box_of``): what is counted together
    # Asked for where its person has been signed in: counted apart, so that a stranger's asking keeps nobody out.
    is_trusted = models.BooleanField(default=False)
    is_known = models.BooleanField(default=False)  # the address opened a record then
    is_withheld = models.BooleanField(default=False)  # nothing was sent: strangers have had what there is for them
    purpose = models.CharField(max_length=8, choices=CodePurpose.choices, default=CodePurpose.SIGN_IN)
    # Who was signed in when the code was asked for; empty for signing in.
    learner = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    code_hash = models.CharField(max_length=64)  # keyed; the code itself is in the letter only
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    guesses = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("asked_at")), name="sign_in_code_expires_later"),
            models.CheckConstraint(condition=~Q(is_known=True, is_withheld=True), name="sign_in_code_for_the_known"),
            models.CheckConstraint(
                condition=Q(purpose="SIGN_IN", learner__isnull=True)
                | (~Q(purpose="SIGN_IN") & Q(learner__isnull=False)),
                name="sign_in_code_of_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["box", "asked_at"], name="sign_in_code_by_box"),
            models.Index(
                fields=["asked_at"], condition=Q(is_known=False, is_withheld=False), name="sign_in_code_to_strangers"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_strangers(self) -> bool:
        """Nobody is signed in who asks, and the address opens nothing."""
        return self.learner_id is None and not self.is_known

    @property
    def is_for_new_way(self) -> bool:
        """Somebody signed in, or at a counter, adds the address to their record."""
        return self.learner_id is not None and self.purpose != CodePurpose.AGAIN
