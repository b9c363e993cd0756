"""Wishes of learners: asked for, kept, taken back; and hidden by a curator when they are none."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.choices import VoiceEnd, WishTime
from courses.models import Wish, WishVoice
from courses.queries import wish as queries
from courses.rules import WISH_LETTERS_MAX, WISHES_A_DAY_MAX, WISHES_OPEN_MAX
from learners.models import Learner, Place
from learners.permissions import is_curator

DAY = timedelta(days=1)


class UnableToAsk(Exception):
    """The wish cannot be written down; the message is written for the learner."""


class NothingAsked(UnableToAsk):
    pass


class NotACommune(UnableToAsk):
    pass


class TooManyOpen(UnableToAsk):
    pass


class TooManyToday(UnableToAsk):
    pass


@transaction.atomic
def ask(*, learner: Learner, topic: str, place: Place, now: datetime, times: Collection[WishTime] = ()) -> WishVoice:
    """
    Write down that a learner would like to learn something in a commune, and return their voice.

    Who asks for the same words in the same commune joins the wish there is. Idempotent: asked twice, one voice, with
    the times said last. A voice that had ended is heard again. Locks the learner, so that limits hold.

    :raises NothingAsked: if the topic has no word.
    :raises NotACommune: if the place is a province or no longer in force.
    :raises TooManyOpen: if ``WISHES_OPEN_MAX`` of theirs are open.
    :raises TooManyToday: if they have asked for ``WISHES_A_DAY_MAX`` within a day.
    """
    written, folded = queries.tidied(topic)[:WISH_LETTERS_MAX].strip(), queries.folded(topic)[:WISH_LETTERS_MAX].strip()
    if not folded:
        raise NothingAsked(_("Write in a few words what you would like to learn, for example: growing mushrooms."))
    if place.parent_id is None or place.valid_to is not None:
        raise NotACommune(_("Choose a commune or ward."))
    Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)
    wish = Wish.objects.filter(place=place, topic_fold=folded).first()
    voices = WishVoice.objects.select_for_update(no_key=True)  # the night may be ending it
    voice = voices.filter(wish=wish, learner=learner).first() if wish else None
    said = [str(each) for each in WishTime if each in times]
    if voice is not None and voice.ended_at is None:
        voice.times, voice.kept_at, voice.asked_again_at = said, now, None
        voice.save(update_fields=["times", "kept_at", "asked_again_at"])
        return voice
    _refuse_too_many(learner, now)
    if wish is None:
        wish, _is_new = Wish.objects.get_or_create(
            place=place, topic_fold=folded, defaults={"topic": written, "created_at": now}
        )
    voice = voice or WishVoice(wish=wish, learner=learner)
    voice.times, voice.asked_at, voice.kept_at, voice.asked_again_at = said, now, now, None
    voice.ended_at, voice.ended_how = None, ""
    voice.save()
    return voice


@transaction.atomic
def keep(*, voice: WishVoice, now: datetime) -> WishVoice:
    """
    Write down that the learner still wants it; return the voice. Idempotent.

    One that has ended is heard again, by the rules of asking.

    :raises UnableToAsk: if it had ended and one too many would be open.
    """
    voice = WishVoice.objects.select_related("learner", "wish__place").get(pk=voice.pk)
    times = [WishTime(each) for each in voice.times]
    return ask(learner=voice.learner, topic=voice.wish.topic, place=voice.wish.place, times=times, now=now)


@transaction.atomic
def withdraw(*, voice: WishVoice, now: datetime) -> WishVoice:
    """Take a voice back and return it. Idempotent: one that has ended stays as it ended."""
    voice = WishVoice.objects.select_for_update(no_key=True).get(pk=voice.pk)
    if voice.ended_at is None:
        voice.ended_at, voice.ended_how = now, VoiceEnd.WITHDRAWN
        voice.save(update_fields=["ended_at", "ended_how"])
    return voice


class NotACurator(Exception):
    """Only a curator hides a wish."""


@transaction.atomic
def hide(*, wish: Wish, curator: Learner, now: datetime) -> Wish:
    """
    Take a wish that is none off all boards and return it; who asked still sees their own words. Idempotent.

    :raises NotACurator: if the person is none.
    """
    wish = _for_curator(wish, curator)
    if wish.hidden_at is None:
        wish.hidden_at, wish.hidden_by = now, curator
        wish.save(update_fields=["hidden_at", "hidden_by"])
    return wish


@transaction.atomic
def show(*, wish: Wish, curator: Learner) -> Wish:
    """
    Put a hidden wish back on the boards and return it. Idempotent.

    :raises NotACurator: if the person is none.
    """
    wish = _for_curator(wish, curator)
    wish.hidden_at = wish.hidden_by = None
    wish.save(update_fields=["hidden_at", "hidden_by"])
    return wish


def _for_curator(wish: Wish, curator: Learner) -> Wish:
    if not is_curator(curator):
        raise NotACurator(_("Only a curator decides on this."))
    return Wish.objects.select_for_update(no_key=True).get(pk=wish.pk)


def _refuse_too_many(learner: Learner, now: datetime) -> None:
    theirs = WishVoice.objects.filter(learner=learner)
    if theirs.filter(ended_at__isnull=True).count() >= WISHES_OPEN_MAX.count_max:
        raise TooManyOpen(
            _("You already have %(count)s wishes. Take one back that you no longer need.")
            % {"count": WISHES_OPEN_MAX.count_max}
        )
    if theirs.filter(asked_at__gt=now - DAY).count() >= WISHES_A_DAY_MAX.count_max:
        raise TooManyToday(_("That is a lot for one day. Write down the next one tomorrow."))
