"""A seat that comes free is offered to who waits for it, in the order of the line."""

from datetime import UTC, datetime, timedelta

import pytest

from courses.actions import enrollment, run_seats, waiting, waiting_upkeep
from courses.models import Enrollment, SeatOffer
from courses.queries import offer_term
from courses.queries import waiting as queries
from learners.models import Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, an_offer, ends_of, offer_to, someone_of, waits_for

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def frees_a_seat(run, *, now=NOW):
    enrollment.withdraw(enrollment=someone_of(run), now=now)


def all_is_well(*, now=NOW):
    assert queries.audit(now=now) == []


def test_a_seat_given_up_is_offered_to_the_first_in_line():
    run = a_full_run()
    first, second = waits_for(run), waits_for(run)

    frees_a_seat(run)

    offer = offer_to(first)
    assert (offer.run, offer.offered_at, offer_to(second)) == (run, NOW, None)
    message = Message.objects.get(kind="SEAT_OFFERED")
    assert (message.recipient, message.expires_at) == (first.learner, offer.expires_at)
    assert message.data["course"] == run.version.title_vi
    assert message.data["deadline"] == "10:00 Chủ nhật 22/11/2026"
    assert message.data["link"].startswith("http://localhost/offers/accept/")
    assert message.data["decline_link"].startswith("http://localhost/offers/decline/")
    all_is_well()


def test_nobody_else_takes_a_seat_that_is_kept():
    run = a_full_run()
    waits_for(run)
    frees_a_seat(run)

    with pytest.raises(enrollment.RunIsFull):
        enrolled(run=run)

    assert not run.enrollments.holding_seat().exists()


def test_accepting_is_an_enrolment_and_ends_the_wait():
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    request = waits_for(tuesday, thursday)
    frees_a_seat(tuesday)

    place = waiting.accept(offer=offer_to(request), now=NOW + SECOND)

    request.refresh_from_db()
    assert (place.learner, place.run, place.state) == (request.learner, tuesday, "ENROLLED")
    assert (request.ended_how, ends_of(request), SeatOffer.objects.get().outcome) == (
        "TAKEN",
        ["TAKEN", "ELSEWHERE"],
        "ACCEPTED",
    )
    assert Message.objects.filter(kind="ENROLLED", recipient=request.learner).count() == 1
    assert Message.objects.get(kind="SEAT_OFFERED").state == "DROPPED"  # no longer a question
    all_is_well()


def test_accepting_twice_is_one_place():
    run = a_full_run()
    request = waits_for(run)
    frees_a_seat(run)
    offer = offer_to(request)

    first, second = (waiting.accept(offer=offer, now=NOW) for _ in range(2))

    assert first == second
    assert Enrollment.objects.filter(learner=request.learner).count() == 1


def test_a_link_used_again_after_giving_the_place_up_takes_nothing():
    run = a_full_run()
    request = waits_for(run)
    frees_a_seat(run)
    offer = offer_to(request)
    enrollment.withdraw(enrollment=waiting.accept(offer=offer, now=NOW), now=NOW)

    with pytest.raises(waiting.OfferIsOver):
        waiting.accept(offer=offer, now=NOW)

    assert not run.enrollments.holding_seat().exists()


def test_enrolling_on_the_class_page_takes_the_seat_that_is_kept():
    run = a_full_run()
    request = waits_for(run)
    frees_a_seat(run)

    enrolled(request.learner, run)

    assert SeatOffer.objects.get().outcome == "ACCEPTED"
    all_is_well()


def test_taking_a_seat_elsewhere_passes_the_kept_one_on():
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_published_run(version=version)
    first, second = waits_for(tuesday), waits_for(tuesday)
    frees_a_seat(tuesday)

    enrolled(first.learner, thursday)

    assert (SeatOffer.objects.earliest("pk").outcome, ends_of(first)) == ("WITHDRAWN", ["ELSEWHERE"])
    assert offer_to(second).run == tuesday
    all_is_well()


def test_declining_offers_it_to_the_next_at_once():
    run = a_full_run()
    first, second = waits_for(run), waits_for(run)
    frees_a_seat(run)

    declined = [waiting.decline(offer=SeatOffer.objects.earliest("pk"), now=NOW) for _ in range(2)]

    first.refresh_from_db()
    assert {offer.outcome for offer in declined} == {"DECLINED"}
    assert (first.ended_how, offer_to(second).run) == ("DECLINED", run)
    assert SeatOffer.objects.count() == 2
    all_is_well()


def test_declining_one_class_is_no_answer_to_the_other():
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    request = waits_for(tuesday, thursday)
    frees_a_seat(tuesday)
    frees_a_seat(thursday)
    assert SeatOffer.objects.get().run == tuesday  # one at a time

    waiting.decline(offer=offer_to(request), now=NOW)

    assert offer_to(request).run == thursday
    assert ends_of(request) == ["DECLINED", ""]
    all_is_well()


