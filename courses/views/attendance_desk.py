"""The desk of an organisation for attendance: objections to answer, and credit whose rule is met no more."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import permissions
from courses.actions import attendance_objection as actions
from courses.actions import completion as completions
from courses.choices import ObjectionOutcome
from courses.forms.attendance import ObjectionAnswerForm
from courses.models import Enrollment
from courses.queries import attendance_history as queries
from courses.queries import completion, uncounted_mark
from courses.views import paging, seen
from credits.queries import reversal
from learners.choices import Seen
from learners.models import Learner, Organization
from learners.queries import organization as organizations

OBJECTIONS_PER_PAGE = 50
UNCOUNTED_SHOWN_MAX = 200


def _managed(actor: Learner, organization_id: UUID) -> Organization:
    """Return the organisation; who works there without managing it knows that it exists."""
    organization = get_object_or_404(organizations.worked_in_by(actor), public_id=organization_id)
    if not permissions.may_submit(actor, organization):
        raise PermissionDenied
    return organization


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """What waits; POST asks that the credit of an enrolment in doubt be taken back."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    organization = _managed(actor, organization_id)
    in_doubt = completion.in_doubt(organization)
    if request.method == "POST":
        enrollment = next((each for each in in_doubt if str(each.public_id) == request.POST.get("enrollment")), None)
        if enrollment is not None:
            _ask_back(request, enrollment)
        return redirect(request.path)
    page = Paginator(queries.of_organization(organization), OBJECTIONS_PER_PAGE).get_page(
        paging.number(request.GET.get("page", ""))
    )
    uncounted = list(uncounted_mark.of_organization(organization, now=timezone.now())[:UNCOUNTED_SHOWN_MAX])
    people = [case.enrollment.learner_id for case in page] + [each.learner_id for each in in_doubt]
    people += [each.enrollment.learner_id for each in uncounted if each.enrollment]
    seen.write(request, organization, people, Seen.ATTENDANCE_DESK)
    asked = reversal.are_asked([each.award_entry_id for each in in_doubt if each.award_entry_id])
    context = {
        "organization": organization,
        "page": page,
        "uncounted": uncounted,
        "in_doubt": [(each, each.award_entry_id in asked) for each in in_doubt],
    }
    return render(request, "courses/attendance_desk.html", context)


def _ask_back(request: HttpRequest, enrollment: Enrollment) -> None:
    reason = request.POST.get("reason", "").replace("\0", "")[:200]
    try:
        completions.ask_back_in_doubt(
            enrollment=enrollment,
            actor=request.user,  # type: ignore[arg-type]  # login_required
            reason=reason,
            now=timezone.now(),
        )
    except completions.NotInDoubt as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A curator decides now. Until then the credit stays with the learner."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def objection(request: HttpRequest, organization_id: UUID, public_id: UUID) -> HttpResponse:
    """One objection, and its answer."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    organization = _managed(actor, organization_id)
    case = get_object_or_404(queries.of_organization(organization), public_id=public_id)
    seen.write(request, organization, [case.enrollment.learner_id], Seen.ATTENDANCE)
    form = ObjectionAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        outcome, text = ObjectionOutcome(form.cleaned_data["outcome"]), form.cleaned_data["answer"]
        try:
            actions.answer(objection=case, outcome=outcome, text=text, actor=actor, now=timezone.now())
        except actions.UnableToAnswer as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("The learner has your answer."))
            return redirect("courses:attendance_desk", organization_id=organization_id)
    lines = queries.history(case.enrollment, now=timezone.now())
    context = {
        "organization": organization,
        "case": case,
        "line": next(line for line in lines if line.session.pk == case.class_session_id),
        "form": form,
        "may_answer": not case.outcome and permissions.may_answer_objection(actor, case),
    }
    return render(request, "courses/attendance_objection.html", context)
