"""What one learner, or a batch of them, has done, is doing and has ahead: one query each, however many learners."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Cast, Extract, JSONObject

from courses.choices import EnrollmentState
from courses.models import AttendanceRecord, ClassSession, Enrollment, Unit, UnitCompletion
from courses.models.catalog import in_reading_language
from courses.queries.completion import count_of
from courses.rules import COUNTS_AS_ATTENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Minutes learned in one course: of units read to the end and of class sessions attended."""

    title_vi: str
    title_en: str
    minutes: int

    @property
    def title(self) -> str:
        return in_reading_language(self.title_vi, self.title_en)


def learned_between(*, since: datetime, until: datetime, learner_ids: Collection[int]) -> dict[int, list[Learned]]:
    """Return what each learner learned from ``since`` until before ``until``, most minutes first; one query."""
    columns = ("learner", "version", "title_vi", "title_en", "minutes")
    names = {
        "learner": F("enrollment__learner_id"),
        "version": F("enrollment__run__version_id"),
        "title_vi": F("enrollment__run__version__title_vi"),
        "title_en": F("enrollment__run__version__title_en"),
    }
    read = UnitCompletion.objects.filter(
        enrollment__learner__in=learner_ids, completed_at__gte=since, completed_at__lt=until
    )
    came = AttendanceRecord.objects.filter(
        enrollment__learner__in=learner_ids,
        superseded_at=None,
        status__in=COUNTS_AS_ATTENDED,
        class_session__cancelled_at=None,
        class_session__starts_at__gte=since,
        class_session__starts_at__lt=until,
    )
    seconds = Sum(Extract(F("class_session__ends_at") - F("class_session__starts_at"), "epoch"))
    rows = (
        read.values(**names)
        .annotate(minutes=Cast(Sum("unit__minutes"), IntegerField()))
        .values_list(*columns)
        .union(
            came.values(**names).annotate(minutes=Cast(seconds / 60, IntegerField())).values_list(*columns), all=True
        )
    )
    minutes: dict[tuple[int, int], int] = defaultdict(int)
    titles: dict[int, tuple[str, str]] = {}
    for learner_id, version_id, title_vi, title_en, some in rows:
        minutes[learner_id, version_id] += some
        titles[version_id] = (title_vi, title_en)
    learned: dict[int, list[Learned]] = defaultdict(list)
    for (learner_id, version_id), total in sorted(minutes.items(), key=lambda item: (-item[1], item[0])):
        title_vi, title_en = titles[version_id]
        learned[learner_id].append(Learned(title_vi=title_vi, title_en=title_en, minutes=total))
    return dict(learned)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A class session that a learner has a place in."""

    session: ClassSession
    enrollment_id: uuid.UUID  # public

    @property
    def title(self) -> str:
        return self.session.run.version.title


def sessions_between(
    *, since: datetime, until: datetime | None, learner_ids: Collection[int]
) -> dict[int, list[Meeting]]:
    """Return each learner's class sessions that end after ``since`` and begin before ``until`` (None: ever)."""
    places = Enrollment.objects.active().filter(learner__in=learner_ids)
    sessions = (
        ClassSession.objects.filter(
            run__enrollments__in=places,
            run__cancelled_at=None,
            cancelled_at=None,
            ends_at__gt=since,
            **({"starts_at__lt": until} if until else {}),
        )
        .annotate(learner_id=F("run__enrollments__learner_id"), place_id=F("run__enrollments__public_id"))
        .select_related("run__version", "run__place")
        .order_by("starts_at", "pk")
    )
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    for session in sessions:
        meetings[session.learner_id].append(Meeting(session=session, enrollment_id=session.place_id))
    return dict(meetings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One enrolment as its learner sees it: how far the units are read, and which comes next."""

    enrollment: Enrollment
    units_read: int
    units_total: int
    next_position: int
    next_title_vi: str
    next_title_en: str
    next_minutes: int

    @property
    def title(self) -> str:
        return self.enrollment.run.version.title

    @property
    def next_title(self) -> str:
        return in_reading_language(self.next_title_vi, self.next_title_en)

    @property
    def is_to_be_continued(self) -> bool:
        return self.enrollment.state == EnrollmentState.ENROLLED and self.units_read < self.units_total


def places_of(*, learner_ids: Collection[int], states: Collection[EnrollmentState]) -> dict[int, list[Place]]:
    """Return each learner's enrolments in these states, newest first; one query."""
    left = Unit.objects.filter(
        ~Exists(UnitCompletion.objects.filter(unit=OuterRef("pk"), enrollment=OuterRef(OuterRef("pk")))),
        module__version=OuterRef("run__version"),
    ).order_by("position")
    following = left.values(
        unit=JSONObject(position="position", title_vi="title_vi", title_en="title_en", minutes="minutes")
    )
    enrollments = (
        Enrollment.objects.filter(learner__in=learner_ids, state__in=states)
        .select_related("run__version__course__provider")
        .annotate(
            units_total=count_of(Unit.objects.filter(module__version=OuterRef("run__version")), "module__version"),
            units_read=count_of(UnitCompletion.objects.filter(enrollment=OuterRef("pk")), "enrollment"),
            following=Subquery(following[:1]),
        )
        .order_by("-enrolled_at", "-pk")
    )
    places: dict[int, list[Place]] = defaultdict(list)
    for enrollment in enrollments:
        unit = enrollment.following or {"position": 1, "title_vi": "", "title_en": "", "minutes": 0}
        places[enrollment.learner_id].append(
            Place(
                enrollment=enrollment,
                units_read=enrollment.units_read,
                units_total=enrollment.units_total,
                next_position=unit["position"],
                next_title_vi=unit["title_vi"],
                next_title_en=unit["title_en"],
                next_minutes=unit["minutes"],
            )
        )
    return dict(places)
