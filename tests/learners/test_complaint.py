"""Complaining about an organisation: taken with a day for the answer, read at the desk, answered once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from learners.actions import complaint
from learners.actions import organization as actions
from learners.choices import ComplaintOutcome, ComplaintSubject, MessageKind, Role
from learners.models import Message, OrganizationComplaint, OrganizationComplaintAnswer
from learners.rules import COMPLAINT_LETTERS_MAX, COMPLAINTS_OPEN_MAX
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.complaints import a_complaint
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
SAID = {"subject": "MONEY", "text": "Đến lớp mới biết phải đóng 200.000 đồng."}
FOUND = {"outcome": "UPHELD", "text": "Đơn vị đã trả lại tiền."}


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def answered(given: OrganizationComplaint, **more: object) -> OrganizationComplaintAnswer:
    said = {"outcome": ComplaintOutcome.UPHELD, "text": "Đúng vậy.", "curator": a_curator(), "now": NOW}
    return complaint.answer(complaint=given, **(said | more))


def letters(kind: MessageKind) -> list[Message]:
    return list(Message.objects.filter(kind=kind))


# To complain


def test_a_complaint_reaches_the_curators_with_a_day_for_the_answer(learner_client):
    organization = an_organization(name_vi="Thư viện phường Ninh Kiều")
    learner = a_learner()
    client = learner_client(learner)

    answer = client.post(f"/providers/{organization.pk}/complain/", SAID, follow=True)

    made = OrganizationComplaint.objects.get()
    assert (made.organization, made.learner, made.subject, made.text, made.made_at, made.due_on) == (
        *(organization, learner, "MONEY", SAID["text"], NOW),
        date(2026, 12, 11),
    )
    page = answer.content.decode()
    assert "chậm nhất thứ Sáu 11/12/2026" in page
    assert SAID["text"] in page
    (letter,) = letters(MessageKind.COMPLAINT_RECEIVED)
    assert letter.recipient == learner
    assert letter.data["org"] == "Thư viện phường Ninh Kiều"


def test_sent_twice_it_is_one_complaint():
    first = a_complaint()

    again = a_complaint(learner=first.learner, organization=first.organization)

    assert again == first
    assert len(letters(MessageKind.COMPLAINT_RECEIVED)) == 1


def test_a_suspended_organisation_is_complained_about_from_the_page_of_the_enrolment(learner_client):
    organization = an_organization(name_vi="Trung tâm ma")
    place = enrolled(run=a_published_run(version=a_published_version(provider=organization)))
    actions.suspend(organization=organization, curator=a_curator(), now=NOW)
    client = learner_client(place.learner)
    complain, page = f"/providers/{organization.pk}/complain/", organization.get_absolute_url()

    from_here = client.get(f"/enrollments/{place.public_id}/").content.decode()
    form = client.get(complain).content.decode()
    told = client.post(complain, SAID, follow=True).content.decode()

    assert "Phản ánh về Trung tâm ma" in from_here
    assert complain in from_here
    assert client.get(page).status_code == 404
    assert page not in form + told
    assert OrganizationComplaint.objects.get().organization == organization


def test_the_same_again_after_an_answer_is_another_one():
    first = a_complaint()
    answered(first)

    again = a_complaint(learner=first.learner, organization=first.organization)

    assert again != first


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"text": "Chuyện."}, "Hãy chọn việc bạn phản ánh."),
        ({"subject": "MONEY", "text": " \n "}, "Hãy viết một hai câu về chuyện đã xảy ra."),
        ({"subject": "MONEY", "text": "a" * (COMPLAINT_LETTERS_MAX + 1)}, "2.001"),
        ({"subject": "WEATHER", "text": "Chuyện."}, "Hãy chọn việc bạn phản ánh."),
        ({"subject": "MONEY", "text": "a\0b"}, "NUL"),
    ],
    ids=["no subject", "no words", "too long", "unknown subject", "NUL"],
)
def test_what_is_missing_is_said_at_the_field_and_what_was_typed_stays(learner_client, said, told):
    organization = an_organization()

    page = learner_client(a_learner()).post(f"/providers/{organization.pk}/complain/", said).content.decode()

    assert told in page
    assert said["text"].strip()[:7].replace("\0", "") in page
    assert not OrganizationComplaint.objects.exists()


def test_the_page_in_english_says_what_happens(learner_client):
    organization = an_organization(name_en="Ninh Kiều Library")

    page = learner_client(a_learner()).get(f"/en/providers/{organization.pk}/complain/").content.decode()

    assert "Ninh Kiều Library" in page
    assert "Friday 11 December 2026" in page


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (lambda learner, organization: a_membership(organization=organization, learner=learner, role=Role.VOLUNTEER),
         complaint.OwnOrganizationComplaint),
        (lambda learner, organization: [a_complaint(learner=learner) for _ in range(COMPLAINTS_OPEN_MAX)],
         complaint.TooManyComplaints),
    ],
    ids=["works there", "too many wait"],
)  # fmt: skip
def test_a_complaint_is_refused(given, refusal):
    learner, organization = a_learner(), an_organization()
    given(learner, organization)

    with pytest.raises(refusal):
        a_complaint(learner=learner, organization=organization, text="Một chuyện khác.")

    assert not organization.complaints.exists()


def test_an_answer_makes_room_for_the_next():
    learner = a_learner()
    waiting = [a_complaint(learner=learner) for _ in range(COMPLAINTS_OPEN_MAX)]
    answered(waiting[0])

    assert a_complaint(learner=learner)


def test_about_an_organization_one_cannot_see_nobody_complains(learner_client):
    organization = an_organization(verified=False)

    answer = learner_client(a_learner()).post(f"/providers/{organization.pk}/complain/", SAID)

    assert answer.status_code == 404
    assert not OrganizationComplaint.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_ones_own_page_costs_the_same_whatever_is_on_it(learner_client, django_assert_num_queries, count):
    learner, organization, curator = a_learner(), an_organization(), a_curator()
    for number in range(count):
        made = a_complaint(learner=learner, organization=organization, text=f"Chuyện {number}")
        answered(made, curator=curator, text=f"Trả lời {number}")
    a_complaint(text="Của người khác")
    client = learner_client(learner)

    with django_assert_num_queries(4):  # session, learner, where they work, complaints
        page = client.get("/me/complaints/").content.decode()

    assert page.count("Trả lời ") == count
    assert "Của người khác" not in page


def test_nothing_to_show_says_where_to_go(learner_client):
    assert "Bạn chưa gửi phản ánh nào" in learner_client(a_learner()).get("/me/complaints/").content.decode()


# To answer


def test_a_curator_answers_at_the_desk_and_the_learner_is_told(learner_client):
    made, curator = a_complaint(), a_curator()
    client = learner_client(curator)
    assert made.text in client.get(f"/admin/learners/organizationcomplaint/{made.pk}/change/").content.decode()
    assert "Phản ánh về đơn vị" in client.get("/admin/").content.decode()

    page = client.post(f"/admin/learners/organizationcomplaint/{made.pk}/answer/", FOUND, follow=True).content.decode()

    given = OrganizationComplaintAnswer.objects.get()
    assert (given.complaint, given.outcome, given.text, given.answered_by) == (
        *(made, "UPHELD", FOUND["text"]),
        curator,
    )
    assert "Người học đã nhận trả lời của bạn." in page
    (letter,) = letters(MessageKind.COMPLAINT_ANSWERED)
    assert letter.recipient == made.learner
    assert letter.data["reason"] == FOUND["text"]
    assert "Phản ánh đúng" in learner_client(made.learner).get("/me/complaints/").content.decode()


def test_who_complained_is_known_at_the_desk_by_number_only(learner_client):
    made = a_complaint(learner=a_learner(full_name="Huỳnh Thị Lài"))

    page = learner_client(a_curator()).get(f"/admin/learners/organizationcomplaint/{made.pk}/change/").content.decode()

    assert str(made.learner.ledger_number) in page
    assert "Huỳnh Thị Lài" not in page
    assert made.learner.email not in page


def test_what_waits_stands_above_what_is_answered(learner_client):
    done, waits = a_complaint(), a_complaint()
    answered(done)
    client = learner_client(a_curator())

    everything = client.get("/admin/learners/organizationcomplaint/").content.decode()
    waiting = client.get("/admin/learners/organizationcomplaint/", {"waits": "yes"}).content.decode()

    assert everything.index(waits.organization.name) < everything.index(done.organization.name)
    assert done.organization.name not in waiting


def test_an_answer_without_words_is_refused_at_the_field(learner_client):
    made = a_complaint()

    page = learner_client(a_curator()).post(
        f"/admin/learners/organizationcomplaint/{made.pk}/answer/", {"outcome": "UPHELD", "text": ""}
    )

    assert page.status_code == 200
    assert not OrganizationComplaintAnswer.objects.exists()


def test_answered_twice_with_the_same_words_it_is_one_answer():
    made, curator = a_complaint(), a_curator()
    first = answered(made, curator=curator)

    again = answered(made, curator=curator, now=NOW + timedelta(minutes=1))

    assert again == first
    assert len(letters(MessageKind.COMPLAINT_ANSWERED)) == 1


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (lambda made: {"curator": a_learner()}, complaint.NotTheirsToAnswer),
        (lambda made: {"curator": made.learner}, complaint.NotTheirsToAnswer),
        (lambda made: {"curator": a_member(made)}, complaint.NotTheirsToAnswer),
        (lambda made: {"text": " "}, complaint.SaysNothing),
    ],
    ids=["no curator", "made it", "works there", "no words"],
)
def test_an_answer_is_refused(given, refusal):
    made = a_complaint(learner=a_curator())

    with pytest.raises(refusal):
        answered(made, **given(made))

    assert not OrganizationComplaintAnswer.objects.exists()


def a_member(made: OrganizationComplaint):
    curator = a_curator()
    a_membership(organization=made.organization, learner=curator, role=Role.INSTRUCTOR)
    return curator


def test_the_first_answer_stays():
    made = a_complaint()
    answered(made)

    with pytest.raises(complaint.AnsweredAlready):
        answered(made, text="Không phải.")

    assert made.answer.text == "Đúng vậy."


# What the database keeps


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE learners_organizationcomplaint SET text = 'khác'",
        "DELETE FROM learners_organizationcomplaint",
        "UPDATE learners_organizationcomplaintanswer SET text = 'khác'",
        "DELETE FROM learners_organizationcomplaintanswer",
    ],
)
@pytest.mark.parametrize("role", ["lh_app", "owner"])
def test_what_was_said_stays_as_it_was_written(statement, role):
    answered(a_complaint())
    refusal, words = (
        (ProgrammingError, "permission denied") if role == "lh_app" else (IntegrityError, "are never changed")
    )

    with pytest.raises(refusal, match=words), transaction.atomic():
        run_as(role, statement)


def run_as(role: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(("RESET ROLE; " if role == "owner" else "") + statement)


@pytest.mark.parametrize("who", [lambda made: made.learner, a_member], ids=["made it", "works there"])
def test_the_database_takes_no_answer_from_whom_it_concerns(who):
    made = a_complaint()

    with pytest.raises(IntegrityError, match="nobody answers"), transaction.atomic():
        OrganizationComplaintAnswer.objects.create(
            complaint=made, outcome="UPHELD", text="Tôi đúng.", answered_by=who(made), answered_at=NOW
        )


@pytest.mark.parametrize("text", ["", "a" * (COMPLAINT_LETTERS_MAX + 1)], ids=["nothing", "too much"])
def test_the_database_takes_no_complaint_without_words_or_with_too_many(text):
    with pytest.raises(IntegrityError, match="complaint_says_something"), transaction.atomic():
        OrganizationComplaint.objects.create(
            organization=an_organization(),
            learner=a_learner(),
            subject=ComplaintSubject.OTHER,
            text=text,
            made_at=NOW,
            due_on=NOW.date(),
        )
