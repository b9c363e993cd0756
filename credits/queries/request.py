"""Questions about requests: whose wait, and what one asks for, in words."""

from datetime import date
from typing import Any

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _

from credits.choices import KindOfCredit, RequestKind
from credits.models import Freeze, LedgerRequest, Merge
from learners import formats
from learners.models import Learner, Organization

IN_FULL = (
    "learner",
    "other_learner",
    "organization",
    "requested_by",
    "decision__decided_by",
    "entry__reverses",
    "entry__lot__issuer",
)
Facts = list[tuple[str, str, str]]  # label, value, small print


def of_organization(organization: Organization) -> QuerySet[LedgerRequest]:
    """Return what the organization has asked for: what waits first, then the newest."""
    return (
        LedgerRequest.objects.filter(organization=organization)
        .select_related(*IN_FULL)
        .order_by(Case(When(decision__isnull=True, then=0), default=1), "-requested_at", "-pk")
    )


def for_decision() -> QuerySet[LedgerRequest]:
    """Return every request, for the curators."""
    return LedgerRequest.objects.select_related(*IN_FULL)


def waiting() -> int:
    """Return how many requests wait for a second person."""
    return LedgerRequest.objects.filter(decision__isnull=True).count()


def lift_waits(freeze: Freeze) -> bool:
    """Return whether it has been asked already, and not decided yet, that this freeze be lifted."""
    return _waits(RequestKind.UNFREEZE, body__freeze=freeze.pk)


def undo_waits(merge: Merge) -> bool:
    return _waits(RequestKind.UNMERGE, body__merge=merge.pk)


def _waits(kind: RequestKind, **body: Any) -> bool:
    return LedgerRequest.objects.filter(kind=kind, decision__isnull=True, **body).exists()


def shown_in(request: LedgerRequest) -> set[int]:
    """Return the learners whose ledgers a request is about."""
    return {learner_id for learner_id in (request.learner_id, request.other_learner_id) if learner_id is not None}


def facts(request: LedgerRequest) -> Facts:
    """Return what a request asks for: all that will be done if it is approved, in the language being read."""
    about = {
        RequestKind.REVERSAL: _of_reversal,
        RequestKind.TRANSFER_IN: _of_recognition,
        RequestKind.PRIOR_LEARNING: _of_recognition,
    }.get(RequestKind(request.kind))
    return _people(request) + (about(request) if about else [])


def _people(request: LedgerRequest) -> Facts:
    if request.other_learner is None:
        return [(_("Learner"), *_person(request.learner))]
    return [
        (_("Account that is kept"), *_person(request.learner)),
        (_("Account that is emptied"), *_person(request.other_learner)),
    ]


def _person(learner: Learner) -> tuple[str, str]:
    return learner.full_name, str(learner.ledger_number)


def _of_reversal(request: LedgerRequest) -> Facts:
    entry = request.entry
    assert entry is not None
    whole = _("all that is left of the line")
    recorded = _("recorded on %(day)s") % {"day": formats.day_plain(entry.recorded_at)}
    return [
        (_("The line"), entry.title, f"{entry.provider}, {recorded}" if entry.provider else recorded),
        (_("To take back"), _amount(request.amount_minor) if request.amount_minor else whole, ""),
    ]


def _of_recognition(request: LedgerRequest) -> Facts:
    body, what = request.body, request.body["recognized"]
    lines = [
        (_("What was learned"), what["title_vi"], what["title_en"]),
        (_("Where it was learned"), what["provider_vi"], what["provider_en"]),
        (_("Learned until"), formats.day_plain(date.fromisoformat(what["learned_until"])), ""),
        (_("Field"), what["field_vi"], ""),
        (_("Level"), str(what["level"] or _("open to all")), ""),
        (_("Kind of credit"), str(KindOfCredit(body["kind_of_credit"]).label), ""),
        (_("Seen"), str(what["evidence"].get("text") or what["evidence"].get("type") or ""), ""),
        (_("Rule"), what["rule"], what["rule_source"]),
        (_("To be recorded"), _amount(body["amount_minor"]), ""),
    ]
    return [*lines, _conversion(body["conversion"])] if body["conversion"] else lines


def _conversion(said: dict[str, Any]) -> tuple[str, str, str]:
    ratio = _("%(here)s credits here for %(there)s there, by %(policy)s") % {
        "here": said["numerator"],
        "there": said["denominator"],
        "policy": said["policy_id"],
    }
    return _("Converted from"), f"{formats.credits(said['in_minor'])} {said['scheme_code']}", ratio


def _amount(hundredths: int) -> str:
    return _("%(hours)s hours, %(credits)s credits") % {
        "hours": formats.credit_hours(hundredths),
        "credits": formats.credits(hundredths),
    }
