"""
Seats and waiting lists while many things happen at once: never more held and offered than there are, nobody skipped.

Source: RELIABILITY.md, F04, F06, F07, F09. The controls take the locks and the database's own count away.
"""

import threading
import time
from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count

from courses.actions import enrollment, waiting, waiting_upkeep
from courses.choices import Priority
from courses.models import CourseRun, Enrollment, SeatOffer, WaitingChoice, WaitingRequest
from courses.queries import enrollment as enrollments
from courses.queries import seats as seat_queries
from courses.queries import waiting as queries
from learners.models import Learner, Message
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.coming import a_no_show
from tests.factories.groups import a_waiting_group
from tests.factories.people import NOW, a_learner
from tests.factories.waiting import a_full_run, an_offer, offer_to, someone_of, waits_for
from tests.faults import crash, storm
from tests.faults.sabotage import without_the_count_of_seats, without_the_size_of_groups
from tests.faults.seat_storm import A_SECOND
from tests.faults.together import kinds, together
from tests.seed import SEED, form

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES, THREADS = form(short=(2, 3), long=(4, 4))
OPERATIONS = form(short=40, long=1500)  # of each thread
LOOK_EVERY_SECONDS = 0.02
LEARNERS = 40
OF_THE_SECOND_CLASS = 6  # of them; they wait after the others
CONTROL_STORMS_MAX = 8
IN_A_YEAR = NOW + timedelta(days=365)


# --- A storm ---


class Sampler:
    """Looks every 20 ms, at one moment of the database each time, whether a run has too many."""

    def __init__(self) -> None:
        self.looks = 0
        self.breaches: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        is_over = False
        while not is_over:
            is_over = self._over.wait(LOOK_EVERY_SECONDS)  # and looks once more
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                runs = list(seat_queries.with_seats(CourseRun.objects.all()))
            self.looks += 1
            self.breaches += [f"{run.pk}: {run.seats_left}" for run in runs if (run.seats_left or 0) < 0]
        connection.close()


@pytest.fixture
def course():
    version = a_published_version()
    runs = [a_published_run(version=version, seats=3, starts_at=IN_A_YEAR) for _ in range(3)]
    learners = [a_learner() for _ in range(LEARNERS)]
    for learner in learners[:OF_THE_SECOND_CLASS]:
        for days in (15, 8):
            a_no_show(learner, at=NOW - timedelta(days=days))
    return {
        "runs": [run.pk for run in runs],
        "learners": [learner.pk for learner in learners],
        "manager": version.course.provider.registered_by_id,
    }


@pytest.fixture
def second_class_waits(course):
    """Those of the second class stand in the line of a full run when the storm begins: chance need not bring them."""
    run = CourseRun.objects.get(pk=course["runs"][0])
    for learner in Learner.objects.filter(pk__in=course["learners"][-run.seats_max :]):
        enrollment.enroll(learner=learner, run=run, now=NOW)
    for learner in Learner.objects.filter(pk__in=course["learners"][:OF_THE_SECOND_CLASS]):
        waits_for(run, learner=learner)


def rage(course, *, operations=OPERATIONS, with_locks=True):
    """Let all processes loose; return how often each outcome came, and the moment of theirs at which they stopped."""
    began = time.time()
    work = {"module": "seat_storm", "threads": THREADS, "began": began, "operations": operations}
    processes = [
        storm.start(seed=f"{SEED} {number}", with_locks=with_locks, **work, **course) for number in range(PROCESSES)
    ]
    return storm.outcomes(processes), NOW + A_SECOND * (time.time() - began)


@pytest.mark.usefixtures("second_class_waits")
def test_a_storm_never_oversells_and_leaves_no_seat_free(course):
    with Sampler() as sampler:
        counted, now = rage(course)

    assert [outcome for outcome in counted if ":" in outcome] == []
    assert counted["too busy"] <= counted.total() / 20
    assert sampler.looks > 10
    assert sampler.breaches == []
    assert counted["done"] > counted.total() / 4
    waiting_upkeep.look_after(now=now)  # a minute after all is quiet
    assert queries.audit(now=now) == []
    assert enrollments.audit() == []
    assert WaitingChoice.objects.filter(priority=Priority.LATER).exists()
    assert free_while_somebody_waits(course) == []
    assert out_of_order(course) == []


