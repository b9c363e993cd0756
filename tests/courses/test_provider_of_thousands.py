"""A provider of thousands of courses: what is taken from it is gone at once, what comes back comes in portions."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from courses.actions import catalog_entry, importing
from courses.importers import opening, table
from courses.models import CatalogEntry, ProviderRefresh
from courses.queries import search
from courses.queries.search import CatalogQuery
from learners.actions import organization
from learners.models import Organization
from tests.courses.test_catalog_refresh import totals
from tests.factories.importing import DEFAULTS, HEADER
from tests.factories.people import NOW, a_curator, an_organization

pytestmark = pytest.mark.django_db
AT_ONCE = catalog_entry.REFRESHED_AT_ONCE_MAX  # a constant of migration 0013 too
COURSES = AT_ONCE + 20


@pytest.fixture
def provider() -> Organization:
    provider = an_organization()
    file = HEADER + "".join(f"K{number},Nhuộm chàm {number},3\n" for number in range(COURSES))
    rows = table.by_header(opening.open_table(file.encode(), name="a.csv"))
    importing.import_catalog(provider=provider, rows=rows, actor=a_curator(), defaults=DEFAULTS, now=NOW, publish=True)
    return provider


def found() -> int:
    get = QueryDict("q=nhuộm")
    return search.search(CatalogQuery.from_params(get.get, get.getlist), page_number=1, now=NOW).found.total


def listed() -> int:
    return CatalogEntry.objects.filter(is_listed=True).count()


def verify(provider: Organization) -> None:
    organization.verify(organization=provider, curator=a_curator(), until=NOW.date() + timedelta(days=90), now=NOW)


def test_suspended_it_is_gone_at_once_and_verified_again_all_of_it_comes_back(provider: Organization) -> None:
    before = totals()

    organization.suspend(organization=provider, curator=a_curator(), now=NOW)

    assert (listed(), found(), totals()) == (0, 0, {})
    assert not ProviderRefresh.objects.exists()

    verify(provider)
    assert listed() == AT_ONCE
    assert catalog_entry.refresh_providers() == COURSES - AT_ONCE

    assert (listed(), totals()) == (COURSES, before)
    assert not ProviderRefresh.objects.exists()
    assert catalog_entry.refresh_providers() == 0


def test_suspended_while_it_comes_back_it_is_gone_and_stays_so(provider: Organization) -> None:
    organization.suspend(organization=provider, curator=a_curator(), now=NOW)
    verify(provider)

    organization.suspend(organization=provider, curator=a_curator(), now=NOW)
    catalog_entry.refresh_providers()

    assert (listed(), totals()) == (0, {})


def test_renamed_all_of_it_is_found_by_the_new_name_in_the_end(provider: Organization) -> None:
    provider.name_vi = "Trung tâm Sapa"
    provider.save()
    catalog_entry.refresh_providers()

    assert CatalogEntry.objects.filter(document="sapa").count() == COURSES


def test_a_task_stops_in_time_and_the_next_one_goes_on(provider: Organization) -> None:
    organization.suspend(organization=provider, curator=a_curator(), now=NOW)
    verify(provider)

    assert catalog_entry.refresh_providers(seconds_max=0) == 0
    assert ProviderRefresh.objects.exists()
    assert catalog_entry.refresh_providers() == COURSES - AT_ONCE
