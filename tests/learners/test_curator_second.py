"""Where one person works alone at a counter, a curator confirms what they have written down: never who wrote it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from credits.models import LedgerAccess
from learners import formats
from learners.actions import added_way, card, claim, closing, dead_way
from learners.choices import CounterAct, Role
from learners.models import AccountClosing, AddedWay, DeadWay, Learner, Organization
from learners.queries import closing as closing_queries
from learners.queries import dead_way as dead_way_queries
from learners.queries.counter import done_for
from learners.rules import CLOSING_WAITS, REMOVED_WAY_KEPT
from portal.actions.closing import close_due
from tests.factories.counter import a_closing_at_the_counter, a_dead_way_at_the_counter, the_manager
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db
NUMBER = "+84912345678"
LATER = NOW + timedelta(hours=1)
REFUSED = (closing.UnableToClose, dead_way.UnableToTakeOff)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def library() -> Organization:
    """Return a counter at which one person works alone."""
    return an_organization()


@pytest.fixture
def asked(library: Organization) -> AccountClosing:
    return a_closing_at_the_counter(library)


@pytest.fixture
def dead(library: Organization) -> DeadWay:
    return a_dead_way_at_the_counter(library, number=NUMBER)


def both(asked: AccountClosing, dead: DeadWay, curator: Learner, *, now=LATER) -> None:
    """Let the curator try to confirm both, and expect to be refused."""
    with pytest.raises(closing.UnableToClose):
        closing.confirm_at_the_desk(closing=asked, curator=curator, now=now)
    with pytest.raises(dead_way.UnableToTakeOff):
        dead_way.confirm_at_the_desk(way=dead, curator=curator, now=now)
    assert AccountClosing.objects.get().needs_second
    assert Learner.objects.filter(phone=NUMBER).exists()


def test_a_curator_confirms_a_closing_and_the_waiting_time_begins_then(asked):
    curator = a_curator()

    first = closing.confirm_at_the_desk(closing=asked, curator=curator, now=LATER)
    again = closing.confirm_at_the_desk(closing=asked, curator=a_curator(), now=LATER + timedelta(days=1))

    assert (first.confirmed_by, first.confirmed_at, first.due_at) == (curator, LATER, LATER + CLOSING_WAITS)
    assert (again.confirmed_by, again.due_at, again.is_by_curator) == (curator, first.due_at, True)
    assert close_due(now=first.due_at) == 1


def test_a_curator_takes_a_dead_number_off(dead):
    curator = a_curator()

    taken = [dead_way.confirm_at_the_desk(way=dead, curator=each, now=LATER) for each in (curator, a_curator())]

    assert {(way.confirmed_by, way.is_by_curator) for way in taken} == {(curator, True)}
    assert Learner.objects.get(pk=dead.learner_id).phone is None


def test_not_where_somebody_else_works_there(asked, dead, library):
    a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR)

    both(asked, dead, a_curator())

    assert list(closing_queries.for_curators(now=LATER)) == list(dead_way_queries.for_curators(now=LATER)) == []


def test_who_serves_nobody_at_a_counter_is_no_second(asked, dead, library):
    for role in (Role.VOLUNTEER, Role.ASSESSOR):
        a_membership(organization=library, learner=a_learner(), role=role)

    assert list(closing_queries.for_curators(now=LATER)) == [asked]
    assert list(dead_way_queries.for_curators(now=LATER)) == [dead]


def test_the_person_it_is_about_is_no_second_though_they_work_there(dead, library):
    a_membership(organization=library, learner=dead.learner, role=Role.INSTRUCTOR)

    assert list(dead_way_queries.for_curators(now=LATER)) == [dead]


def test_nothing_is_taken_off_an_account_that_was_merged_away(dead):
    Learner.objects.filter(pk=dead.learner_id).update(merged_into=a_learner())

    with pytest.raises(dead_way.UnableToTakeOff):
        dead_way.confirm_at_the_desk(way=dead, curator=a_curator(), now=LATER)


def test_a_colleague_who_has_left_or_is_closed_is_nobody(asked, dead, library):
    gone = a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR)
    gone.ended_at = LATER
    gone.save()
    closed = a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR).learner
    Learner.objects.filter(pk=closed.pk).update(is_active=False)

    assert list(closing_queries.for_curators(now=LATER)) == [asked]
    assert list(dead_way_queries.for_curators(now=LATER)) == [dead]


def test_who_is_no_curator_confirms_nothing(asked, dead):
    both(asked, dead, a_learner())


def test_who_wrote_it_down_is_not_the_second_though_they_are_a_curator(asked, dead, library):
    staff = the_manager(library)
    Learner.objects.filter(pk=staff.pk).update(is_staff=True)

    both(asked, dead, Learner.objects.get(pk=staff.pk))


def test_neither_is_another_account_of_theirs_or_of_the_person(asked, dead, library):
    for one in (the_manager(library), asked.learner, dead.learner):
        other = a_curator()
        Learner.objects.filter(pk=other.pk).update(merged_into=one)
        other.refresh_from_db()
        row, confirm, name = (
            (asked, closing.confirm_at_the_desk, "closing")
            if one == asked.learner
            else (dead, dead_way.confirm_at_the_desk, "way")
        )
        with pytest.raises(REFUSED):
            confirm(**{name: row, "curator": other, "now": LATER})
        Learner.objects.filter(pk=other.pk).update(merged_into=None)


def test_a_counter_that_is_not_verified_begins_nothing(asked, dead, library):
    Organization.objects.filter(pk=library.pk).update(verified_until=NOW.date() - timedelta(days=1))

    both(asked, dead, a_curator())


def test_what_was_stopped_or_has_lapsed_is_not_confirmed(asked, dead):
    closing.stop(learner=asked.learner, now=NOW)
    dead_way.undo(way=dead, actor=dead.learner, now=NOW)

    both(asked, dead, a_curator())


def test_who_has_an_address_by_now_closes_it_themself(asked, library):
    claim.claim(learner=asked.learner, address=NUMBER, actor=the_manager(library), organization=library, now=NOW)
    added_way.confirm_at_the_desk(added=AddedWay.objects.get(), curator=a_curator(), now=NOW)

    with override("en"), pytest.raises(closing.UnableToClose, match="has an address of their own"):
        closing.confirm_at_the_desk(closing=asked, curator=a_curator(), now=LATER)


def test_the_database_knows_no_curator_without_a_name(asked, dead):
    for model, name in ((AccountClosing, "account_closing_curator_named"), (DeadWay, "dead_way_curator_named")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            model.objects.update(is_by_curator=True)


# The desk


@pytest.fixture
def curator() -> Learner:
    return a_curator()


@pytest.fixture
def desk(curator: Learner, client: Client) -> Client:
    client.force_login(curator)
    return client


def where(page: str, *args: object) -> str:
    return reverse(f"admin:learners_{page}", args=args)


def confirm(desk: Client, page: str, row: AccountClosing | DeadWay) -> str:
    return desk.post(where(f"{page}_confirm", row.pk), follow=True).content.decode()


def test_the_desk_lists_them_and_names_the_person_on_a_page_that_is_a_reading(desk, curator, asked, dead):
    front = desk.get(reverse("admin:index")).content.decode()
    listed = desk.get(where("accountclosing_changelist"), {"waits": "curators"}).content.decode()
    ways = desk.get(where("deadway_changelist")).content.decode()
    before = LedgerAccess.objects.count()
    one = desk.get(where("accountclosing_change", asked.pk)).content.decode()
    way = desk.get(where("deadway_change", dead.pk)).content.decode()

    assert "?waits=curators" in front
    assert where("deadway_changelist") in front
    assert str(asked.public_id) in listed
    for text in (listed, ways):
        assert asked.learner.full_name not in text
        assert dead.learner.full_name not in text
    assert asked.learner.full_name in one
    assert dead.learner.full_name in way
    assert NUMBER not in way
    for text, row, page in ((one, asked, "accountclosing"), (way, dead, "deadway")):
        assert f'<button class="button default desk-said">Chính {row.learner.full_name} đã nói với tôi' in text
        assert "closelink" not in text  # «Đóng» would read as closing the account
        assert where(f"{page}_confirm", row.pk) in text
    for text in (listed, ways):
        assert 'name="_selected_action"' not in text
    assert before == 0
    assert set(LedgerAccess.objects.values_list("learner", "reader")) == {
        (asked.learner_id, curator.pk),
        (dead.learner_id, curator.pk),
    }


def test_the_desk_says_of_which_one_it_speaks_and_who_wrote_it_down(desk, asked, dead):
    one = desk.get(where("accountclosing_change", asked.pk)).content.decode()
    way = desk.get(where("deadway_change", dead.pk)).content.decode()
    english = desk.get(f"/en{where('deadway_change', dead.pk)}").content.decode()

    assert "<h2>Đóng tài khoản, xin ngày 21/11/2026</h2>" in one
    assert all(f"<label>{label}:</label>" in one for label in ("Mã", "Người học", "Đơn vị", "Cán bộ ghi"))
    assert "<h2>Số di động …678</h2>" in way
    assert all(f"<label>{label}:</label>" in way for label in ("Người học", "Loại", "Đơn vị", "Người ghi", "Ghi lúc"))
    assert "<h2>Mobile number …678</h2>" in english


def test_a_number_that_is_kept_no_more_is_named_by_its_kind(dead):
    dead.address = ""

    assert str(dead) == "Số di động …"


def test_a_closing_one_has_asked_for_oneself_names_nobody_at_the_desk(desk):
    own = closing.ask(learner=a_learner(full_name="Đinh Thị Rời"), now=NOW)[0]

    page = desk.get(where("accountclosing_change", own.pk)).content.decode()

    assert "Đinh Thị Rời" not in page
    assert "closelink" not in page
    assert not LedgerAccess.objects.exists()


def test_the_button_confirms_and_the_person_reads_of_it(desk, curator, asked, dead):
    said = [confirm(desk, "accountclosing", asked), confirm(desk, "deadway", dead)]

    assert all("Đã xác nhận." in text for text in said)
    for row, act in ((asked, CounterAct.CLOSING_CONFIRMED_BY_CURATOR), (dead, CounterAct.WAY_TAKEN_OFF_BY_CURATOR)):
        row.refresh_from_db()
        assert row.confirmed_by == curator
        assert (act, curator) in [(done.act, done.by) for done in done_for(row.learner)]
    assert not LedgerAccess.objects.exists()  # nothing was shown


def test_what_was_confirmed_before_is_not_said_to_be_done_now(desk, asked, dead):
    first = closing.confirm_at_the_desk(closing=asked, curator=a_curator(), now=NOW)
    dead_way.confirm_at_the_desk(way=dead, curator=a_curator(), now=NOW)

    said = [confirm(desk, "accountclosing", asked), confirm(desk, "deadway", dead)]

    assert all("đã được xác nhận từ trước" in text for text in said)
    assert AccountClosing.objects.get().confirmed_by == first.confirmed_by


def test_the_button_refuses_with_a_word_and_without_a_name(desk, library, asked, dead):
    a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR)

    said = confirm(desk, "accountclosing", asked)
    confirm(desk, "deadway", dead)
    page = desk.get(where("accountclosing_change", asked.pk)).content.decode()

    assert 'class="warning"' in said
    assert (AccountClosing.objects.get().confirmed_at, DeadWay.objects.get().confirmed_at) == (None, None)
    assert where("accountclosing_confirm", asked.pk) not in page
    assert not LedgerAccess.objects.exists()


def test_the_button_is_pressed_not_fetched_and_by_who_has_the_right(desk, curator, asked):
    fetched = desk.get(where("accountclosing_confirm", asked.pk)).status_code
    Learner.objects.filter(pk=curator.pk).update(is_superuser=False)
    curator.user_permissions.add(Permission.objects.get(codename="view_accountclosing"))

    page = desk.get(where("accountclosing_change", asked.pk)).content.decode()
    pressed = desk.post(where("accountclosing_confirm", asked.pk)).status_code

    assert (fetched, pressed) == (405, 403)
    assert asked.learner.full_name in page
    assert where("accountclosing_confirm", asked.pk) not in page
    assert AccountClosing.objects.get().confirmed_at is None


def test_the_counter_says_who_confirms_where_one_works_alone(asked, dead, library, learner_client):
    staff = learner_client(the_manager(library))
    pages = [
        reverse(f"learners:person_{what}", args=[library.public_id, person.public_id])
        for what, person in (("close", asked.learner), ("ways", dead.learner))
    ]

    alone = [staff.get(f"/en{page}").content.decode() for page in pages]
    left = a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR)
    card.issue(learner=asked.learner, actor=left.learner, organization=library, pin="4713", now=NOW)
    left.ended_at = NOW
    left.save()
    with_pin = staff.get(f"/en{pages[0]}").content.decode()
    a_membership(organization=library, learner=a_learner(), role=Role.INSTRUCTOR)
    not_alone = [staff.get(f"/en{page}").content.decode() for page in pages]

    assert all("a curator of the portal calls you" in page for page in alone)
    assert not any("a curator of the portal calls you" in page for page in not_alone)
    for page, last in zip(alone, (asked.due_at, dead.asked_at + REMOVED_WAY_KEPT), strict=True):
        assert f"By {formats.day_plain(last, 'en')}; after that" in page
    assert not any("Confirm with the PIN" in page for page in alone)
    assert all("Confirm with the PIN" in page for page in (with_pin, *not_alone))
