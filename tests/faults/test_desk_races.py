"""
Two people of one organisation, or two curators, at the same moment: one acts, the other is told why not.

Each race is run again without the locks; then it must go wrong, or they prove nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import connection

from courses.actions import catalog
from courses.actions import version as versions
from courses.models import CourseVersion, Review
from learners.actions import message_text, organization
from learners.choices import Language, MessageKind, OrganizationKind
from learners.models import MessageText, Organization, Place
from learners.queries import message_text as message_text_queries
from tests.factories.catalog import a_published_version, a_submitted_version
from tests.factories.people import NINH_KIEU, NOW, a_curator, a_learner
from tests.faults.row_locks import without_row_locks
from tests.faults.together import kinds, together

pytestmark = pytest.mark.django_db(transaction=True)
# How long one waits for the others in front of its first write: with the locks they never come, without them always.
MEETING_SECONDS_MAX = {True: 1, False: 60}


def race(*acts: Callable[[], Any], first_write: str, with_locks: bool) -> list[str]:
    """Let all acts decide before any of them writes, if the locks allow it; return what came of them."""
    meeting, here = threading.Barrier(len(acts)), threading.local()

    def gate(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not with_locks:
            sql = without_row_locks(sql)
        if sql.startswith(first_write) and not hasattr(here, "has_met"):
            here.has_met = True
            with suppress(threading.BrokenBarrierError):
                meeting.wait(MEETING_SECONDS_MAX[with_locks])
        return execute(sql, params, many, context)

    @contextmanager
    def gated() -> Iterator[None]:
        with connection.execute_wrapper(gate):
            yield

    def gating(act: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with gated():
                return act()

        return run

    return kinds(together(*(gating(act) for act in acts)))


def two_decisions(*, with_locks: bool) -> list[str]:
    version, one, other = a_submitted_version(), a_curator(), a_curator()
    return race(
        lambda: catalog.publish(version=version, curator=one, now=NOW),
        lambda: catalog.return_with_reasons(version=version, curator=other, reasons="Sửa tên.", now=NOW),
        first_write='UPDATE "courses_courseversion"',
        with_locks=with_locks,
    )


def test_one_decision_is_taken():
    assert two_decisions(with_locks=True) == ["CourseVersion", "NotInReview"]
    assert Review.objects.count() == 1


def test_without_locks_nobody_is_told_that_it_is_decided():
    assert "NotInReview" not in two_decisions(with_locks=False)


def two_new_versions(*, with_locks: bool) -> list[str]:
    published = a_published_version()

    def write() -> CourseVersion:
        return versions.start(course=published.course, author=published.created_by, now=NOW)

    return race(write, write, first_write='INSERT INTO "courses_courseversion"', with_locks=with_locks)


def test_one_new_version_is_begun():
    assert two_new_versions(with_locks=True) == ["CourseVersion", "CourseVersion"]
    assert sorted(CourseVersion.objects.values_list("number", "state")) == [(1, "PUBLISHED"), (2, "DRAFT")]


def test_without_locks_the_second_new_version_breaks():
    assert two_new_versions(with_locks=False) == ["CourseVersion", "IntegrityError"]


def two_registrations(*, with_locks: bool) -> list[str]:
    learner, place = a_learner(), Place.objects.get(code=NINH_KIEU)
    said = organization.Particulars(kind=OrganizationKind.LIBRARY, name_vi="Thư viện", place=place)

    def register() -> Organization:
        return organization.register(learner=learner, particulars=said, now=NOW)

    return race(register, register, first_write='INSERT INTO "learners_organization"', with_locks=with_locks)


def test_pressing_twice_registers_one_organization():
    assert two_registrations(with_locks=True) == ["AlreadyRegistered", "Organization"]


def test_without_the_lock_pressing_twice_registers_two():
    assert two_registrations(with_locks=False) == ["Organization", "Organization"]


@pytest.fixture
def texts_as_they_were() -> Iterator[None]:
    """The words of letters are loaded by a migration and kept between tests."""
    yield
    MessageText.objects.filter(version__gt=1).delete()
    MessageText.objects.update(valid_to=None)


def two_texts(*, with_locks: bool) -> list[str]:
    kind, language = MessageKind.WITHDRAWN, Language.EN
    body = message_text_queries.current(kind, language).body

    def write(subject: str) -> MessageText:
        return message_text.supersede(
            kind=kind, language=language, subject=subject, body=body, source="curators", now=NOW
        )

    return race(
        lambda: write("You left {course}"),
        lambda: write("You have given up {course}"),
        first_write='UPDATE "learners_messagetext"',
        with_locks=with_locks,
    )


@pytest.mark.usefixtures("texts_as_they_were")
def test_the_second_text_supersedes_the_first():
    assert two_texts(with_locks=True) == ["MessageText", "MessageText"]
    assert MessageText.objects.filter(kind=MessageKind.WITHDRAWN, language=Language.EN).count() == 3


@pytest.mark.usefixtures("texts_as_they_were")
def test_without_the_lock_the_second_text_breaks():
    assert two_texts(with_locks=False) == ["IntegrityError", "MessageText"]
