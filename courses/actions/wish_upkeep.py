"""What is done about wishes at night: runs that may answer are proposed, old wishes asked about, silent ones ended."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from courses import emails
from courses.choices import VoiceEnd
from courses.models import Wish, WishAnswer, WishProposal, WishVoice
from courses.queries import demand
from courses.queries import wish as queries
from courses.rules import (
    PROPOSED_RUNS_BACK_DAYS,
    WISH_ASKED_AGAIN_AFTER_DAYS,
    WISH_LAPSES_AFTER_DAYS,
    WISHES_PER_BATCH,
)
from learners.actions import message
from learners.actions.message import Draft
from learners.choices import MessageKind


def look_after(*, now: datetime) -> int:
    """Do all of it; return how much was done. Safe to run as often as one likes."""
    return propose_runs(now=now) + lapse_silent(now=now) + ask_again(now=now)


@transaction.atomic
def propose_runs(*, now: datetime) -> int:
    """
    Propose to organizations which of their new runs may answer a wish of their province; return how many are new.

    Nobody who asks is told: whether it answers is for the organization to say. Idempotent: a run is proposed once for a
    wish, and one that was dismissed or answered with never again. Four queries.
    """
    runs = demand.runs_planned_since(now - timedelta(days=PROPOSED_RUNS_BACK_DAYS), now=now)
    wishes: dict[str | None, list[Wish]] = defaultdict(list)
    places = {run.pk: run.version.course.provider.place for run in runs}
    for wish in demand.wishes_in({place.parent_id or place.pk for place in places.values()}):
        wishes[wish.place.parent_id].append(wish)
    found = []
    for run in runs:
        said = demand.words_of(run)
        place = places[run.pk]
        found += [
            WishProposal(wish=wish, run=run, proposed_at=now)
            for wish in wishes[place.parent_id or place.pk]
            if said.issuperset(wish.topic_fold.split())
        ]
    known = set(WishProposal.objects.filter(run__in=runs).values_list("wish", "run"))
    new = [each for each in found if (each.wish_id, each.run_id) not in known]
    WishProposal.objects.bulk_create(new, ignore_conflicts=True, batch_size=WISHES_PER_BATCH)  # two nights at once
    return len(new)


def ask_again(*, now: datetime) -> int:
    """
    Ask those whose wish nobody has answered for ``WISH_ASKED_AGAIN_AFTER_DAYS`` whether they still want it.

    Return how many were asked. Idempotent: a voice is asked once until its learner has replied.
    """
    asked = 0
    while batch := _ask_batch(now):
        asked += batch
    return asked


@transaction.atomic
def _ask_batch(now: datetime) -> int:
    since = now - timedelta(days=WISH_ASKED_AGAIN_AFTER_DAYS)
    answered = WishAnswer.objects.filter(wish=OuterRef("wish"), answered_at__gt=since)
    voices = list(
        queries.heard()
        .filter(~Exists(answered), kept_at__lte=since, asked_again_at__isnull=True)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("learner", "wish__place__parent")
        .order_by("pk")[:WISHES_PER_BATCH]
    )
    deadline = timezone.localdate(now) + timedelta(days=WISH_LAPSES_AFTER_DAYS)
    drafts = [
        Draft(
            recipient=voice.learner,
            key=f"wish_still_wanted:{voice.pk}:{timezone.localdate(now):%Y%m%d}",
            data=emails.wish_still_wanted(voice, deadline=deadline),
            expires_at=now + timedelta(days=WISH_LAPSES_AFTER_DAYS),
        )
        for voice in voices
    ]
    message.queue_all(kind=MessageKind.WISH_STILL_WANTED, drafts=drafts, now=now)
    WishVoice.objects.filter(pk__in=[voice.pk for voice in voices]).update(asked_again_at=now)
    return len(voices)


@transaction.atomic
def lapse_silent(*, now: datetime) -> int:
    """End the voices that have not replied within ``WISH_LAPSES_AFTER_DAYS``; return how many. Idempotent."""
    silent = WishVoice.objects.filter(
        ended_at__isnull=True, asked_again_at__lt=now - timedelta(days=WISH_LAPSES_AFTER_DAYS)
    )
    return silent.update(ended_at=now, ended_how=VoiceEnd.LAPSED)
