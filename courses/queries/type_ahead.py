"""What somebody may be about to write: words, courses, fields, organisations and places that begin so; two queries."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.urls import reverse

from courses.choices import SearchTermKind, VersionState
from courses.models import CatalogEntry, SearchTerm
from courses.models.catalog import in_reading_language
from courses.queries.asked import letters, vocabulary, words
from courses.queries.asked.parts import STOPS
from courses.queries.asked.reading import read
from learners.choices import OrganizationStatus

SUGGESTIONS_MAX, COURSES_MAX, OF_A_KIND_MAX = 8, 3, 3
TERMS_READ_MAX, COURSE_LETTERS_MIN = 40, 3
COURSE = "COURSE"
BROAD_CODE_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    kind: str  # SearchTermKind, or COURSE
    text: str
    address: str


def suggestions(text: str, *, language: str) -> list[Suggestion]:
    """Return at most eight suggestions for a text that is being written, the most useful first."""
    start = beginning(text, language=language)
    if not start:
        return []
    found = _words(start) + _courses(start)
    other: dict[str, int] = {}
    chosen: list[Suggestion] = []
    for suggestion in found:
        limit = COURSES_MAX if suggestion.kind == COURSE else OF_A_KIND_MAX + 1
        if other.get(suggestion.kind, 0) < limit and suggestion.text not in {each.text for each in chosen}:
            other[suggestion.kind] = other.get(suggestion.kind, 0) + 1
            chosen.append(suggestion)
    order = (SearchTermKind.WORD, SearchTermKind.PHRASE, COURSE)
    chosen.sort(key=lambda each: order.index(each.kind) if each.kind in order else len(order))
    return chosen[:SUGGESTIONS_MAX]


def beginning(text: str, *, language: str) -> str:
    """Return what is being written, without marks and without what a search leaves out before it."""
    known = words.kept.get()
    reads = read(letters.tidy(text), words=known, vocabulary=vocabulary.kept.get(), language=language)
    at = 0
    while at < len(reads) - 1 and (said := known.longest_at(reads, at, STOPS)):
        at += len(said[0].words)
    start = " ".join(each.plain for each in reads[at:])
    return f"{start} " if start and text[-1:].isspace() else start


def _words(start: str) -> list[Suggestion]:
    terms = SearchTerm.objects.filter(Q(organization=None) | Q(organization__status=OrganizationStatus.VERIFIED))
    found: list[Suggestion] = []
    longer: set[tuple[str, int]] = set()
    rows = list(_beginning_with(terms, start).order_by("-courses", "start")[:TERMS_READ_MAX])
    for term in rows:
        longer |= {(term.text_vi[:at], term.courses) for at, letter in enumerate(term.text_vi) if letter == " "}
    for term in rows:
        is_part = term.kind == SearchTermKind.PHRASE and (term.text_vi, term.courses) in longer
        is_syllable = term.kind == SearchTermKind.WORD and letters.is_syllable(term.text_vi)
        if not is_part and not is_syllable:
            text = in_reading_language(term.text_vi, term.text_en)
            found.append(Suggestion(term.kind, text, _address(term, text)))
    return found


def _beginning_with(terms: QuerySet[SearchTerm], start: str) -> QuerySet[SearchTerm]:
    """Use the index that has what begins so in the order of its weight, or is short enough to be sorted."""
    if len(start) <= 2:
        return terms.alias(head=Left("start", len(start))).filter(head=start)
    return terms.filter(start__startswith=start)


def _courses(start: str) -> list[Suggestion]:
    if len(start) < COURSE_LETTERS_MIN:
        return []
    entries = CatalogEntry.objects.filter(
        title_fold__startswith=start,
        version__state=VersionState.PUBLISHED,
        course__archived_at__isnull=True,
        course__provider__status=OrganizationStatus.VERIFIED,
    )
    found = entries.select_related("version").order_by("title_fold")[:COURSES_MAX]
    return [Suggestion(COURSE, entry.version.title, entry.version.get_absolute_url()) for entry in found]


def _address(term: SearchTerm, text: str) -> str:
    """Return where a suggestion leads: to the catalogue, filtered where it has such a filter, else searched."""
    asked = {"q": text}
    if term.kind == SearchTermKind.FIELD and len(term.code) == BROAD_CODE_DIGITS:
        asked = {"field": term.code}
    elif term.kind == SearchTermKind.ORGANIZATION:
        asked = {"q": f'"{text}"'}
    elif term.kind == SearchTermKind.PLACE:
        province, _slash, commune = term.code.partition("/")
        asked = {"province": province} | ({"commune": commune} if commune else {})
    return f"{reverse('courses:catalog')}?{urlencode(asked)}"
