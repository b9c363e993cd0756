"""What learners like to learn, and what they choose it from."""

from courses.choices import FieldLevel
from courses.models import Field, Interest
from learners.models import Learner


def offered() -> list[Field]:
    """Return the broad fields to choose from; one query."""
    return list(Field.objects.filter(level=FieldLevel.BROAD, is_shown=True).order_by("code"))


def of_learner(learner: Learner) -> dict[str, str]:
    """Return the fields a learner likes, names by code; one query."""
    said = Interest.objects.filter(learner=learner).select_related("field").order_by("field")
    return {interest.field_id: interest.field.name for interest in said}
