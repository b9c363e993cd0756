"""Suggestions: each says why; refused, taken back and switched off; what decides is a closed list."""

import dataclasses
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.actions import suggestion
from courses.choices import Because
from courses.models import CourseRun, CourseVersion, SuggestionRefusal
from courses.queries import recommendation
from courses.queries.recommendation import ENOUGH, POINTS, Candidate, Reason, chosen
from courses.rules import FAR_POINTS, SMALL_LOCAL_PERCENT_MIN, SUGGESTIONS_SHOWN, WEIGHTS
from credits.queries.progress import how_far_on_all
from learners.choices import OrganizationKind
from learners.models import Learner, Place
from learners.queries.place import located, metres_around
from tests.factories.catalog import a_draft, a_published_run, a_published_version, replaced
from tests.factories.enrollment import enrolled, has_read
from tests.factories.pathways import a_minimum, a_pathway, on_the_way
from tests.factories.people import NINH_KIEU, NOW, a_learner, an_organization

pytestmark = pytest.mark.django_db
SAME_PROVINCE, ELSEWHERE = "31120", "00004"
HEALTH = "0913"


@pytest.fixture(autouse=True)
def saturday(time_machine):
    time_machine.move_to(NOW, tick=False)


def at_home(code: str = NINH_KIEU, **more) -> Learner:
    return a_learner(place=Place.objects.get(code=code), **more)


def suggested_to(learner: Learner, *, slots: int = 9, **more):
    pathways = [progress for _follow, progress in how_far_on_all(learner, on=NOW.date())]
    return recommendation.for_learner(learner, pathways=pathways, slots=slots, now=NOW, **more)


def reasons(learner: Learner) -> dict[str, list[str]]:
    return {each.version.title_vi: [reason.because for reason in each.reasons] for each in suggested_to(learner)}


def an_online_course(title: str, **more) -> CourseVersion:
    version = a_published_version(title_vi=title, units=1, **more)
    a_published_run(version=version, sessions=0)
    return version


def test_what_is_near_says_where():
    a_published_run(version=a_published_version(title_vi="Đan giỏ"), starts_at=NOW + timedelta(days=40))

    assert reasons(at_home()) == {"Đan giỏ": [Because.IN_THE_COMMUNE]}
    assert reasons(at_home(SAME_PROVINCE)) == {"Đan giỏ": [Because.IN_THE_PROVINCE]}
    assert reasons(at_home(ELSEWHERE)) == {}
    (only,) = suggested_to(at_home())
    assert only.reasons[0].words == "gần bạn, ở phường Ninh Kiều"


def test_without_a_place_and_a_past_there_is_no_reason():
    a_published_run()

    assert suggested_to(a_learner()) == []


def test_beginning_soon_is_said_but_is_not_enough():
    a_published_run(version=a_published_version(title_vi="Đan giỏ"))

    assert reasons(at_home()) == {"Đan giỏ": [Because.IN_THE_COMMUNE, Because.BEGINS_SOON]}
    assert reasons(at_home(ELSEWHERE)) == {}


def test_the_field_of_a_completed_course():
    learner = a_learner()
    has_read(enrolled(learner, a_published_run(version=a_published_version(units=1), sessions=0)), up_to=1)
    an_online_course("Cùng lĩnh vực")
    an_online_course("Khác lĩnh vực", field_id=HEALTH)

    assert reasons(learner) == {"Cùng lĩnh vực": [Because.SAME_FIELD]}


def titles(learner: Learner) -> list[str]:
    return [each.version.title_vi for each in suggested_to(learner)]


def in_class(title: str, code: str, *, days: int = 40, **more) -> CourseRun:
    provider = an_organization(kind=OrganizationKind.UNIVERSITY, place=Place.objects.get(code=code))
    run = a_published_run(
        version=a_published_version(provider=provider, title_vi=title, **more), starts_at=NOW + timedelta(days=days)
    )
    CourseRun.objects.filter(pk=run.pk).update(place=code)
    return run


def has_completed(learner: Learner, **more) -> None:
    version = a_published_version(units=1, **more)
    has_read(enrolled(learner, a_published_run(version=version, sessions=0)), up_to=1)


def test_a_class_too_far_to_go_to_comes_after_what_is_online_or_near_of_the_same_merit():
    learner = at_home()
    has_completed(learner)
    enrolled(learner, a_published_run(version=a_published_version(field_id=HEALTH)))
    in_class("Xa, sắp mở, vừa giờ", ELSEWHERE, days=5)
    an_online_course("Trực tuyến")
    in_class("Trong tỉnh", SAME_PROVINCE)

    assert titles(learner) == ["Trong tỉnh", "Trực tuyến", "Xa, sắp mở, vừa giờ"]


