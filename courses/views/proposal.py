"""A course on its way into the catalogue: written, submitted, followed; another run."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses import permissions
from courses.actions import catalog, run
from courses.actions import proposal as actions
from courses.actions.catalog import IN_WORK
from courses.choices import CompletedBy, Format, TeachingLanguage, VersionState
from courses.forms.catalog import completed_by
from courses.forms.proposal import ProposalForm
from courses.forms.run import RunForm
from courses.models import Course, CourseVersion
from courses.queries import difference, outline, poster, reading
from courses.queries import workspace as queries
from courses.queries.catalog import OFFERED
from courses.rules import SENTENCE_WORDS_MAX
from credits.choices import KindOfCredit
from learners.choices import OrganizationKind
from learners.models import Learner, Organization
from learners.queries import organization as organizations

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
SUBMIT = "submit"  # the name of the button that also submits
ACADEMIC_KINDS = (OrganizationKind.UNIVERSITY, OrganizationKind.SCHOOL)
ATTENDANCE_PERCENT_USUAL = 75  # what a new proposal starts with; the centre may change it
VOCATIONAL_KINDS = (OrganizationKind.VOCATIONAL_COLLEGE, OrganizationKind.ENTERPRISE)


@asks_and_acts
@login_required
def proposal_new(request: HttpRequest, organization_id: str) -> HttpResponse:
    provider = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    if not permissions.may_draft(request.user, provider):
        raise PermissionDenied
    author: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    form = ProposalForm(request.POST or None, provider=provider, now=now, initial=_defaults(provider, author))
    if form.is_valid():
        try:
            version = actions.write(
                organization=provider,
                author=author,
                content=form.content(),
                plan=form.plan(),
                now=now,
                creation_key=form.cleaned_data["once"],
            )
        except (catalog.UnableToWrite, run.UnableToPlan) as reason:
            form.add_error(None, str(reason))
        else:
            return _made(request, version, now)
    return form_page(request, "courses/proposal_form.html", form, provider)


@asks_and_acts
@login_required
def proposal(request: HttpRequest, organization_id: str, course_id: int) -> HttpResponse:
    """How far the course has come; POST submits it."""
    course = course_of(request, organization_id, course_id)
    version = queries.current_version(course)
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    may_submit = permissions.may_submit(request.user, course.provider)
    if request.method == "POST":
        if not may_submit:
            raise PermissionDenied
        return saved(request, version, now)
    context = {
        "provider": course.provider,
        "version": version,
        "earlier": list(queries.earlier_versions(version)),
        "changes": difference.from_published(version),
        "scans": poster.scans_of_course(course.pk),
        "may_start_version": permissions.may_start_version(request.user, version),
        "may_discard": permissions.may_discard(request.user, version),
        "runs": list(queries.runs_of_course(course, actor=actor)),
        "may_edit": permissions.may_edit(request.user, version),
        "may_submit": may_submit,
        "reading": reading.reading(version) if version.state in permissions.EDITABLE else None,
        "sentence_words_max": SENTENCE_WORDS_MAX,
        "outline": outline.get_outline(version) if version.state in IN_WORK else None,
        "states_with_roster": OFFERED,
        "is_member": permissions.may_draft(request.user, course.provider),
        "place_in_queue": queries.place_in_queue(version) if version.state == VersionState.SUBMITTED else 0,
        "due_on": queries.review_due_on(version.submitted_at) if version.submitted_at else None,
    }
    return render(request, "courses/proposal.html", context)


@asks_and_acts
@login_required
def run_new(request: HttpRequest, organization_id: str, course_id: int) -> HttpResponse:
    course = course_of(request, organization_id, course_id)
    if not permissions.may_submit(request.user, course.provider):
        raise PermissionDenied
    version = queries.current_version(course)
    if version.state != VersionState.PUBLISHED:
        version = queries.published_version(course) or version
    author: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    of_the_course = {"format": version.format, "completed_by": completed_by(version)}
    before = queries.last_run(course)
    usual = RunForm.initial_from_last(before) if before else {}
    form = RunForm(request.POST or None, provider=course.provider, now=now, initial=usual, **of_the_course)
    if form.is_valid() and (plan := form.plan()):
        try:
            run.plan_run(version=version, author=author, plan=plan, now=now, creation_key=form.cleaned_data["once"])
        except run.UnableToPlan as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("The run is added."))
            return redirect("courses:proposal", organization_id=organization_id, course_id=course_id)
    return form_page(request, "courses/run_new.html", form, course.provider, version=version)


def course_of(request: HttpRequest, organization_id: str, course_id: int) -> Course:
    courses = queries.visible_to(request.user).filter(provider__public_id=organization_id)
    return get_object_or_404(courses, pk=course_id)


def saved(request: HttpRequest, version: CourseVersion, now: datetime) -> HttpResponse:
    """Submit when that was asked and is this person's to do, say what has happened, and show the course."""
    author: Learner = request.user  # type: ignore[assignment]  # login_required
    provider = version.course.provider
    if SUBMIT not in request.POST:
        messages.success(request, _("The draft is saved."))
    elif not permissions.may_submit(request.user, provider):
        messages.success(request, _("The draft is saved. A manager of your organisation submits it."))
    else:
        try:
            catalog.submit(version=version, author=author, now=now)
        except catalog.UnableToWrite as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Submitted for review. We write to you when there is an answer."))
    return redirect("courses:proposal", organization_id=provider.public_id, course_id=version.course_id)


def _made(request: HttpRequest, version: CourseVersion, now: datetime) -> HttpResponse:
    """Show what has come of a new proposal, or what has become of it when the same page is sent again."""
    organization_id = version.course.provider.public_id
    if version.course.archived_at is not None:
        messages.error(request, _("This draft has been thrown away meanwhile, so nothing was saved."))
        return redirect("courses:workspace", organization_id=organization_id)
    if version.submitted_at is not None:
        return redirect("courses:proposal", organization_id=organization_id, course_id=version.course_id)
    return saved(request, version, now)


def _defaults(provider: Organization, author: Learner) -> dict[str, Any]:
    """What a new proposal starts with: what is right for most courses of such an organization."""
    kind = KindOfCredit.COMMUNITY
    if provider.kind in ACADEMIC_KINDS:
        kind = KindOfCredit.ACADEMIC
    elif provider.kind in VOCATIONAL_KINDS:
        kind = KindOfCredit.VOCATIONAL
    return {
        "format": Format.IN_PERSON,
        "kind_of_credit": kind,
        "languages": [TeachingLanguage.VI],
        "completed_by": CompletedBy.CLASSES,
        "attendance_percent_min": ATTENDANCE_PERCENT_USUAL,
        "instructors": [author.pk],
    }


def form_page(request: HttpRequest, template: str, form: Form, provider: Organization, **more: object) -> HttpResponse:
    return render(request, template, {"form": form, "provider": provider, "submit": SUBMIT, **more})
