"""
What somebody who has only a card answers in front of the staff who registered them: for themself, or for a child.

Who has an address answers under it, alone: staff never answer for whoever can. Each answer keeps how it was given, who
was the witness and where.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from learners.actions import consent, guardian, needs
from learners.actions.consent import Witness
from learners.actions.counter import refuse_unless_served, refuse_who_has_address
from learners.choices import AccessNeed, ConsentChannel, ConsentPurpose, Language
from learners.models import Consent, ConsentText, Guardian, Learner
from learners.permissions import is_at_counter


class UnableToAnswer(Exception):
    """Nothing is written down here for this person; the message is for who stands behind the counter."""


@transaction.atomic
def take_up(*, code: str, person: Learner, witness: Witness, now: datetime) -> Guardian:
    """
    Make the person in front of the counter the guardian of the child of this code; see ``guardian.take_up``.

    :raises UnableToAnswer: if the counter may not, or the person has an address of their own.
    :raises guardian.UnableToTakeUp: if the code makes them nobody's guardian.
    """
    _refuse_unless_witnessed(person, witness, now)
    return guardian.take_up(code=code, guardian=person, witness=witness.staff, now=now)


@transaction.atomic
def answer(
    *,
    person: Learner,
    standing: Guardian,
    text: ConsentText,
    is_yes: bool,
    language: Language,
    channel: ConsentChannel,
    witness: Witness,
    now: datetime,
) -> Consent | None:
    """
    Write down what a guardian says in front of the counter; see ``consent.answer_for_child``.

    :raises UnableToAnswer: as ``take_up``.
    """
    _refuse_unless_witnessed(person, witness, now)
    said = {"text": text, "is_yes": is_yes, "language": language, "channel": channel, "witness": witness}
    return consent.answer_for_child(guardian=standing, actor=person, **said, now=now)  # type: ignore[arg-type]


@transaction.atomic
def tell_needs(
    *,
    person: Learner,
    chosen: Collection[AccessNeed],
    words: str,
    text: ConsentText,
    language: Language,
    channel: ConsentChannel,
    witness: Witness,
    now: datetime,
) -> None:
    """
    Keep what somebody says they need in a class, with their own yes to showing it; see ``needs.tell``.

    :raises UnableToAnswer: as ``take_up``.
    :raises consent.WordsChanged: if newer words are in force.
    """
    _refuse_unless_witnessed(person, witness, now)
    said = {"needs": chosen, "words": words, "text": text, "language": language, "channel": channel}
    needs.tell(learner=person, **said, witness=witness, now=now)  # type: ignore[arg-type]


@transaction.atomic
def withdraw(*, person: Learner, purpose: ConsentPurpose, witness: Witness, now: datetime) -> None:
    """
    Withdraw a consent as the person in front of the counter says, with effect at once; see ``consent.withdraw``.

    A counter that is closed for now does this too: it ends something.

    :raises UnableToAnswer: if the staff do not stand at the counter where the person was registered, or the person has
        an address of their own.
    """
    person = Learner.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not is_at_counter(witness.staff, witness.organization, person):
        raise UnableToAnswer(_("This is done where the person was registered, in front of another who works there."))
    refuse_who_has_address(person, refusal=UnableToAnswer, now=now)
    consent.withdraw(learner=person, purpose=purpose, witness=witness, now=now)


def _refuse_unless_witnessed(person: Learner, witness: Witness, now: datetime) -> None:
    """Lock the person, so that an address they add meanwhile counts."""
    person = Learner.objects.select_for_update(no_key=True).get(pk=person.pk)
    refuse_unless_served(
        learner=person, actor=witness.staff, organization=witness.organization, refusal=UnableToAnswer, now=now
    )
    refuse_who_has_address(person, refusal=UnableToAnswer, now=now)
