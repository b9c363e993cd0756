"""Organizations as everybody finds them: by words of their name and by place, and with what they offer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from courses.models import CatalogEntry, CourseRun
from courses.queries import catalog
from courses.queries.asked import letters, vocabulary, words
from courses.queries.asked.model import AskedPlace
from courses.queries.asked.reading import keys_read
from courses.queries.search.asking import CatalogQuery
from courses.queries.search.terms import lexeme
from learners.choices import OrganizationKind, OrganizationStatus
from learners.models import Organization, Place
from learners.models.folding import VnFold, fold
from learners.queries.place import metres_around

NAMED_MAX = 3  # shown above the courses found
UPCOMING_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderQuery:
    """What somebody looks for among the organizations; nothing chosen is all of them."""

    text: str = ""
    kind: OrganizationKind | None = None
    place: Place | None = None  # a province or a commune
    within_km: int = 0  # around the commune; 0: only in it


def found(query: ProviderQuery, *, language: str) -> QuerySet[Organization]:
    """Return the verified organizations that are looked for, nearest first where a reach is given, else by name."""
    organizations = _in_good_standing()
    if query.kind:
        organizations = organizations.filter(kind=query.kind)
    if asked := _asked(query.text, language=language):
        organizations = organizations.filter(document=_document(_all(asked)))
    by_name = (VnFold("name_vi"), F("pk"))
    if query.place is None:
        return organizations.order_by(*by_name)
    if query.within_km and query.place.parent_id:
        # The communes come nearest first, so where a commune stands among them is how near it is.
        reach = [query.place.pk, *metres_around(query.place.pk, query.within_km * 1000)]
        nearness = Func(
            Value(reach), F("place"), function="array_position", template="%(function)s(%(expressions)s::text)"
        )
        nearness.output_field = IntegerField()
        return organizations.filter(place__in=reach).order_by(nearness, *by_name)
    return organizations.filter(Q(place=query.place) | Q(place__parent=query.place)).order_by(*by_name)


def named(query: CatalogQuery, *, language: str) -> Sequence[Organization]:
    """
    Return the organizations that a search of the catalogue names, the closest name first; one query, or none.

    Every word is one of the name or of the place, and one at least of the name. Of a place that has a former name, the
    words may be left out where it now is there.
    """
    asked = _asked(query.text, language=language)
    if not asked:
        return []
    has_all = is_named = Q(document=_document(f"({_all(asked)}) & ({_any_of_name(asked)})"))
    place = query.asked.place
    if place is not None and (beside := _asked(place.text_without, language=language)):
        is_named |= _is_in(place) & Q(document=_document(f"({_all(beside)}) & ({_any_of_name(beside)})"))
    closest = Case(When(has_all, then=Value(0)), default=Value(1))
    return list(_in_good_standing().filter(is_named).order_by(closest, Length("name_vi"), "pk")[:NAMED_MAX])


def offered(organizations: Collection[Organization]) -> dict[int, int]:
    """Return how many courses each of them offers, by id; one query."""
    listed = CatalogEntry.objects.filter(provider__in=organizations, is_listed=True).order_by()
    return dict(listed.values_list("provider").annotate(courses=Count("pk")))


def upcoming(organization: Organization, *, now: datetime) -> list[CourseRun]:
    """Return the classes of an organization that begin next and that one may enrol in; one query."""
    return list(catalog.upcoming_runs(now=now, limit=UPCOMING_MAX, provider=organization))


def for_sitemap() -> QuerySet[Organization]:
    """Return the organizations everybody may read about, with what their addresses need."""
    return Organization.objects.filter(status=OrganizationStatus.VERIFIED).only("name_vi", "verified_at").order_by("pk")


def _in_good_standing() -> QuerySet[Organization]:
    return Organization.objects.filter(status=OrganizationStatus.VERIFIED).select_related("place__parent")


def _is_in(place: AskedPlace) -> Q:
    return Q(place__in=place.codes) | Q(place__parent__in=place.codes)


@dataclass(frozen=True, slots=True)
class _Word:
    """One word that is asked for, as a lexeme; the last one typed may be only begun."""

    lexeme: str
    is_begun: bool

    def spelled(self, weights: str = "") -> str:
        flags = ("*" if self.is_begun else "") + weights
        return f"{self.lexeme}:{flags}" if flags else self.lexeme


def _asked(text: str, *, language: str) -> list[_Word]:
    """Return the words to look for, folded, keys read as letters; those a search leaves out only where all are such."""
    known = words.kept.get()
    reads = keys_read(letters.tidy(text), words=known, vocabulary=vocabulary.kept.get(), language=language)
    left_out = {fold(word) for word in known.left_out}
    asked = [_Word(lexeme(each.plain), is_begun=each is reads[-1]) for each in reads]
    kept = [word for each, word in zip(reads, asked, strict=True) if each.plain not in left_out]
    return kept or asked


def _all(asked: Sequence[_Word]) -> str:
    return " & ".join(word.spelled() for word in asked)


def _any_of_name(asked: Sequence[_Word]) -> str:
    return " | ".join(word.spelled("A") for word in asked)


def _document(tsquery: str) -> SearchQuery:
    return SearchQuery(tsquery, config="simple", search_type="raw")
