"""A centre proposes a course: the form, what it takes and what it says about the rest."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.actions import catalog
from courses.actions import version as versions
from courses.models import Course, CourseVersion
from courses.rules import DRAFTS_MAX
from learners.choices import Role
from learners.models import Message
from tests.courses.proposal_form import COURSE, RUN, address
from tests.factories.catalog import some_content
from tests.factories.people import NINH_KIEU, NOW, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


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


def test_the_same_page_sent_again_after_its_course_was_thrown_away_leads_to_the_desk(provider, manager, learner_client):
    client, said = learner_client(manager), COURSE | {"once": str(uuid4())}
    client.post(address(provider), said)
    versions.discard(version=CourseVersion.objects.get(), author=manager, now=NOW)

    answer = client.post(address(provider), said, follow=True)

    assert answer.redirect_chain == [(f"/organizations/{provider.public_id}/", 302)]
    assert "Bản nháp này vừa được bỏ đi" in answer.text
    assert CourseVersion.objects.get().state == "DISCARDED"


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


@pytest.mark.parametrize(("prefix", "said"), [("", "Từ 15 đến 720 phút."), ("/en", "Between 15 and 720 minutes.")])
def test_a_limit_is_told_in_the_language_of_the_page(provider, manager, learner_client, prefix, said):
    answer = learner_client(manager).post(prefix + address(provider), COURSE | RUN | {"minutes": "5"})

    assert said in answer.content.decode()
