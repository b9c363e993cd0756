"""What an organisation asks for on somebody's ledger: a second person, a curator, decides."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credits.actions import access, deciding, recognition
from credits.actions.posting import UnableToPost
from credits.choices import Reading, Shown
from credits.forms.request import PriorLearningForm, RecognizedForm, TransferForm
from credits.models import LedgerRequest
from credits.queries import request as queries
from credits.views.desk import Listed, desk_page, managed
from learners.models import Learner, Organization

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def requests(request: HttpRequest, organization_id: str) -> HttpResponse:
    organization, manager = managed(request, organization_id)
    asked = queries.of_organization(organization)
    listed = Listed(rows=asked, shown=Shown.REQUESTS, whose=queries.shown_in)
    page = listed.page(request, organization=organization, manager=manager)
    return render(request, "credits/desk_requests.html", {"organization": organization, "page": page})


@asks_and_acts
@login_required
def one(request: HttpRequest, organization_id: str, public_id: str) -> HttpResponse:
    """One request and how it stands; POST takes it back."""
    organization, manager = managed(request, organization_id)
    asked = get_object_or_404(queries.of_organization(organization), public_id=public_id)
    now = timezone.now()
    if request.method == "POST":
        try:
            deciding.withdraw(request=asked, actor=manager, now=now)
        except UnableToPost as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("You have taken the request back. Nothing has changed in the record."))
        return redirect("credits:desk_request", organization.public_id, asked.public_id)
    access.record(
        reader=manager,
        learner_ids=queries.shown_in(asked),
        what=Reading.REQUEST,
        organization=organization,
        about=f"{asked.kind}: {asked.public_id}",
        now=now,
    )
    context = {"organization": organization, "asked": asked, "facts": queries.facts(asked)}
    return render(request, "credits/desk_request.html", context | {"is_own": asked.requested_by_id == manager.pk})


def transfer_new(request: HttpRequest, organization_id: str) -> HttpResponse:
    return _recognized_new(request, organization_id, TransferForm, _ask_transfer)


def prior_learning_new(request: HttpRequest, organization_id: str) -> HttpResponse:
    return _recognized_new(request, organization_id, PriorLearningForm, _ask_prior_learning)


Ask = Callable[..., LedgerRequest]


@asks_and_acts
@login_required
def _recognized_new(
    request: HttpRequest, organization_id: str, form_class: type[RecognizedForm], ask: Ask
) -> HttpResponse:
    organization, manager = managed(request, organization_id)
    is_transfer = form_class is TransferForm
    if request.method != "POST" and not organization.is_verified(on=timezone.localdate()):
        context = {"organization": organization, "is_transfer": is_transfer}
        return render(request, "credits/recognition_new.html", context)
    form = form_class(request.POST if request.method == "POST" else None, organization=organization)
    if form.is_valid():
        try:
            asked = ask(form, organization=organization, actor=manager, now=timezone.now())
        except UnableToPost as reason:
            form.refuse(reason, where=partial(desk_page, organization))
        else:
            messages.success(request, _("You have asked. A curator decides; until then nothing changes."))
            return redirect("credits:desk_request", organization.public_id, asked.public_id)
    context = {"organization": organization, "form": form, "is_transfer": is_transfer}
    return render(request, "credits/recognition_new.html", context)


def _ask_transfer(form: TransferForm, *, organization: Organization, actor: Learner, now: datetime) -> LedgerRequest:
    said = form.cleaned_data
    return recognition.ask_transfer(
        learner=said["learner"],
        organization=organization,
        kind_of_credit=said["kind_of_credit"],
        in_minor=said["amount"],
        ratio=form.ratio(),
        recognized=form.recognized(),
        **form.why(),
        actor=actor,
        idempotency_key=form.key(actor),
        now=now,
    )


def _ask_prior_learning(
    form: PriorLearningForm, *, organization: Organization, actor: Learner, now: datetime
) -> LedgerRequest:
    said = form.cleaned_data
    return recognition.ask_prior_learning(
        learner=said["learner"],
        organization=organization,
        kind_of_credit=said["kind_of_credit"],
        amount_minor=said["amount"],
        recognized=form.recognized(),
        **form.why(),
        actor=actor,
        idempotency_key=form.key(actor),
        now=now,
    )
