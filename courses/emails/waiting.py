"""What letters say to those who wait for a seat."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from courses.choices import RunKind
from courses.emails.words import done_by, link, moment, where
from courses.models import (
    CourseRun,
    EnrollmentGroup,
    SeatOffer,
    WaitingChoice,
    WaitingRequest,
)
from courses.queries import offer_link, waiting
from learners import formats
from learners.models import Learner


def for_so_many(course: str, people: int) -> str:
    """Return how a letter names a course about which it says something to so many at once."""
    if people == 1:
        return course
    return _("%(course)s (%(people)s seats, for your group)") % {"course": course, "people": people}


def waiting_joined(
    request: WaitingRequest,
    choices: Sequence[WaitingChoice],
    *,
    to: Learner | None = None,
    people: int = 1,
    helper: Learner | None = None,
    leader: Learner | None = None,
) -> dict[str, str]:
    """
    Return what the WAITING_JOINED message says; of each class just chosen, the place in its line.

    ``leader``: of the group with which they wait no longer.
    """
    language = (to or request.learner).language
    with translation.override(language):
        lines = [
            _("%(class)s: number %(place)s in line")
            % {"class": _when(choice.run, language), "place": waiting.place_in_line(choice)}
            for choice in choices
        ]
        return {
            "course": for_so_many(choices[0].run.version.title, people),
            "waiting_for": "\n".join(lines),
            **done_by(helper),
            **({"leader": leader.full_name} if leader else {}),
            "link": link("courses:my_waiting"),
        }


def seat_offered(offer: SeatOffer, *, to: Learner, people: int = 1) -> dict[str, str]:
    """Return what the SEAT_OFFERED message says; its links answer without signing in, for all of a group."""
    run, language = offer.run, to.language
    first = run.class_sessions.filter(cancelled_at=None).order_by("starts_at").first()
    with translation.override(language):
        return {
            "course": for_so_many(run.version.title, people),
            "date": formats.day(first.starts_at, language) if first else "",
            "time": formats.clock(first.starts_at) if first else "",
            "venue": where(run),
            "deadline": moment(offer.expires_at, language),
            "link": link("courses:offer_accept", offer_link.token(offer, offer_link.ACCEPT)),
            "decline_link": link("courses:offer_decline", offer_link.token(offer, offer_link.DECLINE)),
        }


def seat_offer_lapsed(offer: SeatOffer, *, to: Learner, still: Sequence[WaitingChoice]) -> dict[str, str]:
    """Return what the SEAT_OFFER_LAPSED message says, with the classes the learner still waits for."""
    version, language = offer.run.version, to.language
    with translation.override(language):
        return {
            "course": version.title,
            "deadline": moment(offer.expires_at, language),
            "waiting_for": "\n".join(_when(choice.run, language) for choice in still),
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def seats_passed_on(offer: SeatOffer, *, by: Learner, still: Sequence[WaitingChoice]) -> dict[str, str]:
    """Return what the SEATS_PASSED_ON message says to one of a group, for which another has answered."""
    version, language = offer.run.version, offer.request.learner.language
    with translation.override(language):
        return {
            "course": version.title,
            "leader": by.full_name,
            "waiting_for": "\n".join(_when(choice.run, language) for choice in still),
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def group_ended(group: EnrollmentGroup, *, to: Learner) -> dict[str, str]:
    """Return what the GROUP_ENDED message says to one of a group, and whose it was if it was another's."""
    version = group.run.version
    with translation.override(to.language):
        return {
            "course": version.title,
            **({"leader": group.leader.full_name} if to.pk != group.leader_id else {}),
            "link": f"{settings.SITE_URL}{version.get_absolute_url()}",
        }


def waiting_closed(learner: Learner, run: CourseRun, *, people: int = 0) -> dict[str, str]:
    """Return what the WAITING_CLOSED message says to who waited, or to who spoke for so many."""
    with translation.override(learner.language):
        return {
            "course": for_so_many(run.version.title, people or 1),
            "date": formats.day(run.starts_on, learner.language),
            **({"people": str(people)} if people else {}),
            "link": f"{settings.SITE_URL}{run.version.get_absolute_url()}",
        }


def _when(run: CourseRun, language: str) -> str:
    """Return a class in one line: its first day and where it meets."""
    day = formats.day(run.starts_on, language) if run.kind == RunKind.DATED else _("At your own pace")
    return f"{day}, {where(run)}" if run.venue else day
