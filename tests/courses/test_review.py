import re

import pytest
from django.urls import reverse

from courses.actions import catalog
from courses.models import CourseVersion, Review
from learners.choices import Role
from learners.models import Message
from tests.factories.catalog import a_next_version, a_published_version, a_submitted_version
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def page_of(version):
    return reverse("admin:courses_courseversion_change", args=[version.pk])


def decision_on(version):
    return reverse("admin:courses_courseversion_decide", args=[version.pk])


def state(version):
    return CourseVersion.objects.get(pk=version.pk).state


def test_a_curator_publishes(learner_client):
    version = a_submitted_version(title_vi="Vẽ màu nước")

    answer = learner_client(a_curator()).post(decision_on(version), {"publish": "1"}, follow=True)

    assert state(version) == "PUBLISHED"
    assert "Vẽ màu nước" in answer.content.decode()


def test_a_curator_returns_with_reasons(learner_client):
    version, curator = a_submitted_version(), a_curator()

    learner_client(curator).post(decision_on(version), {"return": "1", "reasons": "Tóm tắt dài quá.\nThiếu học phí."})

    assert state(version) == "RETURNED"
    review = Review.objects.get()
    assert (review.decision, review.reviewer) == ("RETURNED", curator)
    message = Message.objects.get(kind="PROPOSAL_RETURNED")
    assert message.recipient == version.submitted_by
    assert message.data["points"] == "Tóm tắt dài quá.\nThiếu học phí."
    assert message.data["person"] == curator.full_name


@pytest.mark.parametrize("reasons", ["", "   "], ids=["nothing", "spaces"])
def test_reasons_are_obligatory(learner_client, reasons):
    version = a_submitted_version()

    answer = learner_client(a_curator()).post(decision_on(version), {"return": "1", "reasons": reasons})

    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()
    assert state(version) == "SUBMITTED"
    assert not Review.objects.exists()


def test_a_curator_of_the_provider_does_not_decide(learner_client):
    version, curator = a_submitted_version(), a_curator()
    a_membership(organization=version.course.provider, learner=curator, role=Role.INSTRUCTOR)
    desk = learner_client(curator)

    page = desk.get(page_of(version)).content.decode()
    answer = desk.post(decision_on(version), {"publish": "1"})

    assert "decide/" not in page
    assert answer.status_code == 200
    assert state(version) == "SUBMITTED"


def test_an_unverified_provider_is_not_published(learner_client):
    version = a_submitted_version(provider=an_organization(verified=False))

    learner_client(a_curator()).post(decision_on(version), {"publish": "1"})

    assert state(version) == "SUBMITTED"


def test_a_decision_kept_by_hand_is_not_taken_twice(learner_client):
    version = a_submitted_version()
    desk = learner_client(a_curator())
    desk.post(decision_on(version), {"return": "1", "reasons": "Sửa tên."})

    desk.post(decision_on(version), {"publish": "1"})

    assert state(version) == "RETURNED"
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 302), (a_learner, 404), (lambda: a_learner(is_staff=True), 404)],
    ids=["visitor", "learner", "staff without the curators' rights"],
)
def test_the_desk_is_the_curators(client, who, status):
    version = a_submitted_version()
    if who:
        client.force_login(who())

    assert client.get(page_of(version)).status_code == status
    assert client.post(decision_on(version), {"publish": "1"}).status_code == status
    assert state(version) == "SUBMITTED"


def test_the_page_shows_what_would_change(learner_client):
    old = a_published_version(title_vi="Tin học", attendance_percent_min=75)
    draft = a_next_version(old, title_vi="Tin học cơ bản")
    version = catalog.submit(version=draft, author=old.created_by, now=NOW)

    page = learner_client(a_curator()).get(page_of(version)).content.decode()

    changed = page[page.index('class="desk-changes"') :]
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>", changed)
    assert rows == [("Tên", "<del>Tin học</del>", "<ins>Tin học cơ bản</ins>")]


def test_the_list_begins_with_the_longest_wait(learner_client):
    a_published_version(title_vi="Đã đăng")
    a_submitted_version(title_vi="Gửi trước")
    a_submitted_version(title_vi="Gửi sau")

    page = learner_client(a_curator()).get(reverse("admin:courses_courseversion_changelist")).content.decode()

    assert page.index("Gửi trước") < page.index("Gửi sau") < page.index("Đã đăng")


@pytest.mark.parametrize(("versions", "queries"), [(1, 7), (30, 7)], ids=["1 version", "30 versions"])
def test_the_list_costs_the_same(learner_client, versions, queries, django_assert_num_queries):
    desk = learner_client(a_curator())
    provider = an_organization()
    for _ in range(versions):
        a_submitted_version(provider=provider)

    with django_assert_num_queries(queries):
        desk.get(reverse("admin:courses_courseversion_changelist"))
