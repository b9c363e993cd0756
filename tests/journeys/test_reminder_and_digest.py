"""The evening before a class, and the hour of the weekly letter: the real beat, worker and courier write to people."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone

from courses.actions import run
from courses.actions.run import Plan
from courses.models import CourseRun
from learners import formats
from learners.choices import Weekday
from learners.models import Learner, Place
from portal.quickstart.children import Child
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled, has_read
from tests.factories.people import NINH_KIEU, a_learner, an_organization
from tests.journeys.person import Person
from tests.stack import ROOT, Stack, wait_for

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("journeys")]

COURSE = "Đan lát mây tre"
ONLINE = "Bán hàng trên mạng"
VENUE = "Nhà văn hóa phường Ninh Kiều"
STOP = re.compile(r"http://\S+/messages/stop/\S+")
EARLY = timedelta(seconds=20)  # beat and worker start so long before the hour, and see it come
ALL_SENT_SECONDS_MAX = 90


class People(NamedTuple):
    hoa: Learner  # wants everything
    ba: Learner  # wants everything
    ut: Learner  # will give up the place
    tu: Learner  # will ask for no letters
    first_class: datetime


@pytest.fixture(scope="module")
def people(portal: Stack) -> People:
    """Given: four learners in a class that meets in two days at eight, and again a week later; one also reads online."""
    now = timezone.now()
    first = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=2), time(8)))
    basket = a_class(first, now)
    everybody = [
        a_learner(full_name=name, email=f"{short}@example.vn")
        for short, name in (
            ("le.hoa", "Lê Văn Hòa"),
            ("ly.ba", "Lý Thị Ba"),
            ("vo.ut", "Võ Út"),
            ("tran.tu", "Trần Văn Tư"),
        )
    ]
    for learner in everybody:
        enrolled(learner, basket, now=now)
    online = a_published_run(version=a_published_version(title_vi=ONLINE, hours=3, units=3), sessions=0)
    has_read(enrolled(everybody[0], online, now=now), up_to=1, now=now)
    return People(*everybody, first_class=first)


def a_class(first: datetime, now: datetime) -> CourseRun:
    version = a_published_version(provider=an_organization(), title_vi=COURSE, attendance_percent_min=75)
    starts = (first, first + timedelta(weeks=1))
    plan = Plan(
        starts_on=timezone.localdate(first),
        sessions=tuple((start, start + timedelta(hours=2)) for start in starts),
        seats_max=20,
        place=Place.objects.get(code=NINH_KIEU),
        venue=VENUE,
    )
    return run.plan_run(version=version, author=version.created_by, plan=plan, now=now)


def test_from_tomorrow_evening_to_no_more_letters(
    people: People, portal: Stack, a_person: Callable[..., Person]
) -> None:
    hoa, ba, ut, tu = (a_person(learner.email) for learner in people[:4])
    evening = people.first_class - timedelta(hours=14)

    given_two_learners_want_their_weekly_letter_that_evening(hoa, ba, evening)
    given_another_gave_up_the_place(ut)
    given_one_more_wants_no_letters(tu)

    with when_the_evening_comes(portal, evening):
        then_who_is_enrolled_is_reminded(hoa, ba, people.first_class)
        and_the_weekly_letter_tells_the_week(hoa, ba)
    and_nobody_else_is_written_to(ut, tu)
    and_asking_again_sends_nothing_twice(portal, evening, hoa)

    when_the_link_in_the_letter_is_followed(a_person(), hoa)
    then_next_week_brings_the_reminder_and_no_weekly_letter(portal, evening + timedelta(weeks=1), hoa, ba)


def given_two_learners_want_their_weekly_letter_that_evening(hoa: Person, ba: Person, evening: datetime) -> None:
    for person in (hoa, ba):
        person.opens("/me/profile/").signs_in().sees_heading("My profile")
        person.chooses("Day of the weekly letter", str(Weekday(evening.isoweekday()).label))
        person.chooses("Hour of the weekly letter", "18:00").presses("Save").sees("Your profile is saved.")


def given_another_gave_up_the_place(ut: Person) -> None:
    ut.opens("/me/").signs_in().follows(COURSE).follows("Give up the place").presses("Give up the place")
    ut.sees("The place has been given up.")


def given_one_more_wants_no_letters(tu: Person) -> None:
    tu.opens("/me/profile/").signs_in().unticks("Remind me the evening before a class")
    tu.unticks("Send me a weekly letter when there is something to tell").presses("Save").sees("Your profile is saved.")


@contextmanager
def when_the_evening_comes(portal: Stack, evening: datetime) -> Iterator[None]:
    """Beat and worker run as ever; only their clocks say that it is nearly six, tomorrow."""
    ahead = (evening - EARLY - timezone.now()).total_seconds()
    children = []
    for name in ("beat", "worker"):
        python, minus_m, *module = portal.command(name)
        child = Child(name, [python, minus_m, "tests.journeys.moved_clock", str(ahead), *module])
        child.start(portal.environment)
        children.append(child)
    try:
        yield
    finally:
        for child in children:
            child.stop()


def then_who_is_enrolled_is_reminded(hoa: Person, ba: Person, first_class: datetime) -> None:
    for person in (hoa, ba):
        wait_for(lambda person=person: reminders(person), seconds=ALL_SENT_SECONDS_MAX, what="the reminder")
        (reminder,) = reminders(person)
        assert reminder.subject.startswith("8:00")
        for words in (formats.day(first_class), VENUE, person.read("session %(number)s", number=1)):
            assert words in reminder.text


def and_the_weekly_letter_tells_the_week(hoa: Person, ba: Person) -> None:
    for person in (hoa, ba):
        wait_for(lambda person=person: weekly_letters(person), seconds=ALL_SENT_SECONDS_MAX, what="the weekly letter")
    (of_hoa,), (of_ba,) = weekly_letters(hoa), weekly_letters(ba)
    assert "0,5 giờ" in of_hoa.subject
    assert f"{ONLINE}: 0,5 giờ" in of_hoa.text
    assert f"{ONLINE}: Bài 2" in of_hoa.text
    assert f"{COURSE}, {VENUE}" in of_hoa.text
    assert COURSE in of_ba.subject
    assert ONLINE not in of_ba.text


def and_nobody_else_is_written_to(ut: Person, tu: Person) -> None:
    for person in (ut, tu):
        assert reminders(person) == weekly_letters(person) == []


def and_asking_again_sends_nothing_twice(portal: Stack, evening: datetime, hoa: Person) -> None:
    said = tick(portal, evening)

    assert "- 0 reminders of a class queued\n- 0 weekly letters queued\n" in said
    assert (len(reminders(hoa)), len(weekly_letters(hoa))) == (1, 1)


def when_the_link_in_the_letter_is_followed(nobody: Person, hoa: Person) -> None:
    """Whoever has the letter need not sign in; looking changes nothing, pressing does."""
    (letter,) = weekly_letters(hoa)
    link = STOP.findall(letter.text)[0]

    nobody.opens(link).sees_heading("Stop these letters?").sees("Weekly letter")
    nobody.reloads().sees_heading("Stop these letters?").presses("Stop these letters")
    nobody.sees_heading("These letters have stopped")


def then_next_week_brings_the_reminder_and_no_weekly_letter(
    portal: Stack, evening: datetime, hoa: Person, ba: Person
) -> None:
    tick(portal, evening)

    assert (len(reminders(hoa)), len(weekly_letters(hoa))) == (2, 1)
    assert (len(reminders(ba)), len(weekly_letters(ba))) == (2, 2)
    assert hoa.read("session %(number)s", number=2) in reminders(hoa)[1].text


def reminders(person: Person) -> list:
    return [letter for letter in person.letters() if letter.subject.endswith(f": {COURSE}") and "8:00 ngày mai" in letter.text]


def weekly_letters(person: Person) -> list:
    topic = person.read("Weekly letter")
    return [letter for letter in person.letters() if f"«{topic}»" in letter.text]


def tick(portal: Stack, moment: datetime) -> str:
    """Do what the timetable would do at a moment, as somebody at the keyboard of a demonstration does."""
    local = timezone.localtime(moment)
    command = [sys.executable, "manage.py", "tick", "--at", f"{local:%Y-%m-%d %H:%M}"]
    return subprocess.run(
        command, cwd=ROOT, env=portal.environment, check=True, capture_output=True, text=True
    ).stdout
