"""Doing something for somebody by their mandate: see their timetable, take a place for them, give it up."""

from collections.abc import Callable
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import approval as approving
from courses.actions import enrollment as enrolling
from courses.actions import helping as actions
from courses.actions import terms as telling
from courses.actions import waiting
from courses.forms.terms import AboutForm
from courses.models import CourseRun
from courses.queries import enrollment as enrollments
from courses.queries import helping as queries
from courses.queries import place_request, terms, waiting_shown
from courses.views import steps
from learners.actions import birth_year
from learners.actions import mandate as mandates
from learners.choices import HelperAct
from learners.helped import to_act_by
from learners.models import Learner, Mandate

SAY = "SAY"  # what a class asks of the person
STEPS: dict[str, Callable[..., None]] = {  # beside enrolling; the value of the button
    "ASK": actions.ask_for,
    "WAIT": actions.wait_for,
    "LEAVE": actions.leave_for,
    "TAKE_BACK": actions.take_back_for,
}
REFUSED = (enrolling.UnableToEnroll, approving.UnableToAsk, waiting.UnableToWait, telling.UnableToTell)
asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


def _mandate(request: HttpRequest, mandate_id: UUID, act: HelperAct) -> tuple[Mandate, Learner]:
    """Return the helper's own mandate if it allows the act now; to everybody else there is no such page."""
    return to_act_by(request.user, mandate_id, act=act, now=timezone.now()), request.user  # type: ignore[return-value]


@require_safe
@login_required
def timetable(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    mandate, helper = _mandate(request, mandate_id, HelperAct.SEE)
    now = timezone.now()
    try:
        mandates.see(mandate=mandate, helper=helper, now=now)
    except mandates.NotAllowed as reason:  # taken back in this very moment
        raise Http404 from reason
    context = {
        "mandate": mandate,
        "places": queries.timetable(mandate.person, now=now),
        "waiting": waiting_shown.open_of(mandate.person, now=now),
        "asked": place_request.to_show(mandate.person, now=now),
    }
    return render(request, "courses/helping.html", context)


@asks_and_acts
@login_required
def enroll_for(request: HttpRequest, run_id: int, mandate_id: UUID) -> HttpResponse:
    """The steps to a place, one after the other, as somebody takes them for themself."""
    mandate, helper = _mandate(request, mandate_id, HelperAct.ENROL)
    run, now = get_object_or_404(enrollments.runs_on_offer(), pk=run_id), timezone.now()
    if request.method != "POST":
        return _steps_page(request, mandate, run)
    did, about = request.POST.get("act", ""), None
    try:
        if did == SAY:
            about = AboutForm(request.POST, needed=terms.needed(mandate.person, run))
            if not about.is_valid():
                return _steps_page(request, mandate, run, about=about)
            said = {"birth_year": about.said["birth_year"], "words": about.said["words"]}
            actions.say_for(mandate=mandate, helper=helper, run=run, **said, now=now)
        elif did in STEPS:
            STEPS[did](mandate=mandate, helper=helper, run=run, now=now)
        else:
            actions.enroll_for(mandate=mandate, helper=helper, run=run, now=now)
            messages.success(request, _("%(person)s has a place.") % {"person": mandate.person.full_name})
            return redirect("learners:helping")
    except mandates.NotAllowed as reason:
        raise Http404 from reason
    except birth_year.MakesAChild:
        who = {"name": mandate.person.full_name}
        said_back = _("By this year %(name)s is a child to the law. They say so themself, or at the counter.") % who
        cast(AboutForm, about).add_error("birth_year", said_back)
        return _steps_page(request, mandate, run, about=about)
    except REFUSED as reason:
        return _steps_page(request, mandate, run, refusal=str(reason), status=HTTPStatus.CONFLICT)
    return redirect(request.path)


def _steps_page(
    request: HttpRequest,
    mandate: Mandate,
    run: CourseRun,
    *,
    about: AboutForm | None = None,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = steps.context(mandate.person, run, about=about, refusal=refusal)
    context |= {"mandate": mandate, "may_withdraw": mandate.may_withdraw}
    return render(request, "courses/enroll_for.html", context, status=status)


@asks_and_acts
@login_required
def withdraw_for(request: HttpRequest, mandate_id: UUID, public_id: UUID) -> HttpResponse:
    mandate, helper = _mandate(request, mandate_id, HelperAct.WITHDRAW)
    places = queries.places_of(mandate.person).select_related("run__version__course__provider")
    enrollment = get_object_or_404(places, public_id=public_id)
    if request.method == "POST":
        try:
            actions.withdraw_for(mandate=mandate, helper=helper, enrollment=enrollment, now=timezone.now())
        except mandates.NotAllowed as reason:
            raise Http404 from reason
        except enrolling.UnableToWithdraw as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, _("The place has been given up."))
        return redirect("learners:helping")
    return render(request, "courses/withdraw_for.html", {"mandate": mandate, "enrollment": enrollment})
