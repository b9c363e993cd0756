"""Complaints about organizations: a learner's own, and those that wait for the curators."""

from django.db.models import QuerySet

from learners.models import Learner, OrganizationComplaint

SHOWN_MAX = 60  # of a learner's own page: more than anybody makes in years


def of_learner(learner: Learner) -> list[OrganizationComplaint]:
    """Return what a learner has complained about, newest first, each with its organization and answer; one query."""
    mine = OrganizationComplaint.objects.filter(learner=learner).select_related("organization", "answer__answered_by")
    return list(mine.order_by("-made_at", "-pk")[:SHOWN_MAX])


def for_review() -> QuerySet[OrganizationComplaint]:
    """Return complaints as the curators read them."""
    return OrganizationComplaint.objects.select_related("organization__place__parent", "answer__answered_by", "learner")


def unanswered() -> QuerySet[OrganizationComplaint]:
    return OrganizationComplaint.objects.filter(answer__isnull=True)


def waiting() -> int:
    """Return how many complaints have no answer."""
    return unanswered().count()
