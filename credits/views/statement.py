"""The statement: a learner's own book."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from credits.choices import KindOfCredit
from credits.forms.period import PeriodForm
from credits.queries import ledger
from learners.models import Learner


@login_required
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """The whole book, or a period of it; ``?print=1`` is the same without anything around it, to put on paper."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    book = ledger.statement(learner)
    form = PeriodForm(request.GET, years=book.years)
    today = timezone.localdate()
    since, until = form.days(today=today)
    page = {
        "book": book,
        "kinds": [(KindOfCredit(kind).label, hundredths) for kind, hundredths in book.by_kind.items()],
        "today": today,
        "form": form,
        "months": book.months(since=since, until=until),
        "brought_forward": book.balance_on(since - timedelta(days=1)) if since else None,
        "since": since,
        "closing_on": min(until, today) if until else today,
        "closing_balance": book.balance_on(until) if until else book.total,
        "period": form.cleaned_data.get("period", "") if form.is_valid() else "",
    }
    return render(
        request, "credits/statement_print.html" if request.GET.get("print") else "credits/statement.html", page
    )
