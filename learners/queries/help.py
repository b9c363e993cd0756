"""Requests to be called back: those that wait for somebody, one's own, and how many of each kind; who helps where."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower, Trim, TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from learners.choices import HelpTag
from learners.models import CommuneHelper, HelpAnswer, HelpRequest, Learner, Organization, Place
from learners.permissions import Actor, may_help_for
from learners.queries.organization import verified
from learners.rules import HELP_MONTHS_SHOWN

SHOWN_MAX = 20  # of one's own


def how_to_ask() -> str:
    """Return how a sentence ends for whoever gets no further: with the number to call, or the way to ``/help/``."""
    if settings.HELPLINE:
        return _("call %(number)s") % {"number": settings.HELPLINE}
    return _("choose “Ask a person” at the end of this page")


def unanswered() -> QuerySet[HelpRequest]:
    return HelpRequest.objects.filter(answer__isnull=True, scrubbed_at__isnull=True)


def reached_like(asked: QuerySet[HelpRequest], reach: str) -> QuerySet[HelpRequest]:
    """Return the requests to be reached at the same number or e-mail address, however it is written."""
    return asked.annotate(to=_to(F("reach"))).filter(to=_to(Value(reach)))


def _to(reach: Combinable) -> Coalesce:
    """The first number in what was typed, nine digits after the country's 84 or the 0; else the address; else all."""
    digits = Func(reach, Value(r"[\s.()-]"), Value(""), Value("g"), function="regexp_replace")
    number = Func(digits, Value(r"(?:\+?84|0)(\d{9})"), function="substring")
    address = Func(Lower(reach), Value(r"[^\s,;]+@[^\s,;]+"), function="substring")
    return Coalesce(number, address, Lower(Trim(reach)), output_field=CharField())


def for_review() -> QuerySet[HelpRequest]:
    """Return requests as the curators read them."""
    return HelpRequest.objects.select_related("place__parent", "answer__answered_by", "answer__answered_for")


def visible_to(actor: Actor, organization: Organization, *, on: date) -> QuerySet[HelpRequest]:
    """Return the requests the actor may answer for the organization: of its commune, waiting, none of their own."""
    if not isinstance(actor, Learner) or not may_help_for(actor, organization, on=on):
        return HelpRequest.objects.none()
    asked = unanswered().filter(place=organization.place_id).exclude(learner=actor)
    return asked.select_related("place__parent").order_by("due_on", "asked_at", "pk")


def for_curators(*, today: date) -> QuerySet[HelpRequest]:
    """Return what waits for a curator: no verified organisation is in the commune, or the promised day is over."""
    near = Organization.objects.filter(verified(on=today), place=OuterRef("place"))
    return unanswered().filter(~Exists(near) | Q(due_on__lt=today))


def waiting(*, now: datetime) -> int:
    """Return how many requests wait for a curator."""
    return for_curators(today=timezone.localdate(now)).count()


def of_learner(learner: Learner) -> list[HelpRequest]:
    """Return a learner's own requests, newest first, each with its answer; one query."""
    mine = HelpRequest.objects.filter(learner=learner).select_related("answer__answered_by", "answer__answered_for")
    return list(mine.order_by("-asked_at", "-pk")[:SHOWN_MAX])


def helpers_in(place: Place | None, *, on: date) -> list[CommuneHelper]:
    """Return whom one may ask in a commune, each with the organization; one query, none without a place."""
    if place is None:
        return []
    return list(_named(on).filter(organization__place=place))


def nearest_helper(actor: object, *, on: date) -> CommuneHelper | None:
    """Return whom somebody may ask in their own commune, with the organization; no query for who has said none."""
    if not isinstance(actor, Learner) or actor.place_id is None:
        return None
    return _named(on).filter(organization__place=actor.place_id).first()


def _named(on: date) -> QuerySet[CommuneHelper]:
    """The helpers shown on a day: those of organizations that are verified then."""
    named = CommuneHelper.objects.filter(verified(on=on, path="organization__"), ended_at__isnull=True)
    return named.select_related("organization").order_by("organization__name_vi", "pk")


def helper_of(organization: Organization) -> CommuneHelper | None:
    return CommuneHelper.objects.filter(organization=organization, ended_at__isnull=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What was asked for in one month."""

    first_day: date
    total: int
    tags: list[tuple[str, int]]  # label and how often, most often first


def by_month(*, now: datetime) -> list[Month]:
    """Return what was asked for in the last months, newest first, months without a call left out; one query."""
    today = timezone.localdate(now)
    months = today.year * 12 + today.month - HELP_MONTHS_SHOWN
    since = timezone.make_aware(datetime.combine(date(months // 12, months % 12 + 1, 1), time.min))
    rows = (
        HelpAnswer.objects.filter(answered_at__gte=since)
        .annotate(month=TruncMonth("answered_at"))
        .values("month", "tag")
        .annotate(times=Count("pk"))
        .order_by("-month", "-times", "tag")
    )
    found: dict[date, list[tuple[str, int]]] = {}
    for row in rows:
        found.setdefault(timezone.localdate(row["month"]), []).append((str(HelpTag(row["tag"]).label), row["times"]))
    return [
        Month(first_day=first, total=sum(times for _label, times in tags), tags=tags) for first, tags in found.items()
    ]
