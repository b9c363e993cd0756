"""Mandates: give one, take it up, take it back, write down what was done by it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from learners import emails, formats, rules
from learners.actions import one_by_one, telling
from learners.actions.card import code_under, new_code
from learners.actions.counter import refuse_unless_served, refuse_who_has_address
from learners.choices import HelperAct, MessageKind
from learners.models import Learner, Mandate, MandateAct, Organization
from learners.permissions import is_at_counter
from learners.queries import mandate as mandates
from learners.queries.learner import account_ids, of_now


class UnableToGive(Exception):
    """The mandate cannot be made out; the message is for who makes it out."""


class UnableToTakeUp(Exception):
    """The code makes nobody a helper; the message is for who typed it."""


class NotAllowed(Exception):
    """The mandate does not allow this, or not any more; the message is for the helper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the helper may do, and until when."""

    helper_words: str
    acts: frozenset[HelperAct]
    until: date


@transaction.atomic
def give(
    *,
    person: Learner,
    terms: Terms,
    actor: Learner,
    now: datetime,
    organization: Organization | None = None,
    idempotency_key: UUID | None = None,
) -> tuple[Mandate, str]:
    """
    Make out a mandate and return it with the code the helper types in; only its hash is kept.

    By the person, or by the staff of ``organization``, which has registered them. Locks the person. Idempotent by key:
    the code follows from key and terms (``_code_for``), so that a page sent twice makes one mandate and has its code.

    :raises UnableToGive: if the actor may not, the organization is not verified now or the person has an address of
        their own and does it themself, nothing is allowed, the last day is out of bounds, or five are out.
    """
    person = Learner.objects.select_for_update(no_key=True).get(pk=person.pk)
    if organization is None:
        _refuse_unless_theirs(person=person, actor=actor, organization=None)
    else:
        refuse_unless_served(learner=person, actor=actor, organization=organization, refusal=UnableToGive, now=now)
        refuse_who_has_address(person, refusal=UnableToGive, now=now)
    today = timezone.localdate(now)
    if not terms.acts:
        raise UnableToGive(_("Choose at least one thing the helper may do."))
    if not today <= terms.until <= today + rules.MANDATE_DAYS_MAX:
        raise UnableToGive(_("The last day is today at the earliest, and a year from now at the latest."))
    code = new_code() if idempotency_key is None else _code_for(person, terms, idempotency_key)
    if first := Mandate.objects.filter(person=person, code_hash__in=list(mandates.code_hashes(code))).first():
        return first, code
    out = person.mandates_given.filter(revoked_at=None, until__gte=today)
    if out.exclude(accepted_at=None, code_ends_at__lte=now).count() >= rules.MANDATES_MAX:
        raise UnableToGive(_("There are five helpers already. Take one back first."))
    if person.mandates_given.filter(given_at__gt=now - timedelta(days=1)).count() >= rules.MANDATES_A_DAY_MAX:
        raise UnableToGive(_("Many helpers have been named and taken back today. Go on tomorrow."))
    mandate = Mandate.objects.create(
        person=person,
        helper_words=terms.helper_words,
        until=terms.until,
        given_at=now,
        witnessed_by=actor if organization else None,
        organization=organization,
        code_hash=next(mandates.code_hashes(code)),
        code_ends_at=now + rules.MANDATE_CODE_VALID,
        **{field: act in terms.acts for act, field in mandates.ALLOWED_BY.items()},
    )
    return mandate, code


@transaction.atomic
def take_up(*, code: str, helper: Learner, now: datetime) -> Mandate:
    """
    Make ``helper`` the helper of the mandate with this code and return it. A mandate of theirs for that person ends.

    The person is told, wherever they are reached, with a link that ends it: nothing can be done by it before. Locks
    the person, so that of two codes typed at once by one helper the later one holds.

    :raises UnableToTakeUp: if no mandate waits for this code, it is the helper's own or was made out in front of them,
        or the person is a child by law and the helper none of their guardians.
    """
    found = mandates.waiting_for(code, now=now)
    list(Learner.objects.select_for_update(no_key=True).filter(pk__in=list(found.values_list("person", flat=True))))
    mandate = found.select_for_update(of=["self"], no_key=True).first()
    oneself = account_ids(helper)
    if mandate is None or mandate.person_id in oneself or mandate.witnessed_by_id in oneself:
        raise UnableToTakeUp(_("No mandate waits for this code. It is good for seven days and for one person."))
    if not mandates.may_help(helper, mandate.person, now=now):
        raise UnableToTakeUp(_("A child is helped by a parent or guardian who is recorded for that child."))
    Mandate.objects.filter(person=mandate.person_id, helper__in=oneself, revoked_at=None).update(
        revoked_at=now, revoked_by=helper
    )
    end_token = token_urlsafe(rules.SECRET_BYTES)
    mandate.helper = helper
    mandate.accepted_at = now
    mandate.end_hash = sha256(end_token.encode()).hexdigest()
    mandate.save(update_fields=["helper", "accepted_at", "end_hash"])
    _tell(mandate, end_token, now=now)
    return mandate


@transaction.atomic
def revoke(*, mandate: Mandate, actor: Learner, now: datetime, organization: Organization | None = None) -> Mandate:
    """
    End a mandate; nothing more can be done by it from the next click on. By the person, the helper or the counter.

    Idempotent. Locks the mandate, as ``record`` does: an act is done before it, or not at all.

    :raises UnableToGive: if the actor may not.
    """
    mandate = Mandate.objects.select_for_update(of=["self"], no_key=True).select_related("person").get(pk=mandate.pk)
    oneself = account_ids(actor)
    if mandate.helper_id not in oneself and not (organization is None and mandate.person_id in oneself):
        _refuse_unless_theirs(person=mandate.person, actor=actor, organization=organization)
    if mandate.revoked_at is None:
        mandate.revoked_at, mandate.revoked_by = now, actor
        mandate.save(update_fields=["revoked_at", "revoked_by"])
        if mandate.helper is not None and mandate.helper_id not in oneself:
            _tell_ended(mandate, now=now)
    return mandate


def tell_lapsed(*, now: datetime) -> int:
    """
    Tell helpers whose mandate's last day is over and return how many mandates that were. Idempotent.

    :raises one_by_one.SomeFailed: when all have been tried, if some failed.
    """

    keys = list(mandates.lapsed(now=now).values_list("pk", flat=True))
    return one_by_one.each(keys, lambda pk: _tell_lapsed(pk, now=now), what="lapsed mandates")


@transaction.atomic
def _tell_lapsed(pk: int, *, now: datetime) -> bool:
    mandate = mandates.lapsed(now=now).filter(pk=pk).first()
    return mandate is not None and _tell_ended(mandate, now=now)


@transaction.atomic
def end_by_token(*, token: str, now: datetime) -> Mandate | None:
    """End the mandate whose person was told this token, as if by them, and return it; None if it is nobody's."""
    mandate = mandates.by_end_token(token)
    return None if mandate is None else revoke(mandate=mandate, actor=mandate.person, now=now)


