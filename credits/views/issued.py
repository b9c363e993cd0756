"""Credit an organisation awarded, at its desk: to find a line, and to ask that it be reversed."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credits.actions import access, reversal
from credits.actions.posting import UnableToPost
from credits.choices import Reading, Shown
from credits.forms.request import ReversalForm, SearchForm
from credits.queries import issued as queries
from credits.views.desk import Listed, desk_page, managed


@require_safe
@login_required
def issued(request: HttpRequest, organization_id: str) -> HttpResponse:
    organization, manager = managed(request, organization_id)
    form = SearchForm(request.GET)
    lots = queries.by_organization(organization, words=form.words)
    listed = Listed(
        rows=lots, shown=Shown.ISSUED, whose=lambda lot: {lot.learner_id}, is_search=bool(form.words.strip())
    )
    page = listed.page(request, organization=organization, manager=manager)
    context = {"organization": organization, "form": form, "page": page, "searched_max": queries.LOTS_SEARCHED_MAX}
    return render(request, "credits/desk_issued.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reversal_new(request: HttpRequest, organization_id: str, public_id: str) -> HttpResponse:
    """Ask that a line be reversed, whole or in part; a curator decides."""
    organization, manager = managed(request, organization_id)
    lot = get_object_or_404(queries.by_organization(organization), entry__public_id=public_id)
    now = timezone.now()
    left = lot.amount_minor - lot.reversed_minor  # type: ignore[attr-defined]  # by_organization adds it
    form = ReversalForm(request.POST if request.method == "POST" else None, left=left)
    if form.is_valid():
        amount = form.cleaned_data["amount"]
        why, key = form.why(), form.key(manager)
        try:
            asked = reversal.ask_reversal(
                entry=lot.entry, amount_minor=amount, **why, actor=manager, idempotency_key=key, now=now
            )
        except UnableToPost as reason:
            form.refuse(reason, where=partial(desk_page, organization))
        else:
            messages.success(request, _("You have asked. A curator decides; until then nothing changes."))
            return redirect("credits:desk_request", organization.public_id, asked.public_id)
    access.record(
        reader=manager,
        learner_ids={lot.learner_id},
        what=Reading.ENTRY,
        organization=organization,
        about=f"{Shown.FOR_REVERSAL}: {lot.entry.snapshot['title_vi']}",
        now=now,
    )
    context = {"organization": organization, "lot": lot, "left": left, "form": form}
    return render(request, "credits/reversal_new.html", context)
