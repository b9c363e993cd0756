"""
Places: the official administrative units of Viet Nam, keyed by their official codes only.

Two tiers since 1 July 2025: 34 provinces and cities, 3,321 communes, wards and special zones. 314 bare names repeat,
so a name never identifies a place.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from learners.choices import FormerPlaceKind, PlaceKind
from learners.models.folding import VnFold

PROVINCE_DIGITS = 2


class Place(models.Model):
    """One administrative unit, from the day its decree took effect until the day another replaced it."""

    code = models.CharField(_("code"), max_length=8, primary_key=True)  # two digits: province; five: commune
    kind = models.CharField(_("kind"), max_length=20, choices=PlaceKind.choices)
    name = models.CharField(_("name"), max_length=100)  # bare official name, in Vietnamese: "Ninh Kiều"
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    sort_key = models.CharField(max_length=400)
    name_fold = models.GeneratedField(expression=VnFold("name"), output_field=models.TextField(), db_persist=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="predecessors")

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["sort_key"]
        indexes = [models.Index(fields=["parent", "sort_key"], name="place_by_parent")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="place_valid_to_after_valid_from",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[PlaceKind.PROVINCE, PlaceKind.MUNICIPALITY], parent__isnull=True)
                | models.Q(kind__in=[PlaceKind.COMMUNE, PlaceKind.WARD, PlaceKind.SPECIAL_ZONE], parent__isnull=False),
                name="place_province_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        kind = self.get_kind_display()
        return f"{self.name} {kind.title()}" if translation.get_language() == "en" else f"{kind} {self.name}"

    @property
    def is_province(self) -> bool:
        return self.kind in {PlaceKind.PROVINCE, PlaceKind.MUNICIPALITY}


def is_commune(code: str) -> bool:
    """Return whether an official code is a commune's: a province has two digits."""
    return len(code) > PROVINCE_DIGITS


class FormerPlace(models.Model):
    """
    A province, district or commune of the three tiers that ended on 30 June 2025, with what it became.

    Its codes are another set than those in force: 15 was Yên Bái and is Lào Cai. People go on saying the old names.
    """

    # Two digits: province; three: district; five: commune.
    code = models.CharField(_("code"), max_length=5, primary_key=True)
    kind = models.CharField(_("kind"), max_length=20, choices=FormerPlaceKind.choices)
    name = models.CharField(_("name"), max_length=100)  # bare official name: "An Cư"
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    # Codes in force of the provinces (of a province) or communes (of a district or commune) it went into.
    successors = ArrayField(models.CharField(max_length=8), verbose_name=_("is now part of"))

    class Meta:
        verbose_name = _("former place")
        verbose_name_plural = _("former places")
        constraints = [
            models.CheckConstraint(condition=models.Q(successors__len__gt=0), name="former_place_became_something"),
        ]

    def __str__(self) -> str:
        kind = self.get_kind_display()
        return f"{self.name} {kind.title()}" if translation.get_language() == "en" else f"{kind} {self.name}"
