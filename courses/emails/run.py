"""What letters say of a run that was cancelled, and of a place moved to another run."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from courses.choices import RunKind
from courses.emails.words import link, where
from courses.models import ClassSession, CourseRun, Enrollment
from learners import formats
from learners.models import Learner


def run_cancelled(run: CourseRun, learner: Learner, *, others: Sequence[CourseRun]) -> dict[str, str]:
    """Return what the RUN_CANCELLED message says; no query once the runs' course and place are loaded."""
    language = learner.language
    with translation.override(language):
        version = run.version
        return {
            "course": version.title,
            "date": formats.day(run.starts_on, language),
            "reason": run.cancel_reason.rstrip(" ."),
            "org": version.course.provider.name,
            "others": "; ".join(_when(other, language) for other in others),
            "help_phone": settings.HELPLINE,
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def run_switched(
    run: CourseRun,
    to: CourseRun,
    learner: Learner,
    *,
    place: Enrollment | None,
    first: ClassSession | None,
    reason: str,
) -> dict[str, str]:
    """Return what the RUN_SWITCHED message says; ``place`` is the new one."""
    assert place is not None
    language = learner.language
    with translation.override(language):
        return {
            "course": to.version.title,
            "old_date": formats.day(run.starts_on, language),
            "date": formats.day(to.starts_on, language),
            "time": formats.clock(first.starts_at) if first else "",
            "venue": where(to),
            "reason": reason.rstrip(" ."),
            "link": link("courses:enrollment", place.public_id),
        }


def _when(run: CourseRun, language: str) -> str:
    day = formats.day(run.starts_on, language) if run.kind == RunKind.DATED else _("At your own pace")
    return f"{day}, {where(run)}" if run.venue else day
