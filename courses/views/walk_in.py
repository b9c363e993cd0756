"""What was written down for a learner at the door of a class: claimed here."""

from datetime import datetime
from http import HTTPStatus
from typing import cast

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.actions import terms as telling
from courses.actions import walk_in as actions
from courses.forms.terms import AboutForm
from courses.queries import terms
from courses.queries import walk_in as queries
from courses.rules import WALK_IN_GUESSES
from learners.actions import birth_year
from learners.models import Learner

ABOUT = "about"  # sent with what the learner says of themself
SHOWN_MAX = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What stands there for the learner's number; POST claims one by its name, saying first what the class asks for."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    found = queries.came_to(learner, now=now)[:SHOWN_MAX]
    if request.method == "POST":
        meant = next((each for each in found if str(each.session.pk) == request.POST.get("session")), None)
        if meant is not None:
            return _claim(request, meant, found, now)
    return _page(request, found)


def _claim(request: HttpRequest, meant: queries.CameTo, found: list[queries.CameTo], now: datetime) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    key, config = str(learner.pk), {"walk_in": WALK_IN_GUESSES.rate_of_a_key}
    if not ratelimit.consume(request, app="courses", action="walk_in", config=config, key=key):
        said = _("That was too many names. Wait an hour, or show your card to whoever teaches the class.")
        return _page(request, found, refusal=said, status=HTTPStatus.TOO_MANY_REQUESTS)
    name = request.POST.get("name", "").replace("\0", "")[: actions.NAME_CHARACTERS_MAX]
    typed, run = (meant.session.pk, name), meant.session.run
    about = AboutForm(request.POST, needed=terms.needed(learner, run)) if ABOUT in request.POST else None
    if about is not None and not about.is_valid():
        return _page(request, found, typed=typed, chosen=meant, about=about)
    try:
        if about is not None:
            learner = telling.tell(learner=learner, run=run, **about.said, now=now)
        place = actions.claim_by_name(class_session=meant.session, name=name, learner=learner, now=now)
    except birth_year.MakesAChild as reason:
        cast(AboutForm, about).ask_whether_so_young(reason)
        return _page(request, found, typed=typed, chosen=meant, about=about)
    except (actions.UnableToClaim, telling.UnableToTell) as reason:
        may_be_said = isinstance(reason, actions.NoSeat) and reason.may_be_said
        about = AboutForm(needed=terms.needed(learner, run)) if may_be_said else None
        return _page(
            request,
            found,
            refusal=str(reason),
            typed=typed,
            chosen=meant,
            about=about,
            status=HTTPStatus.CONFLICT,
        )
    messages.success(request, _("It is in your record now, and you have a place in this class."))
    return redirect("courses:attendance_history", public_id=place.public_id)


def _page(
    request: HttpRequest,
    found: list[queries.CameTo],
    *,
    refusal: str = "",
    typed: tuple[int, str] = (0, ""),
    chosen: queries.CameTo | None = None,
    about: AboutForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "lines": [(each, typed[1] if typed[0] == each.session.pk else "") for each in found],
        "refusal": refusal,
        "has_phone": bool(request.user.phone),  # type: ignore[union-attr]
        "chosen": chosen,
        "name": typed[1],
        "about": about,
    }
    return render(request, "courses/my_walk_ins.html", context, status=status)
