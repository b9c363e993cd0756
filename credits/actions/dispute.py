"""
Disputes: report that a line of one's record is wrong, take it back, answer it; hand what is overdue to the curators.

Nothing here touches the ledger. Locks: the learner when a dispute is opened, the dispute when it ends.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credits import emails
from credits.choices import Complaint, DisputeOutcome, DisputeState
from credits.models import Dispute, JournalEntry
from credits.permissions import may_answer_as_curator, may_answer_for
from credits.queries import issued as entries
from credits.queries.entry import visible_to
from credits.rules import DISPUTE_LETTER_HOURS, DISPUTE_WORKING_DAYS, DISPUTES_OPEN_MAX, DISPUTES_PER_ENTRY_MAX
from learners.actions import message
from learners.choices import MessageKind, Role
from learners.models import Learner, Message, Organization
from learners.queries import calendar
from learners.queries import organization as organizations

CASE_NUMBER = "BS-{year}-{number:06}"  # "báo sai"


class UnableToReport(Exception):
    """The report cannot be opened; the message is written for the learner."""


class NotYourLine(UnableToReport):
    pass


class AlreadyReported(UnableToReport):
    pass


class TooManyOpen(UnableToReport):
    pass


class ReportedTooOften(UnableToReport):
    pass


class UnableToWithdraw(Exception):
    """The report cannot be taken back; the message is written for the learner."""


class UnableToAnswer(Exception):
    """The report cannot be answered like that; the message is written for who answers."""


class NotYoursToAnswer(UnableToAnswer):
    pass


class NotWaiting(UnableToAnswer):
    pass


class AnswerMissing(UnableToAnswer):
    pass


@transaction.atomic
def open_dispute(*, learner: Learner, entry: JournalEntry, complaint: Complaint, text: str, now: datetime) -> Dispute:
    """
    Report an entry the learner can read in their record; return the case, with a number and the day an answer is due.

    Idempotent while the case is open: the same words return it. Locks the learner. The learner gets a letter, and so
    do the managers of the organisation behind the entry; where nobody there could answer, the curators have it at once.

    :raises NotYourLine: if the entry is in somebody else's record, and the credit it brought is not theirs either.
    :raises AlreadyReported: if the entry already has an open case with other words.
    :raises TooManyOpen: if ``DISPUTES_OPEN_MAX`` cases of the learner are open.
    :raises ReportedTooOften: if reports about the entry have been answered ``DISPUTES_PER_ENTRY_MAX`` times.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if not visible_to(learner).filter(pk=entry.pk).exists():
        raise NotYourLine(_("This line is not in your record."))
    if existing := Dispute.objects.filter(entry=entry, state=DisputeState.OPEN).first():
        if (existing.learner_id, existing.complaint, existing.text) == (learner.pk, complaint, text):
            return existing
        raise AlreadyReported(
            _("You have already reported this line; its case number is %(case)s.") % {"case": existing.case_number}
        )
    if Dispute.objects.filter(learner=learner, state=DisputeState.OPEN).count() >= DISPUTES_OPEN_MAX:
        raise TooManyOpen(
            _("%(count)s reports of yours are waiting for an answer. Wait until some of them are answered.")
            % {"count": DISPUTES_OPEN_MAX}
        )
    if Dispute.objects.filter(entry=entry, state=DisputeState.ANSWERED).count() >= DISPUTES_PER_ENTRY_MAX:
        raise ReportedTooOften(_too_often())
    taken_back = Dispute.objects.filter(
        entry=entry, state=DisputeState.WITHDRAWN, withdrawn_at__gt=now - timedelta(days=1)
    )
    if taken_back.count() >= DISPUTES_PER_ENTRY_MAX:
        raise ReportedTooOften(
            _("You have taken reports about this line back %(count)s times today. Report it again tomorrow.")
            % {"count": DISPUTES_PER_ENTRY_MAX}
        )
    organization = entries.organization_behind(entry)
    managers = _managers_but(organization, learner)
    today = timezone.localdate(now)
    number, told = _next_number(), _told_lately(entry, managers, now)
    dispute = Dispute.objects.create(
        pk=number,
        case_number=CASE_NUMBER.format(year=today.year, number=number),
        learner=learner,
        entry=entry,
        organization=organization,
        complaint=complaint,
        text=text,
        opened_at=now,
        due_on=calendar.working_days_after(today, DISPUTE_WORKING_DAYS),
        escalated_at=None if managers else now,
    )
    _tell(MessageKind.DISPUTE_OPENED, dispute, learner, now)
    for manager in managers:
        if manager.pk not in told:
            _tell(MessageKind.DISPUTE_TO_ANSWER, dispute, manager, now)
    return dispute


@transaction.atomic
def withdraw(*, dispute: Dispute, learner: Learner, now: datetime) -> Dispute:
    """
    Take a report back and return it. Idempotent.

    :raises UnableToWithdraw: if it is somebody else's, or has been answered.
    """
    dispute = _locked(dispute)
    if dispute.learner_id != learner.pk:
        raise UnableToWithdraw(_("Only who reported it takes it back."))
    if dispute.state == DisputeState.ANSWERED:
        raise UnableToWithdraw(_("This report has been answered meanwhile."))
    if dispute.state == DisputeState.OPEN:
        dispute.state, dispute.withdrawn_at = DisputeState.WITHDRAWN, now
        dispute.save(update_fields=["state", "withdrawn_at"])
    return dispute


