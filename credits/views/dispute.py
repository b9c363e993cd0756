"""“This line is wrong”: a learner reports it, follows the case, takes it back; and the numbers for everybody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credits.actions import dispute as actions
from credits.choices import Complaint, DisputeState
from credits.forms.dispute import DisputeForm
from credits.queries import dispute as queries
from credits.queries import issued as entries
from credits.queries.entry import visible_to
from credits.rules import DISPUTE_WORKING_DAYS
from credits.views.statement import page_number, page_or_404
from learners import formats
from learners.models import Learner
from learners.queries import calendar

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
DISPUTES_PER_PAGE = 20


@asks_and_acts
@login_required
def dispute_new(request: HttpRequest, public_id: str) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    entry = get_object_or_404(entries.with_hundredths(visible_to(learner)), public_id=public_id)
    now = timezone.now()
    form = DisputeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" and (already := queries.open_about(learner, entry_id=entry.pk)):
        return redirect("credits:dispute", public_id=already.public_id)
    if form.is_valid():
        try:
            case = actions.open_dispute(
                learner=learner,
                entry=entry,
                complaint=Complaint(form.cleaned_data["complaint"]),
                text=form.cleaned_data["text"],
                now=now,
            )
        except actions.UnableToReport as reason:
            form.add_error(None, str(reason))
        else:
            said = _("We have your report. Its case number is %(case)s; you have an answer by %(day)s at the latest.")
            messages.success(request, said % {"case": case.case_number, "day": formats.day(case.due_on)})
            return redirect("credits:dispute", public_id=case.public_id)
    due_on = calendar.working_days_after(timezone.localdate(now), DISPUTE_WORKING_DAYS)
    return render(request, "credits/dispute_new.html", {"entry": entry, "form": form, "due_on": due_on})


@require_safe
@login_required
def disputes(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    page = page_or_404(queries.of_learner(learner), DISPUTES_PER_PAGE, page_number(request))
    return render(request, "credits/disputes.html", {"page": page})


@asks_and_acts
@login_required
def dispute(request: HttpRequest, public_id: str) -> HttpResponse:
    """How the case stands; POST takes it back."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    case = get_object_or_404(queries.of_learner(learner), public_id=public_id)
    if request.method == "POST":
        try:
            actions.withdraw(dispute=case, learner=learner, now=timezone.now())
        except actions.UnableToWithdraw as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("You have taken the report back. The line stays as it is."))
        return redirect("credits:dispute", public_id=case.public_id)
    may_report_again = case.state != DisputeState.OPEN and visible_to(learner).filter(pk=case.entry_id).exists()
    context = {"dispute": case, "entry": entries.of_dispute(case), "may_report_again": may_report_again}
    return render(request, "credits/dispute.html", context)


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Numbers of all reports and of the last twelve months, for everybody."""
    now = timezone.now()
    today = timezone.localdate(now)
    since = today.replace(year=today.year - 1, day=min(today.day, 28))
    page = {
        "since": since,
        "recent": queries.statistics(now=now, since=since),
        "ever": queries.statistics(now=now),
        "working_days": DISPUTE_WORKING_DAYS,
    }
    return render(request, "credits/dispute_statistics.html", page)
