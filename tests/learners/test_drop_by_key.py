"""What is no longer true is dropped by the beginning of its key, and nothing else is."""

import json

import pytest
from django.db import connection

from learners.actions import message
from learners.choices import MessageKind, MessageState
from learners.models import Message
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
THEIRS = "class_tomorrow:5:"


def queued(key: str) -> Message:
    data = dict.fromkeys(("course", "date", "link"), "x")
    queued = message.queue(kind=MessageKind.WITHDRAWN, key=key, data=data, recipient=a_learner(), now=NOW)
    assert queued is not None
    return queued


def dropped() -> set[str]:
    rows = Message.objects.filter(state=MessageState.DROPPED)
    return set(rows.values_list("deduplication_key", flat=True))


@pytest.mark.parametrize(
    "others",
    ["class_tomorrow:55:1", "classXtomorrow:5:1", "CLASS_TOMORROW:5:1", "x:class_tomorrow:5:1", "enrolled:5:1"],
)
def test_only_what_begins_with_it_letter_by_letter(others):
    for key in (f"{THEIRS}1", f"{THEIRS}2", others):
        queued(key)

    count = message.drop(key_prefix=THEIRS)

    assert (count, dropped()) == (2, {f"{THEIRS}1", f"{THEIRS}2"})
    assert message.drop(key_prefix=THEIRS) == 0


@pytest.mark.parametrize("prefix", ["%:", "a\\:", "_:"])
def test_signs_of_a_pattern_are_letters(prefix):
    queued("class_tomorrow:5:1")
    queued(f"{prefix}1")

    message.drop(key_prefix=prefix)

    assert dropped() == {f"{prefix}1"}


@pytest.mark.parametrize("prefix", ["", ":", "class_tomorrow", "class_tomorrow:5"])
def test_what_could_be_anybodys_is_refused(prefix):
    queued("class_tomorrow:5:1")

    with pytest.raises(message.UnableToDrop):
        message.drop(key_prefix=prefix)

    assert dropped() == set()


def test_it_is_found_by_an_index_among_all_messages():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = Message.objects.filter(deduplication_key__startswith=THEIRS)

    (plan,) = json.loads(found.explain(format="JSON"))

    node = plan["Plan"]
    while "Plans" in node:
        (node,) = node["Plans"]
    assert "deduplication_key" in node["Index Name"]
    assert "class_tomorrow:5:" in node["Index Cond"]
