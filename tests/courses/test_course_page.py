import json
import re
from datetime import date, timedelta

import pytest

from courses.actions import catalog, enrollment
from courses.actions.catalog import SkillSaid
from courses.choices import ModuleMode
from credits.choices import KindOfCredit
from tests.factories.catalog import a_draft, a_published_run, a_published_version, replaced
from tests.factories.enrollment import enrolled
from tests.factories.pathways import a_pathway, an_acceptance
from tests.factories.people import NOW, a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def structured_data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


def test_a_course_says_all_it_promises(client):
    provider = an_organization(name_vi="Trạm Y tế phường An Bình", is_demonstration=True)
    version = a_published_version(
        provider=provider,
        title_vi="Sơ cấp cứu tại nhà",
        hours=20,
        attendance_percent_min=80,
        audience_vi="Ai cũng học được",
        requirements_vi="Một chiếc khăn.",
        accessibility=("wheelchair",),
        licence="CC BY 4.0",
    )
    run = a_published_run(version=version, seats=6)

    page = client.get(version.get_absolute_url()).content.decode()

    for words in (
        *("Sơ cấp cứu tại nhà", "Gọi đúng số", "Ai cũng học được", "Một chiếc khăn.", "CC BY 4.0"),
        *("Trạm Y tế phường An Bình", "Phạm Thu Hà", "21/11/2128", "80%", "Phần một", "20 giờ", "0,40", "Còn 6 chỗ"),
        *("17/2021/TT-BGDĐT", f"/runs/{run.pk}/enroll/"),
    ):
        assert words in page


@pytest.mark.parametrize("address", ["/courses/{}/", "/courses/{}-ten-cu/", "/en/courses/{}-x/"])
def test_another_slug_leads_to_the_right_address(client, address):
    version = a_published_version()

    answer = client.get(address.format(version.course_id))

    assert answer.status_code == 301
    assert answer["Location"].endswith(version.get_absolute_url())


def test_the_address_has_the_folded_title():
    assert a_published_version(title_vi="Đan giỏ lục bình: kỹ thuật").slug == "dan-gio-luc-binh-ky-thuat"
    assert a_published_version(title_vi="ភាសាខ្មែរ").slug == "c"


def test_a_search_engine_reads_the_course(client):
    version = a_published_version(title_vi="Sơ cấp cứu", hours=20, cost_vnd=150_000)
    a_published_run(version=version)

    data = structured_data(client.get(version.get_absolute_url()).content.decode())

    assert (data["@type"], data["name"], data["timeRequired"]) == ("Course", "Sơ cấp cứu", "PT20H")
    assert data["numberOfCredits"]["value"] == 0.4
    assert data["offers"][0]["price"] == 150_000
    assert data["hasCourseInstance"][0]["startDate"] == date(2026, 11, 24).isoformat()


