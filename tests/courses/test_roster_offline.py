"""The roster on a phone without network, in a real browser: kept, opened by its clock, sent in parts, never lost."""

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from courses.models import AttendanceRecord, ClassSession, Enrollment, WalkIn
from courses.queries import attendance as queries
from learners.choices import Role
from learners.models import Learner
from tests.browser import open_window, session_of
from tests.courses.test_roster_phone import page_of
from tests.factories.catalog import a_published_run
from tests.factories.enrollment import enrolled
from tests.factories.people import a_learner, a_membership

pytestmark = pytest.mark.django_db
SENT = "Everything is sent."
QUEUES = (
    "Object.entries(localStorage).filter(([key]) => key !== 'roster-clock')"
    ".map(([key, kept]) => [key, JSON.parse(kept)])"
)


def a_class(staff, *, people, begins_in):
    run = a_published_run(instructor=staff[0], seats=None, starts_at=timezone.now() + begins_in)
    for more in staff[1:]:
        a_membership(organization=run.version.course.provider, learner=more, role=Role.INSTRUCTOR)
        run.run_instructors.create(learner=more)
    places = [enrolled(a_learner(full_name=f"Người học {number:02}"), run) for number in range(people)]
    return run.class_sessions.get(position=1), places


@dataclass
class World:
    """Made before the tests, so that the server sees it: a class and signed-in sessions for each of them."""

    teacher: Learner
    other: Learner
    classes: list[tuple[ClassSession, list[Enrollment]]]
    tomorrow: tuple[ClassSession, list[Enrollment]]
    keys: list[str]
    shared_key: str
    other_key: str


@pytest.fixture(scope="module")
def world(site):
    teacher, other = a_learner(full_name="Trần Thị Ngọc Lan"), a_learner(full_name="Hồ Văn Bảy")
    minutes_ago = timedelta(minutes=-20)
    return World(
        teacher=teacher,
        other=other,
        classes=[a_class([teacher, other], people=22, begins_in=minutes_ago)]
        + [a_class([teacher, other], people=3, begins_in=minutes_ago) for _more in range(16)],
        tomorrow=a_class([teacher], people=2, begins_in=timedelta(hours=13)),
        keys=[session_of(teacher) for _each in range(24)],
        shared_key=session_of(teacher, is_shared=True),
        other_key=session_of(other),
    )


@pytest.fixture
def in_class(world):
    return world.classes.pop(0)


@pytest.fixture
def phone(chromium, site, world):
    opened = open_window(chromium, site, width=360)
    sign_in(opened, world.keys.pop())
    yield opened
    opened.context.close()


def kept(phone, session):
    """Open the roster and wait until the phone keeps it."""
    page = phone.open(page_of(session))
    expect(page.locator("[data-roster][data-is-kept='1']")).to_be_attached()
    return page


def said(page):
    return page.locator("[data-status]")


def sign_in(phone, key):
    phone.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": phone.site}])


def waiting(page):
    return sum(len(kept["marks"]) + len(kept["names"]) for _key, kept in page.evaluate(QUEUES))


def test_twenty_marks_and_two_walk_ins_without_network(phone, in_class):
    session, places = in_class
    page = kept(phone, session)

    phone.context.set_offline(True)
    boxes = page.locator("input[value=PRESENT]")
    for number in range(20):
        boxes.nth(number).check()
    for name in ("Lý Văn Tư", "Cao Thị Năm"):
        page.fill("[name=name]", name)
        page.click("[data-add]")
    assert "22" in said(page).inner_text()
    assert not AttendanceRecord.objects.filter(enrollment__in=places).exists()
    # The page itself is there without network, with what waits on it. Chromium's pretence that there is none may miss
    # the first moment of a page that is loaded anew, so what is on the way is not asked after this.
    page.reload()
    assert page.locator("input[value=PRESENT]:checked").count() == 20

    phone.context.set_offline(False)
    expect(said(page)).to_have_text(SENT, timeout=30_000)

    here = AttendanceRecord.objects.filter(class_session=session, superseded_at=None, status="PRESENT")
    assert here.count() == 20
    assert WalkIn.objects.filter(class_session=session).count() == 2
    assert waiting(page) == 0


