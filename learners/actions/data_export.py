"""Exports of one's data: asked for, claimed and finished by a worker, expired. What is in them is not known here."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from learners import rules
from learners.choices import ExportState, Language
from learners.models import DataExport, Learner
from learners.permissions import may_sign_in


class ClosedAccount(Exception):
    """Whoever asks has no account any more."""


class TooManyExports(Exception):
    """Enough for a day; the message is written for who asked."""


@transaction.atomic
def ask(*, learner: Learner, language: Language, now: datetime) -> DataExport:
    """
    Ask for an export and return it; one that waits already is that one, one that is ready makes room. Idempotent.

    Locks the learner.

    :raises ClosedAccount: if the account has been closed meanwhile.
    :raises TooManyExports: if ``EXPORTS_PER_LEARNER`` have been asked for; the one that is ready stays.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if not may_sign_in(learner):
        raise ClosedAccount
    asked = DataExport.objects.filter(learner=learner)
    if waiting := asked.filter(state=ExportState.WAITING).first():
        return waiting
    limit = rules.EXPORTS_PER_LEARNER
    if asked.filter(asked_at__gt=now - limit.per).count() >= limit.times:
        raise TooManyExports(_("You have asked for many files today. Take the last one, or ask again tomorrow."))
    DataExport.objects.filter(learner=learner, state=ExportState.READY).update(state=ExportState.EXPIRED, content=None)
    return DataExport.objects.create(learner=learner, language=language, asked_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A worker's hold on one export."""

    export: DataExport
    token: UUID

    def note(self, *, done: int, total: int) -> None:
        """Say how far it is; does nothing when the hold was lost."""
        _held(self).update(steps_done=done, steps_total=total)


@transaction.atomic
def claim(*, now: datetime) -> Claim | None:
    """Return the export that waits longest, held for a while; None when none waits. Given up after a few attempts."""
    free = Q(lease_ends_at__isnull=True) | Q(lease_ends_at__lte=now)
    export = (
        DataExport.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("learner")
        .defer("content")
        .filter(free, state=ExportState.WAITING)
        .order_by("asked_at", "pk")
        .first()
    )
    if export is None:
        return None
    if export.attempts >= rules.EXPORT_ATTEMPTS_MAX:
        DataExport.objects.filter(pk=export.pk).update(state=ExportState.FAILED)
        return None
    token = uuid4()
    DataExport.objects.filter(pk=export.pk).update(
        claim_token=token, lease_ends_at=now + rules.EXPORT_LEASE, attempts=F("attempts") + 1, steps_done=0
    )
    return Claim(export=export, token=token)


@transaction.atomic
def finish(*, held: Claim, content: bytes, now: datetime) -> bool:
    """
    Keep the file; False, and nothing kept, when the hold was lost or the account has been closed meanwhile.

    Locks the learner, as closing does: whichever comes first, no file of a closed account stays.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=held.export.learner_id)
    if not may_sign_in(learner):
        return False
    kept = _held(held).update(
        state=ExportState.READY,
        content=content,
        bytes_count=len(content),
        digest=sha256(content).hexdigest(),
        ready_at=now,
        expires_at=now + rules.EXPORT_VALID,
        claim_token=None,
        lease_ends_at=None,
        steps_done=F("steps_total"),
    )
    return bool(kept)


def _held(held: Claim) -> QuerySet[DataExport]:
    return DataExport.objects.filter(pk=held.export.pk, claim_token=held.token, state=ExportState.WAITING)
