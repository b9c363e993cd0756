"""Places in force: provinces, and the communes of one."""

from django.db.models import QuerySet

from learners.models import Place


def provinces() -> QuerySet[Place]:
    """Return the provinces and cities in force, in dictionary order."""
    return Place.objects.filter(parent__isnull=True, valid_to__isnull=True)


def communes(province_code: str) -> QuerySet[Place]:
    """Return the communes, wards and special zones of a province in force, in dictionary order."""
    return Place.objects.filter(parent=province_code, valid_to__isnull=True).select_related("parent")
