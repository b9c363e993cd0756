"""How long what is kept: rows one can read and supersede, and the nightly job that keeps to them."""

from datetime import date, timedelta

import pytest

from learners.actions import help as asking
from learners.actions import retention as actions
from learners.choices import HelpOutcome, HelpTag, MessageKind, MessageState, RetentionKind
from learners.models import HelpAnswer, HelpRequest, Message, RetentionRule
from learners.queries import retention as queries
from learners.tasks import carry_out_retention
from tests.factories.help import a_help_request
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_curator, a_learner

pytestmark = pytest.mark.django_db
HELP_DAYS, MESSAGE_DAYS = 60, 180


def an_answered_request(**more: object) -> HelpRequest:
    asked = a_help_request(learner=a_learner(), **more)
    said = {"tag": HelpTag.DEVICE, "outcome": HelpOutcome.HELPED, "note": "Đã chỉ cho bà Sáu."}
    asking.answer(asked=asked, actor=a_curator(), organization=None, **said, now=NOW)
    return asked


def test_every_kind_has_a_timer_with_a_source_and_my_data_shows_it(learner_client):
    rules = queries.all_kinds(on=date(2026, 12, 1))
    client = learner_client(a_learner())

    page, english = client.get("/me/data/").content.decode(), client.get("/en/me/data/").content.decode()

    assert [rule.kind for rule in rules] == list(RetentionKind)
    assert all(rule.source_vi and rule.source_en for rule in rules)
    assert "180 ngày" in page
    assert "180 days" in english
    assert "Luật 91/2025/QH15" in page


def test_words_of_a_request_go_and_the_tag_stays():
    old, young = an_answered_request(), an_answered_request()
    HelpAnswer.objects.filter(pk=young.pk).update(note="Mới đây.")

    early = actions.carry_out(now=NOW + timedelta(days=HELP_DAYS))
    done = actions.carry_out(now=NOW + timedelta(days=HELP_DAYS, seconds=1))
    again = actions.carry_out(now=NOW + timedelta(days=HELP_DAYS, seconds=1))

    old.refresh_from_db()
    counts = [each[RetentionKind.HELP_REQUEST] for each in (early, done, again)]
    assert counts == [0, 2, 0]
    assert (old.name, old.reach, old.about, old.learner) == ("", "", "", None)
    assert (old.answer.note, old.answer.tag) == ("", HelpTag.DEVICE)


def test_what_nobody_answered_is_kept_from_its_day_on():
    asked = a_help_request()

    actions.carry_out(now=NOW + timedelta(days=HELP_DAYS))
    kept = HelpRequest.objects.get(pk=asked.pk).name
    actions.carry_out(now=NOW + timedelta(days=HELP_DAYS + 4))

    assert kept == asked.name
    assert HelpRequest.objects.get(pk=asked.pk).name == ""


def test_what_letters_said_goes_and_their_keys_stay():
    sent, waiting = a_message(), a_message()
    code = a_message(kind=MessageKind.SIGN_IN_CODE)
    Message.objects.filter(pk__in=[sent.pk, code.pk]).update(state=MessageState.SENT, sent_at=NOW, handed_over_at=NOW)

    done = actions.carry_out(now=NOW + timedelta(days=MESSAGE_DAYS, seconds=1))

    sent.refresh_from_db()
    waiting.refresh_from_db()
    assert done[RetentionKind.MESSAGE] == 2
    assert (sent.data, sent.state) == ({}, MessageState.SENT)
    assert waiting.data != {}
    assert not Message.objects.filter(pk=code.pk).exists()


def test_a_new_timer_is_kept_to_from_its_day(learner_client, time_machine):
    time_machine.move_to(NOW, tick=False)
    asked = an_answered_request()
    client = learner_client(a_curator())
    form = {"kind": "HELP_REQUEST", "days": "1", "source_vi": "Quyết định 1/QĐ", "source_en": "Decision 1/QĐ"}

    client.post("/admin/learners/retentionrule/add/", form)
    client.post("/admin/learners/retentionrule/add/", form)
    time_machine.move_to(NOW + timedelta(days=2))
    carry_out_retention()

    rules = RetentionRule.objects.filter(kind="HELP_REQUEST").order_by("pk")
    assert [(rule.days, rule.valid_to is None) for rule in rules] == [(HELP_DAYS, False), (1, True)]
    asked.refresh_from_db()
    assert asked.name == ""


def test_a_timer_is_superseded_and_not_edited(learner_client):
    rule = RetentionRule.objects.get(kind="HELP_REQUEST")
    client = learner_client(a_curator())

    client.post(f"/admin/learners/retentionrule/{rule.pk}/change/", {"days": "1"})
    client.post(f"/admin/learners/retentionrule/{rule.pk}/delete/", {"post": "yes"})

    assert RetentionRule.objects.get(kind="HELP_REQUEST").days == HELP_DAYS
