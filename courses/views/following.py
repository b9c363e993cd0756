"""What other programs follow: feeds and calendars of the catalogue, and the page that lists them."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.exports import address
from courses.exports import calendar as calendars
from courses.exports import feed as feeds
from courses.forms.selection import SelectionForm
from courses.queries import syndication
from courses.queries.syndication import Selection
from courses.views.open_to_all import answer

NEW, SOON = "new", "soon"
CONTENT_TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml"}


@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """Choose a part of the catalogue; its feeds and its calendar."""
    form = SelectionForm(request.GET)
    selection = form.selection()
    context = {
        "form": form,
        "selection": selection,
        "parameters": parameters_of(selection),
        "calendar": address.absolute(reverse("courses:calendar")) + parameters_of(selection),
    }
    return render(request, "courses/following.html", context)


@require_safe
def feed(request: HttpRequest, what: str, form: str) -> HttpResponseBase:
    if what not in (NEW, SOON) or form not in CONTENT_TYPES:
        raise Http404
    selection = selected(request)
    addresses = {
        "page": address.absolute(reverse("courses:catalog")) + parameters_of(selection),
        "here": address.absolute(request.path) + parameters_of(selection),
        "form": form,
    }
    modified = None
    if what == NEW:
        versions = syndication.newest(selection)
        content = feeds.new_courses(versions, title=_titled(_("New courses"), selection), **addresses)
        modified = max((version.published_at for version in versions if version.published_at), default=None)
    else:
        runs = syndication.beginning_soon(selection, now=timezone.now())
        content = feeds.beginning_soon(runs, title=_titled(_("Classes that begin soon"), selection), **addresses)
    return answer(request, content, f"{CONTENT_TYPES[form]}; charset=utf-8", modified=modified)


@require_safe
def calendar(request: HttpRequest) -> HttpResponseBase:
    selection = selected(request)
    content = calendars.calendar(
        syndication.sessions_ahead(selection, now=timezone.now()),
        name=_titled(_("Classes"), selection),
        here=address.absolute(request.path) + parameters_of(selection),
    )
    return answer(request, content, "text/calendar; charset=utf-8")


@require_safe
def run_calendar(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """The class sessions of one run, to be kept in one's own calendar."""
    sessions = syndication.sessions_of(run_id)
    if not sessions:
        raise Http404
    content = calendars.calendar(sessions, name=sessions[0].run.version.title, here=address.absolute(request.path))
    return answer(request, content, "text/calendar; charset=utf-8")


def selected(request: HttpRequest) -> Selection:
    """Return the part of the catalogue an address names; a program that asks for what there is not is told so."""
    try:
        return syndication.select(
            fields=set(request.GET.getlist("field")),
            province=request.GET.get("province", ""),
            commune=request.GET.get("commune", ""),
            provider=request.GET.get("provider", ""),
        )
    except syndication.NoSuchSelection as reason:
        raise Http404 from reason


def _titled(title: str, selection: Selection) -> str:
    return f"{title}: {', '.join(selection.words)}" if selection.words else title


def parameters_of(selection: Selection) -> str:
    chosen: Mapping[str, list[str]] = selection.parameters
    return f"?{urlencode(chosen, doseq=True)}" if chosen else ""