@transaction.atomic
def answer(*, dispute: Dispute, actor: Learner, outcome: DisputeOutcome, text: str, now: datetime) -> Dispute:
    """
    Answer a report and return it; its learner gets a letter.

    Idempotent: the same answer by the same person changes nothing. Says what was found; the record itself changes by
    entries of its own.

    :raises NotYoursToAnswer: if it is about the actor, or is neither theirs as a manager nor as a curator.
    :raises NotWaiting: if it was taken back or has another answer.
    :raises AnswerMissing: if nothing is said.
    """
    dispute = _locked(dispute)
    for_organization = may_answer_for(actor, dispute)
    if not for_organization and not may_answer_as_curator(actor, dispute):
        raise NotYoursToAnswer(_refusal(actor, dispute))
    if (dispute.state, dispute.outcome, dispute.answer, dispute.answered_by_id) == (
        DisputeState.ANSWERED,
        outcome,
        text,
        actor.pk,
    ):
        return dispute
    if dispute.state != DisputeState.OPEN:
        raise NotWaiting(_ended_meanwhile(dispute))
    if not text.strip():
        raise AnswerMissing(_("Write what you found."))
    opened_on, today = timezone.localdate(dispute.opened_at), timezone.localdate(now)
    dispute.state, dispute.outcome, dispute.answer = DisputeState.ANSWERED, outcome, text
    dispute.answered_by, dispute.answered_at = actor, now
    dispute.answered_for = dispute.organization if for_organization else None
    (dispute.answered_after_days,) = calendar.working_days_taken([(opened_on, today)])
    dispute.save(
        update_fields=[
            "state",
            "outcome",
            "answer",
            "answered_by",
            "answered_at",
            "answered_for",
            "answered_after_days",
        ]
    )
    _tell(MessageKind.DISPUTE_ANSWERED, dispute, dispute.learner, now)
    return dispute


@transaction.atomic
def escalate_due(*, now: datetime) -> int:
    """
    Hand the reports whose day has passed without an answer to the curators; return how many. Idempotent.
    """
    return Dispute.objects.filter(
        state=DisputeState.OPEN, escalated_at__isnull=True, due_on__lt=timezone.localdate(now)
    ).update(escalated_at=now)


def _told_lately(entry: JournalEntry, managers: Sequence[Learner], now: datetime) -> set[int]:
    """Return which managers have just had a letter about this line: reported, taken back and reported once more."""
    since = now - timedelta(hours=DISPUTE_LETTER_HOURS)
    lately = Dispute.objects.filter(entry=entry, opened_at__gt=since).values_list("pk", flat=True)
    keys = [_key(MessageKind.DISPUTE_TO_ANSWER, pk, manager) for pk in lately for manager in managers]
    return set(Message.objects.filter(deduplication_key__in=keys).values_list("recipient", flat=True))


def _too_often() -> str:
    said = _("Reports about this line have been answered %(count)s times, so it cannot be reported again here.") % {
        "count": DISPUTES_PER_ENTRY_MAX
    }
    if settings.HELPLINE:
        return f"{said} " + _("Call %(number)s: a curator looks into it with you.") % {"number": settings.HELPLINE}
    return f"{said} " + _("Ask at the organisation that recorded it, or a curator of the portal.")


def _locked(dispute: Dispute) -> Dispute:
    return (
        Dispute.objects.select_for_update(of=("self",), no_key=True)
        .select_related("learner", "organization", "entry__reverses")
        .get(pk=dispute.pk)
    )


def _managers_but(organization: Organization | None, learner: Learner) -> list[Learner]:
    """Return who could answer for the organization: nobody answers a report of their own."""
    if organization is None:
        return []
    return list(organizations.members(organization, roles=(Role.MANAGER,)).exclude(pk=learner.pk))


def _refusal(actor: Learner, dispute: Dispute) -> str:
    if dispute.learner_id == actor.pk:
        return _("This report is about your own record, so somebody else has to answer it.")
    if dispute.escalated_at is not None:
        return _("This report is with the curators, so one of them answers it who does not belong to the organisation.")
    return _("You belong to this organisation but do not manage it, so one of its managers has to answer.")


def _ended_meanwhile(dispute: Dispute) -> str:
    if dispute.state == DisputeState.WITHDRAWN:
        return _("The learner has taken this report back meanwhile, so your answer was not sent.")
    return _("Somebody has answered this report meanwhile, so your answer was not sent. The first answer stays.")


def _next_number() -> int:
    """Return the row's number before the row is there, because the case number holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('credits_dispute', 'id'))")
        return int(cursor.fetchone()[0])


def _key(kind: MessageKind, dispute_id: int, person: Learner) -> str:
    return f"{kind.lower()}:{dispute_id}:{person.pk}"


def _tell(kind: MessageKind, dispute: Dispute, person: Learner, now: datetime) -> None:
    message.queue(
        kind=kind,
        key=_key(kind, dispute.pk, person),
        data=emails.OF_DISPUTE[kind](dispute, person.language),
        recipient=person,
        address=message.phone_of(person) if kind == MessageKind.DISPUTE_ANSWERED else "",
        now=now,
    )
