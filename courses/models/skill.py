"""
Skills: an open list of what courses teach, and which of them a course version teaches.

A version says of each skill which of its outcomes it belongs to. Once it is published that never changes (trigger
``taught_skill_published_stays``); what a skill is called may be put better at any time, its code stays.
"""

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.choices import SkillGroup
from courses.models.catalog import CourseVersion, in_reading_language
from courses.rules import OUTCOMES_MAX, SKILL_CODE_CHARACTERS_MAX, SKILLS_MAX


class Skill(models.Model):
    """Something people can do. The code is part of addresses: it is never given to another skill."""

    code = models.SlugField(_("code"), max_length=SKILL_CODE_CHARACTERS_MAX, primary_key=True)
    group = models.CharField(_("group"), max_length=12, choices=SkillGroup.choices)
    name_vi = models.CharField(_("name"), max_length=100, unique=True, validators=[MinLengthValidator(2)])
    name_en = models.CharField(_("name in English"), max_length=100)
    source = models.CharField(_("source"), max_length=200)
    is_offered = models.BooleanField(_("offered"), default=True)  # to who writes a course now

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["group", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="skill_code_of_letters"),
            models.CheckConstraint(condition=~Q(name_vi="") & ~Q(source=""), name="skill_says_what_it_is"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_reading_language(self.name_vi, self.name_en)


class TaughtSkill(models.Model):
    """One skill that a course version teaches."""

    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="taught_skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="taught")
    position = models.PositiveSmallIntegerField()  # 1 … SKILLS_MAX
    outcome = models.PositiveSmallIntegerField(null=True)  # of the version, from 1; empty: of the course as a whole

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "skill"], name="taught_skill_once"),
            models.UniqueConstraint(fields=["version", "position"], name="taught_skill_position"),
            models.CheckConstraint(
                condition=Q(position__range=(1, SKILLS_MAX.count_max)), name="taught_skill_at_most_so_many"
            ),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True) | Q(outcome__range=(1, OUTCOMES_MAX.count_max)),
                name="taught_skill_of_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill_id} in {self.version_id}"
