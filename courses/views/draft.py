"""A draft, and the next version of a published course: begun, written by one or several, thrown away."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import permissions
from courses.actions import catalog, proposal, run
from courses.actions import version as versions
from courses.forms.catalog import CourseForm
from courses.forms.opened import Meeting, Opened
from courses.forms.proposal import ProposalForm, initial
from courses.models import CourseVersion
from courses.queries import difference
from courses.queries import workspace as queries
from courses.views.proposal import asks_and_acts, course_of, form_page, saved
from courses.views.together import saved_together
from learners.models import Learner


@asks_and_acts
@login_required
def proposal_edit(request: HttpRequest, organization_id: str, course_id: int) -> HttpResponse:
    """Write on a draft; who saves what somebody else has saved meanwhile is told, and nothing is lost."""
    version = queries.current_version(course_of(request, organization_id, course_id))
    if not permissions.may_draft(request.user, version.course.provider):
        raise PermissionDenied
    if version.state not in permissions.EDITABLE and request.method != "POST":
        return redirect("courses:proposal", organization_id=organization_id, course_id=course_id)
    now = timezone.now()
    form = _form(version, now, request.POST or None)
    opened = Opened.sent_with(request.POST) if form.is_bound else Opened.of(form, version=version)
    if form.is_valid():
        try:
            version, meeting = _write(version, form, opened, request.user, now)
        except (catalog.UnableToWrite, run.UnableToPlan) as reason:
            form.add_error(None, str(reason))
        else:
            return _met(request, version, meeting, now) if meeting else saved(request, version, now)
    return _page(request, version, form, opened)


@require_POST
@login_required
def version_new(request: HttpRequest, organization_id: str, course_id: int) -> HttpResponse:
    """Begin the next version of a published course, or go on with the one somebody has begun."""
    course = course_of(request, organization_id, course_id)
    if not permissions.may_draft(request.user, course.provider):
        raise PermissionDenied
    author: Learner = request.user  # type: ignore[assignment]  # login_required
    try:
        version = versions.start(course=course, author=author, now=timezone.now())
    except catalog.UnableToWrite as reason:
        messages.error(request, str(reason))
        return redirect("courses:proposal", organization_id=organization_id, course_id=course_id)
    page = "courses:proposal_edit" if permissions.may_edit(author, version) else "courses:proposal"
    return redirect(page, organization_id=organization_id, course_id=course_id)


@asks_and_acts
@login_required
def discard(request: HttpRequest, organization_id: str, course_id: int) -> HttpResponse:
    """Ask whether the draft shall be thrown away; POST does it, to the draft that the page was about."""
    author: Learner = request.user  # type: ignore[assignment]  # login_required
    if queries.was_thrown_away(course_id, by=author):  # the button was pressed twice
        return redirect("courses:workspace", organization_id=organization_id)
    course = course_of(request, organization_id, course_id)
    version = queries.current_version(course)
    if not permissions.may_draft(author, course.provider):
        raise PermissionDenied
    if version.state not in permissions.EDITABLE:  # thrown away already, or submitted since
        return redirect("courses:proposal", organization_id=organization_id, course_id=course_id)
    if not permissions.may_discard(author, version):
        raise PermissionDenied
    published = queries.published_version(course)
    if request.POST.get("version") != str(version.pk):
        context = {"provider": course.provider, "version": version, "published": published}
        return render(request, "courses/discard.html", context)
    versions.discard(version=version, author=author, now=timezone.now())
    messages.success(request, _("The draft is thrown away."))
    if published is None:
        return redirect("courses:workspace", organization_id=organization_id)
    return redirect("courses:proposal", organization_id=organization_id, course_id=course_id)


def _form(
    version: CourseVersion, now: datetime, data: Any = None, said: dict[str, Any] | None = None
) -> CourseForm | ProposalForm:
    """Return the form of a draft: with its first run while it is the first version; ``said`` goes before the draft."""
    if version.number > 1 or version.is_elsewhere:
        return CourseForm(data, base=version, initial=CourseForm.initial_from(version) | (said or {}))
    planned = queries.draft_run(version)
    begun = initial(version, planned) | (said or {})
    return ProposalForm(data, base=version, initial=begun, provider=version.course.provider, now=now)


def _write(
    version: CourseVersion, typed: Any, opened: Opened, author: Any, now: datetime
) -> tuple[CourseVersion, Meeting | None]:
    """Save the draft; return it, and where it meets what another has saved since: then nothing of this was saved."""
    plan = typed.plan() if isinstance(typed, ProposalForm) else None

    def save(version: CourseVersion, revision: int) -> CourseVersion:
        return proposal.rewrite(
            version=version, author=author, content=typed.content(), plan=plan, now=now, opened=revision
        )

    return saved_together(typed, opened, version=version, save=save, begun=lambda version: _form(version, now))


def _met(request: HttpRequest, version: CourseVersion, meeting: Meeting, now: datetime) -> HttpResponse:
    """Show what another has saved meanwhile, with what was typed still in the form."""
    opened = Opened.of(_form(version, now), version=version)
    return _page(request, version, _form(version, now, said=meeting.initial), opened, meeting)


def _page(
    request: HttpRequest, version: CourseVersion, form: Any, opened: Opened, meeting: Meeting | None = None
) -> HttpResponse:
    return form_page(
        request,
        "courses/proposal_form.html",
        form,
        version.course.provider,
        version=version,
        opened=opened,
        meeting=meeting,
        published=queries.published_version(version.course),
        changes=difference.from_published(version),
        review=queries.returned_with(version),
    )