def free_while_somebody_waits(course) -> list[str]:
    """Return where seats are free for somebody in line, counted row by row: not by the question that offers them."""
    wrong = []
    for run in CourseRun.objects.filter(pk__in=course["runs"]):
        held = sum(place.state in {"ENROLLED", "COMPLETED"} for place in Enrollment.objects.filter(run=run))
        free = run.seats_max - held - sum(offer.outcome == "" for offer in SeatOffer.objects.filter(run=run))
        offered = {offer.request_id for offer in SeatOffer.objects.all() if offer.outcome == ""}
        units = defaultdict(list)
        for choice in WaitingChoice.objects.filter(run=run, ended_at=None, request__ended_at=None):
            units[choice.turn].append(choice.request_id)
        wrong += [
            f"{run.pk}: {free} free, {len(unit)} wait with turn {turn}"
            for turn, unit in units.items()
            if len(unit) <= free and not offered & set(unit)
        ]
    return wrong


def out_of_order(course) -> list[str]:
    """
    Return where a seat was offered to somebody while somebody before them in the line was passed over.

    Of those of the usual class who wait alone and for one run only: they are never passed over for holding an offer
    elsewhere, nor, as a group, for needing more than is free.
    """
    wrong = []
    for run in course["runs"]:
        alone = [
            request.pk
            for request in WaitingRequest.objects.prefetch_related("choices")
            if {choice.run_id for choice in request.choices.all()} == {run}
        ]
        shared = WaitingChoice.objects.values("turn").annotate(people=Count("pk")).filter(people__gt=1).values("turn")
        offers = SeatOffer.objects.filter(run=run, request__in=alone, choice__own_priority=Priority.USUAL)
        offers = offers.exclude(choice__turn__in=shared)
        choices = list(offers.order_by("pk").values_list("choice", flat=True))
        wrong += [f"{run}: {choices}"] if choices != sorted(choices) else []
    return wrong


def test_without_locks_and_count_the_storm_oversells(course):
    """The control of the storm and of the one who looks."""
    with without_the_count_of_seats(), Sampler() as sampler:
        for _storm in range(CONTROL_STORMS_MAX):  # most sell over at once; a busy machine may let one act after another
            rage(course, operations=40, with_locks=False)
            if sampler.breaches:
                break

    assert sampler.breaches


def test_a_group_counts_as_many_as_it_is():
    """The control: a database that counts the seats kept for a group as one lets more be offered than there are."""
    run = a_full_run(seats=2)
    group = a_waiting_group(run, size=2)
    enrollment.withdraw(enrollment=someone_of(run), now=NOW)

    def offer_both():
        choices = queries.line(run).select_related("request")
        until = NOW + timedelta(hours=1)
        SeatOffer.objects.bulk_create(
            SeatOffer(choice=each, request=each.request, run=run, offered_at=NOW, expires_at=until) for each in choices
        )

    with pytest.raises(IntegrityError, match="has 2 seats, and 3 would be held or offered"), transaction.atomic():
        offer_both()
    assert queries.audit(now=NOW) == []

    with without_the_size_of_groups():
        offer_both()
    assert [finding.rule for finding in queries.audit(now=NOW)] == ["more held and offered than seats"]
    assert group.waiting_requests.count() == 2


def test_without_locks_the_database_refuses_and_nothing_wrong_stays(course):
    refused: list[str] = []
    with Sampler() as sampler:
        for _storm in range(CONTROL_STORMS_MAX):  # as above: whether two acts meet is chance
            counted, _now = rage(course, operations=40, with_locks=False)
            refused += [outcome for outcome in counted if outcome.startswith("IntegrityError")]
            if refused:
                break

    assert refused
    assert sampler.breaches == []


# --- The same, twice at once ---


