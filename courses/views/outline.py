"""The outline of a draft: what it is made of, and a page for each module and unit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import permissions
from courses.actions import content
from courses.actions import outline as actions
from courses.actions.catalog import UnableToWrite
from courses.forms.opened import Meeting, Opened
from courses.forms.outline import ModuleForm, UnitForm
from courses.models import CourseVersion, Module, Unit
from courses.queries import outline as queries
from courses.queries import workspace
from courses.views.proposal import asks_and_acts, course_of
from courses.views.together import saved_together
from learners.models import Learner

MODULES, UNITS = "modules", "units"
_PART = re.compile(rf"({MODULES}|{UNITS})-([0-9]{{1,18}})", re.ASCII)


Part = TypeVar("Part", Module, Unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """The page of one part: its form, what that begins with on a draft, and how what is typed is saved there."""

    template: str
    form: type[ModuleForm] | type[UnitForm]
    initial: Callable[[CourseVersion], dict[str, Any]]
    save: Callable[[CourseVersion, Any, int], Module | Unit]
    key: int  # of the part; 0: it is a new one
    module: Module | None = None  # which a new unit goes into


@asks_and_acts
@login_required
def outline(request: HttpRequest, organization_id: str, course_id: int) -> HttpResponse:
    """Show modules and units of a draft; POST moves one of them."""
    version = _draft(request, organization_id, course_id)
    if request.method == "POST":
        return _moved(request, version)
    if _is_closed(version):
        return redirect("courses:proposal", organization_id=organization_id, course_id=course_id)
    context = {"provider": version.course.provider, "version": version, "outline": queries.get_outline(version)}
    return render(request, "courses/outline.html", context)


@asks_and_acts
@login_required
def module(request: HttpRequest, organization_id: str, course_id: int, key: int = 0) -> HttpResponse:
    """Write a module of a draft; without a key a new one."""
    version = _draft(request, organization_id, course_id)
    about: dict[str, Any] = {"author": request.user, "now": timezone.now()}

    def found(version: CourseVersion) -> Module:
        return _there(queries.module_of(version, key), request)

    def save(version: CourseVersion, typed: ModuleForm, opened: int) -> Module:
        if key:
            return actions.edit_module(module=found(version), said=typed.said(), opened=opened, **about)
        return actions.add_module(version=version, said=typed.said(), opened=opened, **about)

    def initial(version: CourseVersion) -> dict[str, Any]:
        return ModuleForm.initial_from(found(version) if key else None)

    return _write(
        request,
        version,
        _Page(template="courses/outline_module.html", form=ModuleForm, initial=initial, save=save, key=key),
    )


@asks_and_acts
@login_required
def unit(request: HttpRequest, organization_id: str, course_id: int, key: int = 0, module_key: int = 0) -> HttpResponse:
    """Write a unit of a draft; with the key of a module a new one at its end."""
    version = _draft(request, organization_id, course_id)
    about: dict[str, Any] = {"author": request.user, "now": timezone.now()}

    def found(version: CourseVersion) -> Unit:
        return _there(queries.unit_of(version, key), request)

    def save(version: CourseVersion, typed: UnitForm, opened: int) -> Unit:
        if key:
            return actions.edit_unit(unit=found(version), said=typed.said(), opened=opened, **about)
        module = _there(queries.module_of(version, module_key), request)
        return actions.add_unit(module=module, said=typed.said(), opened=opened, **about)

    def initial(version: CourseVersion) -> dict[str, Any]:
        return UnitForm.initial_from(found(version) if key else None)

    module = None if key else queries.module_of(version, module_key)
    if not key and module is None and request.method != "POST":
        raise Http404
    page = _Page(
        template="courses/outline_unit.html", form=UnitForm, initial=initial, save=save, key=key, module=module
    )
    return _write(request, version, page)


@asks_and_acts
@login_required
def remove(request: HttpRequest, organization_id: str, course_id: int, kind: str, key: int) -> HttpResponse:
    """Ask whether a module or a unit shall be removed; POST removes it."""
    version = _draft(request, organization_id, course_id)
    if kind not in (MODULES, UNITS):
        raise Http404
    part = _part(version, kind, key)
    if request.method != "POST":
        if part is None:
            raise Http404
        return render(request, "courses/outline_remove.html", _about_removing(version, part))
    opened = Opened.sent_with(request.POST).revision_of(version)
    author: Learner = request.user  # type: ignore[assignment]  # login_required
    try:
        if part is not None:  # else the button was pressed twice
            actions.remove(part=part, author=author, now=timezone.now(), opened=opened)
    except UnableToWrite as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("It is removed from the draft."))
    return _back(version)


def _draft(request: HttpRequest, organization_id: str, course_id: int) -> CourseVersion:
    version = workspace.current_version(course_of(request, organization_id, course_id))
    if not permissions.may_draft(request.user, version.course.provider):
        raise PermissionDenied
    if version.is_elsewhere:  # what is taught elsewhere has no outline here
        raise Http404
    return version


def _is_closed(version: CourseVersion) -> bool:
    return version.state not in permissions.EDITABLE


def _part(version: CourseVersion, kind: str, key: int) -> Module | Unit | None:
    return queries.module_of(version, key) if kind == MODULES else queries.unit_of(version, key)


def _about_removing(version: CourseVersion, part: Module | Unit) -> dict[str, Any]:
    return {
        "provider": version.course.provider,
        "version": version,
        "part": part,
        "is_module": isinstance(part, Module),
        "units_count": part.units.count() if isinstance(part, Module) else 0,
    }


def _there(part: Part | None, request: HttpRequest) -> Part:
    """Return a part there is; who has typed into the page of one that is gone is told, and keeps what they typed."""
    if part is not None:
        return part
    if request.method != "POST":
        raise Http404
    raise actions.GoneMeanwhile(_("Somebody has removed this meanwhile. What you typed is still here."))


def _write(request: HttpRequest, version: CourseVersion, page: _Page) -> HttpResponse:
    if request.method != "POST":
        if _is_closed(version):
            return redirect(
                "courses:proposal", organization_id=version.course.provider.public_id, course_id=version.course_id
            )
        form = page.form(initial=page.initial(version))
        return _form_page(request, version, page, form, Opened.of(form, version=version))
    form, opened, meeting = page.form(request.POST), Opened.sent_with(request.POST), None
    if form.is_valid():
        try:
            saved, meeting = saved_together(
                form,
                opened,
                version=version,
                save=lambda version, opened: page.save(version, form, opened),
                begun=lambda version: page.form(initial=page.initial(version)),
            )
        except (UnableToWrite, content.UnableToSave) as reason:
            form.add_error(None, str(reason))
        else:
            if meeting is None:
                messages.success(request, _("The draft is saved."))
                return _back(version, saved)
            version = saved
            begun = page.form(initial=page.initial(version))
            opened, form = Opened.of(begun, version=version), page.form(initial={**begun.initial, **meeting.initial})
    return _form_page(request, version, page, form, opened, meeting)


def _form_page(
    request: HttpRequest, version: CourseVersion, page: _Page, form: Any, opened: Opened, meeting: Meeting | None = None
) -> HttpResponse:
    context = {
        "provider": version.course.provider,
        "version": version,
        "form": form,
        "opened": opened,
        "meeting": meeting,
        "is_new": not page.key,
        "module": page.module,
    }
    return render(request, page.template, context)


def _moved(request: HttpRequest, version: CourseVersion) -> HttpResponse:
    """Move the part that a button names, unless the draft is no longer as the page showed it."""
    is_up = "up" in request.POST
    named = _PART.fullmatch(request.POST.get("up" if is_up else "down", ""))
    if named is None:
        raise Http404
    part = _part(version, named[1], int(named[2]))
    opened = Opened.sent_with(request.POST).revision_of(version)
    about: dict[str, Any] = {"is_up": is_up, "author": request.user, "now": timezone.now(), "opened": opened}
    try:
        if isinstance(part, Module):
            actions.move_module(module=part, **about)
        elif part is not None:
            actions.move_unit(unit=part, **about)
    except UnableToWrite as reason:
        messages.error(request, str(reason))
    return _back(version, part)


def _back(version: CourseVersion, part: Module | Unit | None = None) -> HttpResponseRedirect:
    """Lead back to the outline, to the part this was about."""
    page = reverse("courses:outline", args=[version.course.provider.public_id, version.course_id])
    if part is None:
        return HttpResponseRedirect(page)
    return HttpResponseRedirect(f"{page}#{MODULES if isinstance(part, Module) else UNITS}-{part.pk}")
