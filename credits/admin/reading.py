"""
A person's whole record at the desk, for a reason.

The curator types the ledger number and why; that is written first, and the learner reads it, with the name. Every time
the page is shown is a reading of its own, so it answers POST and keeps no address.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credits.actions import access
from credits.admin.acting import curator_of
from credits.choices import Reading
from credits.forms.reading import ReadingForm
from credits.queries import ledger
from credits.queries.statement import LINES_ON_PAPER_MAX
from learners.models import Learner


@require_http_methods(["GET", "HEAD", "POST"])
def read_record(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("credits.add_ledgeraccess"):
        raise PermissionDenied
    curator = curator_of(request)
    form = ReadingForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.cleaned_data["ledger_number"] == curator:
        form.add_error("ledger_number", _("This is your own record. You find it under “Credit record”."))
    if not form.is_valid():
        # Without a reason nothing is opened; the rest is a slip of the hand.
        refused = form.is_bound and "reason" in form.errors
        return render(request, "credits/reading.html", {"form": form}, status=403 if refused else 200)
    learner: Learner = form.cleaned_data["ledger_number"]
    access.record(
        reader=curator,
        learner_ids={learner.pk},
        what=Reading.STATEMENT,
        reason=form.cleaned_data["reason"],
        now=timezone.now(),
    )
    return render(request, "credits/reading.html", _record_of(learner, form))


def _record_of(learner: Learner, form: ReadingForm) -> dict[str, Any]:
    """Return what the pieces of the statement ask for: the whole book, as far as one page goes."""
    today = timezone.localdate()
    return {
        "learner": learner,
        "reason": form.cleaned_data["reason"],
        "book": ledger.statement(learner, limit=LINES_ON_PAPER_MAX),
        "known_on": today,
        "closing_on": today,
        "is_read_by_staff": True,
    }
