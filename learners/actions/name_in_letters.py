"""
The name of somebody who leaves, in letters to others: taken out where it stands, by what the letter is about.

A letter is found by its key, whatever its name was spelled like when it was written. Where the key does not say who is
named in it, by whom the letter went to, and by the name of today.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Func, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from learners.choices import MessageKind
from learners.models import (
    Card,
    Guardian,
    Learner,
    Mandate,
    Membership,
    Message,
    Organization,
    OrganizationComplaintAnswer,
    StaffInvitation,
)

NOBODY = "—"  # stands where a name was
# How the keys of letters about who works in an organization begin; the membership's number follows.
STAFF_LETTERS = {"staff-joined": MessageKind.STAFF_JOINED, "staff-left": MessageKind.STAFF_LEFT}


def take_out(*, placeholder: str, keys: Iterable[str]) -> int:
    """Put ``NOBODY`` into a placeholder of the letters whose keys begin with one of these; return of how many."""
    return sum(_emptied(placeholder, Q(deduplication_key__startswith=key)) for key in keys)


def take_out_of_letters_to(recipients: QuerySet[Any], *, placeholder: str) -> int:
    """Put ``NOBODY`` into a placeholder of all letters to these people; return of how many."""
    return _emptied(placeholder, Q(recipient__in=recipients))


def take_out_by_key(keys: QuerySet[Any], *, placeholder: str, naming: str = "") -> int:
    """
    Put ``NOBODY`` into a placeholder of the letters with these keys, in one statement; return of how many.

    Of those only in which the placeholder has this name in it, if it is given.
    """
    named = Q(**{f"data__{placeholder}__icontains": naming}) if naming else Q()
    return _emptied(placeholder, Q(deduplication_key__in=keys) & named)


def forget(learner: Learner) -> int:
    """
    Take the name out of letters to those they helped or were helped by, made out a mandate or a card for, decided
    something for, or whose child they are; return of how many. Inside the transaction that empties the person.
    """
    name, helped = learner.full_name, list(Mandate.objects.filter(helper=learner))
    done = take_out(placeholder="helper", keys=[f"helper:{mandate.pk}:" for mandate in helped])
    for mandate in helped:
        done += _emptied("helper", Q(recipient=mandate.person_id) & ~Q(data__helper__in=_other_helpers(mandate)))
    done += _forgotten_at_counters(MessageKind.HELPER_NAMED, Mandate.objects.filter(witnessed_by=learner))
    done += _forgotten_at_counters(MessageKind.CARD_PRINTED, Card.objects.filter(issued_by=learner))
    given = Mandate.objects.filter(person=learner, helper__isnull=False).values_list("pk", flat=True)
    done += take_out(placeholder="person", keys=[f"mandate-ended:{pk}:" for pk in given])
    children = Guardian.objects.filter(child=learner).values_list("pk", flat=True)
    done += take_out(placeholder="child", keys=[f"guardian-asked:{pk}:" for pk in children])
    return done + (_forgotten_of_staff(learner, name) if _has_served(learner) else 0)


def _has_served(learner: Learner) -> bool:
    return learner.is_staff or Membership.objects.filter(learner=learner).exists()


def _forgotten_of_staff(learner: Learner, name: str) -> int:
    answered = OrganizationComplaintAnswer.objects.filter(answered_by=learner).values_list("complaint", flat=True)
    kind = MessageKind.COMPLAINT_ANSWERED.lower()
    done = sum(_emptied("person", Q(deduplication_key=f"{kind}:{pk}")) for pk in answered)
    verified = Organization.objects.filter(verified_by=learner).values_list("pk", "verified_until")
    keys = [f"organization_verified:{pk}:{until.isoformat()}:" for pk, until in verified if until]
    done += take_out(placeholder="verified_by", keys=keys)
    roles = Membership.objects.filter(learner=learner).values_list("pk", flat=True)
    done += take_out(placeholder="member", keys=[f"{what}:{pk}:" for pk in roles for what in STAFF_LETTERS])
    invited = StaffInvitation.objects.filter(invited_by=learner, membership__isnull=False)
    done += take_out(
        placeholder="by", keys=[f"staff-joined:{pk}:" for pk in invited.values_list("membership", flat=True)]
    )
    ended = Membership.objects.filter(ended_by=learner).values_list("pk", flat=True)
    done += take_out(placeholder="by", keys=[f"staff-left:{pk}:" for pk in ended])
    # Verified before, and by now by another: its key names the day, and not by whom.
    done += _emptied("verified_by", Q(kind=MessageKind.ORGANIZATION_VERIFIED, data__verified_by=name))
    return done + _emptied("person", Q(data__person=name))


def _other_helpers(mandate: Mandate) -> list[str]:
    others = Mandate.objects.filter(person=mandate.person_id, helper__isnull=False).exclude(helper=mandate.helper_id)
    return list(others.values_list("helper__full_name", flat=True))


def _forgotten_at_counters(kind: MessageKind, made_out: QuerySet[Any]) -> int:
    """Take out who made these out, as ``forget``: few statements for each counter, however many there are."""
    done = 0
    about = Func(F("deduplication_key"), Value(":"), Value(2), function="split_part", output_field=TextField())
    for organization in Organization.objects.filter(pk__in=made_out.values("organization")).order_by("pk"):
        there = made_out.filter(organization=organization).values_list(Cast("pk", TextField()))
        letters = Message.objects.alias(about=about).filter(kind=kind, data__has_key="who", about__in=there)
        done += _forgotten_at_counter(Q(pk__in=list(letters.values_list("pk", flat=True))), organization)
    return done


def _forgotten_at_counter(letters: Q, organization: Organization) -> int:
    """Of who made something out, where it was stays: “name, organization”, in the language of the letter."""
    done = 0
    for where in {organization.name_vi, organization.name_en} - {""}:
        done += _emptied("who", letters & Q(data__who__endswith=f", {where}"), f"{NOBODY}, {where}")
    named_otherwise_then = letters & ~Q(data__who__startswith=f"{NOBODY}, ")
    return done + _emptied("who", named_otherwise_then, f"{NOBODY}, {organization.name_vi}")


def _emptied(placeholder: str, condition: Q, word: str = NOBODY) -> int:
    """In one statement: a worker that settles the letter meanwhile keeps what it has taken out of it."""
    said = Func(
        F("data"), Value(f"{{{placeholder}}}"), Value(word, JSONField()), function="jsonb_set", output_field=JSONField()
    )
    letters = Message.objects.filter(condition, data__has_key=placeholder).exclude(**{f"data__{placeholder}": word})
    return letters.update(data=said)
