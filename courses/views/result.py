"""Results of a run, entered by who teaches or manages it; and the word for class sessions somebody missed."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.actions import completion_word
from courses.actions import result as actions
from courses.forms.result import EndWordForm, ResultsForm, WordForm
from courses.models import CourseRun, Enrollment, ResultEntry
from courses.queries import completion
from courses.queries import result as queries
from courses.views import seen
from courses.views.attendance import entries_seen, get_run
from learners.choices import Seen
from learners.models import Learner

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@asks_and_acts
@login_required
def results(request: HttpRequest, organization_id: UUID, run_id: int) -> HttpResponse:
    """A page of those who hold a seat, with the result that counts."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    if not request.POST:
        return _results_page(request, run, None)
    shown = entries_seen(request)
    form = _form(actor, run, queries.lines_of(run, shown.keys()), request.POST)
    if not form.is_valid():
        return _results_page(request, run, form)
    said = {"results": form.results, "reason": form.cleaned_data["reason"], "seen": shown}
    try:
        done = actions.record_page(run=run, actor=actor, now=timezone.now(), **said)
    except actions.UnableToRecord as reason:
        form.add_error("reason" if isinstance(reason, actions.ReasonMissing) else None, str(reason))
        return _results_page(request, run, form, status=HTTPStatus.CONFLICT)
    messages.success(request, _("The results are written down.") if done.entries else _("Nothing had changed."))
    if done.clashes:
        return _results_page(request, run, None, status=HTTPStatus.CONFLICT, clashes=done.clashes)
    return redirect(request.get_full_path())


def _form(actor: Learner, run: CourseRun, lines: Sequence[queries.Line], data: QueryDict | None = None) -> ResultsForm:
    """Nobody enters their own result."""
    others = [line for line in lines if line.enrollment.learner_id != actor.pk]
    return ResultsForm(data, lines=others, in_points=run.version.completion_rule.mark_min is not None)


def _results_page(
    request: HttpRequest,
    run: CourseRun,
    form: ResultsForm | None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    clashes: Sequence[ResultEntry] = (),
) -> HttpResponse:
    """Show a form that has come back as it was sent, with what it was shown with; or the page as it is now."""
    sheet = queries.sheet(run, page_number=request.GET.get("page", 1))
    brought_back = request.POST.get("seen", "") if form else None
    if form is None:
        actor: Learner = request.user  # type: ignore[assignment]  # login_required
        form = _form(actor, run, sheet.lines)
    seen.write(request, run, [line.enrollment.learner_id for line in form.lines], Seen.ROSTER)
    context = {
        "run": run,
        "rule": run.version.completion_rule,
        "form": form,
        "page": sheet.page,
        "seen": form.shown if brought_back is None else brought_back,
        "clashes": clashes,
    }
    return render(request, "courses/run_results.html", context, status=status)


@asks_and_acts
@login_required
def result(request: HttpRequest, organization_id: UUID, run_id: int, public_id: UUID) -> HttpResponse:
    """All that is on record of one learner, and the word: given, or taken back."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    run = get_run(actor, organization_id, run_id)
    enrollment = get_object_or_404(run.enrollments.holding_seat().select_related("learner"), public_id=public_id)
    if enrollment.learner_id != actor.pk:
        seen.write(request, run, [enrollment.learner_id], Seen.ATTENDANCE)
    on_record, status = queries.of_enrollment(enrollment), HTTPStatus.OK
    make = EndWordForm if on_record.word else WordForm
    form: Form = make(request.POST or None)
    if form.is_valid():
        said = {"actor": actor, "reason": form.cleaned_data["reason"], "now": timezone.now()}
        try:
            if on_record.word:
                completion_word.end(word=on_record.word, **said)
            else:
                completion_word.give(enrollment=enrollment, **said)
        except completion_word.UnableToGive as reason:
            form.add_error(None, str(reason))
            status = HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Written down. The learner can read it."))
            return redirect(request.path)
    context = _context(run, enrollment, on_record, actor) | {"form": form}
    return render(request, "courses/run_result.html", context, status=status)


def _context(run: CourseRun, enrollment: Enrollment, on_record: queries.OnRecord, actor: Learner) -> dict[str, object]:
    progress = completion.progress([enrollment])[enrollment.pk]
    may_give = (
        run.version.completion_rule.word_suffices and not progress.has_attended and enrollment.state == "ENROLLED"
    )
    return {
        "run": run,
        "enrollment": enrollment,
        "rule": run.version.completion_rule,
        "on_record": on_record,
        "progress": progress,
        "asks": enrollment.learner_id != actor.pk
        and (bool(on_record.word) or may_give)
        and not actions.is_too_late(run, actor, now=timezone.now()),
    }
