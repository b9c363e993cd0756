"""
Using credit for a qualification, and telling a learner that they have reached one.

Nothing is used by itself: the learner chooses, once everything is there. The counted credit and nothing else moves
from earned to applied, by one entry, in the transaction that awards the qualification.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credits import emails
from credits.actions import application
from credits.actions.posting import KeyReused, UnableToPost
from credits.choices import RuleKind
from credits.models import JournalEntry, PathwayFollow, Qualification, QualificationUse
from credits.queries import pathway as queries
from credits.queries import qualification as qualifications
from credits.queries.progress import Progress, how_far
from credits.rules import LETTERS_PER_BATCH, LOOKED_BACK
from learners.actions import message, person
from learners.actions.message import Draft
from learners.choices import MessageKind
from learners.queries.message import queued_keys

LOT, QUALIFICATION = "lot", "qualification"


class NotReached(UnableToPost):
    """Something is missing still."""


class HeldAlready(UnableToPost):
    """The person holds this qualification."""


@transaction.atomic
def claim(*, follow: PathwayFollow, idempotency_key: str, now: datetime) -> Qualification:
    """
    Use a learner's credit for the pathway they are on and return the qualification.

    All rules are judged again under the locks of all accounts of the person: what one of them holds counts in the
    others, once. What counts is used, exactly: one entry, lot by lot; lower
    qualifications that count are marked as counted here. A letter says what happened. Idempotent by key.

    :raises NotReached: if something is missing.
    :raises HeldAlready: if the person holds this qualification, in any account, and it stands.
    :raises LedgerIsFrozen: if no credit may leave this ledger.
    :raises KeyReused: if the key has posted something else.
    """
    learner = follow.learner
    person.lock(learner)
    if first := JournalEntry.objects.filter(idempotency_key=idempotency_key).first():
        return _first_answer(first, follow)
    version = follow.version
    if any(
        each.stands and each.qualification.version.pathway_id == version.pathway_id
        for each in qualifications.held(learner)
    ):
        raise HeldAlready(_("You hold this qualification already."))
    progress = how_far(learner, version, started_on=queries.started_on(follow), on=timezone.localdate(now))
    if not progress.is_complete:
        raise NotReached(" ".join(progress.unmet))
    used = [(line.holding.key.partition(":"), line.counted) for line in progress.count.lines if line.counted]
    entry = application.use(
        learner=learner,
        amounts={int(number): counted for (kind, _colon, number), counted in used if kind == LOT},
        actor=learner,
        idempotency_key=idempotency_key,
        snapshot=_snapshot(progress, now),
        now=now,
    )
    qualification = Qualification.objects.create(learner=learner, version=version, entry=entry, awarded_at=now)
    QualificationUse.objects.bulk_create(
        QualificationUse(used_id=int(number), toward=qualification, amount_minor=counted)
        for (kind, _colon, number), counted in used
        if kind == QUALIFICATION
    )
    message.queue(
        kind=MessageKind.QUALIFICATION_AWARDED,
        key=f"qualification:{qualification.pk}",
        data=emails.qualification_awarded(qualification, progress),
        recipient=learner,
        now=now,
    )
    return qualification


def tell_reached(*, now: datetime) -> int:
    """
    Write to those who lately were credited what makes a pathway complete; return how many letters are new.

    Each learner is told once a pathway, however often this runs; nothing is used until they say so.
    """
    follows = list(queries.with_new_credit(since=now - LOOKED_BACK))
    batches = [follows[start : start + LETTERS_PER_BATCH] for start in range(0, len(follows), LETTERS_PER_BATCH)]
    return sum(_tell_batch(batch, now) for batch in batches)


def _tell_batch(follows: Sequence[PathwayFollow], now: datetime) -> int:
    told = queued_keys([_told_key(follow) for follow in follows])
    drafts = []
    for follow in follows:
        if _told_key(follow) in told:
            continue
        progress = how_far(
            follow.learner, follow.version, started_on=queries.started_on(follow), on=timezone.localdate(now)
        )
        if progress.is_complete:
            drafts.append(
                Draft(
                    recipient=follow.learner,
                    key=_told_key(follow),
                    data=emails.pathway_reached(follow, progress),
                )
            )
    return message.queue_all(kind=MessageKind.PATHWAY_REACHED, drafts=drafts, now=now)


def _told_key(follow: PathwayFollow) -> str:
    return f"pathway_reached:{follow.pk}"


def _first_answer(entry: JournalEntry, follow: PathwayFollow) -> Qualification:
    found = Qualification.objects.filter(entry=entry, learner=follow.learner_id, version=follow.version_id).first()
    if found is None:
        raise KeyReused(_("This has already been recorded with other content."))
    return found


def _snapshot(progress: Progress, now: datetime) -> application.Use:
    """What was judged by, so that it can be judged again in many years: versions, figures and days."""
    version = progress.version
    organization = version.pathway.organization
    rules = [
        {
            "code": code,
            "version": number,
            "kind": str(rule.kind),
            "figure_minor": None
            if rule.kind in {RuleKind.VALIDITY, RuleKind.COUNT_ONCE}
            else rule.limit(progress.total),
            "source": progress.terms.rows[code, number].legal_source_vi,
        }
        for (code, number), rule in progress.terms.rules.items()
    ]
    return application.Use(
        title_vi=version.title_vi,
        title_en=version.title_en,
        provider_vi=organization.name_vi,
        provider_en=organization.name_en,
        rule=f"pathway {version.pathway.slug}, version {version.number}",
        rule_source="; ".join(dict.fromkeys(str(each["source"]) for each in rules)) or "the pathway's own rules",
        detail={
            "pathway": version.pathway.slug,
            "version": version.number,
            "total_minor": progress.total,
            "started_on": progress.terms.started_on.isoformat(),
            "judged_on": timezone.localdate(now).isoformat(),
            "rules": rules,
            "qualifications": [
                {"key": line.holding.key, "amount_minor": line.counted}
                for line in progress.count.lines
                if line.counted and line.holding.is_qualification
            ],
        },
    )
