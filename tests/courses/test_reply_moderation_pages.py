"""A hidden reply on the pages: readers see why, the organisation answers, curators decide, all read the log."""

import pytest
from django.urls import reverse

from courses.actions import feedback_reply, reply_moderation
from courses.choices import HidingReason
from courses.models import FeedbackObjection, FeedbackReply, FeedbackReport, ModerationDecision
from tests.factories.feedback import GIVEN, a_review
from tests.factories.people import a_curator, a_learner, a_membership

pytestmark = pytest.mark.django_db
RUDE = "Anh Hòa ở tổ 3 đừng bịa chuyện."


@pytest.fixture(autouse=True)
def the_day_after(time_machine):
    time_machine.move_to(GIVEN, tick=False)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def a_reply(words=RUDE, given=None) -> FeedbackReply:
    given = given or a_review(text="Nội dung thiết thực.")
    return feedback_reply.reply(feedback=given, actor=given.course.provider.registered_by, text=words, now=GIVEN)


def hidden(reply, curator=None):
    return reply_moderation.hide(
        reply=reply, curator=curator or a_curator(), reason=HidingReason.PERSONAL_DATA, note="Tên gọi", now=GIVEN
    )


def desk(reply) -> str:
    given = reply.feedback
    return reverse("courses:desk_review", args=[given.course.provider.public_id, given.public_id])


def test_readers_see_the_review_and_why_the_reply_is_hidden(client, learner_client):
    reply = a_reply()
    hidden(reply)
    here = reverse("courses:reviews", args=[reply.feedback.course_id])
    own = reverse("courses:my_review", args=[reply.feedback.request.enrollment.public_id])

    pages = [text(client.get(here)), text(learner_client(reply.feedback.request.enrollment.learner).get(own))]

    for page in pages:
        assert "Nội dung thiết thực." in page
        assert "Đơn vị đã trả lời. Quản trị nội dung đã ẩn lời trả lời ngày" in page
        assert RUDE not in page
        assert "Tên gọi" not in page


def test_a_reader_says_whether_the_review_or_the_reply_is_meant(learner_client):
    reply = a_reply()
    client, here = learner_client(a_learner()), reverse("courses:review_report", args=[reply.feedback.public_id])
    page = text(client.get(here))
    assert RUDE in page
    assert "Bạn muốn báo điều gì?" in page

    client.post(here, {"about": str(reply.pk), "reason": "INSULT"})
    again = a_reply("Cảm ơn bạn.", reply.feedback)
    stale = client.post(here, {"about": str(reply.pk), "reason": "INSULT", "note": "Câu đầu"})

    assert FeedbackReport.objects.get().reply == reply
    assert "Lời trả lời vừa thay đổi." in text(stale)
    assert 'value="Câu đầu"' in text(stale)
    assert again.text in text(stale)


def test_without_a_reply_nobody_is_asked_what_is_meant(learner_client):
    given = a_review()

    page = text(learner_client(a_learner()).get(reverse("courses:review_report", args=[given.public_id])))

    assert "Bạn muốn báo điều gì?" not in page


def test_the_organization_reads_the_reason_objects_and_words_it_anew(learner_client):
    reply = a_reply()
    hidden(reply)
    client = learner_client(reply.written_by)
    page = text(client.get(desk(reply)))
    assert "Lời trả lời của bạn đang ẩn" in page
    assert "Tên gọi" in page

    empty = text(client.post(desk(reply), {"object": "1", "objection": " "}))
    client.post(desk(reply), {"object": "1", "objection": "Không phải tên thật."})
    worded = client.post(desk(reply), {"text": "Cảm ơn bạn."}, follow=True)

    assert "Viết vì sao lời trả lời của bạn nên được hiện lại." in empty
    assert FeedbackObjection.objects.get().text == "Không phải tên thật."
    assert "Quản trị nội dung đọc xong thì lời này hiện ra." in text(worded)
    assert FeedbackReply.objects.filter(hidden_at__isnull=False).count() == 2
    assert "Không phải tên thật." in text(client.get(desk(reply)))


def test_a_volunteer_reads_and_cannot_object(learner_client):
    reply, volunteer = a_reply(), a_learner()
    a_membership(organization=reply.feedback.course.provider, learner=volunteer, role="VOLUNTEER")
    hidden(reply)
    client = learner_client(volunteer)

    page = text(client.get(desk(reply)))
    answer = client.post(desk(reply), {"object": "1", "objection": "Hiện lại đi."})

    assert "Lời trả lời của bạn đang ẩn" in page
    assert 'name="objection"' not in page
    assert answer.status_code == 403
    assert not FeedbackObjection.objects.exists()


def test_nothing_to_object_to_where_there_is_no_reply(learner_client):
    given = a_review()
    client = learner_client(given.course.provider.registered_by)
    here = reverse("courses:desk_review", args=[given.course.provider.public_id, given.public_id])

    assert client.post(here, {"object": "1", "objection": "Hiện đi."}).status_code == 404


def test_a_curator_decides_about_the_reply_that_they_read(learner_client):
    reply = a_reply()
    client, here = learner_client(a_curator()), reverse("admin:courses_feedback_decide", args=[reply.feedback_id])
    about = {"about_reply": "1", "reply-as_read": str(reply.pk), "reply-note": "Tên gọi"}
    page = text(client.get(reverse("admin:courses_feedback_change", args=[reply.feedback_id])))
    assert f'name="reply-as_read" value="{reply.pk}"' in page

    no_reason = text(client.post(here, {**about, "hide": "1"}))
    client.post(here, {**about, "hide": "1", "reply-reason": "PERSONAL_DATA"})
    again = a_reply("Cảm ơn bạn.", reply.feedback)
    stale = text(client.post(here, {**about, "show": "1"}))
    client.post(here, {**about, "reply-as_read": str(again.pk), "show": "1"})

    assert "Chọn một lý do." in no_reason
    assert "Đơn vị vừa sửa lời trả lời." in stale
    assert "viết lại sau khi bị ẩn" in stale
    assert [(each.kind, each.reply_id) for each in ModerationDecision.objects.order_by("pk")] == [
        ("HIDDEN", reply.pk),
        ("SHOWN", again.pk),
    ]


def test_what_waits_because_of_its_reply_is_first_at_the_desk(learner_client):
    reply = a_reply(given=a_review(text="Cũ hơn.", now=GIVEN))
    a_review(text="Mới hơn.", now=GIVEN)
    hidden(reply)
    a_reply("Cảm ơn bạn.", reply.feedback)

    page = text(learner_client(a_curator()).get(reverse("admin:courses_feedback_changelist")))

    assert page.index("Cũ hơn.") < page.index("Mới hơn.")
    assert "lời trả lời" in page


def test_the_public_log_names_the_reply_and_no_words(client):
    hidden(a_reply())

    page = text(client.get(reverse("courses:moderation_log")))

    assert "lời trả lời của đơn vị: 1" in page
    assert "lời trả lời của đơn vị, " in page
    assert RUDE not in page
