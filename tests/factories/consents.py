"""Consents, given through the action that needs them."""

from datetime import datetime

from learners.actions import needs
from learners.choices import AccessNeed, ConsentPurpose, Language
from learners.models import Consent, Learner
from learners.queries import consent
from tests.factories.people import NOW


def agreed_to_needs(learner: Learner, *, words: str = "Ngồi gần cửa", now: datetime = NOW) -> Consent:
    """Return the learner's consent to show the centre of a class that they need large print."""
    text = consent.text_of(ConsentPurpose.ACCESS_NEEDS)
    said = {"needs": [AccessNeed.LARGE_PRINT], "words": words, "text": text, "language": Language.VI}
    needs.tell(learner=learner, **said, now=now)
    return Consent.objects.get(learner=learner, withdrawn_at__isnull=True)
