"""The catalogue's own words, for type-ahead and "did you mean": made again from what is offered."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Max, Q

from courses.choices import SearchTermKind, VersionState
from courses.models import CatalogEntry, CourseVersion, Field, SearchGeneration, SearchTerm
from courses.queries.asked import letters, words
from courses.queries.asked.kept import TERMS, WORDS
from courses.rules import TERMS_AGAIN_AFTER, TERMS_AT_ONCE_COURSES_MAX
from learners.choices import OrganizationStatus
from learners.models import Organization, Place
from learners.models.folding import fold

# Source: portal policy, 2026-11-26: small enough that every process keeps them.
WORDS_MAX, PHRASES_MAX = 50_000, 60_000
PAIR, PHRASE_WORDS, STARTS_MAX, START_CHARACTERS_MAX = (2,), (2, 3, 4), 6, 120
ROWS_PER_BATCH = 2_000
OFFERED = Q(
    version__state=VersionState.PUBLISHED,
    course__archived_at__isnull=True,
    course__provider__status=OrganizationStatus.VERIFIED,
)
_WORDS_IN_COURSES = """
    SELECT word, ndoc FROM ts_stat($$
        SELECT entry.document FROM courses_catalogentry entry
        JOIN courses_course course ON course.id = entry.course_id AND course.archived_at IS NULL
        JOIN learners_organization provider ON provider.id = course.provider_id AND provider.status = 'VERIFIED'
    $$, 'ac') WHERE length(word) <= 40 ORDER BY ndoc DESC, word LIMIT %s
