from datetime import UTC, datetime, timedelta

import pytest

from courses.actions import enrollment
from courses.queries.search import week
from courses.queries.search.week import SLOTS
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, a_learner

pytestmark = pytest.mark.django_db
TUESDAY_EVENING = datetime(2026, 11, 24, 11, 30, tzinfo=UTC)  # 18:30 in Viet Nam


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def test_a_class_fits_when_it_meets_at_no_other_time():
    assert week.fits(week.mask(["tue-evening"]), free=week.mask(["tue-evening", "sun-morning"]))
    assert not week.fits(week.mask(["tue-evening", "thu-evening"]), free=week.mask(["tue-evening"]))
    assert week.fits(0, free=0)
    assert week.mask(SLOTS) == 2**21 - 1


@pytest.mark.parametrize(
    ("starts", "hours", "slots"),
    [
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), 2, ["tue-morning"]),
        (datetime(2026, 11, 24, 4, 0, tzinfo=UTC), 2, ["tue-morning", "tue-afternoon"]),
        (datetime(2026, 11, 24, 5, 0, tzinfo=UTC), 6, ["tue-afternoon"]),
        (datetime(2026, 11, 24, 10, 30, tzinfo=UTC), 2, ["tue-afternoon", "tue-evening"]),
        (datetime(2026, 11, 24, 11, 0, tzinfo=UTC), 2, ["tue-evening"]),
        (datetime(2026, 11, 22, 17, 0, tzinfo=UTC), 1, ["mon-morning"]),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), 12, ["tue-morning", "tue-afternoon", "tue-evening"]),
    ],
    ids=["morning", "over noon", "noon to six", "over six", "evening", "midnight", "all day"],
)
def test_the_database_knows_the_parts_of_the_week(starts, hours, slots):
    run = a_published_run(sessions=1, starts_at=starts)
    run.class_sessions.update(ends_at=starts + timedelta(hours=hours))

    [found] = week.with_slots(type(run).objects.all())

    assert found.slots == week.mask(slots)
    assert run.version.catalog_entry.weeks == [week.mask(slots)]


def test_the_page_shows_what_fits_and_says_so(client):
    a_published_run(version=a_published_version(title_vi="Buổi tối thứ Ba"), starts_at=TUESDAY_EVENING)
    a_published_run(version=a_published_version(title_vi="Buổi sáng thứ Ba"))
    a_published_run(version=a_published_version(title_vi="Lúc nào cũng được", units=1), sessions=0)

    page = client.get("/courses/?when=tue-evening").content.decode()

    assert "Buổi tối thứ Ba" in page
    assert "Lúc nào cũng được" in page
    assert "Buổi sáng thứ Ba" not in page
    assert page.count("Hợp với lúc bạn rảnh") == 2


def test_the_run_that_fits_is_the_one_shown(client):
    version = a_published_version()
    a_published_run(version=version)
    a_published_run(version=version, starts_at=TUESDAY_EVENING + timedelta(days=2))  # Thursday the 26th

    page = client.get("/courses/?when=thu-evening").content.decode()

    assert "<i>26</i>" in page
    assert "Hợp với lúc bạn rảnh" in page


def test_a_learner_reads_what_clashes_and_what_does_not(learner_client, django_assert_num_queries):
    learner = a_learner()
    taken = a_published_run(version=a_published_version(title_vi="Lớp đã ghi danh"))
    enrollment.enroll(learner=learner, run=taken, now=NOW)
    a_published_run(version=a_published_version(title_vi="Trùng giờ"))
    a_published_run(version=a_published_version(title_vi="Không trùng"), starts_at=TUESDAY_EVENING)
    visitor = learner_client(learner)
    visitor.get("/courses/")

    page = visitor.get("/courses/?sort=title").content.decode()

    assert page.count("Trùng giờ với lớp «Lớp đã ghi danh» của bạn") == 1
    assert page.count("Không trùng lớp nào của bạn") == 2


def test_looking_for_clashes_costs_one_query(django_assert_num_queries):
    learner = a_learner()
    runs = [a_published_run() for _ in range(4)]
    for run in runs[:3]:
        enrollment.enroll(learner=learner, run=run, now=NOW)

    with django_assert_num_queries(1):
        found = week.clashes(learner, run_ids=[run.pk for run in runs], now=NOW)

    assert set(found) == {run.pk for run in runs}
