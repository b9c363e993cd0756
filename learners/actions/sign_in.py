"""
Signing in: a code to an address or number, and the proof that it was read.

Neither step tells whether the address is known. Asking looks it up, only so that who has a record comes first when many
strangers ask; the work and the answer are the same. The account is opened, or made, only for who has shown the code.
"""

import hmac
from datetime import datetime, timedelta
from secrets import randbelow
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learners import rules
from learners.actions import device, elsewhere, message
from learners.choices import CodePurpose, Language, MessageKind
from learners.models import Learner, Session, SignInCode
from learners.models.address import box_of, is_phone
from learners.models.learner import new_session_salt
from learners.queries import device as devices
from learners.queries import learner as learners
from learners.queries import lost_way
from learners.queries.help import how_to_ask
from learners.queries.message import texts_queued_since

logger = structlog.get_logger("learners.sign_in")
CODE_TO_NOBODY = "sign-in:0"  # how the key of a letter begins whose address opened no record then
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
    device_token: str = "",
    counter: str = "",
) -> SignInCode:
    """
    Send a code to a folded address or number and return the row that waits for it; the same work for every address.

    ``learner`` is who is signed in, for every purpose but signing in; ``device_token`` is what the browser kept from
    before; ``counter`` is the organization whose staff ask for it: the letter says to whom the code is read out. Not
    idempotent: each call makes a code of its own. Rows long expired are cleared away. When strangers have had as much
    as there is for them, one more gets a code that is never sent; who is signed in is never one of them.

    :raises TooManyCodes: if this address, this learner, or all numbers together, have had as many as they may.
    """
    SignInCode.objects.filter(expires_at__lt=now - KEPT_AFTER_EXPIRY).delete()
    known = learners.by_address(address)
    asked = SignInCode(
        address=address,
        box=box_of(address),
        is_known=known is not None,
        is_trusted=devices.is_known(known, device_token) or purpose == CodePurpose.AGAIN,
        purpose=purpose,
        learner=learner,
        asked_at=now,
        expires_at=now + rules.CODE_VALID,
    )
    _check_limits(asked, now)
    if (
        learner is not None
        and SignInCode.objects.filter(learner=learner, asked_at__gt=now - rules.CODES_PER_LEARNER.per).count()
        >= rules.CODES_PER_LEARNER.times
    ):
        raise TooManyCodes(_("We have sent you many codes already. Use the last one, or try again in an hour."))
    whose = learner or known
    code = f"{randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    asked.code_hash = _hash(asked, code)
    asked.save(force_insert=True)
    data = {"code": code, "minutes": str(rules.CODE_VALID // timedelta(minutes=1))}
    data |= {"org": counter} if counter else {}
    message.queue(
        kind=_letter(purpose, counter),
        key=f"sign-in:{whose.pk if whose else 0}:{asked.pk}",  # by which it is found when they leave
        address=address,
        language=language,
        data=data,
        expires_at=now if asked.is_withheld else asked.expires_at,  # worthless at once: the courier drops it
        now=now,
    )
    return asked


def _letter(purpose: CodePurpose, counter: str) -> MessageKind:
    """What a code opens is said with it: whoever is tricked into giving one away reads for what it is."""
    if counter:
        return MessageKind.COUNTER_CODE
    adds = purpose in {CodePurpose.NEW_WAY, CodePurpose.CLAIM, CodePurpose.LOST_WAY}
    return MessageKind.NEW_WAY_CODE if adds else MessageKind.SIGN_IN_CODE


def _check_limits(asked: SignInCode, now: datetime) -> None:
    """Count under a lock of the box, so that many requests at once are counted one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in code:{asked.box}"])
    limits = rules.CODES_PER_NUMBER if is_phone(asked.address) else rules.CODES_PER_ADDRESS
    sent = SignInCode.objects.filter(box=asked.box, is_trusted=asked.is_trusted)
    if not asked.is_trusted:  # a stranger who asks for all codes leaves those of who adds the address to a record
        sent = sent.filter(learner__isnull=asked.learner is None)
    if any(sent.filter(asked_at__gt=now - limit.per).count() >= limit.times for limit in limits):
        raise TooManyCodes(
            _("Many codes have been asked for there, not all of them by you perhaps. Try again in an hour, or %(how)s.")
            % {"how": how_to_ask()}
        )
    if is_phone(asked.address):
        _check_texts(asked, now)
    else:
        _check_letters(asked, now)


def _check_texts(asked: SignInCode, now: datetime) -> None:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    texts, most = texts_queued_since(midnight), rules.SMS.per_day_max
    added = _to_new_ways(midnight).exclude(box__contains="@").count() if asked.is_for_new_way else 0
    if texts >= most or added >= rules.SMS.for_new_ways:
        raise TooManyCodes(_("We can send no more text messages today. Use your e-mail address, or try tomorrow."))
    asked.is_withheld = asked.is_strangers and texts >= most - rules.SMS.kept_for_known
    if not asked.is_withheld:
        _warn("text messages of a day", texts + 1, most)


def _check_letters(asked: SignInCode, now: datetime) -> None:
    if asked.is_for_new_way:
        limit = rules.LETTERS_TO_NEW_WAYS
        added = _to_new_ways(now - limit.per).filter(box__contains="@").count()
        if added >= limit.times:  # whether the address is known: the answer is the same
            said = _("Very many codes are asked for at the moment. Try again in an hour, or %(how)s.")
            raise TooManyCodes(said % {"how": how_to_ask()})
        _warn("letters to new addresses", added + 1, limit.times)
    elif asked.learner_id is None:
        limit = rules.LETTERS_TO_STRANGERS  # counted for the known too: a question less would tell by its time
        strangers = SignInCode.objects.filter(is_known=False, is_withheld=False, asked_at__gt=now - limit.per)
        letters = strangers.filter(box__contains="@", learner__isnull=True).count()
        asked.is_withheld = asked.is_strangers and letters >= limit.times
        if asked.is_strangers and not asked.is_withheld:
            _warn("letters to strangers", letters + 1, limit.times)


def _to_new_ways(since: datetime) -> QuerySet[SignInCode]:
    return SignInCode.objects.filter(asked_at__gte=since, learner__isnull=False).exclude(purpose=CodePurpose.AGAIN)


def _warn(what: str, count: int, most: int) -> None:
    """Say in the log that this one uses up half of a limit of the whole portal, or a tenth more."""
    tenths = count * 10 // most
    if tenths > (count - 1) * 10 // most and tenths >= rules.WARN_FROM * 10:
        logger.warning("limit of the portal nearly reached", what=what, count=count, most=most)


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
        lost_way.open_now().filter(address=asked.address, is_objection=False).update(
            stopped_at=now
        )  # so it is not lost
    asked.save(update_fields=["guesses", "used_at"])
    return (asked.address, 0) if is_right else ("", rules.CODE_GUESSES_MAX - asked.guesses)


def _hash(asked: SignInCode, code: str) -> str:
    return salted_hmac(
        "learners.sign_in", f"{asked.pk}:{asked.purpose}:{asked.address}:{code}", algorithm="sha256"
    ).hexdigest()


@transaction.atomic
def sign_out_everywhere(*, learner: Learner, now: datetime) -> None:
    """
    End every session of the learner, this one too, wherever it is open; also those no list of devices has.

    What opens a part of the record without a session ends with them (``elsewhere``).
    """
    device.end_all(learner=learner, now=now)
    elsewhere.end_all(learner=learner, now=now)
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
