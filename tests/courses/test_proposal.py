from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.actions import catalog
from courses.models import Course, CourseVersion
from courses.rules import DRAFTS_MAX
from learners.choices import Role
from learners.models import Message
from tests.factories.catalog import a_draft, a_published_run, a_published_version, a_submitted_version, some_content
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
COURSE = {
    "title_vi": "Làm phân hữu cơ từ rác bếp",
    "summary_vi": "Ủ một thùng phân trong ba mươi ngày.",
    "outcomes_vi": "Ủ được một thùng phân\r\n\r\n  Biết khi nào phân dùng được ",
    "audience_vi": "Ai có bếp",
    "requirements_vi": "",
    "format": "IN_PERSON",
    "field": "0812",
    "kind_of_credit": "COMMUNITY",
    "hours": "10,5",
    "level": "",
    "attendance_percent_min": "75",
    "languages": ["vi", "km"],
    "cost_vnd": "",
    "accessibility": ["wheelchair"],
    "minutes": "120",
    "province": "92",
    "commune": NINH_KIEU,
}
RUN = {
    "starts_on_day": "12",
    "starts_on_month": "12",
    "starts_on_year": "2026",
    "weekdays": ["2", "6"],
    "starts_at": "8h30",
    "sessions_count": "5",
    "seats_max": "20",
    "venue": "Nhà văn hóa phường, 12 đường Hòa Bình",
}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def provider():
    return an_organization()


@pytest.fixture
def manager(provider):
    return provider.registered_by


def address(provider, tail="new/"):
    return f"/organizations/{provider.public_id}/courses/{tail}"


def test_a_manager_proposes_a_course_with_its_first_class(provider, manager, learner_client):
    said = COURSE | RUN | {"instructors": [manager.pk], "submit": "1"}

    answer = learner_client(manager).post(address(provider), said)

    version = CourseVersion.objects.get()
    assert answer["Location"] == address(provider, f"{version.course_id}/")
    assert (version.state, version.submitted_by, version.course.provider) == ("SUBMITTED", manager, provider)
    assert (version.notional_minutes, version.credit_hundredths, version.cost_vnd) == (630, 21, 0)
    assert version.outcomes_vi == ["Ủ được một thùng phân", "Biết khi nào phân dùng được"]
    assert (version.languages, version.accessibility) == (["vi", "km"], ["wheelchair"])
    assert version.completion_rule.attendance_percent_min == 75
    run = version.runs.get()
    assert (run.starts_on, run.ends_on, run.seats_max) == (date(2026, 12, 12), date(2026, 12, 26), 20)
    assert (run.place_id, run.venue, list(run.instructors.all())) == (NINH_KIEU, RUN["venue"], [manager])
    starts = [f"{timezone.localtime(each.starts_at):%d/%m %H:%M}" for each in run.class_sessions.all()]
    assert starts == ["12/12 08:30", "15/12 08:30", "19/12 08:30", "22/12 08:30", "26/12 08:30"]
    assert run.enrollment_closes_at == run.class_sessions.first().starts_at
    assert Message.objects.get().kind == "PROPOSAL_SUBMITTED"


def test_a_draft_is_kept_and_nobody_is_told(provider, manager, learner_client):
    learner_client(manager).post(address(provider), COURSE)

    version = CourseVersion.objects.get()
    assert (version.state, version.runs.count()) == ("DRAFT", 0)
    assert not Message.objects.exists()


