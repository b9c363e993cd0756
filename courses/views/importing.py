"""Courses from elsewhere: a file handed in, tried, imported, undone; addresses fetched on a timetable; duplicates."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import permissions
from courses.actions import harvest, import_file, import_job
from courses.choices import HarvestPeriod, ImportState
from courses.exports import import_faults
from courses.forms.importing import HarvestForm, MappingForm, UploadForm, language_of_report
from courses.models import ImportJob
from courses.queries import importing as queries
from learners.models import Learner, Organization
from learners.permissions import is_curator

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
CHOOSABLE = (ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED)


@asks_and_acts
@login_required
def imports(request: HttpRequest, organization_id: str) -> HttpResponse:
    """The imports of an organisation; POST hands a file in."""
    provider = _provider(request, organization_id)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = import_file.hand_in(
                provider=provider,
                actor=_actor(request),
                name=file.name,
                content=file.read(),
                now=timezone.now(),
                language=language_of_report(),
                creation_key=form.cleaned_data["once"],
            )
        except import_file.UnableToImportFile as reason:
            form.add_error("file", str(reason))
        else:
            return _to(job)
    context = {
        "provider": provider,
        "form": form,
        "page": queries.jobs(provider, page_number=request.GET.get("page", "")),
        "sources": list(queries.sources(provider)),
        "may_see_duplicates": is_curator(request.user),
    }
    return render(request, "courses/imports.html", context)


@asks_and_acts
@login_required
def job(request: HttpRequest, organization_id: str, job_id: str) -> HttpResponse:
    """How far a file has come; POST chooses its columns and has it tried."""
    found = _job(request, organization_id, job_id)
    may_publish = permissions.may_publish_imports(request.user, found.provider)
    form = None
    if (found.state in CHOOSABLE and found.header) or request.method == "POST":
        form = MappingForm(request.POST or None, job=found, may_publish=may_publish)
    if form and form.is_valid():
        try:
            import_job.choose(job=found, actor=_actor(request), choices=form.choices())
        except import_file.UnableToImportFile as reason:
            form.add_error(None, str(reason))
        else:
            return _to(found)
    now = timezone.now()
    context = {
        "provider": found.provider,
        "job": found,
        "form": form,
        "faults": queries.first_faults(found),
        "progress": queries.progress(found),
        "may_undo": found.may_undo(now=now),
        "may_start": found.state == ImportState.CHECKED and (not found.refused or found.skip_refused),
    }
    return render(request, "courses/import_job.html", context)


@require_POST
@login_required
def start(request: HttpRequest, organization_id: str, job_id: str) -> HttpResponse:
    return _act(request, organization_id, job_id, lambda job, actor: import_job.start(job=job, actor=actor))


@require_POST
@login_required
def undo(request: HttpRequest, organization_id: str, job_id: str) -> HttpResponse:
    now = timezone.now()
    return _act(request, organization_id, job_id, lambda job, actor: import_job.undo(job=job, actor=actor, now=now))


@require_POST
@login_required
def drop(request: HttpRequest, organization_id: str, job_id: str) -> HttpResponse:
    return _act(request, organization_id, job_id, lambda job, actor: import_job.drop(job=job, actor=actor))


@require_safe
@login_required
def faults(request: HttpRequest, organization_id: str, job_id: str) -> HttpResponse:
    found = _job(request, organization_id, job_id)
    answer = HttpResponse(import_faults.as_csv(queries.all_faults(found)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="faults-{found.created_at:%Y-%m-%d}.csv"'
    return answer


@asks_and_acts
@login_required
def harvest_new(request: HttpRequest, organization_id: str) -> HttpResponse:
    provider = _provider(request, organization_id)
    may_publish = permissions.may_publish_imports(request.user, provider)
    initial = {"format": "ONLINE", "period": HarvestPeriod.DAILY}
    form = HarvestForm(request.POST or None, may_publish=may_publish, initial=initial)
    if form.is_valid():
        try:
            harvest.add_source(
                provider=provider,
                actor=_actor(request),
                address=form.cleaned_data["address"],
                period=HarvestPeriod(form.cleaned_data["period"]),
                defaults=form.defaults(),
                now=timezone.now(),
                publish=form.cleaned_data.get("publish", False),
            )
        except harvest.UnableToHarvest as reason:
            form.add_error("address", str(reason))
        else:
            messages.success(request, _("The address is fetched within a few minutes, and then on its timetable."))
            return redirect("courses:imports", organization_id=provider.public_id)
    return render(request, "courses/harvest_new.html", {"provider": provider, "form": form})


@require_POST
@login_required
def harvest_stop(request: HttpRequest, organization_id: str, source_id: str) -> HttpResponse:
    provider = _provider(request, organization_id)
    source = get_object_or_404(queries.sources(provider), public_id=source_id)
    harvest.stop_source(source=source, actor=_actor(request), now=timezone.now())
    messages.success(request, _("The address is fetched no longer. Its courses stay."))
    return redirect("courses:imports", organization_id=provider.public_id)


@require_safe
@login_required
def duplicates(request: HttpRequest) -> HttpResponse:
    """For curators: courses of the catalogue that look like one."""
    if not is_curator(request.user):
        raise Http404
    page, twins = queries.duplicates(page_number=request.GET.get("page", ""))
    return render(request, "courses/duplicates.html", {"page": page, "twins": twins})


def _provider(request: HttpRequest, organization_id: str) -> Organization:
    provider = get_object_or_404(queries.importing_for(request.user), public_id=organization_id)
    if not permissions.may_import(request.user, provider):
        raise PermissionDenied
    return provider


def _job(request: HttpRequest, organization_id: str, job_id: str) -> ImportJob:
    found = queries.job(_provider(request, organization_id), job_id)
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest, organization_id: str, job_id: str, act: Callable[[ImportJob, Learner], ImportJob]
) -> HttpResponse:
    found = _job(request, organization_id, job_id)
    try:
        act(found, _actor(request))
    except import_file.UnableToImportFile as reason:
        messages.error(request, str(reason))
    return _to(found)


def _to(job: ImportJob) -> HttpResponse:
    return redirect("courses:import_job", organization_id=job.provider.public_id, job_id=job.public_id)


def _actor(request: HttpRequest) -> Learner:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    return actor