def test_for_who_has_told_no_place_nothing_is_far():
    learner = a_learner()
    has_completed(learner)
    in_class("Xa, sắp mở", ELSEWHERE, days=5)
    an_online_course("Trực tuyến")

    assert titles(learner) == ["Xa, sắp mở", "Trực tuyến"]


def test_across_the_border_of_a_province_what_is_within_reach_is_not_far():
    here = located()[NINH_KIEU]
    near = next(
        code for code in metres_around(NINH_KIEU, 20_000) if located()[code].province_code != here.province_code
    )
    learner = at_home()
    has_completed(learner)
    in_class("Bên kia sông, sắp mở", near, days=5)
    an_online_course("Trực tuyến")

    assert titles(learner) == ["Bên kia sông, sắp mở", "Trực tuyến"]


def test_far_takes_off_more_than_the_small_reasons_add():
    assert POINTS[Because.BEGINS_SOON] + POINTS[Because.FITS] < FAR_POINTS
    assert POINTS[Because.BEGINS_SOON] + POINTS[Because.SHORTER] + POINTS[Because.FREE] < FAR_POINTS


def test_what_a_pathway_lacks_comes_first():
    learner = at_home()
    pathway = a_pathway(slug="cong-dan-so", title_vi="Công dân số", total=100, rules=[a_minimum(100, field_code="09")])
    on_the_way(learner, pathway, now=NOW)
    an_online_course("Bù phần thiếu", field_id=HEALTH)
    a_published_run(version=a_published_version(title_vi="Gần nhà"), starts_at=NOW + timedelta(days=40))

    found = suggested_to(learner)

    assert [(each.version.title_vi, each.reasons[0].because) for each in found] == [
        ("Bù phần thiếu", Because.PATHWAY_GAP),
        ("Gần nhà", Because.IN_THE_COMMUNE),
    ]
    assert found[0].reasons[0].words == "lộ trình «Công dân số» của bạn còn thiếu phần này"


def test_a_class_that_clashes_is_left_out_and_one_that_fits_says_so():
    learner = at_home()
    mine = a_published_run(starts_at=NOW + timedelta(days=3))
    enrolled(learner, mine)
    a_published_run(version=a_published_version(title_vi="Trùng giờ"), starts_at=NOW + timedelta(days=3, hours=1))
    a_published_run(version=a_published_version(title_vi="Vừa giờ"), starts_at=NOW + timedelta(days=3, hours=2))

    found = reasons(learner)

    assert found == {"Vừa giờ": [Because.IN_THE_COMMUNE, Because.BEGINS_SOON, Because.FITS]}


def test_what_one_has_taken_is_full_or_not_published_is_not_suggested():
    learner = at_home()
    taken = a_published_run()
    enrolled(learner, taken)
    full = a_published_run(seats=1, starts_at=NOW + timedelta(days=30))
    enrolled(run=full)
    a_draft()

    assert suggested_to(learner) == []


def test_a_class_of_a_replaced_version_is_not_what_is_suggested():
    version = in_class("Đan giỏ", NINH_KIEU, days=5).version
    newest = replaced(version, title_vi="Đan giỏ tre")
    assert suggested_to(at_home()) == []

    later = a_published_run(version=newest, starts_at=NOW + timedelta(days=40))

    (found,) = suggested_to(at_home())
    assert (found.version, found.offer.run) == (newest, later)
    assert [each.because for each in found.reasons] == [Because.IN_THE_COMMUNE]


def test_the_course_one_looks_at_is_left_out():
    run = a_published_run()

    assert suggested_to(at_home(), leave_out=[run.version.course_id]) == []


def test_refused_it_stays_away_until_taken_back():
    learner, run = at_home(), a_published_run()
    course = run.version.course

    first = suggestion.refuse(learner=learner, course=course, now=NOW)
    assert suggestion.refuse(learner=learner, course=course, now=NOW + timedelta(days=1)) == first
    assert suggested_to(learner) == []
    assert suggested_to(at_home()) != []
    assert recommendation.refused(learner, limit=9) == [run.version]

    for _ in range(2):
        suggestion.take_back(learner=learner, course=course, now=NOW)
    assert suggested_to(learner) != []
    assert recommendation.refused(learner, limit=9) == []
    assert suggestion.refuse(learner=learner, course=course, now=NOW).undone_at is None
    assert SuggestionRefusal.objects.count() == 1


def test_switched_off_nothing_is_even_looked_for(django_assert_num_queries):
    a_published_run()
    learner = at_home(wants_suggestions=False)

    with django_assert_num_queries(0):
        assert recommendation.for_learner(learner, pathways=[], slots=5, now=NOW) == []


# The rules


def test_every_reason_has_a_weight_and_words():
    assert {weight.because for weight in WEIGHTS} == set(Because)
    assert all(weight.points > 0 and weight.source for weight in WEIGHTS)
    assert all(Reason(because=because, name="X").words for because in Because)


