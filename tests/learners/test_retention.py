"""How long what is kept: rows one can read and supersede, and the nightly job that keeps to them."""

from datetime import date, timedelta

import pytest

from learners import rules
from learners.actions import help as asking
from learners.actions import one_by_one, sign_in, unsubscribe
from learners.actions import retention as actions
from learners.choices import HelpOutcome, HelpTag, MessageKind, MessageState, RetentionKind
from learners.models import (
    Device,
    HelpAnswer,
    HelpRequest,
    Message,
    RemovedWay,
    RetentionRule,
    SignInCode,
    UnsubscribeLink,
)
from learners.queries import retention as queries
from learners.queries.unsubscribe import hash_of
from learners.tasks import carry_out_retention
from tests.factories.help import a_help_request
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_curator, a_device, a_learner

pytestmark = pytest.mark.django_db
HELP_DAYS, MESSAGE_DAYS = 60, 180


def an_answered_request(**more: object) -> HelpRequest:
    asked = a_help_request(learner=a_learner(), **more)
    said = {"tag": HelpTag.DEVICE, "outcome": HelpOutcome.HELPED, "note": "Đã chỉ cho bà Sáu."}
    asking.answer(asked=asked, actor=a_curator(), organization=None, **said, now=NOW)
    return asked


def test_every_kind_has_a_timer_with_a_source_and_my_data_shows_it(learner_client):
    timers = queries.all_kinds(on=date(2026, 12, 1))
    client = learner_client(a_learner())

    page, english = client.get("/me/data/").content.decode(), client.get("/en/me/data/").content.decode()

    assert [timer.kind for timer in timers] == list(RetentionKind)
    assert all(timer.source_vi and timer.source_en for timer in timers)
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


def test_links_that_stop_letters_go_after_a_year_and_a_bit(monkeypatch):
    monkeypatch.setattr(rules, "FORGOTTEN_AT_ONCE_MAX", 2)
    reader = a_learner()
    for _ in range(3):
        unsubscribe.new_link(learner=reader, kind=MessageKind.WEEKLY_DIGEST, now=NOW)
    kept = unsubscribe.new_link(learner=reader, kind=MessageKind.WEEKLY_DIGEST, now=NOW + timedelta(days=1))

    actions.carry_out(now=NOW + rules.UNSUBSCRIBE_KEPT + timedelta(seconds=1))

    assert [link.token_hash for link in UnsubscribeLink.objects.all()] == [hash_of(kept)]


def test_a_letter_in_doubt_does_not_keep_its_words_for_ever():
    doubtful = a_message()
    Message.objects.update(state=MessageState.IN_DOUBT, handed_over_at=NOW)

    actions.carry_out(now=NOW + timedelta(days=MESSAGE_DAYS, seconds=1))

    doubtful.refresh_from_db()
    assert (doubtful.data, doubtful.state) == ({}, MessageState.IN_DOUBT)


def test_one_night_empties_more_than_one_lot(monkeypatch):
    monkeypatch.setattr(rules, "FORGOTTEN_AT_ONCE_MAX", 2)
    for _ in range(5):
        a_message()
    Message.objects.update(state=MessageState.DROPPED)

    done = actions.carry_out(now=NOW + timedelta(days=MESSAGE_DAYS, seconds=1))

    assert done[RetentionKind.MESSAGE] == 5
    assert not Message.objects.exclude(data={}).exists()


def test_a_kind_that_has_had_its_time_goes_on_the_next_night(monkeypatch):
    monkeypatch.setattr(rules, "FORGOTTEN_AT_ONCE_MAX", 2)
    monkeypatch.setattr(actions, "SECONDS_PER_KIND_MAX", 0)
    for _ in range(3):
        a_message()
    Message.objects.update(state=MessageState.DROPPED)
    then = NOW + timedelta(days=MESSAGE_DAYS, seconds=1)

    nights = [actions.carry_out(now=then)[RetentionKind.MESSAGE] for _ in range(3)]

    assert nights == [2, 1, 0]


def test_what_waits_for_a_consent_and_fails_holds_up_nothing_either(monkeypatch):
    a_message()
    Message.objects.update(state=MessageState.DROPPED)
    then = NOW + timedelta(days=MESSAGE_DAYS + 400)
    learner = a_learner()
    RemovedWay.objects.create(learner=learner, address="cu@example.vn", verified_at=NOW, removed_at=NOW)

    def fails(**_said):
        raise one_by_one.SomeFailed("one person's")

    monkeypatch.setattr(actions.consent, "forget_what_waits", fails)
    with pytest.raises(one_by_one.SomeFailed, match="retention: 1 failed"):
        actions.carry_out(now=then)

    assert not Message.objects.exclude(data={}).exists()
    assert not RemovedWay.objects.exists()


