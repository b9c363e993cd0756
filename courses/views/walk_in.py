"""What was written down for a learner at the door of a class: claimed here."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.actions import walk_in as actions
from courses.queries import walk_in as queries
from learners.models import Learner


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    found = list(queries.claimable_by(learner, now=now)[:50])
    refusal = ""
    if request.method == "POST":
        chosen = next((each for each in found if str(each.mark_id) == request.POST.get("walk_in")), None)
        try:
            if chosen is not None:
                place = actions.claim(walk_in=chosen, learner=learner, now=now)
                messages.success(request, _("It is in your record now, and you have a place in this class."))
                return redirect("courses:attendance_history", public_id=place.public_id)
        except actions.UnableToClaim as reason:
            refusal = str(reason)
    context = {"found": found, "refusal": refusal, "has_phone": bool(learner.phone)}
    status = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return render(request, "courses/my_walk_ins.html", context, status=status)
