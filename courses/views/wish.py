"""Wishes: written down by a learner, looked after on their own page, and the public board of a place."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions import wish as actions
from courses.forms.selection import SelectionForm
from courses.forms.wish import WishForm
from courses.queries import wish as queries
from courses.rules import WISH_LETTERS_MAX, WISH_SHOWN_PEOPLE_MIN
from learners.models import Learner, Place

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
WISHES_SHOWN_MAX = 60  # of a learner's own page: the open ones, and those that ended last
KEEP = "keep"  # the name of the button; the other takes the wish back


@require_safe
def wishes(request: HttpRequest) -> HttpResponse:
    """What people near a place would like to learn; only what several ask for."""
    form = SelectionForm(request.GET)
    place = form.selection().place
    context = {
        "form": form,
        "place": place,
        "board": queries.public_board(place, page_number=request.GET.get("page", "")) if place else None,
        "people_min": WISH_SHOWN_PEOPLE_MIN,
    }
    return render(request, "courses/wishes.html", context)


@asks_and_acts
@login_required
def wish_new(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    form = WishForm(request.POST or None, initial=_from_address(request, learner.place))
    if form.is_valid() and form.place:
        said = form.cleaned_data
        try:
            voice = actions.ask(
                learner=learner, topic=said["topic"], place=form.place, times=said["times"], now=timezone.now()
            )
        except actions.UnableToAsk as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _told(queries.others_who_ask(voice)))
            return redirect("courses:my_wishes")
    return render(request, "courses/wish_new.html", {"form": form})


@require_safe
@login_required
def my_wishes(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    mine = queries.of_learner(learner, limit=WISHES_SHOWN_MAX)
    context = {
        "open": [each for each in mine if each.is_open],
        "ended": [each for each in mine if not each.is_open],
        "keep": KEEP,
        "home": learner.place,
    }
    return render(request, "courses/my_wishes.html", context)


@require_POST
@login_required
def my_wish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep a wish or take it back: two buttons of one's own page."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    voice = get_object_or_404(queries.voice_of(learner, public_id))
    if KEEP in request.POST:
        try:
            actions.keep(voice=voice, now=timezone.now())
        except actions.UnableToAsk as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("You go on being counted among those who would like to learn this."))
    else:
        actions.withdraw(voice=voice, now=timezone.now())
        messages.success(request, _("The wish is taken back."))
    return redirect("courses:my_wishes")


def _told(others: int) -> str:
    if not others:
        return _("Your wish is written down. The centres of your commune and province see it at once.")
    return ngettext(
        "Your wish is written down. %(count)s other person asks for the same.",
        "Your wish is written down. %(count)s others ask for the same.",
        others,
    ) % {"count": others}


def _from_address(request: HttpRequest, home: Place | None) -> dict[str, str]:
    """Begin with what was looked for in vain, and with the place looked in or else the learner's own."""
    topic, commune = (request.GET.get(name, "").replace("\0", "") for name in ("q", "commune"))
    start = {"topic": queries.tidied(topic)[:WISH_LETTERS_MAX]}
    place = queries.commune(commune) or home
    if place is not None and place.parent_id:
        start |= {"province": place.parent_id, "commune": place.pk}
    elif province := request.GET.get("province", "").replace("\0", ""):
        start |= {"province": province}
    elif place is not None:  # a home of which the province alone is known
        start |= {"province": place.pk}
    return start
