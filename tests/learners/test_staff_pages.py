"""The pages of who works in an organization, as a manager, a colleague, somebody invited and a stranger meet them."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learners import rules
from learners.choices import Role
from learners.models import StaffInvitation
from learners.permissions import roles_of
from tests.factories.counter import a_card, a_registration, the_manager
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.factories.staff import an_invitation
from tests.learners.sign_in import prove_again

pytestmark = pytest.mark.django_db
MADE_OUT = re.compile(r"<b>([0-9A-Z]{4}-[0-9A-Z]{4})</b>")


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()


@pytest.fixture
def organization():
    return an_organization()


def signed_in(learner, *, proved: bool = True) -> Client:
    client = Client()
    client.force_login(learner)
    if proved:
        prove_again(client, learner)
    return client


def page_of(organization) -> str:
    return reverse("learners:staff", args=[organization.public_id])


def test_a_manager_invites_and_the_other_types_the_code(organization):
    manager, mai = signed_in(the_manager(organization)), a_learner(full_name="Trần Thị Mai")

    answer = manager.post(page_of(organization), {"role": "INSTRUCTOR", "for_words": "chị Mai"}, follow=True)
    (code,) = MADE_OUT.findall(answer.content.decode())
    again = manager.get(page_of(organization)).content.decode()
    joined = signed_in(mai).post(reverse("learners:staff_join"), {"code": code.lower().replace("-", " ")})

    assert "chị Mai" in again
    assert code not in again  # shown once
    assert joined.headers["Location"] == reverse("courses:workspace", args=[organization.public_id])
    assert roles_of(mai, organization) == {Role.INSTRUCTOR}
    page = manager.get(page_of(organization)).content.decode()
    assert "Trần Thị Mai" in page
    assert "chị Mai" not in page


def test_a_colleague_reads_who_works_there_and_changes_nobody(organization):
    lan = a_learner(full_name="Trần Thị Ngọc Lan")
    a_membership(organization=organization, learner=lan, role=Role.VOLUNTEER)
    an_invitation(organization)
    client = signed_in(lan)

    page = client.get(page_of(organization)).content.decode()
    refused = client.post(page_of(organization), {"role": "MANAGER", "for_words": "tôi"})

    assert the_manager(organization).full_name in page
    assert "dạy vi tính" not in page
    assert 'name="for_words"' not in page
    assert page.count("/end/") == 1  # their own
    assert refused.status_code == 403
    assert StaffInvitation.objects.count() == 1


def test_an_invitation_asks_for_a_proof_before_anything_is_typed(organization):
    client = signed_in(the_manager(organization), proved=False)

    page = client.get(page_of(organization)).content.decode()
    sent = client.post(page_of(organization), {"role": "INSTRUCTOR", "for_words": "chị Mai"})

    assert 'name="for_words"' not in page
    assert reverse("account_reauthenticate") in page
    assert sent.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not StaffInvitation.objects.exists()


def test_what_is_missing_is_said_where_it_is(organization):
    page = signed_in(the_manager(organization)).post(page_of(organization), {"for_words": " "}).content.decode()

    assert "Chọn việc được giao" in page
    assert "Ghi lời mời này cho ai" in page
    assert not StaffInvitation.objects.exists()


def test_an_assessor_is_nobody_yet(organization):
    client = signed_in(the_manager(organization))

    client.post(page_of(organization), {"role": "ASSESSOR", "for_words": "anh Ba"})

    assert not StaffInvitation.objects.exists()


def test_it_is_taken_back(organization):
    invitation, code = an_invitation(organization)
    client = signed_in(the_manager(organization))
    path = reverse("learners:staff_take_back", args=[organization.public_id, invitation.public_id])

    assert client.get(path).status_code == 405
    client.post(path)
    typed = signed_in(a_learner()).post(reverse("learners:staff_join"), {"code": code})

    assert typed.status_code == 200
    assert "Không có lời mời nào" in typed.content.decode()


def test_an_invitation_of_another_organization_is_not_there(organization):
    elsewhere = an_organization()
    invitation, _code = an_invitation(elsewhere)
    path = reverse("learners:staff_take_back", args=[organization.public_id, invitation.public_id])

    assert signed_in(the_manager(organization)).post(path).status_code == 404


def test_codes_are_guessed_a_few_times_only(organization):
    _invitation, code = an_invitation(organization)
    client, join = signed_in(a_learner()), reverse("learners:staff_join")

    for _ in range(rules.HELPER_CODES.times):
        assert client.post(join, {"code": "K7MP3QXD"}).status_code == 200
    right = client.post(join, {"code": code})

    assert right.status_code == 429
    assert organization.memberships.count() == 1


def test_a_printed_card_takes_no_role(organization):
    _invitation, code = an_invitation(organization)
    registered = a_registration(organization=an_organization())
    printed = a_card(registered)
    client = Client()
    client.get(reverse("learners:card_scan", args=[printed.secret]))
    client.post(reverse("learners:card_scan", args=[printed.secret]))

    answer = client.post(reverse("learners:staff_join"), {"code": code})

    assert answer.status_code in {302, 403}
    assert roles_of(registered.learner, organization) == set()


def test_the_page_costs_the_same_however_many_work_there(organization):
    client = signed_in(the_manager(organization))
    client.get(page_of(organization))
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get(page_of(organization))
        counted.append(len(seen))
        for _each in range(10):
            a_membership(organization=organization, learner=a_learner(), role=Role.INSTRUCTOR)
            an_invitation(organization)

    assert counted[0] == counted[1]
