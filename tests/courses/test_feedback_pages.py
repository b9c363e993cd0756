"""The pages of reviews: for everybody, for a participant, for a reader who reports, at two desks."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions import feedback, feedback_reply, moderation
from courses.choices import HidingReason
from courses.models import (
    Course,
    Enrollment,
    Feedback,
    FeedbackReply,
    FeedbackReport,
    FeedbackRequest,
    ModerationDecision,
)
from courses.rules import FEEDBACK_LETTERS_MAX, FEEDBACK_PER_PAGE
from learners.choices import Role
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.feedback import GIVEN, a_review, an_online_course, completed
from tests.factories.people import a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_after(time_machine):
    time_machine.move_to(GIVEN, tick=False)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def address(name, given, **more) -> str:
    return reverse(f"courses:{name}", kwargs=more or {"public_id": given.public_id})


def reviews(client, version, query="") -> str:
    return text(client.get(reverse("courses:reviews", args=[version.course_id]) + query))


def own(place: Enrollment) -> str:
    return reverse("courses:my_review", args=[place.public_id])


# What everybody reads


def test_few_reviews_show_words_and_no_stars(client):
    version = an_online_course()
    for number in range(4):
        a_review(version, text=f"Lời thứ {number}.")

    page = reviews(client, version)

    assert "Lời thứ 3." in page
    assert "Người học tháng 11 năm 2026" in page
    assert "Đến nay có 4 nhận xét. Số sao và tỷ lệ chỉ hiện khi có từ 5 người" in page
    assert "★" not in page
    assert "Lê Văn Hòa" not in page


def test_enough_reviews_show_everything(client):
    version = an_online_course()
    for stars in (5, 5, 4, 4, 1):
        a_review(version, stars=stars)

    page = reviews(client, version)
    on_the_course = text(client.get(version.get_absolute_url()))

    assert 'aria-label="3,8 trên 5 sao">★★★★☆' in page
    assert "<b>3,8</b> trên 5, từ 5 nhận xét" in page
    assert "2 người, 40%" in page
    assert 'aria-label="1 trên 5 sao">★☆☆☆☆' in page
    assert "<b>3,8</b> trên 5, từ 5 nhận xét" in on_the_course
    assert "100%<small>5 trên 5 người được hỏi" in on_the_course
    assert reverse("courses:reviews", args=[version.course_id]) in on_the_course


def test_a_course_nobody_has_finished_says_so(client):
    page = text(client.get(an_online_course().get_absolute_url()))

    assert "Chưa ai học xong chương trình này." in page


def test_a_course_taught_elsewhere_has_no_reviews(client):
    version = a_published_version(external_url="https://hoc.example.vn/", attendance_percent_min=None)

    page = text(client.get(version.get_absolute_url()))

    assert 'id="quality"' not in page


def test_hidden_words_leave_their_reason(client):
    given = a_review(text="Gọi số 0900 000 000.")
    feedback_reply.reply(feedback=given, actor=given.course.provider.registered_by, text="Cảm ơn.", now=GIVEN)
    moderation.hide(feedback=given, curator=a_curator(), reason=HidingReason.PERSONAL_DATA, note="Số ấy", now=GIVEN)

    page = reviews(client, given.request.enrollment.run.version)

    assert "0900" not in page
    assert "Cảm ơn." not in page
    assert "Số ấy" not in page
    assert "Lý do: Lộ thông tin riêng của ai đó. Số sao vẫn được tính." in page


def test_taken_back_or_wordless_is_not_there_and_the_reply_is(client):
    version = an_online_course()
    feedback.withdraw(feedback=a_review(version, text="Rút lại."), now=GIVEN)
    a_review(version, text="")
    given = a_review(version, text="Còn đây.")
    manager = version.course.provider.registered_by
    for words in ("Lần đầu.", "Lần sau."):
        feedback_reply.reply(feedback=given, actor=manager, text=words, now=GIVEN)

    page = reviews(client, version)

    assert "Rút lại." not in page
    assert page.count('class="review ') == 1
    assert "Lần sau." in page
    assert "Lần đầu." not in page


def test_words_are_shown_as_words(client):
    page = reviews(client, a_review(text="<b>Hay</b> <script>x</script>\nDòng hai").request.enrollment.run.version)

    assert "&lt;b&gt;Hay&lt;/b&gt; &lt;script&gt;x&lt;/script&gt;<br>Dòng hai" in page


def test_reviews_have_pages_that_cost_the_same(client, django_assert_num_queries):
    version = an_online_course()
    for number in range(FEEDBACK_PER_PAGE + 1):
        a_review(version, text=f"Lời {number}.", now=GIVEN + timedelta(minutes=number - 60))

    with django_assert_num_queries(4):
        first = reviews(client, version)
    with django_assert_num_queries(4):
        second = reviews(client, version, "?page=2")

    assert first.count('class="review ') == FEEDBACK_PER_PAGE
    assert "Lời 0." in second
    for odd in ("?page=x", "?page=0", "?page=99999999999999999999"):
        assert client.get(reverse("courses:reviews", args=[version.course_id]) + odd).status_code == 200


def test_of_a_course_that_is_not_offered_there_is_no_page(client, learner_client):
    for name in ("reviews", "review_new"):
        assert learner_client(a_learner()).get(reverse(f"courses:{name}", args=[999_999])).status_code == 404


# A participant


def test_who_took_part_is_led_to_their_review_and_nobody_else(client):
    place = completed(an_online_course())
    new = reverse("courses:review_new", args=[place.run.version.course_id])
    client.force_login(place.learner)
    led = client.get(new)
    client.force_login(a_learner())
    refused = client.get(new)

    assert led.url == own(place)
    assert refused.status_code == 403
    assert "Chỉ người đã học mới viết nhận xét" in text(refused)


def test_written_changed_and_taken_back(learner_client):
    place = completed(an_online_course())
    client = learner_client(place.learner)
    form = text(client.get(own(place)))
    assert "Người học tháng 11 năm 2026" in form
    assert "5 sao: rất tốt" in form

    sent = client.post(own(place), {"stars": "4", "can_do": "yes", "text": "Hay.\r\nDễ hiểu."}, follow=True)
    assert "Đã ghi nhận xét của bạn." in text(sent)
    given = Feedback.objects.get()
    assert (given.stars, given.can_do, given.text) == (4, True, "Hay.\nDễ hiểu.")

    client.post(own(place), {"stars": "2", "text": "Nghĩ lại."})
    given.refresh_from_db()
    assert (given.stars, given.can_do, given.text) == (2, None, "Nghĩ lại.")

    client.post(own(place), {"withdraw": "1"})
    given.refresh_from_db()
    assert given.withdrawn_at == GIVEN
    assert "Bạn đã rút lại nhận xét này" in text(client.get(own(place)))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"text": "Hay."}, "Chọn từ một đến năm sao."),
        ({"stars": "6", "text": "Hay."}, "Chọn từ một đến năm sao."),
        (
            {"stars": "4", "text": "Hay." + "a" * FEEDBACK_LETTERS_MAX},
            "nhiều nhất 1.000 ký tự; ở đây có 1.004.",
        ),
    ],
    ids=["no stars", "six stars", "too long"],
)
def test_what_cannot_be_taken_is_said_and_kept(learner_client, said, told):
    place = completed(an_online_course())

    page = text(learner_client(place.learner).post(own(place), said))

    assert "Hay." in page
    assert "aria-describedby" in page
    assert not Feedback.objects.exists()
    assert told in page


def test_who_is_still_at_it_is_told_when(learner_client):
    place = enrolled(run=a_published_run())
    client = learner_client(place.learner)

    page, sent = client.get(own(place)), client.post(own(place), {"stars": "5"})

    assert "Bạn viết được khi đã học xong" in text(page)
    assert sent.status_code == 403
    assert not Feedback.objects.exists()


def test_the_page_of_another_is_not_there(learner_client):
    place = completed(an_online_course())

    assert learner_client(a_learner()).get(own(place)).status_code == 404


def test_the_question_stands_on_ones_own_page_until_declined(learner_client):
    place = completed(an_online_course(title_vi="Tính lãi lỗ"))
    feedback.ask_due(now=GIVEN)
    client = learner_client(place.learner)
    assert "Nhận xét về «Tính lãi lỗ»" in text(client.get("/me/"))

    client.post(own(place), {"decline": "1"})

    assert "Nhận xét về «Tính lãi lỗ»" not in text(client.get("/me/"))
    assert FeedbackRequest.objects.get().declined_at == GIVEN
    assert client.post(own(place), {"stars": "5"}).status_code == 302  # one may still change one's mind


def test_who_changes_hidden_words_reads_how_to_ask_for_another_look(learner_client):
    given = a_review()
    moderation.hide(feedback=given, curator=a_curator(), reason=HidingReason.INSULT, now=GIVEN)
    enrollment = given.request.enrollment
    client = learner_client(enrollment.learner)
    address = f"/enrollments/{enrollment.public_id}/review/"

    before = client.get(address).text
    moderation.object_to(feedback=given, text="Tôi đã bỏ tên.", now=GIVEN)
    after = client.get(address).text

    assert "bạn bấm “Đề nghị xem lại” ở trên" in before
    assert "bạn bấm “Đề nghị xem lại” ở trên" not in after
    assert "còn ẩn cho tới khi" in after


def test_an_author_objects_to_being_hidden(learner_client):
    given = a_review()
    moderation.hide(feedback=given, curator=a_curator(), reason=HidingReason.INSULT, note="Câu cuối", now=GIVEN)
    place = given.request.enrollment
    client = learner_client(place.learner)
    page = text(client.get(own(place)))
    assert "Lý do: Xúc phạm hoặc đe dọa" in page
    assert "Câu cuối" in page

    empty = client.post(own(place), {"object": "1", "text": " "})
    client.post(own(place), {"object": "1", "text": "Tôi không xúc phạm ai."})

    assert "Viết vì sao nhận xét của bạn nên được hiện lại." in text(empty)
    assert "Tôi không xúc phạm ai." in text(client.get(own(place)))


# A reader


def test_a_reader_reports(learner_client):
    given = a_review()
    client = learner_client(a_learner())

    empty = client.post(address("review_report", given), {"note": "Câu hai."})
    sent = client.post(address("review_report", given), {"reason": "ADVERTISING", "note": "Câu hai."}, follow=True)

    assert "Chọn một lý do." in text(empty)
    assert 'value="Câu hai."' in text(empty)
    assert "Quản trị nội dung sẽ xem" in text(sent)
    assert FeedbackReport.objects.get().reason == "ADVERTISING"


def test_an_author_cannot_report_their_own_and_nobody_what_is_hidden(learner_client):
    given, hidden = a_review(), a_review()
    moderation.hide(feedback=hidden, curator=a_curator(), reason=HidingReason.INSULT, now=GIVEN)
    client = learner_client(given.request.enrollment.learner)

    own_ = client.post(address("review_report", given), {"reason": "INSULT"})

    assert "Đây là nhận xét của chính bạn." in text(own_)
    assert client.get(address("review_report", hidden)).status_code == 404


def test_the_log_names_no_words_and_nobody(client):
    given = a_review(text="Gọi số 0900 000 000.")
    curator = a_curator()
    moderation.hide(feedback=given, curator=curator, reason=HidingReason.PERSONAL_DATA, now=GIVEN)

    page = text(client.get("/reviews/moderation/"))

    assert "Lộ thông tin riêng của ai đó" in page
    assert "0900" not in page
    assert curator.full_name not in page


# The organization's desk


def test_the_desk_has_what_waits_for_a_reply_first(learner_client):
    centre = an_organization()
    answered = a_review(an_online_course(provider=centre), text="Đã trả lời.")
    feedback_reply.reply(feedback=answered, actor=centre.registered_by, text="Cảm ơn.", now=GIVEN)
    a_review(an_online_course(provider=centre), text="Chưa trả lời.", now=GIVEN - timedelta(hours=1))
    a_review(text="Của nơi khác.")

    page = text(learner_client(centre.registered_by).get(reverse("courses:desk_reviews", args=[centre.public_id])))

    assert page.index("Chưa trả lời.") < page.index("Đã trả lời.")
    assert "Của nơi khác." not in page
    assert "★" not in page


def test_the_desk_reports_only_what_readers_see(learner_client):
    centre = an_organization()
    given, gone = (a_review(an_online_course(provider=centre)) for _ in range(2))
    Course.objects.filter(pk=gone.course_id).update(archived_at=GIVEN)
    client = learner_client(centre.registered_by)

    pages = [text(client.get(reverse("courses:desk_reviews", args=[centre.public_id])))]
    pages += [
        text(client.get(reverse("courses:desk_review", args=[centre.public_id, each.public_id])))
        for each in (given, gone)
    ]

    reports = [address("review_report", each) for each in (given, gone)]
    assert [[report in page for report in reports] for page in pages] == [[True, False], [True, False], [False, False]]
    assert [client.get(report).status_code for report in reports] == [200, 404]


def test_an_instructor_replies_and_a_volunteer_reads(client):
    given = a_review()
    centre, instructor, volunteer = given.course.provider, a_learner(), a_learner()
    a_membership(organization=centre, learner=instructor, role=Role.INSTRUCTOR)
    a_membership(organization=centre, learner=volunteer, role=Role.VOLUNTEER)
    here = reverse("courses:desk_review", args=[centre.public_id, given.public_id])
    client.force_login(volunteer)
    assert client.get(here).status_code == 200
    assert client.post(here, {"text": "Cảm ơn."}).status_code == 403

    client.force_login(instructor)
    empty = client.post(here, {"text": ""})
    client.post(here, {"text": "Cảm ơn bạn đã học."})

    assert "Bạn chưa viết lời trả lời." in text(empty)
    assert FeedbackReply.objects.get().text == "Cảm ơn bạn đã học."
    assert (
        client.get(reverse("courses:desk_review", args=[an_organization().public_id, given.public_id])).status_code
        == 404
    )


# The curators' desk


def test_a_curator_finds_what_waits_first_and_decides(learner_client):
    quiet, reported = a_review(text="Yên ổn."), a_review(text="Có người báo.", now=GIVEN - timedelta(days=2))
    feedback.report(feedback=reported, reporter=a_learner(), reason=HidingReason.INSULT, note="Câu đầu", now=GIVEN)
    client = learner_client(a_curator())
    listed = text(client.get(reverse("admin:courses_feedback_changelist")))
    page = text(client.get(reverse("admin:courses_feedback_change", args=[reported.pk])))
    assert listed.index("Có người báo.") < listed.index("Yên ổn.")
    assert "Câu đầu" in page
    assert reported.request.enrollment.learner.full_name not in page.split('id="content-main"')[1]

    decide = reverse("admin:courses_feedback_decide", args=[reported.pk])
    refused = client.post(decide, {"hide": "1", "note": "Câu đầu"})
    client.post(decide, {"hide": "1", "reason": "INSULT", "note": "Câu đầu"})
    client.post(decide, {"show": "1"})
    client.post(reverse("admin:courses_feedback_decide", args=[quiet.pk]), {"keep": "1"})

    assert "Chọn một lý do." in text(refused)
    assert [each.kind for each in ModerationDecision.objects.order_by("pk")] == ["HIDDEN", "SHOWN"]


def test_a_curator_decides_on_the_words_of_the_page(learner_client):
    given = a_review(text="Câu thứ nhất.")
    feedback.report(feedback=given, reporter=a_learner(), reason=HidingReason.INSULT, now=GIVEN)
    client, decide = learner_client(a_curator()), reverse("admin:courses_feedback_decide", args=[given.pk])
    feedback.give(enrollment=given.request.enrollment, stars=4, text="Câu thứ hai.", now=GIVEN)

    again = text(client.post(decide, {"keep": "1", "edited_at": ""}))
    assert not ModerationDecision.objects.exists()
    assert "Câu thứ hai." in again
    assert "vừa sửa nhận xét này" in again
    (read,) = re.findall(r'name="edited_at" value="([^"]+)"', again)
    client.post(decide, {"keep": "1", "edited_at": read})

    assert ModerationDecision.objects.get().kind == "KEPT"


def test_the_desk_counts_the_reviews_it_lists_once(learner_client, django_assert_max_num_queries):
    a_review(stars=4)
    client = learner_client(a_curator())

    with django_assert_max_num_queries(30) as asked:
        client.get(reverse("admin:courses_feedback_changelist"), {"stars": "4"})

    counted = [each["sql"] for each in asked.captured_queries if each["sql"].startswith("SELECT COUNT(*)")]
    assert len([sql for sql in counted if 'FROM "courses_feedback"' in sql]) == 1


def test_an_objection_waits_for_another_curator(client):
    given, first, second = a_review(), a_curator(), a_curator()
    moderation.hide(feedback=given, curator=first, reason=HidingReason.INSULT, now=GIVEN)
    moderation.object_to(feedback=given, text="Tôi không xúc phạm ai.", now=GIVEN)
    decide = reverse("admin:courses_feedback_decide", args=[given.pk])
    client.force_login(first)
    own_ = text(client.post(decide, {"uphold": "1"}))
    client.force_login(second)
    client.post(decide, {"uphold": "1", "note": "Câu cuối vẫn vậy"})

    assert "quản trị nội dung khác trả lời" in own_
    assert ModerationDecision.objects.latest("pk").decided_by == second
