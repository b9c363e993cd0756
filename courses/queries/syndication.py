"""What other programs follow of the catalogue, of a field and a place: new courses, what begins soon, classes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from courses.choices import Format, RunKind
from courses.models import ClassSession, CourseRun, CourseVersion, Field
from courses.queries import catalog, enrollment
from courses.rules import CALENDAR_AHEAD_DAYS, CALENDAR_SESSIONS_MAX, EMBEDDED_MAX, FEED_ENTRIES_MAX, SOON_DAYS
from learners.choices import OrganizationStatus
from learners.models import Organization, Place

OF_A_SESSION = ("run__version__course__provider", "run__version__field", "run__place__parent")  # what a calendar says
RUNS_OF_A_COURSE = 3  # as many are looked at for each course that is shown: most have fewer that begin soon


class NoSuchSelection(Exception):
    """The address names a field or a place there is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The part of the catalogue somebody follows; nothing chosen is all of it."""

    fields: tuple[Field, ...] = ()  # broad
    place: Place | None = None  # a province or a commune
    provider: Organization | None = None

    @property
    def words(self) -> list[str]:
        """What is chosen, in the language being read."""
        places = [capfirst(str(self.place))] if self.place else []
        if self.place and self.place.parent:
            places.append(self.place.parent.name)
        return ([self.provider.name] if self.provider else []) + [field.name for field in self.fields] + places

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The same as parameters of an address."""
        said = {"field": [field.code for field in self.fields]} if self.fields else {}
        if self.place is not None:
            said["commune" if self.place.parent_id else "province"] = [self.place.code]
        if self.provider is not None:
            said["provider"] = [str(self.provider.public_id)]
        return said


def select(*, fields: Collection[str] = (), province: str = "", commune: str = "", provider: str = "") -> Selection:
    """
    Return what these codes name; up to three queries. A commune goes before its province.

    :raises NoSuchSelection: if a code names no broad field, no place in force and no organization in good standing.
    """
    wanted, code = {each for each in fields if each}, commune or province
    if any("\0" in each for each in (*wanted, code)):
        raise NoSuchSelection
    found = tuple(Field.objects.filter(code__in=wanted, parent__isnull=True).order_by("code")) if wanted else ()
    place = None
    if code:
        places = Place.objects.filter(code=code, valid_to__isnull=True, parent__isnull=not commune)
        place = places.select_related("parent").first()
    if len(found) != len(wanted) or (code and place is None):
        raise NoSuchSelection
    return Selection(fields=found, place=place, provider=_provider(provider) if provider else None)


def _provider(public_id: str) -> Organization:
    try:
        return Organization.objects.get(public_id=UUID(public_id), status=OrganizationStatus.VERIFIED)
    except (ValueError, Organization.DoesNotExist) as reason:
        raise NoSuchSelection from reason


def newest(selection: Selection) -> list[CourseVersion]:
    """Return the courses last published for the first time, newest first, with ``first_published_at``; one query."""
    # The first version is the one that was new; later ones are edits. The entry says so, and has the index.
    versions = _versions(selection).filter(catalog_entry__is_listed=True)
    versions = versions.annotate(first_published_at=F("catalog_entry__listed_at"))
    return list(versions.order_by("-catalog_entry__listed_at", "-catalog_entry__pk")[:FEED_ENTRIES_MAX])


def beginning_soon(selection: Selection, *, now: datetime) -> list[CourseRun]:
    """Return the dated runs that begin within ``SOON_DAYS`` and that one may enrol in, soonest first; one query."""
    today = timezone.localdate(now)
    runs = _runs(selection).filter(
        catalog.still_open(now=now),
        kind=RunKind.DATED,
        enrollment_opens_at__lte=now,
        starts_on__range=(today, today + timedelta(days=SOON_DAYS)),
    )
    return list(runs.select_related("version__field").order_by("starts_on", "pk")[:FEED_ENTRIES_MAX])


