"""Closing an account: asked twice, two weeks to think again, then nothing of the person is left and sums stay true."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from courses.actions import wish as wishing
from courses.models import Enrollment
from courses.queries import enrollment as places
from credits.exports.signing import signed
from credits.models import JournalEntry
from credits.queries import audit, hashed
from credits.queries import ledger as balances
from learners.actions import closing as actions
from learners.actions import message
from learners.choices import MessageKind, MessageState, Role
from learners.models import AccountClosing, Learner, Membership, Message, Session
from learners.rules import CLOSING_WAITS
from portal.actions import closing
from portal.tasks import close_due_accounts
from tests.factories.closing import (
    ADDRESS,
    NAME,
    OTHERS_TOPIC,
    PERSONAL,
    TOPIC,
    WORDS,
    found_in_database,
    somebody,
)
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization
from tests.factories.wishes import a_wish
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
THEN = NOW + CLOSING_WAITS


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def closed(learner: Learner) -> AccountClosing:
    """Return the closing of somebody whose two weeks are over."""
    made, _token = actions.ask(learner=learner, now=NOW)
    assert closing.close_due(now=THEN) == 1
    made.refresh_from_db()
    return made


# To ask


def test_it_is_said_before_what_happens_and_asked_twice(proven_client):
    learner = a_learner()
    client = proven_client(learner)

    first = client.get("/me/close/").content.decode()
    second = client.post("/me/close/").content.decode()
    without = client.post("/me/close/", {"really": "1"}).content.decode()
    before = AccountClosing.objects.count()
    done = client.post("/me/close/", {"really": "1", "understands": "on"}, follow=True)

    assert "Những gì bị xóa" in first
    assert "Sau 14 ngày" in first
    assert "Bạn có chắc không?" not in first
    assert "Bạn có chắc không?" in second
    assert "Hãy đánh dấu vào ô" in without
    assert before == 0
    made = AccountClosing.objects.get()
    assert (made.learner, made.due_at) == (learner, THEN)
    assert "5/12/2026" in done.content.decode()
    assert "_auth_user_id" not in client.session


def test_every_session_ends_and_a_letter_has_the_address(mailoutbox):
    learner = a_learner()
    elsewhere = Client()
    elsewhere.force_login(learner)

    _closing, token = actions.ask(learner=learner, now=NOW)
    message.deliver_due(now=NOW, urgency="URGENT")

    assert elsewhere.get("/me/").status_code == 302
    assert f"/closing/{token}/" in mailoutbox[0].body
    assert token not in str(Message.objects.values_list("data", flat=True))


def test_asked_again_it_is_the_same():
    learner = a_learner()
    first, token = actions.ask(learner=learner, now=NOW)

    again, nothing = actions.ask(learner=learner, now=NOW + timedelta(days=1))

    assert (again, nothing) == (first, "")
    assert token


def test_the_last_manager_hands_over_first(proven_client):
    organization = an_organization(name_vi="Thư viện Ninh Kiều")
    manager = organization.registered_by
    client = proven_client(manager)

    warned = client.get("/me/close/").content.decode()
    refused = client.post("/me/close/", {"really": "1", "understands": "on"}).content.decode()
    a_membership(organization=organization, learner=a_learner(), role=Role.MANAGER)
    actions.ask(learner=manager, now=NOW)

    assert "duy nhất của Thư viện Ninh Kiều" in warned
    assert "duy nhất của Thư viện Ninh Kiều" in refused
    assert AccountClosing.objects.count() == 1


def test_signing_in_stops_it(client: Client):
    learner = a_learner(email=ADDRESS)
    _closing, token = actions.ask(learner=learner, now=NOW)
    waiting = client.get(f"/closing/{token}/").content.decode()

    ask_for_code(client, ADDRESS)
    page = client.post("/account/code/", {"code": code_sent_to(ADDRESS)}, follow=True).content.decode()

    assert "Đang chờ" in waiting
    assert "việc đóng đã dừng" in page
    assert closing.close_due(now=THEN) == 0
    assert "Dừng vào" in Client().get(f"/closing/{token}/").content.decode()
    learner.refresh_from_db()
    assert learner.email == ADDRESS


def test_it_waits_two_weeks():
    actions.ask(learner=a_learner(), now=NOW)

    assert closing.close_due(now=THEN - timedelta(seconds=1)) == 0
    with pytest.raises(IntegrityError, match="account_closing_waits"), transaction.atomic():
        AccountClosing.objects.update(erased_at=THEN - timedelta(seconds=1), certificate={})


# To be gone


def test_nothing_of_the_person_is_left_and_sums_stay_true():
    learner = somebody()
    assert {each.split(": ")[1] for each in found_in_database(*PERSONAL)} == set(PERSONAL)
    ask_for_code(Client(), ADDRESS)  # a code, a letter and a session that know the address
    client = Client()
    client.force_login(learner)
    balance, chain = balances.balance(learner), [entry.hash for entry in hashed.chain_of(learner)]
    others = Learner.objects.exclude(pk=learner.pk).filter(is_active=True, merged_into=None).count()

    closed(learner)

    learner.refresh_from_db()
    assert found_in_database(*PERSONAL) == []
    assert [session.get_decoded() for session in Session.objects.all()] == []
    assert (learner.full_name, learner.email, learner.phone, learner.is_active) == ("—", None, None, False)
    assert balances.balance(learner) == balance
    assert [entry.hash for entry in hashed.chain_of(learner)] == chain
    assert balances.audit() == []
    assert places.audit() == []
    assert not Enrollment.objects.filter(learner=learner, state="ENROLLED").exists()
    assert client.get("/me/").status_code == 302
    assert Learner.objects.filter(is_active=True).count() == others


def test_a_wish_keeps_its_words_while_somebody_else_has_asked_for_it():
    first, second = a_learner(), a_learner()
    alone, together = a_wish(learner=first, topic=TOPIC).wish, a_wish(learner=first, topic=OTHERS_TOPIC).wish
    gone = a_wish(learner=second, topic=OTHERS_TOPIC)
    wishing.withdraw(voice=gone, now=NOW)

    closed(first)
    alone.refresh_from_db()
    together.refresh_from_db()
    kept = together.topic
    closed(second)
    together.refresh_from_db()

    assert (alone.topic, kept, together.topic) == ("—", OTHERS_TOPIC, "—")
    assert a_wish(topic=TOPIC).wish != alone


def test_nobody_signs_in_any_more_and_the_address_is_free(client: Client):
    learner = somebody()
    closed(learner)

    ask_for_code(client, ADDRESS)
    answer = type_code(client, code_sent_to(ADDRESS))

    assert answer.url == "/account/name/"  # as for anybody new


def test_no_letter_leaves_afterwards(mailoutbox):
    learner = somebody()
    closed(learner)

    message.deliver_due(now=THEN)
    message.queue(
        kind=MessageKind.ORGANIZATION_VERIFIED,
        key="later",
        data={"org": "a", "verified_by": "b", "date": "c", "link": "d"},
        recipient=learner,
        now=THEN,
    )
    message.deliver_due(now=THEN)

    assert [mail for mail in mailoutbox if ADDRESS in mail.to] == []
    assert not Message.objects.filter(recipient=learner, state=MessageState.DUE).exists()


def test_a_letter_being_given_away_is_in_doubt_and_says_nothing(monkeypatch):
    learner = a_learner(full_name=NAME, email=ADDRESS)
    letter = a_message(recipient=learner, now=NOW)
    asked, _token = actions.ask(learner=learner, now=NOW)
    give_away, meanwhile = EmailBackend.send_messages, []

    def closed_meanwhile(backend, letters):
        meanwhile.append(closing.close_due(now=THEN))
        return give_away(backend, letters)

    monkeypatch.setattr(EmailBackend, "send_messages", closed_meanwhile)

    message.deliver_due(now=NOW)

    letter.refresh_from_db()
    asked.refresh_from_db()
    assert meanwhile == [1]
    assert asked.erased_at == THEN
    assert (letter.state, letter.data, letter.claim_token) == (MessageState.IN_DOUBT, {}, None)


def test_the_certificate_proves_it_and_names_nobody(client: Client):
    learner = somebody()
    head = hashed.chain_of(learner)[-1].hash.hex()
    _made, token = actions.ask(learner=learner, now=NOW)
    close_due_accounts()  # not yet
    closing.close_due(now=THEN)

    page = client.get(f"/closing/{token}/").content.decode()
    file = client.get(f"/closing/{token}/?file")

    given = json.loads(file.content)
    assert signed({name: given[name] for name in given if name not in {"signature", "signing_key"}}) == given
    assert (given["record_head"], given["entries"]) == (head, JournalEntry.objects.filter(learner=learner).count())
    assert given["emptied"]["files"] == 1
    assert given["emptied"]["reviews"] == 1
    assert sha256(file.content).hexdigest() in page
    assert not [text for text in PERSONAL if text in page + file.content.decode()]


def test_it_is_done_once():
    closed(a_learner())

    assert closing.close_due(now=THEN) == 0


def test_a_place_given_up_is_free_for_others():
    learner = somebody()
    held = Enrollment.objects.get(learner=learner, state="ENROLLED").run

    closed(learner)

    assert held.enrollments.holding_seat().count() == 0


def test_what_others_wrote_about_somebody_else_stays():
    learner, other = somebody(), a_learner(full_name="Người Ở Lại")
    Membership.objects.create(organization=an_organization(), learner=other, role=Role.INSTRUCTOR, started_at=NOW)

    closed(learner)

    assert found_in_database("Người Ở Lại") == ["learners_learner: Người Ở Lại"]
    assert Membership.objects.get(learner=other).ended_at is None


def test_sessions_of_others_stay():
    client = Client()
    client.force_login(a_learner())

    closed(somebody())

    assert Session.objects.count() == 1
    assert client.get("/me/data/").status_code == 200


# What the database keeps


@pytest.mark.parametrize("function", ["learners_erase", "courses_erase", "credits_erase"])
def test_the_database_empties_only_closed_accounts(function):
    learner = somebody()

    with (
        pytest.raises(DatabaseError, match="only a closed account"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT {function}(%s)", [learner.pk])

    assert WORDS in str(learner.complaints_made.get().text)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE learners_organizationcomplaint SET text = '—'",
        "UPDATE credits_ledgerrequest SET reason = '', authority = '', seen = '', salt = ''",
        "UPDATE courses_feedbackreport SET note = ''",
    ],
)
def test_the_switch_alone_opens_nothing(statement):
    somebody()

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL portal.erasing = 'on';" + statement)


def test_the_owner_opens_nothing_without_the_switch():
    somebody()

    with pytest.raises(DatabaseError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("RESET ROLE; UPDATE credits_ledgerrequest SET reason = '', authority = '', seen = '', salt = ''")


def test_the_audit_takes_erased_words_for_no_fault():
    closed(somebody())

    assert audit.audit() == []
    assert NAME not in str(hashed.chain_of(Learner.objects.get(closed_at__isnull=False, merged_into=None)))


def test_the_desk_shows_how_far_closings_are_and_no_names(proven_client):
    made = closed(somebody())
    client = proven_client(a_curator())

    page = client.get("/admin/learners/accountclosing/").content.decode()
    one = client.get(f"/admin/learners/accountclosing/{made.pk}/change/").content.decode()

    assert str(made.public_id) in page
    assert not [text for text in PERSONAL if text in page + one]


def test_a_curator_who_leaves_is_one_no_more():
    curator = a_curator()

    closed(curator)

    curator.refresh_from_db()
    assert (curator.is_staff, curator.is_superuser) == (False, False)
