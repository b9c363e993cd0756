"""What one search word says against another, in words for the curator who is writing it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from courses.choices import Accessibility, Format, SearchWordKind, TeachingLanguage
from courses.models import SearchWord
from courses.queries.asked.words import PHRASE_WORDS_MAX, key_of, split
from learners.models import Place

MEANINGS_MAX = 40
# The parameters a text can set, with their values. The catalogue reads the same names.
FILTERS: dict[str, frozenset[str]] = {
    "cost": frozenset({"free"}),
    "format": frozenset(Format.values),
    "when": frozenset(("morning", "afternoon", "evening", "weekend", "mon", "tue", "wed", "thu", "fri", "sat", "sun")),
    "near": frozenset({"me"}),
    "lang": frozenset(TeachingLanguage.values),
    "access": frozenset(Accessibility.values),
}
GROUPS = (SearchWordKind.SYNONYM, SearchWordKind.REGIONAL)
LEFT_OUT_OR_LOOKED_FOR = (SearchWordKind.STOP, SearchWordKind.FILTER, SearchWordKind.HINT, SearchWordKind.PLACE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and with which box."""

    box: str
    message: str


def of(word: SearchWord) -> list[Problem]:
    """Return what cannot be so: with the word itself, else with other words in use; three queries at most."""
    return list(_itself(word)) or list(_others(word))


def _itself(word: SearchWord) -> Iterator[Problem]:
    kind = SearchWordKind(word.kind)
    means_words = kind not in {SearchWordKind.FILTER, SearchWordKind.PLACE}
    if not split(word.phrase):
        yield Problem("phrase", _("Write at least one letter or digit."))
    for phrase in (word.phrase, *(word.means if means_words else ())):
        if len(split(phrase)) > PHRASE_WORDS_MAX:
            text = _("“%(phrase)s” is longer than %(most)s words; nobody types it like that.")
            yield Problem("phrase", text % {"phrase": phrase, "most": PHRASE_WORDS_MAX})
    if len(word.means) > MEANINGS_MAX:
        yield Problem("means", _("At most %(most)s meanings.") % {"most": MEANINGS_MAX})
    yield from _number_of_meanings(kind, word.means)
    if kind == SearchWordKind.FILTER and word.means and not _is_filter(word.means[0]):
        known = ", ".join(f"{name}={value}" for name in FILTERS for value in sorted(FILTERS[name]))
        yield Problem("means", _("The catalogue has no such filter. It knows: %(known)s.") % {"known": known})
    if kind == SearchWordKind.PLACE:
        yield from _places(word.means)
    own = key_of(word.phrase)
    if own and means_words and own in map(key_of, word.means):
        yield Problem("means", _("“%(phrase)s” cannot stand for itself.") % {"phrase": word.phrase})


def _number_of_meanings(kind: SearchWordKind, means: list[str]) -> Iterator[Problem]:
    none = kind in {SearchWordKind.STOP, SearchWordKind.AMBIGUOUS}
    one = kind in {SearchWordKind.CHAT, SearchWordKind.MISSPELLING, SearchWordKind.FILTER}
    if none and means:
        yield Problem("means", _("Words of this kind stand for nothing else: leave this empty."))
    elif one and len(means) != 1:
        yield Problem("means", _("Write exactly one meaning."))
    elif not none and not one and kind != SearchWordKind.HINT and not means:
        yield Problem("means", _("Write at least one meaning."))


def _is_filter(means: str) -> bool:
    name, _equals, value = means.partition("=")
    return value in FILTERS.get(name, ())


def _places(codes: list[str]) -> Iterator[Problem]:
    there = set(Place.objects.filter(pk__in=codes, valid_to=None).values_list("pk", flat=True))
    for code in codes:
        if code not in there:
            yield Problem("means", _("There is no place with the code %(code)s.") % {"code": code})


def _others(word: SearchWord) -> Iterator[Problem]:
    kind = SearchWordKind(word.kind)
    others = SearchWord.objects.exclude(pk=word.pk)
    key = key_of(word.phrase)
    if twin := others.filter(kind=kind, key=key).first():
        text = _("This stands here already: %(word)s. Change that row instead.")
        yield Problem("phrase", text % {"word": twin})
        return
    if not word.is_used:
        return
    used = others.filter(is_used=True)
    if kind in LEFT_OUT_OR_LOOKED_FOR:
        for other in used.filter(kind__in=set(LEFT_OUT_OR_LOOKED_FOR) - {kind}, key=key):
            text = _("The same words are “%(kind)s” already: %(word)s. They cannot be both.")
            yield Problem("phrase", text % {"kind": other.get_kind_display(), "word": other})
    keys = {key, *(map(key_of, word.means) if kind in GROUPS else ())}
    if kind in GROUPS:
        for other in used.filter(kind=SearchWordKind.STOP, key__in=keys):
            text = _("“%(word)s” is left out of every search, so it cannot be looked for as well.")
            yield Problem("means", text % {"word": other})
    if kind == SearchWordKind.STOP:
        for other in used.filter(Q(key=key) | Q(means__contains=[word.phrase]), kind__in=GROUPS):
            text = _("It is looked for already: %(word)s. It cannot be left out as well.")
            yield Problem("phrase", text % {"word": other})
    if kind == SearchWordKind.MISSPELLING:
        yield from _chains(word, used)


def _chains(word: SearchWord, used: QuerySet[SearchWord]) -> Iterator[Problem]:
    """A misspelling leads to a right word, and not to another misspelling."""
    mistakes = used.filter(kind=SearchWordKind.MISSPELLING)
    if further := mistakes.filter(key__in=map(key_of, word.means)).first():
        text = _("What it means is a misspelling itself: %(word)s.")
        yield Problem("means", text % {"word": further})
    if before := mistakes.filter(means__contains=[word.phrase]).first():
        text = _("Another misspelling leads to it, so it must be right: %(word)s.")
        yield Problem("phrase", text % {"word": before})
