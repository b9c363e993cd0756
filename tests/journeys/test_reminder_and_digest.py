"""The evening before a class, and the hour of the weekly letter: the real beat, worker and courier write to people."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import partial
from typing import NamedTuple

import pytest
from django.utils import timezone

from courses.actions import run
from courses.actions.run import Plan
from courses.models import CourseRun
from learners import formats
from learners.choices import Language, MessageKind, Weekday
from learners.models import Learner, Place
from learners.queries import message_text
from portal.quickstart.children import Child
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled, has_read
from tests.factories.people import NINH_KIEU, a_learner, an_organization
from tests.journeys.person import Letter, Person
from tests.stack import ROOT, Stack, wait_for

pytestmark = pytest.mark.django_db

COURSE = "Đan lát mây tre"
ONLINE = "Bán hàng trên mạng"
VENUE = "Nhà văn hóa phường Ninh Kiều"
STOP = re.compile(r"http://\S+/messages/stop/\S+")
EARLY = timedelta(seconds=10)  # beat and worker start so long before the hour, and see it come


class People(NamedTuple):
    """Everybody's weekly letter is due on the evening before the first class, but Hòa's, who has yet to choose."""

    hoa: Learner
    ba: Learner
    ut: Learner  # will give up the place
    tu: Learner  # will ask for no letters
    first_class: datetime
    reminder: str  # its subject

    @property
    def evening(self) -> datetime:
        return self.first_class - timedelta(hours=14)


@pytest.fixture(scope="module")
def people(portal: Stack) -> People:
    """Given: four learners in a class that meets in two days at eight, and a week later; Hòa also reads online."""
    now = timezone.now()
    today = timezone.localdate(now)
    first_class = timezone.make_aware(datetime.combine(today + timedelta(days=2), time(8)))
    weekday = (today + timedelta(days=1)).isoweekday()
    hoa = a_learner(full_name="Lê Văn Hòa", email="le.hoa@example.vn")
    ba, ut, tu = (
        a_learner(full_name=name, email=f"{short}@example.vn", digest_weekday=weekday, digest_hour=18)
        for short, name in (("ly.ba", "Lý Thị Ba"), ("vo.ut", "Võ Út"), ("tran.tu", "Trần Văn Tư"))
    )
    basket = a_class(first_class, now)
    for learner in (hoa, ba, ut, tu):
        enrolled(learner, basket, now=now)
    online = a_published_run(
        version=a_published_version(title_vi=ONLINE, title_en="Selling online", hours=3, units=3), sessions=0
    )
    has_read(enrolled(hoa, online, now=now), up_to=1, now=now)
    text = message_text.current(MessageKind.CLASS_TOMORROW, Language.VI)
    return People(hoa, ba, ut, tu, first_class, text.subject.format(course=COURSE, time="8:00"))


def a_class(first: datetime, now: datetime) -> CourseRun:
    version = a_published_version(
        provider=an_organization(), title_vi=COURSE, title_en="Weaving bamboo", attendance_percent_min=75
    )
    plan = Plan(
        starts_on=timezone.localdate(first),
        sessions=tuple((start, start + timedelta(hours=2)) for start in (first, first + timedelta(weeks=1))),
        seats_max=20,
        place=Place.objects.get(code=NINH_KIEU),
        venue=VENUE,
    )
    return run.plan_run(version=version, author=version.created_by, plan=plan, now=now)


def test_from_tomorrow_evening_to_no_more_letters(
    people: People, portal: Stack, a_person: Callable[..., Person]
) -> None:
    hoa, ba, ut, tu = (a_person(learner.email) for learner in people[:4])
    somebody = a_person()

    given_the_weekly_letter_is_wanted_that_evening(hoa, people.evening)
    given_another_gave_up_the_place(ut)
    given_one_more_wants_no_letters(tu)

    with when_the_evening_comes(portal, people.evening):
        then_whoever_is_enrolled_is_reminded(hoa, ba, people)
        and_the_weekly_letter_tells_the_week(hoa, ba)
    and_nobody_else_is_written_to(ut, tu, people)

    when_the_link_in_the_letter_is_followed(somebody, hoa)
    then_next_week_brings_the_reminder_and_no_weekly_letter(portal, hoa, ba, people)


def given_the_weekly_letter_is_wanted_that_evening(hoa: Person, evening: datetime) -> None:
    hoa.opens("/me/profile/").signs_in().sees_heading("My profile")
    hoa.chooses("Day of the weekly letter", str(Weekday(timezone.localdate(evening).isoweekday()).label))
    hoa.chooses("Hour of the weekly letter", "18:00").presses("Save").sees("Your profile is saved.")


def given_another_gave_up_the_place(ut: Person) -> None:
    ut.opens("/me/").signs_in().follows(COURSE).follows("Give up the place").presses("Give up the place")
    ut.sees("The place has been given up.")


def given_one_more_wants_no_letters(tu: Person) -> None:
    tu.opens("/me/profile/").signs_in().unticks("Remind me the evening before a class")
    tu.unticks("Send me a weekly letter when there is something to tell").presses("Save").sees("Your profile is saved.")


@contextmanager
def when_the_evening_comes(portal: Stack, evening: datetime) -> Iterator[None]:
    """Beat and worker run as ever; only their clocks say that it is nearly six, tomorrow."""
    moment = (evening - EARLY).isoformat()
    children = []
    for name in ("worker", "beat"):
        python, minus_m, *module = portal.command(name)
        children.append(Child(name, [python, minus_m, "tests.journeys.moved_clock", moment, *module]))
        children[-1].start(portal.environment)
    try:
        yield
    finally:
        for child in children:
            child.stop()


def then_whoever_is_enrolled_is_reminded(hoa: Person, ba: Person, people: People) -> None:
    for person in (hoa, ba):
        wait_for(partial(has_reminder, person, people), what="the reminder")
        (reminder,) = reminders(person, people)
        for words in (formats.day(people.first_class), VENUE, person.read("session %(number)s", number=1)):
            assert words in reminder.text


def and_the_weekly_letter_tells_the_week(hoa: Person, ba: Person) -> None:
    for person in (hoa, ba):
        wait_for(partial(has_weekly_letter, person), what="the weekly letter")
    (of_hoa,), (of_ba,) = weekly_letters(hoa), weekly_letters(ba)
    assert "0,5" in of_hoa.subject
    for words in (f"{ONLINE}: 0,5", f"{ONLINE}: Bài 2", f"{COURSE}, {VENUE}"):
        assert words in of_hoa.text
    assert COURSE in of_ba.subject
    assert ONLINE not in of_ba.text


def and_nobody_else_is_written_to(ut: Person, tu: Person, people: People) -> None:
    for person in (ut, tu):
        assert reminders(person, people) == weekly_letters(person) == []


def when_the_link_in_the_letter_is_followed(somebody: Person, hoa: Person) -> None:
    """Whoever has the letter need not sign in; looking changes nothing, pressing does."""
    (letter,) = weekly_letters(hoa)
    somebody.opens("/dev/mailbox/").follows(letter.subject, beside=hoa.address).sees_heading(letter.subject)
    somebody.follows(STOP.findall(letter.text)[0]).sees_heading("Stop these letters?").sees("Weekly letter")

    somebody.reloads().sees_heading("Stop these letters?").presses("Stop these letters")
    somebody.sees_heading("These letters have stopped")


def then_next_week_brings_the_reminder_and_no_weekly_letter(
    portal: Stack, hoa: Person, ba: Person, people: People
) -> None:
    tick(portal, people.evening + timedelta(weeks=1))

    assert (len(reminders(hoa, people)), len(weekly_letters(hoa))) == (2, 1)
    assert (len(reminders(ba, people)), len(weekly_letters(ba))) == (2, 2)
    assert hoa.read("session %(number)s", number=2) in reminders(hoa, people)[1].text


def reminders(person: Person, people: People) -> list[Letter]:
    return [letter for letter in person.letters() if letter.subject == people.reminder]


def has_reminder(person: Person, people: People) -> bool:
    return bool(reminders(person, people))


def weekly_letters(person: Person) -> list[Letter]:
    """The letters that lead to one's own page and to nothing else."""
    return [letter for letter in person.letters() if f"{person.portal.url}/me/\n" in letter.text]


def has_weekly_letter(person: Person) -> bool:
    return bool(weekly_letters(person))


def tick(portal: Stack, moment: datetime) -> None:
    """Do what the timetable would do at a moment, as one does at the keyboard of a demonstration."""
    at = f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
    command = [sys.executable, "manage.py", "tick", "--at", at]
    subprocess.run(command, cwd=ROOT, env=portal.environment, check=True)
