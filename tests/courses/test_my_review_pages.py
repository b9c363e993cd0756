"""A participant's own review on its page: led to, written, changed, taken back, objected for."""

import pytest
from django.urls import reverse

from courses.actions import feedback, moderation
from courses.choices import HidingReason
from courses.models import (
    Enrollment,
    Feedback,
    FeedbackRequest,
)
from courses.rules import FEEDBACK_LETTERS_MAX
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.feedback import GIVEN, a_review, an_online_course, completed
from tests.factories.people import a_curator, a_learner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_after(time_machine):
    time_machine.move_to(GIVEN, tick=False)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def own(place: Enrollment) -> str:
    return reverse("courses:my_review", args=[place.public_id])


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

    assert "bạn bấm «Đề nghị xem lại» ở trên" in before
    assert "bạn bấm «Đề nghị xem lại» ở trên" not in after
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
