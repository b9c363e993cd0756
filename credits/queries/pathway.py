"""Questions about pathways: which there are, who follows which, and who may have come further."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from credits.choices import PathwayState
from credits.models import JournalEntry, PathwayFollow, PathwayVersion, Qualification
from learners.models import Learner
from learners.models.folding import fold

WORDS_MAX = 8


def published(text: str = "") -> QuerySet[PathwayVersion]:
    """Return the pathways one may start, by title; those that have every word of a search, without diacritics too."""
    found = PathwayVersion.objects.filter(state=PathwayState.PUBLISHED).select_related("pathway__organization")
    for word in fold(text).split()[:WORDS_MAX]:
        found = found.filter(Q(title_fold__contains=word) | Q(title_en__icontains=word))
    return found.order_by("title_fold", "pk")


def get_published(slug: str) -> PathwayVersion | None:
    return published().filter(pathway__slug=slug).first()


def get_version(version_id: int) -> PathwayVersion | None:
    return PathwayVersion.objects.select_related("pathway__organization").filter(pk=version_id).first()


def follows_of(learner: Learner) -> list[PathwayFollow]:
    """Return the pathways somebody is on, in the order in which they started; one query."""
    current = PathwayFollow.objects.filter(learner=learner, left_at__isnull=True)
    return list(current.select_related("version__pathway__organization").order_by("started_at", "pk"))


def follow_of(learner: Learner, slug: str) -> PathwayFollow | None:
    return next((follow for follow in follows_of(learner) if follow.version.pathway.slug == slug), None)


def times_reached(follow: PathwayFollow) -> int:
    """Return how often this learner has been awarded this pathway, withdrawn ones counted too."""
    return Qualification.objects.filter(learner=follow.learner_id, version__pathway=follow.pathway_id).count()


def started_on(follow: PathwayFollow) -> date:
    return timezone.localdate(follow.started_at)


def titles_of(pathway_ids: Collection[int]) -> dict[int, str]:
    """Return the title of each pathway in the language being read: of its newest version that is no draft."""
    versions = (
        PathwayVersion.objects.filter(pathway__in=pathway_ids)
        .exclude(state=PathwayState.DRAFT)
        .order_by("pathway", "number")
    )
    return {version.pathway_id: version.title for version in versions}


def with_new_credit(*, since: datetime) -> QuerySet[PathwayFollow]:
    """Return the follows of whoever was credited something since then, in the order of their ids."""
    credited = JournalEntry.objects.filter(learner=OuterRef("learner"), recorded_at__gte=since)
    return (
        PathwayFollow.objects.filter(Exists(credited), left_at__isnull=True, learner__is_active=True)
        .select_related("learner", "version__pathway__organization")
        .order_by("pk")
    )