def locked(*, mandate: Mandate, helper: Learner, act: HelperAct, now: datetime) -> Mandate:
    """
    Return the mandate, locked until the transaction ends, if ``helper`` may do ``act`` by it at ``now``.

    :raises NotAllowed: if not, or not any more.
    """
    holding = mandates.holding(helper, now=now, act=act).select_for_update(of=["self"], no_key=True)
    found = holding.filter(pk=mandate.pk).first()
    if found is None:
        raise NotAllowed(_("This is not, or no longer, among what you may do for this person."))
    return found


def record(
    *, mandate: Mandate, act: HelperAct, subject: str, now: datetime, title_vi: str = "", title_en: str = ""
) -> MandateAct:
    """Write down what was done, in the transaction that does it. The same act on the same thing is written once."""
    done, _is_new = MandateAct.objects.get_or_create(
        mandate=mandate,
        act=act,
        subject=subject,
        defaults={"done_at": now, "title_vi": title_vi, "title_en": title_en},
    )
    return done


@transaction.atomic
def see(*, mandate: Mandate, helper: Learner, now: datetime) -> Mandate:
    """
    Write down that the helper looks at the timetable, once a day, and return the mandate.

    :raises NotAllowed: if they may not.
    """
    mandate = locked(mandate=mandate, helper=helper, act=HelperAct.SEE, now=now)
    record(mandate=mandate, act=HelperAct.SEE, subject=f"day:{timezone.localdate(now)}", now=now)
    return mandate


def _code_for(person: Learner, terms: Terms, key: UUID) -> str:
    """Return the code of a mandate asked for under a key."""
    asked = [str(person.pk), str(key), terms.until.isoformat(), *sorted(terms.acts), terms.helper_words]
    return code_under("mandate.code", *asked)


def _tell(mandate: Mandate, end_token: str, *, now: datetime) -> None:
    person, helper = mandate.person, mandate.helper
    with translation.override(person.language):
        data = {
            "helper": helper.full_name if helper else "",
            "who": f"{mandate.witnessed_by.full_name}, {mandate.organization.name}"
            if mandate.witnessed_by and mandate.organization
            else _("you yourself"),
            "date": formats.day_plain(mandate.until),
            "link": emails.absolute("learners:helpers", language=person.language),
            "end_link": emails.absolute("learners:helper_end_by_link", end_token, language=person.language),
            "help_phone": settings.HELPLINE,
        }
    telling.tell(learner=person, kind=MessageKind.HELPER_NAMED, key=f"helper:{mandate.pk}", data=data, now=now)


def _tell_ended(mandate: Mandate, *, now: datetime) -> bool:
    """Tell the helper that it is over and nothing of who has ended it or why; return whether they are reached."""
    helper = of_now(mandate.helper)  # type: ignore[arg-type]  # taken up
    with translation.override(helper.language):
        data = {
            "person": mandate.person.full_name,
            "date": formats.day_plain(mandate.ended_on),
            "link": emails.absolute("learners:helping", language=helper.language),
            "help_phone": settings.HELPLINE,
        }
    key = f"mandate-ended:{mandate.pk}"
    return bool(telling.tell(learner=helper, kind=MessageKind.MANDATE_ENDED, key=key, data=data, now=now))


def _refuse_unless_theirs(*, person: Learner, actor: Learner, organization: Organization | None) -> None:
    is_counter = organization is not None and is_at_counter(actor, organization, person)
    if not is_counter and not (organization is None and actor == person):
        raise UnableToGive(_("A mandate is made out by the person themself, or where they were registered."))


def last_day(*, days: int, now: datetime) -> date:
    return timezone.localdate(now) + timedelta(days=days)
