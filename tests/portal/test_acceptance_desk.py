"""An organisation's page of the transfer register, and the line on the page of the course."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from credits.models import Acceptance
from learners.choices import Role
from learners.models import Learner, Organization
from tests.factories.catalog import a_published_version
from tests.factories.people import a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
DOCUMENT = "Quyết định 12/QĐ-CĐCR"


@pytest.fixture
def manager() -> Learner:
    return a_learner(full_name="Nguyễn Thị Bảy")


@pytest.fixture
def college(manager: Learner, client: Client) -> Organization:
    """An organisation whose manager is signed in."""
    client.force_login(manager)
    return an_organization(manager=manager)


def address(organization: Organization, *more: object) -> str:
    name = "acceptance_end" if more else "acceptance_desk"
    with translation.override("en"):
        return reverse(name, args=[organization.public_id, *more])


@pytest.mark.parametrize("written", ["{id}", "/courses/{id}-x/", "https://portal.example/en/courses/{id}-so-cap/?a=b"])
def test_a_course_is_accepted_by_the_address_of_its_page(client: Client, college: Organization, written: str) -> None:
    version = a_published_version()

    answer = client.post(
        address(college), {"course": written.format(id=version.course_id), "document": f"  {DOCUMENT} "}
    )

    assert answer.status_code == 302
    row = Acceptance.objects.get()
    assert (row.organization, row.provider, row.course_key, row.course_title, row.document, row.since) == (
        college,
        version.course.provider,
        f"course:{version.course_id}",
        version.title_vi,
        DOCUMENT,
        timezone.localdate(),
    )


def test_all_courses_of_a_provider_are_accepted_by_one_of_them(client: Client, college: Organization) -> None:
    version = a_published_version()

    client.post(
        address(college),
        {"course": version.course_id, "document": DOCUMENT, "all_of_provider": "on", "kind_of_credit": "COMMUNITY"},
    )

    row = Acceptance.objects.get()
    assert (row.provider, row.course_key, row.kind_of_credit) == (version.course.provider, "", "COMMUNITY")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"course": ""}, "course"),
        ({"course": "999999999"}, "course"),
        ({"course": "9" * 40}, "course"),
        ({"course": "sơ cấp cứu"}, "course"),
        ({"course": "/courses/"}, "course"),
        ({"document": "   "}, "document"),
        ({"document": "x" * 501}, "document"),
        ({"kind_of_credit": "GOLD"}, "kind_of_credit"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    client: Client, college: Organization, more: dict[str, str], field: str
) -> None:
    said = {"course": str(a_published_version().course_id), "document": DOCUMENT} | more

    answer = client.post(address(college), said)

    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["document"].value() == said["document"]
    assert not Acceptance.objects.exists()


def test_a_row_is_ended_by_its_button_and_stays_in_the_list(client: Client, college: Organization) -> None:
    client.post(address(college), {"course": a_published_version().course_id, "document": DOCUMENT})
    row = Acceptance.objects.get()

    answer = client.post(address(college, row.public_id), follow=True)

    row.refresh_from_db()
    assert row.until == timezone.localdate()
    assert DOCUMENT in answer.content.decode()


def test_nobody_ends_the_row_of_another_organisation(client: Client, college: Organization) -> None:
    other_manager = a_learner()
    other = an_organization(manager=other_manager)
    client.force_login(other_manager)
    client.post(address(other), {"course": a_published_version().course_id, "document": DOCUMENT})
    row = Acceptance.objects.get()
    client.force_login(college.registered_by)

    answer = client.post(address(college, row.public_id))

    row.refresh_from_db()
    assert (answer.status_code, row.until) == (404, None)


def test_only_a_manager_comes_in(client: Client, college: Organization) -> None:
    instructor = a_learner()
    a_membership(organization=college, learner=instructor, role=Role.INSTRUCTOR)

    answers = []
    for person in (instructor, a_learner()):
        client.force_login(person)
        answers.append(client.get(address(college)).status_code)

    assert answers == [403, 404]


def test_the_page_of_the_course_says_who_accepts_its_credit(client: Client, college: Organization) -> None:
    version = a_published_version()
    with translation.override("en"):
        page = version.get_absolute_url()
    client.post(address(college), {"course": version.course_id, "document": DOCUMENT})
    client.logout()

    said = " ".join(client.get(page).content.decode().split())

    assert f"Accepted by 1 organisation: {college.name}" in said
