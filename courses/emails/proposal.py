"""What letters say to an organization about what it has proposed."""

from django.utils import translation

from courses.emails.words import link
from courses.models import (
    CourseVersion,
    Review,
)
from courses.queries import workspace
from learners import formats


def proposal_submitted(version: CourseVersion) -> dict[str, str]:
    """Return what the PROPOSAL_SUBMITTED message says, in the language of who submitted."""
    assert version.submitted_by is not None
    assert version.submitted_at is not None
    language = version.submitted_by.language
    with translation.override(language):
        return {
            "course": version.title,
            "org": version.course.provider.name,
            "deadline": formats.day(workspace.review_due_on(version.submitted_at), language),
            "link": link("courses:proposal", version.course.provider.public_id, version.course_id),
        }


def proposal_returned(review: Review) -> dict[str, str]:
    """Return what the PROPOSAL_RETURNED message says, in the language of who submitted."""
    version = review.version
    assert version.submitted_by is not None
    with translation.override(version.submitted_by.language):
        return {
            "course": version.title,
            "points": review.reasons,
            "person": review.reviewer.full_name,
            "link": link("courses:proposal", version.course.provider.public_id, version.course_id),
        }


def proposal_published(version: CourseVersion, *, earlier_classes: int) -> dict[str, str]:
    """Return what PROPOSAL_PUBLISHED says, in the language of who submitted; of open classes of versions before."""
    assert version.submitted_by is not None
    assert version.published_at is not None
    language = version.submitted_by.language
    with translation.override(language):
        return {
            "course": version.title,
            "date": formats.day(version.published_at, language),
            "version": str(version.number),
            "classes": formats.number(earlier_classes, language) if earlier_classes else "",
            "link": link("courses:run_new", version.course.provider.public_id, version.course_id),
        }
