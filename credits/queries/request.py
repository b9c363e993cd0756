"""Questions about requests: whose wait, and what one asks for, in words."""

from datetime import date
from typing import Any

from django.db.models import Case, Q, QuerySet, Sum, When
from django.utils.translation import gettext as _

from credits.choices import KindOfCredit, Outcome, RequestKind
from credits.models import Freeze, LedgerRequest, Merge, Posting
from credits.permissions import not_theirs_to_decide
from credits.queries import wording
from learners import formats
from learners.models import Learner, Organization
from learners.models.folding import fold

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


def waiting_for(curator: Learner) -> QuerySet[LedgerRequest]:
    """Return the requests that wait and that this curator may decide."""
    return LedgerRequest.objects.filter(decision__isnull=True).exclude(not_theirs_to_decide(curator))


def waiting(curator: Learner) -> int:
    """Return how many requests wait for this curator."""
    return waiting_for(curator).count()


def lift_waits(freeze: Freeze) -> bool:
    """Return whether it has been asked already, and not decided yet, that this freeze be lifted."""
    return _waits(RequestKind.UNFREEZE, body__freeze=freeze.pk)


def undo_waits(merge: Merge) -> bool:
    return _waits(RequestKind.UNMERGE, body__merge=merge.pk)


def _waits(kind: RequestKind, **body: Any) -> bool:
    return LedgerRequest.objects.filter(kind=kind, decision__isnull=True, **body).exists()


def same_learning(learner: Learner, *, title: str, provider: str) -> list[LedgerRequest]:
    """
    Return the requests, waiting or approved, to recognise what has the same title from the same place, oldest first.

    What has been taken back whole since is left out: it may be asked for anew.
    """
    asked = LedgerRequest.objects.filter(
        Q(decision__isnull=True) | Q(decision__outcome=Outcome.APPROVED),
        learner=learner,
        kind__in=[RequestKind.TRANSFER_IN, RequestKind.PRIOR_LEARNING],
    ).order_by("pk")
    return [
        each
        for each in asked
        if fold(each.body["recognized"]["title_vi"]) == fold(title)
        and fold(each.body["recognized"]["provider_vi"]) == fold(provider)
        and _reversed(each) < each.body["amount_minor"]
    ]


def _reversed(request: LedgerRequest) -> int:
    taken_back = Posting.objects.filter(lot__isnull=False, entry__reverses__request=request)
    return taken_back.aggregate(minor=Sum("amount_minor"))["minor"] or 0


def shown_in(request: LedgerRequest) -> set[int]:
    """Return the learners whose ledgers a request is about."""
    return {learner_id for learner_id in (request.learner_id, request.other_learner_id) if learner_id is not None}


def words_of(learner: Learner) -> dict[str, dict[str, str]]:
    """
    Return the words that were typed with what two persons did on the learner's ledger, by the request's public number.

    With them the salt of their digests, as hex. What was erased is left out.
    """
    done = LedgerRequest.objects.filter(entries__learner=learner).exclude(salt=b"").distinct()
    rows = done.values_list("public_id", "reason", "authority", "seen", "salt")
    return {
        str(public_id): {"reason": reason, "authority": authority, "seen": seen, "salt": bytes(salt).hex()}
        for public_id, reason, authority, seen, salt in rows
    }


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
        (_("What was learned"), wording.text_of(what, "title"), ""),
        (_("Where it was learned"), wording.text_of(what, "provider"), ""),
        (_("Learned until"), formats.day_plain(date.fromisoformat(what["learned_until"])), ""),
        (_("Field"), wording.text_of(what, "field"), ""),
        (_("Level"), str(what["level"] or _("open to all")), ""),
        (_("Kind of credit"), str(KindOfCredit(body["kind_of_credit"]).label), ""),
        (_("Seen"), "; ".join(wording.evidence(what, seen=request.seen)), ""),
        (_("Rule"), wording.rule(what), wording.rule_source(what)),
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
