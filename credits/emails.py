"""What the ledger says in its letters: each function returns a kind's placeholders, in its reader's language."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from credits.models import Dispute, JournalEntry, LedgerDecision, LedgerRequest, PathwayFollow, Qualification
from credits.queries import ledger
from credits.queries.expiry import Expiring
from credits.queries.progress import Progress
from learners import formats
from learners.choices import MessageKind
from learners.models import Learner


def entry_reversed(
    entry: JournalEntry,
    hundredths: int,
    *,
    given_back: Iterable[JournalEntry],
    request: LedgerRequest,
    learner: Learner,
    now: datetime,
) -> dict[str, str]:
    """Return what the ENTRY_REVERSED letter says; ``given_back`` are the holds it ended, the balance is the new one."""
    language = learner.language
    balance = ledger.balance(learner).total
    with translation.override(language):
        return {
            "course": _in(entry.snapshot, "title", language),
            "credits": formats.credits(hundredths, language),
            "date": formats.day(now, language),
            "reason": _inside(request.reason),
            "authority": _inside(request.authority),
            "set_aside": "; ".join(dict.fromkeys(_in(hold.snapshot, "title", language) for hold in given_back)),
            "balance_hours": formats.credit_hours(balance, language),
            "balance_credits": formats.credits(balance, language),
            "link": _link("credits:statement"),
        }


def learning_recognized(
    entry: JournalEntry, hundredths: int, *, request: LedgerRequest, learner: Learner, now: datetime
) -> dict[str, str]:
    """Return what the LEARNING_RECOGNIZED letter says; the balance is the one after this entry."""
    language = learner.language
    balance = ledger.balance(learner).total
    with translation.override(language):
        return {
            "course": _in(entry.snapshot, "title", language),
            "provider": _in(entry.snapshot, "provider", language),
            "issuer": _in(entry.snapshot, "recognized_by", language),
            "reason": _inside(request.reason),
            "credits": formats.credits(hundredths, language),
            "hours": formats.credit_hours(hundredths, language),
            "date": formats.day(now, language),
            "balance_hours": formats.credit_hours(balance, language),
            "balance_credits": formats.credits(balance, language),
            "link": _link("credits:statement"),
        }


def record_changed(what: str, reason: str, *, learner: Learner, now: datetime) -> dict[str, str]:
    """Return what the RECORD_CHANGED letter says: ``what`` happened to the whole record, in the learner's language."""
    with translation.override(learner.language):
        return {
            "what": what,
            "reason": _inside(reason),
            "date": formats.day(now, learner.language),
            "help_phone": settings.HELPLINE,
            "link": _link("credits:statement"),
        }


def record_read(*, learner: Learner, now: datetime) -> dict[str, str]:
    """Return what the RECORD_READ letter says; by whom and why stands on the page it leads to, and in no letter."""
    with translation.override(learner.language):
        return {
            "date": formats.day(now, learner.language),
            "time": formats.clock(now),
            "help_phone": settings.HELPLINE,
            "link": _link("credits:readers"),
        }


def read_often(*, learner: Learner, now: datetime) -> dict[str, str]:
    """Return what the READ_OFTEN letter says; by whom stands on the page it leads to, and in no letter."""
    with translation.override(learner.language):
        return {
            "date": formats.day(now, learner.language),
            "help_phone": settings.HELPLINE,
            "link": _link("credits:readers"),
        }


def request_decided(decision: LedgerDecision, *, now: datetime) -> dict[str, str]:
    """
    Return what the REQUEST_DECIDED letter says to the one who asked.

    Who decided is named on the page it leads to, which is read under the log; a letter goes further, and says the role.
    """
    request = decision.request
    asker, language = request.requested_by, request.requested_by.language
    organization = None if asker.is_staff else request.organization
    with translation.override(language):
        return {
            "what": request.get_kind_display(),
            "outcome": decision.get_outcome_display(),
            "person": _("a curator of the portal"),
            "note": _inside(decision.note),
            "date": formats.day(now, language),
            "link": _link("credits:desk_request", organization.public_id, request.public_id)
            if organization
            else _link("admin:credits_ledgerrequest_change", request.pk),
        }