def sessions_ahead(selection: Selection, *, now: datetime) -> list[ClassSession]:
    """
    Return the class sessions that are not over and begin within ``CALENDAR_AHEAD_DAYS``, soonest first; one query.

    At most ``CALENDAR_SESSIONS_MAX``.
    """
    sessions = ClassSession.objects.filter(
        cancelled_at__isnull=True,
        ends_at__gt=now,
        starts_at__lt=now + timedelta(days=CALENDAR_AHEAD_DAYS),
        run__in=_runs(selection).order_by().values("pk"),
    ).select_related(*OF_A_SESSION)
    return list(sessions.order_by("starts_at", "pk")[:CALENDAR_SESSIONS_MAX])


def sessions_of(run_id: int) -> list[ClassSession]:
    """
    Return the class sessions of a run everybody may see, soonest first; one query.

    Those cancelled too, and those of a run that is, so that a calendar takes them away.
    """
    sessions = ClassSession.objects.filter(run__in=enrollment.runs_on_offer().filter(pk=run_id))
    return list(sessions.select_related(*OF_A_SESSION).order_by("starts_at", "pk"))


def next_courses(selection: Selection, *, now: datetime) -> list[tuple[CourseVersion, CourseRun | None]]:
    """
    Return ``EMBEDDED_MAX`` courses each with its next run: what begins next first, then the newest; three queries.

    In a place, the run is one held there. The version is the one the run keeps to.
    """
    runs = _runs(selection).filter(catalog.still_open(now=now))
    dated = runs.filter(kind=RunKind.DATED, starts_on__gte=timezone.localdate(now)).order_by("starts_on", "pk")
    shown: dict[int, tuple[CourseVersion, CourseRun | None]] = {}
    for run in dated[: EMBEDDED_MAX * RUNS_OF_A_COURSE]:
        shown.setdefault(run.version.course_id, (run.version, run))
    others = _versions(selection).exclude(course__in=shown).order_by("-published_at", "-pk")
    others_shown = list(others[: max(EMBEDDED_MAX - len(shown), 0)])
    courses = [version.course_id for version in others_shown]
    any_time = runs.filter(version__course__in=courses, kind=RunKind.SELF_PACED).order_by("-starts_on", "-pk")
    run_of = {run.version.course_id: run for run in any_time}
    for version in others_shown:
        found = run_of.get(version.course_id)
        shown[version.course_id] = (found.version if found else version, found)
    return list(shown.values())[:EMBEDDED_MAX]


def _versions(selection: Selection) -> QuerySet[CourseVersion]:
    """The courses in a place are those with a run there, and those of who is there unless they are online."""
    versions = catalog.published()
    if selection.fields:
        versions = versions.filter(catalog_entry__broad_field__in=[field.code for field in selection.fields])
    if selection.provider:
        versions = versions.filter(course__provider=selection.provider)
    if selection.place is None:
        return versions
    runs = CourseRun.objects.filter(
        _at(selection.place),
        version__course=OuterRef("course"),
        version__state__in=catalog.OFFERED,
        cancelled_at__isnull=True,
    )
    of_provider = _at(selection.place, "course__provider__place") & ~Q(format=Format.ONLINE)
    return versions.filter(Exists(runs) | of_provider)


def _runs(selection: Selection) -> QuerySet[CourseRun]:
    """The runs in a place are those held there, and those online of who is there."""
    runs = catalog.visible_runs(None)
    if selection.fields:
        runs = runs.filter(version__course__catalog_entry__broad_field__in=[field.code for field in selection.fields])
    if selection.provider:
        runs = runs.filter(version__course__provider=selection.provider)
    if selection.place is not None:
        runs = runs.filter(
            _at(selection.place) | (Q(place__isnull=True) & _at(selection.place, "version__course__provider__place"))
        )
    return runs


def _at(place: Place, path: str = "place") -> Q:
    """Return the condition of being in a place or, where it is a province, in a commune of it."""
    return Q(**{path: place.pk}) | Q(**{f"{path}__parent": place.pk})