def test_codes_of_a_sheet_are_keyed_without_network(phone, in_class):
    session, places = in_class
    codes = {pk: code for code, pk in queries.line_codes(session).items()}
    page = kept(phone, session)
    phone.context.set_offline(True)

    page.fill("[name=codes]", f"{codes[places[0].pk].lower()} 77? {codes[places[2].pk]}")
    page.press("[name=codes]", "Enter")

    told = "Nobody of this class has this code: 77?. Present: Người học 00, Người học 02"
    expect(page.locator("[data-keyed]")).to_have_text(told)
    expect(page.locator("[name=codes]")).to_have_value("77?")
    assert waiting(page) == 2
    phone.context.set_offline(False)
    expect(said(page)).to_have_text(SENT, timeout=30_000)
    here = AttendanceRecord.objects.filter(class_session=session, status="PRESENT").order_by("enrollment")
    assert [record.enrollment for record in here] == [places[0], places[2]]


def test_the_code_a_learner_shows_is_scanned_without_network_and_marked_by_one_press(phone, in_class):
    session, places = in_class
    codes = {pk: code for code, pk in queries.line_codes(session).items()}
    page = kept(phone, session)
    phone.context.set_offline(True)

    page.goto(f"{phone.site}{page_of(session)}#{codes[places[1].pk]}")  # as the camera opens it
    page.reload()
    expect(page.locator("[data-keyed]")).to_have_text("Người học 01")
    page.keyboard.press("Enter")

    expect(page.locator("[data-keyed]")).to_have_text("Present: Người học 01")
    assert "#" not in page.url
    phone.context.set_offline(False)
    expect(said(page)).to_have_text(SENT, timeout=30_000)
    assert AttendanceRecord.objects.get(class_session=session).enrollment == places[1]


@pytest.fixture
def other_phone(chromium, site, world):
    opened = open_window(chromium, site, width=360)
    sign_in(opened, world.other_key)
    yield opened
    opened.context.close()


def test_a_slow_clock_corrects_what_is_on_the_page(phone, other_phone, in_class):
    session, places = in_class
    other_phone.open(page_of(session)).locator("input[value=LATE]").first.check()
    expect(said(other_phone.page)).to_have_text(SENT)
    phone.page.clock.set_fixed_time(timezone.now() - timedelta(minutes=10))

    page = phone.open(page_of(session))
    page.locator("input[value=ABSENT]").first.check()
    expect(said(page)).to_have_text(SENT)

    record = AttendanceRecord.objects.get(enrollment=places[0], superseded_at=None)
    assert (record.status, record.method) == ("ABSENT", "ROSTER")
    assert timedelta(minutes=9) < record.marked_at - record.device_at < timedelta(minutes=11)


def test_of_what_somebody_has_said_later_one_is_told_and_may_answer(phone, other_phone, in_class):
    session, places = in_class
    page, theirs = kept(phone, session), other_phone.open(page_of(session))
    mine = page.locator("input[value=ABSENT]").first
    phone.context.set_offline(True)
    mine.check()
    theirs.locator("input[value=LATE]").first.check()
    expect(said(theirs)).to_have_text(SENT)

    phone.context.set_offline(False)

    told = "Người học 00, Absent: Hồ Văn Bảy recorded later: Late"
    expect(page.locator("[data-aside] li")).to_have_text(told, timeout=30_000)
    expect(page.locator("input[value=LATE]").first).to_be_checked()
    mine.check()
    expect(said(page)).to_have_text(SENT)
    assert AttendanceRecord.objects.get(enrollment=places[0], superseded_at=None).status == "ABSENT"


