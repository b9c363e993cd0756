"""The page of an organisation: who it is, what it offers, and who stands for it until when."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.db import IntegrityError, transaction

from courses.models import CourseRun
from learners.choices import OrganizationKind, OrganizationStatus, Role
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def a_library(**more):
    return an_organization(
        **{
            "kind": OrganizationKind.LIBRARY,
            "name_vi": "Thư viện phường Ninh Kiều",
            "name_en": "Ninh Kiều Ward Library",
            "description_vi": "Phòng đọc sáu mươi chỗ.",
            "address": "12 đường Hòa Bình",
            "phone": "0292 000 0000",
            "opening_hours_vi": "Thứ Hai đến thứ Bảy, 7:30–17:00",
            **more,
        }
    )


def page_of(client, organization) -> str:
    return client.get(organization.get_absolute_url()).content.decode()


def test_an_organization_says_who_it_is_and_who_stands_for_it(client):
    library = a_library()
    version = a_published_version(provider=library, title_vi="Đọc sách cùng con")
    a_published_run(version=version, seats=6)
    a_published_version(title_vi="Của người khác")

    page = page_of(client, library)

    for words in (
        *("Thư viện phường Ninh Kiều", "Phòng đọc sáu mươi chỗ.", "12 đường Hòa Bình", "tel:02920000000"),
        *("Thứ Hai đến thứ Bảy, 7:30–17:00", "Phạm Thu Hà", "Đã xác minh, đến hết 21/11/2128", "Đọc sách cùng con"),
        *("Còn 6 chỗ", f"/providers/{library.pk}/complain/", f"provider={library.public_id}"),
    ):
        assert words in page
    assert "Của người khác" not in page


def test_the_page_in_english(client):
    library = a_library()

    page = client.get(f"/en{library.get_absolute_url()}").content.decode()

    assert "<h1>Ninh Kiều Ward Library</h1>" in page
    assert "Verified" in page


@pytest.mark.parametrize("address", ["/providers/{}/", "/providers/{}-ten-cu/", "/en/providers/{}-x/"])
def test_another_slug_leads_to_the_right_address(client, address):
    library = a_library()

    answer = client.get(address.format(library.pk))

    assert answer.status_code == 301
    assert answer["Location"].endswith(f"/providers/{library.pk}-thu-vien-phuong-ninh-kieu/")


def test_search_engines_get_one_address_in_each_language_and_what_it_is(client):
    library = a_library()

    page = page_of(client, library)

    here = f"/providers/{library.pk}-thu-vien-phuong-ninh-kieu/"
    assert re.search(rf'<link rel="canonical" href="[^"]*(?<!/en){here}">', page)
    assert re.search(rf'<link rel="alternate" hreflang="en" href="[^"]*/en{here}">', page)
    said = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert said["@type"] == ["Library", "EducationalOrganization"]
    assert said["name"] == "Thư viện phường Ninh Kiều"
    assert said["telephone"] == "0292 000 0000"
    assert said["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "12 đường Hòa Bình",
        "addressLocality": "phường Ninh Kiều",
        "addressRegion": "Cần Thơ",
        "addressCountry": "VN",
    }


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (OrganizationKind.COMMUNITY_LEARNING_CENTRE, "EducationalOrganization"),
        (OrganizationKind.UNIVERSITY, "CollegeOrUniversity"),
        (OrganizationKind.ENTERPRISE, "EducationalOrganization"),
    ],
)
def test_every_kind_is_a_place_of_learning(client, kind, said):
    page = page_of(client, a_library(kind=kind))

    assert json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])["@type"] == said


def test_hostile_words_stay_words(client):
    library = a_library(description_vi="</script><script>alert(1)</script>", name_vi='"><img src=x onerror=alert(1)>')

    page = page_of(client, library)

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_lapsed_verification_is_said(client):
    library = a_library(verified_until=date(2026, 11, 20))

    page = page_of(client, library)

    assert "Hết hạn xác minh" in page
    assert "20/11/2026" in page
    assert "Đã xác minh," not in page


@pytest.mark.parametrize(
    ("standing", "seen_by"),
    [
        ({"verified": False}, "nobody"),
        ({"verified": False}, "a learner"),
        ({"status": OrganizationStatus.SUSPENDED, "suspended_at": NOW}, "nobody"),
        ({"status": OrganizationStatus.SUSPENDED, "suspended_at": NOW}, "a learner"),
    ],
)
def test_who_is_not_verified_has_no_page_for_strangers(client, standing, seen_by):
    suspended = {"suspended_by": a_curator()} if "suspended_at" in standing else {}
    library = a_library(**standing, **suspended)
    if seen_by == "a learner":
        client.force_login(a_learner())

    answer = client.get(library.get_absolute_url())

    assert answer.status_code == 404


def test_its_people_and_the_curators_see_it_before_it_is_verified(client):
    library = a_library(verified=False)
    instructor = a_learner()
    a_membership(organization=library, learner=instructor, role=Role.INSTRUCTOR)

    for person in (instructor, a_curator()):
        client.force_login(person)
        page = page_of(client, library)
        assert "Chờ xác minh" in page
        assert 'name="robots" content="noindex' in page


@pytest.mark.parametrize("courses", [1, 30])
def test_a_page_costs_the_same_whatever_it_offers(client, django_assert_num_queries, courses):
    library = a_library()
    for _ in range(courses):
        a_published_run(version=a_published_version(provider=library))
    caches["pages"].clear()

    with django_assert_num_queries(5):  # the organisation, its next classes, courses found, their runs, their cards
        page = page_of(client, library)

    upcoming, listed = min(courses, 5), min(courses, 20)
    assert page.count('<h3 class="item__title">') == upcoming + listed


def test_many_courses_stand_on_several_pages(client):
    library = a_library()
    for _ in range(21):
        a_published_version(provider=library)

    second = client.get(library.get_absolute_url(), {"page": "2"}).content.decode()

    assert second.count('<h3 class="item__title">') == 1
    assert client.get(library.get_absolute_url(), {"page": "3"}).status_code == 404


def test_the_database_opens_no_run_of_a_provider_whose_verification_has_lapsed():
    run = a_published_run()
    provider = run.version.course.provider
    provider.verified_until = NOW.date() - timedelta(days=1)
    provider.save()

    with pytest.raises(IntegrityError, match="not verified on that day"), transaction.atomic():
        CourseRun.objects.create(
            version=run.version,
            kind=run.kind,
            starts_on=run.starts_on,
            ends_on=run.ends_on,
            enrollment_opens_at=run.enrollment_opens_at,
            created_at=NOW,
            created_by=run.created_by,
        )

    assert run.version.runs.count() == 1


@pytest.mark.parametrize("language", ["", "/en"])
def test_courses_and_cards_lead_to_it(client, language):
    library = a_library()
    version = a_published_version(provider=library)
    a_published_run(version=version)

    here, version_page = library.get_absolute_url(), version.get_absolute_url()  # before the language changes
    leads_to_it = f'href="{language}{here}"'

    pages = [
        client.get(address).content.decode()
        for address in (f"{language}/", f"{language}/courses/", f"{language}{version_page}")
    ]

    assert [leads_to_it in page for page in pages] == [True, True, True]


def test_feeds_and_a_calendar_of_one_organization(client):
    library = a_library()
    a_published_run(version=a_published_version(provider=library, title_vi="Đọc sách cùng con"))
    a_published_run(version=a_published_version(title_vi="Của người khác"))

    for address in ("/courses/feeds/new.atom", "/courses/feeds/soon.rss", "/courses/feeds/classes.ics"):
        text = client.get(address, {"provider": str(library.public_id)}).content.decode()
        assert "Đọc sách cùng con" in text
        assert "Thư viện phường Ninh Kiều" in text
        assert "Của người khác" not in text


@pytest.mark.parametrize("value", ["x", "00000000-0000-0000-0000-000000000000", "\0"])
def test_a_feed_of_nobody_is_not_found(client, value):
    assert client.get("/courses/feeds/new.atom", {"provider": value}).status_code == 404


def test_upcoming_classes_stand_in_the_order_of_their_days_full_or_not(client):
    library = a_library()
    for days, title, seats in ((5, "Thứ Năm", 1), (3, "Thứ Ba", 1), (9, "Tuần sau", 9)):
        run = a_published_run(
            version=a_published_version(provider=library, title_vi=title),
            starts_at=NOW + timedelta(days=days),
            seats=seats,
        )
        if title == "Thứ Ba":
            enrolled(a_learner(), run)

    said = page_of(client, library).split('id="upcoming"')[1].split("</section>")[0]

    assert re.findall(">(Thứ Năm|Thứ Ba|Tuần sau)</a>", said) == ["Thứ Ba", "Thứ Năm", "Tuần sau"]


def test_its_own_cards_do_not_name_it_again(client):
    library = a_library()
    a_published_version(provider=library)

    said = page_of(client, library).split('<section aria-labelledby="courses">')[1].split("</section>")[0]

    assert "Thư viện phường Ninh Kiều" not in said
    assert "Thư viện phường Ninh Kiều" in client.get("/courses/").text
