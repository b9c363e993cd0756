"""A proposal that is there: its page, its place in the queue, changing it, and who may."""

from datetime import date, timedelta

import pytest

from courses.actions import catalog
from courses.models import CourseVersion
from learners.actions import holiday
from learners.choices import Role
from learners.models import Message
from tests.courses.proposal_form import COURSE, RUN, address, write
from tests.factories.catalog import a_draft, a_published_run, a_published_version, a_submitted_version
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_a_returned_course_is_edited_and_submitted_again(provider, manager, learner_client):
    version = a_draft(provider=provider, author=manager)
    a_published_run(version=version)
    catalog.submit(version=version, author=manager, now=NOW)
    catalog.return_with_reasons(version=version, curator=a_curator(), reasons="Sửa tên.", now=NOW)
    desk, course, edit = learner_client(manager), f"{version.course_id}/", f"{version.course_id}/edit/"
    pages = [desk.get(address(provider, path)).content.decode() for path in (course, edit)]

    write(desk, address(provider, edit), **RUN, submit="1")

    assert ["Sửa tên." in page for page in pages] == [True, True]
    version.refresh_from_db()
    assert (version.state, version.number, version.title_vi) == ("SUBMITTED", 1, COURSE["title_vi"])
    run = version.runs.get()
    assert (run.class_sessions.count(), run.starts_on) == (5, date(2026, 12, 12))


def test_the_form_shows_the_draft_as_it_was_written(provider, manager, learner_client):
    desk = learner_client(manager)
    desk.post(address(provider), COURSE | RUN | {"instructors": [manager.pk]})
    version = CourseVersion.objects.get()
    edit = address(provider, f"{version.course_id}/edit/")

    form = desk.get(edit).context["form"]

    assert (form["hours"].value(), form["starts_at"].value(), form["sessions_count"].value()) == ("10.5", "8:30", 5)
    assert (form["weekdays"].value(), form["venue"].value(), form["seats_max"].value()) == ([2, 6], RUN["venue"], 20)
    assert (form["commune"].value(), form["instructors"].value()) == (NINH_KIEU, [manager.pk])


def test_submitting_again_changes_nothing(provider, manager, learner_client):
    version = a_submitted_version(provider=provider, author=manager)

    learner_client(manager).post(address(provider, f"{version.course_id}/"), {"submit": "1"})

    assert CourseVersion.objects.get().submitted_at == version.submitted_at
    assert not Message.objects.exists()


def test_the_page_tells_the_place_in_the_queue(provider, manager, learner_client):
    a_submitted_version()
    version = a_submitted_version(provider=provider)

    answer = learner_client(manager).get(address(provider, f"{version.course_id}/"))

    assert answer.context["place_in_queue"] == 2
    assert answer.context["due_on"] == date(2026, 11, 24)


def stranger(provider):
    return a_learner()


def other_manager(provider):
    return an_organization().registered_by


def volunteer(provider):
    learner = a_learner()
    a_membership(organization=provider, learner=learner, role=Role.VOLUNTEER)
    return learner


def instructor(provider):
    learner = a_learner()
    a_membership(organization=provider, learner=learner, role=Role.INSTRUCTOR)
    return learner


def curator(provider):
    return a_curator()


@pytest.mark.parametrize(
    ("who", "create", "view", "edit_draft", "edit_published", "submit"),
    [
        (stranger, 404, 404, 404, 404, 404),
        (other_manager, 404, 404, 404, 404, 404),
        (volunteer, 403, 200, 403, 403, 403),
        (instructor, 200, 200, 200, 302, 403),
        (curator, 404, 200, 403, 403, 403),
        (lambda provider: provider.registered_by, 200, 200, 200, 302, 302),
    ],
    ids=["learner", "another manager", "volunteer", "instructor", "curator", "manager"],
)
def test_each_reaches_their_own(provider, learner_client, who, create, view, edit_draft, edit_published, submit):
    draft, published = a_draft(provider=provider), a_published_version(provider=provider)
    client = learner_client(who(provider))

    assert client.get(address(provider)).status_code == create
    assert client.get(address(provider, f"{draft.course_id}/")).status_code == view
    assert client.get(address(provider, f"{draft.course_id}/edit/")).status_code == edit_draft
    assert client.get(address(provider, f"{published.course_id}/edit/")).status_code == edit_published
    assert client.post(address(provider, f"{draft.course_id}/"), {"submit": "1"}).status_code == submit


def test_another_organizations_course_is_not_found_under_ones_own(provider, manager, learner_client):
    other = a_draft()

    assert learner_client(manager).get(address(provider, f"{other.course_id}/")).status_code == 404


def test_the_queue_counts_working_days(provider, manager, learner_client):
    version = a_draft(provider=provider, author=manager)
    monday = NOW + timedelta(days=2)
    catalog.submit(version=version, author=manager, now=monday, tell=False)

    assert learner_client(manager).get(address(provider, f"{version.course_id}/")).context["due_on"] == date(
        2026, 11, 25
    )


def test_the_day_of_the_answer_leaves_public_holidays_out(provider, manager, learner_client):
    version = a_draft(provider=provider, author=manager)
    holiday.enter(day=date(2026, 11, 24), name_vi="Ngày Văn hóa", name_en="", source="Luật")
    catalog.submit(version=version, author=manager, now=NOW + timedelta(days=2), tell=False)  # Monday, 23 November

    page = learner_client(manager).get(address(provider, f"{version.course_id}/"))

    assert page.context["due_on"] == date(2026, 11, 26)


def test_a_colleague_sees_the_class_without_its_roster(provider, manager, learner_client):
    run = a_published_run(version=a_published_version(provider=provider))
    colleague = a_learner()
    a_membership(organization=provider, learner=colleague, role=Role.INSTRUCTOR)
    page = address(provider, f"{run.version.course_id}/")

    roster = f'/organizations/{provider.public_id}/runs/{run.pk}/"'
    assert roster in learner_client(manager).get(page).text
    assert roster not in learner_client(colleague).get(page).text
