"""Proofs of what was removed."""

from learners.models import DeletionProof, Organization


def of(organization: Organization, *, about: str) -> list[DeletionProof]:
    """Return what the organisation had removed of this, the newest first."""
    return list(DeletionProof.objects.filter(organization=organization, about=about).order_by("-removed_at", "-pk"))
