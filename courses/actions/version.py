"""A published course is never edited: its next version is begun beside it, and published in its place or discarded."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.actions import catalog_bulk
from courses.actions.catalog import IN_WORK, NotEditable, locked, refuse_too_many_drafts
from courses.actions.importing import HARVESTED
from courses.choices import VersionState
from courses.models import Course, CourseVersion
from courses.permissions import EDITABLE
from learners.models import Learner, Organization


@transaction.atomic
def start(*, course: Course, author: Learner, now: datetime) -> CourseVersion:
    """
    Begin the next version of a published course with all that the published one says; return it, a draft.

    Idempotent: while a version is in work it is returned, whoever began it. Locks the provider, so that two who begin
    at once work on the same.

    :raises NotEditable: if the course is not published, or archived.
    :raises TooManyDrafts: if the organization already has ``DRAFTS_MAX`` courses in work, or has begun
        ``DRAFTS_A_DAY_MAX`` drafts within a day.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=course.provider_id)
    versions = CourseVersion.objects.filter(course=course, course__archived_at__isnull=True)
    if in_work := versions.filter(state__in=IN_WORK).first():
        return in_work
    published = versions.filter(state=VersionState.PUBLISHED).first()
    if published is None:
        raise NotEditable(_("This course is not in the catalogue, so there is no new version of it to write."))
    refuse_too_many_drafts(organization, now=now)
    said = {name: getattr(published, name) for name in catalog_bulk.SAID}
    draft = CourseVersion(course=course, number=published.number + 1, created_at=now, created_by=author, **said)
    catalog_bulk.start_versions(versions={published.pk: draft})
    return draft


@transaction.atomic
def discard(*, version: CourseVersion, author: Learner, now: datetime) -> CourseVersion:
    """
    Throw a draft or a returned version away and return it; what is published beside it stays as it is.

    Idempotent. It gives up its number and is kept with its reviews. A course that has no other version goes into the
    archive with it and gives up the code of the file it came from, so that the file can bring it in anew; not so what
    was harvested, which would come back by itself.

    :raises NotEditable: if it is in review or published.
    """
    version = locked(version)
    if version.state == VersionState.DISCARDED:
        return version
    if version.state not in EDITABLE:
        raise NotEditable(_("This version is being reviewed or is published, so it cannot be thrown away."))
    version.state, version.number = VersionState.DISCARDED, 0
    version.discarded_at, version.discarded_by = now, author
    version.save(update_fields=["state", "number", "discarded_at", "discarded_by"])
    if not CourseVersion.objects.filter(course=version.course_id, number__gt=0).exists():
        comes_back = version.course.import_source.startswith(HARVESTED)
        Course.objects.filter(pk=version.course_id, archived_at__isnull=True).update(
            archived_at=now, **({} if comes_back else {"import_source": "", "import_key": ""})
        )
    return version
