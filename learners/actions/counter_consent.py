"""
What somebody who has only a card answers in front of the staff who registered them: as a child, or for a child.

Who has an address answers under it, alone: staff never answer for whoever can. Each answer keeps how it was given, who
was the witness and where.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from learners.actions import consent, guardian, needs
from learners.actions.consent import Witness
from learners.choices import AccessNeed, ConsentChannel, Language
from learners.models import Consent, ConsentText, Guardian, Learner
from learners.permissions import is_at_counter
from learners.queries import age
from learners.queries.ways import addresses


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
    child: Learner,
    chosen: Collection[AccessNeed],
    words: str,
    text: ConsentText,
    language: Language,
    channel: ConsentChannel,
    witness: Witness,
    now: datetime,
) -> None:
    """
    Keep what a child says they need in a class, with their own yes to showing it; see ``needs.tell``.

    :raises UnableToAnswer: as ``take_up``, or if the person is no child by the year in their record.
    """
    _refuse_unless_witnessed(child, witness, now)
    if not age.ages(on=timezone.localdate(now)).needs_guardian(child):
        raise UnableToAnswer(
            _("By the birth year in their record this person agrees alone, or no birth year is there.")
        )
    said = {"needs": chosen, "words": words, "text": text, "language": language, "channel": channel}
    needs.tell(learner=child, **said, witness=witness, now=now)  # type: ignore[arg-type]


def _refuse_unless_witnessed(person: Learner, witness: Witness, now: datetime) -> None:
    """Lock the person, so that an address they add meanwhile counts."""
    person = Learner.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not is_at_counter(witness.staff, witness.organization, person):
        raise UnableToAnswer(_("Somebody answers where they were registered, in front of another who works there."))
    if not witness.organization.is_verified(on=timezone.localdate(now)):
        raise UnableToAnswer(_("Answers are written down here once a curator has verified the organisation."))
    if addresses(person):
        raise UnableToAnswer(_("This person has an address of their own: they sign in and answer themselves."))
