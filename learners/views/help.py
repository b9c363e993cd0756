"""A human: whom to call or to go and see, asking to be called back, and what people ask for."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learners import formats
from learners.actions import help as actions
from learners.choices import Language
from learners.forms.help import HelpForm
from learners.models import Learner, Place
from learners.queries import help as queries
from learners.queries import place as places
from learners.views.limits import limited


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def help_page(request: HttpRequest) -> HttpResponse:
    learner = request.user if isinstance(request.user, Learner) else None
    if request.method != "POST":
        return _page(request, HelpForm(initial=_initial(request, learner)), learner)
    refusal = None if learner else limited(request, "help")
    if refusal is not None:
        return refusal
    form = HelpForm(request.POST)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("name", "reach", "about")}
        once, language = form.cleaned_data["once"] or uuid4(), Language(get_language() or Language.VI)
        try:
            asked = actions.ask(
                **said, place=form.place, learner=learner, language=language, once=once, now=timezone.now()
            )
        except actions.UnableToAsk as reason:
            form.add_error(None, str(reason))
        else:
            told = _("We have your request. Somebody reaches you by %(day)s.")
            messages.success(request, told % {"day": formats.day(asked.due_on)})
            near = f"?{urlencode({'commune': form.place.pk})}" if form.place and form.place.parent_id else ""
            return redirect(request.path + near)
    return _page(request, form, learner)


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """What people ask for, month by month: numbers only."""
    return render(request, "learners/help_numbers.html", {"months": queries.by_month(now=timezone.now())})


def _initial(request: HttpRequest, learner: Learner | None) -> dict[str, str]:
    place = _place(request, learner)
    said = HelpForm.said(place)
    return {**said, "name": learner.full_name} if learner else said


def _place(request: HttpRequest, learner: Learner | None) -> Place | None:
    return places.commune(request.GET.get("commune", "")) or (learner.place if learner else None)


def _page(request: HttpRequest, form: HelpForm, learner: Learner | None) -> HttpResponse:
    place = _place(request, learner)
    context = {
        "form": form,
        "place": place,
        "helpers": queries.helpers_in(place, on=timezone.localdate()),
        "mine": queries.of_learner(learner) if learner else [],
        "due_on": actions.answer_due(now=timezone.now()),
    }
    return render(request, "learners/help.html", context)
