"""
Words: those curators teach the search, and those the catalogue itself is made of.

Every process keeps what it has read of both and looks at ``SearchGeneration`` for a newer one. A trigger counts it up
with every change of a search word, however it was made.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from courses.choices import SearchTermKind, SearchWordKind


class SearchWord(models.Model):
    """What people write, and what the search takes it for; ``means`` depends on the kind."""

    kind = models.CharField(_("kind"), max_length=12, choices=SearchWordKind.choices)
    phrase = models.CharField(_("what people write"), max_length=100)
    means = ArrayField(models.CharField(max_length=120), verbose_name=_("what it means"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    is_used = models.BooleanField(_("in use"), default=True)
    key = models.CharField(max_length=200, editable=False)  # the phrase by its letters and tones
    folded = models.TextField(editable=False)  # phrase and meanings without diacritics, for the desk's own search
    # The row of courses/data/search_words.yaml it came from; a later file changes it only while nobody has edited it.
    loaded_as = models.CharField(max_length=220, blank=True, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        ordering = ["kind", "phrase"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="search_word_once_a_kind"),
            models.UniqueConstraint(fields=["loaded_as"], condition=~Q(loaded_as=""), name="search_word_loaded_once"),
            models.CheckConstraint(condition=~Q(key=""), name="search_word_has_letters"),
            models.CheckConstraint(
                condition=Q(kind__in=["STOP", "AMBIGUOUS"], means__len=0)
                | Q(kind__in=["CHAT", "MISSPELLING", "FILTER"], means__len=1)
                | Q(kind__in=["SYNONYM", "REGIONAL", "ABBREVIATION", "PLACE"], means__len__gt=0)
                | Q(kind="HINT"),
                name="search_word_meanings_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phrase} → {', '.join(self.means)}" if self.means else self.phrase


class SearchGeneration(models.Model):
    """How often what processes keep has changed: "words" and "skills" by triggers, "terms" with every refresh."""

    name = models.CharField(max_length=10, primary_key=True)
    number = models.BigIntegerField()
    made_of = models.CharField(max_length=120, blank=True)  # of the terms: what they were last made from
    refreshed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class SearchTerm(models.Model):
    """
    One thing the catalogue has, as somebody begins to write it: derived, made again by ``actions.search_terms``.

    An organisation or a field has one row for each of its words, so that it is found from the middle.
    """

    kind = models.CharField(max_length=12, choices=SearchTermKind.choices)
    # Without diacritics, from the word on where this row begins; in the order of the letters' codes, as an index reads.
    start = models.CharField(max_length=120, db_collation="C")
    text_vi = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=40, blank=True)  # of the field, of the province, "province/commune"
    organization = models.ForeignKey("learners.Organization", models.CASCADE, null=True, related_name="+")
    courses = models.PositiveIntegerField()  # how many have it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "start", "text_vi", "code", "organization"],
                name="search_term_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            # What begins with one, two or four letters is read in order of weight; what few begin with is sorted.
            models.Index(Left("start", 1), F("courses").desc(), F("start"), name="search_term_one_letter"),
            models.Index(Left("start", 2), F("courses").desc(), F("start"), name="search_term_two_letters"),
            models.Index(Left("start", 4), F("courses").desc(), F("start"), name="search_term_four_letters"),
            models.Index("start", name="search_term_start"),
        ]

    def __str__(self) -> str:
        return self.text_vi