def test_an_instructor_writes_but_a_manager_submits(provider, learner_client):
    instructor = a_learner()
    a_membership(organization=provider, learner=instructor, role=Role.INSTRUCTOR)

    learner_client(instructor).post(address(provider), COURSE | {"submit": "1"})

    assert CourseVersion.objects.get().state == "DRAFT"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"title_vi": ""}, "title_vi", "Bạn chưa ghi tên chương trình."),
        ({"title_vi": "LÀM PHÂN HỮU CƠ"}, "title_vi", "Viết hoa toàn bộ khó đọc. Bạn đổi thành «Làm phân hữu cơ» nhé?"),
        (
            {"outcomes_vi": "\n".join("abcdefghi")},
            "outcomes_vi",
            "Nhiều nhất 8 dòng. Bạn chọn những việc quan trọng nhất.",
        ),
        ({"hours": "muoi"}, "hours", "Bạn ghi số giờ bằng số, ví dụ 10 hoặc 1,5."),
        ({"hours": "NaN"}, "hours", "Bạn ghi số giờ bằng số, ví dụ 10 hoặc 1,5."),
        ({"hours": "10.25"}, "hours", "Số giờ tính tròn đến nửa giờ, ví dụ 10 hoặc 10,5."),
        ({"hours": "-3"}, "hours", "Từ nửa giờ đến 3000 giờ."),
        ({"hours": "1e99"}, "hours", "Từ nửa giờ đến 3000 giờ."),
        ({"field": "9999"}, "field", None),
        ({"cost_vnd": "rẻ"}, "cost_vnd", "Bạn ghi số tiền bằng đồng, ví dụ 150000. Miễn phí thì để trống."),
        ({"attendance_percent_min": "101"}, "attendance_percent_min", "Từ 1 đến 100 phần trăm."),
        ({"languages": ["xx"]}, "languages", None),
        ({"seats_max": ""}, "seats_max", "Bạn chưa nhập số chỗ, ví dụ 20. Không giới hạn thì ghi 0."),
        ({"seats_max": "10001"}, "seats_max", "Nhiều nhất 10000 chỗ."),
        ({"starts_on_day": "31", "starts_on_month": "2"}, "starts_on", None),
        ({"starts_on_year": "2025"}, "starts_on", "Ngày này đã qua. Có phải 12/12/2026?"),
        ({"outcomes_vi": "\u200b\r\n \u2060 "}, "outcomes_vi", None),
        ({"title_vi": "\u200b"}, "title_vi", None),
        ({"starts_on_year": "2062"}, "starts_on", "Bạn xem lại năm, từ 2000 đến 2036."),
        ({"starts_on_year": "1999"}, "starts_on", "Bạn xem lại năm, từ 2000 đến 2036."),
        (
            {"starts_on_day": "31", "starts_on_year": "9999", "ends_on_day": "1", "ends_on_month": "1"}
            | {"ends_on_year": "2027"},
            "starts_on",
            "Bạn xem lại năm, từ 2000 đến 2036.",
        ),
        ({"starts_on_year": "2030"}, "starts_on", "Ngày này còn hơn hai năm nữa. Bạn xem lại năm."),
        (
            {"ends_on_day": "9", "ends_on_month": "1", "ends_on_year": "2026"},
            "ends_on",
            "Ngày kết thúc đang trước ngày bắt đầu. Có phải 9/1/2027?",
        ),
        ({"starts_at": "25:00"}, "starts_at", "Bạn ghi giờ, ví dụ 8:00 hoặc 14:30."),
        ({"sessions_count": ""}, "sessions_count", "Bạn ghi số buổi, ví dụ 8, hoặc ngày kết thúc."),
        ({"sessions_count": "121"}, "sessions_count", "Một lớp có nhiều nhất 120 buổi."),
        ({"minutes": "5"}, "minutes", "Từ 15 đến 720 phút."),
        ({"venue": ""}, "venue", "Bạn chưa ghi nơi học."),
        ({"province": "01"}, "commune", "Bạn chọn xã, phường, đặc khu."),
        (
            {"enrollment_closes_on_day": "13", "enrollment_closes_on_month": "12", "enrollment_closes_on_year": "26"},
            "enrollment_closes_on",
            "Không nhận đăng ký sau buổi đầu được.",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_bad_input_is_told_at_its_field_and_changes_nothing(provider, manager, learner_client, typed, field, said):
    answer = learner_client(manager).post(address(provider), COURSE | RUN | typed)

    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert said is None or form.errors[field] == [said]
    page = answer.content.decode()
    assert "Ủ một thùng phân trong ba mươi ngày." in page
    assert 'value="8h30"' in page or "starts_at" in typed
    assert not Course.objects.exists()


def test_typed_values_stay_while_another_province_is_chosen(provider, manager, learner_client):
    said = COURSE | RUN | {"province": "01", "title_vi": "", "show_communes": "1"}

    answer = learner_client(manager).post(address(provider), said)

    page = answer.content.decode()
    assert "Ba Đình" in page
    assert 'class="field__error"' not in page
    assert 'value="8h30"' in page
    assert 'value="6" id="id_weekdays_5" checked' in page
    assert not Course.objects.exists()


def test_an_online_class_needs_no_place(provider, manager, learner_client):
    learner_client(manager).post(address(provider), COURSE | RUN | {"format": "ONLINE", "venue": "", "commune": ""})

    run = CourseVersion.objects.get().runs.get()
    assert (run.place, run.venue) == (None, "")


def test_a_class_until_a_day(provider, manager, learner_client):
    until = {"sessions_count": "", "ends_on_day": "9", "ends_on_month": "1", "ends_on_year": "2027", "weekdays": ["6"]}

    learner_client(manager).post(address(provider), COURSE | RUN | until)

    run = CourseVersion.objects.get().runs.get()
    assert (run.class_sessions.count(), run.ends_on) == (5, date(2027, 1, 9))


def test_a_returned_course_is_edited_and_submitted_again(provider, manager, learner_client):
    version = a_draft(provider=provider, author=manager)
    a_published_run(version=version)
    catalog.submit(version=version, author=manager, now=NOW)
    catalog.return_with_reasons(version=version, curator=a_curator(), reasons="Sửa tên.", now=NOW)
    page = learner_client(manager).get(address(provider, f"{version.course_id}/")).content.decode()

    learner_client(manager).post(address(provider, f"{version.course_id}/edit/"), COURSE | RUN | {"submit": "1"})

    assert "Sửa tên." in page
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


def test_editing_what_is_published_starts_a_new_version(provider, manager, learner_client):
    old = a_published_version(provider=provider, licence="CC BY 4.0", tags=("rau",))

    learner_client(manager).post(address(provider, f"{old.course_id}/edit/"), COURSE)

    old.refresh_from_db()
    new = CourseVersion.objects.get(number=2)
    assert (old.state, new.state, new.title_vi) == ("PUBLISHED", "DRAFT", COURSE["title_vi"])
    assert (new.licence, new.tags, new.modules.count()) == ("CC BY 4.0", ["rau"], 1)


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
        (instructor, 200, 200, 200, 403, 403),
        (curator, 404, 200, 403, 403, 403),
        (lambda provider: provider.registered_by, 200, 200, 200, 200, 302),
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


def test_there_is_a_limit_to_courses_in_work(provider, manager):
    CourseVersion.objects.bulk_create(
        CourseVersion(
            course=Course.objects.create(provider=provider, created_at=NOW, created_by=manager),
            number=1,
            title_vi="Nháp",
            format="ONLINE",
            kind_of_credit="COMMUNITY",
            field_id="0611",
            notional_minutes=30,
            credit_hundredths=1,
            created_at=NOW,
            created_by=manager,
        )
        for _ in range(DRAFTS_MAX.count_max)
    )

    with pytest.raises(catalog.TooManyDrafts):
        catalog.create_draft(organization=provider, author=manager, content=some_content(), now=NOW)


def test_the_queue_counts_working_days(provider, manager, learner_client):
    version = a_draft(provider=provider, author=manager)
    monday = NOW + timedelta(days=2)
    catalog.submit(version=version, author=manager, now=monday, tell=False)

    assert learner_client(manager).get(address(provider, f"{version.course_id}/")).context["due_on"] == date(
        2026, 11, 25
    )


@pytest.mark.parametrize(
    ("name", "typed"),
    [("hours", "1e999999"), ("hours", "NaN"), ("hours", "9" * 5000), ("cost_vnd", "9" * 5000), ("title_vi", "\0")],
    ids=["an endless number", "no number", "many digits of hours", "many digits of money", "a null character"],
)
def test_what_cannot_be_read_is_refused_at_its_field(provider, manager, learner_client, name, typed):
    answer = learner_client(manager).post(address(provider), COURSE | {name: typed})

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [name])
    assert not Course.objects.exists()


