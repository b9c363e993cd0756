"""How often a form may be sent from one place, or by one account: the limits of ``rules``, in one place."""

import ipaddress

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse

from learners import rules

# What is counted together: "ip" is one network address, "network" is many (below), "key" is named by the caller.
LIMITS = {
    "ask": (rules.SIGN_IN_POSTS_PER_IP, "ip"),
    "guess": (rules.SIGN_IN_POSTS_PER_IP, "ip"),
    "card": (rules.SIGN_IN_POSTS_PER_IP, "ip"),
    "asks": (rules.SIGN_IN_POSTS_PER_NETWORK, "network"),
    "guesses": (rules.SIGN_IN_POSTS_PER_NETWORK, "network"),
    "cards": (rules.SIGN_IN_POSTS_PER_NETWORK, "network"),
    "codes": (rules.CODES_PER_NETWORK, "network"),
    "text": (rules.SMS_PER_IP, "ip"),
    "texts": (rules.SMS_PER_NETWORK, "network"),
    "card_use": (rules.CARD_USES, "key"),
    "help": (rules.HELP_POSTS_PER_IP, "ip"),
    "help_day": (rules.HELP_PER_NETWORK, "network"),
    "helper": (rules.HELPER_CODES, "user"),
    "staff": (rules.HELPER_CODES, "user"),
    "consent": (rules.CONSENTS_SAID, "user"),
    "guardian": (rules.HELPER_CODES, "user"),
}
# Whoever has one network address of these has them all. Source: RFC 6177 (a site has a /48), RIR policy (/24)
NETWORKS = {4: 24, 6: 48}
# What is counted for an address is counted for its network first: whoever has a network writes no endless rows.
WIDER = {"ask": "asks", "guess": "guesses", "card": "cards", "text": "texts", "help": "help_day"}
RATES = {
    action: f"{limit.times}/{int(limit.per.total_seconds())}s/{'key' if per == 'network' else per}"
    for action, (limit, per) in LIMITS.items()
}


def is_within(request: HttpRequest, action: str, *, key: str = "") -> bool:
    """Count one more of the action; return whether it may still be done."""
    return refused_by(request, action, key=key) is None


def refused_by(request: HttpRequest, action: str, *, key: str = "") -> str | None:
    """
    Count one more of the action; return by which limit it is refused, its own or the wider one of its network.

    What is refused counts for neither, so that one address does not use up what its neighbours have.
    """
    wider = WIDER.get(action)
    of_network = _count(request, wider) if wider else None
    if wider and of_network is None:
        return wider
    if _count(request, action, key=key) is None:
        if of_network is not None:
            of_network.rollback()
        return action
    return None


def limited(request: HttpRequest, action: str, *, key: str = "") -> HttpResponse | None:
    """Return the refusal when the form of an action has been sent too often."""
    by = refused_by(request, action, key=key)
    if by is None:
        return None
    refusal: HttpResponse = ratelimit.respond_429(request)
    limit, _per = LIMITS[by]
    refusal["Retry-After"] = str(int(limit.per.total_seconds()))
    return refusal


def _count(request: HttpRequest, action: str, *, key: str = "") -> ratelimit.RateLimitUsage | None:
    """
    Count one more, unless there are as many as may be.

    A GET counts as well: who asks has a reason to. allauth counts the addresses of one IPv6 network (/64) as one.
    """
    key = network_of(request) if LIMITS[action][1] == "network" else key
    return ratelimit.consume(request, app="learners", action=action, config=RATES, key=key or None, limit_get=True)


def network_of(request: HttpRequest) -> str:
    """Return the network a request comes from, such as ``192.0.2.0/24``."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    return str(ipaddress.ip_network(f"{address}/{NETWORKS[address.version]}", strict=False))
