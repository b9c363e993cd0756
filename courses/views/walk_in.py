"""What was written down for a learner at the door of a class: claimed here."""

from http import HTTPStatus

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
from courses.models import Enrollment, WalkIn
from courses.queries import terms
from courses.queries import walk_in as queries
from learners.models import Learner

ABOUT = "about"  # sent with what the learner says of themself
SHOWN_MAX = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What stands there for the learner's number; POST claims one of it, saying first what the class asks for."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    found = list(queries.claimable_by(learner, now=timezone.now())[:SHOWN_MAX])
    sent = request.POST.get("walk_in")
    chosen = next((each for each in found if str(each.mark_id) == sent), None) if sent else None
    context = {"found": found, "has_phone": bool(learner.phone), "chosen": chosen}
    if chosen is None:
        return render(request, "courses/my_walk_ins.html", context)
    form = AboutForm(request.POST, needed=_needed(learner, chosen)) if ABOUT in request.POST else None
    if form is not None and not form.is_valid():
        return render(request, "courses/my_walk_ins.html", context | {"about": form})
    try:
        place = _claim(chosen, learner, form)
    except actions.UnableToClaim as reason:
        may_be_said = isinstance(reason, actions.NoSeat) and reason.may_be_said
        context["about"] = AboutForm(needed=_needed(learner, chosen)) if may_be_said else None
        context["refusal"] = str(reason)
        return render(request, "courses/my_walk_ins.html", context, status=HTTPStatus.CONFLICT)
    messages.success(request, _("It is in your record now, and you have a place in this class."))
    return redirect("courses:attendance_history", public_id=place.public_id)


def _needed(learner: Learner, chosen: WalkIn) -> terms.Needed:
    return terms.needed(learner, chosen.class_session.run)


def _claim(chosen: WalkIn, learner: Learner, form: AboutForm | None) -> Enrollment:
    now = timezone.now()
    if form is not None:
        run = chosen.class_session.run
        learner = telling.tell(learner=learner, run=run, birth_year=form.birth_year, words=form.words, now=now)
    return actions.claim(walk_in=chosen, learner=learner, now=now)
