"""The page at the desk of accounts that are likely one person's; whom it shows is told of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from credits.admin import acting
from credits.choices import Reading, Shown
from credits.forms.request import TwoPeopleForm
from learners.actions import telling_apart
from learners.models import ToldApart
from learners.queries.duplicate import likely_pairs, next_looked_at, told_apart

Tell = Callable[..., None]
RIGHT = "credits.add_ledgerrequest"
PAIRS_A_PAGE = 50
DIGITS_MAX = 19  # of a key of the database


def page(desk: Any, request: HttpRequest, *, shown: Tell) -> HttpResponse:
    """Show the pairs, each with the way to asking for their merge; whether they are one, two persons decide."""
    acting.curator_who_may(request, RIGHT)
    said = request.GET.get("before", "")
    before = int(said) if said.isascii() and said.isdecimal() and len(said) < DIGITS_MAX else None
    pairs = Paginator(likely_pairs(before=before), PAIRS_A_PAGE).get_page(request.GET.get("page"))
    apart = Paginator(told_apart(), PAIRS_A_PAGE).get_page(request.GET.get("apart"))
    people: set[int] = {each.pk for pair in pairs for each in (pair.older, pair.newer)}
    people |= {account_id for said in apart for account_id in (said.one_id, said.other_id)}
    shown(request, people, Reading.LIST, about=Shown.DUPLICATES)
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Accounts that are likely one person’s"),
        "opts": desk.opts,
        "pairs": pairs,
        "next_before": next_looked_at(before=before),
        "apart": apart,
    }
    return TemplateResponse(request, "admin/credits/duplicates.html", context)


def tell_apart(request: HttpRequest) -> HttpResponse:
    """Say that two accounts are two people's, and come back to the list."""
    curator = acting.curator_who_may(request, RIGHT)
    form = TwoPeopleForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        accounts = (form.cleaned_data["one"], form.cleaned_data["other"])
        telling_apart.say(accounts=accounts, actor=curator, now=timezone.now())
    except telling_apart.UnableToTellApart as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("The two are two people. They stand below, where you can take it back."))
    return redirect("admin:credits_duplicates")


def take_back(request: HttpRequest, row_id: int) -> HttpResponse:
    """Let the pair be looked at again."""
    curator = acting.curator_who_may(request, RIGHT)
    said = ToldApart.objects.filter(pk=row_id).select_related("one", "other").first()
    if said is None:
        raise Http404
    try:
        telling_apart.take_back(said=said, actor=curator, now=timezone.now())
    except telling_apart.UnableToTellApart as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("It is taken back. The two are shown again as long as they look like one person."))
    return redirect("admin:credits_duplicates")
