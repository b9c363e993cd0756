"""A list of courses in a frame on another site: the one page that may be framed, and the line of HTML for it."""

import re
from datetime import timedelta
from html import unescape

import pytest

from learners.models import Place
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NINH_KIEU, NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
EMBEDDED = "/embed/courses/"
ELSEWHERE = "00004"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def policy(answer) -> dict[str, str]:
    return dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))


def test_any_site_may_frame_it(client):
    answer = client.get(EMBEDDED)

    assert policy(answer)["frame-ancestors"] == "*"
    assert "X-Frame-Options" not in answer
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (policy(answer)["script-src"], policy(answer)["form-action"]) == ("'none'", "'none'")


@pytest.mark.parametrize("path", ["/", "/courses/", "/courses/embed/", "/courses/feeds/", "/data/"])
def test_no_other_page_may_be_framed(client, path):
    answer = client.get(path)

    assert policy(answer)["frame-ancestors"] == "'none'"
    assert answer["X-Frame-Options"] == "DENY"


def test_it_sets_no_cookie_and_knows_nobody(client):
    a_published_run()
    strangers = client.get(EMBEDDED)
    client.force_login(a_learner(full_name="Lê Văn Hòa"))

    mine = client.get(EMBEDDED)

    assert not strangers.cookies
    assert not mine.cookies
    assert mine.content == strangers.content
    assert mine["Cache-Control"] == "public, max-age=5, must-revalidate"


def test_it_is_bare_and_its_links_leave_the_frame(client):
    a_published_run()

    page = client.get(EMBEDDED).content.decode()

    assert "<script" not in page
    assert "<form" not in page
    links = re.findall(r"<a [^>]*>", page)
    assert len(links) == 2
    assert all('target="_top"' in link for link in links)


def test_what_begins_next_comes_first_then_the_newest(client):
    a_published_version(title_vi="Chưa có ngày")
    a_published_run(version=a_published_version(title_vi="Sau"), starts_at=NOW + timedelta(days=20))
    a_published_run(version=a_published_version(title_vi="Trước"), starts_at=NOW + timedelta(days=2))
    a_published_run(version=a_published_version(title_vi="Lúc nào cũng được", units=1), sessions=0)

    page = client.get(EMBEDDED).content.decode()

    assert re.findall(r'target="_top" href="[^"]+">([^<]+)</a></h2>', page) == [
        "Trước",
        "Sau",
        "Lúc nào cũng được",
        "Chưa có ngày",
    ]


def test_of_a_commune(client):
    a_published_run(version=a_published_version(title_vi="Ở đây"))
    a_published_version(title_vi="Xa", provider=an_organization(place=Place.objects.get(code=ELSEWHERE)))

    page = client.get(f"{EMBEDDED}?commune={NINH_KIEU}").content.decode()

    assert "Ở đây" in page
    assert "Xa" not in page
    assert f'href="/courses/?commune={NINH_KIEU}"' in page


def test_a_place_there_is_not(client):
    assert client.get(f"{EMBEDDED}?commune=99999").status_code == 404


def test_it_is_for_no_search_engine(client):
    answer = client.get(EMBEDDED)

    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex, follow">' in answer.content.decode()


def test_text_stays_text(client):
    a_published_run(version=a_published_version(title_vi='"><script>alert(1)</script>'))

    assert "<script>alert" not in client.get(EMBEDDED).content.decode()


def test_it_costs_the_same_with_one_course_or_many(client, django_assert_num_queries):
    for count in (1, 8):
        for _ in range(count):
            a_published_run()
            a_published_version()
        with django_assert_num_queries(3):
            client.get(EMBEDDED)


def test_there_is_an_end_to_it(client):
    provider = an_organization()
    for _ in range(12):
        a_published_run(version=a_published_version(provider=provider))
        a_published_version(provider=provider)

    assert client.get(EMBEDDED).content.decode().count("<li>") == 20


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_line_shows_the_list(client, language):
    page = client.get(f"{language}/courses/embed/?field=06&province=92&commune={NINH_KIEU}").content.decode()
    assert "<iframe" not in page  # shown, not at work here
    line = unescape(re.search(r'<p class="hash">(.*?)</p>', page)[1])

    address = unescape(
        re.search(r'<iframe src="([^"]+)" title="[^"]+" width="100%" height="640" loading="lazy"></iframe>', line)[1]
    )

    assert address == f"http://localhost{language}/embed/courses/?field=06&commune={NINH_KIEU}"
    assert client.get(address).status_code == 200