def test_the_same_button_pressed_twice_is_one_place():
    for _ in range(form(short=3, long=100)):
        run, learner = a_published_run(seats=2), a_learner()

        answers = together(*[lambda run=run, who=learner: enrollment.enroll(learner=who, run=run, now=NOW)] * 3)

        assert kinds(answers) == ["Enrollment"] * 3
        assert Enrollment.objects.filter(learner=learner).count() == 1


def test_an_offer_taken_twice_at_once_is_one_place():
    for _ in range(form(short=3, long=100)):
        offer = an_offer(a_published_run(seats=1), a_learner())

        answers = together(*[lambda offer=offer: waiting.accept(offer=offer, now=NOW)] * 3)

        assert kinds(answers) == ["Enrollment"] * 3
        assert Enrollment.objects.filter(learner=offer.request.learner).count() == 1


def test_joining_twice_at_once_is_one_place_in_line():
    version = a_published_version()
    runs, learner = [a_full_run(version=version) for _ in range(2)], a_learner()

    answers = together(*[lambda run=run: waiting.join(learner=learner, runs=[run], now=NOW) for run in [*runs, *runs]])

    assert kinds(answers) == ["WaitingRequest"] * 4
    assert (WaitingRequest.objects.count(), WaitingChoice.objects.count()) == (1, 2)


def test_an_answer_at_the_second_the_offer_ends_is_one_or_the_other():
    for number in range(form(short=6, long=200)):
        offer = an_offer(a_published_run(seats=1), a_learner())
        after = waits_for(offer.run)
        early = offer.expires_at + timedelta(milliseconds=Random(f"{SEED} {number}").choice([-5, -1, 0, 1, 5]))

        taken, _tended = together(
            lambda offer=offer, early=early: waiting.accept(offer=offer, now=early),
            lambda offer=offer: waiting_upkeep.tend(offer.request.course_id, now=offer.expires_at),
        )

        offer.refresh_from_db()
        is_taken = isinstance(taken, Enrollment)
        assert offer.outcome in (["ACCEPTED"] if is_taken else ["LAPSED", ""])
        waiting_upkeep.look_after(now=offer.expires_at)
        assert (offer_to(after) is None) == is_taken
        assert queries.audit(now=offer.expires_at) == []


def test_the_order_of_joining_is_what_each_was_told():
    """Each letter says a place of its own, and the places are those of the line."""
    run = a_full_run()
    people = [a_learner(language="en") for _ in range(form(short=8, long=40))]

    together(*[lambda who=who: waiting.join(learner=who, runs=[run], now=NOW) for who in people])

    told = {
        letter.recipient_id: int(letter.data["waiting_for"].rsplit("number ", 1)[1].split()[0])
        for letter in Message.objects.filter(kind="WAITING_JOINED")
    }
    line = list(queries.line(run).values_list("request__learner", flat=True))
    assert [told[learner] for learner in line] == list(range(1, len(people) + 1))


# --- Dying in the middle ---

TOUCHED = (CourseRun, Enrollment, WaitingRequest, WaitingChoice, SeatOffer, Message)


def what_is_written() -> list[list[tuple[object, ...]]]:
    """Return all rows an answer may touch; the digest of every table costs a busy machine too much, so often."""
    return [list(model.objects.order_by("pk").values_list()) for model in TOUCHED]


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_an_answer_is_all_or_nothing(act):
    offer = an_offer(a_published_run(seats=1), a_learner())
    waits_for(offer.run)
    answer = {"accept": waiting.accept, "decline": waiting.decline}[act]

    died = crash.assert_all_or_nothing(
        lambda: answer(offer=offer, now=NOW),
        state=what_is_written,
        ways=form(short=crash.TWO_WAYS, long=crash.EVERY_WAY),
    )

    assert died > 20
    assert queries.audit(now=NOW) == []


def test_a_minute_that_dies_is_done_by_the_next():
    offer = an_offer(a_published_run(seats=1), a_learner())
    after = waits_for(offer.run)

    crash.assert_all_or_nothing(
        lambda: waiting_upkeep.tend(offer.run.version.course_id, now=offer.expires_at),
        state=what_is_written,
        ways=form(short=crash.TWO_WAYS, long=crash.EVERY_WAY),
    )

    assert offer_to(after) is not None
