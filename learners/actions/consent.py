"""Consents: given for one purpose in words that are a row, withdrawn at once."""

from datetime import datetime

from django.db import transaction

from learners.choices import ConsentChannel, ConsentPurpose, Language
from learners.models import AccessNeeds, Consent, ConsentText, Learner


class WordsChanged(Exception):
    """The words somebody agreed to are no longer those in force."""


@transaction.atomic
def give(*, learner: Learner, text: ConsentText, language: Language, channel: ConsentChannel, now: datetime) -> Consent:
    """
    Write down that the learner agreed to these words and return the row.

    Idempotent while the same words are agreed to; agreeing to newer words ends the earlier consent. Locks the learner.

    :raises WordsChanged: if newer words are in force: nobody agrees to what they have not read.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    if not ConsentText.objects.filter(pk=text.pk, valid_to__isnull=True).exists():
        raise WordsChanged
    current = Consent.objects.filter(learner=learner, purpose=text.purpose, withdrawn_at__isnull=True).first()
    if current is not None and current.text_id == text.pk:
        return current
    if current is not None:
        _end(current, now)
    return Consent.objects.create(
        learner=learner, purpose=text.purpose, text=text, language=language, channel=channel, given_at=now
    )


@transaction.atomic
def withdraw(*, learner: Learner, purpose: ConsentPurpose, now: datetime) -> None:
    """
    Withdraw a consent; what was kept for that purpose alone goes with it. Idempotent. Locks the learner.

    Whoever uses a consent asks for it each time (``queries.consent``), so nothing has to be told.
    """
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    current = Consent.objects.filter(learner=learner, purpose=purpose, withdrawn_at__isnull=True).first()
    if current is not None:
        _end(current, now)
    if purpose == ConsentPurpose.ACCESS_NEEDS:
        AccessNeeds.objects.filter(learner=learner).delete()


def _end(consent: Consent, now: datetime) -> None:
    consent.withdrawn_at = now
    consent.save(update_fields=["withdrawn_at"])
