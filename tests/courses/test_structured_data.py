"""What a search engine reads of a course, checked against our own schema of what search engines ask for."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from courses.choices import Format
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.people import NOW, an_organization

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(__file__).parent / "course.schema.json").read_text(encoding="utf-8"))
TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def read(client, version, language: str = "") -> dict:
    page = client.get(language + version.get_absolute_url()).content.decode()
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


def check(data: dict) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(data)


@pytest.mark.parametrize("language", ["", "/en"], ids=["vi", "en"])
@pytest.mark.parametrize("sessions", [None, 0, 1, 3], ids=["no run", "self-paced", "one class", "three classes"])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"cost_vnd": 150_000, "licence": "CC BY 4.0", "audience_vi": "Ai cũng học được", "requirements_vi": "Khăn"},
        {"format": Format.BLENDED, "outcomes_vi": (), "outcomes_en": ()},
    ],
    ids=["plain", "all it may say", "blended without outcomes"],
)
def test_every_course_is_valid(client, language, sessions, more):
    provider = an_organization(phone="0292 3812 345", address="12 đường 30 Tháng 4")
    version = a_published_version(provider=provider, units=3 if sessions == 0 else 0, **more)
    if sessions is not None:
        a_published_run(version=version, sessions=sessions)

    check(read(client, version, language))


def test_a_run_says_when_where_and_how_often(client):
    version = a_published_version(hours=20)
    a_published_run(version=version, sessions=4, starts_at=TUESDAY, seats=20)

    (instance,) = read(client, version)["hasCourseInstance"]

    assert instance["courseMode"] == "Onsite"
    assert instance["courseWorkload"] == "PT20H"
    assert instance["courseSchedule"] == {
        "@type": "Schedule",
        "duration": "PT2H",
        "repeatFrequency": "Weekly",
        "repeatCount": 4,
        "byDay": ["https://schema.org/Tuesday"],
        "startDate": "2026-11-24T01:00:00+00:00",
        "endDate": "2026-12-15T03:00:00+00:00",
    }
    assert instance["location"]["address"]["addressRegion"] == "Cần Thơ"
    assert instance["maximumAttendeeCapacity"] == 20


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("cc-by-nc-nd-3.0", "https://creativecommons.org/licenses/by-nc-nd/3.0/"),
        ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC BY", "CC BY"),  # which version, nobody says
        ("CC BY 5.0", "CC BY 5.0"),
        ("CC BY-SA-ND 4.0", "CC BY-SA-ND 4.0"),  # there is none
        ("Như CC BY 4.0, không in lại", "Như CC BY 4.0, không in lại"),
        ("https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
    ],
)
def test_a_licence_many_know_is_said_by_its_address(client, licence, said):
    data = read(client, a_published_version(licence=licence))

    assert data["license"] == said


def test_a_class_of_several_days_a_week_lasts_so_many_weeks(client):
    run = a_published_run(sessions=8, starts_at=TUESDAY)
    for number, session in enumerate(run.class_sessions.order_by("starts_at")):  # Tuesdays and Thursdays of four weeks
        session.starts_at = TUESDAY + timedelta(days=number // 2 * 7 + number % 2 * 2)
        session.ends_at = session.starts_at + timedelta(hours=2)
        session.save()

    (instance,) = read(client, run.version)["hasCourseInstance"]

    assert instance["courseSchedule"]["repeatFrequency"] == "Weekly"
    assert instance["courseSchedule"]["repeatCount"] == 4
    assert instance["courseSchedule"]["byDay"] == ["https://schema.org/Tuesday", "https://schema.org/Thursday"]


def test_without_a_run_the_course_says_how_it_is_taught_but_not_when(client):
    (instance,) = read(client, a_published_version())["hasCourseInstance"]

    assert instance == {"@type": "CourseInstance", "courseMode": "Onsite", "courseWorkload": "PT6H"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("provider", {"@type": "Organization"}),
        ("offers", []),
        ("offers", [{"@type": "Offer", "category": "Free", "price": 5, "priceCurrency": "VND"}]),
        ("hasCourseInstance", []),
        ("hasCourseInstance", [{"@type": "CourseInstance", "courseMode": "Onsite"}]),
        ("hasCourseInstance", [{"@type": "CourseInstance", "courseMode": "IN_PERSON", "courseWorkload": "PT6H"}]),
    ],
)
def test_the_schema_refuses_what_search_engines_refuse(client, name, value):
    data = read(client, a_published_version())

    with pytest.raises(jsonschema.ValidationError):
        check({**data, name: value})


@pytest.mark.parametrize("name", ["name", "description", "provider", "offers", "hasCourseInstance"])
def test_the_schema_misses_what_is_required(client, name):
    data = read(client, a_published_version())

    del data[name]

    with pytest.raises(jsonschema.ValidationError):
        check(data)
