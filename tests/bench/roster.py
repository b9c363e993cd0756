"""The roster of a class of a thousand beside one of a hundred: the pages as their instructor opens them."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from courses.models import CourseRun, Enrollment
from learners.models import Learner
from portal.quickstart.servers import Postgres
from tests.bench.people import learners
from tests.bench.results import Row
from tests.bench.rounds import Rounds, Variant, operations, play
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import attended
from tests.factories.people import a_learner, an_organization

SMALL, LARGE = 100, 1_000
TIMES_MAX = 2.0
LOOKS = 5


def measure(_postgres: Postgres, *, rounds: int) -> tuple[Rounds, list[Row]]:
    """Return the time of the roster, and of the sheet of one class session, of both classes."""
    teacher = a_learner(full_name="Trần Thị Ngọc Lan")
    version = a_published_version(provider=an_organization())
    people = learners(LARGE)
    runs = {count: _a_class(version, teacher, people[:count]) for count in (SMALL, LARGE)}
    client = Client()
    client.force_login(teacher)
    pages = {"roster": "", "sheet": "sessions/1/"}
    looks = {
        f"{name} of {count}": _look(client, run, page) for name, page in pages.items() for count, run in runs.items()
    }
    played = play(looks, rounds=rounds)
    rows = []
    for name in pages:
        times = played.ratio(f"{name} of {SMALL}", to=f"{name} of {LARGE}")
        rows.append(
            Row(
                what=f"time of the {name} of {LARGE:,} people beside that of {SMALL}",
                figure=times.text("{:.2f}"),
                must=f"≤ {TIMES_MAX:.0f}",
                meets=times.median <= TIMES_MAX,
                beside=f"CPU {played.cpu(f'{name} of {LARGE}').median:.1f} ms a page of {LARGE:,}",
            )
        )
    return played, rows


def _a_class(version: object, teacher: Learner, people: list[Learner]) -> CourseRun:
    now = timezone.now()
    run = a_published_run(version=version, instructor=teacher, seats=None, starts_at=now - timedelta(minutes=30))  # type: ignore[arg-type]
    places = Enrollment.objects.bulk_create(Enrollment(learner=each, run=run, enrolled_at=now) for each in people)
    session = run.class_sessions.get(position=1)
    for place in places[:: len(places) // 50]:
        attended(place, session, by=teacher, now=now)
    return run


def _look(client: Client, run: CourseRun, page: str) -> Variant:
    provider = run.version.course.provider
    address = f"/organizations/{provider.public_id}/runs/{run.pk}/{page}"

    def look() -> None:
        assert client.get(address).status_code == 200

    return operations(LOOKS, look)