"""
Row = tuple[str, str, str, str, str, int | None]  # kind, start, both texts, code, organization


@transaction.atomic
def refresh(*, now: datetime) -> bool:
    """
    Bring the terms up to date with what is offered; return whether anything was done.

    Idempotent, and nothing is read where no course, organisation or search word has changed since. Two at once wait
    for each other.
    """
    generation = SearchGeneration.objects.select_for_update().get(name=TERMS)
    made_of = _made_of()
    if generation.made_of == made_of:
        return False
    wanted = dict(_terms())
    there = {
        (term.kind, term.start, term.text_vi, term.text_en, term.code, term.organization_id): term
        for term in SearchTerm.objects.all()
    }
    SearchTerm.objects.filter(pk__in=[term.pk for row, term in there.items() if row not in wanted]).delete()
    new, changed = [], []
    for row, courses in wanted.items():
        kind, start, text_vi, text_en, code, organization_id = row
        if (term := there.get(row)) is None:
            new.append(
                SearchTerm(
                    kind=kind,
                    start=start,
                    text_vi=text_vi,
                    text_en=text_en,
                    code=code,
                    organization_id=organization_id,
                    courses=courses,
                )
            )
        elif term.courses != courses:
            term.courses = courses
            changed.append(term)
    SearchTerm.objects.bulk_create(new, batch_size=ROWS_PER_BATCH)
    SearchTerm.objects.bulk_update(changed, ["courses"], batch_size=ROWS_PER_BATCH)
    generation.made_of, generation.number, generation.refreshed_at = made_of, generation.number + 1, now
    generation.save()
    return True


def refresh_after_import(*, now: datetime) -> bool:
    """
    Bring the terms up to date at once, so that what was imported is found as it is typed; return whether it was done.

    Of a large catalogue only when it has not been done lately: imports one after the other cost one refresh between
    them, and the timetable does what is left.
    """
    last = SearchGeneration.objects.get(name=TERMS).refreshed_at
    is_recent = last is not None and now - last < TERMS_AGAIN_AFTER
    if is_recent and CatalogEntry.objects.filter(is_listed=True).count() > TERMS_AT_ONCE_COURSES_MAX:
        return False
    return refresh(now=now)


def _made_of() -> str:
    """Return what tells whether the terms would come out otherwise."""
    entries = CatalogEntry.objects.filter(OFFERED).aggregate(count=Count("pk"), newest=Max("rebuilt_at"))
    providers = Organization.objects.filter(status=OrganizationStatus.VERIFIED).count()
    learned = SearchGeneration.objects.get(name=WORDS).number
    return f"{entries['count']} {entries['newest']} {providers} {learned}"


def _terms() -> Iterator[tuple[Row, int]]:
    """Return every term with the number of courses that have it."""
    stops = words.kept.get().left_out
    for word, count in _words():
        yield (SearchTermKind.WORD, fold(word)[:START_CHARACTERS_MAX], word, "", "", None), count
    for phrase, count in _phrases(stops):
        yield (SearchTermKind.PHRASE, fold(phrase)[:START_CHARACTERS_MAX], phrase, "", "", None), count
    yield from _fields()
    yield from _organizations()
    yield from _places()


def _words() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_WORDS_IN_COURSES, [WORDS_MAX])
        return list(cursor.fetchall())


def _phrases(stops: set[str]) -> Iterable[tuple[str, int]]:
    """
    Return words that stand in a row, those of most courses first.

    Two to four of a title or tag, joining words in pairs only; pairs of the rest where several courses have them.
    """
    counts: Counter[str] = Counter()
    rest: Counter[str] = Counter()
    versions = CourseVersion.objects.filter(catalog_entry__isnull=False)
    said = versions.values_list(
        "title_vi", "title_en", "tags", "outcomes_vi", "summary_vi", "audience_vi", "course__provider__name_vi"
    )
    for title_vi, title_en, tags, outcomes, *others in said.order_by("pk").iterator(ROWS_PER_BATCH):
        in_title = {phrase for text in (title_vi, title_en, *tags) for phrase in _in_a_row(text, stops, PHRASE_WORDS)}
        elsewhere = {pair for text in (*outcomes, *others) for pair in _in_a_row(text, stops, PAIR)}
        counts.update(in_title)
        rest.update(elsewhere - in_title)
    counts.update({pair: count for pair, count in rest.items() if count > 1 or pair in counts})
    return counts.most_common(PHRASES_MAX)


def _in_a_row(text: str, stops: set[str], lengths: Iterable[int]) -> Iterator[str]:
    spelt = words.split(text)
    for length in lengths:
        for at in range(len(spelt) - length + 1):
            said = spelt[at : at + length]
            if length == 2 or (said[0] not in stops and said[-1] not in stops):
                yield " ".join(said)


def _fields() -> Iterator[tuple[Row, int]]:
    counts: Counter[str] = Counter()
    entries = CatalogEntry.objects.filter(OFFERED).order_by().values_list("version__field_id")
    for code, count in entries.annotate(count=Count("pk")):
        for digits in range(2, len(code) + 1):
            counts[code[:digits]] += count
    for field in Field.objects.filter(is_shown=True, pk__in=counts):
        for start in _starts(field.name_vi, field.name_en):
            yield (SearchTermKind.FIELD, start, field.name_vi, field.name_en, field.code, None), counts[field.code]


def _organizations() -> Iterator[tuple[Row, int]]:
    offered = Q(courses__catalog_entry__version__state=VersionState.PUBLISHED, courses__archived_at__isnull=True)
    providers = Organization.objects.filter(status=OrganizationStatus.VERIFIED)
    for provider in providers.annotate(count=Count("courses", filter=offered)).filter(count__gt=0):
        for start in _starts(provider.name_vi, provider.name_en):
            row = (SearchTermKind.ORGANIZATION, start, provider.name_vi, provider.name_en, "", provider.pk)
            yield row, provider.count


def _places() -> Iterator[tuple[Row, int]]:
    counts: Counter[str] = Counter()
    entries = CatalogEntry.objects.filter(OFFERED).order_by()
    by_place = entries.values_list("course__provider__place", "course__provider__place__parent")
    for commune, province, count in by_place.annotate(count=Count("pk")):
        counts[commune] += count
        counts[province] += count
    for place in Place.objects.filter(pk__in=[code for code in counts if code]).select_related("parent"):
        text = f"{place.name}, {place.parent.name}" if place.parent else place.name
        for start in _starts(place.name, ""):
            code = f"{place.parent_id}/{place.code}" if place.parent_id else place.code
            yield (SearchTermKind.PLACE, start, text, "", code, None), counts[place.code]


def _starts(*texts: str) -> set[str]:
    """Return a name from each of its words on, without marks."""
    starts = set()
    for text in texts:
        spelt = [token.plain for token in letters.tokens(letters.tidy(text))]
        starts |= {" ".join(spelt[at:])[:START_CHARACTERS_MAX] for at in range(min(len(spelt), STARTS_MAX))}
    return starts