def test_whoever_holds_an_offer_elsewhere_is_passed_over_and_keeps_their_place():
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    first, second = waits_for(tuesday, thursday), waits_for(thursday)
    frees_a_seat(tuesday)

    frees_a_seat(thursday)

    assert (offer_to(first).run, offer_to(second).run) == (tuesday, thursday)
    assert [choice.request for choice in queries.line(thursday)] == [first, second]


@pytest.mark.parametrize("act", [waiting.accept, waiting.decline], ids=["accept", "decline"])
def test_an_offer_past_its_time_is_not_answered_though_the_task_is_late(act):
    run = a_full_run()
    request = waits_for(run)
    frees_a_seat(run)
    offer = offer_to(request)

    with pytest.raises(waiting.OfferIsOver):
        act(offer=offer, now=offer.expires_at)

    offer.refresh_from_db()
    assert offer.outcome == ""
    act(offer=offer, now=offer.expires_at - SECOND)


def test_each_minute_what_is_over_goes_to_the_next():
    run = a_full_run()
    first, second = waits_for(run), waits_for(run)
    frees_a_seat(run)
    over = offer_to(first).expires_at

    done = [waiting_upkeep.look_after(now=now) for now in (over - SECOND, over, over)]

    first.refresh_from_db()
    assert done == [0, 1, 0]
    assert (first.ended_how, offer_to(second).offered_at) == ("LAPSED", over)
    letter = Message.objects.get(kind="SEAT_OFFER_LAPSED")
    assert (letter.recipient, letter.data["waiting_for"]) == (first.learner, "")
    all_is_well(now=over)


def test_the_letter_of_a_lapse_says_what_one_still_waits_for():
    version = a_published_version()
    tuesday, thursday = a_full_run(version=version), a_full_run(version=version)
    request = waits_for(tuesday, thursday)
    frees_a_seat(tuesday)

    waiting_upkeep.look_after(now=offer_to(request).expires_at)

    request.refresh_from_db()
    assert (request.ended_at, ends_of(request)) == (None, ["LAPSED", ""])
    waits = Message.objects.get(kind="SEAT_OFFER_LAPSED").data["waiting_for"]
    assert waits == "thứ Ba 24/11/2026, Nhà văn hóa phường Ninh Kiều"


def test_after_a_lapse_one_joins_at_the_end():
    run = a_full_run()
    first, second, third = (waits_for(run) for _ in range(3))
    frees_a_seat(run)
    over = offer_to(first).expires_at
    waiting_upkeep.look_after(now=over)

    again = waits_for(run, learner=first.learner, now=over)

    assert [choice.request for choice in queries.line(run)] == [second, third, again]


@pytest.mark.parametrize("close", [{"enrollment_closes_at": NOW}, {"cancelled_at": NOW}], ids=["closed", "cancelled"])
def test_a_class_that_takes_nobody_any_more_ends_its_line(close):
    run = a_full_run()
    first, second = waits_for(run), waits_for(run)
    frees_a_seat(run, now=NOW - SECOND)
    type(run).objects.filter(pk=run.pk).update(**close)

    done = [waiting_upkeep.look_after(now=NOW) for _ in range(2)]

    for request in (first, second):
        request.refresh_from_db()
        assert request.ended_how == "CLOSED"
    assert done == [1, 0]
    assert SeatOffer.objects.get().outcome == "WITHDRAWN"
    told = Message.objects.filter(kind="WAITING_CLOSED").values_list("recipient", flat=True)
    assert sorted(told) == sorted([first.learner_id, second.learner_id])


def test_seats_that_are_added_are_offered_in_order():
    run = a_full_run()
    requests = [waits_for(run) for _ in range(3)]
    manager = run.version.course.provider.registered_by

    run_seats.change_seats(run=run, actor=manager, seats_max=3, now=NOW)

    assert [bool(offer_to(request)) for request in requests] == [True, True, False]
    all_is_well()


def test_seats_are_not_fewer_than_are_taken_and_offered():
    run = a_full_run(seats=2)
    waits_for(run)
    frees_a_seat(run)
    manager = run.version.course.provider.registered_by

    with pytest.raises(run_seats.FewerThanTaken, match=r"1 .* 1 .* 2"):
        run_seats.change_seats(run=run, actor=manager, seats_max=1, now=NOW)

    run.refresh_from_db()
    assert run.seats_max == 2


def test_only_a_manager_changes_the_seats():
    run = a_full_run()

    with pytest.raises(run_seats.NotAManager):
        run_seats.change_seats(run=run, actor=someone_of(run).learner, seats_max=5, now=NOW)


def test_no_limit_any_more_offers_to_all():
    run = a_full_run()
    requests = [waits_for(run) for _ in range(3)]

    run_seats.change_seats(run=run, actor=run.version.course.provider.registered_by, seats_max=None, now=NOW)

    assert all(offer_to(request) for request in requests)


