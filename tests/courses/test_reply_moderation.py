"""A reply is hidden without its review: same reasons, same log; the organisation objects or words it anew."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from courses.actions import feedback, feedback_reply, moderation, reply_moderation
from courses.choices import HidingReason, ModerationKind
from courses.models import FeedbackObjection, FeedbackReply, FeedbackReport, ModerationDecision
from courses.queries import feedback as shown_queries
from courses.queries import moderation as review_queries
from courses.queries import reply_moderation as queries
from courses.rules import REPLY_EDIT_DAYS
from learners import emails
from learners.choices import MessageKind, Role
from learners.models import Message
from tests.factories.feedback import GIVEN, a_review
from tests.factories.people import a_curator, a_learner, a_membership

pytestmark = pytest.mark.django_db
LATER = GIVEN + timedelta(hours=1)
RUDE = "Anh Hòa ở tổ 3 đừng bịa chuyện."


def a_reply(given=None, text: str = RUDE, *, actor=None, at=GIVEN) -> FeedbackReply:
    given = given or a_review()
    return feedback_reply.reply(feedback=given, actor=actor or given.course.provider.registered_by, text=text, now=at)


def hide(reply, curator=None, reason=HidingReason.PERSONAL_DATA, **more):
    said = {"reply": reply, "curator": curator or a_curator(), "reason": reason, "now": LATER}
    return reply_moderation.hide(**(said | more))


def object_to(reply, actor=None, text="Không có tên thật của ai."):
    actor = actor or reply.feedback.course.provider.registered_by
    return reply_moderation.object_to(reply=reply, actor=actor, text=text, now=LATER)


def report(reply, reporter=None):
    return feedback.report(
        feedback=reply.feedback, reply=reply, reporter=reporter or a_learner(), reason=HidingReason.INSULT, now=GIVEN
    )


def told(kind) -> set:
    return {each.recipient for each in Message.objects.filter(kind=kind)}


def test_hidden_alone_and_the_organization_is_told():
    reply = a_reply()
    provider = reply.feedback.course.provider
    manager, volunteer = a_learner(), a_learner()
    a_membership(organization=provider, learner=manager, role=Role.MANAGER)
    a_membership(organization=provider, learner=volunteer, role=Role.VOLUNTEER)

    for _ in range(2):
        decision = hide(reply, note="Tên người học")

    reply.refresh_from_db()
    reply.feedback.refresh_from_db()
    assert (reply.hidden_at, reply.hidden_for, reply.text) == (LATER, "PERSONAL_DATA", RUDE)
    assert reply.feedback.is_shown
    assert shown_queries.reply_shown(reply.feedback) is None
    assert list(ModerationDecision.objects.all()) == [decision]
    assert told(MessageKind.REPLY_HIDDEN) == {provider.registered_by, manager}
    assert told(MessageKind.REVIEW_HIDDEN) == set()
    words = emails.render(Message.objects.filter(kind=MessageKind.REPLY_HIDDEN).latest("pk")).text
    assert "Ghi chú: Tên người học." in words
    assert f"/reviews/{reply.feedback.public_id}/" in words


def test_who_wrote_it_is_told_while_they_write_for_the_organization():
    given, writer, gone = a_review(), a_learner(), a_learner()
    a_membership(organization=given.course.provider, learner=writer, role=Role.INSTRUCTOR)
    left = a_membership(organization=given.course.provider, learner=gone, role=Role.INSTRUCTOR)
    replies = [a_reply(given, actor=writer), a_reply(a_review(given.request.enrollment.run.version), actor=gone)]
    type(left).objects.filter(pk=left.pk).update(ended_at=GIVEN)

    for reply in replies:
        hide(reply)

    assert told(MessageKind.REPLY_HIDDEN) == {given.course.provider.registered_by, writer}


def test_a_review_and_its_reply_are_decided_on_apart():
    reply = a_reply()
    given, curator = reply.feedback, a_curator()
    hide(reply, curator)

    moderation.hide(feedback=given, curator=curator, reason=HidingReason.INSULT, now=LATER)
    reply_moderation.show(reply=reply, curator=curator, now=LATER)

    given.refresh_from_db()
    reply.refresh_from_db()
    assert (given.hidden_for, reply.hidden_for) == ("INSULT", "")
    assert review_queries.standing_decision(given).reason == "INSULT"


def test_nobody_hides_or_shows_a_reply_without_a_decision():
    reply = a_reply()
    for change in ({"hidden_at": LATER, "hidden_for": "INSULT"}, {"text": "Khác."}):
        with pytest.raises(DatabaseError), transaction.atomic():
            FeedbackReply.objects.filter(pk=reply.pk).update(**change)

    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationDecision.objects.create(
            feedback=reply.feedback, reply=reply, kind="HIDDEN", decided_by=a_curator(), decided_at=LATER
        )

    reply.refresh_from_db()
    assert (reply.hidden_at, reply.text) == (None, RUDE)


def test_the_next_wording_begins_hidden_and_waits_for_a_curator():
    reply, curator = a_reply(), a_curator()
    hide(reply, curator)
    assert review_queries.waiting() == 0

    again = a_reply(reply.feedback, "Cảm ơn bạn đã góp ý.", at=LATER)

    assert (again.hidden_at, again.hidden_for) == (LATER, "PERSONAL_DATA")
    assert (review_queries.waiting(), queries.decision_on(again)) == (1, None)
    reply_moderation.show(reply=again, curator=curator, now=LATER)
    assert shown_queries.reply_shown(reply.feedback) == again
    assert review_queries.waiting() == 0
    assert told(MessageKind.REPLY_DECIDED) == {reply.feedback.course.provider.registered_by}


def test_a_wording_that_is_no_better_is_hidden_for_a_reason_of_its_own():
    reply, curator = a_reply(), a_curator()
    hide(reply, curator)
    again = a_reply(reply.feedback, "Mua khóa nâng cao đi.", at=LATER)

    hide(again, curator, HidingReason.ADVERTISING)

    again.refresh_from_db()
    assert again.hidden_for == "ADVERTISING"
    assert review_queries.waiting() == 0
    assert object_to(again).decision == queries.hiding_of(again)


def test_a_wording_nobody_asked_the_database_to_hide_is_hidden_all_the_same():
    reply = a_reply()
    hide(reply)

    written = FeedbackReply.objects.create(
        feedback=reply.feedback, text="Nữa.", written_by=reply.written_by, written_at=LATER
    )
    first = FeedbackReply.objects.create(
        feedback=a_review(), text="Đầu.", written_by=reply.written_by, written_at=GIVEN, hidden_at=GIVEN, hidden_for="X"
    )

    for each in (written, first):
        each.refresh_from_db()
    assert (written.hidden_for, first.hidden_for) == ("PERSONAL_DATA", "")


@pytest.mark.parametrize("decide", [hide, reply_moderation.keep, reply_moderation.show, reply_moderation.uphold])
def test_only_the_wording_that_was_read_is_decided_on(decide):
    reply, curator = a_reply(), a_curator()
    report(reply)
    a_reply(reply.feedback, "Khác hẳn.", at=LATER)

    with pytest.raises(reply_moderation.ReplyWordedAnew):
        decide(reply=reply, curator=curator, now=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationDecision.objects.create(
            feedback=reply.feedback, reply=reply, kind="KEPT", decided_by=curator, decided_at=LATER
        )

    assert not ModerationDecision.objects.exists()


@pytest.mark.parametrize(
    ("decide", "kind", "is_hidden", "words"),
    [
        (reply_moderation.show, ModerationKind.SHOWN, False, "lời trả lời của bạn được hiện lại"),
        (reply_moderation.uphold, ModerationKind.UPHELD, True, "lời trả lời của bạn vẫn được ẩn"),
    ],
    ids=["shown", "upheld"],
)
def test_an_objection_is_answered_by_another_curator(decide, kind, is_hidden, words):
    reply, first, second = a_reply(), a_curator(), a_curator()
    hide(reply, first)
    objection = object_to(reply)
    assert object_to(reply, text="Khác.") == objection
    assert review_queries.waiting() == 1

    with pytest.raises(moderation.SecondPersonMissing):
        decide(reply=reply, curator=first, now=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationDecision.objects.create(
            **{"feedback": reply.feedback, "reply": reply, "kind": "SHOWN", "objection": objection},
            **{"decided_by": first, "decided_at": LATER},
        )
    decision = decide(reply=reply, curator=second, now=LATER)

    reply.refresh_from_db()
    assert (decision.kind, decision.objection, reply.hidden_at is not None) == (kind, objection, is_hidden)
    assert review_queries.waiting() == 0
    assert words in emails.render(Message.objects.filter(kind=MessageKind.REPLY_DECIDED).latest("pk")).text


def test_an_open_objection_is_answered_before_the_next_wording_is_hidden():
    reply, first = a_reply(), a_curator()
    hide(reply, first)
    object_to(reply)
    again = a_reply(reply.feedback, "Lời khác.", at=LATER)

    with pytest.raises(moderation.NotWaiting):
        hide(again, first)
    reply_moderation.uphold(reply=again, curator=a_curator(), now=LATER)

    assert FeedbackObjection.objects.get().decision_on_it.reply == again
    assert review_queries.waiting() == 0


def test_an_objection_about_a_reply_answers_nothing_about_the_review():
    reply = a_reply()
    given = reply.feedback
    hide(reply)
    objection = object_to(reply)
    moderation.hide(feedback=given, curator=a_curator(), reason=HidingReason.INSULT, now=LATER)

    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationDecision.objects.create(
            **{"feedback": given, "kind": "SHOWN", "objection": objection},
            **{"decided_by": a_curator(), "decided_at": LATER},
        )

    given.refresh_from_db()
    assert given.hidden_at is not None
    assert review_queries.open_objection(given) is None
    assert queries.open_objection(reply.feedback.replies.get()) == objection


@pytest.mark.parametrize("who", ["volunteer", "stranger", "author"])
def test_only_who_may_reply_objects(who):
    reply = a_reply()
    actor = reply.feedback.request.enrollment.learner if who == "author" else a_learner()
    if who == "volunteer":
        a_membership(organization=reply.feedback.course.provider, learner=actor, role=Role.VOLUNTEER)
    hide(reply)

    with pytest.raises(moderation.UnableToObject):
        object_to(reply, actor)

    assert not FeedbackObjection.objects.exists()


def test_nothing_to_object_to_while_it_is_shown_and_nothing_without_words():
    reply = a_reply()
    with pytest.raises(moderation.UnableToObject):
        object_to(reply)
    hide(reply)

    with pytest.raises(moderation.UnableToObject):
        object_to(reply, text="  ")

    assert not FeedbackObjection.objects.exists()


@pytest.mark.parametrize("who", ["learner", "of the provider", "author of the review"])
def test_another_curator_decides(who):
    curator = a_learner() if who == "learner" else a_curator()
    reply = a_reply(a_review(learner=curator if who == "author of the review" else None))
    if who == "of the provider":
        a_membership(organization=reply.feedback.course.provider, learner=curator, role=Role.VOLUNTEER)

    with pytest.raises(moderation.NotForThisCurator):
        hide(reply, curator)

    assert not ModerationDecision.objects.exists()


def test_a_report_of_a_reply_is_settled_by_a_decision_about_the_reply():
    reply, curator, reader = a_reply(), a_curator(), a_learner()
    first, again = (report(reply, reader) for _ in "12")
    feedback.report(feedback=reply.feedback, reporter=reader, reason=HidingReason.INSULT, now=GIVEN)
    assert first == again
    assert FeedbackReport.objects.count() == 2

    moderation.keep(feedback=reply.feedback, curator=curator, now=LATER)
    assert (review_queries.waiting(), queries.open_reports(reply.feedback)) == (1, [first])
    reply_moderation.keep(reply=reply, curator=curator, now=LATER)

    assert (review_queries.waiting(), queries.open_reports(reply.feedback)) == (0, [])
    with pytest.raises(moderation.NotWaiting):
        reply_moderation.keep(reply=reply, curator=curator, now=LATER)


def test_the_author_of_the_review_reports_the_reply_and_nobody_what_is_not_shown():
    reply, other = a_reply(), a_reply()
    author = reply.feedback.request.enrollment.learner

    assert report(reply, author).reply == reply

    with pytest.raises(feedback.OwnReview):
        feedback.report(feedback=reply.feedback, reporter=author, reason=HidingReason.INSULT, now=GIVEN)
    hide(other)
    with pytest.raises(feedback.NothingToReport):
        report(other)
    with pytest.raises(DatabaseError), transaction.atomic():
        FeedbackReport.objects.create(
            feedback=other.feedback, reply=reply, reporter=a_learner(), reason="INSULT", reported_at=GIVEN
        )


def test_below_what_nobody_reads_no_report_waits():
    hidden, taken_back = a_reply(), a_reply()
    for reply in (hidden, taken_back):
        report(reply)
    moderation.hide(feedback=hidden.feedback, curator=a_curator(), reason=HidingReason.INSULT, now=LATER)
    feedback.withdraw(feedback=taken_back.feedback, now=LATER)

    assert review_queries.waiting() == 0
    with pytest.raises(moderation.NotWaiting):
        hide(taken_back)
    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationDecision.objects.create(
            **{"feedback": taken_back.feedback, "reply": taken_back, "kind": "HIDDEN", "reason": "INSULT"},
            **{"decided_by": a_curator(), "decided_at": LATER},
        )


def test_the_log_counts_replies_apart():
    reply, curator = a_reply(), a_curator()
    report(reply)
    hide(reply, curator)
    reply_moderation.show(reply=reply, curator=curator, now=LATER)
    moderation.hide(feedback=reply.feedback, curator=curator, reason=HidingReason.INSULT, now=LATER)

    log = review_queries.log(page_number=1)

    assert {line.label: (line.hidden, line.shown_again, line.replies) for line in log.by_reason} == {
        str(each.label): {"PERSONAL_DATA": (0, 0, 1), "INSULT": (1, 0, 0)}.get(each, (0, 0, 0)) for each in HidingReason
    }
    assert (log.reports, [bool(each.reply_id) for each in log.newest]) == (1, [False, True, True])


def test_the_term_in_which_it_can_be_worded_anew_is_that_of_every_reply():
    reply = a_reply()
    hide(reply)

    with pytest.raises(feedback_reply.ReplyStands):
        a_reply(reply.feedback, "Muộn rồi.", at=GIVEN + timedelta(days=REPLY_EDIT_DAYS, seconds=1))

    assert object_to(reply).decision.reply == reply
