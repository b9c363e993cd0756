"""Guardians of children: written down at a counter, taken up by a code, taken back."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import consent
from learners.actions.card import code_of
from learners.actions.counter import refuse_unless_served
from learners.choices import AgeKind, GuardianProof
from learners.models import Guardian, Learner, Organization
from learners.permissions import is_at_counter
from learners.queries import age, card
from learners.queries import guardian as guardians
from learners.queries.learner import account_ids


class UnableToRecord(Exception):
    """The guardian cannot be written down, or taken back; the message is for who stands behind the counter."""


class UnableToTakeUp(Exception):
    """The code makes nobody a guardian; the message is for who typed it."""


class LacksYear(UnableToTakeUp):
    """No birth year stands in the record of who typed it; the page leads to where it is said."""


@transaction.atomic
def record(
    *,
    child: Learner,
    organization: Organization,
    actor: Learner,
    full_name: str,
    proof: GuardianProof,
    idempotency_key: UUID,
    now: datetime,
) -> tuple[Guardian, str]:
    """
    Write down that somebody has shown they stand for the child; return the row and the code they type in.

    ``full_name`` is whom the paper names, of the kind ``proof``.

    Idempotent by key: a form sent twice is one guardian, and gives its writer the same code while it waits, else none.
    Only a hash of the code is kept: it is made of the key and the portal's own. Locks the child.

    :raises UnableToRecord: if the actor may not, the person is no child by their year of birth, or two are out.
    """
    child = Learner.objects.select_for_update(no_key=True).get(pk=child.pk)
    _refuse_unless_counter(child=child, actor=actor, organization=organization)
    if first := child.guardians.filter(idempotency_key=idempotency_key).first():
        return first, _code_again(first, actor=actor, now=now)
    refuse_unless_served(learner=child, actor=actor, organization=organization, refusal=UnableToRecord, now=now)
    return write_down(
        child=child,
        organization=organization,
        actor=actor,
        full_name=full_name,
        proof=proof,
        idempotency_key=idempotency_key,
        now=now,
    )


def write_down(
    *,
    child: Learner,
    organization: Organization,
    actor: Learner,
    full_name: str,
    proof: GuardianProof,
    idempotency_key: UUID,
    now: datetime,
) -> tuple[Guardian, str]:
    """Do what ``record`` does, of a child who is locked and whom the actor may serve."""
    if first := child.guardians.filter(idempotency_key=idempotency_key).first():
        return first, _code_again(first, actor=actor, now=now)
    if not age.ages(on=timezone.localdate(now)).needs_guardian(child):
        raise UnableToRecord(
            _("By the birth year in their record this person agrees alone, or no birth year is there.")
        )
    out = child.guardians.filter(revoked_at=None).exclude(accepted_at=None, code_ends_at__lte=now)
    if out.count() >= rules.GUARDIANS_MAX:
        raise UnableToRecord(_("There are two already. Take one back first."))
    code = next(_codes(child, idempotency_key))
    recorded = Guardian.objects.create(
        child=child,
        full_name=full_name,
        proof=proof,
        organization=organization,
        recorded_by=actor,
        recorded_at=now,
        idempotency_key=idempotency_key,
        code_hash=card.keyed("guardian", code),
        code_ends_at=now + rules.GUARDIAN_CODE_VALID,
    )
    return recorded, code


@transaction.atomic
def take_up(*, code: str, guardian: Learner, now: datetime, witness: Learner | None = None) -> Guardian:
    """
    Make ``guardian`` the one who stands for the child of this code. Another guardian of the child goes on.

    ``witness`` is the staff in front of whom somebody does so who has only a card (``counter_consent.take_up``).

    Locks the child, so that two codes typed at once by one person are one guardian.

    :raises UnableToTakeUp: if nothing waits for the code, or they are the child, who recorded it, or not of age by
        their birth year, or stand for the child already.
    """
    found = guardians.waiting_for(code, now=now)
    _lock(found.values_list("child", flat=True))
    row = found.select_related("child").select_for_update(of=["self"], no_key=True).first()
    if row is None or not account_ids(guardian).isdisjoint({row.child_id, row.recorded_by_id}):
        raise UnableToTakeUp(_("Nothing waits for this code. It is good for seven days and for one person."))
    ages = age.ages(on=timezone.localdate(now))
    if guardian.birth_year is None:  # whoever it is, a child's second account for one, might be a child
        raise LacksYear(_("Your record has no birth year. Add it to your profile, then type the code again."))
    if ages.is_under(guardian.birth_year, AgeKind.OF_AGE) or not ages.needs_guardian(row.child):
        raise UnableToTakeUp(_("By the birth years in the two records, this person is not the guardian of that one."))
    if Guardian.objects.filter(child=row.child_id, guardian=guardian, revoked_at=None).exists():
        raise UnableToTakeUp(_("You are recorded for this child already."))
    row.guardian, row.accepted_at, row.witnessed_by = guardian, now, witness
    row.save(update_fields=["guardian", "accepted_at", "witnessed_by"])
    return row


@transaction.atomic
def revoke(*, guardian: Guardian, actor: Learner, now: datetime, organization: Organization | None = None) -> Guardian:
    """
    End that somebody stands for a child, and what they alone have agreed to. By themself, or by the counter.

    Idempotent. Locks the child, then the row, as an answer does.

    :raises UnableToRecord: if the actor may not.
    """
    _lock([guardian.child_id])
    row = Guardian.objects.select_for_update(of=["self"], no_key=True).select_related("child").get(pk=guardian.pk)
    if row.revoked_at is None and not guardians.holding(actor, now=now).filter(pk=row.pk).exists():
        _refuse_unless_counter(child=row.child, actor=actor, organization=organization)
    return _revoked(row, actor, now)


def end_all_of(*, learner: Learner, now: datetime) -> int:
    """
    End what binds somebody who leaves, as child or guardian; return how many rows. Inside their transaction.

    The names that papers showed go too, of what has ended before as well.
    """
    theirs = Q(child=learner) | Q(guardian=learner)
    bound = Guardian.objects.filter(theirs, revoked_at__isnull=True)
    _lock(bound.values_list("child", flat=True))
    rows = list(bound.select_related("child").select_for_update(of=["self"], no_key=True).order_by("pk"))
    for row in rows:
        _revoked(row, learner, now)
    Guardian.objects.filter(theirs).exclude(full_name="").update(full_name="")
    return len(rows)


def forget_names(*, now: datetime) -> int:
    """
    Empty the names on papers that are needed no longer; return of how many.

    Of guardians whose code nobody has typed in while it held, who were taken back, and of whoever is no child any more.
    """
    before = now - rules.PAPER_NAME_KEPT
    over = Q(accepted_at=None, code_ends_at__lt=before) | Q(revoked_at__lt=before)
    grown = ~Q(age.under(AgeKind.AGREES_ALONE, on=timezone.localdate(now), of="child__birth_year"))
    return Guardian.objects.filter(over | grown).exclude(full_name="").update(full_name="")


def _codes(child: Learner, key: UUID) -> Iterator[str]:
    """The code of a form about a child, by each key the portal has had, newest first."""
    for digest in card.keyed_each("guardian-code", f"{child.pk}:{key}"):
        yield code_of(int(digest, 16))


def _code_again(row: Guardian, *, actor: Learner, now: datetime) -> str:
    if row.recorded_by != actor or row.accepted_at or row.revoked_at or row.code_ends_at <= now:
        return ""
    codes = _codes(row.child, row.idempotency_key)
    return next((code for code in codes if row.code_hash in card.keyed_each("guardian", code)), "")


def _lock(children: Iterable[int]) -> None:
    """Lock children before their guardians' rows, as everybody does, in the order of their ids."""
    list(Learner.objects.select_for_update(no_key=True).filter(pk__in=list(children)).order_by("pk"))


def _revoked(row: Guardian, actor: Learner, now: datetime) -> Guardian:
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = now, actor
        row.save(update_fields=["revoked_at", "revoked_by"])
        consent.end_what_rests_on(guardian=row, now=now)
    return row


def _refuse_unless_counter(*, child: Learner, actor: Learner, organization: Organization | None) -> None:
    if organization is None or not is_at_counter(actor, organization, child):
        raise UnableToRecord(_("A guardian is recorded, and taken back, where the child was registered."))