def test_who_waits_comes_before_who_comes_by():
    """A provider was suspended while a seat was given up; in good standing again, the seat is for who waited."""
    run = a_full_run()
    request = waits_for(run)
    provider = run.version.course.provider
    provider.status, provider.suspended_at, provider.suspended_by = "SUSPENDED", NOW, provider.verified_by
    provider.save()
    frees_a_seat(run)
    assert offer_to(request) is None
    provider.status, provider.suspended_at, provider.suspended_by = "VERIFIED", None, None
    provider.save()

    run.refresh_from_db()
    with pytest.raises(enrollment.RunIsFull):
        enrolled(a_learner(), type(run).objects.get(pk=run.pk))
    waiting_upkeep.look_after(now=NOW)

    assert offer_to(request).run == run


def test_somebody_who_has_left_the_portal_is_passed_over():
    run = a_full_run()
    first, second = waits_for(run), waits_for(run)
    type(first.learner).objects.filter(pk=first.learner_id).update(is_active=False)

    frees_a_seat(run)

    assert (offer_to(first), offer_to(second).run) == (None, run)


# Until when


@pytest.mark.parametrize(
    ("offered", "closes", "until"),
    [
        # Local hours: 10:00 is 3:00 UTC. Far away: two days of 14 hours.
        (datetime(2026, 11, 2, 3), datetime(2026, 11, 24, 1), datetime(2026, 11, 4, 3)),
        # At night nothing is counted: from 22:30 as from 7:00.
        (datetime(2026, 11, 2, 15, 30), datetime(2026, 11, 24, 1), datetime(2026, 11, 4, 14)),
        (datetime(2026, 11, 2, 19), datetime(2026, 11, 24, 1), datetime(2026, 11, 4, 14)),
        # Within a week: a day.
        (datetime(2026, 11, 18, 3), datetime(2026, 11, 24, 1), datetime(2026, 11, 19, 3)),
        # Within two days: three hours; those of the evening and of the morning are added.
        (datetime(2026, 11, 23, 3), datetime(2026, 11, 24, 9), datetime(2026, 11, 23, 6)),
        (datetime(2026, 11, 23, 13), datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 2)),
        # Never beyond the close of enrolment.
        (datetime(2026, 11, 23, 15), datetime(2026, 11, 24, 1), datetime(2026, 11, 24, 1)),
        # At one's own pace: no close.
        (datetime(2026, 11, 2, 3), None, datetime(2026, 11, 4, 3)),
        # The last day of February of a leap year, and the end of a year.
        (datetime(2028, 2, 28, 3), None, datetime(2028, 3, 1, 3)),
        (datetime(2026, 12, 31, 3), None, datetime(2027, 1, 2, 3)),
    ],
)
def test_how_long_a_seat_is_kept(offered, closes, until):
    run = a_published_run()
    run.enrollment_closes_at = closes and closes.replace(tzinfo=UTC)

    assert offer_term.deadline(run, now=offered.replace(tzinfo=UTC)) == until.replace(tzinfo=UTC)


def test_before_the_end_one_is_told_once_more():
    offer = an_offer(a_published_run(seats=1, starts_at=NOW + timedelta(days=40)), a_learner())
    soon = offer.expires_at - timedelta(hours=4)

    told = [waiting_upkeep.say_that_offers_end(now=at) for at in (soon - timedelta(minutes=1), soon, soon)]

    letter = Message.objects.get(kind="SEAT_OFFER_ENDING")
    assert told == [0, 1, 0]
    assert (letter.recipient, letter.expires_at) == (offer.request.learner, offer.expires_at)
    assert letter.data["link"] == Message.objects.get(kind="SEAT_OFFERED").data["link"]


def test_of_an_offer_made_shortly_before_its_end_one_letter_is_enough():
    offer = an_offer(a_published_run(seats=1, starts_at=NOW + timedelta(hours=30)), a_learner())

    assert waiting_upkeep.say_that_offers_end(now=offer.expires_at - timedelta(minutes=1)) == 0


def test_the_letter_that_it_ends_is_dropped_with_the_answer():
    offer = an_offer(a_published_run(seats=1, starts_at=NOW + timedelta(days=40)), a_learner())
    soon = offer.expires_at - timedelta(hours=4)
    waiting_upkeep.say_that_offers_end(now=soon)

    waiting.decline(offer=offer, now=soon)

    assert Message.objects.get(kind="SEAT_OFFER_ENDING").state == "DROPPED"
    assert waiting_upkeep.say_that_offers_end(now=soon) == 0


def test_who_has_only_a_telephone_hears_of_a_lapse_and_of_a_list_that_closes():
    learner = a_learner()
    learner.email, learner.phone = None, "+84912345678"
    learner.save()
    run, other = a_full_run(), a_full_run()
    waits_for(run, learner=learner)
    waits_for(other, learner=learner)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    waiting_upkeep.look_after(now=SeatOffer.objects.get().expires_at)
    waiting_upkeep.look_after(now=other.enrollment_closes_at)

    told = Message.objects.filter(kind__in=["SEAT_OFFER_LAPSED", "WAITING_CLOSED"]).order_by("pk")
    assert list(told.values_list("kind", "channel")) == [("SEAT_OFFER_LAPSED", "SMS"), ("WAITING_CLOSED", "SMS")]
