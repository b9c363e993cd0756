"""The answer to "are you still coming?", by the links of the letter and without signing in."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.actions import coming as actions
from courses.choices import Coming
from courses.models import ComingQuestion
from courses.queries import coming as queries
from courses.queries import enrollment

asks_and_acts = require_http_methods(["GET", "HEAD", "POST"])
UNDO = "undo"  # the name of the button that takes a no back


@never_cache
@asks_and_acts
def coming_yes(request: HttpRequest, token: str) -> HttpResponse:
    return _by_link(request, token, queries.YES)


@never_cache
@asks_and_acts
def coming_no(request: HttpRequest, token: str) -> HttpResponse:
    return _by_link(request, token, queries.NO)


def _by_link(request: HttpRequest, token: str, act: str) -> HttpResponse:
    """
    Answer by a link with its own act only; mail scanners open links, so GET changes nothing.

    Whoever may say yes may say no instead, not the other way round: a text message has room for one link.
    """
    question = queries.question_of(token, act)
    if question is None:
        raise Http404
    if request.method != "POST":
        return _page(request, question, act)
    now = timezone.now()
    try:
        if act == queries.YES:
            actions.say_yes(question=question, now=now)
        elif UNDO in request.POST:
            actions.undo(question=question, now=now)
        else:
            actions.say_no(question=question, now=now)
    except actions.UnableToAnswer as reason:
        question = queries.questions().get(pk=question.pk)
        return _page(request, question, act, refusal=str(reason), status=HTTPStatus.CONFLICT)
    return redirect(request.path)


def _page(
    request: HttpRequest, question: ComingQuestion, act: str, *, refusal: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    now = timezone.now()
    held = queries.place_held(question)
    context = {
        "act": act,
        "facts": enrollment.run_facts(question.enrollment.run, now=now),
        "is_over": queries.is_over(question.enrollment.run, now=now),
        "has_place": held is not None,
        "taken_away": question.enrollment.withdrawn_by_id is not None,
        "said_yes": question.answer == Coming.YES and held == question.enrollment,
        "may_undo": act == queries.NO and queries.may_be_undone(question, now=now),
        "no_url": reverse("courses:coming_no", args=[queries.token(question, queries.NO)]),
        "undo": UNDO,
        "refusal": refusal,
    }
    return render(request, "courses/coming.html", context, status=status)
