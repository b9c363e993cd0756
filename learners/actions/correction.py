"""A name mended by its bearer, or in front of staff for who has only a card; what stood there is kept, with by whom."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import preferences
from learners.actions.counter import refuse_unless_served, refuse_who_has_address
from learners.choices import Corrected
from learners.models import Correction, Learner, Organization


class UnableToCorrect(Exception):
    """The record stays as it is; the message is for who stands behind the counter."""


class TooManyNames(Exception):
    """The person has changed their name too often today; the message is for them."""


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


def change_own_name(*, learner: Learner, full_name: str, now: datetime) -> None:
    """
    Let a person change their own name, of a learner who is locked; what stood there stays where they read it.

    :raises TooManyNames: if they have changed it ``NAMES_A_DAY_MAX`` times within a day.
    """
    if learner.full_name == full_name:
        return
    lately = Correction.objects.filter(learner=learner, corrected_by=learner, corrected_at__gt=now - timedelta(days=1))
    if lately.count() >= rules.NAMES_A_DAY_MAX:
        raise TooManyNames(
            _("You have changed your name %(count)s times today. Change it again tomorrow.")
            % {"count": rules.NAMES_A_DAY_MAX}
        )
    before, learner.full_name = learner.full_name, full_name
    learner.save(update_fields=["full_name"])
    said = {"before": before, "after": full_name, "actor": learner, "organization": None}
    keep(learner=learner, what=Corrected.NAME, **said, now=now)  # type: ignore[arg-type]


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
    organization: Organization | None,
    now: datetime,
) -> Correction:
    """Write down that something was corrected, in the transaction that does it; no organization: by the person."""
    return Correction.objects.create(
        learner=learner,
        what=what,
        before=before,
        after=after,
        corrected_at=now,
        corrected_by=actor,
        organization=organization,
    )
