"""The step to a place that comes next for somebody another person acts for: a helper, or staff at a counter."""

from typing import Any

from django.utils import timezone

from courses.actions import enrollment as enrolling
from courses.actions import obstacle as obstacles
from courses.forms.terms import AboutForm
from courses.models import CourseRun
from courses.queries import enrollment, helping, place_request, terms, waiting_shown
from learners.models import Learner


def context(person: Learner, run: CourseRun, *, about: AboutForm | None = None, refusal: str = "") -> dict[str, Any]:
    """Return what ``courses/_steps_for.html`` shows, beside who may do what."""
    now = timezone.now()
    has_place = helping.places_of(person).filter(run=run).exists()
    obstacle = None if has_place else enrolling.obstacle(learner=person, run=run, now=now)
    if about is None and obstacles.may_be_said(obstacle):
        about = AboutForm(needed=terms.needed(person, run))
    is_full = isinstance(obstacle, enrolling.RunIsFull)
    return {
        "person": person,
        "facts": enrollment.run_facts(run, now=now),
        "has_place": has_place,
        "obstacle": refusal or (str(obstacle) if obstacle and about is None else ""),
        "may_enroll": obstacle is None and not has_place,
        "is_full": is_full,
        "about": about,
        "asks_for_approval": isinstance(obstacle, enrolling.NeedsApproval),
        "asked": None if has_place else place_request.open_request(person, run),
        "standing": waiting_shown.standing(run, person, now=now) if is_full or obstacle is None else None,
    }
