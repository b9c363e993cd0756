"""What is on record of one person in one run: read by them and by staff, confirmed or objected to by them alone."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.actions import attendance_objection as actions
from courses.choices import AttendanceStatus
from courses.forms.attendance import ObjectionForm
from courses.models import Enrollment
from courses.queries import attendance_history as queries
from courses.queries import completion, result
from courses.queries import enrollment as enrollments
from courses.views import seen
from learners import formats
from learners.choices import Seen
from learners.models import Learner
from learners.permissions import is_staff_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    enrollment = get_object_or_404(enrollments.visible_to(actor), public_id=public_id)
    if request.method != "POST":
        return _page(request, enrollment, queries.history(enrollment, now=timezone.now()))
    if enrollment.learner_id != actor.pk:
        raise PermissionDenied
    lines = queries.history(enrollment, now=timezone.now())
    line = next((each for each in lines if str(each.session.position) == request.POST.get("session")), None)
    if line is None:
        return _page(request, enrollment, lines)
    return _object(request, enrollment, lines, line) if "object" in request.POST else _confirm(request, line)


def _confirm(request: HttpRequest, line: queries.SessionHistory) -> HttpResponse:
    """The button names the entry that was read; one that has been followed by another confirms nothing."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    named = next((each for each in line.records if str(each.mark_id) == request.POST.get("confirm")), None)
    try:
        if named is None:
            raise actions.NotTheirs(_("This entry is not in your record, or another one has followed it."))
        actions.confirm(record=named, learner=actor, now=timezone.now())
    except actions.NotTheirs as reason:
        messages.warning(request, str(reason))
    else:
        messages.success(request, _("Thank you. It is written down that this is right."))
    return redirect(request.path)


def _object(
    request: HttpRequest, enrollment: Enrollment, lines: list[queries.SessionHistory], line: queries.SessionHistory
) -> HttpResponse:
    form = _form(line, request.POST)
    if form.is_valid():
        try:
            case = actions.object_to(
                enrollment=enrollment,
                class_session=line.session,
                said=AttendanceStatus(form.cleaned_data["said"]),
                text=form.cleaned_data["text"],
                learner=request.user,  # type: ignore[arg-type]  # login_required
                now=timezone.now(),
            )
        except actions.UnableToObject as reason:
            form.add_error(None, str(reason))
        else:
            said = _("We have it. You have an answer by %(day)s at the latest.") % {"day": formats.day(case.due_on)}
            messages.success(request, said)
            return redirect(request.path)
    return _page(request, enrollment, lines, sent=(line.session.pk, form))


def _form(line: queries.SessionHistory, data: object = None) -> ObjectionForm:
    on_record = line.counting.status if line.counting else ""
    return ObjectionForm(data, but=on_record, prefix=f"s{line.session.position}")


def _page(
    request: HttpRequest,
    enrollment: Enrollment,
    lines: list[queries.SessionHistory],
    sent: tuple[int, ObjectionForm] | None = None,
) -> HttpResponse:
    is_own = enrollment.learner_id == request.user.pk
    if not is_own:
        provider = enrollment.run.version.course.provider
        at_work = provider if is_staff_of(request.user, provider) else None  # else as a curator
        seen.write(request, at_work, [enrollment.learner_id], Seen.ATTENDANCE)
    shown = [
        (line, sent[1] if sent and sent[0] == line.session.pk else _form(line) if is_own and line.may_object else None)
        for line in lines
    ]
    progress = completion.progress([enrollment])[enrollment.pk]
    context = {
        "enrollment": enrollment,
        "is_own": is_own,
        "lines": shown,
        "sent": sent[1] if sent else None,
        "progress": progress,
        "on_record": result.of_enrollment(enrollment),
        "is_in_doubt": enrollment.state == "COMPLETED" and not progress.is_met,
    }
    return render(request, "courses/attendance_history.html", context)
