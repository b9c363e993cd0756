"""What is published of the seals: pages for people, a feed and files for whoever keeps them."""

import hashlib
import json
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from credits.actions import seal
from credits.views.seal import SEALS_PER_PAGE
from tests.factories.ledger import an_award
from tests.factories.people import NOW, a_learner
from tests.factories.seals import a_seal

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def seals():
    """Three nights; on the first two of them something had been recorded."""
    learner = a_learner(full_name="Đinh Văn Kín")
    made = []
    for night in (1, 2, 3):
        if night < 3:
            an_award(learner=learner, now=NOW + timedelta(days=night, hours=-1))
        made.append(a_seal(night))
    return made


def test_the_page_lists_the_seals_newest_first(client, seals):
    page = client.get("/ledger/seals/").content.decode()

    assert [page.index(f">{each}.json<") for each in (3, 2, 1)] == sorted(
        page.index(f">{each}.json<") for each in (1, 2, 3)
    )
    assert seals[2].root_hex in page
    assert "Đinh Văn Kín" not in page
    assert 'href="/ledger/seals.atom"' in page


def test_before_the_first_night_the_page_says_when(client):
    page = client.get("/ledger/seals/")

    assert page.status_code == 200
    assert "Dấu niêm đầu tiên được làm đêm nay" in page.content.decode()


@pytest.mark.parametrize("nights", [1, SEALS_PER_PAGE + 9])
def test_the_page_costs_the_same_however_many_nights(client, django_assert_num_queries, nights):
    for night in range(nights):
        seal.seal(now=NOW + timedelta(days=night))

    with django_assert_num_queries(3):  # how many there are, a page of them, the newest
        page = client.get("/ledger/seals/")

    assert len(page.context["page"]) == min(nights, SEALS_PER_PAGE)


@pytest.mark.parametrize("asked", ["1", "0", "-1", "x", "9" * 40, "%00", "2&page=1"])
def test_any_page_that_is_asked_for_answers(client, seals, asked):
    assert client.get(f"/ledger/seals/?page={asked}").status_code == 200


def test_one_seal_says_all_of_it(client, seals):
    page = client.get("/ledger/seals/2/").content.decode()

    for value in (seals[1].root_hex, seals[1].hash_hex, seals[0].hash_hex, "23/11/2026"):
        assert value in page
    assert 'href="/ledger/seals/1/"' in page
    assert 'href="/ledger/seals/3/"' in page
    assert "Value of the previous seal" in client.get("/en/ledger/seals/2/").content.decode()


def test_the_first_and_the_last_lead_nowhere_else(client, seals):
    first, last = (client.get(f"/ledger/seals/{number}/").content.decode() for number in (1, 3))

    assert ('rel="prev"' in first, 'rel="next"' in first) == (False, True)
    assert ('rel="prev"' in last, 'rel="next"' in last) == (True, False)


@pytest.mark.parametrize("number", ["0", "4", "9" * 30])
@pytest.mark.parametrize("form", ["/", ".json"])
def test_a_seal_that_is_not_there(client, seals, number, form):
    assert client.get(f"/ledger/seals/{number}{form}").status_code == 404


def test_the_file_is_what_was_hashed(client, seals):
    answer = client.get("/ledger/seals/2.json")

    published = json.loads(answer.content)
    said = published.pop("hash")
    text = json.dumps(published, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == said == seals[1].hash_hex
    assert published["prev_hash"] == seals[0].hash_hex
    assert (published["number"], published["day"], published["size"], published["entries"]) == (2, "2026-11-23", 1, 2)


@pytest.mark.parametrize(
    ("path", "kind", "seconds"),
    [
        ("/ledger/seals/1.json", "application/json; charset=utf-8", 31536000),
        ("/ledger/keys.json", "application/json; charset=utf-8", 3600),
        ("/ledger/seals.atom", "application/atom+xml; charset=utf-8", 3600),
        ("/en/ledger/seals.atom", "application/atom+xml; charset=utf-8", 3600),
    ],
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_files_are_for_every_cache_and_every_site(client, seals, path, kind, seconds, signed_in):
    if signed_in:
        client.force_login(a_learner())

    answer = client.get(path)

    assert answer["Content-Type"] == kind
    assert answer["Cache-Control"] == f"public, max-age={seconds}"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies
    assert client.post(path).status_code == 405


@pytest.mark.parametrize(
    ("path", "title", "language"),
    [("/ledger/seals.atom", "Dấu niêm số 3, ngày 24/11/2026", "vi"), ("/en/ledger/seals.atom", "Seal 3, 24", "en")],
)
def test_the_feed_carries_what_was_published(client, seals, settings, path, title, language):
    settings.SITE_URL = "https://hocsuotdoi.example"

    feed = ET.fromstring(client.get(path).content)

    entries = feed.findall("a:entry", ATOM)
    assert feed.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == language
    assert len(entries) == 3
    assert entries[0].findtext("a:title", namespaces=ATOM).startswith(title)
    assert seals[2].root_hex in entries[0].findtext("a:summary", namespaces=ATOM)
    assert seals[2].hash_hex in entries[0].findtext("a:summary", namespaces=ATOM)
    assert entries[0].findtext("a:id", namespaces=ATOM) == "https://hocsuotdoi.example/ledger/seals/3.json"
    assert entries[0].find("a:link", ATOM).attrib["href"].startswith("https://hocsuotdoi.example/")
    assert entries[0].findtext("a:updated", namespaces=ATOM) == "2026-11-24T03:00:00+00:00"


def test_an_empty_feed_is_a_feed(client):
    assert ET.fromstring(client.get("/ledger/seals.atom").content).findall("a:entry", ATOM) == []


def test_the_record_and_the_foot_of_every_page_lead_here(client):
    learner = a_learner()
    an_award(learner=learner)
    client.force_login(learner)

    page = client.get("/me/record/").content.decode()

    assert page.count('href="/ledger/seals/"') == 2
    assert 'href="/me/record.json"' in page
