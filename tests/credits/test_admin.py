"""The ledger on the curators' desk: read-only, by ledger number."""

import re

import pytest

from tests.factories.ledger import an_award
from tests.factories.people import a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
PAGES = ["account", "journalentry", "posting"]


@pytest.fixture
def desk(learner_client):
    return learner_client(a_curator())


@pytest.mark.parametrize("page", PAGES)
def test_a_curator_reads_by_number_and_not_by_name(desk, page):
    learner = a_learner(full_name="Đinh Văn Kín")
    entry = an_award(learner=learner)
    rows = {"account": learner.ledger_accounts.get(), "journalentry": entry, "posting": entry.postings.get()}

    listed = desk.get(f"/admin/credits/{page}/").content.decode()
    shown = desk.get(f"/admin/credits/{page}/{rows[page].pk}/change/").content.decode()

    assert ("Đinh Văn Kín" in listed, "Đinh Văn Kín" in shown) == (False, False)
    assert str(learner.ledger_number) in shown


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("act", ["add/", "{}/delete/"])
def test_nobody_writes(desk, page, act):
    entry = an_award(learner=a_learner())
    rows = {"account": entry.learner.ledger_accounts.get(), "journalentry": entry, "posting": entry.postings.get()}

    assert desk.get(f"/admin/credits/{page}/{act.format(rows[page].pk)}").status_code == 403
    assert desk.post(f"/admin/credits/{page}/{rows[page].pk}/change/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("words", ["abc", "' OR 1=1", "\x00", "completion:1"])
def test_search_takes_anything(desk, page, words):
    an_award(learner=a_learner(), key="completion:1")

    assert desk.get(f"/admin/credits/{page}/", {"q": words}).status_code == 200


def test_an_entry_is_found_by_each_of_its_numbers(desk):
    entry = an_award(learner=a_learner(), key="completion:1")
    an_award(learner=a_learner())

    for words in ("completion:1", str(entry.public_id), str(entry.learner.ledger_number)):
        page = desk.get("/admin/credits/journalentry/", {"q": words})
        assert list(page.context["cl"].result_list) == [entry]


@pytest.mark.parametrize(("page", "queries"), [("account", 8), ("journalentry", 10), ("posting", 8)])
@pytest.mark.parametrize("awards", [1, 30])
def test_the_lists_cost_the_same_for_one_row_and_for_thirty(desk, django_assert_num_queries, page, queries, awards):
    issuer = an_organization()
    for _ in range(awards):
        an_award(learner=a_learner(), issuer=issuer)

    with django_assert_num_queries(queries):
        desk.get(f"/admin/credits/{page}/")


def test_each_cell_of_a_list_names_its_column_for_a_phone(desk):
    an_award(learner=a_learner(), issuer=an_organization())

    page = desk.get("/admin/credits/journalentry/?o=-5").content.decode()

    assert re.search(r'<td data-label="Lý do" class="field-reason">Hoàn thành chương trình</td>', page)
    assert re.search(r'<th data-label="Số hiệu" class="field-public_id"><a href="[^"]+">', page)
    assert 'aria-sort="descending"' in page
