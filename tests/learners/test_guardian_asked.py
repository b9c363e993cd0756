"""A guardian is told that something about a child waits for their answer, and no longer once it does not."""

from datetime import timedelta

import pytest

from learners import emails, rules
from learners.actions import consent, message
from learners.actions import guardian as guardians
from learners.choices import Channel, ConsentChannel, ConsentPurpose, Language, MessageKind, MessageState, Urgency
from learners.models import Learner, Message
from learners.queries import consent as consents
from tests.factories.counter import a_registration
from tests.factories.guardians import a_child, a_guardian
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
NEEDS = ConsentPurpose.ACCESS_NEEDS
THEN = NOW + timedelta(hours=1)


def child_says_yes(child, *, now=NOW):
    said = {"language": Language.VI, "channel": ConsentChannel.PORTAL, "now": now}
    return consent.give(learner=child, text=consents.text_of(NEEDS), **said)


def guardian_says(standing, *, is_yes=True, now=THEN):
    said = {"text": consents.text_of(NEEDS), "is_yes": is_yes, "language": Language.VI, "now": now}
    return consent.answer_for_child(guardian=standing, actor=standing.guardian, **said)


def letters():
    return Message.objects.filter(kind=MessageKind.GUARDIAN_ASKED).order_by("pk")


def waiting():
    return [letter.recipient for letter in letters().filter(state=MessageState.DUE)]


def test_each_guardian_who_has_not_agreed_is_told_once():
    child = a_child()
    mother, father = a_guardian(child), a_guardian(child, guardian=a_learner(full_name="Phan Văn Cha"))
    guardian_says(mother, now=NOW)

    child_says_yes(a_child())  # nobody stands for this one
    told_before = letters().count()
    standing = a_guardian(a_child(full_name="Phan Gia Hân"), guardian=father.guardian)
    child_says_yes(standing.child)
    child_says_yes(standing.child, now=THEN)

    assert told_before == 0
    assert [letter.recipient for letter in letters()] == [father.guardian]
    assert letters().get().data["child"] == "Phan Gia Hân"


def test_the_letter_says_what_about_whom_and_where(settings):
    settings.HELPLINE = "1800 0000"
    child_says_yes(a_guardian(a_child()).child)

    letter = emails.render(letters().get())

    assert letter.subject == "Có một điều đang chờ bạn trả lời"
    assert "Phan Gia Bảo" in letter.text
    assert "/me/children/" in letter.text
    assert "1800 0000" in letter.text


def test_who_has_a_number_alone_gets_a_text_and_who_has_a_card_alone_nothing():
    child = a_child()
    parent = a_registration(organization=child.registration.organization, birth_year=1990).learner
    standing = a_guardian(child, guardian=parent)

    child_says_yes(child)
    by_card = letters().count()
    Learner.objects.filter(pk=parent.pk).update(phone="+84912345678")
    consent.withdraw(learner=child, purpose=NEEDS, now=THEN)
    child_says_yes(standing.child, now=THEN)

    sent_to = letters().get()
    Learner.objects.filter(pk=parent.pk).update(phone="+84987654321")
    message.deliver_due(now=THEN + timedelta(days=1), urgency=Urgency.ROUTINE)

    assert by_card == 0
    assert (sent_to.channel, sent_to.address) == (Channel.SMS, "+84912345678")
    assert letters().get().state == MessageState.DROPPED  # whoever has the number now gets nothing


def test_whoever_has_one_account_out_of_two_is_told_there():
    standing, kept = a_guardian(a_child()), a_learner()
    Learner.objects.filter(pk=standing.guardian_id).update(merged_into=kept)

    child_says_yes(standing.child)

    assert waiting() == [kept]


@pytest.mark.parametrize("how", ["yes", "no", "child takes it back", "the other says yes", "taken back"])
def test_it_is_dropped_once_nothing_waits(how):
    child = a_child()
    mother, father = a_guardian(child), a_guardian(child, guardian=a_learner(full_name="Phan Văn Cha"))
    child_says_yes(child)
    before = waiting()

    if how in {"yes", "no"}:
        guardian_says(mother, is_yes=how == "yes")
    elif how == "the other says yes":
        guardian_says(father)
    elif how == "child takes it back":
        consent.withdraw(learner=child, purpose=NEEDS, now=THEN)
    else:
        guardians.revoke(guardian=mother, actor=mother.guardian, now=THEN)

    assert before == [mother.guardian, father.guardian]
    assert mother.guardian not in waiting()
    assert (father.guardian in waiting()) is (how == "taken back")


def test_however_often_a_child_changes_their_mind_it_is_one_letter_a_day():
    standing = a_guardian(a_child())
    child_says_yes(standing.child)
    letters().update(state=MessageState.SENT, handed_over_at=NOW, sent_at=NOW)

    for minutes in (1, 2):
        now = NOW + timedelta(minutes=minutes)
        consent.withdraw(learner=standing.child, purpose=NEEDS, now=now)
        child_says_yes(standing.child, now=now)
    same_day = letters().count()
    next_day = NOW + rules.GUARDIAN_ASKED_EVERY
    consent.withdraw(learner=standing.child, purpose=NEEDS, now=next_day)
    child_says_yes(standing.child, now=next_day)

    assert (same_day, letters().count()) == (1, 2)


def test_what_was_dropped_unsent_does_not_count():
    standing = a_guardian(a_child())
    child_says_yes(standing.child)
    consent.withdraw(learner=standing.child, purpose=NEEDS, now=THEN)

    child_says_yes(standing.child, now=THEN)

    assert waiting() == [standing.guardian]
