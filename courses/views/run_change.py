"""A run cancelled, its people moved or a place taken away, its meeting link: for those who manage the organization."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courses import permissions
from courses.actions import enrollment, run_cancel, run_forget, run_meeting, run_switch
from courses.forms.run_change import MeetingForm, SwitchForm, TakePlaceForm
from courses.forms.session import ReasonForm
from courses.models import CourseRun
from courses.queries import run_cancel as queries
from courses.queries import waiting_shown, walk_in
from courses.views import seen
from courses.views.attendance import get_run
from learners.choices import Seen
from learners.exports import proof_file
from learners.models import DeletionProof, Learner

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@asks_and_acts
@login_required
def cancel(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = _managed(actor, organization_id, run_id)
    form, status = ReasonForm(request.POST or None), HTTPStatus.OK
    if form.is_valid():
        try:
            run_cancel.cancel(run=run, actor=actor, reason=form.cleaned_data["reason"], now=timezone.now())
        except run_cancel.UnableToCancel as reason:
            form.add_error(None, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("The class is cancelled, and everybody is told."))
            return redirect("courses:run", organization_id=organization_id, run_id=run_id)
    context = {
        "form": form,
        "run": run,
        "people": run.enrollments.active().count(),
        "waiting": waiting_shown.people_in_line(run),
        "others": queries.others_with_room(run, now=timezone.now()),
    }
    return render(request, "courses/run_cancel.html", context, status=status)


@asks_and_acts
@login_required
def forget(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    """Remove what participants wrote for a class that is over; asked once more before. Its certificates, as files."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run, now = _managed(actor, organization_id, run_id), timezone.now()
    if request.method != "POST":
        proofs = run_forget.proofs(run)
        if "file" in request.GET:
            return _proof_file(proofs, request.GET["file"])
        context = {
            "run": run,
            "is_over": run_forget.is_done_with(run, now=now),
            "is_left": run_forget.is_left(run),
            "unclaimed": walk_in.unclaimed_in(run).count(),
            "proofs": [(proof, proof_file.digest(proof.document)) for proof in proofs],
        }
        return render(request, "courses/run_forget.html", context)
    try:
        done = run_forget.forget(run=run, actor=actor, now=now)
    except run_forget.UnableToForget as reason:
        messages.error(request, str(reason))
    else:
        said = _("Removed: what was written %(words)s times, and %(names)s names at the door.")
        messages.success(request, said % {"words": done["words"], "names": done["walk_ins"]})
        return redirect("courses:run_forget", organization_id=organization_id, run_id=run_id)
    return redirect("courses:run", organization_id=organization_id, run_id=run_id)


def _proof_file(proofs: Sequence[DeletionProof], number: str) -> HttpResponse:
    for proof in proofs:
        if str(proof.public_id) == number:
            answer = HttpResponse(proof_file.content(proof.document), content_type="application/json; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="{proof.file_name}"'
            return answer
    raise Http404


@asks_and_acts
@login_required
def take_place(request: HttpRequest, organization_id: UUID, run_id: int, public_id: UUID) -> HttpResponse:
    """Ask why, then give up the place of somebody who cannot do it themself, or must not come."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = _managed(actor, organization_id, run_id)
    place = get_object_or_404(run.enrollments.select_related("learner"), public_id=public_id)
    form, status = TakePlaceForm(request.POST or None), HTTPStatus.OK
    if form.is_valid():
        try:
            given_up = enrollment.take_away(
                enrollment=place, actor=actor, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except enrollment.UnableToWithdraw as reason:
            form.add_error(None, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            if given_up.withdrawn_by_id is None:
                messages.info(request, _("The person has given the place up themself meanwhile."))
            else:
                messages.success(request, _("The place is given up, and who had it is told."))
            return redirect("courses:run", organization_id=organization_id, run_id=run_id)
    seen.write(request, run, [place.learner_id], Seen.ROSTER)
    return render(request, "courses/take_place.html", {"form": form, "run": run, "place": place}, status=status)


@asks_and_acts
@login_required
def switch(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = _managed(actor, organization_id, run_id)
    now = timezone.now()
    form, status = SwitchForm(request.POST or None, others=queries.others_of(run, now=now)), HTTPStatus.OK
    if form.is_valid():
        said = form.cleaned_data
        try:
            done = run_switch.switch(run=run, to=said["to"], actor=actor, reason=said["reason"], now=now)
        except run_switch.UnableToSwitch as reason:
            form.add_error(None, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _what_was_done(done))
            return redirect("courses:run", organization_id=organization_id, run_id=run_id)
    context = {"form": form, "run": run, "people": run.enrollments.active().count()}
    return render(request, "courses/run_switch.html", context, status=status)


@asks_and_acts
@login_required
def meeting(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    if not permissions.may_change_sessions(actor, run):
        raise PermissionDenied
    form, status = MeetingForm(request.POST or None, initial={"meeting_url": run.meeting_url}), HTTPStatus.OK
    if form.is_valid():
        try:
            run_meeting.link(run=run, actor=actor, url=form.cleaned_data["meeting_url"], now=timezone.now())
        except run_meeting.UnableToLink as reason:
            form.add_error("meeting_url", str(reason))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("The meeting link is saved."))
            return redirect("courses:run", organization_id=organization_id, run_id=run_id)
    return render(request, "courses/run_meeting.html", {"form": form, "run": run}, status=status)


def _managed(actor: Learner, organization_id: UUID, run_id: int) -> CourseRun:
    run = get_run(actor, organization_id, run_id)
    if not permissions.may_submit(actor, run.version.course.provider):
        raise PermissionDenied
    return run


def _what_was_done(done: run_switch.Switched) -> str:
    moved = ngettext("%(n)s person is moved and told.", "%(n)s people are moved and told.", len(done.moved))
    stayed = ngettext("%(n)s stays here.", "%(n)s stay here.", done.stayed) % {"n": done.stayed}
    return f"{moved % {'n': len(done.moved)}} {stayed if done.stayed else ''}".strip()
