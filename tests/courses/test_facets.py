"""Every filter, count and order of the catalogue against the same worked out by hand, over random catalogues."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from courses.actions import run
from courses.actions.run import Plan
from courses.choices import Accessibility, Format, TeachingLanguage
from courses.models import CatalogCount, CatalogEntry, Course, CourseRun, CourseVersion
from courses.queries import search
from courses.queries.search import CatalogQuery, counting, found, paging
from courses.queries.search.asking import SORTS
from courses.queries.search.facets import FACETS
from courses.queries.search.week import SLOTS
from courses.rules import STARTS_WITHIN_DAYS, WITHIN_KM
from credits.choices import KindOfCredit
from learners.actions import organization
from learners.choices import OrganizationKind
from learners.models import Place
from tests.courses import catalog_model as model
from tests.factories.catalog import a_published_version, replaced
from tests.factories.people import NOW, a_curator, an_organization

pytestmark = pytest.mark.django_db
COMMUNES = ["31135", "31147", "00004", "00008", "26734"]
WORDS = ["zin", "zinh", "zửa", "zốm", "zạt", "zam", "zầu", "zôm"]  # nobody else says them
QUERIES = 50


def a_catalogue(chance: random.Random, *, courses: int = 40) -> None:
    """Make courses of every kind, with runs that are open, closed, over and cancelled."""
    communes = [place for code in COMMUNES if (place := Place.objects.filter(pk=code).first())]
    providers = [
        an_organization(kind=chance.choice(OrganizationKind.values), place=chance.choice(communes)) for _ in range(5)
    ]
    for _ in range(courses):
        how = chance.choice(Format.values)
        version = a_published_version(
            provider=chance.choice(providers),
            title_vi=" ".join(chance.sample(WORDS, 3)),
            title_en="",
            summary_vi="x",
            summary_en="",
            outcomes_vi=(),
            outcomes_en=(),
            hours=chance.choice([2, 4, 5, 16, 20, 50, 51]),
            format=how,
            level=chance.choice([None, 1, 4]),
            kind_of_credit=chance.choice(KindOfCredit.values),
            cost_vnd=chance.choice([0, 0, 1, 100_000, 100_001, 2_000_000, 3_000_000]),
            languages=tuple(chance.sample(TeachingLanguage.values, chance.randint(1, 2))),
            accessibility=tuple(chance.sample(Accessibility.values, chance.randint(0, 3))),
            licence=chance.choice(["", "CC BY 4.0", "Của chúng tôi: 'giữ' \\ quyền"]),
            field_id=chance.choice(["0611", "0213", "0111"]),
        )
        for _ in range(chance.randint(0, 2)):
            a_run(chance, version, chance.choice(communes))
        if chance.random() < 0.25:
            version = a_replacement(chance, version)
            for _ in range(chance.randint(0, 1)):
                a_run(chance, version, chance.choice(communes))
    suspended = providers[-1]
    organization.suspend(organization=suspended, curator=a_curator(), now=NOW)
    Course.objects.filter(pk=version.course_id).update(archived_at=NOW)
    CourseRun.objects.filter(pk__in=list(CourseRun.objects.values_list("pk", flat=True))[::7]).update(cancelled_at=NOW)


def a_replacement(chance: random.Random, version: CourseVersion) -> CourseVersion:
    """Publish a next version that says otherwise; open runs keep to the one before."""
    return replaced(
        version,
        format=chance.choice(Format.values),
        level=chance.choice([None, 2]),
        cost_vnd=version.cost_vnd + chance.choice([1, 100_000]),
        notional_minutes=chance.choice([3, 18, 52]) * 60,
        accessibility=tuple(chance.sample(Accessibility.values, 1)),
        licence=chance.choice(["", "CC BY-SA 4.0"]),
    )


def a_run(chance: random.Random, version, place: Place) -> None:
    first = datetime(2026, 11, 22, chance.choice([1, 4, 7, 11, 13]), 30, tzinfo=UTC)
    first += timedelta(days=chance.randint(0, 100))
    starts = [first + timedelta(days=chance.choice([7, 9]) * week) for week in range(chance.choice([0, 1, 3]))]
    plan = Plan(
        starts_on=NOW.date(),
        sessions=tuple((start, start + timedelta(minutes=chance.choice([60, 150]))) for start in starts),
        place=place if starts and version.format != Format.ONLINE else None,
        venue="Nhà văn hóa" if starts and version.format != Format.ONLINE else "",
        enrollment_opens_at=NOW - timedelta(days=30),
        enrollment_closes_at=NOW - timedelta(days=1) if chance.random() < 0.2 else None,
    )
    run.plan_run(version=version, author=version.created_by, plan=plan, now=NOW)


def an_address(chance: random.Random) -> str:
    """Return some filters, up to four at once."""
    address = QueryDict(mutable=True)
    if chance.random() < 0.5:
        address["q"] = chance.choice(WORDS)
    values = {
        **{facet.name: list(facet.values) for facet in FACETS if facet.values},
        "field": ["06", "02", "01"],
        "licence": ["CC BY 4.0", "Của chúng tôi: 'giữ' \\ quyền"],
        "provider": [str(entry.provider.public_id) for entry in CatalogEntry.objects.select_related("provider")[:3]],
        "province": ["92", "01"],
        "near": COMMUNES,
        "when": list(SLOTS),
        "starts": [str(days) for days in STARTS_WITHIN_DAYS],
    }
    for name in chance.sample(sorted(values), chance.randint(0, 4)):
        several = 12 if name == "when" else chance.randint(1, 2)
        address.setlist(name, chance.sample(values[name], min(several, len(values[name]))))
    if "province" in address and chance.random() < 0.5:
        address["commune"] = "31135"
    if "near" in address:
        address["within"] = str(chance.choice(WITHIN_KM))
    return address.urlencode()


def asked(address: str) -> CatalogQuery:
    get = QueryDict(address)
    return CatalogQuery.from_params(get.get, get.getlist)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_found_and_counted_is_what_a_plain_reading_finds(seed: int) -> None:
    chance = random.Random(seed)
    a_catalogue(chance)
    there = model.offers(now=NOW)

    for address in [an_address(chance) for _ in range(QUERIES)]:
        query = asked(address)
        answer = search.search(query, page_number=1, now=NOW).found
        expected = model.found(query, there)

        assert answer.total == len(expected), address
        assert {row.course_id for row in answer.rows} <= {offer.course_id for offer in expected}, address
        assert len(answer.rows) == min(20, len(expected)), address
        for name in [facet.name for facet in FACETS if facet.is_counted and facet.name != "provider"] + ["province"]:
            assert answer.counts.get(name, {}) == model.counts(query, there, name), (address, name)
        providers = {each.public_id: each.count for each in answer.organizers}
        assert providers == model.counts(query, there, "provider"), address
        for days in STARTS_WITHIN_DAYS:
            soon = [o for o in model.found(query, there, without="starts") if o.starts_in is not None]
            assert answer.counts["starts"][str(days)] == sum(o.starts_in <= days for o in soon), address
        if query.near:
            for km in WITHIN_KM:
                far = asked(f"{address}&within={km}")
                assert answer.counts["near"][str(km)] == len(model.found(far, there)), (address, km)
        if query.province:
            in_province = {place.code for place in Place.objects.filter(parent=query.province)}
            communes = {code: n for code, n in answer.counts.get("commune", {}).items() if code in in_province}
            expected_communes = {c: n for c, n in model.counts(query, there, "commune").items() if c in in_province}
            assert communes == expected_communes, address
        if not expected:
            for name, number in answer.without.items():
                assert number == len(model.found(query, there, without=name)), (address, name)
            both = {"words", "filters"} if query.text and model.passes(query) else set()
            names = set(model.passes(query)) | both
            assert set(answer.without) == names, address


def test_every_order_is_a_total_one_and_its_pages_make_the_whole() -> None:
    chance = random.Random(7)
    a_catalogue(chance, courses=50)
    there = {offer.course_id: offer for offer in model.offers(now=NOW)}

    for address in (
        "",
        "q=zin",
        "format=IN_PERSON&format=BLENDED",
        "near=31135&within=100",
        "q=zam&near=31135&within=100",
    ):
        for sort in SORTS:
            query = asked(f"{address}&sort={sort}")
            first = search.search(query, page_number=1, now=NOW)
            pages = [search.search(query, page_number=number, now=NOW) for number in range(1, first.pages_count + 1)]
            rows = [item.row for page in pages for item in page.items]

            assert len({row.course_id for row in rows}) == len(rows) == first.found.total, query
            if query.sort_in_force == "soonest":
                dates = [there[row.course_id].next_on for row in rows]
                dated = [day for day in dates if day is not None]
                assert dates == [*sorted(dated), *[None] * (len(dates) - len(dated))]
            if query.sort_in_force == "nearest":
                assert [row.metres for row in rows] == sorted(row.metres for row in rows)


def test_the_kept_counts_are_the_counted_ones() -> None:
    a_catalogue(random.Random(3), courses=20)

    kept: dict[str, int] = {}
    for term, number in CatalogCount.objects.values_list("term", "count"):
        kept[term] = kept.get(term, 0) + number
    counted: dict[str, int] = {}
    for entry in CatalogEntry.objects.filter(is_listed=True):
        for term in [*entry.facets, "=all", f"=provider:{entry.provider_id}"]:
            counted[term] = counted.get(term, 0) + 1

    assert {term: number for term, number in kept.items() if number} == counted


def test_where_more_is_found_than_is_counted_the_first_page_is_the_same(monkeypatch) -> None:
    a_catalogue(random.Random(5), courses=30)
    addresses = ("q=zin", "format=IN_PERSON&format=BLENDED", "near=31135&within=100", "q=zam&near=31135")
    queries = [asked(f"{address}&sort={sort}") for address in addresses for sort in SORTS]
    whole = [search.search(query, page_number=1, now=NOW).found for query in queries]
    assert all(answer.total > MOST for answer in whole)

    for module in (counting, found):
        monkeypatch.setattr(module, "HITS_COUNTED_MAX", MOST)
    monkeypatch.setattr(paging, "IS_CAPPED", f"(SELECT count(*) FROM hits) > {MOST}")

    for query, before in zip(queries, whole, strict=True):
        capped = search.search(query, page_number=1, now=NOW).found
        assert (capped.total, capped.is_capped) == (MOST, True), query
        assert [row.course_id for row in capped.rows][:MOST] == [row.course_id for row in before.rows][:MOST], query


MOST = 4
