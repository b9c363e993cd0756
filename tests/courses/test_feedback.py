"""Who took part says what a course was like: once, in words that can be changed for a while and taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from courses.actions import enrollment, feedback
from courses.choices import AttendanceStatus, HidingReason
from courses.models import CourseRun, Feedback, FeedbackEdition, FeedbackReport, FeedbackRequest
from courses.queries import feedback as queries
from courses.rules import EDITIONS_MAX, FEEDBACK_EDIT_DAYS, FEEDBACK_OPEN_DAYS, REPORTS_A_DAY_MAX
from learners.choices import Role
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled, has_read
from tests.factories.feedback import GIVEN, a_review, an_online_course, completed
from tests.factories.people import NOW, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
LONG_AFTER = datetime(2026, 12, 20, 3, 0, tzinfo=UTC)  # the run of a_published_run is over, its attendance marked


def a_class():
    """A run of three classes on 24 November, 1 and 8 December, and who teaches it."""
    teacher = a_learner(full_name="Trần Thị Ngọc Lan")
    return a_published_run(version=a_published_version(attendance_percent_min=100), instructor=teacher), teacher


def came_once(run, teacher, status=AttendanceStatus.PRESENT, **more):
    return attended(enrolled(run=run, **more), run.class_sessions.first(), by=teacher, status=status)


def may_write(place, now=LONG_AFTER) -> bool:
    return queries.may_begin(place, now=now)


def refused_by_the_database(place, now=LONG_AFTER) -> bool:
    try:
        with transaction.atomic():
            FeedbackRequest.objects.create(enrollment=place, course=place.run.version.course, asked_at=now)
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


def test_who_has_completed_it_reviews_it():
    place = completed(an_online_course())

    given = feedback.give(enrollment=place, stars=5, can_do=True, text="  Học xong làm được ngay. ", now=GIVEN)

    assert (given.stars, given.can_do, given.text) == (5, True, "Học xong làm được ngay.")
    assert given.course == place.run.version.course
    assert given.request.enrollment == place


def test_who_came_once_and_left_reviews_it_too():
    run, teacher = a_class()
    place = came_once(run, teacher)
    enrollment.withdraw(enrollment=place, now=datetime(2026, 12, 2, tzinfo=UTC))
    place.refresh_from_db()

    assert may_write(place)
    assert not refused_by_the_database(place)
    assert feedback.give(enrollment=place, stars=2, text="Học nhanh quá.", now=LONG_AFTER).stars == 2


def test_who_came_once_and_saw_it_end_reviews_it_too():
    run, teacher = a_class()
    place = came_once(run, teacher)

    assert [may_write(place, now) for now in (datetime(2026, 12, 8, 12, tzinfo=UTC), LONG_AFTER)] == [False, True]
    assert refused_by_the_database(place, datetime(2026, 12, 8, 12, tzinfo=UTC))
    assert not refused_by_the_database(place)


@pytest.mark.parametrize("what", ["never came", "was absent", "left before it began", "is still at it", "works there"])
def test_nobody_else_reviews_it(what):
    if what == "is still at it":
        version = a_published_version(units=3)
        place = has_read(enrolled(run=a_published_run(version=version, sessions=0)), up_to=1)
    elif what == "works there":
        place = completed(an_online_course())
        a_membership(organization=place.run.version.course.provider, learner=place.learner, role=Role.VOLUNTEER)
    else:
        run, teacher = a_class()
        place = came_once(run, teacher, AttendanceStatus.ABSENT) if what == "was absent" else enrolled(run=run)
        if what == "left before it began":
            enrollment.withdraw(enrollment=place, now=NOW)
    place.refresh_from_db()

    with pytest.raises(feedback.NotAParticipant):
        feedback.give(enrollment=place, stars=5, now=LONG_AFTER)

    assert not Feedback.objects.exists()
    assert refused_by_the_database(place)


def test_long_after_the_end_it_is_too_late():
    place = completed(an_online_course())
    last = NOW + timedelta(days=FEEDBACK_OPEN_DAYS)

    assert may_write(place, last)
    assert not may_write(place, last + timedelta(days=1))


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(stars):
    place = completed(an_online_course())

    with pytest.raises(feedback.StarsMissing):
        feedback.give(enrollment=place, stars=stars, now=GIVEN)

    request = FeedbackRequest.objects.create(enrollment=place, course=place.run.version.course, asked_at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.create(request=request, course=request.course, stars=stars, given_at=NOW)


def test_sent_twice_it_is_one():
    place = completed(an_online_course())

    first, second = (feedback.give(enrollment=place, stars=4, text="Tốt.", now=GIVEN) for _ in range(2))

    assert first == second
    assert not FeedbackEdition.objects.exists()


def test_the_earlier_wording_is_kept():
    given = a_review(stars=2, text="Ồn quá.")
    later = GIVEN + timedelta(days=3)

    changed = feedback.give(enrollment=given.request.enrollment, stars=3, text="Ồn, nhưng dạy kỹ.", now=later)

    assert (changed.pk, changed.stars, changed.edited_at) == (given.pk, 3, later)
    (before,) = changed.editions.all()
    assert (before.stars, before.text, before.said_at, before.replaced_at) == (2, "Ồn quá.", GIVEN, later)


def test_the_words_cannot_change_without_a_trace():
    given = a_review()

    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.filter(pk=given.pk).update(text="Chữ khác")
    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.filter(pk=given.pk).update(stars=1)
    for rows in (Feedback, FeedbackRequest):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.objects.all()._raw_delete(using="default")


def test_after_its_term_it_can_only_be_taken_back():
    given = a_review()
    late = given.editable_until + timedelta(seconds=1)

    feedback.give(enrollment=given.request.enrollment, stars=5, now=given.editable_until)
    with pytest.raises(feedback.TermOver):
        feedback.give(enrollment=given.request.enrollment, stars=1, now=late)
    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.filter(pk=given.pk).update(stars=1, edited_at=late)

    assert given.editable_until == GIVEN + timedelta(days=FEEDBACK_EDIT_DAYS)
    assert feedback.withdraw(feedback=given, now=late).withdrawn_at == late


def test_wordings_have_a_limit():
    given = a_review(text="0")
    place = given.request.enrollment
    for number in range(1, EDITIONS_MAX.count_max + 1):
        feedback.give(enrollment=place, stars=4, text=str(number), now=GIVEN + timedelta(minutes=number))

    with pytest.raises(feedback.TooManyWordings):
        feedback.give(enrollment=place, stars=4, text="nữa", now=GIVEN + timedelta(hours=2))


def test_taken_back_twice_it_stays_taken_back_and_may_be_given_again():
    given = a_review()
    for hours in (1, 2):
        taken_back = feedback.withdraw(feedback=given, now=GIVEN + timedelta(hours=hours))

    again = feedback.give(enrollment=given.request.enrollment, stars=4, text=given.text, now=GIVEN + timedelta(hours=3))

    assert taken_back.withdrawn_at == GIVEN + timedelta(hours=1)
    assert (again.pk, again.withdrawn_at, again.edited_at) == (given.pk, None, None)


def test_everybody_is_asked_once_and_nobody_by_a_letter_of_its_own():
    run, teacher = a_class()
    ended, left, never = came_once(run, teacher), came_once(run, teacher), enrolled(run=run)
    enrollment.withdraw(enrollment=left, now=datetime(2026, 12, 2, tzinfo=UTC))
    done = completed(an_online_course(), now=datetime(2026, 12, 14, tzinfo=UTC))
    before = Message.objects.count()

    asked = [feedback.ask_due(now=LONG_AFTER) for _ in range(2)]

    assert asked == [3, 0]
    requests = FeedbackRequest.objects.filter(asked_at=LONG_AFTER)
    assert {request.enrollment_id for request in requests} == {ended.pk, left.pk, done.pk}
    assert never.pk not in requests.values_list("enrollment", flat=True)
    assert Message.objects.count() == before


def test_nobody_is_asked_before_attendance_is_marked_or_long_after():
    run, teacher = a_class()
    came_once(run, teacher)
    ends_on = CourseRun.objects.get(pk=run.pk).ends_on

    def asked_on(days: int) -> int:
        with transaction.atomic():
            count = feedback.ask_due(
                now=datetime(ends_on.year, ends_on.month, ends_on.day, 5, tzinfo=UTC) + timedelta(days)
            )
            transaction.set_rollback(True)
        return count

    assert [asked_on(days) for days in (1, 7, 8, 30, 31)] == [0, 0, 1, 1, 0]


def test_the_question_goes_when_it_is_answered_declined_or_old():
    version = an_online_course()
    places = [completed(version) for _ in range(3)]
    feedback.ask_due(now=GIVEN)

    feedback.give(enrollment=places[0], stars=4, now=GIVEN)
    feedback.decline(request=places[1].feedback_request, now=GIVEN)

    assert [len(queries.asked(place.learner, now=GIVEN)) for place in places] == [0, 0, 1]
    assert queries.asked(places[2].learner, now=GIVEN + timedelta(days=31)) == []


def test_a_reader_reports_once():
    given, reader = a_review(), a_learner()

    for _ in range(2):
        feedback.report(feedback=given, reporter=reader, reason=HidingReason.INSULT, note="Dòng cuối.", now=GIVEN)

    (report,) = FeedbackReport.objects.all()
    assert (report.reporter, report.reason, report.note) == (reader, "INSULT", "Dòng cuối.")


def test_reports_have_a_limit_and_are_about_others():
    version, reader = an_online_course(), a_learner()
    for _ in range(REPORTS_A_DAY_MAX.count_max):
        feedback.report(feedback=a_review(version), reporter=reader, reason=HidingReason.INSULT, now=GIVEN)
    own = a_review(version)
    taken_back = feedback.withdraw(feedback=a_review(version), now=GIVEN)

    for given, reporter, refusal in (
        (a_review(version), reader, feedback.TooManyReports),
        (own, own.request.enrollment.learner, feedback.OwnReview),
        (taken_back, a_learner(), feedback.NothingToReport),
    ):
        with pytest.raises(refusal):
            feedback.report(feedback=given, reporter=reporter, reason=HidingReason.INSULT, now=GIVEN)

    tomorrow = GIVEN + timedelta(days=1, seconds=1)
    assert feedback.report(feedback=own, reporter=reader, reason=HidingReason.INSULT, now=tomorrow)


def test_a_review_is_of_the_course_that_was_taken():
    place, other = completed(an_online_course()), an_online_course(provider=an_organization())

    with pytest.raises(DatabaseError), transaction.atomic():
        FeedbackRequest.objects.create(enrollment=place, course=other.course, asked_at=NOW)
    request = FeedbackRequest.objects.create(enrollment=place, course=place.run.version.course, asked_at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Feedback.objects.create(request=request, course=other.course, stars=5, given_at=NOW)
