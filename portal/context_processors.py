"""What every page needs: the reader's display settings, the places of the navigation, and facts about this portal."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from learners.queries.help import nearest_helper
from learners.rules import SHARED_IDLE
from portal import page_levels
from portal.source_archive import ARCHIVE

# The reader's display settings, kept in cookies of the same names; any other value counts as not set.
DISPLAY_CHOICES = {"theme": ("light", "dark"), "text": ("lg", "xl"), "lite": ("1", "0"), "aloud": ("1",)}
# The same as an account remembers it.
ON_ACCOUNT = {"theme": "theme", "text": "text_size", "lite": "lite", "aloud": "aloud"}
OTHER_LANGUAGE = {"vi": "en", "en": "vi"}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the main navigation; ``current`` is the value of aria-current, or nothing."""

    url: str
    icon: str
    label: str
    current: str = ""


def page(request: HttpRequest) -> dict[str, Any]:
    """
    Return the context of ``base.html``.

    The navigation and who helps in the reader's commune are worked out only when a template asks for them: each costs
    one query for a signed-in learner, and the curators' desk, which also runs this, has its own.
    """
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "LANGUAGE_CODE": language,
        "display": SimpleLazyObject(lambda: display(request)),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "page_level": SimpleLazyObject(lambda: page_levels.said_of(request.resolver_match)),
        "commune_helper": SimpleLazyObject(
            lambda: nearest_helper(getattr(request, "user", None), on=timezone.localdate())
        ),
        "other_language": OTHER_LANGUAGE.get(language, "vi"),
        "other_language_url": SimpleLazyObject(lambda: _in_other_language(request, language)),
        "portal": {
            "is_demo": settings.DEMO,
            "version": settings.VERSION,
            "source_url": settings.SOURCE_URL or static(ARCHIVE),
            "helpline": settings.HELPLINE,
            "helpline_hours": settings.HELPLINE_HOURS,
            "shared_seconds": int(SHARED_IDLE.total_seconds()),
        },
    }


def display(request: HttpRequest) -> dict[str, str]:
    """
    Return the display settings in force: the account's, else those of the cookies; "" is the device's own.

    A browser that asks to save data gets the lite pages, unless somebody has chosen full ones.
    """
    user = getattr(request, "user", None)
    on_account = {name: getattr(user, field, "") for name, field in ON_ACCOUNT.items()}
    chosen = {name: on_account[name] or request.COOKIES.get(name, "") for name in DISPLAY_CHOICES}
    shown = {name: value if value in DISPLAY_CHOICES[name] else "" for name, value in chosen.items()}
    saves_data = request.headers.get("Save-Data", "").lower() == "on"
    shown["lite"] = {"1": "1", "0": ""}.get(shown["lite"], "1" if saves_data else "")
    return shown


def navigation(request: HttpRequest) -> list[Place]:
    """Return the places for this reader, at most four; the current one is the longest address this page lies under."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        places = [
            Place(reverse("dashboard"), "home", _("My page")),
            Place(reverse("courses:catalog"), "search", _("Find courses")),
            Place(reverse("credits:statement"), "ledger", _("Credit record")),
        ]
        if user.memberships.filter(ended_at=None).exists():
            places.append(Place(reverse("courses:workspaces"), "house", _("My organisation")))
    else:
        places = [
            Place(reverse("home"), "home", _("Home")),
            Place(reverse("courses:catalog"), "search", _("Find courses")),
        ]
    home = reverse("home")
    above = [place for place in places if place.url != home and request.path.startswith(place.url)]
    exact = [place for place in places if place.url == request.path]
    nearest = max(exact or above, key=lambda place: len(place.url), default=None)
    return [
        Place(place.url, place.icon, place.label, ("page" if exact else "true") if place is nearest else "")
        for place in places
    ]


def _in_other_language(request: HttpRequest, language: str) -> str:
    """Return the address of this page in the other language, or its front page where there is no such page."""
    other = OTHER_LANGUAGE.get(language, "vi")
    here = request.get_full_path()
    there = translate_url(here, other)
    if there != here:
        return there
    with override(other):
        return reverse("home")
