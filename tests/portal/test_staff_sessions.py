"""Pages of staff: shorter sessions than a learner's, and a second step before every one of them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from learners import rules
from learners.choices import Role
from learners.models import Device, Learner, Organization
from tests.factories.people import a_curator, a_learner, a_membership, an_organization
from tests.learners.sign_in import ask_for_code, code_sent_to, type_code

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def fresh_limits(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.MAILBOX_DIR = tmp_path / "mailbox"


@pytest.fixture
def library() -> Organization:
    return an_organization()


def signed_in(learner: Learner) -> Client:
    client = Client()
    ask_for_code(client, learner.email)
    type_code(client, code_sent_to(learner.email))
    return client


def desk_of(organization: Organization) -> str:
    return reverse("courses:workspace", kwargs={"organization_id": organization.public_id})


def opened(client: Client, path: str, *, after: timedelta, every: timedelta | None = None) -> Any:
    """Return the answer after a time, in which a page of one's own was opened ``every`` so often, or none."""
    began = timezone.now()
    if every is not None:
        passed = every
        while passed < after:
            with time_machine.travel(began + passed):
                client.get("/me/profile/")
            passed += every
    with time_machine.travel(began + after):
        return client.get(path)


@pytest.mark.parametrize("who", ["curator", "manager"])
def test_left_alone_for_an_hour_staff_sign_in_again(who: str, library: Organization) -> None:
    """ASVS 7.3.1."""
    staff = a_curator() if who == "curator" else a_manager(library)
    path = "/admin/" if who == "curator" else desk_of(library)
    client = signed_in(staff)

    within = opened(client, path, after=rules.STAFF_SESSION.idle - MINUTE)
    after = opened(client, path, after=2 * rules.STAFF_SESSION.idle)

    assert within.status_code == 200
    assert after.url == f"{reverse('account_login')}?next={path}"
    assert "_auth_user_id" not in client.session
    assert Device.objects.get(learner=staff).ended_at is not None


def test_after_half_a_day_staff_sign_in_again_however_busy_they_were(library: Organization) -> None:
    """ASVS 7.3.2."""
    client = signed_in(a_manager(library))

    after = opened(client, desk_of(library), after=rules.STAFF_SESSION.absolute + MINUTE, every=timedelta(minutes=50))

    assert after.url.startswith(reverse("account_login"))


def test_busy_within_the_day_nobody_is_asked(library: Organization) -> None:
    client = signed_in(a_manager(library))

    after = opened(client, desk_of(library), after=timedelta(hours=5), every=timedelta(minutes=50))

    assert after.status_code == 200


def test_pages_of_their_own_stay_open_to_staff_as_to_anybody(library: Organization) -> None:
    client = signed_in(a_manager(library))

    assert opened(client, "/me/profile/", after=timedelta(days=5)).status_code == 200


def test_no_session_lasts_for_ever_however_much_it_is_used() -> None:
    """ASVS 7.3.2."""
    client = signed_in(a_learner())
    days = rules.OWN_SESSION.absolute

    within = opened(client, "/me/profile/", after=days - timedelta(days=1), every=timedelta(days=20))
    after = opened(client, "/me/profile/", after=days + timedelta(days=1), every=timedelta(days=20))

    assert within.status_code == 200
    assert after.url.startswith(reverse("account_login"))


def test_what_was_posted_is_not_kept_and_leads_to_a_page_there_is(library: Organization) -> None:
    client = signed_in(a_manager(library))

    with time_machine.travel(timezone.now() + 2 * rules.STAFF_SESSION.idle):
        answer = client.post(f"{desk_of(library)}people/new/", {"full_name": "Phan Thị Tư"})

    assert answer.url == f"{reverse('account_login')}?next={reverse('dashboard')}"


class TestSecondStep:
    @pytest.fixture(autouse=True)
    def production(self, settings: Any) -> None:
        settings.DESK_SECOND_STEP = True

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.INSTRUCTOR])
    @pytest.mark.parametrize("page", ["", "people/", "people/new/", "help/"])
    def test_who_works_in_an_organisation_sets_one_up_first(self, library: Organization, role: Role, page: str) -> None:
        """ASVS 6.3.3."""
        staff = a_learner()
        a_membership(organization=library, learner=staff, role=role)
        client = signed_in(staff)

        asked = client.get(f"{desk_of(library)}{page}")
        posted = client.post(f"{desk_of(library)}{page}")

        assert asked.url == posted.url == reverse("mfa_index")

    def test_who_has_one_signs_in_again_with_it(self, library: Organization) -> None:
        staff = a_manager(library)
        client = signed_in(staff)
        Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})

        asked = client.get(desk_of(library))

        assert asked.url == f"{reverse('account_login')}?next={desk_of(library)}"
        assert "_auth_user_id" not in client.session

    def test_who_has_shown_it_goes_in_at_no_further_query(self, library: Organization, settings: Any) -> None:
        staff = a_manager(library)
        client = signed_in(staff)
        shown = client.session
        shown["account_authentication_methods"] = [{"method": "mfa", "at": timezone.now().timestamp()}]
        shown["account_authentication_methods_user"] = str(staff.pk)
        shown.save()
        client.get(desk_of(library))
        settings.DESK_SECOND_STEP = False
        with CaptureQueriesContext(connection) as before:
            client.get(desk_of(library))
        settings.DESK_SECOND_STEP = True

        with CaptureQueriesContext(connection) as asked:
            page = client.get(desk_of(library))

        assert (page.status_code, len(asked)) == (200, len(before))

    def test_the_curators_page_outside_the_desk_asks_too(self) -> None:
        assert signed_in(a_curator()).get("/courses/duplicates/").url == reverse("mfa_index")

    def test_for_a_learner_the_pages_still_do_not_exist(self, library: Organization) -> None:
        client = signed_in(a_learner())

        assert client.get(desk_of(library)).status_code == 404
        assert client.get("/me/profile/").status_code == 200

    def test_whose_role_has_ended_is_a_learner_like_any(self, library: Organization) -> None:
        staff = a_learner()
        a_membership(organization=library, learner=staff, role=Role.INSTRUCTOR)
        staff.memberships.update(ended_at=timezone.now())

        assert signed_in(staff).get(desk_of(library)).status_code == 404


def a_manager(organization: Organization) -> Learner:
    manager = a_learner()
    a_membership(organization=organization, learner=manager, role=Role.MANAGER)
    return manager