def test_an_entry_over_which_the_portal_fails_holds_nothing_up(phone, world, in_class):
    """Not the other entries, and not the other classes of this phone."""
    session, places = in_class
    another, others = world.classes.pop(0)
    page = phone.open(page_of(session))
    queues = [
        [
            f"roster:{world.teacher.pk}:{where.pk}",
            json.dumps(
                {
                    "seq": 9,
                    "url": page_of(where),
                    "names": [],
                    "marks": [
                        {"id": str(uuid.uuid4()), "person": people[number].pk, "status": "LATE", "seq": number}
                        | {"at": where.starts_at.isoformat()}
                        for number in range(3)
                    ],
                }
            ),
        ]
        for where, people in ((session, places), (another, others))
    ]
    bad = json.loads(queues[0][1])["marks"][1]["id"]
    page.route(
        "**/phone/",
        lambda route: route.fulfill(status=500) if bad in (route.request.post_data or "") else route.continue_(),
    )
    page.evaluate("(queues) => queues.forEach(([key, kept]) => localStorage.setItem(key, kept))", queues)

    page.reload()

    expect(said(page)).to_contain_text("Waiting on this phone: 1")
    marked = AttendanceRecord.objects.filter(enrollment__in=[*places, *others], status="LATE")
    assert set(marked.values_list("enrollment", flat=True)) == {place.pk for place in [*places, *others]} - {
        places[1].pk
    }


def test_kept_the_evening_before_it_holds_the_names_and_opens_by_the_phone_s_clock(phone, world):
    session, places = world.tomorrow
    page = kept(phone, session)
    expect(page.get_by_text("Người học 00")).to_be_visible()
    expect(page.locator("input[value=PRESENT]").first).to_be_disabled()

    phone.context.set_offline(True)
    page.clock.set_fixed_time(session.starts_at - timedelta(minutes=29))
    page.reload()
    page.locator("input[value=PRESENT]").first.check()
    assert waiting(page) == 1

    # Sent before the class, as by a clock that is ahead, it is kept uncounted and said so.
    phone.context.set_offline(False)
    expect(page.locator("[data-aside] li")).to_have_text(
        "Người học 00, Present: Before the class, which had not begun or was moved", timeout=30_000
    )
    assert waiting(page) == 0
    assert not AttendanceRecord.objects.filter(enrollment__in=places).exists()
    page.get_by_role("button", name="I have read this").click()
    expect(page.locator("[data-aside]")).to_be_hidden()


@pytest.mark.parametrize("wrong", [timedelta(minutes=-40), timedelta(minutes=40)], ids=["behind", "ahead"])
def test_a_clock_that_is_wrong_opens_the_marking_in_time(phone, world, wrong):
    session, _places = world.tomorrow
    opens = session.starts_at - timedelta(minutes=30)
    phone.page.clock.set_fixed_time(timezone.now() + wrong)
    page = kept(phone, session)
    first = page.locator("input[value=PRESENT]").first
    phone.context.set_offline(True)

    page.clock.set_fixed_time(opens + wrong - timedelta(minutes=1))
    page.reload()
    expect(first).to_be_disabled()
    page.clock.set_fixed_time(opens + wrong + timedelta(minutes=1))
    page.reload()

    expect(first).to_be_enabled()


def test_a_clock_that_is_set_right_again_is_believed(phone, world):
    session, _places = world.tomorrow
    phone.page.clock.set_fixed_time(timezone.now() - timedelta(minutes=40))
    page = kept(phone, session)
    page.evaluate("localStorage.setItem('roster-clock', localStorage.getItem('roster-clock').replace(/^\\d+/, 1))")

    page.clock.set_fixed_time(timezone.now())
    page.reload()

    ahead = page.evaluate("Number(localStorage.getItem('roster-clock').split(' ')[1])")
    assert abs(ahead) < 60_000


def test_one_bad_entry_and_many_marks_hold_nothing_up(phone, world, in_class):
    session, places = in_class
    page = phone.open(page_of(session))
    marks = [
        {
            "id": str(uuid.uuid4()),
            "person": places[number % 3].pk,
            "status": "PRESENT" if number != 70 else "HERE",
            "at": session.starts_at.isoformat(),
            "seq": number,
        }
        for number in range(230)
    ]
    queue = {"seq": 230, "marks": [*marks, "nonsense"], "names": [{"id": "x", "name": "y" * 200_000, "at": "?"}]}
    page.evaluate(
        "([key, kept]) => localStorage.setItem(key, kept)",
        [f"roster:{world.teacher.pk}:{session.pk}", json.dumps(queue)],
    )

    page.reload()

    expect(said(page)).to_have_text(SENT, timeout=30_000)
    assert AttendanceRecord.objects.filter(class_session=session).count() == 229
    expect(page.locator("[data-aside] li")).to_have_count(2)


