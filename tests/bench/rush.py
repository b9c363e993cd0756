"""
A rush on one class beside the same requests spread over many: a hundred clients press "Enrol" at the web server.

The server runs as in production, on the stage's database with fsync on; its clients share the two processors with it.
"""

import queue
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from statistics import median, quantiles

from django.utils import timezone

from courses.models import CourseRun, Enrollment
from portal.quickstart.servers import Postgres
from tests.bench.people import learners
from tests.bench.results import Row
from tests.bench.rounds import Rounds, Took, beside, clock, play
from tests.factories.catalog import a_published_run
from tests.faults.rush import FOUND, press, served, session_of

CLIENTS, EACH = 100, 3  # so many enrolments one after the other by each client, of different people
RUNS = 100
WORKERS = 2  # as in production
SHARE_MIN, P95_SECONDS_MAX = 0.6, 2.0


def measure(_postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    begins = timezone.now() + timedelta(days=30)
    many = [a_published_run(sessions=1, seats=10_000, starts_at=begins) for _ in range(RUNS)]
    one = [a_published_run(sessions=1, seats=10_000, starts_at=begins)]
    waited: dict[str, list[float]] = {"one run": [], "many runs": []}
    with served(workers=WORKERS) as port:
        played = play(
            {
                "one run": lambda: _rush(port, one, waited["one run"]),
                "many runs": lambda: _rush(port, many, waited["many runs"]),
            },
            rounds=rounds,
        )
    share = played.ratio("one run", "many runs")
    p95 = median(waited["one run"])
    return played, [
        Row(
            what=f"{CLIENTS} clients enrolling on one run, to the same spread over {RUNS} runs",
            figure=share.text("{:.0%}"),
            must="≥ 60 %",
            meets=share.median >= SHARE_MIN,
            beside=beside(played, "one run", "many runs"),
        ),
        Row(
            what=f"the longest of 19 in 20 answers in that rush, {CLIENTS} clients at once",
            figure=f"{p95:.2f} s ({min(waited['one run']):.2f}–{max(waited['one run']):.2f})",
            must="≤ 2 s",
            meets=p95 <= P95_SECONDS_MAX,
            beside=f"spread over {RUNS} runs {median(waited['many runs']):.2f} s; everybody answered with a place",
        ),
    ]


def _rush(port: int, runs: Sequence[CourseRun], waited: list[float]) -> Took:
    """Let every client enrol its people as fast as they are answered; note how long 19 in 20 waited at most."""
    people = learners(CLIENTS * EACH)
    to_press: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    for number, learner in enumerate(people):
        to_press.put((session_of(learner), f"/runs/{runs[number % len(runs)].pk}/enroll/"))
    answers: list[tuple[int, float]] = []

    def come() -> None:
        for _ in range(EACH):
            answers.append(press(port, *to_press.get()))

    clients = [threading.Thread(target=come) for _ in range(CLIENTS)]
    with clock(len(people)) as took:
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    assert Counter(status for status, _seconds in answers) == {FOUND: len(people)}
    assert Enrollment.objects.filter(learner__in=people).count() == len(people)
    waited.append(quantiles([seconds for _status, seconds in answers], n=20)[-1])
    return took
