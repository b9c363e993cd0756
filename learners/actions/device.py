"""Devices: a record is opened on one, seen there, and closed again; on one device or on all."""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from learners import emails, formats, rules
from learners.actions import message, telling
from learners.choices import MessageKind
from learners.models import Device, Learner, Session
from learners.queries.device import hash_of, name_of

TOKEN_BYTES = 16


@transaction.atomic
def sign_in(*, learner: Learner, session_key: str, token: str, user_agent: str, is_shared: bool, now: datetime) -> str:
    """
    Write down that a record is open in a browser, and return the token the browser is to keep; none when it is shared.

    ``token`` is what the browser kept from before, or nothing. Who has signed in elsewhere before is told of a device
    that is new. Idempotent by session. ASVS 6.3.5.
    """
    token = "" if is_shared else token or token_urlsafe(TOKEN_BYTES)
    token_hash = hash_of(token) if token else ""
    mine = Device.objects.filter(learner=learner)
    is_new = mine.exists() and not (token_hash and mine.filter(token_hash=token_hash).exists())
    device, is_first = Device.objects.get_or_create(
        session_key=session_key,
        defaults={
            "learner": learner,
            "token_hash": token_hash,
            "name": name_of(user_agent),
            "is_shared": is_shared,
            "signed_in_at": now,
            "last_seen_at": now,
        },
    )
    if is_new and is_first:
        _tell(device, now=now)
    return token


def see(*, session_key: str, now: datetime) -> None:
    """Write down that a device was used just now."""
    Device.objects.filter(session_key=session_key).update(last_seen_at=now)


def end(*, session_key: str, now: datetime) -> None:
    """Write down that a session has ended; who calls ends it. Idempotent."""
    Device.objects.filter(session_key=session_key).update(session_key=None, ended_at=now)


@transaction.atomic
def sign_out(*, learner: Learner, public_id: UUID, now: datetime) -> bool:
    """End the session on one of the learner's devices; False when there is no such device of theirs. Idempotent."""
    device = Device.objects.select_for_update(no_key=True).filter(learner=learner, public_id=public_id).first()
    if device is None:
        return False
    _close([device], now)
    return True


@transaction.atomic
def sign_out_others(*, learner: Learner, but: str, now: datetime) -> int:
    """End every session of the learner but the one with this key, and return how many there were."""
    others = Device.objects.select_for_update(no_key=True).filter(learner=learner, session_key__isnull=False)
    return _close(others.exclude(session_key=but), now)


@transaction.atomic
def end_all(*, learner: Learner, now: datetime) -> int:
    """End every session of the learner, and return how many there were."""
    return _close(Device.objects.select_for_update(no_key=True).filter(learner=learner, session_key__isnull=False), now)


@transaction.atomic
def end_everybodys(*, now: datetime) -> int:
    """End every session there is, of whoever waits to sign in too, and return how many were signed in."""
    Session.objects.all().delete()
    return Device.objects.filter(session_key__isnull=False).update(session_key=None, ended_at=now)


@transaction.atomic
def clear(*, now: datetime) -> int:
    """
    End what nobody uses any more; return how many. What has ended is forgotten by its timer (``retention``).

    A shared computer's session ends after its time even if no page is asked for again.
    """
    left = Q(last_seen_at__lt=now - rules.SHARED_IDLE - rules.SHARED_SEEN_EVERY)
    too_long = Q(signed_in_at__lt=now - rules.SHARED_WHOLE)
    shared = Device.objects.filter(left | too_long, is_shared=True, session_key__isnull=False)
    closed = _close(shared, now)
    open_keys = Session.objects.filter(expire_date__gte=now).values("session_key")
    over = Device.objects.filter(session_key__isnull=False).exclude(session_key__in=open_keys)
    return closed + over.update(session_key=None, ended_at=now)


def _close(devices: Iterable[Device], now: datetime) -> int:
    """The session's row is what opens anything: without it the browser's cookie is worth nothing. ASVS 7.4.1."""
    keys = {device.pk: device.session_key for device in devices if device.session_key}
    Session.objects.filter(session_key__in=keys.values()).delete()
    return Device.objects.filter(pk__in=keys).update(session_key=None, ended_at=now)


def _tell(device: Device, *, now: datetime) -> None:
    learner = device.learner
    with translation.override(learner.language):
        name = device.name or _("a browser we do not know")
        if device.is_shared:
            name = _("%(device)s (shared computer)") % {"device": name}
    data = {
        "device": name,
        "date": formats.day(now, learner.language),
        "time": formats.clock(now),
        "link": emails.absolute("learners:devices", language=learner.language),
        "help_phone": settings.HELPLINE,
    }
    kind, key = MessageKind.NEW_DEVICE, f"device:{device.public_id}"
    if learner.email:
        message.queue(kind=kind, key=key, recipient=learner, data=data, now=now)
    else:  # a text message costs money: only who has nothing else gets one
        telling.tell(learner=learner, kind=kind, key=key, data=data, now=now)
