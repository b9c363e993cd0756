"""Ages in the law: dated rows with a source, read alike in Python and in SQL, superseded at the desk."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from learners.actions import age as actions
from learners.choices import AgeKind
from learners.models import AgeRule, Learner
from learners.queries import age
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def test_every_age_has_a_row_with_a_source_and_a_first_day():
    rows = AgeRule.objects.in_bulk(field_name="id").values()

    assert {(row.kind, row.years) for row in rows} == {("CHILD_IS_ASKED", 7), ("AGREES_ALONE", 16), ("OF_AGE", 18)}
    assert all(("Luật" in row.source_vi and "Law" in row.source_en) or "Code" in row.source_en for row in rows)
    assert {row.valid_from for row in rows} == {date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("birth_year", "guardian", "own"),
    [
        (None, False, True),  # nobody knows: as before
        (2020, True, False),  # at most six
        (2019, True, True),  # perhaps seven already, so asked too
        (2010, True, True),  # perhaps sixteen, not certainly
        (2009, False, True),  # certainly sixteen
        (1952, False, True),
    ],
)
def test_by_the_year_somebody_is_a_child_until_they_are_certainly_not(birth_year, guardian, own):
    learner = a_learner(birth_year=birth_year)

    ages = age.ages(on=TODAY)

    assert (ages.needs_guardian(learner), ages.needs_own(learner)) == (guardian, own)


def test_it_changes_on_the_first_of_january():
    learner = a_learner(birth_year=2010)

    assert age.ages(on=date(2026, 12, 31)).needs_guardian(learner)
    assert not age.ages(on=date(2027, 1, 1)).needs_guardian(learner)


def test_the_ages_are_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        ages = age.ages(on=TODAY)

    assert ages.years[AgeKind.AGREES_ALONE] == 16


def test_python_and_sql_answer_alike():
    actions.supersede(
        kind=AgeKind.AGREES_ALONE, years=14, source_vi="Luật mới", source_en="New law", today=date(2027, 6, 1)
    )
    days = [date(2025, 12, 31), TODAY, date(2027, 5, 31), date(2027, 6, 1)]  # before any row, then each of two laws
    years = [None, *range(2000, 2028)]

    with connection.cursor() as cursor:
        for kind in AgeKind:
            for day in days:
                ages = age.ages(on=day)
                cursor.execute(
                    "SELECT year, learners_under_age(year, %s, %s) FROM unnest(%s::integer[]) AS year",
                    [kind.value, day, years],
                )
                assert cursor.fetchall() == [(year, ages.is_under(year, kind)) for year in years]


def test_where_the_law_says_nothing_whoever_has_a_year_is_a_child():
    assert age.ages(on=date(2025, 12, 31)).is_under(1952, AgeKind.AGREES_ALONE)


def test_a_new_law_is_a_new_row_and_the_old_one_stays():
    new = {"kind": AgeKind.AGREES_ALONE, "years": 15, "source_vi": "Luật mới, điều 3", "source_en": "New law, art. 3"}

    first = actions.supersede(**new, today=date(2027, 6, 1))
    again = actions.supersede(**new, today=date(2027, 6, 2))

    assert first == again
    assert age.ages(on=date(2027, 5, 31)).years[AgeKind.AGREES_ALONE] == 16
    assert age.ages(on=date(2027, 6, 1)).years[AgeKind.AGREES_ALONE] == 15
    with pytest.raises(IntegrityError, match="age_rule_one_current"), transaction.atomic():
        AgeRule.objects.create(**new, valid_from=date(2027, 7, 1))


def test_a_curator_supersedes_at_the_desk_and_edits_nothing(proven_client):
    client = proven_client(a_curator())
    said = {"kind": "AGREES_ALONE", "years": 15, "source_vi": "Luật mới, điều 3", "source_en": "New law, art. 3"}

    refused = client.post("/admin/learners/agerule/add/", {**said, "years": 0})
    added = client.post("/admin/learners/agerule/add/", said)
    row = AgeRule.objects.get(kind="AGREES_ALONE", valid_to=None)
    edited = client.post(f"/admin/learners/agerule/{row.pk}/change/", {**said, "years": 3})

    assert (refused.status_code, added.status_code, edited.status_code) == (200, 302, 403)
    assert (row.years, AgeRule.objects.filter(kind="AGREES_ALONE").count()) == (15, 2)


def test_under_age_is_a_filter():
    child, grown = a_learner(birth_year=2016), a_learner(birth_year=1990)
    unknown = a_learner()

    found = Learner.objects.filter(age.under(AgeKind.OF_AGE, on=NOW.date()))

    assert (child in found, grown in found, unknown in found) == (True, False, False)
