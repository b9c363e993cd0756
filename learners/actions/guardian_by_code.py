"""
A guardian of a child who has opened its record itself: no counter has registered it, so it shows one a code.

The child, signed in, has the code made; staff of a verified organization type it, see who it is, and write down what
the paper shows. The code is good for ``rules.CHILD_CODE_VALID`` and for one form; only its hash is kept, beside the
limits of signing in. Whoever loses it has another made.
"""

from datetime import datetime
from uuid import UUID

from django.core.cache import caches
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import birth_year, guardian, reading
from learners.actions.card import new_code
from learners.actions.guardian import UnableToRecord
from learners.choices import GuardianProof, Seen
from learners.models import Guardian, Learner, Organization
from learners.permissions import is_staff_of
from learners.queries import age, card
from learners.queries.learner import account_ids
from learners.queries.registration import was_registered

CODES = caches["default"]


def show(*, child: Learner, now: datetime) -> str:
    """
    Return a new code by which a counter finds the child; what was made before is good as long as it was.

    :raises UnableToRecord: if the person is no child by the year in their record, or a counter has registered them.
    """
    if not age.ages(on=timezone.localdate(now)).needs_guardian(child):
        raise UnableToRecord(_("By the birth year in your record you agree alone; there is nobody to record."))
    if was_registered(child):
        raise UnableToRecord(_("A guardian is recorded, and taken back, where the child was registered."))
    code = new_code()
    kept = {"child": child.pk, "ends_at": now + rules.CHILD_CODE_VALID, "form": ""}
    CODES.set(_key(code), kept, rules.CHILD_CODE_VALID.total_seconds())
    return code


def see(*, code: str, actor: Learner, organization: Organization, now: datetime) -> Learner:
    """
    Return whose code it is, after it is written that they are seen.

    :raises UnableToRecord: if the actor may not, or nobody has shown this code.
    """
    child, _kept = _found(code, actor, organization, now)
    reading.write(reader=actor, learner_ids=[child.pk], seen=Seen.COUNTER_PERSON, organization=organization, now=now)
    return child


@transaction.atomic
def record(
    *,
    code: str,
    year: int,
    full_name: str,
    proof: GuardianProof,
    organization: Organization,
    actor: Learner,
    idempotency_key: UUID,
    now: datetime,
) -> tuple[Guardian | None, str]:
    """
    Write down the birth year and the guardian that a paper shows; return the row and the code the guardian types in.

    None for who is no child by that year: then the year alone is written. Idempotent by key, and the code is of one
    form only. Locks the child, who is told of the year.

    :raises UnableToRecord: as ``see``, or if two guardians are out.
    """
    child, _kept = _found(code, actor, organization, now)
    child = Learner.objects.select_for_update(no_key=True).get(pk=child.pk)
    _child, kept = _found(code, actor, organization, now)  # two forms at once: the other has used it meanwhile
    if kept["form"] not in ("", str(idempotency_key)):
        raise UnableToRecord(_("This code has been used. Ask the child to show another one."))
    CODES.set(_key(code), {**kept, "form": str(idempotency_key)}, rules.CHILD_CODE_VALID.total_seconds())
    child = birth_year.write_confirmed(learner=child, year=year, actor=actor, organization=organization, now=now)
    if not age.ages(on=timezone.localdate(now)).needs_guardian(child):
        return None, ""
    said = {"full_name": full_name, "proof": proof, "idempotency_key": idempotency_key, "now": now}
    return guardian.write_down(child=child, organization=organization, actor=actor, **said)  # type: ignore[arg-type]


def _found(code: str, actor: Learner, organization: Organization, now: datetime) -> tuple[Learner, dict[str, object]]:
    if not is_staff_of(actor, organization) or not organization.is_verified(on=timezone.localdate(now)):
        raise UnableToRecord(_("This is done by the staff of an organisation that a curator has verified."))
    kept = CODES.get(_key(code))
    child = None
    if kept is not None and now < kept["ends_at"]:
        child = Learner.objects.filter(pk=kept["child"], is_active=True, closed_at=None, merged_into=None).first()
    if child is None or actor.pk in account_ids(child):
        raise UnableToRecord(_("Nobody has shown this code, or it has run out. Ask the child to show another one."))
    return child, kept


def _key(code: str) -> str:
    return f"child-code:{card.keyed('child-code', code)}"
