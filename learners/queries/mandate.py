"""Mandates: whose they are, which of them hold now, and what was done by them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone, translation

from learners.choices import HelperAct
from learners.models import Learner, Mandate, MandateAct
from learners.queries import card

ACTS_SHOWN_MAX = 50
ALLOWED_BY = {
    HelperAct.ENROL: "may_enroll",
    HelperAct.WITHDRAW: "may_withdraw",
    HelperAct.SEE: "may_see_timetable",
}


def given_by(person: Learner) -> QuerySet[Mandate]:
    """Return the mandates a person has given, newest first, with what was done by each."""
    return _with_acts(Mandate.objects.filter(person=person))


def held_by(helper: Learner) -> QuerySet[Mandate]:
    """Return the mandates a helper has or had, newest first, with what was done by each."""
    return _with_acts(Mandate.objects.filter(helper=helper))


def holding(helper: object, *, now: datetime, act: HelperAct | None = None) -> QuerySet[Mandate]:
    """Return the mandates by which ``helper`` may do ``act`` (anything, unless named) for somebody at ``now``."""
    if not isinstance(helper, Learner) or not helper.is_active:
        return Mandate.objects.none()
    mandates = Mandate.objects.filter(
        helper=helper,
        revoked_at__isnull=True,
        until__gte=timezone.localdate(now),
        person__is_active=True,
        person__closed_at__isnull=True,
    )
    if act is not None:
        mandates = mandates.filter(**{ALLOWED_BY[act]: True})
    return mandates.select_related("person", "helper").order_by("person__full_name", "pk")


def waiting_for(code: str, *, now: datetime) -> QuerySet[Mandate]:
    """Return the mandate whose code this is, while it can be taken up."""
    return Mandate.objects.filter(
        code_hash__in=list(code_hashes(code)), accepted_at=None, revoked_at=None, code_ends_at__gt=now
    )


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
