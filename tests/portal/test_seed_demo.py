"""The demonstration world: believable, marked as such, and the same after a second time."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from django.test import TransactionTestCase
from django.utils import timezone

from courses.actions import enrollment
from courses.choices import EnrollmentState, VersionState
from courses.models import (
    ClassSession,
    CourseQuality,
    CourseRun,
    CourseVersion,
    Enrollment,
    Feedback,
    PlaceRequest,
    SearchTerm,
    SeatOffer,
    Unit,
    WaitingChoice,
)
from courses.queries import demand, feedback, quality, type_ahead, waiting
from credits.choices import LotSource
from credits.queries import ledger
from credits.queries.audit import audit
from credits.queries.timeline import timeline
from learners.actions import card
from learners.choices import ConsentWay, MessageKind, MessageState, OrganizationStatus
from learners.models import Learner, Membership, Message, Organization, Registration
from learners.queries import calendar, complaint, duplicate
from learners.queries import mandate as mandates
from learners.rules import VERIFIED_YEARS
from portal.actions import demo

# The world is made once for this file, so all of its tests run in one worker.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[datetime, str]]:
    now, said = timezone.now(), StringIO()
    with django_db_blocker.unblock():
        call_command("seed_demo", stdout=said)
        yield now, said.getvalue()
        TransactionTestCase()._fixture_teardown()


@pytest.fixture(scope="module")
def made_at(world: tuple[datetime, str]) -> datetime:
    return world[0]


@pytest.fixture(scope="module")
def said(world: tuple[datetime, str]) -> str:
    """What the command said: the code of a card is nowhere else."""
    return world[1]


def person(name: str) -> Learner:
    return Learner.objects.get(email=f"{name}@hocsuotdoi.example")


def row_counts() -> dict[str, int]:
    ours = [model for model in apps.get_models() if model._meta.app_label in {"learners", "courses", "credits"}]
    return {model._meta.label: model._default_manager.count() for model in ours}


def test_a_verification_ends_on_its_day_as_many_years_later_as_a_curator_is_offered(made_at: datetime) -> None:
    for each in Organization.objects.filter(status=OrganizationStatus.VERIFIED):
        assert each.verified_at is not None
        assert each.verified_until is not None
        begun = timezone.localdate(each.verified_at)

        assert (each.verified_until.year, each.verified_until.month) == (begun.year + VERIFIED_YEARS, begun.month)
        assert each.verified_until.day == min(begun.day, 28)  # as the desk offers it: that day is in every month


def test_all_of_it_is_marked_as_a_demonstration(made_at: datetime) -> None:
    assert Organization.objects.count() == 26
    assert all(
        body.is_demonstration and body.name_vi.endswith(" (minh họa)") and body.name_en.endswith(" (demonstration)")
        for body in Organization.objects.all()
    )
    assert not Learner.objects.filter(is_demonstration=False).exists()
    without_email = Learner.objects.exclude(email__endswith="@hocsuotdoi.example").order_by("full_name")
    assert [each.full_name for each in without_email] == ["Huynh Van Tam", "Huỳnh Văn Tám", "Vàng Thị Say"]


def test_who_has_only_a_phone_is_helped_by_a_neighbour(made_at: datetime) -> None:
    tam = Learner.objects.get(phone="+84900000016")

    [held] = mandates.holding(person("hoa"), now=made_at)

    assert (tam.email, tam.has_card, held.person) == (None, False, tam)
    assert (held.may_enroll, held.may_see_timetable, held.may_withdraw) == (True, True, False)


def test_who_has_only_a_card_was_registered_at_a_counter_and_learns(made_at: datetime, said: str) -> None:
    registered = Registration.objects.select_related("learner", "organization").get(learner__full_name="Vàng Thị Say")
    say = registered.learner
    [printed] = re.findall(r"a card was printed for Vàng Thị Say: (\w{4})-(\w{4}), (\d{4})", said)

    assert (say.full_name, say.email, say.phone) == ("Vàng Thị Say", None, None)
    assert registered.organization.name_vi == "Nhà văn hóa xã Tả Van (minh họa)"
    assert registered.registered_by == Learner.objects.get(email="demo-031@hocsuotdoi.example")  # as README says
    assert registered.consent_way == ConsentWay.SPOKEN
    assert card.come_in_by_code(code=printed[0] + printed[1], said=printed[2], now=made_at).learner == say
    assert ledger.balance(say).total == 24
    assert Enrollment.objects.filter(learner=say, state=EnrollmentState.ENROLLED).count() == 1


def test_who_has_a_second_account_is_found_by_the_curators(made_at: datetime) -> None:
    [pair] = duplicate.likely_pairs()

    assert (pair.older.full_name, pair.older.phone) == ("Huynh Van Tam", None)
    assert pair.newer == Learner.objects.get(phone="+84900000016")
    assert ledger.balance(pair.older).total == 12
    assert ledger.balance(pair.newer).total == 0


def test_something_waits_for_the_curator_and_something_for_the_manager(made_at: datetime) -> None:
    waiting = Organization.objects.get(status=OrganizationStatus.REGISTERED)
    states = Counter(CourseVersion.objects.values_list("state", flat=True))
    returned = CourseVersion.objects.get(state=VersionState.RETURNED)

    assert states == {"PUBLISHED": 82, "SUPERSEDED": 1, "SUBMITTED": 3, "RETURNED": 1}
    first = CourseVersion.objects.filter(state="SUBMITTED", number=1)
    assert set(first.values_list("course__provider", flat=True)) == {waiting.pk}
    assert returned.course.provider.memberships.filter(learner=person("ha"), role="MANAGER").exists()
    assert person("tram").is_staff
    assert person("khai").is_staff  # what one curator asks for another decides


def test_people_say_what_courses_were_like(made_at: datetime) -> None:
    rated = CourseQuality.objects.get(course__versions__title_vi="Giữ tiền an toàn trên mạng")
    shown = quality.from_row(rated)

    assert (shown.answered, shown.average) == (7, Decimal("4.0"))
    assert Feedback.objects.filter(stars=2, replies__isnull=False).exists()
    assert Feedback.objects.filter(hidden_for="ADVERTISING").exists()
    assert quality.audit(now=made_at) == []
    assert len(feedback.asked(person("hoa"), now=made_at)) == 2


def test_the_search_box_knows_its_words_at_once(made_at: datetime) -> None:
    assert {"PHRASE", "FIELD", "ORGANIZATION", "PLACE", "WORD"} == set(
        SearchTerm.objects.values_list("kind", flat=True)
    )
    assert type_ahead.suggestions("trung tam hoc tap", language="vi")


def test_people_wish_for_what_nobody_teaches_near_them(made_at: datetime) -> None:
    centre = Membership.objects.get(learner=person("ha"), role="MANAGER").organization

    asked = [(line.wish.topic, line.people) for line in demand.demand(centre).lines]

    assert asked == [
        ("Trồng nấm rơm trong nhà", 7),
        ("Sửa xe máy cơ bản", 4),
        ("Tiếng Khmer giao tiếp", 3),
        ("Làm bánh mì tại nhà", 2),
    ]
    assert demand.unanswered(centre) == 2


def test_one_complaint_is_answered_and_one_waits(made_at: datetime) -> None:
    hers = complaint.of_learner(person("hoa"))

    assert [(each.organization.name_vi, hasattr(each, "answer")) for each in hers] == [
        ("Thư viện thành phố Cần Thơ (minh họa)", False),
        ("Trường Cao đẳng nghề Cái Răng (minh họa)", True),
    ]


def test_six_courses_have_their_lessons(made_at: datetime) -> None:
    lessons = Counter(Unit.objects.values_list("module__version__course__import_key", flat=True))

    assert lessons == {
        "ai-hang-ngay": 6,
        "giu-tien-an-toan": 5,
        "so-cap-cuu-tai-nha": 6,
        "tieng-anh-cho-chuyen-di": 8,
        "tinh-lai-lo": 5,
        "u-phan-huu-co": 5,
    }


def test_no_class_is_on_a_public_holiday(made_at: datetime) -> None:
    days = [timezone.localdate(starts_at) for starts_at in ClassSession.objects.values_list("starts_at", flat=True)]

    assert not set(calendar.holidays_between(min(days), max(days))) & set(days)


def test_nobody_can_enrol_where_nothing_can_be_learned_yet(made_at: datetime) -> None:
    empty = CourseRun.objects.filter(
        version__completion_rule__all_units=True, version__state=VersionState.PUBLISHED
    ).exclude(version__in=Unit.objects.values("module__version"))

    assert empty.count() == 4
    assert not any(run.is_open(now=made_at) or run.enrollments.exists() for run in empty)


def test_a_learner_to_sign_in_as_has_a_record_and_is_under_way(made_at: datetime) -> None:
    hoa = person("hoa")
    under_way = Enrollment.objects.filter(learner=hoa, state=EnrollmentState.ENROLLED)

    assert ledger.balance(hoa).total == 12 + 6 + 4 + 32
    assert len(ledger.statement(hoa).lines) == 4
    assert {each.run.version.course.import_key: each.unit_completions.count() for each in under_way} == {
        "dich-vu-cong-dien-thoai": 0,
        "tieng-anh-cho-chuyen-di": 3,
        "duong-sinh-buoi-sang": 0,
    }


def test_a_learner_to_sign_in_as_looks_back_on_a_life_of_learning(made_at: datetime) -> None:
    life = timeline(person("ut"))

    assert set(life.sources) == {
        LotSource.CLASS,
        LotSource.ONLINE,
        LotSource.MUSEUM,
        LotSource.TRANSFER,
        LotSource.PRIOR_LEARNING,
    }
    assert [learned.learned_on.year for learned in life.learned][-1] == 2004  # before there was an account


def test_the_ledger_is_sound(made_at: datetime) -> None:
    assert audit() == []


def test_an_instructor_to_sign_in_as_has_a_class_to_mark(made_at: datetime) -> None:
    to_mark = ClassSession.objects.filter(
        run__instructors=person("lan"), ends_at__lt=made_at, ends_at__gt=made_at - timedelta(days=7)
    ).exclude(attendance_records__isnull=False)

    assert to_mark.count() == 1
    assert to_mark.get().run.enrollments.count() == 22


def test_no_run_has_more_learners_than_seats_and_some_are_full(made_at: datetime) -> None:
    runs = CourseRun.objects.exclude(seats_max=None).annotate(held=Count("enrollments"))

    assert not runs.filter(held__gt=F("seats_max")).exists()
    assert runs.filter(held=F("seats_max")).count() >= 10


def test_a_seat_is_offered_somebody_waits_and_a_request_is_to_be_decided(made_at: datetime) -> None:
    offer = SeatOffer.objects.get(outcome="")
    request = PlaceRequest.objects.get(outcome="")

    assert WaitingChoice.objects.filter(run=offer.run, ended_at=None).exclude(request=offer.request).count() == 1
    assert made_at < request.due_at < made_at + timedelta(days=2)
    assert waiting.audit(now=made_at) == []


def test_only_a_few_letters_wait_to_be_sent(made_at: datetime) -> None:
    due = Message.objects.filter(state=MessageState.DUE)

    assert Counter((each.recipient, each.kind) for each in due) == {
        (person("hoa"), MessageKind.ENROLLED): 3,
        (person("hoa"), MessageKind.CREDIT_POSTED): 1,
        (person("hoa"), MessageKind.COMPLAINT_RECEIVED): 1,
        (person("ha"), MessageKind.PROPOSAL_RETURNED): 1,
        (None, MessageKind.HELPER_NAMED): 1,  # by text message, to who has only a number
    }


def test_a_second_time_changes_nothing(made_at: datetime) -> None:
    place = Enrollment.objects.get(learner=person("hoa"), run__version__course__import_key="dich-vu-cong-dien-thoai")
    enrollment.withdraw(enrollment=place, now=made_at)
    before = row_counts()

    made = demo.seed(now=made_at + timedelta(days=3))

    assert made == demo.Made(organizations=0, runs=0, acts=0)
    assert row_counts() == before
    assert Enrollment.objects.get(pk=place.pk).state == EnrollmentState.WITHDRAWN
    assert Message.objects.filter(state=MessageState.DUE, kind=MessageKind.WITHDRAWN).count() == 1


def test_the_command_says_what_it_found(made_at: datetime) -> None:
    said = StringIO()

    call_command("seed_demo", stdout=said)

    assert "85 courses" in said.getvalue()
    assert "it is there already; nothing was changed" in said.getvalue()


def test_sign_ins_are_listed_in_both_languages() -> None:
    said = StringIO()

    call_command("seed_demo", "--sign-ins", stdout=said)

    assert [line.split()[0] for line in said.getvalue().splitlines() if "@" in line] == [
        f"{name}@hocsuotdoi.example" for name in ("hoa", "lan", "ha", "tram", "khai")
    ]
    assert "người học · learner" in said.getvalue()
    assert "0900 000 016" in said.getvalue()


def test_real_people_are_never_joined_by_demonstration_ones(settings: Any) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="only under DEMO=1"):
        call_command("seed_demo")
