"""Saving what somebody typed into a draft that another may have saved meanwhile (decision 0329)."""

from collections.abc import Callable
from typing import Any

from django import forms

from courses.actions import catalog
from courses.forms.opened import Meeting, Opened, meet
from courses.models import CourseVersion
from courses.queries import workspace

ATTEMPTS_MAX = 3  # while others save what does not touch what was typed


def saved_together(
    typed: forms.Form,
    opened: Opened,
    *,
    version: CourseVersion,
    save: Callable[[CourseVersion, int], Any],
    begun: Callable[[CourseVersion], forms.Form],
) -> tuple[Any, Meeting | None]:
    """
    Save what was typed; return what saving returns.

    Where it meets what another has saved since, nothing is saved, and the draft as it is now is returned with the
    meeting. ``save`` takes the draft and the revision to save it on; ``begun`` makes the unbound form of a draft.
    """
    meeting, revision = None, opened.revision_of(version)
    for _attempt in range(ATTEMPTS_MAX):
        try:
            return save(version, revision), None
        except catalog.EditedMeanwhile:
            version = workspace.current_version(version.course)
            meeting, revision = meet(typed, begun(version), opened), version.revision
            if not meeting.is_smooth:
                break
    return version, meeting
