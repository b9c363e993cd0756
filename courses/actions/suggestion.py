"""What a learner says about suggestions: not for me, and after all; all of them off is a setting of the profile."""

from datetime import datetime

from django.db import transaction

from courses.models import Course, SuggestionRefusal
from learners.models import Learner


@transaction.atomic
def refuse(*, learner: Learner, course: Course, now: datetime) -> SuggestionRefusal:
    """Write down that a course is not for this learner, and return it. Idempotent: the first time stands."""
    refusal, is_new = SuggestionRefusal.objects.select_for_update(no_key=True).get_or_create(
        learner=learner, course=course, defaults={"refused_at": now}
    )
    if not is_new and refusal.undone_at is not None:
        refusal.refused_at, refusal.undone_at = now, None
        refusal.save(update_fields=["refused_at", "undone_at"])
    return refusal


@transaction.atomic
def take_back(*, learner: Learner, course: Course, now: datetime) -> None:
    """Suggest a course to this learner again where it has a reason. Idempotent."""
    SuggestionRefusal.objects.filter(learner=learner, course=course, undone_at__isnull=True).update(undone_at=now)
