"""Imports and harvest sources of an organisation, as the people who may bring courses in see them; duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet

from courses.choices import VersionState
from courses.models import CatalogEntry, CourseVersion, HarvestSource, ImportFault, ImportJob
from courses.queries import import_progress
from learners.models import Organization
from learners.permissions import Actor, is_curator
from learners.queries import organization as organizations

JOBS_PER_PAGE = 20
FAULTS_SHOWN_MAX = 50
DUPLICATES_PER_PAGE = 30


def importing_for(actor: Actor) -> QuerySet[Organization]:
    """Return the organisations whose imports the actor may look at: where they work, and for a curator all of them."""
    return organizations.visible_to(actor) if is_curator(actor) else organizations.worked_in_by(actor)


def jobs(provider: Organization, *, page_number: str = "") -> Page[ImportJob]:
    """Return the organisation's imports, newest first; two queries."""
    found = provider.imports.select_related("created_by").defer("samples", "left", "names", "header")
    return Paginator(found, JOBS_PER_PAGE).get_page(page_number or 1)


def job(provider: Organization, public_id: str) -> ImportJob | None:
    people = ("created_by", "done_by", "undone_by", "harvest", "provider", "default_field")
    return provider.imports.select_related(*people).filter(public_id=public_id).first()


def sources(provider: Organization) -> QuerySet[HarvestSource]:
    """Return the addresses that are fetched for the organisation."""
    return provider.harvest_sources.filter(stopped_at__isnull=True).select_related("created_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Rows looked at, of about so many."""

    done: int
    total: int


def progress(job: ImportJob) -> Progress | None:
    """Return how far a worker is with the job, or None while nobody knows."""
    done = import_progress.rows_done(job) if job.is_waiting_for_a_worker else 0
    total = max(job.rows_about, done)
    return Progress(done=done, total=total) if done else None


def first_faults(job: ImportJob) -> Sequence[ImportFault]:
    return list(job.faults.order_by("sheet", "line", "pk")[:FAULTS_SHOWN_MAX])


def all_faults(job: ImportJob) -> QuerySet[ImportFault]:
    return job.faults.order_by("sheet", "line", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Courses in the catalogue that look like one: the same title at one provider, or the same address."""

    title: str
    versions: list[CourseVersion]


def duplicates(*, page_number: str = "") -> tuple[Page[Any], list[Twins]]:
    """Return a page of the groups of published courses that look alike, with their courses; four queries."""
    same_title = (
        CatalogEntry.objects.values("course__provider", "title_fold")
        .annotate(count=Count("pk"), first=Min("pk"))
        .filter(count__gt=1)
        .order_by("title_fold", "course__provider")
    )
    page = Paginator(same_title, DUPLICATES_PER_PAGE).get_page(page_number or 1)
    wanted = Q(pk__in=[])
    for group in page:
        wanted |= Q(title_fold=group["title_fold"], course__provider=group["course__provider"])
    entries = (
        CatalogEntry.objects.filter(wanted)
        .select_related("version__course__provider")
        .order_by("title_fold", "course__provider", "pk")
    )
    found: dict[tuple[str, int], list[CourseVersion]] = {}
    for entry in entries:
        key = (entry.title_fold, entry.version.course.provider_id)
        found.setdefault(key, []).append(entry.version)
    twins = [Twins(title=versions[0].title, versions=versions) for versions in found.values()]
    return page, twins + _same_address() if page.number == 1 else twins


def _same_address() -> list[Twins]:
    shared = (
        CourseVersion.objects.filter(state=VersionState.PUBLISHED, course__archived_at__isnull=True)
        .exclude(external_url="")
        .values("external_url")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
        .order_by("external_url")[:DUPLICATES_PER_PAGE]
    )
    versions = (
        CourseVersion.objects.filter(
            state=VersionState.PUBLISHED,
            course__archived_at__isnull=True,
            external_url__in=[each["external_url"] for each in shared],
        )
        .select_related("course__provider")
        .order_by("external_url", "pk")
    )
    found: dict[str, list[CourseVersion]] = {}
    for version in versions:
        found.setdefault(version.external_url, []).append(version)
    return [Twins(title=address, versions=each) for address, each in found.items()]
