"""How often a form may be sent from one network address, or by one account: the limits of ``rules``, in one place."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from learners import rules

LIMITS = {
    "ask": (rules.SIGN_IN_POSTS_PER_IP, "ip"),
    "guess": (rules.SIGN_IN_POSTS_PER_IP, "ip"),
    "card": (rules.SIGN_IN_POSTS_PER_IP, "ip"),
    "text": (rules.SMS_PER_IP, "ip"),
    "help": (rules.HELP_POSTS_PER_IP, "ip"),
    "helper": (rules.HELPER_CODES, "user"),
    "guardian": (rules.HELPER_CODES, "user"),
}
RATES = {action: f"{limit.times}/{int(limit.per.total_seconds())}s/{per}" for action, (limit, per) in LIMITS.items()}


def is_within(request: HttpRequest, action: str) -> bool:
    """Count one more of the action; return whether it may still be done."""
    return bool(ratelimit.consume(request, app="learners", action=action, config=RATES))


def limited(request: HttpRequest, action: str) -> HttpResponse | None:
    """Return the refusal when the form of an action has been sent too often."""
    refusal: HttpResponse | None = ratelimit.consume_or_429(request, app="learners", action=action, config=RATES)
    if refusal is not None:
        limit, _per = LIMITS[action]
        refusal["Retry-After"] = str(int(limit.per.total_seconds()))
    return refusal
