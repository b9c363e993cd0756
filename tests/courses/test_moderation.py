"""Curators hide words for a reason of a closed list, in a log that only grows; authors object, and another answers."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from courses.actions import feedback, feedback_reply, moderation
from courses.choices import HidingReason, ModerationKind
from courses.models import Feedback, FeedbackObjection, FeedbackReply, FeedbackReport, ModerationDecision
from courses.queries import moderation as queries
from courses.rules import QUALITY_PEOPLE_MIN, REPLIES_MAX, REPLY_EDIT_DAYS
from learners import emails
from learners.choices import MessageKind, Role
from learners.models import Message
from tests.factories.feedback import GIVEN, a_review, an_online_course
from tests.factories.people import a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
LATER = GIVEN + timedelta(hours=1)


def hide(feedback, curator=None, reason=HidingReason.PERSONAL_DATA, **more):
    said = {"feedback": feedback, "curator": curator or a_curator(), "reason": reason, "now": LATER}
    return moderation.hide(**(said | more))


def worded(given, words: str, *, at) -> Feedback:
    return feedback.give(enrollment=given.request.enrollment, stars=given.stars, text=words, now=at)


def letter(kind) -> str:
    return emails.render(Message.objects.filter(kind=kind).latest("pk")).text


def test_hidden_for_a_reason_and_the_author_is_told_how_to_object():
    given = a_review(text="Gọi cô Lan số 0900 000 000.")

    for _ in range(2):
        decision = hide(given, note="Số điện thoại ở câu đầu")

    given.refresh_from_db()
    assert (given.hidden_at, given.hidden_for) == (LATER, "PERSONAL_DATA")
    assert given.text == "Gọi cô Lan số 0900 000 000."
    assert list(ModerationDecision.objects.all()) == [decision]
    text = letter(MessageKind.REVIEW_HIDDEN)
    assert "Ghi chú: Số điện thoại ở câu đầu." in text
    assert f"/enrollments/{given.request.enrollment.public_id}/review/" in text
    assert Message.objects.filter(kind=MessageKind.REVIEW_HIDDEN).count() == 1


def test_not_being_content_is_no_reason():
    given = a_review(stars=1)

    assert not {"NEGATIVE", "LOW", "BAD", "OTHER"} & set(HidingReason.values)
    for reason in ("NEGATIVE", "OTHER", ""):
        with pytest.raises(DatabaseError), transaction.atomic():
            ModerationDecision.objects.create(
                feedback=given, kind="HIDDEN", reason=reason, decided_by=a_curator(), decided_at=LATER
            )
    given.refresh_from_db()
    assert given.hidden_at is None


def test_the_portal_cannot_hide_in_any_other_way():
    given = a_review()

    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.filter(pk=given.pk).update(hidden_at=LATER, hidden_for="INSULT")
    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.filter(pk=given.pk).update(hidden_for="INSULT")


def test_the_log_and_what_belongs_to_it_only_grow():
    given = a_review()
    feedback.report(feedback=given, reporter=a_learner(), reason=HidingReason.INSULT, now=GIVEN)
    feedback_reply.reply(feedback=given, actor=given.course.provider.registered_by, text="Cảm ơn.", now=GIVEN)
    hide(given)
    moderation.object_to(feedback=given, text="Không phải.", now=LATER)

    for rows in (ModerationDecision, FeedbackReport, FeedbackReply, FeedbackObjection):
        assert rows.objects.count() == 1
        for change in (lambda all_: all_.update(id=7), lambda all_: all_._raw_delete(using="default")):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(rows.objects.all())


@pytest.mark.parametrize("who", ["learner", "of the provider", "author"])
def test_another_curator_decides(who):
    given = a_review(learner=a_curator() if who == "author" else None)
    curator = {"learner": a_learner, "of the provider": a_curator, "author": lambda: given.request.enrollment.learner}[
        who
    ]()
    if who == "of the provider":
        a_membership(organization=given.course.provider, learner=curator, role=Role.VOLUNTEER)

    with pytest.raises(moderation.NotForThisCurator):
        hide(given, curator)

    assert not ModerationDecision.objects.exists()


def test_a_report_is_open_until_something_is_decided():
    given, curator = a_review(), a_curator()
    with pytest.raises(moderation.NotWaiting):
        moderation.keep(feedback=given, curator=curator, now=GIVEN)
    feedback.report(feedback=given, reporter=a_learner(), reason=HidingReason.INSULT, now=GIVEN)
    assert (len(queries.open_reports(given)), queries.waiting()) == (1, 1)

    moderation.keep(feedback=given, curator=curator, now=LATER)

    assert (queries.open_reports(given), queries.waiting()) == ([], 0)
    feedback.report(feedback=given, reporter=a_learner(), reason=HidingReason.INSULT, now=LATER + timedelta(minutes=1))
    assert (len(queries.open_reports(given)), queries.waiting()) == (1, 1)


def test_what_is_said_again_after_a_decision_waits_again():
    given, reader, curator = a_review(text="Cô Lan lừa đảo."), a_learner(), a_curator()
    feedback.report(feedback=given, reporter=reader, reason=HidingReason.INSULT, now=GIVEN)
    harmless = worded(given, "Hay.", at=GIVEN + timedelta(minutes=1))
    moderation.keep(feedback=harmless, curator=curator, now=LATER)
    assert queries.waiting() == 0

    back = worded(given, "Cô Lan lừa đảo.", at=LATER + timedelta(minutes=1))
    feedback.report(feedback=back, reporter=reader, reason=HidingReason.INSULT, now=LATER + timedelta(minutes=2))

    assert (len(queries.open_reports(back)), queries.waiting()) == (1, 1)
    moderation.keep(feedback=back, curator=curator, now=LATER + timedelta(minutes=3))
    assert (queries.open_reports(back), queries.waiting()) == ([], 0)


@pytest.mark.parametrize("decide", [moderation.keep, hide, moderation.show, moderation.uphold])
def test_only_words_that_were_read_are_decided_on(decide):
    given, curator = a_review(), a_curator()
    feedback.report(feedback=given, reporter=a_learner(), reason=HidingReason.INSULT, now=GIVEN)
    if decide in (moderation.show, moderation.uphold):
        hide(given)
        moderation.object_to(feedback=given, text="Không phải.", now=LATER)
    before = ModerationDecision.objects.count()
    worded(given, "Khác hẳn.", at=LATER)

    with pytest.raises(moderation.WordedAnew):
        decide(feedback=given, curator=curator, now=LATER)

    assert ModerationDecision.objects.count() == before


def test_taken_back_or_hidden_a_reported_review_does_not_wait():
    for what_became in (lambda given: feedback.withdraw(feedback=given, now=LATER), hide):
        given = a_review()
        feedback.report(feedback=given, reporter=a_learner(), reason=HidingReason.INSULT, now=GIVEN)
        what_became(given)

    assert queries.waiting() == 0


@pytest.mark.parametrize(
    ("decide", "kind", "is_hidden", "words"),
    [
        (moderation.show, ModerationKind.SHOWN, False, "nhận xét của bạn được hiện lại"),
        (moderation.uphold, ModerationKind.UPHELD, True, "nhận xét của bạn vẫn được ẩn"),
    ],
    ids=["shown", "upheld"],
)
def test_an_objection_is_answered_by_another_curator(decide, kind, is_hidden, words):
    given, first, second = a_review(), a_curator(), a_curator()
    hide(given, first)
    objection = moderation.object_to(feedback=given, text="Không có tên ai cả.", now=LATER)
    assert moderation.object_to(feedback=given, text="Khác.", now=LATER) == objection
    assert queries.waiting() == 1

    with pytest.raises(moderation.SecondPersonMissing):
        decide(feedback=given, curator=first, now=LATER)
    decision = decide(feedback=given, curator=second, note="Đã xem", now=LATER)

    given.refresh_from_db()
    assert (decision.kind, decision.objection, given.hidden_at is not None) == (kind, objection, is_hidden)
    assert queries.waiting() == 0
    assert words in letter(MessageKind.REVIEW_DECIDED)


def test_the_database_wants_a_second_person_too():
    given, first = a_review(), a_curator()
    hide(given, first)
    objection = moderation.object_to(feedback=given, text="Không phải.", now=LATER)

    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationDecision.objects.create(
            feedback=given, kind="SHOWN", objection=objection, decided_by=first, decided_at=LATER
        )


@pytest.mark.parametrize("kind", ["SHOWN", "UPHELD"])
def test_what_is_shown_is_neither_shown_again_nor_upheld(kind):
    given = a_review()

    with pytest.raises(moderation.NotWaiting):
        {"SHOWN": moderation.show, "UPHELD": moderation.uphold}[kind](feedback=given, curator=a_curator(), now=LATER)
    with pytest.raises(moderation.UnableToObject):
        moderation.object_to(feedback=given, text="Không phải.", now=LATER)
    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationDecision.objects.create(feedback=given, kind="SHOWN", decided_by=a_curator(), decided_at=LATER)


def test_a_curator_takes_back_their_own_mistake():
    given, curator = a_review(), a_curator()
    hide(given, curator)

    moderation.show(feedback=given, curator=curator, now=LATER)
    hide(given, curator, HidingReason.INSULT)

    given.refresh_from_db()
    assert given.hidden_for == "INSULT"
    assert [each.kind for each in given.decisions.all()] == ["HIDDEN", "SHOWN", "HIDDEN"]


def test_one_reason_at_a_time_and_not_what_was_taken_back():
    given, other = a_review(), a_review()
    hide(given)
    feedback.withdraw(feedback=other, now=GIVEN)

    with pytest.raises(moderation.DecidedAlready):
        hide(given, reason=HidingReason.INSULT)
    with pytest.raises(moderation.NotWaiting):
        hide(other)
    with pytest.raises(DatabaseError), transaction.atomic():
        ModerationDecision.objects.create(
            feedback=other, kind="HIDDEN", reason="INSULT", decided_by=a_curator(), decided_at=LATER
        )


def test_the_public_log_counts_by_reason_and_organization():
    version = an_online_course(provider=an_organization(name_vi="Trung tâm phường Ninh Kiều"))
    low, *_others = [a_review(version, stars=stars) for stars in (1, 2, 4, 5, 5)]
    high = a_review(version, stars=5)
    curator = a_curator()
    hide(high, curator, HidingReason.ADVERTISING)
    hide(low, curator, HidingReason.INSULT)
    moderation.show(feedback=low, curator=curator, now=LATER)

    log = queries.log(page_number=1)

    assert {line.label: (line.hidden, line.shown_again) for line in log.by_reason if line.hidden} == {
        str(HidingReason.ADVERTISING.label): (1, 0),
        str(HidingReason.INSULT.label): (1, 1),
    }
    (line,) = log.providers
    assert (line.given, line.hidden, line.low, line.low_hidden) == (6, 1, 2, 0)
    assert [each.kind for each in log.newest] == ["SHOWN", "HIDDEN", "HIDDEN"]


def test_few_reviews_of_an_organization_are_not_in_the_log():
    version = an_online_course()
    for _ in range(4):
        a_review(version)
    few = queries.log(page_number=1).providers

    a_review(version)

    assert few == []
    assert [line.organization for line in queries.log(page_number=1).providers] == [version.course.provider]


def test_what_was_taken_back_is_in_no_line_of_the_log():
    version = an_online_course()
    taken_back, *_others = [a_review(version, stars=1) for _ in range(6)]
    hide(taken_back)

    feedback.withdraw(feedback=taken_back, now=LATER)

    (line,) = queries.log(page_number=1).providers
    assert (line.given, line.hidden, line.low, line.low_hidden) == (5, 0, 5, 0)


def test_the_log_adds_up_once_whatever_it_is_asked_for(django_assert_max_num_queries):
    for name in ("Trung tâm A", "Trung tâm B"):
        version = an_online_course(provider=an_organization(name_vi=name))
        for _ in range(QUALITY_PEOPLE_MIN):
            a_review(version)

    with django_assert_max_num_queries(8) as asked:
        lines = queries.log(page_number=10**9).providers

    assert [line.organization.name_vi for line in lines] == ["Trung tâm A", "Trung tâm B"]
    statements = [each["sql"] for each in asked.captured_queries]
    added_up = [sql for sql in statements if "provider_id" in sql and "GROUP BY" in sql]
    assert len(added_up) == 1
    assert "courses_feedback" not in added_up[0]


# What the organization replies


def test_the_newest_wording_of_a_reply_stands():
    given = a_review()
    manager = given.course.provider.registered_by

    first, again = (feedback_reply.reply(feedback=given, actor=manager, text="Cảm ơn bạn.", now=GIVEN) for _ in "12")
    second = feedback_reply.reply(feedback=given, actor=manager, text=" Cảm ơn anh chị. ", now=LATER)

    assert first == again
    assert list(given.replies.all()) == [first, second]
    assert second.text == "Cảm ơn anh chị."


@pytest.mark.parametrize(("role", "may"), [(Role.INSTRUCTOR, True), (Role.VOLUNTEER, False), (None, False)])
def test_managers_and_instructors_reply(role, may):
    given, actor = a_review(), a_learner()
    if role:
        a_membership(organization=given.course.provider, learner=actor, role=role)

    try:
        feedback_reply.reply(feedback=given, actor=actor, text="Cảm ơn.", now=GIVEN)
    except feedback_reply.NotOfTheOrganization:
        assert not may

    assert given.replies.exists() is may


@pytest.mark.parametrize("what", ["hidden", "taken back", "empty", "old", "often"])
def test_no_reply_to_what_is_not_shown_or_has_its_reply(what):
    given = a_review()
    manager, now = given.course.provider.registered_by, LATER
    refusal = feedback_reply.NothingToReplyTo
    if what == "hidden":
        hide(given)
    elif what == "taken back":
        feedback.withdraw(feedback=given, now=GIVEN)
    elif what == "old":
        feedback_reply.reply(feedback=given, actor=manager, text="Cảm ơn.", now=GIVEN)
        refusal, now = feedback_reply.ReplyStands, GIVEN + timedelta(days=REPLY_EDIT_DAYS, seconds=1)
    elif what == "often":
        for number in range(REPLIES_MAX.count_max):
            feedback_reply.reply(feedback=given, actor=manager, text=f"Lần {number}", now=GIVEN)
        refusal = feedback_reply.ReplyStands
    text = "Xin cảm ơn."
    if what == "empty":
        refusal, text = feedback_reply.ReplyMissing, "  "
    before = given.replies.count()

    with pytest.raises(refusal):
        feedback_reply.reply(feedback=given, actor=manager, text=text, now=now)

    assert given.replies.count() == before
