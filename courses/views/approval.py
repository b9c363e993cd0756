"""Requests for a place: ask and take back; and for who keeps the roster, the list with what waits how long."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions import approval as actions
from courses.forms.approval import DecisionForm
from courses.models import PlaceRequest
from courses.queries import enrollment, helping, terms
from courses.queries import place_request as queries
from courses.views import seen
from courses.views.attendance import get_run
from learners.choices import Seen
from learners.models import Learner

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
@login_required
def ask(request: HttpRequest, run_id: int) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_object_or_404(enrollment.runs_on_offer(), pk=run_id)
    try:
        asked = actions.ask(learner=learner, run=run, now=timezone.now())
    except actions.UnableToAsk as reason:
        messages.warning(request, str(reason))
        return redirect("courses:enroll", run_id=run_id)
    return redirect("courses:place_request", public_id=asked.public_id)


@asks_and_acts
@login_required
def place_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The learner's own request: until when it is answered, with whom it is, or how it ended; POST takes it back."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    mine = get_object_or_404(queries.of_learner(learner), public_id=public_id)
    now = timezone.now()
    if request.method == "POST":
        try:
            actions.withdraw(request=mine, now=now)
        except actions.UnableToAsk as reason:
            messages.warning(request, str(reason))
        else:
            messages.success(request, _("The request has been taken back."))
        return redirect(request.path)
    context = {
        "asked": mine,
        "facts": enrollment.run_facts(mine.run, now=now),
        "is_overdue": mine.due_at <= now,
        "helped": helping.acts_on(mine),
    }
    return render(request, "courses/place_request.html", context)


@require_safe
@login_required
def requests(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    """What is asked for in one class, in the order of asking, with how long it has waited."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    waiting = queries.waiting_in(run, actor=actor, now=timezone.now())
    seen.write(request, run, [each.request.learner_id for each in waiting], Seen.PLACE_REQUESTS)
    context = {"run": run, "waiting": waiting}
    return render(request, "courses/run_requests.html", context)


@asks_and_acts
@login_required
def decide(request: HttpRequest, organization_id: UUID, run_id: int, public_id: UUID) -> HttpResponse:
    """One request: say yes, or no with a reason."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    asked = get_object_or_404(queries.of_run(run), public_id=public_id)
    seen.write(request, run, [asked.learner_id], Seen.PLACE_REQUEST)
    form = DecisionForm(request.POST or None)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            said = _decide(form, asked, actor)
        except actions.UnableToDecide as reason:
            form.add_error("reason" if isinstance(reason, actions.ReasonMissing) else None, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, said)
            return redirect("courses:run_requests", organization_id=organization_id, run_id=run_id)
    context = {
        "run": run,
        "asked": asked,
        "form": form,
        "words": terms.words_of(run, [asked.learner_id]).get(asked.learner_id, []),
        "may_decide": not asked.outcome and queries.may_decide(actor, asked),
    }
    return render(request, "courses/run_request.html", context, status=status)


def _decide(form: DecisionForm, asked: PlaceRequest, actor: Learner) -> str:
    """Carry out what was decided and return how it is said."""
    now = timezone.now()
    if form.is_refusal:
        actions.refuse(request=asked, actor=actor, reason=form.cleaned_data["reason"], now=now)
        return _("The request is refused, and the learner is told why.")
    decided = actions.approve(request=asked, actor=actor, now=now)
    if decided.outcome:
        return _("The request is approved, and the learner is told.")
    return _("Your yes is written down. A manager decides now.")
