"""When two accounts become one, enrolments, wishes, reviews, messages and memberships follow; undone, they go back."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from courses.actions import feedback, interest
from courses.models import Enrollment, Feedback, Interest, WaitingRequest, WishVoice
from courses.queries import enrollment as enrollments
from credits.actions import merging
from credits.models import Merge
from credits.queries import ledger
from credits.queries.lot import standing
from learners.actions import message
from learners.actions import ways as actions
from learners.choices import Role
from learners.models import HelpRequest, Learner, Membership, Message, MovedRow, OrganizationComplaint
from learners.queries import learner as learners
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.complaints import a_complaint
from tests.factories.counter import a_card, a_registration
from tests.factories.enrollment import enrolled, has_read
from tests.factories.help import a_help_request
from tests.factories.ledger import an_award, approved
from tests.factories.messages import a_message
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization
from tests.factories.waiting import an_offer
from tests.factories.wishes import a_wish
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
WHY = {"reason": "Một người có hai sổ", "authority": "Biên bản đối chiếu số 5"}
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def two():
    """One person twice; the second account has classes, one of them completed and reviewed, a wish, letters, a role."""
    kept, merged = a_learner(full_name="Lê Văn Hòa"), a_learner(full_name="Le Van Hoa")
    an_award(learner=kept, hundredths=30)
    enrolled(merged, a_published_run())
    done = enrolled(merged, a_published_run(version=a_published_version(units=2), sessions=0))
    has_read(done, up_to=2, now=NOW)
    done.refresh_from_db()
    feedback.give(enrollment=done, stars=5, text="Học được nhiều.", now=NOW)
    a_wish(learner=merged, topic="Trồng nấm rơm", now=NOW)
    interest.choose(learner=merged, codes=["09"], now=NOW)
    an_offer(a_published_run(seats=1), merged)
    a_membership(organization=an_organization(), learner=merged, role=Role.VOLUNTEER)
    a_complaint(learner=merged)
    a_help_request(learner=merged)
    return kept, merged


def merge(kept, merged):
    request = merging.ask_merge(kept=kept, merged=merged, actor=a_curator(), idempotency_key="m:1", now=NOW, **WHY)
    approved(request)
    return Merge.objects.get()


def undo(done):
    asked = merging.ask_undo(merge=done, actor=a_curator(), idempotency_key="u:1", now=LATER, **WHY)
    approved(asked, now=LATER)


def theirs(learner):
    """Return what belongs to an account outside the ledger: the ids of each table's rows."""
    return {
        "enrollments": sorted(Enrollment.objects.filter(learner=learner).values_list("pk", flat=True)),
        "reviews": sorted(Feedback.objects.filter(request__enrollment__learner=learner).values_list("pk", flat=True)),
        "wishes": sorted(WishVoice.objects.filter(learner=learner).values_list("pk", flat=True)),
        "interests": sorted(Interest.objects.filter(learner=learner).values_list("pk", flat=True)),
        "waiting": sorted(WaitingRequest.objects.filter(learner=learner).values_list("pk", flat=True)),
        "memberships": sorted(Membership.objects.filter(learner=learner).values_list("pk", flat=True)),
        "complaints": sorted(OrganizationComplaint.objects.filter(learner=learner).values_list("pk", flat=True)),
        "calls": sorted(HelpRequest.objects.filter(learner=learner).values_list("pk", flat=True)),
        "messages": sorted(
            Message.objects.filter(recipient=learner).exclude(kind="RECORD_CHANGED").values_list("pk", flat=True)
        ),
    }


def total(*people):
    return sum(lot.earned + lot.applied for person in people for lot in standing(person))


def test_everything_follows_and_totals_are_the_same(two):
    kept, merged = two
    before, sums = theirs(merged), total(*two)

    merge(kept, merged)

    assert all(before.values())
    assert theirs(kept) == before
    assert theirs(merged) == {name: [] for name in before}
    assert (total(*two), total(merged)) == (sums, 0)
    assert (ledger.audit(), enrollments.audit()) == ([], [])


def test_within_thirty_days_it_all_goes_back(two):
    kept, merged = two
    before, sums = (theirs(kept), theirs(merged)), (total(kept), total(merged))
    done = merge(kept, merged)

    undo(done)

    assert (theirs(kept), theirs(merged)) == before
    assert (total(kept), total(merged)) == sums
    assert (ledger.audit(), enrollments.audit()) == ([], [])
    assert Learner.objects.get(pk=merged.pk).merged_into is None


def test_what_came_after_the_merge_stays_at_its_undo(two):
    kept, merged = two
    done = merge(kept, merged)
    later = enrolled(kept, a_published_run())

    undo(done)

    later.refresh_from_db()
    assert later.learner == kept


def test_what_both_have_stays_where_it_is(two):
    kept, merged = two
    run = a_published_run()
    mine, hers = enrolled(kept, run), enrolled(merged, run)

    merge(kept, merged)

    for each in (mine, hers):
        each.refresh_from_db()
    assert (mine.learner, hers.learner) == (kept, merged)
    assert not MovedRow.objects.filter(table="courses_enrollment", row_id=hers.pk).exists()
    assert Enrollment.objects.filter(learner=kept).count() == 3


