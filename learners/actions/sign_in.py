"""
Signing in: a code to an address or number, and the proof that it was read.

Neither step asks whether the address is known, so neither can tell. The account is looked up, or made, only for who
has shown the code.
"""

import hmac
from datetime import datetime, timedelta
from secrets import randbelow
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learners import rules
from learners.actions import device, message
from learners.choices import CodePurpose, Language, MessageKind
from learners.models import Learner, Session, SignInCode
from learners.models.address import is_phone
from learners.models.learner import new_session_salt
from learners.queries.message import texts_queued_since

KEPT_AFTER_EXPIRY = timedelta(days=1)  # as long as the longest limit on what one address is sent


class TooManyCodes(Exception):
    """No further code may be sent for now; the message is written for who asked."""


class UnableToProve(Exception):
    """The code does not open anything; the message is written for who typed it."""


class WrongCode(UnableToProve):
    pass


class CodeIsDead(UnableToProve):
    """Used, too old, or guessed at too often."""


@transaction.atomic
def ask(
    *,
    address: str,
    language: Language,
    now: datetime,
    purpose: CodePurpose = CodePurpose.SIGN_IN,
    learner: Learner | None = None,
) -> SignInCode:
    """
    Send a code to a folded address or number and return the row that waits for it; the same work for every address.

    ``learner`` is who is signed in, for every purpose but signing in. Not idempotent: each call makes a code of its
    own. Rows long expired are cleared away.

    :raises TooManyCodes: if this address, or all numbers together, have had as many as they may.
    """
    SignInCode.objects.filter(expires_at__lt=now - KEPT_AFTER_EXPIRY).delete()
    _check_limits(address, now)
    if (
        learner is not None
        and SignInCode.objects.filter(learner=learner, asked_at__gt=now - rules.CODES_PER_LEARNER.per).count()
        >= rules.CODES_PER_LEARNER.times
    ):
        raise TooManyCodes(_("We have sent you many codes already. Use the last one, or try again in an hour."))
    code = f"{randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    asked = SignInCode(
        address=address, purpose=purpose, learner=learner, asked_at=now, expires_at=now + rules.CODE_VALID
    )
    asked.code_hash = _hash(asked, code)
    asked.save(force_insert=True)
    message.queue(
        kind=MessageKind.SIGN_IN_CODE,
        key=f"sign-in:{asked.pk}",
        address=address,
        language=language,
        data={"code": code, "minutes": str(rules.CODE_VALID // timedelta(minutes=1))},
        expires_at=asked.expires_at,
        now=now,
    )
    return asked


def _check_limits(address: str, now: datetime) -> None:
    """Count under a lock of the address, so that many requests at once are counted one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in code:{address}"])
    limits = rules.CODES_PER_NUMBER if is_phone(address) else rules.CODES_PER_ADDRESS
    sent = SignInCode.objects.filter(address=address)
    if any(sent.filter(asked_at__gt=now - limit.per).count() >= limit.times for limit in limits):
        raise TooManyCodes(_("We have sent many codes there already. Use the last one, or try again in an hour."))
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if is_phone(address) and texts_queued_since(midnight) >= rules.SMS.per_day_max:
        raise TooManyCodes(_("We can send no more text messages today. Use your e-mail address, or try tomorrow."))


def prove(
    *,
    code_id: UUID,
    code: str,
    now: datetime,
    purpose: CodePurpose = CodePurpose.SIGN_IN,
    learner: Learner | None = None,
) -> str:
    """
    Use a code up and return the address it proves; only for the purpose and the person it was asked for.

    Counts every guess under the row's lock: many at once are counted one by one, and only one right answer wins.

    :raises WrongCode: if it is another code, with the number of tries left.
    :raises CodeIsDead: if the code was used, is too old, or this was the last wrong guess.
    """
    address, guesses_left = _guess(SignInCode.objects.filter(pk=code_id, purpose=purpose, learner=learner), code, now)
    if address:
        return address
    if guesses_left > 0:
        raise WrongCode(
            ngettext(
                "That code is not right. You have %(count)s try left.",
                "That code is not right. You have %(count)s tries left.",
                guesses_left,
            )
            % {"count": guesses_left}
        )
    raise CodeIsDead(_("That code no longer works. Ask for a new one."))


@transaction.atomic
def _guess(rows: QuerySet[SignInCode], code: str, now: datetime) -> tuple[str, int]:
    """Return the proven address, or nothing and the guesses left; raising here would undo the count."""
    asked = rows.select_for_update(no_key=True).first()
    if asked is None or asked.used_at is not None or now >= asked.expires_at or asked.guesses >= rules.CODE_GUESSES_MAX:
        return "", 0
    asked.guesses += 1
    is_right = hmac.compare_digest(asked.code_hash, _hash(asked, code))
    if is_right:
        asked.used_at = now
    asked.save(update_fields=["guesses", "used_at"])
    return (asked.address, 0) if is_right else ("", rules.CODE_GUESSES_MAX - asked.guesses)


def _hash(asked: SignInCode, code: str) -> str:
    return salted_hmac(
        "learners.sign_in", f"{asked.pk}:{asked.purpose}:{asked.address}:{code}", algorithm="sha256"
    ).hexdigest()


@transaction.atomic
def sign_out_everywhere(*, learner: Learner, now: datetime) -> None:
    """End every session of the learner, this one too, wherever it is open; also those no list of devices has."""
    device.end_all(learner=learner, now=now)
    learner.session_salt = new_session_salt()
    learner.save(update_fields=["session_salt"])


def clear_ended_sessions(*, now: datetime) -> int:
    """
    Delete the sessions whose time is over and return how many there were; they opened nothing any more.

    They are not history: a session says who was signed in where, and that is kept no longer than it is needed.
    """
    device.clear(now=now)
    deleted, _by_model = Session.objects.filter(expire_date__lt=now).delete()
    return deleted
