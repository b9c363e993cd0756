"""The statement: a learner's own book, on a page and on paper, and each of its entries."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credits.exports.statement_csv import statement_csv
from credits.forms.statement import StatementForm
from credits.queries import entry as entries
from credits.queries import ledger, scheme, wording
from credits.queries import seal as seals
from credits.queries.statement import LINES_ON_PAPER_MAX, LINES_PER_PAGE_MAX
from learners.models import Learner

PAGES_MAX = 10_000


@login_required
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """The book, or a part of it, a page at a time; ``?print=1`` is it without anything around, to put on paper."""
    if request.GET.get("print"):
        paper = _read(request, limit=LINES_ON_PAPER_MAX)
        return _refused(request, paper) or render(request, "credits/statement_print.html", _with_schemes(paper))
    number = page_number(request)
    context = _with_schemes(_read(request, limit=LINES_PER_PAGE_MAX, offset=(number - 1) * LINES_PER_PAGE_MAX))
    context["page"] = page_of(context["book"].lines_count, LINES_PER_PAGE_MAX, number)
    return render(request, "credits/statement.html", context)


@login_required
@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The same as a document to keep or to hand in."""
    # typst takes 50 ms to load, and only this needs it.
    from credits.exports.statement_pdf import statement_pdf  # noqa: PLC0415

    context, learner = _read(request, limit=LINES_ON_PAPER_MAX), learner_of(request)
    if refused := _refused(request, context):
        return refused
    content = statement_pdf(
        context["book"],
        learner=learner,
        about=context["about"],
        proof=seals.proof(learner),
        now=context["now"],
    )
    return HttpResponse(content, content_type="application/pdf", headers=_to_keep(f"{_name(context)}.pdf"))


@login_required
@require_safe
def table(request: HttpRequest) -> HttpResponseBase:
    """All lines of the part chosen as a table for a spreadsheet, however many there are."""
    context = _chosen(request)
    if refused := _refused(request, context):
        return refused
    lines = ledger.lines(learner_of(request), context["excerpt"])
    content = statement_csv(lines, context["excerpt"], now=context["now"])
    return StreamingHttpResponse(
        content, content_type="text/csv; charset=utf-8", headers=_to_keep(f"{_name(context)}.csv")
    )


@login_required
@require_safe
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """One line with all it remembers."""
    reader = learner_of(request)
    mine = entries.visible_to(reader).select_related("actor", "hold")
    found = entries.detail(get_object_or_404(mine, public_id=public_id), reader=reader)
    return render(request, "credits/entry.html", {"detail": found, "line": found.line})


def page_number(request: HttpRequest) -> int:
    """Return the number of the page asked for; the first where that is no number."""
    text = request.GET.get("page", "")
    return min(max(int(text), 1), PAGES_MAX) if text.isdecimal() and len(text) < 10 else 1


def page_of(count: int, per_page: int, number: int) -> Page[int]:
    """
    Return the page for the pagination below a list of ``count``.

    :raises Http404: if there is no such page.
    """
    return page_or_404(range(count), per_page, number)


def page_or_404(things: Sequence[Any] | QuerySet[Any], per_page: int, number: int) -> Page[Any]:
    """
    Return a page of these things.

    :raises Http404: if there is no such page.
    """
    try:
        return Paginator(things, per_page).page(number)
    except EmptyPage as reason:
        raise Http404 from reason


def learner_of(request: HttpRequest) -> Learner:
    assert isinstance(request.user, Learner)  # login_required
    return request.user


def _read(request: HttpRequest, *, limit: int, offset: int = 0) -> dict[str, Any]:
    """Return what a page about the book says, whichever page: the part chosen, and what the whole comes to."""
    chosen = _chosen(request)
    book = ledger.statement(learner_of(request), chosen["excerpt"], limit=limit, offset=offset)
    return {**chosen, "book": book, "paper_lines_max": LINES_ON_PAPER_MAX}


def _chosen(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate(now)
    outline = ledger.outline(learner_of(request))
    form = StatementForm(request.GET, outline=outline, now=now)
    excerpt = form.excerpt()
    return {
        "excerpt": excerpt,
        "outline": outline,
        "form": form,
        "query": _query(request, form),
        "about": wording.about(excerpt, now=now),
        "known_on": excerpt.known_on(today),
        "closing_on": excerpt.closes_on(today),
        "now": now,
    }


def _with_schemes(context: dict[str, Any]) -> dict[str, Any]:
    """Add the balance as other schemes write it, by the policies of the day the balance is of."""
    return {**context, "schemes": scheme.shown(context["book"].total, on=context["known_on"])}


def _query(request: HttpRequest, form: StatementForm) -> str:
    """Return the part chosen as it stands in an address, without what the form does not understand."""
    wrong = tuple(f"{name}_" for name in form.errors)
    query = request.GET.copy()
    for name in list(query):
        if name in {"page", "print", *form.errors} or name.startswith(wrong):
            del query[name]
    return query.urlencode()


def _refused(request: HttpRequest, context: dict[str, Any]) -> HttpResponse | None:
    """Lead to the page that says what is wrong, rather than give a document of another part than was asked for."""
    if context["form"].is_valid():
        return None
    query = request.GET.copy()
    query.pop("print", None)
    return redirect(f"{reverse('credits:statement')}?{query.urlencode()}")


def _name(context: dict[str, Any]) -> str:
    """Return what a file is called, without its ending: as of which day it is, and which part."""
    return "-".join([_("credit-record"), context["known_on"].isoformat(), *context["form"].marks()])


def _to_keep(name: str) -> dict[str, str]:
    """Return the header of a file to keep, its name ours alone."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
