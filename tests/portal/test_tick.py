"""``manage.py tick``: the timetable at another moment, in a demonstration."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from learners.models import Message
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner


@pytest.fixture(autouse=True)
def saturday_10_00(time_machine):
    time_machine.move_to(NOW, tick=False)


def tick(at: str) -> str:
    out = StringIO()
    call_command("tick", at=at, stdout=out)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_evening_before_a_class(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    settings.EMAIL_BACKEND = "portal.mailbox.MailboxBackend"
    run = a_published_run(starts_at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC))  # Monday 8:00
    enrolled(a_learner(digest_weekday=6, digest_hour=18), run)  # Saturday evening

    said = tick("tomorrow 18:00")

    assert said.splitlines() == [
        "As if it were Sunday 22/11/2026 18:00 in Viet Nam:",
        "- 1 reminder of a class queued",
        "- 1 weekly letter queued",
        "- 0 letters about pathways reached and credit that expires queued",
        "- 3 messages delivered",
        "Read them at http://localhost/dev/mailbox/",
    ]
    assert set(Message.objects.values_list("kind", "state")) == {
        ("ENROLLED", "SENT"),
        ("CLASS_TOMORROW", "SENT"),
        ("WEEKLY_DIGEST", "SENT"),
    }
    assert tick("tomorrow 18:10").splitlines()[1:5] == [
        "- 0 reminders of a class queued",
        "- 0 weekly letters queued",
        "- 0 letters about pathways reached and credit that expires queued",
        "- 0 messages delivered",
    ]


@pytest.mark.parametrize("at", ["soon", "tomorrow", "tomorrow 25:00", "2026-02-30 18:00", "today 18:00; drop"])
def test_what_is_no_moment(at):
    with pytest.raises(CommandError, match="is not a moment"):
        tick(at)


def test_never_outside_a_demonstration(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        tick("today 18:00")
