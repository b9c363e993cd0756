"""What letters say about requests for a place."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from courses.emails.enrollment import enrolled
from courses.emails.words import done_by, link, moment
from courses.models import Enrollment, PlaceRequest, WaitingChoice
from courses.queries import waiting
from learners import formats
from learners.models import Learner


def place_asked(request: PlaceRequest, *, helper: Learner | None = None) -> dict[str, str]:
    """Return what the PLACE_ASKED message says, in the language of who asked."""
    version, language = request.run.version, request.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "org": version.course.provider.name,
            "deadline": moment(request.due_at, language),
            **done_by(helper),
            "link": link("courses:place_request", request.public_id),
        }


def place_to_decide(request: PlaceRequest, person: Learner, *, stage: str) -> dict[str, str]:
    """Return what the PLACE_TO_DECIDE message says to one of those who decide; no names of learners are in it."""
    version, language = request.run.version, person.language
    with translation.override(language):
        why = {
            "asked": _("Somebody asks for a place."),
            "second": _("One of you has said yes; a manager decides."),
            "soon": _("A request for a place is due within a day."),
            "overdue": _("A request for a place is overdue."),
            "curators": _("A request for a place is overdue, and the organisation has not answered."),
        }
        desk = f"{settings.SITE_URL}{reverse('admin:courses_placerequest_changelist')}"
        here = link("courses:run_requests", version.course.provider.public_id, request.run_id)
        return {
            "why": why[stage],
            "course": version.title,
            "org": version.course.provider.name,
            "date": formats.day(request.run.starts_on, language),
            "deadline": moment(request.due_at, language),
            "link": desk if stage == "curators" else here,
        }


def approved(request: PlaceRequest, place: Enrollment) -> dict[str, str]:
    """Return what the PLACE_APPROVED message says to who has a place by it: what ENROLLED says, and whose yes it is."""
    with translation.override(request.learner.language):
        org = request.run.version.course.provider.name
    return {"org": org, **enrolled(place)}


def approved_to_wait(request: PlaceRequest, choice: WaitingChoice) -> dict[str, str]:
    """Return what the PLACE_APPROVED message says to who stands in line by it."""
    version, language = request.run.version, request.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "org": version.course.provider.name,
            "waiting_for": _("number %(place)s in line") % {"place": waiting.place_in_line(choice)},
            "link": link("courses:my_waiting"),
        }


def place_refused(request: PlaceRequest) -> dict[str, str]:
    """Return what the PLACE_REFUSED message says: with the reason, or that the class takes nobody any more."""
    version, language = request.run.version, request.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "org": version.course.provider.name,
            "reason": request.reason or _("enrolment for this class has closed, or the class was cancelled"),
            "link": link("courses:place_request", request.public_id),
        }
