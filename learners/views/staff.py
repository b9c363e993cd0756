"""Who works in an organisation: seen by all who do, invited by its managers, taken up by a code."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from learners.actions import membership as actions
from learners.choices import Level, Role
from learners.formats import in_fours
from learners.forms.staff import StaffCodeForm, StaffInvitationForm
from learners.levels import kept_form, level_of, needs
from learners.models import Learner, Organization
from learners.permissions import is_manager
from learners.queries import organization as organizations
from learners.queries import staff as queries
from learners.views import shown_once
from learners.views.limits import limited

GIVEN = "staff_code"  # in the session until the next page: in which organization an invitation was made out, its code
asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@asks_and_acts
@needs(Level.REDEEM, to_look=Level.ENROL, keeps=("role", "for_words"))
def staff(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Who works there, for all who do; a manager invites somebody."""
    organization = _organization(request, organization_id)
    actor: Learner = request.user  # type: ignore[assignment]  # a level above
    manages = is_manager(actor, organization)
    if request.method == "POST" and not manages:
        raise PermissionDenied
    now, initial = timezone.now(), kept_form(request, StaffInvitationForm)
    form = StaffInvitationForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            invitation, code = actions.invite(
                organization=organization,
                role=Role(form.cleaned_data["role"]),
                for_words=form.cleaned_data["for_words"],
                actor=actor,
                idempotency_key=form.cleaned_data["once"] or uuid4(),
                now=now,
            )
        except actions.UnableToInvite as reason:
            form.add_error(None, str(reason))
        else:
            if invitation.taken_up_at is None and invitation.taken_back_at is None:
                shown_once.keep(request, GIVEN, about=organization.pk, code=code)
            return redirect(request.path)  # with an empty form, for the next person
    context = {
        "organization": organization,
        "manages": manages,
        "working": queries.working_in(organization),
        "invitations": list(queries.listed(organization, now=now)) if manages else [],
        "form": form,
        "code": in_fours(shown_once.take(request, GIVEN, about=organization.pk)),
        "now": now,
        "must_prove": level_of(request) < Level.REDEEM,
    }
    return render(request, "learners/staff.html", context)


@require_POST
@login_required
def staff_take_back(request: HttpRequest, organization_id: UUID, invitation_id: UUID) -> HttpResponse:
    organization = _organization(request, organization_id)
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    if not is_manager(actor, organization):
        raise PermissionDenied
    invitation = get_object_or_404(organization.staff_invitations, public_id=invitation_id)
    taken_up = actions.take_back(invitation=invitation, actor=actor, now=timezone.now()).taken_up_at
    if taken_up:
        messages.info(request, _("Somebody has just taken it up. They stand in the list; end it there if it is wrong."))
    else:
        messages.success(request, _("The invitation is taken back; its code opens nothing."))
    return redirect("learners:staff", organization_id=organization.public_id)


@asks_and_acts
@needs(Level.REDEEM, to_look=Level.ENROL)
def staff_join(request: HttpRequest) -> HttpResponse:
    """Type in the code a manager has made out, and work there from now on."""
    learner: Learner = request.user  # type: ignore[assignment]  # a level above
    if request.method == "POST" and (refusal := limited(request, "staff")) is not None:
        return refusal
    form = StaffCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            membership = actions.take_up(code=form.cleaned_data["code"], learner=learner, now=timezone.now())
        except actions.UnableToJoin as reason:
            form.add_error("code", str(reason))
        else:
            said = _("You work at %(organization)s from now on: %(role)s.")
            what = {"organization": membership.organization.name, "role": Role(membership.role).inside}
            messages.success(request, said % what)
            return redirect("courses:workspace", organization_id=membership.organization.public_id)
    return render(request, "learners/staff_join.html", {"form": form, "must_prove": level_of(request) < Level.REDEEM})


def _organization(request: HttpRequest, organization_id: UUID) -> Organization:
    """Return the organization to who works there; to everybody else there is no such page."""
    return get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
