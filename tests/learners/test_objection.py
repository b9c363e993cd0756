"""An old address has objected: what two curators put back, where, what goes then, and what stays."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from learners.actions import changed_way as actions
from learners.actions import closing, lost_way, ways
from learners.choices import Way
from learners.models import ChangedWay, Learner, LostWay
from learners.queries import added_way
from learners.queries import changed_way as queries
from learners.queries.ways import addresses
from learners.rules import LOST_WAY_WAITS
from tests.factories.changed_way import link_sent_to
from tests.factories.counter import a_registration
from tests.factories.ledger import a_merge, an_undoing
from tests.factories.people import NOW, a_curator, a_learner, an_organization
from tests.learners.added_ways import added_at
from tests.learners.changed_way import (
    BEFORE,
    DAY,
    NEW,
    NUMBER,
    OLD,
    OTHER_NUMBER,
    addresses_of,
    confirmed,
    replaced,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine, settings, tmp_path):
    time_machine.move_to(NOW, tick=False)
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    cache.clear()


@pytest.fixture
def learner() -> Learner:
    return a_learner(email=OLD, phone=NUMBER)


def test_after_a_merge_it_comes_back_where_it_stood_and_nobody_elses_goes(learner: Learner):
    """The mailbox was taken over, then the account merged into another with an address of its own."""
    link, kept = replaced(learner), a_learner(email="giu@example.vn")
    a_merge(kept, learner)
    Client().post(link)
    confirmed(LostWay.objects.get())

    assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS) == 1

    assert addresses_of(learner) == (OLD, None)
    assert addresses_of(kept) == ("giu@example.vn", NUMBER)
    assert NEW not in {each.address for each in addresses(kept)}


def test_what_was_added_first_and_what_came_later_goes_and_what_was_there_for_long_stays(learner: Learner):
    """Whoever took it over proved a number of their own, waited, removed the owner's, and set up an app."""
    ways.use(learner=learner, address=OTHER_NUMBER, now=BEFORE - 5 * DAY)
    actions.remove(learner=learner, way=Way.EMAIL, now=BEFORE)
    Authenticator.objects.create(user=learner, type=Authenticator.Type.TOTP, data={}, created_at=BEFORE)
    Client().post(link_sent_to(OLD))
    row = confirmed(LostWay.objects.get())
    assert [each.address for each in queries.doubted(learner, queries.objecting(learner, until=row.vouched_at))] == [
        OTHER_NUMBER
    ]

    assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS) == 1

    assert addresses_of(learner) == (OLD, None)
    assert not Authenticator.objects.exists()


def test_two_that_object_come_back_together(learner: Learner):
    actions.use(learner=learner, address=NEW, now=BEFORE)
    actions.use(learner=learner, address=OTHER_NUMBER, now=BEFORE + timedelta(minutes=1))
    Client().post(link_sent_to(OLD))
    Client().post(link_sent_to(NUMBER))
    confirmed(LostWay.objects.get())

    assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS) == 1
    assert addresses_of(learner) == (OLD, NUMBER)


def test_what_objected_after_the_curators_had_looked_is_not_brought_back_by_them(learner: Learner, time_machine):
    actions.use(learner=learner, address=NEW, now=BEFORE)
    actions.use(learner=learner, address=OTHER_NUMBER, now=BEFORE + timedelta(minutes=1))
    Client().post(link_sent_to(OLD))
    confirmed(LostWay.objects.get())
    time_machine.shift(60)
    Client().post(link_sent_to(NUMBER))

    assert lost_way.replace_due(now=NOW + LOST_WAY_WAITS) == 1
    assert addresses_of(learner) == (OLD, None)  # what was added goes all the same


def test_what_was_asked_by_a_card_ends_before_an_objection(learner: Learner):
    link = replaced(learner)
    asked = lost_way.ask(learner=learner, lost=NUMBER, address=OTHER_NUMBER, now=NOW)

    Client().post(link)

    asked.refresh_from_db()
    assert asked.stopped_at is not None
    assert LostWay.objects.get(stopped_at=None).is_objection


def test_a_closing_that_was_asked_for_in_the_takeover_is_stopped(learner: Learner):
    link = replaced(learner)
    waiting, _token = closing.ask(learner=learner, now=BEFORE)

    Client().post(link)

    waiting.refresh_from_db()
    assert waiting.stopped_at == NOW
    assert not closing.begin(closing=waiting, now=waiting.due_at)


def test_curators_ring_nothing_that_was_proved_in_the_takeover(learner: Learner):
    actions.use(learner=learner, address=NEW, now=BEFORE)
    actions.use(learner=learner, address=OTHER_NUMBER, now=BEFORE + timedelta(minutes=1))
    Client().post(link_sent_to(OLD))
    row, curator = LostWay.objects.get(), a_curator()

    client = signed_in(curator)
    page = client.get(reverse("admin:learners_lostway_change", args=[row.pk])).content.decode()

    assert "0987" not in page.replace("\u00a0", "").replace(" ", "")
    assert "m…@example.vn" in page  # what goes is named, masked


def test_what_staff_alone_have_added_objects_to_nothing(learner: Learner):
    library = an_organization()
    registered = a_registration(organization=library).learner
    added_at(library, registered)
    registered.refresh_from_db()
    assert added_way.held(registered, now=NOW) is not None

    actions.use(learner=registered, address=NEW, now=NOW)

    assert not ChangedWay.objects.exists()


def test_the_undo_of_a_merge_holds_both(learner: Learner, time_machine):
    merged = a_learner(email="gop@example.vn")
    merge = a_merge(learner, merged)
    Client().post(replaced(learner))
    time_machine.shift(60)
    an_undoing(merge)
    merged.refresh_from_db()
    learner.refresh_from_db()

    assert queries.objected_lately(merged, now=NOW) is not None
    assert queries.objected_lately(learner, now=NOW) is not None
    assert OLD not in str(list(ChangedWay.objects.filter(learner=merged).values()))


def test_the_address_a_record_was_opened_with_is_not_doubted(learner: Learner):
    """Opened yesterday by mail, a number added since and taken off again by oneself: the mail is no attacker's."""
    Learner.objects.filter(pk=learner.pk).update(created_at=BEFORE - DAY, email_verified_at=BEFORE - DAY)
    learner.refresh_from_db()
    actions.remove(learner=learner, way=Way.PHONE, now=BEFORE)
    Client().post(link_sent_to(NUMBER))

    assert queries.doubted(learner, queries.objecting(learner, until=NOW)) == []
