"""
Which level each page needs (``learners.choices.Level``), and how a page says so.

Open to everybody is what is named here or in ``by_card``; what asks for a fresh proof carries its level
(``learners.levels.needs``); every other page needs somebody signed in: a new one says too much rather than too little.
"""

from uuid import UUID

from django.urls import ResolverMatch
from django.utils.translation import gettext as _

from learners.choices import Level
from portal.by_card import EVERYBODYS, OPEN_BY_CARD

# On the way in nobody is signed in yet.
_WAYS_IN = {
    "account_confirm_login_code",
    "account_passkey",
    "account_second_step_lost",
    "dev_components",
    "learners:sign_up",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_callback",
    "openid_connect_login",
}
_CURATORS = {"courses:duplicates"}  # and the desk


def level_of(match: ResolverMatch | None) -> Level:
    """Return the level the page of an address needs."""
    if match is None:
        return Level.BROWSE
    if (asked := getattr(match.func, "level", None)) is not None:
        return Level(asked)
    return Level.BROWSE if match.view_name in EVERYBODYS | _WAYS_IN else Level.ENROL


def level_to_act_of(match: ResolverMatch | None) -> Level:
    """Return the level the buttons of a page need."""
    return getattr(match.func, "level_to_act", level_of(match)) if match else Level.BROWSE


def is_of_staff(match: ResolverMatch | None) -> bool:
    """Return whether an address is of the curators' desk, or of an organization's own pages, for who works there."""
    if match is None:
        return False
    is_of_organization = isinstance(match.kwargs.get("organization_id"), UUID)  # a public page has its number
    return "admin" in match.namespaces or match.view_name in _CURATORS or is_of_organization


def said_of(match: ResolverMatch | None) -> str:
    """Return what a page says of the level it needs; nothing where it is open to everybody."""
    if level_to_act_of(match) > level_of(match):
        return _(
            "This page opens to people who are signed in. Before anything is changed here, you prove again who you are."
        )
    if level_of(match) == Level.ENROL and not is_of_staff(match) and match and match.view_name not in OPEN_BY_CARD:
        return _("This page opens to people who are signed in. A printed card alone does not open it.")
    return {
        Level.BROWSE: "",
        Level.ENROL: _("This page opens to people who are signed in."),
        Level.REDEEM: _("This page opens to people who are signed in and have proved again a moment ago who they are."),
    }[level_of(match)]
