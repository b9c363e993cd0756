"""What somebody may be about to write: words, courses, fields, organisations and places; two queries, or four."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.db.models.functions import Left
from django.urls import reverse

from courses.choices import SearchTermKind, VersionState
from courses.models import CatalogEntry, SearchTerm
from courses.models.catalog import BROAD_DIGITS, in_reading_language
from courses.queries.asked import letters, vocabulary, words
from courses.queries.asked.parts import STOPS
from courses.queries.asked.reading import Read, keys_read
from learners.choices import OrganizationStatus
from learners.models import Organization

SUGGESTIONS_MAX, COURSES_MAX, OF_A_KIND_MAX, FEW = 8, 3, 4, 4
TERMS_READ_MAX, COURSE_LETTERS_MIN = 40, 3
HEADS = (4, 2, 1)  # letters by which terms are read in order of weight
COURSE = "COURSE"
FIRST = (SearchTermKind.PHRASE, SearchTermKind.WORD, COURSE)  # a single word that is offered is English
MEANT_IN_PAIRS = frozenset({"học", "dạy", "nghề", "lớp"})  # "tin học", "học máy", "làng nghề"


# English words that only join others: nobody looks for a course by them. Vietnamese ones are rows that curators edit.
_JOINING = """
    about above across after again all also and any are around been before behind below between both but can could
    did does down during each every for from had has have her here him his how into its just like many may more most
    much must near not off once one only other our out over own per same she should since some such than that the their
    them then there these they this those through too two three under until upon use using very was way were what when
    where which while who whom whose why will with within without would you your
"""
JOINING = frozenset(_JOINING.split())


@dataclass(frozen=True, slots=True)
class Suggestion:
    kind: str  # SearchTermKind, or COURSE
    text: str
    address: str


def suggestions(text: str, *, language: str) -> list[Suggestion]:
    """
    Return at most eight suggestions for a text that is being written, the most useful first.

    What a search leaves out before it may be the beginning itself: "can th" is "cần th…" and "Cần Thơ". Such a
    beginning as it stands comes first, and what follows it where few begin with the whole.
    """
    reads, at = _read(text, language=language)
    found = _beginning(text, reads)
    if at and len(found) < FEW:
        found += _beginning(text, reads[at:])
    of_kind: Counter[str] = Counter()
    chosen: dict[str, Suggestion] = {}
    for suggestion in found:
        if of_kind[suggestion.kind] < OF_A_KIND_MAX and suggestion.text.lower() not in chosen:
            of_kind[suggestion.kind] += 1
            chosen[suggestion.text.lower()] = suggestion
    return list(chosen.values())[:SUGGESTIONS_MAX]


def _read(text: str, *, language: str) -> tuple[Sequence[Read], int]:
    """Return what is being written, and where in it begins what a search would not leave out."""
    known = words.kept.get()
    reads = keys_read(letters.tidy(text), words=known, vocabulary=vocabulary.kept.get(), language=language)
    at = 0
    while at < len(reads) - 1 and (said := known.longest_at(reads, at, STOPS)) and at + len(said[0].words) < len(reads):
        at += len(said[0].words)
    return reads, at


def _beginning(text: str, reads: Sequence[Read]) -> list[Suggestion]:
    """Return what begins so, without marks: courses and everything else."""
    start = " ".join(each.plain for each in reads)
    if not start:
        return []
    if text[-1:].isspace():
        start += " "
    courses = _courses(start)
    found = courses + _words(start, titles=[each.text.lower() for each in courses])
    return sorted(found, key=lambda each: FIRST.index(each.kind) if each.kind in FIRST else len(FIRST))


def _words(start: str, *, titles: list[str]) -> list[Suggestion]:
    """Return what is written so, without pieces: of a longer phrase or a name as many courses have, or of a title."""
    terms = SearchTerm.objects.filter(Q(organization=None) | Q(organization__status=OrganizationStatus.VERIFIED))
    found: list[Suggestion] = []
    longer: set[tuple[str, int]] = set()
    rows = list(_beginning_with(terms, start).order_by("-courses", "start")[:TERMS_READ_MAX])
    for term in rows:
        longer |= {(term.text_vi[:at], term.courses) for at, letter in enumerate(term.text_vi) if letter == " "}
    names = [(term.text_vi.lower(), term.courses) for term in rows if term.kind == SearchTermKind.ORGANIZATION]
    for term in rows:
        is_piece = (term.courses == 1 and any(title.startswith(term.text_vi) for title in titles)) or any(
            term.text_vi in name and term.courses <= courses for name, courses in names
        )
        is_part = term.kind == SearchTermKind.PHRASE and (is_piece or (term.text_vi, term.courses) in longer)
        is_syllable = term.kind == SearchTermKind.WORD and letters.is_syllable(term.text_vi)
        is_joining = term.kind == SearchTermKind.WORD and term.text_vi in JOINING
        if not is_part and not is_syllable and not is_joining and not _hangs(term):
            text = in_reading_language(term.text_vi, term.text_en)
            found.append(Suggestion(term.kind, text, _address(term, text)))
    return found


def _hangs(term: SearchTerm) -> bool:
    """Whether a pair begins or ends with a word that only joins others: "học cho", "và điện"."""
    if term.kind != SearchTermKind.PHRASE:
        return False
    spelt = term.text_vi.split()
    return not MEANT_IN_PAIRS.issuperset({spelt[0], spelt[-1]} & words.kept.get().left_out)


def _beginning_with(terms: QuerySet[SearchTerm], start: str) -> QuerySet[SearchTerm]:
    """Leave the choice of an index to what is known of the letters: the heaviest first, or the few there are."""
    head = next(letters for letters in HEADS if letters <= len(start))
    found = terms.alias(head=Left("start", head)).filter(head=start[:head])
    return found if len(start) == head else found.filter(start__startswith=start)


def _courses(start: str) -> list[Suggestion]:
    if len(start) < COURSE_LETTERS_MIN:
        return []
    entries = CatalogEntry.objects.filter(
        title_fold__startswith=start,
        version__state=VersionState.PUBLISHED,
        course__archived_at__isnull=True,
        course__provider__status=OrganizationStatus.VERIFIED,
    )
    shown = entries.select_related("version").only("version__title_vi", "version__title_en", "version__course_id")
    found = shown.order_by("title_fold", "pk")[:COURSES_MAX]
    return [Suggestion(COURSE, entry.version.title, entry.version.get_absolute_url()) for entry in found]


def _address(term: SearchTerm, text: str) -> str:
    """Return where a suggestion leads: to an organization, or to the catalogue, filtered where it can be."""
    if term.kind == SearchTermKind.ORGANIZATION and term.organization_id:
        return Organization(pk=term.organization_id, name_vi=term.text_vi).get_absolute_url()
    asked = {"q": text}
    if term.kind == SearchTermKind.FIELD and len(term.code) == BROAD_DIGITS:
        asked = {"field": term.code}
    elif term.kind == SearchTermKind.PLACE:
        province, _slash, commune = term.code.partition("/")
        asked = {"province": province} | ({"commune": commune} if commune else {})
    return f"{reverse('courses:catalog')}?{urlencode(asked)}"
