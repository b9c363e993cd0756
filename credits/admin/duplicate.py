"""The page at the desk of accounts that are likely one person's; whom it shows is told of it."""

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from credits.admin import acting
from credits.choices import Reading, Shown
from learners.queries.duplicate import likely_pairs

Tell = Callable[..., None]


def page(desk: Any, request: HttpRequest, *, shown: Tell) -> HttpResponse:
    """Show the pairs, each with the way to asking for their merge; whether they are one, two persons decide."""
    acting.curator_who_may(request, "credits.add_ledgerrequest")
    pairs = likely_pairs()
    people: Collection[int] = {each.pk for pair in pairs for each in (pair.older, pair.newer)}
    shown(request, people, Reading.LIST, about=Shown.DUPLICATES)
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Accounts that are likely one person’s"),
        "opts": desk.opts,
        "pairs": pairs,
    }
    return TemplateResponse(request, "admin/credits/duplicates.html", context)
