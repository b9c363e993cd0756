"""Who teaches a class, chosen anew; and a role that ends, with the classes of who held it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions import staff as actions
from courses.models import CourseRun
from learners.actions import closing as asking
from learners.choices import Role
from learners.models import Membership, Message
from learners.permissions import roles_of
from learners.rules import CLOSING_WAITS
from portal.actions import closing
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.enrollment import enrolled
from tests.factories.people import NOW, a_learner, a_membership, an_organization
from tests.learners.sign_in import prove_again

pytestmark = pytest.mark.django_db
OVER = dict.fromkeys(("starts_on", "ends_on"), NOW.date() - timedelta(days=1))


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def organization():
    return an_organization()


@pytest.fixture
def manager(organization):
    return organization.registered_by


@pytest.fixture
def lan(organization):
    lan = a_learner(full_name="Trần Thị Ngọc Lan")
    a_membership(organization=organization, learner=lan, role=Role.INSTRUCTOR)
    return lan


@pytest.fixture
def run(organization, lan):
    return a_published_run(version=a_published_version(provider=organization), instructor=lan)


def role_of(person, organization) -> Membership:
    return organization.memberships.get(learner=person, ended_at=None)


def signed_in(learner) -> Client:
    client = Client()
    client.force_login(learner)
    prove_again(client, learner)
    return client


def names_of(run) -> set[str]:
    return set(run.instructors.values_list("full_name", flat=True))


def test_who_works_there_no_more_teaches_no_class_that_is_not_over(organization, manager, lan, run):
    past = a_published_run(version=a_published_version(provider=organization), instructor=lan)
    CourseRun.objects.filter(pk=past.pk).update(**OVER)
    elsewhere = a_published_run(instructor=lan)

    for _ in range(2):
        actions.end(membership=Membership.objects.get(learner=lan, organization=organization), actor=manager, now=NOW)

    assert names_of(run) == set()
    assert names_of(past) == {lan.full_name}
    assert names_of(elsewhere) == {lan.full_name}
    assert signed_in(lan).get(reverse("courses:run", args=[organization.public_id, run.pk])).status_code in {403, 404}


def test_who_keeps_another_role_teaches_on(organization, manager, lan, run):
    a_membership(organization=organization, learner=lan, role=Role.VOLUNTEER)

    actions.end(membership=organization.memberships.get(learner=lan, role=Role.INSTRUCTOR), actor=manager, now=NOW)

    assert names_of(run) == {lan.full_name}


def test_the_page_says_what_it_costs_and_asks(organization, manager, lan, run):
    client = signed_in(manager)
    path = reverse("courses:staff_end", args=[organization.public_id, role_of(lan, organization).pk])

    asked = client.get(path).content.decode()
    assert roles_of(lan, organization)
    done = client.post(path)

    assert run.version.title in asked
    assert done.headers["Location"] == reverse("learners:staff", args=[organization.public_id])
    assert not roles_of(lan, organization)
    assert client.get(path).status_code == 302  # an old tab


def test_one_gives_up_ones_own_role(organization, lan, run):
    client = signed_in(lan)
    path = reverse("courses:staff_end", args=[organization.public_id, role_of(lan, organization).pk])

    assert client.post(path).headers["Location"] == reverse("courses:workspaces")
    assert client.get(reverse("courses:workspace", args=[organization.public_id])).status_code == 404


def test_the_last_manager_reads_why_they_stay(organization, manager):
    path = reverse("courses:staff_end", args=[organization.public_id, role_of(manager, organization).pk])

    answer = signed_in(manager).post(path)

    assert answer.status_code == 409
    assert "Không còn ai khác quản lý" in answer.content.decode()
    assert roles_of(manager, organization)


def test_nobody_ends_the_role_of_another(organization, manager, lan):
    path = reverse("courses:staff_end", args=[organization.public_id, role_of(manager, organization).pk])
    elsewhere = reverse("courses:staff_end", args=[an_organization().public_id, role_of(lan, organization).pk])

    assert signed_in(lan).post(path).status_code == 403
    assert signed_in(a_learner()).post(path).status_code == 404
    assert signed_in(manager).post(elsewhere).status_code == 404


# --- Who teaches ---


def test_a_manager_chooses_who_teaches(organization, manager, lan, run):
    tu = a_learner(full_name="Phan Thị Tư")
    a_membership(organization=organization, learner=tu, role=Role.VOLUNTEER)
    client, path = signed_in(manager), reverse("courses:run_teachers", args=[organization.public_id, run.pk])

    page = client.get(path).content.decode()
    client.post(path, {"instructors": [tu.pk]})

    assert f'value="{lan.pk}"' in page
    assert "checked" in page
    assert names_of(run) == {tu.full_name}
    assert signed_in(tu).get(reverse("courses:run", args=[organization.public_id, run.pk])).status_code == 200
    assert signed_in(lan).get(reverse("courses:run", args=[organization.public_id, run.pk])).status_code == 404


def test_only_those_who_work_there_teach_and_nobody_who_learns_in_the_class(organization, manager, lan, run):
    stranger = a_learner()
    enrolled(learner := a_learner(full_name="Phan Thị Tư"), run)
    a_membership(organization=organization, learner=learner, role=Role.VOLUNTEER)

    with pytest.raises(actions.UnableToChoose):
        actions.choose(run=run, teachers=[lan, stranger], actor=manager, now=NOW)
    with pytest.raises(actions.LearnsThere, match="Phan Thị Tư"):
        actions.choose(run=run, teachers=[learner], actor=manager, now=NOW)
    with pytest.raises(actions.NotAManager):
        actions.choose(run=run, teachers=[lan], actor=lan, now=NOW)

    assert names_of(run) == {lan.full_name}


def test_who_taught_a_class_that_is_over_stays(manager, lan, run):
    CourseRun.objects.filter(pk=run.pk).update(**OVER)

    with pytest.raises(actions.IsOver):
        actions.choose(run=run, teachers=[], actor=manager, now=NOW)
    assert names_of(run) == {lan.full_name}


def test_chosen_twice_is_once(manager, lan, run):
    for _ in range(2):
        actions.choose(run=run, teachers=[lan, manager], actor=manager, now=NOW)

    assert run.run_instructors.count() == 2


def letters_about(run) -> set[str]:
    keys = [f"enrolled:{pk}" for pk in run.enrollments.values_list("pk", flat=True)]
    return set(Message.objects.filter(deduplication_key__in=keys).values_list("data__instructor", flat=True))


@pytest.mark.parametrize("before", ["ended", "chosen anew", "nothing"])
def test_who_closes_their_account_is_named_in_no_letter_and_teaches_nothing(organization, manager, lan, run, before):
    enrolled(a_learner(), run)
    assert letters_about(run) == {lan.full_name}
    if before == "ended":
        actions.end(membership=role_of(lan, organization), actor=manager, now=NOW)
    elif before == "chosen anew":
        actions.choose(run=run, teachers=[manager], actor=manager, now=NOW)
    asking.ask(learner=lan, now=NOW)

    closing.close_due(now=NOW + CLOSING_WAITS)

    assert letters_about(run) == {"—"}
    assert run.instructors.filter(pk=lan.pk).count() == 0


def test_the_page_of_a_class_that_is_over_does_not_offer_it(organization, manager, run):
    CourseRun.objects.filter(pk=run.pk).update(**OVER)

    page = signed_in(manager).get(reverse("courses:run", args=[organization.public_id, run.pk])).content.decode()

    assert reverse("courses:run_teachers", args=[organization.public_id, run.pk]) not in page
