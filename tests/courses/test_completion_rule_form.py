"""A centre chooses when learners complete a course: by coming to class, by reading every unit, or by both."""

import pytest
from django.urls import reverse

from courses.models import CourseVersion
from tests.courses.proposal_form import COURSE, address, write
from tests.factories.catalog import a_next_version, a_published_version
from tests.factories.people import NOW, a_curator, a_learner, a_membership

pytestmark = pytest.mark.django_db
ONLINE = {"format": "ONLINE", "completed_by": "UNITS"}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def rule_of(version) -> tuple[int | None, bool]:
    version = CourseVersion.objects.select_related("completion_rule").get(pk=version.pk)
    return version.completion_rule.attendance_percent_min, version.completion_rule.all_units


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({"completed_by": "CLASSES"}, (75, False)),
        ({"completed_by": "UNITS"}, (None, True)),
        ({"completed_by": "UNITS", "attendance_percent_min": ""}, (None, True)),
        ({"completed_by": "UNITS", "attendance_percent_min": "một nửa"}, (None, True)),
        ({"completed_by": "BOTH", "attendance_percent_min": "60"}, (60, True)),
    ],
)
def test_what_is_chosen_is_the_rule(provider, learner_client, typed, rule):
    learner_client(provider.registered_by).post(address(provider), COURSE | typed)

    assert rule_of(CourseVersion.objects.get()) == rule


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({}, (False, None, False)),
        ({"result": "PASSED", "mark_min": "x"}, (True, None, False)),
        ({"result": "POINTS", "mark_min": "50"}, (True, 50, False)),
        ({"word_suffices": "on"}, (False, None, True)),
        ({"word_suffices": "on", "completed_by": "UNITS"}, (False, None, False)),
    ],
)
def test_a_result_and_a_word_are_chosen_too(provider, learner_client, typed, rule):
    learner_client(provider.registered_by).post(address(provider), COURSE | typed)

    said = CourseVersion.objects.select_related("completion_rule").get().completion_rule
    assert (said.asks_result, said.mark_min, said.word_suffices) == rule


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (
            {"result": "POINTS", "mark_min": ""},
            "mark_min",
            "Bạn viết số điểm cần đạt, ví dụ 50.",
        ),
        ({"completed_by": ""}, "completed_by", "Bạn chọn khi nào thì người học hoàn thành."),
        ({"completed_by": "READING"}, "completed_by", None),
        (
            {"completed_by": "CLASSES", "attendance_percent_min": ""},
            "attendance_percent_min",
            "Bạn ghi phần trăm số buổi, ví dụ 75.",
        ),
        (
            {"completed_by": "BOTH", "attendance_percent_min": ""},
            "attendance_percent_min",
            "Bạn ghi phần trăm số buổi, ví dụ 75.",
        ),
    ],
)
def test_what_is_missing_is_told_at_its_field(provider, learner_client, typed, field, said):
    answer = learner_client(provider.registered_by).post(address(provider), COURSE | typed)

    assert list(answer.context["form"].errors) == [field]
    assert said is None or answer.context["form"].errors[field] == [said]
    assert not CourseVersion.objects.exists()


@pytest.mark.parametrize(
    ("prefix", "words"), [("", "Đã đọc hết các bài"), ("/en", "They have read every unit")], ids=["vi", "en"]
)
def test_the_choice_stays_when_something_else_is_wrong(provider, learner_client, prefix, words):
    client = learner_client(provider.registered_by)

    page = text(client.post(prefix + address(provider), COURSE | ONLINE | {"title_vi": ""}))

    assert words in page
    assert 'name="completed_by" value="UNITS"' in page
    assert page.split('name="completed_by" value="UNITS"')[1].split(">")[0].strip().endswith("checked")


def test_the_form_of_a_draft_begins_with_its_rule_and_changes_it(provider, learner_client):
    manager = provider.registered_by
    published = a_published_version(provider=provider, units=2)
    draft = a_next_version(published)
    client, here = learner_client(manager), address(provider, f"{published.course_id}/edit/")
    page = client.get(here)
    assert page.context["form"]["completed_by"].value() == "UNITS"

    write(client, here, completed_by="BOTH", attendance_percent_min="80")

    assert rule_of(draft) == (80, True)
    assert rule_of(published) == (None, True)
    assert client.get(here).context["form"]["completed_by"].value() == "BOTH"


def test_reading_every_unit_is_said_on_the_course_page_and_at_the_desk(client, provider):
    version = a_published_version(provider=provider, units=1)
    draft = a_next_version(version, title_vi="Tin học cho mọi người")
    client.force_login(provider.registered_by)
    client.post(address(provider, f"{version.course_id}/"), {"submit": "1"})
    client.force_login(a_curator())

    pages = [
        text(client.get(version.get_absolute_url())),
        text(client.get(reverse("admin:courses_courseversion_change", args=[draft.pk]))),
    ]

    for page in pages:
        assert "đọc hết các bài" in page


def test_who_only_reads_the_draft_changes_nothing(provider, learner_client):
    volunteer = a_learner()
    a_membership(organization=provider, learner=volunteer, role="VOLUNTEER")

    answer = learner_client(volunteer).post(address(provider), COURSE | ONLINE)

    assert answer.status_code == 403
    assert not CourseVersion.objects.exists()
