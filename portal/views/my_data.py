"""My data: what is kept and how long, what I agreed to, who has looked; and receipts to take away."""

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from credits.exports.signing import signed
from learners.actions import data_export
from learners.choices import Language, Level
from learners.levels import needs
from learners.models import Learner
from learners.queries import consent as consents
from learners.queries import data_export as exports
from learners.rules import CLOSING_WAITS
from portal.queries.my_data import my_data as my_data_of


@require_safe
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    return render(
        request, "portal/my_data.html", {"page": my_data_of(learner, now=timezone.now()), "days": CLOSING_WAITS.days}
    )


@needs(Level.REDEEM)
@require_POST
def export_new(request: HttpRequest) -> HttpResponse:
    """Ask for everything in one file; a worker prepares it."""
    learner: Learner = request.user  # type: ignore[assignment]  # a level above
    try:
        data_export.ask(learner=learner, language=Language(get_language() or Language.VI), now=timezone.now())
    except data_export.TooManyExports as reason:
        messages.error(request, str(reason))
    return redirect(f"{reverse('my_data')}#export")


@needs(Level.REDEEM)
@require_safe
def export_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file: everything, so it asks again like what made it, whoever sits before the browser by now."""
    learner: Learner = request.user  # type: ignore[assignment]  # a level above
    content = exports.file_of(learner, public_id, now=timezone.now())
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="hoc-suot-doi.zip"'
    return answer


@require_safe
@login_required
def consent_receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What somebody agreed to, in the words they read, signed by the portal."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    given = get_object_or_404(consents.of_learner(learner), public_id=public_id)
    receipt = {
        "channel": given.channel,
        "format": "consent-receipt",
        "given_at": given.given_at.isoformat(),
        "id": str(given.public_id),
        "language": given.language,
        "ledger_number": str(given.learner.ledger_number),
        "purpose": given.purpose,
        "text": given.text.text_en if given.language == "en" else given.text.text_vi,
        "text_version": given.text.version,
        "version": 1,
        "withdrawn_at": given.withdrawn_at.isoformat() if given.withdrawn_at else None,
    }
    answer = HttpResponse(
        json.dumps(signed(receipt), ensure_ascii=False, indent=1, sort_keys=True),
        content_type="application/json; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="consent-{given.given_at:%Y-%m-%d}.json"'
    return answer
