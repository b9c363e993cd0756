"""A helper sets how pages look for the person they help, as the mandate allows; it says who did it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from learners.actions import mandate as mandates
from learners.actions import preferences
from learners.choices import HelperAct, Language
from learners.models import Learner, Mandate

LOOKS_A_DAY_MAX = 10  # of one mandate. Source: portal policy, 2026-11-27


class TooOften(mandates.NotAllowed):
    """The helper may, but has changed it often today; the message is for them."""


@transaction.atomic
def set_look(*, mandate: Mandate, helper: Learner, text_size: str, aloud: str, lite: str, now: datetime) -> Learner:
    """
    Set text size, reading aloud and lite pages for the person and return them; written down if something changed.

    It stands with the account, on whichever device. Locks the person, then the mandate, as taking it up does.

    :raises TooOften: if they have changed it ``LOOKS_A_DAY_MAX`` times today.
    :raises NotAllowed: if the helper may not, or not any more.
    """
    person = Learner.objects.select_for_update(no_key=True).get(pk=mandate.person_id)
    mandate = mandates.locked(mandate=mandate, helper=helper, act=HelperAct.LOOK, now=now)
    if mandate.person_id != person.pk:  # their accounts have just become one
        raise mandates.NotAllowed(_("The record has just changed. Open this page again."))
    chosen = {"text_size": text_size, "aloud": aloud, "lite": lite}
    if all(getattr(person, name) == value for name, value in chosen.items()):
        return person
    today = mandate.acts.filter(act=HelperAct.LOOK, done_at__gt=now - timedelta(days=1))
    if today.count() >= LOOKS_A_DAY_MAX:  # each is written down for good, where the person reads it
        raise TooOften(_("You have changed this many times today. Try again tomorrow."))
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
