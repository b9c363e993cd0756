"""A learner's record to take away, as a file that proves itself."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from credits.exports import statement_json as exports
from learners import formats
from learners.models import Learner

# Always the same: the page about the seals shows how to check a file of this name.
FILE_NAMES = {"vi": "so-tin-chi.json", "en": "credit-record.json"}


@login_required
@require_safe
def statement_json(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    now = timezone.now()
    answer = HttpResponse(exports.export(learner, now), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAMES[formats.language()]}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
