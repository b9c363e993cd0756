"""
Guardians: who stands for a child by law, and what each of them and the child answered about a consent.

Staff who registered the child write down whom a paper names and which paper it was, and hand out a code; who types it
in is the guardian. It ends when it is revoked, and by itself when the child agrees alone by law. Answers are history: a
new one ends the one before. A consent of a child stands only on answers that are yes; the database refuses one without.
Who has only a card types the code in, and answers, in front of the staff who registered them; who that was is kept.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learners.choices import ConsentChannel, ConsentPurpose, GuardianProof, Language
from learners.models.folding import fold


class Guardian(models.Model):
    """One person stands for one child."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    child = models.ForeignKey("learners.Learner", models.PROTECT, related_name="guardians", verbose_name=_("child"))
    proof = models.CharField(_("how it was shown"), max_length=20, choices=GuardianProof.choices)
    # Whom the paper names; empty where it was recorded before names were kept, and once it is no longer needed.
    full_name = models.CharField(_("name on the paper"), max_length=120, blank=True, default="", db_default="")
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="guardians_recorded", verbose_name=_("organisation")
    )
    recorded_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="guardians_recorded", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    idempotency_key = models.UUIDField()  # made with the page: sent twice it is one guardian
    code_hash = models.CharField(max_length=64, unique=True)  # keyed; who types the code in becomes the guardian
    code_ends_at = models.DateTimeField()
    guardian = models.ForeignKey(
        "learners.Learner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="guardian_of",
        verbose_name=_("parent or guardian"),
    )
    accepted_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    witnessed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )

    class Meta:
        verbose_name = _("guardian of a child")
        verbose_name_plural = _("guardians of children")
        constraints = [
            models.CheckConstraint(condition=~Q(recorded_by=F("child")), name="guardian_recorded_by_another"),
            models.CheckConstraint(
                condition=Q(guardian__isnull=True, accepted_at__isnull=True)
                | (
                    Q(guardian__isnull=False, accepted_at__isnull=False)
                    & ~Q(guardian=F("child"))
                    & ~Q(guardian=F("recorded_by"))
                ),
                name="guardian_is_a_third_person",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="guardian_revocation_complete",
            ),
            models.CheckConstraint(
                condition=Q(witnessed_by__isnull=True)
                | (Q(accepted_at__isnull=False) & ~Q(witnessed_by=F("guardian")) & ~Q(witnessed_by=F("child"))),
                name="guardian_witnessed_by_another",
            ),
            models.UniqueConstraint(
                fields=["child", "guardian"], condition=Q(revoked_at__isnull=True), name="guardian_one_per_pair"
            ),
            # Of each child: a key comes from the browser, and one child's must not stop another's.
            models.UniqueConstraint(fields=["child", "idempotency_key"], name="guardian_recorded_once"),
        ]

    def __str__(self) -> str:
        return f"{self.guardian or '…'} → {self.child}"

    @property
    def is_named_otherwise(self) -> bool:
        """Whether the paper names another than the record of who typed the code in: staff look at it again."""
        if self.guardian is None or not self.full_name:
            return False
        return sorted(fold(self.full_name).split()) != sorted(fold(self.guardian.full_name).split())


class ConsentAnswer(models.Model):
    """The child, or one guardian, answered yes or no to the words of a purpose."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="consent_answers")  # whose data it is
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    text = models.ForeignKey("learners.ConsentText", models.PROTECT, related_name="answers")
    guardian = models.ForeignKey(Guardian, models.PROTECT, null=True, blank=True, related_name="answers")  # null: child
    said_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="consent_answers_given")
    is_yes = models.BooleanField(_("agrees"))
    language = models.CharField(max_length=2, choices=Language.choices)
    channel = models.CharField(max_length=8, choices=ConsentChannel.choices)
    # In front of whom, and where; null on the portal.
    witnessed_by = models.ForeignKey("learners.Learner", models.PROTECT, null=True, blank=True, related_name="+")
    organization = models.ForeignKey("learners.Organization", models.PROTECT, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField(_("answered"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)  # taken back, or answered anew

    class Meta:
        verbose_name = _("answer about a child’s consent")
        verbose_name_plural = _("answers about children’s consents")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "purpose"],
                condition=Q(guardian__isnull=True, ended_at__isnull=True),
                name="consent_answer_one_of_child",
            ),
            models.UniqueConstraint(
                fields=["guardian", "learner", "purpose"],  # a child's accounts may have become one since
                condition=Q(ended_at__isnull=True),
                name="consent_answer_one_of_guardian",
            ),
            models.CheckConstraint(
                condition=Q(guardian__isnull=True, said_by=F("learner"))
                | (Q(guardian__isnull=False) & ~Q(said_by=F("learner"))),
                name="consent_answer_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(channel=ConsentChannel.PORTAL, witnessed_by__isnull=True, organization__isnull=True)
                | (
                    ~Q(channel=ConsentChannel.PORTAL)
                    & Q(witnessed_by__isnull=False, organization__isnull=False)
                    & ~Q(witnessed_by=F("said_by"))
                    & ~Q(witnessed_by=F("learner"))
                ),
                name="consent_answer_witnessed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("said_at")), name="consent_answer_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.said_at:%Y-%m-%d}"
