"""How the portal speaks to a person and looks for them, remembered with the account."""

from django.db import transaction

from learners.models import Learner

LOOKS = frozenset({"text_size", "theme", "lite"})


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
    }
    return _write(learner, said)


@transaction.atomic
def look(*, learner: Learner, **chosen: str) -> Learner:
    """Remember some of ``LOOKS`` and return the learner; the others stay. Idempotent."""
    if unknown := chosen.keys() - LOOKS:
        raise TypeError(f"no setting of how pages look: {sorted(unknown)}")
    return _write(learner, chosen)


def _write(learner: Learner, said: dict[str, str | int | None] | dict[str, str]) -> Learner:
    for name, value in said.items():
        setattr(learner, name, value)
    learner.save(update_fields=list(said))
    return learner
