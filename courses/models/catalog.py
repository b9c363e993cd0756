"""
The catalogue: what is offered.

``Course`` is the identity, ``CourseVersion`` the content. A published version never changes (the database refuses it):
a run, a completion and a credit point to the version they meant. An edit of a published course is a new version.
"""

from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from courses.choices import (
    Accessibility,
    FieldLevel,
    Format,
    ReviewDecision,
    TeachingLanguage,
    VersionState,
)
from courses.rules import EXTERNAL_URL_CHARACTERS_MAX, LEVEL_MAX, LEVEL_MIN

# The ledger's kinds of credit. The words stand in credits.choices, which this shelf may read.
from credits.choices import KindOfCredit
from credits.rules import MINUTES_PER_HUNDREDTH
from learners.models.folding import fold

SLUG_CHARACTERS_MAX = 60


def in_reading_language(vi: str, en: str) -> str:
    """Return the text in the language being read; Vietnamese where the English is empty."""
    return (en if translation.get_language() == "en" else "") or vi


BROAD_DIGITS = 2  # of the code of a broad field, and the first of any field in it


class Field(models.Model):
    """A field of education. Source: ISCED-F 2013 (UNESCO), with everyday Vietnamese names."""

    code = models.CharField(max_length=4, primary_key=True)  # two digits: broad; three: narrow; four: detailed
    level = models.CharField(max_length=8, choices=FieldLevel.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    search_words = models.CharField(max_length=500, blank=True)
    is_shown = models.BooleanField()  # offered to learners to choose from

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reading_language(self.name_vi, self.name_en)


class Course(models.Model):
    """The identity of what an organization offers, through all its versions."""

    provider = models.ForeignKey(
        "learners.Organization", models.PROTECT, related_name="courses", verbose_name=_("organisation")
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="courses_created")
    archived_at = models.DateTimeField(null=True, blank=True)
    # Of a course taught elsewhere: since when its page has not answered. It is not in the catalogue meanwhile.
    link_dead_at = models.DateTimeField(null=True, blank=True)
    # Where an imported course comes from; importing the same file again finds it by this.
    import_source = models.CharField(max_length=60, blank=True)
    import_key = models.CharField(max_length=120, blank=True)
    creation_key = models.UUIDField(
        null=True, unique=True, editable=False
    )  # of the page it was written on; sent twice, it is one

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "import_source", "import_key"],
                condition=~Q(import_key=""),
                name="course_one_per_import_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class CourseVersion(models.Model):
    """What a course says and promises, at one time. Immutable once published."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="versions", verbose_name=_("course"))
    number = models.PositiveIntegerField(_("version"))  # 1 … n; 0: thrown away, so it never was a version
    state = models.CharField(_("state"), max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    title_vi = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    summary_vi = models.CharField(_("summary"), max_length=400)
    summary_en = models.CharField(_("summary in English"), max_length=400, blank=True)
    outcomes_vi = ArrayField(models.CharField(max_length=200), verbose_name=_("outcomes"), default=list, blank=True)
    outcomes_en = ArrayField(
        models.CharField(max_length=200), verbose_name=_("outcomes in English"), default=list, blank=True
    )
    audience_vi = models.CharField(_("for whom"), max_length=300, blank=True)
    audience_en = models.CharField(_("for whom, in English"), max_length=300, blank=True)
    requirements_vi = models.CharField(_("what to bring or know"), max_length=500, blank=True)
    requirements_en = models.CharField(_("what to bring or know, in English"), max_length=500, blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Format.choices)
    kind_of_credit = models.CharField(_("kind of credit"), max_length=12, choices=KindOfCredit.choices)
    field = models.ForeignKey(Field, models.PROTECT, related_name="versions", verbose_name=_("field"))
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)  # Vietnamese Qualifications Framework
    notional_minutes = models.PositiveIntegerField(_("notional minutes"))
    credit_hundredths = models.PositiveIntegerField(_("credit, in hundredths"))
    languages = ArrayField(
        models.CharField(max_length=2, choices=TeachingLanguage.choices), verbose_name=_("languages"), default=list
    )
    # Empty only of a course taught elsewhere whose cost nobody has said.
    cost_vnd = models.PositiveBigIntegerField(_("cost, đồng"), default=0, null=True, blank=True)
    accessibility = ArrayField(
        models.CharField(max_length=20, choices=Accessibility.choices),
        verbose_name=_("accessibility"),
        default=list,
        blank=True,
    )
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("keywords"))
    licence = models.CharField(_("licence"), max_length=60, blank=True)
    # Where the course is taught when that is another site: nobody enrols here, and no credit follows from it.
    external_url = models.CharField(_("taught at"), max_length=EXTERNAL_URL_CHARACTERS_MAX, blank=True)
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey("learners.Learner", models.PROTECT, related_name="+", verbose_name=_("created by"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    # Another number after every time somebody saved the draft: whoever opened an earlier one is told so.
    revision = models.PositiveIntegerField(default=0, editable=False)
    edited_at = models.DateTimeField(_("last edited"), null=True, blank=True)
    edited_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("last edited by")
    )
    discarded_at = models.DateTimeField(_("thrown away"), null=True, blank=True)
    discarded_by = models.ForeignKey(
        "learners.Learner", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("thrown away by")
    )

    class Meta:
        verbose_name = _("course version")
        verbose_name_plural = _("course versions")
        indexes = [
            models.Index(
                fields=["-published_at", "-id"], condition=Q(state="PUBLISHED"), name="course_version_published_last"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "number"], condition=Q(number__gt=0), name="course_version_number"
            ),
            models.UniqueConstraint(
                fields=["course"], condition=Q(state="PUBLISHED"), name="course_version_one_published"
            ),
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(state__in=["DRAFT", "SUBMITTED", "RETURNED"]),
                name="course_version_one_in_work",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(LEVEL_MIN, LEVEL_MAX)), name="course_version_level"
            ),
            # Credit follows from the hours (Circular 17/2021/TT-BGDĐT, art. 7: 50 notional hours are one credit). What
            # is taught elsewhere is not completed here: no credit, and hours and cost only where they are said.
            models.CheckConstraint(
                condition=Q(
                    external_url="",
                    notional_minutes=models.F("credit_hundredths") * MINUTES_PER_HUNDREDTH,
                    credit_hundredths__gt=0,
                    cost_vnd__isnull=False,
                )
                | ~Q(external_url="") & Q(credit_hundredths=0),
                name="course_version_credit_follows_hours",
            ),
            models.CheckConstraint(
                condition=Q(external_url="") | Q(external_url__iregex=r"^https?://[^[:space:]]+$"),
                name="course_version_external_url",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="course_version_submission_complete",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["PUBLISHED", "SUPERSEDED"], published_at__isnull=False, published_by__isnull=False
                )
                | Q(
                    state__in=["DRAFT", "SUBMITTED", "RETURNED", "DISCARDED"],
                    published_at__isnull=True,
                    published_by__isnull=True,
                ),
                name="course_version_publication_complete",
            ),
            models.CheckConstraint(
                condition=Q(edited_at__isnull=True, edited_by__isnull=True)
                | Q(edited_at__isnull=False, edited_by__isnull=False),
                name="course_version_edit_complete",
            ),
            models.CheckConstraint(
                condition=Q(state="DISCARDED", number=0, discarded_at__isnull=False, discarded_by__isnull=False)
                | (~Q(state="DISCARDED") & Q(number__gt=0, discarded_at__isnull=True, discarded_by__isnull=True)),
                name="course_version_discarding_complete",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("courses:course", args=[self.course_id, self.slug])

    @property
    def slug(self) -> str:
        """The folded title in the course's address, the same in both languages; the id alone decides what is shown."""
        return slugify(fold(self.title_vi))[:SLUG_CHARACTERS_MAX].strip("-") or "c"

    @property
    def is_elsewhere(self) -> bool:
        """Whether the course is taught on another site."""
        return bool(self.external_url)

    @property
    def external_host(self) -> str:
        """The name of that site, as a reader knows it."""
        return (urlsplit(self.external_url).hostname or "").removeprefix("www.")

    def labels(self, name: str) -> list[str]:
        """Return the words for the values of a column that has several, such as ``languages``."""
        choices = dict(self._meta.get_field(name).base_field.flatchoices)  # type: ignore[union-attr]  # an ArrayField
        return [str(choices.get(value, value)) for value in getattr(self, name)]

    @property
    def title(self) -> str:
        return in_reading_language(self.title_vi, self.title_en)

    @property
    def summary(self) -> str:
        return in_reading_language(self.summary_vi, self.summary_en)

    @property
    def outcomes(self) -> list[str]:
        return (self.outcomes_en if translation.get_language() == "en" else []) or self.outcomes_vi

    @property
    def audience(self) -> str:
        return in_reading_language(self.audience_vi, self.audience_en)

    @property
    def requirements(self) -> str:
        return in_reading_language(self.requirements_vi, self.requirements_en)


