"""
Pathways: a qualification reached by credit that was gathered, course by course, over years.

``Pathway`` is the identity, ``PathwayVersion`` what it asks for. A published version and its rules never change (the
database refuses it); a learner follows the version they started on and may choose a newer one. Using credit moves it
from earned to applied, once: the entry and the ``Qualification`` are written together or not at all. A qualification is
withdrawn when its entry has been reversed; that is looked up, not written down a second time.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credits.choices import KindOfCredit, PathwayState
from credits.models.rule import LEVEL_MAX, LEVEL_MIN, OF_THE_FRAMEWORK, RuleRow
from credits.models.words import in_reading_language
from learners.models.folding import VnFold


class Pathway(models.Model):
    """The identity of a qualification, through all its versions."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    organization = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="pathways", verbose_name=_("awarded by")
    )
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pathway")
        verbose_name_plural = _("pathways")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class PathwayVersion(models.Model):
    """What a pathway asks for, at one time. Immutable once published."""

    pathway = models.ForeignKey(Pathway, models.PROTECT, related_name="versions", verbose_name=_("pathway"))
    number = models.PositiveIntegerField(_("version"))  # 1 … n
    state = models.CharField(
        _("state"), max_length=12, choices=PathwayState.choices, default=PathwayState.DRAFT, editable=False
    )
    title_vi = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    description_vi = models.TextField(_("description"), max_length=2000)
    description_en = models.TextField(_("description in English"), max_length=2000, blank=True)
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, validators=OF_THE_FRAMEWORK
    )  # VQF; empty: none
    total_minor = models.PositiveBigIntegerField(_("credit in all, in hundredths"))
    kinds_of_credit: ArrayField = ArrayField(
        models.CharField(max_length=12, choices=KindOfCredit.choices),
        verbose_name=_("kinds of credit that count"),
        default=list,
    )
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)
    # Follows from the title: pathways are found without diacritics too.
    title_fold = models.GeneratedField(expression=VnFold("title_vi"), output_field=models.TextField(), db_persist=True)

    class Meta:
        verbose_name = _("pathway version")
        verbose_name_plural = _("pathway versions")
        ordering = ["pathway", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pathway", "number"], name="pathway_version_number"),
            models.UniqueConstraint(fields=["id", "pathway"], name="pathway_version_of_pathway"),
            models.UniqueConstraint(
                fields=["pathway"], condition=Q(state="PUBLISHED"), name="pathway_version_one_published"
            ),
            models.UniqueConstraint(fields=["pathway"], condition=Q(state="DRAFT"), name="pathway_version_one_draft"),
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="pathway_version_total"),
            models.CheckConstraint(condition=Q(kinds_of_credit__len__gte=1), name="pathway_version_takes_a_kind"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(LEVEL_MIN, LEVEL_MAX)), name="pathway_version_level"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", published_at__isnull=True, published_by__isnull=True)
                | Q(state__in=["PUBLISHED", "RETIRED"], published_at__isnull=False, published_by__isnull=False),
                name="pathway_version_publication_complete",
            ),
            models.CheckConstraint(
                condition=Q(state="RETIRED", retired_at__isnull=False)
                | Q(state__in=["DRAFT", "PUBLISHED"], retired_at__isnull=True),
                name="pathway_version_retirement_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def title(self) -> str:
        return in_reading_language(self.title_vi, self.title_en)

    @property
    def description(self) -> str:
        return in_reading_language(self.description_vi, self.description_en)


class PathwayRule(RuleRow):
    """One rule of one version."""

    version = models.ForeignKey(PathwayVersion, models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField(_("position"))  # the order in which it is read

    class Meta(RuleRow.Meta):
        verbose_name = _("rule of a pathway")
        verbose_name_plural = _("rules of a pathway")
        ordering = ["position", "id"]
        constraints = [
            *RuleRow.Meta.constraints,
            models.UniqueConstraint(fields=["version", "position"], name="pathwayrule_position"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.position}"


class PathwayComponent(models.Model):
    """A lower pathway whose qualification counts toward this version, as a stated amount."""

    version = models.ForeignKey(PathwayVersion, models.CASCADE, related_name="components")
    pathway = models.ForeignKey(Pathway, models.PROTECT, related_name="counts_toward", verbose_name=_("lower pathway"))
    amount_minor = models.PositiveBigIntegerField(_("counts as, in hundredths of a credit"))
    kind_of_credit = models.CharField(_("kind of credit"), max_length=12, choices=KindOfCredit.choices)
    field_code = models.CharField(_("field (ISCED-F)"), max_length=4, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True, validators=OF_THE_FRAMEWORK)
    legal_source_vi = models.CharField(_("legal source"), max_length=300)
    legal_source_en = models.CharField(_("legal source in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("qualification that counts toward this one")
        verbose_name_plural = _("qualifications that count toward this one")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "pathway"], name="pathway_component_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="pathway_component_amount"),
            models.CheckConstraint(condition=~Q(legal_source_vi=""), name="pathway_component_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.pathway}"

    @property
    def legal_source(self) -> str:
        return in_reading_language(self.legal_source_vi, self.legal_source_en)


class PathwayFollow(models.Model):
    """A learner on a pathway, by the version they started on, until they leave or choose a newer version."""

    learner = models.ForeignKey("learners.Learner", models.PROTECT, related_name="pathway_follows")
    pathway = models.ForeignKey(Pathway, models.PROTECT, related_name="follows")
    version = models.ForeignKey(PathwayVersion, models.PROTECT, related_name="follows")
    started_at = models.DateTimeField(_("started"))
    left_at = models.DateTimeField(_("left the pathway"), null=True, blank=True)

    class Meta:
        verbose_name = _("learner on a pathway")
        verbose_name_plural = _("learners on pathways")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "pathway"], condition=Q(left_at__isnull=True), name="pathway_follow_one_current"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("started_at")), name="pathway_follow_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.pathway}"


class Qualification(models.Model):
    """A pathway reached: inserted with the entry that used the credit, never changed."""

    public_id = models.UUIDField(_("public number"), default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        "learners.Learner", models.PROTECT, related_name="qualifications", verbose_name=_("learner")
    )
    version = models.ForeignKey(
        PathwayVersion, models.PROTECT, related_name="qualifications", verbose_name=_("pathway version")
    )
    entry = models.OneToOneField(
        "credits.JournalEntry", models.PROTECT, related_name="qualification", verbose_name=_("journal entry")
    )
    awarded_at = models.DateTimeField(_("awarded"))

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ["-awarded_at"]
        indexes = [models.Index(fields=["learner", "version"], name="qualification_of_learner")]

    def __str__(self) -> str:
        return f"{self.version}: {self.public_id}"


class QualificationUse(models.Model):
    """A qualification that was counted toward a higher one; while the higher one stands it counts nowhere else."""

    used = models.ForeignKey(Qualification, models.PROTECT, related_name="uses")
    toward = models.ForeignKey(Qualification, models.PROTECT, related_name="made_of")
    amount_minor = models.PositiveBigIntegerField(_("counted as, in hundredths of a credit"))

    class Meta:
        verbose_name = _("use of a qualification")
        verbose_name_plural = _("uses of qualifications")
        constraints = [
            models.UniqueConstraint(fields=["used", "toward"], name="qualification_use_once"),
            models.CheckConstraint(condition=~Q(used=F("toward")), name="qualification_use_of_another"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="qualification_use_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.used_id} → {self.toward_id}"
