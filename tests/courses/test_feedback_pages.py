"""The pages of reviews that everybody reads, and a reader who reports one."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions import feedback, feedback_reply, moderation
from courses.choices import HidingReason
from courses.models import (
    FeedbackReport,
)
from courses.rules import FEEDBACK_PER_PAGE
from tests.factories.catalog import a_published_version
from tests.factories.feedback import GIVEN, a_review, an_online_course
from tests.factories.people import a_curator, a_learner

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