class Review(models.Model):
    """A curator's decision on a submitted version: inserted, never changed."""

    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="reviews")
    decision = models.CharField(_("decision"), max_length=10, choices=ReviewDecision.choices)
    reasons = models.TextField(max_length=2000, blank=True)
    reviewer = models.ForeignKey("learners.Learner", models.PROTECT, related_name="reviews_made")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["decided_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="RETURNED") | ~Q(reasons=""), name="review_return_has_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}: {self.version}"


class CatalogEntry(models.Model):
    """
    A published course as the catalogue finds it: derived from its version, runs and provider.

    An action writes what the version says (``words``); the rest is the database's, which refreshes it whenever a run, a
    class session, the course or its provider changes (function ``courses_refresh_entries``), as of ``rebuilt_at``.

    ``words`` holds the exact words in weights A and C, the folded ones in B and D, each word of the title once more
    behind a ``^``, and a token for every skill taught. ``document``, the only column searched, adds the provider's
    words and a token for every facet, such as ``=format:ONLINE``: one index serves words and filters together. It is
    empty while the course is not on offer.
    """

    course = models.OneToOneField(Course, models.CASCADE, primary_key=True, related_name="catalog_entry")
    version = models.OneToOneField(CourseVersion, models.PROTECT, related_name="catalog_entry")
    provider = models.ForeignKey("learners.Organization", models.PROTECT, related_name="+")
    sort_key = models.CharField(max_length=400)  # a dictionary's order of the Vietnamese title
    title_fold = models.TextField(db_collation="C")  # so that one index finds a beginning and reads it in order
    broad_field = models.ForeignKey(Field, models.PROTECT, related_name="+")
    words = SearchVectorField()
    rebuilt_at = models.DateTimeField()

    # Derived by the database from here on.
    document = SearchVectorField(default="")
    facets = ArrayField(models.CharField(max_length=80), default=list)  # the tokens that are counted
    communes = ArrayField(models.CharField(max_length=8), default=list)  # where it is taught, by code
    weeks = ArrayField(models.IntegerField(), default=list)  # of each open run the parts of the week it meets in
    is_listed = models.BooleanField(default=False)  # published, not archived, of a provider in good standing
    listed_at = models.DateTimeField(null=True)  # first published
    next_on = models.DateField(null=True)  # the first day of the next dated run
    opening = models.PositiveSmallIntegerField(default=2)  # 0: on a day to come; 1: at any time; 2: no open run
    stale_at = models.DateTimeField(null=True)  # when the passing of time alone changes it
    revision = models.IntegerField(default=0)  # another one after every refresh

    class Meta:
        indexes = [
            GinIndex(fields=["document"], name="catalog_entry_document"),
            models.Index(
                fields=["next_on", "opening", "sort_key", "course"],
                condition=Q(is_listed=True),
                name="catalog_entry_soonest",
            ),
            models.Index(fields=["-listed_at", "-course"], condition=Q(is_listed=True), name="catalog_entry_newest"),
            models.Index(fields=["sort_key", "course"], condition=Q(is_listed=True), name="catalog_entry_by_title"),
            models.Index("title_fold", name="catalog_entry_title_start"),  # type-ahead
            models.Index(fields=["stale_at"], condition=Q(stale_at__isnull=False), name="catalog_entry_stale"),
        ]

    def __str__(self) -> str:
        return self.title_fold


class ProviderRefresh(models.Model):
    """
    A provider of thousands of courses whose entries are being refreshed in portions, because it has changed.

    Begun by a trigger on the provider, gone on with by a job (``catalog_entry.refresh_providers``).
    """

    provider = models.OneToOneField("learners.Organization", models.PROTECT, primary_key=True, related_name="+")
    after = models.BigIntegerField()  # the last course that was refreshed

    def __str__(self) -> str:
        return f"{self.provider_id} after {self.after}"


class CatalogCount(models.Model):
    """
    How many courses on offer carry a token: the sum of its rows, each one difference made by one statement.

    Written by triggers on ``CatalogEntry``, so nobody waits for anybody; a job adds the rows of a token together.
    """

    term = models.CharField(max_length=80)
    count = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["term"], name="catalog_count_term")]

    def __str__(self) -> str:
        return f"{self.term} {self.count:+}"