def test_a_kind_that_fails_holds_up_no_other_and_is_told_of(monkeypatch, caplog):
    an_answered_request()
    a_message()
    Message.objects.update(state=MessageState.DROPPED)

    def fails(*_args):
        raise RuntimeError("a table nobody thought of")

    monkeypatch.setattr(actions, "_forget_help", fails)
    with pytest.raises(one_by_one.SomeFailed, match="retention: 1 failed"):
        actions.carry_out(now=NOW + timedelta(days=MESSAGE_DAYS, seconds=1))

    assert not Message.objects.exclude(data={}).exists()
    (told,) = [record for record in caplog.records if record.message == "row_failed"]
    assert (told.what, told.key, told.exc_info is not None) == ("retention", "HELP_REQUEST", True)


def test_codes_go_by_their_timer_also_when_nobody_asks_for_another():
    said = {"address": "a@example.vn", "asked_at": NOW, "expires_at": NOW + rules.CODE_VALID}
    SignInCode.objects.create(code_hash="1", **said)
    over = NOW + rules.CODE_VALID + timedelta(days=1)

    early, late = [actions.carry_out(now=over + timedelta(seconds=more)) for more in (0, 1)]

    assert (early[RetentionKind.SIGN_IN_CODE], late[RetentionKind.SIGN_IN_CODE]) == (0, 1)


def test_devices_go_by_their_timer_and_those_signed_in_stay():
    learner = a_learner()
    ended, last, other = a_device(learner=learner), a_device(learner=learner), a_device(learner=a_learner())
    Device.objects.filter(learner=learner).update(session_key=None, ended_at=NOW)

    early, late = [
        actions.carry_out(now=NOW + rules.DEVICE_KNOWN_FOR + timedelta(seconds=more))[RetentionKind.DEVICE]
        for more in (0, 1)
    ]

    last.refresh_from_db()
    assert (early, late) == (0, 2)
    assert not Device.objects.filter(pk=ended.pk).exists()
    assert (last.token_hash, last.name) == ("", "")  # that there was one is why they are told of a new one
    assert set(Device.objects.all()) == {last, other}


def test_timers_that_are_only_read_say_what_is_so(settings):
    on = {"on": date(2026, 12, 1)}

    assert timedelta(days=queries.days(RetentionKind.DEVICE, **on)) == rules.DEVICE_KNOWN_FOR  # and its cookie's age
    assert timedelta(days=queries.days(RetentionKind.SESSION, **on)).total_seconds() == settings.SESSION_COOKIE_AGE
    assert timedelta(days=queries.days(RetentionKind.SIGN_IN_CODE, **on)) == sign_in.KEPT_AFTER_EXPIRY


def test_a_new_timer_is_kept_to_from_its_day(learner_client, time_machine):
    time_machine.move_to(NOW, tick=False)
    asked = an_answered_request()
    client = learner_client(a_curator())
    form = {"kind": "HELP_REQUEST", "days": "1", "source_vi": "Quyết định 1/QĐ", "source_en": "Decision 1/QĐ"}

    client.post("/admin/learners/retentionrule/add/", form)
    client.post("/admin/learners/retentionrule/add/", form)
    time_machine.move_to(NOW + timedelta(days=2))
    carry_out_retention()

    timers = RetentionRule.objects.filter(kind="HELP_REQUEST").order_by("pk")
    assert [(timer.days, timer.valid_to is None) for timer in timers] == [(HELP_DAYS, False), (1, True)]
    asked.refresh_from_db()
    assert asked.name == ""


def test_a_timer_is_superseded_and_not_edited(learner_client):
    rule = RetentionRule.objects.get(kind="HELP_REQUEST")
    client = learner_client(a_curator())

    client.post(f"/admin/learners/retentionrule/{rule.pk}/change/", {"days": "1"})
    client.post(f"/admin/learners/retentionrule/{rule.pk}/delete/", {"post": "yes"})

    assert RetentionRule.objects.get(kind="HELP_REQUEST").days == HELP_DAYS
