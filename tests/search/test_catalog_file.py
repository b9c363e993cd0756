"""The search-quality corpus: what its files promise, before any engine is measured against it."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from courses.choices import Accessibility, TeachingLanguage
from courses.models import CatalogEntry, CourseRun
from learners.models.folding import fold
from tests.factories.people import NOW
from tests.search import loader

ROOT = Path(__file__).parents[2]
KINDS = {
    *("plain", "no_diacritics", "telex_slip", "vni_slip", "misspelling", "regional", "abbreviation", "phrase"),
    *("english", "place", "old_place", "time", "filter", "chat", "code", "organisation", "nothing"),
}


def repeated(values: Iterable[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]


def rows_of(path: str) -> list[dict[str, str]]:
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_key_names_one_course() -> None:
    assert repeated([course.key for course in loader.courses()]) == []


def test_a_provider_has_each_title_once() -> None:
    assert repeated([(course.provider, course.content.title_vi) for course in loader.courses()]) == []


def test_every_provider_is_known_and_unique() -> None:
    known = [provider.key for provider in loader.providers()]

    assert repeated(known) == []
    assert {course.provider for course in loader.courses()} - set(known) == set()


def test_every_commune_exists() -> None:
    communes = {row["code"] for row in rows_of("learners/data/places.csv") if row["parent"]}

    assert {provider.commune for provider in loader.providers()} - communes == set()


def test_every_field_is_one_shown_to_learners() -> None:
    shown = {
        row["code"] for row in rows_of("courses/data/fields.csv") if row["show"] == "yes" and len(row["code"]) == 4
    }

    assert {course.content.field_id for course in loader.courses()} - shown == set()


def test_courses_say_what_they_must_in_codes_that_exist() -> None:
    contents = [course.content for course in loader.courses()]

    assert [each.title_vi for each in contents if not (each.title_vi and each.summary_vi and each.outcomes_vi)] == []
    assert {code for each in contents for code in each.languages} - set(TeachingLanguage.values) == set()
    assert {code for each in contents for code in each.accessibility} - set(Accessibility.values) == set()
    assert [each.title_vi for each in contents if len(each.title_vi) > 200 or len(each.summary_vi) > 400] == []


def test_hours_come_in_half_hour_steps() -> None:
    minutes = {course.key: course.content.notional_minutes for course in loader.courses()}

    assert [key for key, each in minutes.items() if each <= 0 or each % 30] == []


def test_every_file_is_composed_unicode() -> None:
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for path in loader.FOLDER.rglob("*")
        if path.suffix in {".yaml", ".csv", ".md"}
    }

    assert [name for name, text in texts.items() if unicodedata.normalize("NFC", text) != text] == []


def test_there_are_enough_courses_and_questions() -> None:
    assert len(loader.courses()) >= 640
    assert len(loader.queries()) >= 320
    assert len([each for each in loader.queries() if each.accented]) >= 300


def test_a_question_is_there_once_and_of_a_known_kind() -> None:
    asked = loader.queries()

    assert repeated([each.id for each in asked]) == []
    assert repeated([each.query for each in asked]) == []
    assert {each.kind for each in asked} == KINDS


def test_every_judged_course_exists_and_has_a_grade() -> None:
    keys = {course.key for course in loader.courses()}
    judged = [(each.id, key, grade) for each in loader.queries() for key, grade in each.relevant.items()]

    assert [(query, key) for query, key, _grade in judged if key not in keys] == []
    assert {grade for _query, _key, grade in judged} == {1, 2}


def test_a_question_expects_courses_or_nothing() -> None:
    asked = loader.queries()

    assert {each.expects for each in asked} == {"found", "nothing"}
    assert [each.id for each in asked if (each.expects == "found") != bool(each.relevant)] == []
    assert [each.id for each in asked if not (each.judged_by and each.judged_on)] == []


def test_an_accented_spelling_carries_diacritics() -> None:
    spelt = [each.accented for each in loader.queries() if each.accented]

    assert [each for each in spelt if fold(each) == each.lower()] == []


@pytest.mark.django_db
def test_loading_puts_every_course_into_the_catalogue_with_its_runs() -> None:
    offered = loader.courses()

    ids = loader.load(now=NOW)

    assert list(ids) == [course.key for course in offered]
    assert set(ids.values()) == set(CatalogEntry.objects.values_list("course", flat=True))
    assert CourseRun.objects.count() == sum(len(course.meetings) + course.is_self_paced for course in offered)
    evenings = CourseRun.objects.get(version__course=ids["tieng-anh-giao-tiep-cho-nguoi-mat-goc"]).class_sessions
    assert evenings.count() == 24  # 48 hours
    assert [f"{start:%a %H:%M}" for start in evenings.values_list("starts_at", flat=True)[:2]] == [
        "Mon 12:00",  # 19:00 in Viet Nam
        "Wed 12:00",
    ]
    longest = CourseRun.objects.get(version__course=ids["luyen-thi-ielts-5-0-6-5-cho-nguoi-di-lam"]).class_sessions
    assert longest.count() == loader.SESSIONS_MAX  # 90 hours would be 45