def test_a_title_cannot_leave_the_data_block(client):
    hostile = "</script><script>alert(1)</script>"
    version = a_published_version(title_vi=hostile, title_en=hostile)

    page = client.get(version.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert structured_data(page)["name"] == hostile


def test_each_language_names_the_other(client):
    version = a_published_version()

    here = f"/courses/{version.course_id}-{version.slug}/"
    for page in (client.get(here), client.get(f"/en{here}")):
        for language, prefix in (("vi", ""), ("en", "/en")):
            address = f"http://localhost{prefix}/courses/{version.course_id}-{version.slug}/"
            assert f'<link rel="alternate" hreflang="{language}" href="{address}">' in page.content.decode()


def test_the_english_page_speaks_english(client):
    version = a_published_version(title_vi="Sơ cấp cứu", title_en="First aid", outcomes_en=("Call for help",))

    page = client.get("/en" + version.get_absolute_url()).content.decode()

    assert "First aid" in page
    assert "Call for help" in page


def test_a_course_without_a_class_says_so(client):
    version = a_published_version()

    page = client.get(version.get_absolute_url()).content.decode()

    assert "/enroll/" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_a_visitor_four_queries_whatever_is_on_it(client, count, django_assert_num_queries):
    skill = SkillSaid(code="so-cap-cuu", outcome=1)
    draft = a_draft(skills=(skill,))
    for number in range(1, count):
        catalog.add_module(version=draft, title_vi=f"Phần {number}", minutes=60, mode=ModuleMode.CLASS)
    submitted = catalog.submit(version=draft, author=draft.created_by, now=NOW, tell=False)
    version = catalog.publish(version=submitted, curator=a_curator(), now=NOW, tell=False)
    for number in range(count):
        a_published_run(version=version, instructor=a_learner(full_name=f"Cô Lan {number}"))
        a_published_version(title_vi=f"Băng bó {number}", skills=(skill,))
        a_pathway(title_vi=f"Lộ trình {number}")
        an_acceptance(course_key=f"course:{version.course_id}")

    client.get(version.get_absolute_url())  # what a process reads once in its life: the names of fields and places

    with django_assert_num_queries(4):
        page = client.get(version.get_absolute_url()).content.decode()

    assert page.count('/enroll/">') == count + 2  # each class, and the button on top and at the end
    assert page.count("classes.ics") == count
    assert f"Cô Lan {count - 1}" in page
    assert "Băng bó 0" in page
    assert f"{count} lộ trình" in page
    assert f"{count} đơn vị" in page


def test_the_button_is_for_a_class_that_is_open(client):
    version = a_published_version()
    run = a_published_run(version=version, seats=1)
    enrollment.enroll(learner=a_learner(), run=run, now=NOW)

    page = client.get(version.get_absolute_url()).content.decode()

    assert re.findall(r'<a class="([^"]+)" href="/runs/\d+/enroll/">', page) == ["btn btn--quiet btn--s"]  # to wait
    assert 'href="#runs"' in page


def test_the_facts_on_top_say_where_when_who_and_how_many_hours_a_week(client):
    version = a_published_version()
    a_published_run(version=version, instructor=a_learner(full_name="Trần Thị Ngọc Lan"))  # three Tuesdays of two hours

    page = client.get(version.get_absolute_url()).content.decode()
    facts = page[page.index("<h1>") : page.index("</aside>")]

    for words in ("Thứ Ba 24/11", "8:00–10:00", "3 buổi", "Nhà văn hóa phường Ninh Kiều", "Trần Thị Ngọc Lan"):
        assert words in facts
    assert "2 giờ trên lớp mỗi tuần" in facts


def test_what_decides_comes_first_and_each_fact_stands_once(client):
    version = a_published_version(cost_vnd=150_000, hours=20, audience_vi="Người chăm trẻ")
    a_published_run(version=version, seats=6, instructor=a_learner(full_name="Trần Thị Ngọc Lan"))
    a_published_run(version=version, starts_at=NOW + timedelta(days=30))

    page = client.get(version.get_absolute_url()).content.decode()
    card = page[page.index("<h1>") : page.index("</aside>")]

    order = ["Thứ Ba 24/11", "Nhà văn hóa phường Ninh Kiều", "150.000 đồng", "/enroll/", "Còn 6 chỗ", "2 lớp"]
    order += ["20 giờ", "0,40", "Tiếng Việt", "Trần Thị Ngọc Lan", "Người chăm trẻ"]
    assert [card.count(words) for words in order] == [1] * len(order)
    assert sorted(order, key=card.index) == order


def test_what_the_credit_counts_towards_is_said(client):
    version = a_published_version()
    a_pathway(title_vi="Công dân số", slug="cong-dan-so")
    a_pathway(title_vi="Kỹ sư", kinds=(KindOfCredit.ACADEMIC,))
    an_acceptance(
        course_key=f"course:{version.course_id}", organization=an_organization(name_vi="Trường Cao đẳng Cần Thơ")
    )
    an_acceptance(course_key="course:0", organization=an_organization(name_vi="Trường khác"))
    an_acceptance(field_code="01", organization=an_organization(name_vi="Trường của lĩnh vực khác"))

    page = client.get(version.get_absolute_url()).content.decode()

    assert '<a href="/pathways/cong-dan-so/">Công dân số</a>' in page
    assert "Trường Cao đẳng Cần Thơ" in page
    for elsewhere in ("Kỹ sư", "Trường khác", "Trường của lĩnh vực khác"):
        assert elsewhere not in page


def test_a_class_of_an_earlier_version_says_what_it_keeps_to(client):
    old = a_published_version(title_vi="Sơ cấp cứu", hours=20, cost_vnd=0)
    run = a_published_run(version=old)
    new = replaced(old, notional_minutes=30 * 60, cost_vnd=500_000)

    page = client.get(new.get_absolute_url()).content.decode()

    assert (
        f'Lớp này theo <a href="/courses/{old.course_id}/versions/1/">phiên bản 1</a>: '
        "20 giờ, Miễn phí, 0,40 tín chỉ" in page
    )
    assert "theo phiên bản 1, xem bên dưới" in page
    (instance,) = structured_data(page)["hasCourseInstance"]
    assert (instance["url"].endswith(f"/runs/{run.pk}/enroll/"), instance["courseWorkload"]) == (True, "PT20H")
    assert instance["offers"][0]["price"] == 0
    assert structured_data(page)["offers"][0]["price"] == 500_000


def test_who_has_a_place_is_led_to_it(learner_client):
    learner = a_learner()
    version = a_published_version()
    run, other = a_published_run(version=version), a_published_run(version=version)
    place = enrolled(learner, run)

    page = learner_client(learner).get(version.get_absolute_url()).content.decode()

    assert page.count(f'href="/enrollments/{place.public_id}/">Đến chỗ của bạn trong lớp</a>') == 2
    assert page.count("Bạn đã có chỗ") == 1
    assert f"/runs/{run.pk}/enroll/" not in page.partition("ld+json")[2].partition("</script>")[2]
    assert f"/runs/{other.pk}/enroll/" in page
