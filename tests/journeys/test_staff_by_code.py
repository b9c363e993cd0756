"""A manager hands somebody a code, who opens a record, types it and works there; the role ends, and no page opens."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from learners.choices import MessageKind
from learners.models import Learner, Message, Organization
from tests.factories.people import a_learner, an_organization
from tests.journeys.person import NAVIGATION, Person
from tests.stack import Stack

pytestmark = pytest.mark.django_db

LIBRARY = "Thư viện phường Cái Khế"
MADE_OUT = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
INSTRUCTOR = "Instructor: writes courses, keeps the roster of their classes, helps at the counter"


@pytest.fixture(scope="module")
def manager(portal: Stack) -> Learner:
    return a_learner(full_name="Nguyễn Thị Bảy", email="bay.thu.vien@example.vn")


@pytest.fixture(scope="module")
def library(manager: Learner) -> Organization:
    return an_organization(name_vi=LIBRARY, manager=manager)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no_script"])
def test_from_a_code_to_the_end_of_the_role(
    library: Organization,
    manager: Learner,
    script: bool,
    a_person: Callable[..., Person],
    at_a_desk: Callable[..., Person],
) -> None:
    bay, mai = at_a_desk(manager.email), a_person(f"mai.{script}@example.vn".lower(), script=script)
    name = "Trần Thị Mai" if script else "Trần Thị Mận"

    code = when_the_manager_makes_out_a_code(bay)
    and_the_other_types_it(mai, name, code)
    then_the_manager_reads_who_it_was(bay, name)
    when_the_manager_ends_the_role(bay, name)
    then_no_page_of_the_organization_opens(mai, library)


def when_the_manager_makes_out_a_code(bay: Person) -> str:
    bay.opens("/").follows("Sign in", inside="header").signs_in().follows("My organisation", inside=NAVIGATION)
    bay.sees_heading(LIBRARY).follows("Who works here").sees_heading("Who works here").sees("Nguyễn Thị Bảy")
    bay.presses("Make out a code").sees("Write for whom the invitation is.", "Choose what they will do.")
    bay.ticks(INSTRUCTOR).types("Whom you invite", "chị Mai").presses("Make out a code")
    bay.sees("Give this code to the person", "chị Mai")
    code = MADE_OUT.search(bay.page.locator("main .alert").inner_text())
    assert code is not None
    return code[0]


def and_the_other_types_it(mai: Person, name: str, code: str) -> None:
    mai.opens("/organizations/join/").signs_in().opens_a_record(name)
    mai.sees_heading("Work in an organisation").types("Code of the invitation", "K7MP 3QXD").presses("Begin")
    mai.sees("No invitation waits for this code. It is good for fourteen days and for one person.")
    mai.types("Code of the invitation", code.lower().replace("-", " ")).presses("Begin")
    mai.sees_heading(LIBRARY).sees("Propose a course").follows("Who works here").sees(name, "Nguyễn Thị Bảy")


def then_the_manager_reads_who_it_was(bay: Person, name: str) -> None:
    bay.reloads().sees(name).sees_no("chị Mai")


def when_the_manager_ends_the_role(bay: Person, name: str) -> None:
    bay.follows("End the role", beside=name).sees_heading("End this role?").sees(name).presses("End the role")
    bay.sees_heading("Who works here")
    expect(bay.page.locator("main .people li").filter(has_text=name)).to_have_count(0)


def then_no_page_of_the_organization_opens(mai: Person, library: Organization) -> None:
    answer = mai.page.goto(f"{mai.portal.url}/organizations/{library.public_id}/staff/")
    assert answer is not None
    assert answer.status == 404
    mai.window.faults.clear()  # the browser writes of the 404 itself
    told = Message.objects.get(kind=MessageKind.ROLE_ENDED, recipient__email=mai.address)
    assert told.data["org"] == LIBRARY
