"""What somebody needs in a class: told once, kept and shown only while they agree."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from learners.actions import consent
from learners.choices import AccessNeed, ConsentChannel, ConsentPurpose, Language
from learners.models import AccessNeeds, ConsentText, Learner


@transaction.atomic
def tell(
    *,
    learner: Learner,
    needs: Collection[AccessNeed],
    words: str,
    text: ConsentText,
    language: Language,
    now: datetime,
    channel: ConsentChannel = ConsentChannel.PORTAL,
    witness: consent.Witness | None = None,
) -> None:
    """
    Keep what the learner needs, with their consent to ``text``. Idempotent; nothing to say withdraws the consent.

    :raises consent.WordsChanged: if newer words are in force.
    """
    if not needs and not words:
        consent.withdraw(learner=learner, purpose=ConsentPurpose.ACCESS_NEEDS, witness=witness, now=now)
        return
    consent.give(learner=learner, text=text, language=language, channel=channel, witness=witness, now=now)
    ordered = [need for need in AccessNeed if need in needs]
    AccessNeeds.objects.update_or_create(learner=learner, defaults={"needs": ordered, "words": words, "said_at": now})
