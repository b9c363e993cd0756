"""The transfer register: who accepts which credit, since when, by which document; public, and open data."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credits.actions import acceptance as actions
from credits.actions.acceptance import Accepted
from credits.choices import KindOfCredit
from credits.models import Acceptance
from credits.queries import acceptance as queries
from credits.queries.acceptance import Offered
from credits.queries.counts_towards import counts_towards
from credits.rules import ACCEPTANCES_MAX
from learners.choices import OrganizationStatus
from learners.models import Learner, Organization
from tests.credits.by_hand import owner, run
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = timezone.localdate(NOW)
COURSE = {"course_key": "course:7", "course_title": "Dịch vụ công trên điện thoại"}
DOCUMENT = "Quyết định 12/QĐ-CĐCR, 3/11/2026"


def accept(organization: Organization | None = None, *, actor: Learner | None = None, **more: Any) -> Acceptance:
    said = {"since": TODAY, "document": DOCUMENT, **(more or COURSE)}
    return actions.record(
        organization=organization or an_organization(), accepted=Accepted(**said), actor=actor or a_curator(), now=NOW
    )


def offered(**more: Any) -> Offered:
    said = {"course_key": "course:7", "provider_id": 0, "kind_of_credit": "COMMUNITY", "field_code": "0611"}
    return Offered(**(said | more))


def accepting(asked: Offered, *, days: int = 0) -> list[str]:
    return list(counts_towards(asked, on=TODAY + timedelta(days=days)).organizations)


def test_a_manager_writes_what_the_own_organisation_accepts_and_nobody_elses() -> None:
    manager = a_learner()
    own, other = an_organization(manager=manager), an_organization()

    row = accept(own, actor=manager)

    assert (row.organization, row.recorded_by) == (own, manager)
    with pytest.raises(actions.UnableToRecord):
        accept(other, actor=manager)


def test_the_same_words_twice_are_one_row() -> None:
    organization = an_organization()

    assert accept(organization) == accept(organization)
    assert Acceptance.objects.count() == 1


def test_nothing_at_all_is_not_accepted() -> None:
    with pytest.raises(actions.UnableToRecord, match="what is accepted"):
        accept(document="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.create(
            organization=an_organization(), since=TODAY, document="x", recorded_at=NOW, recorded_by=a_curator()
        )


def test_one_organisation_has_so_many_rows_and_no_more() -> None:
    organization, curator = an_organization(), a_curator()
    Acceptance.objects.bulk_create(
        Acceptance(
            organization=organization,
            course_key=f"course:{number}",
            course_title="x",
            since=TODAY,
            document="x",
            recorded_at=NOW,
            recorded_by=curator,
        )
        for number in range(ACCEPTANCES_MAX)
    )

    with pytest.raises(actions.UnableToRecord, match=str(ACCEPTANCES_MAX)):
        accept(organization, field_code="06")


@pytest.mark.parametrize(
    ("accepted", "asked", "counts"),
    [
        (COURSE, {}, True),
        (COURSE, {"course_key": "course:70"}, False),
        ({"kind_of_credit": KindOfCredit.COMMUNITY}, {}, True),
        ({"kind_of_credit": KindOfCredit.ACADEMIC}, {}, False),
        ({"field_code": "06"}, {}, True),
        ({"field_code": "061"}, {"field_code": "0619"}, True),
        ({"field_code": "0612"}, {}, False),
        (COURSE | {"kind_of_credit": KindOfCredit.VOCATIONAL}, {}, False),
        ({"field_code": "06", "kind_of_credit": KindOfCredit.COMMUNITY}, {"field_code": "0812"}, False),
    ],
)
def test_what_a_row_speaks_of(accepted: dict[str, str], asked: dict[str, str], counts: bool) -> None:
    row = accept(**accepted)

    assert accepting(offered(**asked)) == ([row.organization.name] if counts else [])


def test_all_of_a_provider_is_accepted_and_an_organisation_is_named_once() -> None:
    provider, college = an_organization(), an_organization()
    accept(college, provider=provider)
    accept(college, **COURSE)

    assert accepting(offered(provider_id=provider.pk)) == [college.name]
    assert accepting(offered(provider_id=provider.pk, course_key="course:8")) == [college.name]
    assert accepting(offered(provider_id=college.pk, course_key="course:8")) == []


def test_a_row_counts_from_its_first_day_until_before_its_last() -> None:
    row = accept(since=TODAY + timedelta(days=2), document="x", field_code="06")

    actions.end(acceptance=row, until=TODAY + timedelta(days=4), actor=a_curator(), now=NOW)

    assert [bool(accepting(offered(), days=days)) for days in (1, 2, 3, 4)] == [
        False,
        True,
        True,
        False,
    ]


def test_ending_twice_is_ending_once_and_nobody_else_may() -> None:
    manager = a_learner()
    row = accept(an_organization(manager=manager))
    with pytest.raises(actions.UnableToRecord):
        actions.end(acceptance=row, until=TODAY, actor=a_learner(), now=NOW)

    ended = actions.end(acceptance=row, until=TODAY, actor=manager, now=NOW)

    again = actions.end(acceptance=row, until=TODAY + timedelta(days=9), actor=manager, now=NOW)
    assert (again.until, again.ended_by) == (ended.until, manager) == (TODAY, manager)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credits_acceptance SET document = 'x'",
        "UPDATE credits_acceptance SET since = '2020-01-01'",
        "DELETE FROM credits_acceptance",
    ],
)
def test_the_database_keeps_a_row_as_it_was_written(statement: str) -> None:
    accept()

    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        run(statement)


@pytest.mark.parametrize("text", ["dich vu", "Dịch vụ CÔNG", "hoc tap cong dong", "dien thoai cong dong"])
def test_the_register_is_searched_by_course_provider_and_who_accepts(client: Client, text: str) -> None:
    row = accept(provider=an_organization(), **COURSE, since=TODAY, document=DOCUMENT)
    Acceptance.objects.filter(pk=row.pk)

    found = client.get(reverse("credits:accepted"), {"q": text}).content.decode()
    other = client.get(reverse("credits:accepted"), {"q": text + " xyz"}).content.decode()

    assert (DOCUMENT in found, DOCUMENT in other) == (True, False)


def test_a_suspended_organisation_accepts_nothing() -> None:
    row = accept()
    Organization.objects.filter(pk=row.organization_id).update(
        status=OrganizationStatus.SUSPENDED, suspended_at=NOW, suspended_by=a_curator()
    )

    assert accepting(offered()) == []
    assert not queries.search("", on=TODAY).exists()


def test_the_whole_register_is_open_data_with_what_has_ended(client: Client) -> None:
    row = accept(**COURSE, since=TODAY, document="=cmd|' /C calc'!A0")
    actions.end(acceptance=row, until=TODAY, actor=a_curator(), now=NOW)
    accept(field_code="06")

    listed = client.get("/ledger/accepted.json").json()["accepted"]
    table = client.get("/ledger/accepted.csv").content.decode("utf-8-sig")

    assert [(each["course"], each["field_code"], each["until"]) for each in listed] == [
        ("course:7", "", TODAY.isoformat()),
        ("", "06", ""),
    ]
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [each["number"] for each in rows] == [each["number"] for each in listed]
    assert rows[0]["document"] == "'=cmd|' /C calc'!A0"  # no spreadsheet takes it for a formula


def test_the_page_costs_the_same_however_many_rows(client: Client, django_assert_num_queries: Any) -> None:
    for rows in (1, 3):
        while Acceptance.objects.count() < rows:
            accept(provider=an_organization())

        with django_assert_num_queries(2):
            client.get(reverse("credits:accepted"))
