"""A helper sets how pages look for the person they help, as the mandate allows; it says who did it."""

from datetime import datetime

from django.db import transaction

from learners.actions import mandate as mandates
from learners.actions import preferences
from learners.choices import HelperAct, Language
from learners.models import Learner, Mandate


@transaction.atomic
def set_look(*, mandate: Mandate, helper: Learner, text_size: str, aloud: str, lite: str, now: datetime) -> Learner:
    """
    Set text size, reading aloud and lite pages for the person and return them; written down if something changed.

    It stands with the account, on whichever device. Locks the person, then the mandate, as taking it up does.

    :raises NotAllowed: if the helper may not, or not any more.
    """
    person = Learner.objects.select_for_update(no_key=True).get(pk=mandate.person_id)
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.LOOK, now=now)
    chosen = {"text_size": text_size, "aloud": aloud, "lite": lite}
    if all(getattr(person, name) == value for name, value in chosen.items()):
        return person
    person = preferences.look(learner=person, **chosen)
    mandates.record(
        mandate=mandate,
        act=HelperAct.LOOK,
        subject=f"look:{now.isoformat()}",
        title_vi=preferences.look_of(person, language=Language.VI),
        title_en=preferences.look_of(person, language=Language.EN),
        now=now,
    )
    return person
