"""Courses like the one looked at, each with why: the same for everybody."""

from datetime import timedelta

import pytest
from django.test import Client

from courses.actions.catalog import SkillSaid
from courses.choices import Because, Format
from courses.models import CourseRun, CourseVersion
from courses.queries import course_page, similar
from courses.rules import SIMILAR_LOOKED_AT_MAX, SIMILAR_SHOWN
from learners.choices import OrganizationKind
from learners.models import Place
from learners.queries.place import place_after
from tests.factories.catalog import a_published_run, a_published_version, replaced
from tests.factories.people import NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
FIRST_AID = (SkillSaid(code="so-cap-cuu"),)
CRAFTS = "0214"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def at(code: str, *, kind: str = OrganizationKind.UNIVERSITY):
    return an_organization(kind=kind, place=Place.objects.get(pk=code))


def beside(version: CourseVersion) -> dict[str, list[Because]]:
    shown = course_page.get_course(version.course_id)
    assert shown is not None
    runs = course_page.get_runs(course_id=version.course_id, now=NOW)
    offered = runs[0].run.version if runs else shown.version
    return {
        each.version.title_vi: [reason.because for reason in each.reasons]
        for each in similar.beside(shown, offered=offered, now=NOW)
    }


def test_a_course_is_similar_for_a_skill_anywhere_or_for_its_field_near():
    this = a_published_version(provider=at("31135"), skills=FIRST_AID)
    a_published_version(provider=at("00004"), title_vi="Cùng kỹ năng", field_id=CRAFTS, skills=FIRST_AID)
    a_published_version(provider=at("31147"), title_vi="Cùng lĩnh vực, cùng tỉnh")
    a_published_version(provider=at("31135"), title_vi="Cùng lĩnh vực, cùng phường")
    a_published_version(provider=at("00004"), title_vi="Cùng lĩnh vực, tỉnh khác")
    a_published_version(provider=at("31135"), title_vi="Chỉ cùng phường", field_id=CRAFTS)

    assert beside(this) == {
        "Cùng kỹ năng": [Because.SAME_SKILL],
        "Cùng lĩnh vực, cùng phường": [Because.FIELD_OF_THIS, Because.SAME_COMMUNE],
        "Cùng lĩnh vực, cùng tỉnh": [Because.FIELD_OF_THIS],
    }


def test_shorter_free_and_soon_are_said_and_move_it_up():
    provider = at("31135")
    this = a_published_version(provider=provider, hours=20, cost_vnd=200_000)
    a_published_version(provider=provider, title_vi="Như nhau", hours=20, cost_vnd=200_000)
    a_published_version(provider=provider, title_vi="Ngắn hơn", hours=10, cost_vnd=200_000)
    a_published_version(provider=provider, title_vi="Ngắn hơn, miễn phí", hours=10, cost_vnd=0)
    soon = a_published_version(provider=provider, title_vi="Ngắn, miễn phí, gần ngày", hours=10, cost_vnd=0)
    a_published_run(version=soon)

    found = beside(this)

    near = [Because.FIELD_OF_THIS, Because.SAME_COMMUNE]
    assert list(found.items()) == [
        ("Ngắn, miễn phí, gần ngày", [*near, Because.SHORTER, Because.FREE, Because.BEGINS_SOON]),
        ("Ngắn hơn, miễn phí", [*near, Because.SHORTER, Because.FREE]),
        ("Ngắn hơn", [*near, Because.SHORTER]),
        ("Như nhau", near),
    ]


def test_shorter_and_free_are_said_beside_what_the_next_class_keeps_to():
    provider = at("31135")
    made_free = a_published_version(provider=provider, title_vi="Nay miễn phí", hours=20, cost_vnd=200_000)
    a_published_run(version=made_free, starts_at=NOW + timedelta(days=40))
    replaced(made_free, cost_vnd=0, notional_minutes=5 * 60)
    now_costs = a_published_version(provider=provider, title_vi="Nay mất tiền", hours=5, cost_vnd=0)
    a_published_run(version=now_costs, starts_at=NOW + timedelta(days=40))
    replaced(now_costs, cost_vnd=200_000, notional_minutes=20 * 60)
    a_published_version(provider=provider, title_vi="Bên cạnh", hours=10, cost_vnd=0)

    near = [Because.FIELD_OF_THIS, Because.SAME_COMMUNE]
    assert beside(made_free)["Bên cạnh"] == [*near, Because.SHORTER, Because.FREE]
    assert beside(now_costs)["Bên cạnh"] == near
    assert beside(made_free)["Nay mất tiền"] == [*near, Because.SHORTER, Because.FREE]


