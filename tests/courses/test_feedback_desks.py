"""Reviews at the desks: an organisation replies and reports, curators decide."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions import feedback, feedback_reply, moderation
from courses.choices import HidingReason
from courses.models import (
    Course,
    FeedbackReply,
    ModerationDecision,
)
from learners.choices import Role
from tests.factories.feedback import GIVEN, a_review, an_online_course
from tests.factories.people import a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day_after(time_machine):
    time_machine.move_to(GIVEN, tick=False)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def address(name, given, **more) -> str:
    return reverse(f"courses:{name}", kwargs=more or {"public_id": given.public_id})


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

    again = text(client.post(decide, {"keep": "1", "as_read": ""}))
    assert not ModerationDecision.objects.exists()
    assert "Câu thứ hai." in again
    assert "vừa sửa nhận xét này" in again
    (read,) = re.findall(r'name="as_read" value="([^"]+)"', again)
    client.post(decide, {"keep": "1", "as_read": read})

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
