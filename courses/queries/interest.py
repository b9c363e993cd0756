"""What learners like to learn."""

from courses.models import Interest
from learners.models import Learner


def of_learner(learner: Learner) -> dict[str, str]:
    """Return the fields a learner likes, names by code; one query."""
    said = Interest.objects.filter(learner=learner).select_related("field").order_by("field")
    return {interest.field_id: interest.field.name for interest in said}