def test_the_address_of_either_account_opens_the_one_that_is_kept(two):
    kept, merged = two
    open_before = Client()
    open_before.force_login(merged)
    merge(kept, merged)

    client = Client()
    ask_for_code(client, merged.email)
    type_code(client, code_sent_to(merged.email))

    assert int(client.session["_auth_user_id"]) == kept.pk
    assert learners.by_address(kept.email) == kept
    assert open_before.get("/me/").status_code == 302  # signed out: they come in as the other from now on


def test_a_card_of_the_merged_account_opens_the_kept_one_and_ends_with_it():
    registered = a_registration(organization=an_organization())
    printed, kept = a_card(registered), a_learner(full_name="Phan Thị Tư")
    merge(kept, registered.learner)
    client = Client()

    client.post(reverse("learners:card_scan", args=[printed.secret]))

    assert int(client.session["_auth_user_id"]) == kept.pk
    assert client.get("/me/").status_code == 200
    client.post(reverse("learners:card_end"))
    assert client.get("/me/").status_code == 302


def test_after_the_undo_each_address_opens_its_own_account_again(two):
    kept, merged = two
    done = merge(kept, merged)

    undo(done)

    assert [learners.by_address(each.email) for each in two] == [kept, merged]


def test_a_merge_twice_moves_once(two):
    kept, merged = two
    request = merging.ask_merge(kept=kept, merged=merged, actor=a_curator(), idempotency_key="m:1", now=NOW, **WHY)
    approved(request)
    moved = MovedRow.objects.count()

    approved(request)

    assert MovedRow.objects.count() == moved


def test_what_moved_is_written_down_for_good(two):
    merge(*two)

    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('lh_app', 'learners_movedrow', 'UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)


def test_passkeys_and_identities_follow_and_come_back(two):
    """Left behind, they would open an account that is empty now."""
    kept, merged = two
    passkey = Authenticator.objects.create(user=merged, type=Authenticator.Type.WEBAUTHN, data={})
    identity = SocialAccount.objects.create(user=merged, provider="vneid", uid="1")

    done = merge(kept, merged)
    after = [type(each).objects.get(pk=each.pk).user for each in (passkey, identity)]
    undo(done)

    assert after == [kept, kept]
    assert [type(each).objects.get(pk=each.pk).user for each in (passkey, identity)] == [merged, merged]


# Where they are reached


@pytest.fixture
def card_only():
    """The older account came from a counter, without an address; the newer one has both."""
    kept = a_registration(organization=an_organization()).learner
    merged = a_learner(full_name="Phan Thị Tư", email="tu@example.vn", phone="+84911222333", email_verified_at=NOW)
    return kept, merged


def ways(learner):
    return Learner.objects.values_list("email", "email_verified_at", "phone").get(pk=learner.pk)


def test_an_address_goes_where_there_is_none_and_letters_arrive(card_only, mailoutbox):
    kept, merged = card_only
    moved = a_message(recipient=merged)
    merge(kept, merged)

    message.deliver_due(now=NOW)

    assert ways(kept) == ("tu@example.vn", NOW, "+84911222333")
    assert ways(merged) == (None, None, None)
    moved.refresh_from_db()
    assert (moved.recipient, moved.state) == (kept, "SENT")
    assert sum(letter.to == ["tu@example.vn"] for letter in mailoutbox) == 2  # and the one about the merge
    assert learners.by_address("tu@example.vn") == kept


def test_an_address_of_ones_own_stays(card_only):
    kept, merged = card_only
    Learner.objects.filter(pk=kept.pk).update(email="hoa@example.vn")

    merge(kept, merged)

    assert ways(kept) == ("hoa@example.vn", None, "+84911222333")
    assert ways(merged) == ("tu@example.vn", NOW, None)


def test_the_undo_gives_the_address_back(card_only):
    kept, merged = card_only
    done = merge(kept, merged)

    undo(done)

    assert ways(kept) == (None, None, None)
    assert ways(merged) == ("tu@example.vn", NOW, "+84911222333")


def test_an_address_proved_since_stays_at_the_undo(card_only):
    kept, merged = card_only
    done = merge(kept, merged)
    actions.use(learner=kept, address="moi@example.vn", now=NOW + timedelta(days=1))

    undo(done)

    assert ways(kept)[0] == "moi@example.vn"
    assert ways(merged)[0] == "tu@example.vn"  # what came with the merge goes back, though it was replaced meanwhile


def test_an_account_nothing_would_open_is_not_given_back(card_only):
    kept, merged = card_only
    Learner.objects.filter(pk=merged.pk).update(phone=None)
    done = merge(kept, merged)
    actions.use(learner=kept, address="moi@example.vn", now=NOW + timedelta(days=1))
    a_learner(email="tu@example.vn")  # whoever proves an address meanwhile has it

    with pytest.raises(merging.NoWayBack):
        undo(done)

    assert Learner.objects.get(pk=merged.pk).merged_into == kept


def test_only_a_merged_or_closed_account_is_without_a_way_in(card_only):
    merge(*card_only)

    with pytest.raises(IntegrityError, match="learner_can_sign_in_or_closed"), transaction.atomic():
        Learner.objects.update(merged_into=None)