def test_the_order_is_made_of_these_things_only():
    """A candidate has no field for what others did, what a course costs or who paid: none of it can be weighed."""
    assert [each.name for each in dataclasses.fields(Candidate)] == [
        "course_id",
        "reasons",
        "starts_on",
        "is_small_local",
        "is_far",
    ]
    assert [each.name for each in dataclasses.fields(recommendation.About)] == [
        "place",
        "fields",
        "interests",
        "pathways",
        "busy",
        "today",
    ]


some_reasons = st.lists(st.sampled_from([Reason(because=each) for each in Because]), max_size=4, unique=True)
candidates = st.lists(
    st.builds(
        Candidate,
        course_id=st.integers(1, 10**6),
        reasons=st.lists(st.sampled_from([Reason(because=each) for each in Because]), max_size=4, unique=True).map(
            tuple
        ),
        starts_on=st.none() | st.dates(date(2026, 11, 21), date(2027, 3, 1)),
        is_small_local=st.booleans(),
        is_far=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda each: each.course_id,
)


@given(candidates=candidates, slots=st.integers(1, 20))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_over_any_catalogue_small_local_organisers_get_their_share(candidates, slots):
    shown = chosen(candidates, slots=slots)

    able = [each for each in candidates if ENOUGH & {reason.because for reason in each.reasons}]
    theirs = [each for each in able if each.is_small_local]
    share = -(-len(shown) * SMALL_LOCAL_PERCENT_MIN // 100)
    assert len(shown) == min(slots, len(able))
    assert sum(each.is_small_local for each in shown) >= min(share, len(theirs))
    assert set(shown) <= set(able)
    # Beside that share, nobody with fewer points stands where one with more does not.
    left_out = [each for each in able if each not in shown]
    for kind in (True, False):
        worst = min((each.points for each in shown if each.is_small_local == kind), default=0)
        assert all(each.points <= worst for each in left_out if each.is_small_local == kind) or not any(
            each.is_small_local == kind for each in shown
        )
    assert [each.points for each in shown] == sorted((each.points for each in shown), reverse=True)


@given(candidates=candidates, slots=st.integers(1, 20))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_does_not_depend_on_how_the_catalogue_is_read(candidates, slots):
    assert chosen(candidates, slots=slots) == chosen(candidates[::-1], slots=slots)


def test_large_organisers_do_not_fill_the_list():
    learner = at_home()
    university = an_organization(kind=OrganizationKind.UNIVERSITY)
    for number in range(8):
        a_published_run(version=a_published_version(provider=university, title_vi=f"Đại học {number}"))
    a_published_run(
        version=a_published_version(title_vi="Thư viện", provider=an_organization(kind=OrganizationKind.LIBRARY)),
        starts_at=NOW + timedelta(days=60),
    )

    found = suggested_to(learner, slots=SUGGESTIONS_SHOWN)

    assert len(found) == SUGGESTIONS_SHOWN
    assert found[-1].version.title_vi == "Thư viện"


def test_how_many_take_a_course_and_what_it_costs_change_nothing():
    learner = at_home()
    runs = [a_published_run(version=a_published_version(title_vi=f"Lớp {n}", cost_vnd=n * 100_000)) for n in range(4)]
    before = [each.version.course_id for each in suggested_to(learner)]

    for _ in range(5):
        enrolled(run=runs[-1])

    assert [each.version.course_id for each in suggested_to(learner)] == before == [r.version.course_id for r in runs]


def test_no_column_of_payment_or_clicks_is_read():
    learner = at_home()
    enrolled(learner, a_published_run())
    a_published_run()
    with CaptureQueriesContext(connection) as asked:
        suggested_to(learner)

    tables = {table for query in asked for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    decides = " ".join(part for query in asked for part in re.findall(r"(?:WHERE|ORDER BY) .*", query["sql"]))
    assert tables <= {
        "courses_classsession",
        "courses_course",
        "courses_courserun",
        "courses_courseversion",
        "courses_enrollment",
        "courses_field",
        "courses_interest",
        "courses_seatoffer",  # a seat that is kept for somebody is not free
        "courses_suggestionrefusal",
        "credits_pathwayfollow",
        "learners_organization",
        "learners_place",
        "credits_pathway",
        "credits_pathwayversion",
    }
    assert not re.search(r"cost|paid|payment|price|click|view_|popular|rating|sponsor|promot", decides, re.IGNORECASE)


def test_points_are_those_of_the_rules():
    assert (
        Candidate(
            course_id=1,
            reasons=(Reason(because=Because.SAME_FIELD), Reason(because=Because.FITS)),
            starts_on=None,
            is_small_local=False,
        ).points
        == POINTS[Because.SAME_FIELD] + POINTS[Because.FITS]
    )
