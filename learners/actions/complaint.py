"""Complaints about organizations: made by a learner, answered by a curator, both for good."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from learners import formats
from learners.actions import message
from learners.choices import ComplaintOutcome, ComplaintSubject, MessageKind
from learners.models import Learner, Organization, OrganizationComplaint, OrganizationComplaintAnswer
from learners.permissions import may_answer_complaint, roles_of
from learners.queries import calendar
from learners.rules import COMPLAINT_WORKING_DAYS, COMPLAINTS_OPEN_MAX


class UnableToComplain(Exception):
    """The complaint cannot be taken; the message is written for the learner."""


class OwnOrganizationComplaint(UnableToComplain):
    pass


class TooManyComplaints(UnableToComplain):
    pass


class UnableToAnswerComplaint(Exception):
    """The complaint cannot be answered like that; the message is written for the curator."""


class NotTheirsToAnswer(UnableToAnswerComplaint):
    pass


class AnsweredAlready(UnableToAnswerComplaint):
    pass


class SaysNothing(UnableToAnswerComplaint):
    pass


@transaction.atomic
def complain(
    *, learner: Learner, organization: Organization, subject: ComplaintSubject, text: str, now: datetime
) -> OrganizationComplaint:
    """
    Take a complaint about an organization and return it, with the day an answer is due; the learner gets a letter.

    Idempotent until it is answered: the same words return the same complaint. Locks the learner.

    :raises OwnOrganizationComplaint: if the learner works there: they have managers to turn to.
    :raises TooManyComplaints: if ``COMPLAINTS_OPEN_MAX`` of the learner's wait for an answer.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if roles_of(learner, organization):
        raise OwnOrganizationComplaint(_("You belong to this organisation, so talk to its managers."))
    waiting = OrganizationComplaint.objects.filter(learner=learner, answer__isnull=True)
    if existing := waiting.filter(organization=organization, subject=subject, text=text).first():
        return existing
    if waiting.count() >= COMPLAINTS_OPEN_MAX:
        raise TooManyComplaints(
            _("%(count)s complaints of yours are waiting for an answer. Wait until one of them is answered.")
            % {"count": COMPLAINTS_OPEN_MAX}
        )
    complaint = OrganizationComplaint.objects.create(
        organization=organization,
        learner=learner,
        subject=subject,
        text=text,
        made_at=now,
        due_on=answer_due(now=now),
    )
    with translation.override(learner.language):
        data = {**_about(complaint, learner), "deadline": formats.day(complaint.due_on, learner.language)}
    _tell(MessageKind.COMPLAINT_RECEIVED, complaint, data, now)
    return complaint


@transaction.atomic
def answer(
    *, complaint: OrganizationComplaint, curator: Learner, outcome: ComplaintOutcome, text: str, now: datetime
) -> OrganizationComplaintAnswer:
    """
    Answer a complaint and return the answer; its learner gets it in a letter.

    Idempotent: the same answer by the same curator changes nothing. What follows for the organization, its
    verification above all, is decided where that is decided.

    :raises NotTheirsToAnswer: if the person is no curator, made the complaint or belongs to the organization.
    :raises AnsweredAlready: if it has another answer.
    :raises SaysNothing: if there is no text.
    """
    if not may_answer_complaint(curator, complaint):
        raise NotTheirsToAnswer(
            _("This complaint concerns you, or you are no curator, so somebody else has to answer it.")
        )
    if not text.strip():
        raise SaysNothing(_("Write what you found."))
    given, is_new = OrganizationComplaintAnswer.objects.get_or_create(
        complaint=complaint,
        defaults={"outcome": outcome, "text": text, "answered_by": curator, "answered_at": now},
    )
    if not is_new:
        if (given.outcome, given.text, given.answered_by_id) == (outcome, text, curator.pk):
            return given
        raise AnsweredAlready(_("Somebody has answered this complaint meanwhile. The first answer stays."))
    learner = complaint.learner
    with translation.override(learner.language):
        data = {
            **_about(complaint, learner),
            "outcome": str(given.get_outcome_display()),
            "reason": text,
            "person": curator.full_name,
        }
    _tell(MessageKind.COMPLAINT_ANSWERED, complaint, data, now)
    return given


def answer_due(*, now: datetime) -> date:
    """Return the last day on which a complaint made now is answered."""
    return calendar.working_days_after(timezone.localdate(now), COMPLAINT_WORKING_DAYS)


def _about(complaint: OrganizationComplaint, learner: Learner) -> dict[str, str]:
    return {
        "org": complaint.organization.name,
        "date": formats.day(complaint.made_at, learner.language),
        "link": settings.SITE_URL + reverse("learners:complaints"),
    }


def _tell(kind: MessageKind, complaint: OrganizationComplaint, data: dict[str, str], now: datetime) -> None:
    learner = complaint.learner
    address = message.phone_of(learner) if kind == MessageKind.COMPLAINT_ANSWERED else ""
    key = f"{kind.lower()}:{complaint.pk}"
    message.queue(kind=kind, key=key, data=data, recipient=learner, address=address, now=now)
