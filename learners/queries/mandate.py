"""Mandates: whose they are, which of them hold now, and what was done by them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone, translation

from learners.choices import AgeKind, HelperAct
from learners.models import Learner, Mandate, MandateAct
from learners.queries import age, card, guardian
from learners.queries.learner import account_ids

ACTS_SHOWN_MAX = 50
LAPSED_LOOKED_BACK = timedelta(days=3)
ALLOWED_BY = {
    HelperAct.ENROL: "may_enroll",
    HelperAct.WITHDRAW: "may_withdraw",
    HelperAct.SEE: "may_see_timetable",
    HelperAct.LOOK: "may_set_look",
}


def given_by(person: Learner) -> QuerySet[Mandate]:
    """Return the mandates a person has given, in any of their accounts, newest first, with what was done by each."""
    return _with_acts(Mandate.objects.filter(person__in=account_ids(person)))


def held_by(helper: Learner) -> QuerySet[Mandate]:
    """Return the mandates a helper has or had, in any of their accounts, newest first, with what was done by each."""
    return _with_acts(Mandate.objects.filter(helper__in=account_ids(helper)))


def holding(helper: object, *, now: datetime, act: HelperAct | None = None) -> QuerySet[Mandate]:
    """
    Return the mandates by which ``helper`` may do ``act`` (anything, unless named) for somebody at ``now``.

    In whichever of the helper's accounts they were taken up. What an account merged away still has, because the kept
    one has the like of it, holds no more. For a child by law only while the helper stands for it.
    """
    if not isinstance(helper, Learner) or not helper.is_active:
        return Mandate.objects.none()
    oneself = account_ids(helper)
    mandates = Mandate.objects.exclude(person__in=oneself).filter(
        helper__in=oneself,
        revoked_at__isnull=True,
        until__gte=timezone.localdate(now),
        person__is_active=True,
        person__closed_at__isnull=True,
        person__merged_into__isnull=True,
    )
    if act is not None:
        mandates = mandates.filter(**{ALLOWED_BY[act]: True})
    of_age = ~Q(age.under(AgeKind.AGREES_ALONE, on=timezone.localdate(now), of="person__birth_year"))
    theirs = guardian.holding(helper, now=now).filter(child=OuterRef("person"))
    mandates = mandates.filter(of_age | Exists(theirs))
    return mandates.select_related("person", "helper").order_by("person__full_name", "pk")


def over_for(helper: object, *, now: datetime) -> QuerySet[Mandate]:
    """Return the mandates that a helper had and that are over; none for a person who is gone."""
    if not isinstance(helper, Learner):
        return Mandate.objects.none()
    is_over = Q(revoked_at__isnull=False) | Q(until__lt=timezone.localdate(now))
    there = Q(person__closed_at__isnull=True, person__merged_into__isnull=True)
    return Mandate.objects.filter(is_over & there, helper__in=account_ids(helper)).select_related("person")


def lapsed(*, now: datetime) -> QuerySet[Mandate]:
    """Return the mandates whose last day was in the last three: a night that was missed is made up for."""
    today = timezone.localdate(now)
    over = Mandate.objects.filter(until__lt=today, until__gte=today - LAPSED_LOOKED_BACK, revoked_at__isnull=True)
    there = over.filter(helper__isnull=False, person__closed_at__isnull=True, person__merged_into__isnull=True)
    return there.select_related("person", "helper").order_by("pk")


def may_help(helper: Learner, person: Learner, *, now: datetime) -> bool:
    """Return whether ``helper`` may be a helper of ``person``: of a child by law only who stands for it."""
    is_child = age.ages(on=timezone.localdate(now)).needs_guardian(person)
    return not is_child or guardian.holding(helper, now=now).filter(child=person).exists()


def waiting_for(code: str, *, now: datetime) -> QuerySet[Mandate]:
    """Return the mandate whose code this is, while it can be taken up."""
    return Mandate.objects.filter(
        code_hash__in=list(code_hashes(code)), accepted_at=None, revoked_at=None, code_ends_at__gt=now
    )


def by_end_token(token: str) -> Mandate | None:
    """Return the mandate that this token ends, whether it has ended by now or not."""
    found = Mandate.objects.filter(end_hash=sha256(token.encode()).hexdigest())
    return found.select_related("person", "helper").first()


def code_hashes(code: str) -> Iterator[str]:
    """Return what may be stored of a code, newest key first."""
    return card.keyed_each("mandate", code)


def acts_on(subject: str) -> QuerySet[MandateAct]:
    """Return what helpers have done with something, in order, with who and for whom; one query."""
    acts = MandateAct.objects.filter(subject=subject).select_related("mandate__helper", "mandate__person")
    return acts.order_by("done_at", "pk")


def title_of(act: MandateAct) -> str:
    return (act.title_en if translation.get_language() == "en" else "") or act.title_vi


def _with_acts(mandates: QuerySet[Mandate]) -> QuerySet[Mandate]:
    acts = MandateAct.objects.order_by("-done_at", "-pk")
    return (
        mandates.select_related("person", "helper", "witnessed_by", "organization")
        .prefetch_related(Prefetch("acts", queryset=acts))
        .order_by("-given_at", "-pk")
    )
