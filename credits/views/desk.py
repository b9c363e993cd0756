"""
The organisation's desk, the ledger's part: reports about lines it stands behind.

Nothing of a person's record is shown here before it is written who reads it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credits.actions import access
from credits.actions import dispute as actions
from credits.choices import DisputeOutcome, DisputeState, Reading, Shown
from credits.forms.dispute import AnswerForm
from credits.models import LedgerRequest
from credits.permissions import may_answer_for
from credits.queries import dispute as queries
from credits.queries import issued as entries
from credits.rules import AWARDING
from learners.models import Learner, Organization
from learners.permissions import is_manager
from learners.queries import organization as organizations

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
ROWS_PER_PAGE = 20


@require_safe
@login_required
def disputes(request: HttpRequest, organization_id: str) -> HttpResponse:
    organization, manager = managed(request, organization_id)
    now = timezone.now()
    reported = queries.of_organization(organization, actor=manager, today=timezone.localdate(now))
    listed = Listed(rows=reported, shown=Shown.DISPUTES, whose=lambda case: {case.learner_id})
    page = listed.page(request, organization=organization, manager=manager)
    context = {"organization": organization, "page": page, "today": timezone.localdate(now)}
    return render(request, "credits/desk_disputes.html", context)


@asks_and_acts
@login_required
def dispute(request: HttpRequest, organization_id: str, public_id: str) -> HttpResponse:
    """One report; POST answers it."""
    organization, manager = managed(request, organization_id)
    now = timezone.now()
    reported = queries.of_organization(organization, actor=manager, today=timezone.localdate(now))
    case = get_object_or_404(reported, public_id=public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        outcome, text = DisputeOutcome(form.cleaned_data["outcome"]), form.cleaned_data["answer"]
        try:
            actions.answer(dispute=case, actor=manager, outcome=outcome, text=text, now=now)
        except actions.UnableToAnswer as reason:
            form.add_error(None, str(reason))
            case = get_object_or_404(reported, public_id=public_id)  # as somebody has left it meanwhile
        else:
            messages.success(request, _("The learner has your answer to %(case)s.") % {"case": case.case_number})
            return redirect("credits:desk_disputes", organization_id=organization.public_id)
    access.record(
        reader=manager,
        learner_ids={case.learner_id},
        what=Reading.DISPUTE,
        organization=organization,
        about=case.case_number,
        now=now,
    )
    entry = entries.of_dispute(case)
    context: dict[str, Any] = {
        "organization": organization,
        "dispute": case,
        "entry": entry,
        "is_award": entry.reason in AWARDING,
        "form": form,
        "may_answer": case.state == DisputeState.OPEN and may_answer_for(manager, case),
    }
    return render(request, "credits/desk_dispute.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list of what concerns people's records: no page of it is shown before it is written who reads it."""

    rows: QuerySet[Any]
    shown: Shown
    whose: Callable[[Any], Iterable[int]]
    is_search: bool = False

    def page(self, request: HttpRequest, *, organization: Organization, manager: Learner) -> Page[Any]:
        page = Paginator(self.rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
        access.record(
            reader=manager,
            learner_ids={learner_id for row in page for learner_id in self.whose(row)},
            what=Reading.SEARCH if self.is_search else Reading.LIST,
            organization=organization,
            about=self.shown,
            now=timezone.now(),
        )
        return page


def desk_page(organization: Organization, asked: LedgerRequest) -> str:
    return reverse("credits:desk_request", args=[organization.public_id, asked.public_id])


def managed(request: HttpRequest, organization_id: str) -> tuple[Organization, Learner]:
    """Return the organization and its manager; it is not there for who works elsewhere (decision 0307)."""
    organization = get_object_or_404(organizations.worked_in_by(request.user), public_id=organization_id)
    if not is_manager(request.user, organization):
        raise PermissionDenied
    manager: Learner = request.user  # type: ignore[assignment]  # who works somewhere has signed in
    return organization, manager
