"""
Courses of other sites, fetched on a timetable.

A source is fetched by a worker and becomes an import like any other: the same reading, the same report, the same undo.
What it no longer lists stays; a page that is gone is found by the check of links.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.actions import import_file, import_job, import_work, importing
from courses.choices import HarvestPeriod
from courses.importers import cells, fetch, json_file, openedx, text_file
from courses.importers.rows import UnreadableFile
from courses.models import HarvestSource
from courses.permissions import may_import, may_publish_imports
from courses.rules import HARVEST_PAGES_MAX, HARVEST_SOURCES_MAX
from learners.models import Learner, Organization

PERIODS = {HarvestPeriod.DAILY: timedelta(days=1), HarvestPeriod.WEEKLY: timedelta(days=7)}
LEASE = timedelta(minutes=30)  # of a source that is being fetched; a worker that dies leaves it to the next
NIGHT_HOUR, NIGHT_MINUTE = 1, 30  # local time. Source: portal policy, 2026-11-26: when few are waiting
FILE_NAME_CHARACTERS_MAX = 120


class UnableToHarvest(Exception):
    """The source cannot be kept; the message is written for the person who asks."""


@transaction.atomic
def add_source(
    *,
    provider: Organization,
    actor: Learner,
    address: str,
    period: HarvestPeriod,
    defaults: importing.Defaults,
    now: datetime,
    publish: bool = False,
) -> HarvestSource:
    """
    Have an address fetched on a timetable, first at once; return the source.

    Idempotent: an address that is being harvested for the provider already is returned as it is.

    :raises UnableToHarvest: if the actor may not import (or publish) for the provider, the address is none, or the
        provider has ``HARVEST_SOURCES_MAX`` already.
    """
    provider = Organization.objects.select_for_update(no_key=True).get(pk=provider.pk)
    if not may_import(actor, provider):
        raise UnableToHarvest(_("Only a curator or a manager of the organisation may import its courses."))
    if publish and not may_publish_imports(actor, provider):
        raise UnableToHarvest(_("Only a curator who does not belong to the organisation may publish its courses."))
    try:
        address = cells.address(address)
    except cells.CellFault as fault:
        raise UnableToHarvest(f"{fault.problem} {fault.fix}") from fault
    kept = HarvestSource.objects.filter(provider=provider, stopped_at__isnull=True)
    if known := kept.filter(address=address).first():
        return known
    if kept.count() >= HARVEST_SOURCES_MAX.count_max:
        raise UnableToHarvest(
            _("At most %(count)s addresses are fetched for an organisation. Stop one of them first.")
            % {"count": HARVEST_SOURCES_MAX.count_max}
        )
    return HarvestSource.objects.create(
        provider=provider,
        address=address,
        period=period,
        created_at=now,
        created_by=actor,
        next_at=now,
        default_field_id=defaults.field_id,
        default_kind_of_credit=defaults.kind_of_credit,
        default_format=defaults.format,
        default_language=defaults.languages[0],
        default_minutes=defaults.notional_minutes,
        publish=publish,
        skip_refused=True,  # nobody stands by at night: the right rows come in, the others are in the report
    )


@transaction.atomic
def stop_source(*, source: HarvestSource, actor: Learner, now: datetime) -> HarvestSource:
    """
    Fetch an address no longer; its courses stay. Return the source. Idempotent.

    :raises UnableToHarvest: if the actor may not import for the provider.
    """
    provider = Organization.objects.select_for_update(no_key=True).get(pk=source.provider_id)
    if not may_import(actor, provider):
        raise UnableToHarvest(_("Only a curator or a manager of the organisation may import its courses."))
    HarvestSource.objects.filter(pk=source.pk, stopped_at__isnull=True).update(stopped_at=now)
    source.refresh_from_db()
    return source


def harvest_due(*, now: datetime) -> int:
    """
    Fetch the sources that are due and hand what is new to the import; return how many were fetched.

    Safe to run twice or in two workers at once: a source is leased before it is fetched.
    """
    fetched = 0
    while source := _claim(now=now):
        with translation.override("vi"):
            _harvest(source, now)
        fetched += 1
    return fetched


def _claim(*, now: datetime) -> HarvestSource | None:
    with transaction.atomic():
        source = (
            HarvestSource.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(next_at__lte=now, stopped_at__isnull=True)
            .select_related("provider", "created_by")
            .order_by("next_at")
            .first()
        )
        if source:
            HarvestSource.objects.filter(pk=source.pk).update(next_at=now + LEASE)
    return source


def _harvest(source: HarvestSource, now: datetime) -> None:
    problem, content_hash = "", source.content_hash
    try:
        name, content = _content(source.address)
        content_hash = sha256(content).hexdigest()
        if content_hash != source.content_hash:
            _hand_over(source, name, content, now)
    except (fetch.UnableToFetch, UnreadableFile, import_file.UnableToImportFile) as reason:
        problem, content_hash = str(reason), source.content_hash
    HarvestSource.objects.filter(pk=source.pk).update(
        next_at=_next_night(now, PERIODS[HarvestPeriod(source.period)]),
        problem=problem[:400],
        content_hash=content_hash,
        **({} if problem else {"fetched_at": now}),
    )


@transaction.atomic
def _hand_over(source: HarvestSource, name: str, content: bytes, now: datetime) -> None:
    """Hand a file in and ask for its import at once, as the person who set the source up."""
    actor = source.created_by
    job = import_file.hand_in(
        provider=source.provider,
        actor=actor,
        name=name,
        content=content,
        now=now,
        source=f"{importing.HARVESTED}{source.pk}",
        harvest=source,
    )
    choices = import_job.Choices(
        names=tuple(job.names),
        defaults=import_work.defaults_of(source),
        skip_refused=source.skip_refused,
        publish=source.publish,
    )
    import_job.choose(job=job, actor=actor, choices=choices)
    import_job.start_unseen(job=job)


def _content(address: str) -> tuple[str, bytes]:
    """
    Return a name and what an address has; of a list of Open edX in pages, all of them as one list.

    :raises UnableToFetch: if one cannot be fetched.
    """
    answer = fetch.get(address)
    parts = urlsplit(answer.address)
    name = re.sub(r"[^\w.\-]+", "-", f"{parts.hostname}{parts.path}").strip("-")[-FILE_NAME_CHARACTERS_MAX:]
    if "json" not in answer.content_type:
        return name, answer.content
    value = json_file.load(text_file.decode(answer.content, name)[0], name=name)
    if not (openedx.is_list(value) and (following := openedx.next_page(value))):
        return name, answer.content
    courses = list(value["results"])
    for _page in range(HARVEST_PAGES_MAX.count_max):
        if not following or urlsplit(following).hostname != parts.hostname:
            break
        value = json_file.load(text_file.decode(fetch.get(following).content, name)[0], name=name)
        courses += value["results"] if openedx.is_list(value) else []
        following = openedx.next_page(value)
    return name, json_file.dump(courses)


def _next_night(now: datetime, period: timedelta) -> datetime:
    """Return the night in which a source is fetched next."""
    day = timezone.localdate(now) + period
    night = datetime.combine(day, datetime.min.time()).replace(hour=NIGHT_HOUR, minute=NIGHT_MINUTE)
    return timezone.make_aware(night)
