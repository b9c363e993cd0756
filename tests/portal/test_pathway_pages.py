"""The pages of pathways: what they take, how far one is, what would be, and using credit."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courses.models import CourseRun, CourseVersion
from credits.actions import pathway as actions
from credits.choices import KindOfCredit
from credits.models import PathwayVersion, Qualification
from credits.queries import pathway as pathways
from learners.models import Learner, Place
from portal.queries import pathway as queries
from tests.factories.catalog import a_published_run, a_published_version
from tests.factories.ledger import a_reversal, an_award
from tests.factories.pathways import a_draft_pathway, a_minimum, a_pathway, a_qualification, on_the_way
from tests.factories.people import NINH_KIEU, a_curator, a_learner
from tests.learners.sign_in import prove_again

pytestmark = pytest.mark.django_db
HUE = "19753"  # a ward of another province


@pytest.fixture
def reader(client: Client) -> Any:
    """Return a function that gives a page as somebody reads it in English: its words, and what the view handed over."""

    def read(name: str, slug: str = "", *, by: Learner | None = None, query: str = "", post: bool = False) -> Any:
        if by is not None:
            client.force_login(by)
            prove_again(client, by)
        with translation.override("en"):
            address = reverse(name, args=[slug] if slug else []) + query
        return client.post(address) if post else client.get(address)

    return read


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("&nbsp;", " ").split())


def at_home(commune: str = NINH_KIEU) -> Learner:
    return a_learner(place=Place.objects.get(pk=commune))


def a_course(
    title: str, *, hours: int, field: str = "0611", commune: str = NINH_KIEU, seats: int | None = 20, **more: Any
) -> CourseVersion:
    """Return a course with a class one can enrol in now, in a commune."""
    version = a_published_version(title_vi=title, hours=hours, field_id=field, **more)
    run = a_published_run(version=version, starts_at=timezone.now() + timedelta(days=9), seats=seats)
    CourseRun.objects.filter(pk=run.pk).update(place=commune, enrollment_closes_at=timezone.now() + timedelta(days=8))
    return version


def titles(learner: Learner, version: PathwayVersion, **more: Any) -> list[str]:
    page = queries.mine(learner, version.pathway.slug, now=timezone.now(), **more)
    assert page is not None
    return [each.offer.version.title_vi for each in page.suggested]


def test_anyone_reads_what_a_pathway_takes_each_rule_with_its_source(reader: Any) -> None:
    version = a_pathway(title_en="Digital citizen", total=2000, rules=[a_minimum(1000)])

    page = words(reader("pathway", version.pathway.slug))

    assert "20.00 credits in all." in page
    assert "At least 10.00 credits in digital skills." in page
    assert "Credit transferred from elsewhere counts for at most 50% of the pathway: 10.00 credits." in page
    assert "Circular 08/2021/TT-BGDĐT" in page
    assert "Sign in to start" in page


def test_a_draft_is_nowhere_to_be_seen(reader: Any) -> None:
    draft = a_draft_pathway(title_en="Not yet")

    assert reader("pathway", draft.pathway.slug).status_code == 404
    assert "Not yet" not in words(reader("pathways"))


@pytest.mark.parametrize(("text", "found"), [("cong dan", 1), ("citizen", 1), ("lai may bay", 0), ("\0", 1), ("%", 0)])
def test_the_list_is_searched_by_title(reader: Any, text: str, found: int) -> None:
    a_pathway(title_vi="Công dân số", title_en="Digital citizen")

    page = reader("pathways", query=f"?q={text}")

    assert page.context["page"].paginator.count == found


def test_starting_leads_to_ones_own_page_and_twice_is_once(reader: Any) -> None:
    learner, version = a_learner(), a_pathway()

    answers = [reader("pathway_start", version.pathway.slug, by=learner, post=True) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [f"/en/me/pathways/{version.pathway.slug}/"] * 2
    assert len(pathways.follows_of(learner)) == 1


def test_fourteen_of_twenty_and_what_is_missing_in_plain_sentences(reader: Any) -> None:
    learner, version = a_learner(), a_pathway(total=2000, rules=[a_minimum(1000)])
    an_award(learner=learner, hundredths=800, field_code="0812", course_id=1)
    an_award(learner=learner, hundredths=600, field_code="0611", course_id=2)
    an_award(learner=learner, hundredths=90, kind_of_credit=KindOfCredit.ACADEMIC, course_id=3)
    on_the_way(learner, version)

    page = words(reader("my_pathway", version.pathway.slug, by=learner))

    assert "You have 14.00 of 20.00 credits" in page
    assert "Still needed: 6.00 credits in all." in page
    assert "Still needed: 4.00 credits in digital skills." in page
    assert "This pathway does not take credit of this kind: Academic." in page


def test_the_same_in_vietnamese(client: Client) -> None:
    learner, version = a_learner(), a_pathway(total=2000, rules=[a_minimum(1000)])
    an_award(learner=learner, hundredths=600, field_code="0611")
    on_the_way(learner, version)
    client.force_login(learner)

    page = words(client.get(reverse("my_pathway", args=[version.pathway.slug])))

    assert "Bạn có 6,00 trên 20,00 tín chỉ" in page
    assert "Còn thiếu 4,00 tín chỉ về kỹ năng số." in page


def test_near_before_far_and_what_is_of_its_subject_before_what_only_fills() -> None:
    learner, version = at_home(), a_pathway(total=100, rules=[a_minimum(40)])
    a_course("Xa mà lớn", hours=100, commune=HUE)
    a_course("Gần, nghề vườn", hours=30, field="0812")
    a_course("Gần, kỹ năng số, ngắn", hours=2)
    a_course("Gần, kỹ năng số", hours=25)
    on_the_way(learner, version)

    page = queries.mine(learner, version.pathway.slug, now=timezone.now())

    assert page is not None
    assert [each.offer.version.title_vi for each in page.suggested] == [
        "Gần, kỹ năng số",
        "Gần, kỹ năng số, ngắn",
        "Gần, nghề vườn",
    ]
    assert page.they_finish_it


def test_what_is_far_is_named_where_nothing_near_helps() -> None:
    learner, version = at_home(), a_pathway(total=100, rules=[a_minimum(90)])
    a_course("Xa mà lớn", hours=100, commune=HUE)
    a_course("Gần, kỹ năng số", hours=25)
    on_the_way(learner, version)

    assert titles(learner, version) == ["Gần, kỹ năng số", "Xa mà lớn"]


def test_nothing_is_suggested_that_cannot_be_taken_or_would_not_count() -> None:
    learner, version = at_home(), a_pathway(total=100)
    known = a_course("Đã học", hours=6)
    an_award(learner=learner, hundredths=12, course_id=known.course_id)
    a_course("Học thuật", hours=6, kind_of_credit=KindOfCredit.ACADEMIC)
    full = a_course("Hết chỗ", hours=6, seats=1)
    _enrol_somebody(full)
    a_course("Còn chỗ", hours=6)
    on_the_way(learner, version)

    assert titles(learner, version) == ["Còn chỗ"]


def test_what_would_be_is_worked_out_for_the_courses_ticked(reader: Any) -> None:
    learner, version = at_home(), a_pathway(total=100)
    course = a_course("Kỹ năng số", hours=20)
    on_the_way(learner, version)

    page = reader("my_pathway", version.pathway.slug, by=learner, query=f"?course={course.course_id}&course=x&course=9")

    assert "With what you ticked: 0.40 of 1.00 credits" in words(page)
    assert page.context["page"].progress.counted == 0


@pytest.mark.parametrize("query", ["?course=-1", "?course=" + "9" * 20, "?course=", "?course=½", "?course=1" * 9])
def test_what_cannot_be_ticked_is_not_listened_to(reader: Any, query: str) -> None:
    learner, version = at_home(), a_pathway(total=100)
    a_course("Kỹ năng số", hours=20)
    on_the_way(learner, version)

    assert reader("my_pathway", version.pathway.slug, by=learner, query=query).status_code == 200


def test_using_credit_asks_first_and_then_does_it_once(reader: Any) -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner)
    on_the_way(learner, version)

    asked = words(reader("pathway_use", version.pathway.slug, by=learner))
    done = [reader("pathway_use", version.pathway.slug, by=learner, post=True) for _ in range(2)]

    assert "You cannot undo this yourself." in asked
    assert [answer.status_code for answer in done] == [302, 302]
    assert Qualification.objects.count() == 1
    assert "You have reached this" in words(reader("my_pathway", version.pathway.slug, by=learner))
    assert "You hold this qualification already." in words(reader("pathway_use", version.pathway.slug, by=learner))


def test_using_credit_too_early_changes_nothing_and_says_what_is_missing(reader: Any) -> None:
    learner, version = a_learner(), a_pathway(total=100)
    an_award(learner=learner)
    on_the_way(learner, version)

    answer = reader("pathway_use", version.pathway.slug, by=learner, post=True)

    assert answer.status_code == 409
    assert "Still needed: 0.88 credits in all." in words(answer)
    assert not Qualification.objects.exists()


def test_a_withdrawn_qualification_is_said_to_be_and_may_be_reached_again(reader: Any) -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner)
    found = a_qualification(learner, version)
    a_reversal(found.entry)

    page = words(reader("my_pathway", version.pathway.slug, by=learner))
    reader("pathway_use", version.pathway.slug, by=learner, post=True)

    assert "This qualification was withdrawn" in page
    assert Qualification.objects.count() == 2


def test_what_was_reached_is_still_there_after_leaving(reader: Any) -> None:
    learner, version = a_learner(), a_pathway(total=10)
    an_award(learner=learner)
    a_qualification(learner, version)

    reader("pathway_leave", version.pathway.slug, by=learner, post=True)

    assert "You have reached this" in words(reader("my_pathway", version.pathway.slug, by=learner))
    assert "Reached" in words(reader("my_pathways", by=learner))


def test_a_newer_version_is_compared_and_then_chosen(reader: Any) -> None:
    learner, version = a_learner(), a_pathway(total=100)
    on_the_way(learner, version)
    draft = actions.new_version(pathway=version.pathway, actor=a_curator(), now=timezone.now())
    newer = actions.publish(version=draft, actor=a_curator(), now=timezone.now())

    compared = words(reader("pathway_newer", version.pathway.slug, by=learner))
    chosen = reader("pathway_newer", version.pathway.slug, by=learner, post=True)

    assert "Yours: version 1" in compared
    assert "The newer one: version 2" in compared
    assert chosen.status_code == 302
    assert [follow.version for follow in pathways.follows_of(learner)] == [newer]
    assert reader("pathway_newer", version.pathway.slug, by=learner).status_code == 302  # nothing newer any more


@pytest.mark.parametrize("name", ["my_pathway", "pathway_use", "pathway_leave", "pathway_newer"])
def test_nobody_elses_pathway_is_there(reader: Any, name: str) -> None:
    version = a_pathway()
    on_the_way(a_learner(), version)

    assert reader(name, version.pathway.slug, by=a_learner()).status_code == 404


def test_no_pathway_yet_leads_to_the_list(reader: Any) -> None:
    assert "You are on no pathway yet" in words(reader("my_pathways", by=a_learner()))


def test_the_dashboard_says_how_far_one_is(reader: Any) -> None:
    learner, version = a_learner(), a_pathway(total=100, title_en="Digital citizen")
    an_award(learner=learner)
    on_the_way(learner, version)

    page = words(reader("dashboard", by=learner))

    assert "Digital citizen" in page
    assert "0.12 of 1.00 credits" in page


def test_the_page_costs_the_same_however_much_one_holds(reader: Any, django_assert_num_queries: Any) -> None:
    learner, version = at_home(), a_pathway(total=1000, rules=[a_minimum(500)])
    on_the_way(learner, version)
    reader("my_pathway", version.pathway.slug, by=learner)
    for lots in (1, 3):
        for number in range(lots):
            an_award(learner=learner, course_id=10 * lots + number)
            a_course(f"Khóa {lots} {number}", hours=6)

        with django_assert_num_queries(19):
            reader("my_pathway", version.pathway.slug)


def test_the_list_of_ones_pathways_costs_the_same_however_many(reader: Any, django_assert_num_queries: Any) -> None:
    learner = a_learner()
    an_award(learner=learner)
    for pathways_followed in (1, 3):
        while len(pathways.follows_of(learner)) < pathways_followed:
            on_the_way(learner, a_pathway(rules=[a_minimum(40)]))
        reader("my_pathways", by=learner)

        with django_assert_num_queries(13):
            reader("my_pathways")


def _enrol_somebody(version: CourseVersion) -> UUID:
    from courses.actions import enrollment  # noqa: PLC0415 -- one test only

    return enrollment.enroll(learner=a_learner(), run=version.runs.get(), now=timezone.now()).public_id