def pathway_reached(follow: PathwayFollow, progress: Progress) -> dict[str, str]:
    """Return what the PATHWAY_REACHED letter says."""
    language = follow.learner.language
    with translation.override(language):
        return {
            "pathway": follow.version.title,
            "org": follow.version.pathway.organization.name,
            "credits": formats.credits(progress.total, language),
            "link": _link("my_pathway", follow.version.pathway.slug),
        }


def qualification_awarded(qualification: Qualification, progress: Progress) -> dict[str, str]:
    """Return what the QUALIFICATION_AWARDED letter says; the balance is the one after the use."""
    language, pathway = qualification.learner.language, qualification.version.pathway
    with translation.override(language):
        return {
            "pathway": qualification.version.title,
            "org": pathway.organization.name,
            "credits": formats.credits(progress.total, language),
            "date": formats.day(qualification.awarded_at, language),
            "balance_credits": formats.credits(ledger.balance(qualification.learner).total, language),
            "link": _link("my_pathway", pathway.slug),
        }


def credit_expiring(expiring: Expiring, *, on: date) -> dict[str, str]:
    """Return what the CREDIT_EXPIRING letter says; costs no query."""
    language = expiring.learner.language
    with translation.override(language):
        return {
            "course": expiring.title,
            "credits": formats.credits(expiring.amount, language),
            "issuer": expiring.provider,
            "date": formats.day(expiring.valid_until, language),
            "days": str((expiring.valid_until - on).days),
            "rule": expiring.rule,
            "link": _link("credits:statement"),
        }


def _inside(text: str) -> str:
    """Return what somebody wrote without its full stop: the sentence of the letter it stands in has one."""
    return text.rstrip(" .")


def _in(snapshot: dict[str, object], name: str, language: str) -> str:
    english = str(snapshot.get(f"{name}_en") or "") if language == "en" else ""
    return english or str(snapshot.get(f"{name}_vi") or "")


def dispute_opened(dispute: Dispute, language: str) -> dict[str, str]:
    """Return what the learner is told: the number of the case and the day an answer is due."""
    with translation.override(language):
        return {
            "case": dispute.case_number,
            "course": dispute.entry.title,
            "date": formats.day(dispute.opened_at, language),
            "deadline": formats.day(dispute.due_on, language),
            "org": _who_has(dispute),
            "link": _link("credits:dispute", dispute.public_id),
        }


def dispute_to_answer(dispute: Dispute, language: str) -> dict[str, str]:
    """Return what a manager is told: nothing of who reported it or in which words."""
    assert dispute.organization is not None
    with translation.override(language):
        return {
            "case": dispute.case_number,
            "course": dispute.entry.title,
            "deadline": formats.day(dispute.due_on, language),
            "org": dispute.organization.name,
            "link": _link("credits:desk_dispute", dispute.organization.public_id, dispute.public_id),
        }


def dispute_answered(dispute: Dispute, language: str) -> dict[str, str]:
    """Return what the learner is told: what was found, why, and by whom."""
    assert dispute.answered_by is not None
    with translation.override(language):
        return {
            "case": dispute.case_number,
            "date": formats.day(dispute.opened_at, language),
            "outcome": dispute.get_outcome_display(),
            "reason": dispute.answer,
            "person": dispute.answered_by.full_name,
            "org": dispute.answered_for.name if dispute.answered_for else _("the portal's curators"),
            "link": _link("credits:dispute", dispute.public_id),
        }


OF_DISPUTE: dict[MessageKind, Callable[[Dispute, str], dict[str, str]]] = {
    MessageKind.DISPUTE_OPENED: dispute_opened,
    MessageKind.DISPUTE_TO_ANSWER: dispute_to_answer,
    MessageKind.DISPUTE_ANSWERED: dispute_answered,
}


def _who_has(dispute: Dispute) -> str:
    if dispute.organization is None or dispute.escalated_at is not None:
        return _("the portal's curators")
    return dispute.organization.name


def _link(name: str, *arguments: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"