def test_a_last_day_at_the_end_of_the_calendar_is_told_at_the_field(provider, manager, learner_client):
    first = {"starts_on_day": "31", "starts_on_month": "12", "starts_on_year": "9999"}
    last = {"ends_on_day": "1", "ends_on_month": "1", "ends_on_year": "9999"}

    answer = learner_client(manager).post(address(provider), COURSE | RUN | first | last)

    assert list(answer.context["form"].errors) == ["starts_on", "ends_on"]


def test_the_same_page_sent_twice_makes_one_course(provider, manager, learner_client):
    client = learner_client(manager)
    once = client.get(address(provider)).context["form"]["once"].value()
    said = COURSE | RUN | {"submit": "1", "once": str(once)}

    first, second = (client.post(address(provider), said) for _ in range(2))

    version = CourseVersion.objects.get()
    assert first["Location"] == second["Location"] == address(provider, f"{version.course_id}/")
    assert version.runs.count() == 1
    assert Message.objects.filter(kind="PROPOSAL_SUBMITTED").count() == 1


def test_two_pages_or_no_key_make_two_courses(provider, manager, learner_client):
    client = learner_client(manager)
    for once in (uuid4(), uuid4(), "\0", ""):
        client.post(address(provider), COURSE | {"once": str(once)})

    assert Course.objects.count() == 4


def test_somebody_elses_key_says_nothing(provider, manager, learner_client):
    once = str(uuid4())
    learner_client(manager).post(address(provider), COURSE | {"once": once})
    other = an_organization()

    learner_client(other.registered_by).post(address(other), COURSE | {"once": once})

    assert Course.objects.filter(provider=other).count() == 1


def test_titles_in_english_are_tidied(provider, manager, learner_client):
    learner_client(manager).post(
        address(provider), COURSE | {"title_en": "  Home \u202e compost\t", "summary_en": "\u200b"}
    )

    version = CourseVersion.objects.get()
    assert (version.title_en, version.summary_en) == ("Home compost", "")


def test_a_colleague_sees_the_class_without_its_roster(provider, manager, learner_client):
    run = a_published_run(version=a_published_version(provider=provider))
    colleague = a_learner()
    a_membership(organization=provider, learner=colleague, role=Role.INSTRUCTOR)
    page = address(provider, f"{run.version.course_id}/")

    assert f"/runs/{run.pk}/" in learner_client(manager).get(page).text
    assert f"/runs/{run.pk}/" not in learner_client(colleague).get(page).text