def test_signed_out_meanwhile_it_says_so_keeps_the_marks_and_sends_them_after(phone, world, in_class):
    session, places = in_class
    page = phone.open(page_of(session))
    phone.context.clear_cookies()

    page.locator("input[value=LATE]").first.check()
    expect(said(page).get_by_role("link")).to_have_text("Sign in again. What you marked stays on this phone.")
    assert waiting(page) == 1
    sign_in(phone, world.keys.pop())
    page.reload()

    expect(said(page)).to_have_text(SENT)
    assert AttendanceRecord.objects.filter(enrollment__in=places, superseded_at=None, status="LATE").count() == 1


def test_marks_of_one_person_stay_when_another_uses_the_phone(phone, world, in_class):
    session, places = in_class
    page = phone.open(page_of(session))
    sign_in(phone, world.other_key)

    page.locator("input[value=LATE]").first.check()
    expect(said(page)).to_contain_text("Somebody else is signed in on this phone now")
    page.reload()
    expect(page.locator("[data-others]")).to_be_visible()
    page.locator("input[value=PRESENT]").nth(1).check()
    expect(said(page)).to_have_text(SENT)

    assert [each.recorded_by for each in AttendanceRecord.objects.filter(enrollment__in=places)] == [world.other]
    assert waiting(page) == 1
    sign_in(phone, world.keys.pop())
    page.reload()
    expect(said(page)).to_have_text(SENT)
    assert AttendanceRecord.objects.get(enrollment__in=places, status="LATE").recorded_by == world.teacher


def test_signing_out_warns_of_what_is_not_sent_keeps_it_and_forgets_the_names(phone, in_class):
    session, _places = in_class
    page = kept(phone, session)
    page.route("**/phone/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("input[value=LATE]").first.check()
    leave = page.locator("footer").get_by_role("button", name="Sign out")

    answers, warned = ["dismiss", "accept"], []
    page.on("dialog", lambda dialog: (warned.append(dialog.message), getattr(dialog, answers.pop(0))()))

    with page.expect_event("dialog"):
        leave.click()
    expect(page.locator("[data-roster]")).to_be_attached()
    with page.expect_event("dialog"):
        leave.click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()

    assert warned == ["Not sent yet: 1. It stays on this phone and is sent when you sign in on it again. Sign out?"] * 2
    assert waiting(page) == 1
    assert page.evaluate("caches.keys()") == []


def test_signing_out_sends_first(phone, in_class):
    session, places = in_class
    page = phone.open(page_of(session))
    phone.context.set_offline(True)
    page.locator("input[value=LATE]").first.check()
    assert waiting(page) == 1

    page.evaluate("window.addEventListener('online', (event) => event.stopImmediatePropagation(), { capture: true })")
    phone.context.set_offline(False)
    page.locator("footer").get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()

    assert AttendanceRecord.objects.get(enrollment__in=places).status == "LATE"
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_shared_computer_keeps_neither_names_nor_marks(phone, world, in_class):
    session, places = in_class
    kept(phone, session)
    sign_in(phone, world.shared_key)

    page = phone.open(page_of(session))
    page.locator("input[value=LATE]").first.check()
    expect(said(page)).to_have_text(SENT)

    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("localStorage.length") == 0
    assert AttendanceRecord.objects.get(enrollment__in=places).status == "LATE"


def test_caches_of_older_versions_and_of_other_people_go(phone, world, in_class):
    session, _places = in_class
    page = phone.open("/en/")
    page.evaluate("Promise.all(['roster-1', 'roster-2:77'].map((name) => caches.open(name)))")

    kept(phone, session)

    assert page.evaluate("caches.keys()") == [f"roster-2:{world.teacher.pk}"]


def test_who_is_led_to_sign_in_leaves_no_page_on_the_phone(phone, in_class):
    session, _places = in_class
    page = kept(phone, session)
    phone.context.clear_cookies()

    page.goto(phone.site + page_of(session))

    assert "sign-in" in page.url
    assert page.evaluate("caches.keys()") == []
