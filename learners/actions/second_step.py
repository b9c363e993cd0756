"""
The second step by a code: of an app, once and in order, or a recovery code.

django-allauth forgets a code of an app after thirty seconds and takes it for ninety, and it counts guesses in a cache
that a success empties. Here both stand on the authenticators themselves, under their lock.
"""

from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

from learners import rules
from learners.models import Learner

COUNTER, WRONG = "last_counter", "wrong_at"  # in an authenticator's data


class UnableToTake(Exception):
    """The code is not looked at; there were too many wrong ones."""


def take(*, learner: Learner, code: str, now: datetime) -> Authenticator | None:
    """
    Use a code up and return what it was of; None when it is nobody's, which is counted.

    Locks the learner's app and recovery codes: of two with one code at once one is right, and all guesses count.

    :raises UnableToTake: if there were ``SECOND_STEP_GUESSES`` already, whatever the code is.
    """
    with transaction.atomic():
        has = list(
            Authenticator.objects.select_for_update(no_key=True)
            .filter(user=learner, type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES])
            .order_by("-type")  # the app first
        )
        since = (now - rules.SECOND_STEP_GUESSES.per).timestamp()
        wrong = [at for each in has for at in each.data.get(WRONG, []) if at > since]
        if len(wrong) < rules.SECOND_STEP_GUESSES.times:
            found = next((each for each in has if _opens(each, code)), None)
            if found is None and has:
                has[0].data[WRONG] = [*wrong, now.timestamp()]
                has[0].save(update_fields=["data"])
            return found
    raise UnableToTake


def _opens(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return bool(authenticator.wrap().validate_code(code))
    secret = decrypt(authenticator.data["secret"])
    last = authenticator.data.get(COUNTER, -1)
    # A code of the same half minute or of one before is no proof of anything new. Source: RFC 6238, 5.2
    counters = [
        counter
        for counter in yield_hotp_counters_from_time()
        if counter > last and compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter)))
    ]
    if not counters:
        return False
    authenticator.data[COUNTER] = counters[0]
    authenticator.save(update_fields=["data"])
    return True
