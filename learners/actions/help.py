"""Requests to be called back: asked by anybody, answered once by people of the commune or a curator."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from learners import rules
from learners.choices import HelpOutcome, HelpTag, Language
from learners.models import HelpAnswer, HelpRequest, Learner, Organization, Place
from learners.permissions import may_answer_help
from learners.queries import calendar
from learners.queries import help as queries


class UnableToAsk(Exception):
    """The request cannot be taken; the message is written for who asks."""


class AskedAlready(UnableToAsk):
    pass


class TooManyAsk(UnableToAsk):
    pass


class UnableToAnswer(Exception):
    """The request cannot be answered like that; the message is written for who calls back."""


class NotTheirsToAnswer(UnableToAnswer):
    pass


class AnsweredAlready(UnableToAnswer):
    pass


@transaction.atomic
def ask(
    *,
    name: str,
    reach: str,
    about: str,
    place: Place | None,
    learner: Learner | None,
    language: Language,
    once: UUID,
    now: datetime,
) -> HelpRequest:
    """
    Take a request to be called back and return it, with the day by which somebody calls.

    Idempotent by ``once``. The limits are counted without a lock: a few at once may pass them, and a few do no harm.
    Who is signed in is held up by nobody else, whatever number or commune strangers have named.

    :raises AskedAlready: if as many requests of this person, or of strangers to be reached like that, wait as may.
    :raises TooManyAsk: if a stranger asks and as many of them wait in the commune as may.
    """
    if existing := HelpRequest.objects.filter(once=once).first():
        return existing
    _check_limits(reach=reach, place=place, learner=learner)
    asked, _is_new = HelpRequest.objects.get_or_create(
        once=once,
        defaults={
            "name": name,
            "reach": reach,
            "about": about,
            "place": place,
            "learner": learner,
            "language": language,
            "asked_at": now,
            "due_on": answer_due(now=now),
        },
    )
    return asked


def _check_limits(*, reach: str, place: Place | None, learner: Learner | None) -> None:
    waiting = queries.unanswered().filter(learner=learner)
    alike = waiting if learner else queries.reached_like(waiting, reach)
    if alike.count() >= (rules.HELP_OPEN_PER_PERSON_MAX if learner else rules.HELP_OPEN_PER_REACH_MAX):
        raise AskedAlready(_("You have asked before, and somebody will call you. There is no need to ask again."))
    most = rules.HELP_OPEN_PER_COMMUNE_MAX if place else rules.HELP_OPEN_NOWHERE_MAX
    if learner is None and waiting.filter(place=place).count() >= most:
        raise TooManyAsk(_("So many people are waiting that we could not call you in time. Try again tomorrow."))


@transaction.atomic
def answer(
    *,
    asked: HelpRequest,
    actor: Learner,
    organization: Organization | None,
    tag: HelpTag,
    outcome: HelpOutcome,
    note: str,
    now: datetime,
) -> HelpAnswer:
    """
    Close a request after the call and return the answer; ``organization`` is None for a curator.

    Idempotent: the same answer by the same person changes nothing.

    :raises NotTheirsToAnswer: if the actor asked it, or works for no organization of the commune and is no curator.
    :raises AnsweredAlready: if it has another answer.
    """
    if not may_answer_help(actor, asked, organization, on=timezone.localdate(now)):
        raise NotTheirsToAnswer(_("This request is not for you to answer."))
    said = {"tag": tag, "outcome": outcome, "note": note, "answered_by": actor, "answered_for": organization}
    given, is_new = HelpAnswer.objects.get_or_create(request=asked, defaults={**said, "answered_at": now})
    if not is_new and any(getattr(given, name) != value for name, value in said.items()):
        raise AnsweredAlready(
            _("%(person)s has answered this request meanwhile.") % {"person": given.answered_by.full_name}
        )
    return given


def answer_due(*, now: datetime) -> date:
    """Return the last day on which somebody who asks now is called back."""
    return calendar.working_days_after(timezone.localdate(now), rules.HELP_WORKING_DAYS)
