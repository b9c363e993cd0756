"""The list of skills, in the curators' hands."""

from datetime import datetime

from django.db import transaction

from courses.actions import catalog_entry
from courses.choices import VersionState
from courses.models import CourseVersion, Skill

VERSIONS_PER_BATCH = 1_000


@transaction.atomic
def save(*, skill: Skill, now: datetime) -> Skill:
    """Write what a curator has entered or put better; courses that teach it are found by its new name at once."""
    skill.save()
    taught = CourseVersion.objects.filter(state=VersionState.PUBLISHED, taught_skills__skill=skill)
    taught = taught.select_related("course", "field__parent__parent").order_by("course")
    # Locked, so that none is replaced before its entry is written: the entry would go back to the version before.
    versions = list(taught.select_for_update(of=("self",), no_key=True))
    for first in range(0, len(versions), VERSIONS_PER_BATCH):
        catalog_entry.rebuild_many(versions=versions[first : first + VERSIONS_PER_BATCH], now=now)
    return skill
