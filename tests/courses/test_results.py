"""Results and the word of who teaches: entries that stay; met, they complete and award; corrected, credit follows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from courses.actions import attendance_flag, completion_word, erasure, result
from courses.actions.result import Said
from courses.choices import AttendanceStatus
from courses.models import AttendanceFlag, CompletionWord, Enrollment, ResultEntry
from courses.queries import attendance, syllabus
from courses.queries import completion as completions
from courses.queries import enrollment as enrollments
from courses.queries import result as queries
from credits.actions import deciding
from credits.models import LedgerAccess, LedgerRequest
from credits.queries import ledger
from credits.queries.audit import audit
from learners.choices import Seen
from learners.models import Learner
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended, enrolled
from tests.factories.people import a_curator, a_learner, an_organization

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WHY = "Đã làm lại bài thực hành trước mặt tôi."


@pytest.fixture
def instructor():
    return a_learner(full_name="Trần Thị Ngọc Lan")


@pytest.fixture
def provider():
    return an_organization()


def a_class(provider, instructor, *, sessions=1, **rule):
    version = a_published_version(provider=provider, attendance_percent_min=100, **rule)
    return a_published_run(version=version, sessions=sessions, instructor=instructor)


def last(run):
    return run.class_sessions.order_by("-position").first()


def after(run, hours=1):
    return last(run).ends_at + hours * HOUR


def came(run, instructor, *, missed=0, learner=None):
    """Return the enrolment of somebody who came to all class sessions but the first ones."""
    place = enrolled(learner, run)
    for number, session in enumerate(run.class_sessions.order_by("position")):
        status = AttendanceStatus.ABSENT if number < missed else AttendanceStatus.PRESENT
        place = attended(place, session, by=instructor, status=status)
    return place


def record(place, actor, *, hours=1, reason="", **said):
    entries = result.record(
        run=place.run, results={place.pk: Said(**said)}, actor=actor, now=after(place.run, hours), reason=reason
    )
    place.refresh_from_db()
    return entries


def give(place, actor, *, reason=WHY, hours=1):
    word = completion_word.give(enrollment=place, actor=actor, reason=reason, now=after(place.run, hours))
    place.refresh_from_db()
    return word


# The pass mark


@pytest.mark.parametrize(
    ("rule", "said", "state"),
    [
        ({"mark_min": 50}, {"mark": 50}, "COMPLETED"),
        ({"mark_min": 50}, {"mark": 49}, "ENROLLED"),
        ({}, {"has_passed": True}, "COMPLETED"),
        ({}, {"has_passed": False}, "ENROLLED"),
    ],
)
def test_who_has_attended_completes_with_the_result(provider, instructor, rule, said, state):
    place = came(a_class(provider, instructor, asks_result=True, **rule), instructor)
    assert place.state == "ENROLLED"

    record(place, instructor, **said)

    assert place.state == state
    assert ledger.balance(place.learner).total == (12 if state == "COMPLETED" else 0)
    assert (enrollments.audit(), audit()) == ([], [])


def test_the_result_alone_is_not_enough(provider, instructor):
    run = a_class(provider, instructor, asks_result=True, mark_min=50)
    place = enrolled(run=run)

    record(place, instructor, mark=100)
    assert place.state == "ENROLLED"

    assert attended(place, last(run), by=instructor, now=after(run)).state == "COMPLETED"


def test_the_award_tells_the_rule_and_not_the_points(provider, instructor):
    place = came(a_class(provider, instructor, asks_result=True, mark_min=50), instructor)
    record(place, instructor, mark=87)

    snapshot = place.award_entry.snapshot
    assert snapshot["rule"] == "attendance_percent_min=100 and mark_min=50"
    assert snapshot["evidence"]["has_passed"] is True
    assert "87" not in str(snapshot["evidence"])


def test_entered_twice_it_is_one_entry_and_corrected_all_stay(provider, instructor):
    place = came(a_class(provider, instructor, asks_result=True, mark_min=50), instructor)

    first = record(place, instructor, mark=40)
    again = record(place, instructor, mark=40)
    with pytest.raises(result.ReasonMissing):
        record(place, instructor, mark=60)
    record(place, instructor, mark=60, reason="Cộng nhầm.", hours=2)

    assert (len(first), again) == (1, [])
    entries = ResultEntry.objects.order_by("pk").values_list("mark", "reason", "superseded_at")
    assert list(entries) == [(40, "", after(place.run, 2)), (60, "Cộng nhầm.", None)]
    assert place.state == "COMPLETED"


def test_a_correction_that_unmeets_it_leads_to_a_reversal(provider, instructor):
    place = came(a_class(provider, instructor, asks_result=True, mark_min=50), instructor)
    record(place, instructor, mark=60)
    manager = provider.registered_by

    record(place, manager, mark=30, reason="Chép nhầm của người khác.", hours=2)
    asked = LedgerRequest.objects.get(decision__isnull=True)
    assert (place.state, asked.entry, asked.requested_by) == ("COMPLETED", place.award_entry, manager)
    deciding.approve(request=asked, actor=a_curator(), now=after(place.run, 3))

    place.refresh_from_db()
    assert (place.state, ledger.balance(place.learner).total) == ("ENROLLED", 0)
    assert (enrollments.audit(), audit()) == ([], [])


def test_an_instructors_correction_is_listed_for_a_manager(provider, instructor):
    place = came(a_class(provider, instructor, asks_result=True, mark_min=50), instructor)
    record(place, instructor, mark=60)

    record(place, instructor, mark=30, reason="Chép nhầm.", hours=2)

    assert completions.in_doubt(provider) == [place]


def no_result_asked(provider, instructor, place):
    return {"place": came(a_class(provider, instructor), instructor)}


def another_kind(provider, instructor, place):
    return {"has_passed": True, "mark": None}


def a_stranger(provider, instructor, place):
    return {"actor": a_learner()}


def before_it_begins(provider, instructor, place):
    return {"hours": -24 * 30}


def a_month_later(provider, instructor, place):
    return {"hours": 24 * 32}


def a_manager_without_a_reason(provider, instructor, place):
    return {"hours": 24 * 32, "actor": provider.registered_by}


def who_has_left(provider, instructor, place):
    Enrollment.objects.filter(pk=place.pk).update(state="CANCELLED")
    return {}


def oneself(provider, instructor, place):
    return {"actor": provider.registered_by, "place": enrolled(provider.registered_by, place.run)}


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (no_result_asked, result.NoResultAsked),
        (another_kind, result.NoResultAsked),
        (a_stranger, result.NotTheirClass),
        (before_it_begins, result.NotBegun),
        (a_month_later, result.TooLate),
        (a_manager_without_a_reason, result.ReasonMissing),
        (who_has_left, result.NotOnRoster),
        (oneself, result.OwnResult),
    ],
    ids=lambda it: it.__name__,
)
def test_what_is_refused(provider, instructor, spoil, refusal):
    place = enrolled(run=a_class(provider, instructor, asks_result=True, mark_min=50))
    said = {"actor": instructor, "place": place, "mark": 80} | spoil(provider, instructor, place)

    with pytest.raises(refusal):
        record(said.pop("place"), said.pop("actor"), **said)

    assert not ResultEntry.objects.exists()


# The word of who teaches


def test_the_word_stands_for_class_sessions_missed(provider, instructor, learner_client):
    place = came(a_class(provider, instructor, sessions=2, word_suffices=True), instructor, missed=1)

    words = [give(place, instructor) for _ in range(2)]

    assert words[0] == words[1]
    assert (place.state, ledger.balance(place.learner).total) == ("COMPLETED", 12)
    assert place.award_entry.snapshot["evidence"]["by_word"] is True
    assert WHY in learner_client(place.learner).get(f"/enrollments/{place.public_id}/attendance/").text
    assert (enrollments.audit(), audit()) == ([], [])


def test_it_stands_for_nothing_else(provider, instructor):
    rule = {"word_suffices": True, "asks_result": True, "mark_min": 50}
    place = came(a_class(provider, instructor, sessions=2, **rule), instructor, missed=1)

    give(place, instructor)
    assert place.state == "ENROLLED"
    record(place, instructor, mark=50)

    assert place.state == "COMPLETED"


def test_taken_back_the_credit_is_asked_back(provider, instructor):
    place = came(a_class(provider, instructor, sessions=2, word_suffices=True), instructor, missed=1)
    word, manager = give(place, instructor), provider.registered_by

    for _ in range(2):
        completion_word.end(word=word, actor=manager, reason="Nhầm người.", now=after(place.run, 2))
    deciding.approve(
        request=LedgerRequest.objects.get(decision__isnull=True), actor=a_curator(), now=after(place.run, 3)
    )

    place.refresh_from_db()
    assert (place.state, ledger.balance(place.learner).total) == ("ENROLLED", 0)
    assert (enrollments.audit(), audit()) == ([], [])


def test_a_month_after_the_class_only_a_manager_gives_the_word_or_takes_it_back(provider, instructor):
    run = a_class(provider, instructor, sessions=2, word_suffices=True)
    place, manager, late = came(run, instructor, missed=1), provider.registered_by, 24 * 32

    with pytest.raises(completion_word.UnableToGive, match="một tháng"):
        give(place, instructor, hours=late)
    word = give(place, manager, hours=late)
    with pytest.raises(completion_word.UnableToGive, match="một tháng"):
        completion_word.end(word=word, actor=instructor, reason="Nhầm.", now=after(run, late))

    assert (place.state, word.ended_at) == ("COMPLETED", None)


def test_who_has_left_is_not_told_of_sessions_they_came_to(provider, instructor):
    place = came(a_class(provider, instructor, sessions=2, word_suffices=True), instructor, missed=1)
    Enrollment.objects.filter(pk=place.pk).update(state="CANCELLED")

    with pytest.raises(completion_word.UnableToGive) as refusal:
        give(place, instructor)

    assert "không còn chỗ" in str(refusal.value)


@pytest.mark.parametrize("why", ["no such rule", "not missed", "never came", "not over", "too short", "a stranger"])
def test_the_word_is_refused(provider, instructor, why):
    run = a_class(provider, instructor, sessions=2, word_suffices=why != "no such rule")
    missed = {"not missed": 0, "never came": 2}.get(why, 1)
    place = enrolled(run=run) if why == "not over" else came(run, instructor, missed=missed)
    actor = a_learner() if why == "a stranger" else instructor

    with pytest.raises(completion_word.UnableToGive):
        give(
            place,
            actor,
            reason="Học rồi." if why == "too short" else WHY,
            hours=-24 if why == "not over" else 1,
        )

    assert not CompletionWord.objects.exists()


def test_many_words_in_one_class_wait_for_a_curator(provider, instructor):
    run = a_class(provider, instructor, sessions=2, word_suffices=True)
    for number in range(3):
        give(came(run, instructor, missed=1), instructor)
        found = attendance_flag.look(now=after(run, 2))
        assert found == (1 if number == 2 else 0)

    assert list(AttendanceFlag.objects.values_list("rule", "people")) == [("WORDS", 3)]


# What the database keeps


def test_entries_stay(provider, instructor):
    rule = {"word_suffices": True, "asks_result": True, "mark_min": 50}
    place = came(a_class(provider, instructor, sessions=2, **rule), instructor, missed=1)
    record(place, instructor, mark=60)
    word = give(place, instructor)

    for rows, changed in ((ResultEntry, {"mark": 100}), (CompletionWord, {"reason": "x" * 30})):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows.objects.update(**changed)
    entry = ResultEntry.objects.get()
    entry.pk, entry.recorded_by, entry.superseded_at = None, place.learner, after(place.run)
    with pytest.raises(IntegrityError, match="nobody says of themself"), transaction.atomic():
        entry.save(force_insert=True)
    completion_word.end(word=word, actor=provider.registered_by, reason="Nhầm.", now=after(place.run, 2))
    with pytest.raises(IntegrityError, match="taken back once"), transaction.atomic():
        CompletionWord.objects.update(ended_at=None, ended_by=None, end_reason="")


def test_a_short_reason_is_refused_by_the_database_too(provider, instructor):
    place = came(a_class(provider, instructor, sessions=2, word_suffices=True), instructor, missed=1)

    with pytest.raises(IntegrityError, match="completion_word_with_a_reason"), transaction.atomic():
        CompletionWord.objects.create(
            enrollment=place, reason="Học rồi.", given_by=instructor, given_at=after(place.run)
        )


def test_what_was_written_about_somebody_goes_with_their_account(provider, instructor):
    place = came(a_class(provider, instructor, sessions=2, word_suffices=True), instructor, missed=1)
    give(place, instructor)
    Learner.objects.filter(pk=place.learner_id).update(closed_at=after(place.run), is_active=False)

    erasure.erase(learner=place.learner, name=place.learner.full_name, now=after(place.run))

    assert CompletionWord.objects.get().reason == "—"


def test_a_syllabus_from_before_keeps_its_digest(provider):
    plain, asking = (a_published_version(provider=provider, asks_result=asks) for asks in (False, True))

    assert '"completed_when":{"attendance_percent_min":75,"every_unit_read":false}' in syllabus.written(plain).decode()
    assert '"result":"passed"' in syllabus.written(asking).decode()


# The pages


def page_of(run):
    return f"/organizations/{run.version.course.provider.public_id}/runs/{run.pk}/results/"


def shown(answer):
    return {"seen": answer.context["seen"]}


def test_an_instructor_enters_results_on_one_page(provider, instructor, learner_client, time_machine):
    run = a_class(provider, instructor, asks_result=True, mark_min=50)
    first, second = came(run, instructor), came(run, instructor)
    time_machine.move_to(after(run), tick=False)
    client, page = learner_client(instructor), f"/organizations/{provider.public_id}/runs/{run.pk}/results/"

    roster = client.get(f"/organizations/{provider.public_id}/runs/{run.pk}/").text
    seen = shown(client.get(page))
    wrong = client.post(page, seen | {f"result_{first.pk}": "101"})
    done = client.post(page, seen | {f"result_{first.pk}": "70", f"result_{second.pk}": ""})
    corrected = client.post(page, shown(client.get(page)) | {f"result_{first.pk}": "40"})

    assert (page in roster, "từ 0 đến 100" in wrong.text) == (True, True)
    assert (done.status_code, list(ResultEntry.objects.values_list("enrollment", "mark"))) == (302, [(first.pk, 70)])
    assert (corrected.status_code, "vì sao sửa kết quả" in corrected.text) == (409, True)
    assert "bạn đạt ít nhất 50 trên 100 điểm" in client.get(run.version.get_absolute_url()).text


def test_a_word_is_given_and_taken_back_on_the_page_of_one_person(provider, instructor, learner_client, time_machine):
    run = a_class(provider, instructor, sessions=2, word_suffices=True)
    place = came(run, instructor, missed=1)
    time_machine.move_to(after(run), tick=False)
    client = learner_client(instructor)
    page = f"/organizations/{provider.public_id}/runs/{run.pk}/results/{place.public_id}/"

    short = client.post(page, {"reason": "Học rồi."})
    client.post(page, {"reason": WHY})
    given = client.get(page).text
    client.post(page, {"reason": "Nhầm người."})

    assert "dài ít nhất 20 chữ cái" in short.text
    assert WHY in given
    assert CompletionWord.objects.get().end_reason == "Nhầm người."


def test_a_stale_page_takes_no_correction_back(provider, instructor, learner_client, time_machine):
    """A colleague corrects one result while the page is open: what is saved from it about another leaves that one."""
    run = a_class(provider, instructor, asks_result=True, mark_min=50)
    mine, theirs = came(run, instructor), came(run, instructor)
    for place in (mine, theirs):
        record(place, instructor, mark=50)
    time_machine.move_to(after(run, 3), tick=False)
    client, page = learner_client(instructor), page_of(run)
    seen = shown(client.get(page))
    record(theirs, provider.registered_by, mark=80, reason="Cộng thiếu một câu.", hours=2)

    typed = {f"result_{mine.pk}": "60", f"result_{theirs.pk}": "50", "reason": "Chép nhầm."}
    answer = client.post(page, seen | typed)

    current = dict(ResultEntry.objects.filter(superseded_at=None).values_list("enrollment", "mark"))
    assert current == {mine.pk: 60, theirs.pk: 80}
    assert (answer.status_code, "80 trên 100 điểm" in answer.text) == (409, True)
    client.post(page, shown(answer) | {f"result_{theirs.pk}": "50", "reason": "Đã hỏi lại."})
    assert theirs.results.get(superseded_at=None).mark == 50


def test_a_form_that_comes_back_still_says_what_it_was_shown_with(provider, instructor, learner_client, time_machine):
    run = a_class(provider, instructor, asks_result=True, mark_min=50)
    place = came(run, instructor)
    record(place, instructor, mark=50)
    time_machine.move_to(after(run, 3), tick=False)
    client, page = learner_client(instructor), page_of(run)
    seen = shown(client.get(page))
    record(place, provider.registered_by, mark=80, reason="Cộng thiếu một câu.", hours=2)

    wrong = client.post(page, seen | {f"result_{place.pk}": "1000"})
    client.post(page, shown(wrong) | {f"result_{place.pk}": "50", "reason": "Chép nhầm."})

    assert place.results.get(superseded_at=None).mark == 80


def test_who_is_on_the_last_page_gets_a_result_too(provider, instructor, learner_client, time_machine):
    version = a_published_version(provider=provider, asks_result=True)
    run = a_published_run(version=version, seats=60, sessions=1, instructor=instructor)
    for number in range(attendance.LEARNERS_PER_PAGE):
        enrolled(a_learner(full_name=f"Lê Văn An {number}"), run)
    last_one = enrolled(a_learner(full_name="Lê Thị Yến"), run)
    time_machine.move_to(after(run), tick=False)
    client, page = learner_client(instructor), page_of(run)

    first = client.get(page)
    second = client.get(f"{page}?page=2")
    done = client.post(f"{page}?page=2", shown(second) | {f"result_{last_one.pk}": "passed"})

    assert ("Lê Thị Yến" in first.text, "Lê Thị Yến" in second.text) == (False, True)
    assert done["Location"].endswith("?page=2")
    assert ResultEntry.objects.get().enrollment == last_one


def test_who_looks_at_results_is_written_down(provider, instructor, learner_client, time_machine):
    run = a_class(provider, instructor, asks_result=True)
    place = came(run, instructor)
    time_machine.move_to(after(run), tick=False)
    client = learner_client(instructor)

    client.get(page_of(run))
    client.get(f"{page_of(run)}{place.public_id}/")

    rows = LedgerAccess.objects.filter(learner=place.learner).order_by("pk")
    assert [(row.reason, row.reader) for row in rows] == [(Seen.ROSTER, instructor), (Seen.ATTENDANCE, instructor)]


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_takes_the_same_queries(provider, instructor, people, django_assert_num_queries):
    run = a_class(provider, instructor, asks_result=True)
    for _ in range(people):
        enrolled(run=run)

    with django_assert_num_queries(4):
        assert len(queries.sheet(run).lines) == people
