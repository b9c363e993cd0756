"""A name mended in front of staff, for who has only a card; what stood there before is kept, with who and where."""

from datetime import datetime

from django.db import transaction

from learners.actions import preferences
from learners.actions.counter import refuse_unless_served, refuse_who_has_address
from learners.choices import Corrected
from learners.models import Correction, Learner, Organization


class UnableToCorrect(Exception):
    """The record stays as it is; the message is for who stands behind the counter."""


@transaction.atomic
def correct_name(
    *, learner: Learner, full_name: str, actor: Learner, organization: Organization, now: datetime
) -> Learner:
    """
    Write a person's name as it should stand and return them. Idempotent. Locks the learner.

    :raises UnableToCorrect: if the actor may not, or the person has an address of their own and does it themself.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    refuse_unless_served(learner=learner, actor=actor, organization=organization, refusal=UnableToCorrect, now=now)
    refuse_who_has_address(learner, refusal=UnableToCorrect, now=now)
    if learner.full_name == full_name:
        return learner
    keep(
        learner=learner,
        what=Corrected.NAME,
        before=learner.full_name,
        after=full_name,
        actor=actor,
        organization=organization,
        now=now,
    )
    learner.full_name = full_name
    learner.save(update_fields=["full_name"])
    return learner


@transaction.atomic
def set_look(
    *, learner: Learner, text_size: str, aloud: str, actor: Learner, organization: Organization, now: datetime
) -> Learner:
    """
    Set the text size and reading aloud as the person in front of the counter says, and return them. Idempotent.

    It stands with the account: the card opens pages that look so, on whichever device. Locks the learner.

    :raises UnableToCorrect: as ``correct_name``.
    """
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    refuse_unless_served(learner=learner, actor=actor, organization=organization, refusal=UnableToCorrect, now=now)
    refuse_who_has_address(learner, refusal=UnableToCorrect, now=now)
    before = preferences.look_of(learner, language=learner.language)
    learner = preferences.look(learner=learner, text_size=text_size, aloud=aloud)
    after = preferences.look_of(learner, language=learner.language)
    if before != after:
        said = {"before": before, "after": after, "actor": actor, "organization": organization}
        keep(learner=learner, what=Corrected.LOOK, **said, now=now)  # type: ignore[arg-type]
    return learner


def keep(
    *,
    learner: Learner,
    what: Corrected,
    before: str,
    after: str,
    actor: Learner,
    organization: Organization,
    now: datetime,
) -> Correction:
    """Write down that something was corrected, in the transaction that does it."""
    return Correction.objects.create(
        learner=learner,
        what=what,
        before=before,
        after=after,
        corrected_at=now,
        corrected_by=actor,
        organization=organization,
    )
