"""How the portal speaks to a person, looks for them and finds what they can come to, remembered with the account."""

from collections.abc import Collection

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from learners.choices import SLOTS, Lightness, ReadAloud, TeachingLanguage, TextSize
from learners.models import Learner

LOOKS = frozenset({"text_size", "theme", "lite", "aloud"})


@transaction.atomic
def edit(
    *,
    learner: Learner,
    form_of_address: str,
    quiet_from: int | None,
    quiet_until: int | None,
    text_size: str,
    theme: str,
    lite: str,
    aloud: str,
) -> Learner:
    """Write a learner's own preferences and return them; hours of the day, both or none. Idempotent."""
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    said = {
        "form_of_address": form_of_address,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "text_size": text_size,
        "theme": theme,
        "lite": lite,
        "aloud": aloud,
    }
    return _write(learner, said)


@transaction.atomic
def study(*, learner: Learner, understands: Collection[str], free_slots: Collection[str]) -> Learner:
    """Remember which languages a learner understands and which parts of the week they have free. Idempotent."""
    learner = Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    learner.understands = [language for language in TeachingLanguage.values if language in understands]
    learner.free_slots = [slot for slot in SLOTS if slot in free_slots]
    learner.save(update_fields=["understands", "free_slots"])
    return learner


@transaction.atomic
def look(*, learner: Learner, **chosen: str) -> Learner:
    """Remember some of ``LOOKS`` and return the learner; the others stay. Idempotent."""
    if unknown := chosen.keys() - LOOKS:
        raise TypeError(f"no setting of how pages look: {sorted(unknown)}")
    return _write(learner, chosen)


def look_of(learner: Learner, *, language: str) -> str:
    """Say how pages look for somebody, in this language; what is as the device has it is left out, but the size."""
    with translation.override(language):
        said = [_("text size: %(size)s") % {"size": str(TextSize(learner.text_size).label).lower()}]
        if learner.aloud == ReadAloud.YES:
            said.append(_("pages read aloud"))
        if learner.lite == Lightness.LITE:
            said.append(_("lite pages"))
        return ", ".join(said)


def _write(learner: Learner, said: dict[str, str | int | None] | dict[str, str]) -> Learner:
    for name, value in said.items():
        setattr(learner, name, value)
    learner.save(update_fields=list(said))
    return learner
