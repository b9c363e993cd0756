"""
Content: the modules of a version, the units one reads, and the rule that says when the course is completed.

They belong to the version and, like it, never change once it is published.
"""

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from courses.choices import ModuleMode


class Module(models.Model):
    """A part of a course, with its share of the notional hours."""

    version = models.ForeignKey("courses.CourseVersion", models.CASCADE, related_name="modules")
    position = models.PositiveSmallIntegerField()  # 1 … n
    title_vi = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    minutes = models.PositiveIntegerField(_("minutes"))
    mode = models.CharField(_("mode"), max_length=8, choices=ModuleMode.choices)

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="module_position"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="module_minutes_positive"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return (self.title_en if translation.get_language() == "en" else "") or self.title_vi


class Unit(models.Model):
    """One piece of reading: Markdown as written, HTML as sanitised when it was saved."""

    module = models.ForeignKey(Module, models.CASCADE, related_name="units")
    position = models.PositiveSmallIntegerField()  # 1 … n, across the whole version
    title_vi = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    summary_vi = models.CharField(_("summary"), max_length=400, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=400, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    markdown = models.TextField(_("text"))  # at most MARKDOWN_BYTES_MAX
    html = models.TextField(editable=False)
    renderer_version = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["module", "position"], name="unit_position"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="unit_minutes_positive"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return (self.title_en if translation.get_language() == "en" else "") or self.title_vi

    @property
    def summary(self) -> str:
        return (self.summary_en if translation.get_language() == "en" else "") or self.summary_vi


class CompletionRule(models.Model):
    """
    When an enrolment is complete: every part that is set must be met, and at least one is set.

    Where ``word_suffices``, who teaches may complete somebody although their share of class sessions is missed.
    """

    version = models.OneToOneField(
        "courses.CourseVersion", models.CASCADE, primary_key=True, related_name="completion_rule"
    )
    attendance_percent_min = models.PositiveSmallIntegerField(
        _("share of class sessions, percent"), null=True, blank=True
    )
    all_units = models.BooleanField(_("every unit read"), default=False)
    asks_result = models.BooleanField(_("a result"), default=False)  # passed or not, or points where a mark is named
    mark_min = models.PositiveSmallIntegerField(_("points of 100 needed"), null=True, blank=True)
    word_suffices = models.BooleanField(_("the word of who teaches, for class sessions missed"), default=False)

    class Meta:
        verbose_name = _("completion rule")
        verbose_name_plural = _("completion rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(attendance_percent_min__isnull=False) | Q(all_units=True),
                name="completion_rule_asks_something",
            ),
            models.CheckConstraint(
                condition=Q(attendance_percent_min__isnull=True) | Q(attendance_percent_min__range=(1, 100)),
                name="completion_rule_percent",
            ),
            models.CheckConstraint(
                condition=Q(mark_min__isnull=True) | Q(asks_result=True, mark_min__range=(1, 100)),
                name="completion_rule_mark",
            ),
            models.CheckConstraint(
                condition=Q(word_suffices=False) | Q(attendance_percent_min__isnull=False),
                name="completion_rule_word_for_classes_missed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}"
