from datetime import timedelta

import pytest

from courses.actions import catalog
from learners.choices import Role
from tests.factories.catalog import a_draft, a_published_run, a_published_version, a_submitted_version
from tests.factories.people import NOW, a_curator, a_learner, a_membership, an_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def desk_of(organization):
    return f"/organizations/{organization.public_id}/"


def test_the_desk_shows_today_courses_and_runs(learner_client):
    provider = an_organization()
    version = a_published_version(provider=provider, title_vi="Vẽ màu nước")
    today = a_published_run(version=version, starts_at=NOW + timedelta(hours=4), seats=12)
    a_draft(provider=provider, title_vi="Trồng rau")
    returned = a_submitted_version(provider=provider, title_vi="Sửa xe đạp")
    catalog.return_with_reasons(version=returned, curator=a_curator(), reasons="Sửa tên.", now=NOW)

    answer = learner_client(provider.registered_by).get(desk_of(provider))

    page, desk = answer.content.decode(), answer.context["desk"]
    assert f"/runs/{today.pk}/sessions/1/" in page
    assert "14:00–16:00" in page
    assert [each.title_vi for each in desk.courses] == ["Sửa xe đạp", "Trồng rau", "Vẽ màu nước"]
    assert [each.title_vi for each in desk.returned] == ["Sửa xe đạp"]
    assert "Đã giữ 0 trên 12 chỗ" in page


def test_classes_of_other_days_and_other_organizations_are_not_today(learner_client):
    provider = an_organization()
    a_published_run(
        version=a_published_version(provider=provider), starts_at=NOW + timedelta(hours=14)
    )  # tomorrow 0:00
    a_published_run(starts_at=NOW + timedelta(hours=4))

    desk = learner_client(provider.registered_by).get(desk_of(provider)).context["desk"]

    assert desk.sessions_today == []
    assert len(desk.runs) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [("REGISTERED", "alert--wait"), ("SUSPENDED", "alert--stop"), ("LAPSED", "alert--wait"), ("VERIFIED", "tag--ok")],
)
def test_the_desk_says_how_the_organization_stands(learner_client, status, words):
    provider = an_organization(verified=status != "REGISTERED")
    if status == "SUSPENDED":
        provider.status, provider.suspended_at, provider.suspended_by = status, NOW, a_curator()
    elif status == "LAPSED":
        provider.verified_until = NOW.date() - timedelta(days=1)
    provider.save()

    page = learner_client(provider.registered_by).get(desk_of(provider)).content.decode()

    assert words in page


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.ASSESSOR, Role.VOLUNTEER])
def test_everybody_who_works_there_sees_the_desk(learner_client, role):
    provider, member = an_organization(), a_learner()
    a_membership(organization=provider, learner=member, role=role)

    assert learner_client(member).get(desk_of(provider)).status_code == 200


@pytest.mark.parametrize("who", [a_learner, a_curator, lambda: an_organization().registered_by])
def test_for_everybody_else_it_is_not_there(learner_client, who):
    assert learner_client(who()).get(desk_of(an_organization())).status_code == 404


def test_who_has_left_no_longer_sees_it(learner_client):
    provider, member = an_organization(), a_learner()
    membership = a_membership(organization=provider, learner=member, role=Role.MANAGER)
    membership.ended_at = NOW
    membership.save()

    assert learner_client(member).get(desk_of(provider)).status_code == 404


def test_a_visitor_signs_in_first(client):
    answer = client.get(desk_of(an_organization()))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/sign-in/")


def test_the_list_of_organizations(learner_client):
    manager = a_learner()
    client = learner_client(manager)

    nothing = client.get("/organizations/")
    only = an_organization(manager=manager)
    one = client.get("/organizations/")
    other = an_organization(manager=manager)
    two = client.get("/organizations/").content.decode()

    assert 'class="empty"' in nothing.content.decode()
    assert one["Location"] == desk_of(only)
    assert desk_of(only) in two
    assert desk_of(other) in two


@pytest.mark.parametrize(("rows", "queries"), [(1, 19), (30, 19)], ids=["1 row", "30 rows"])
def test_the_desk_costs_the_same(learner_client, rows, queries, django_assert_num_queries):
    provider = an_organization()
    for _ in range(rows):
        version = a_published_version(provider=provider)
        a_published_run(version=version, starts_at=NOW + timedelta(hours=4))
    client = learner_client(provider.registered_by)

    with django_assert_num_queries(queries):
        client.get(desk_of(provider))


def test_only_those_who_keep_a_roster_find_a_link_to_it(learner_client):
    provider, mine, colleague = an_organization(), a_learner(), a_learner()
    run = a_published_run(
        version=a_published_version(provider=provider), starts_at=NOW + timedelta(hours=4), instructor=mine
    )
    a_membership(organization=provider, learner=colleague, role=Role.INSTRUCTOR)

    for who, links in ((provider.registered_by, 2), (mine, 2), (colleague, 0)):
        page = learner_client(who).get(desk_of(provider)).text
        assert page.count(f"/organizations/{provider.public_id}/runs/{run.pk}/") == links
        assert page.count(run.version.title_vi) >= 2