def test_of_the_same_merit_what_is_taught_far_away_comes_last():
    this = a_published_version(provider=at("31135"), skills=FIRST_AID, hours=20, cost_vnd=200_000)
    far = a_published_version(provider=at("00004"), title_vi="Xa", skills=FIRST_AID, hours=10, cost_vnd=0)
    CourseRun.objects.filter(pk=a_published_run(version=far).pk).update(place="00004")
    a_published_version(provider=at("31147"), title_vi="Gần", skills=FIRST_AID, hours=20, cost_vnd=200_000)
    a_published_version(title_vi="Trực tuyến", skills=FIRST_AID, units=1, hours=20, cost_vnd=200_000)

    assert list(beside(this)) == ["Gần", "Trực tuyến", "Xa"]


def test_each_says_where_it_is_held_and_what_its_next_class_costs():
    this = a_published_version(provider=at("31135"), cost_vnd=900_000, skills=FIRST_AID)
    a_published_version(provider=at("31147"), title_vi="Chưa mở lớp", cost_vnd=50_000)
    first = a_published_version(provider=at("31147"), title_vi="Có lớp", cost_vnd=300_000)
    a_published_run(version=first)
    replaced(first, cost_vnd=0)
    a_published_version(provider=at("31135"), title_vi="Trực tuyến", units=1, skills=FIRST_AID)

    shown = course_page.get_course(this.course_id)
    beside_it = similar.beside(shown, offered=this, now=NOW)
    found = {each.version.title_vi: (each.where, each.offered.cost_vnd) for each in beside_it}

    assert found == {
        "Có lớp": ("phường Ninh Kiều, Cần Thơ", 300_000),
        "Chưa mở lớp": (place_after("", Place.objects.get(pk="31147")), 50_000),
        "Trực tuyến": ("", 0),
    }


def test_online_is_similar_to_what_is_online():
    this = a_published_version(units=1)
    a_published_version(title_vi="Trên mạng", units=1)
    a_published_version(title_vi="Tại lớp", format=Format.IN_PERSON)

    assert list(beside(this)) == ["Trên mạng"]


def test_a_small_local_organiser_has_its_place_among_better_ones():
    this = a_published_version(provider=at("31135"), skills=FIRST_AID)
    for number in range(SIMILAR_SHOWN + 1):
        a_published_version(provider=at("00004"), title_vi=f"Lớn {number}", skills=FIRST_AID)
    library = at("31147", kind=OrganizationKind.LIBRARY)
    a_published_version(provider=library, title_vi="Thư viện gần đây")
    a_published_version(provider=at("00004", kind=OrganizationKind.LIBRARY), title_vi="Thư viện nơi khác")

    found = beside(this)

    assert len(found) == SIMILAR_SHOWN
    assert found["Thư viện gần đây"] == [Because.FIELD_OF_THIS]
    assert "Thư viện nơi khác" not in found


def test_no_more_are_looked_at_than_so_many_and_those_that_begin_soonest_are(monkeypatch):
    monkeypatch.setattr(similar, "SIMILAR_LOOKED_AT_MAX", 2)
    monkeypatch.setattr(similar, "SIMILAR_SHOWN", 9)
    this = a_published_version(skills=FIRST_AID)
    for number in range(3):
        a_published_version(title_vi=f"Chưa mở lớp {number}", skills=FIRST_AID)
    soon = a_published_version(title_vi="Sắp mở lớp", skills=FIRST_AID)
    a_published_run(version=soon)

    found = beside(this)

    assert "Sắp mở lớp" in found
    assert len(found) == 2
    assert SIMILAR_LOOKED_AT_MAX >= 25 * SIMILAR_SHOWN


def test_visitor_and_learner_read_the_same(client, learner_client):
    this = a_published_version(hours=20, cost_vnd=100_000, skills=FIRST_AID)
    a_published_version(title_vi="Băng bó", cost_vnd=0, skills=FIRST_AID)

    def read(who: Client) -> str:
        page = who.get(this.get_absolute_url()).content.decode()
        return page[page.index('<section aria-labelledby="similar">') :].split("</section>")[0]

    assert read(client) == read(learner_client(a_learner()))
    assert "cũng dạy «Sơ cấp cứu»; cùng lĩnh vực" in read(client)
    assert "miễn phí" in read(client)


def test_where_nothing_is_similar_nothing_is_said(client):
    version = a_published_version()

    assert "similar" not in client.get(version.get_absolute_url()).content.decode()
