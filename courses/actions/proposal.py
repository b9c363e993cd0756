"""A proposal: a course and its first run, written together and saved together."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from courses.actions import catalog, run
from courses.actions.catalog import Content
from courses.actions.run import Plan
from courses.models import CourseVersion
from courses.queries import workspace
from learners.models import Learner, Organization


@transaction.atomic
def write(
    *,
    organization: Organization,
    author: Learner,
    content: Content,
    plan: Plan | None,
    now: datetime,
    creation_key: UUID | None = None,
) -> CourseVersion:
    """
    Start a course with its first run, if one is planned, and return its draft.

    Idempotent by ``creation_key``: what a page sent twice has made the first time is returned.

    :raises UnableToWrite: as ``catalog.create_draft``.
    :raises UnableToPlan: as ``run.plan_run``; then nothing is saved.
    """
    version = catalog.create_draft(
        organization=organization, author=author, content=content, now=now, creation_key=creation_key
    )
    if plan is not None:
        run.plan_run(version=version, author=author, plan=plan, now=now, creation_key=creation_key)
    return version


@transaction.atomic
def rewrite(
    *,
    version: CourseVersion,
    author: Learner,
    content: Content,
    plan: Plan | None,
    now: datetime,
    opened: int | None = None,
) -> CourseVersion:
    """
    Save a draft again with its first run; return the draft. Without a plan the run stays as it is.

    :raises UnableToWrite: as ``catalog.edit_draft``.
    :raises UnableToPlan: as ``run.plan_run``; then nothing is saved.
    """
    version = catalog.edit_draft(version=version, author=author, content=content, now=now, opened=opened)
    if plan is not None:
        planned = workspace.draft_run(version)
        if planned is None:
            run.plan_run(version=version, author=author, plan=plan, now=now)
        else:
            run.replan_draft(run=planned, plan=plan, now=now)
    return version
