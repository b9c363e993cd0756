"""What I need in a class, and everything I have agreed to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learners import rules
from learners.actions import consent as actions
from learners.actions import guardian_by_code
from learners.actions import needs as telling
from learners.choices import AccessNeed, ConsentPurpose, Language
from learners.formats import in_fours
from learners.forms.needs import NeedsForm
from learners.models import Learner
from learners.queries import age
from learners.queries import consent as queries
from learners.queries import guardian as guardians
from learners.queries.learner import accounts_merged_into
from learners.queries.registration import was_registered
from learners.views.card import is_by_card
from learners.views.limits import limited


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: HttpRequest) -> HttpResponse:
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    if request.method == "POST" and (refusal := limited(request, "consent")) is not None:
        return refusal
    text, told = queries.text_of(ConsentPurpose.ACCESS_NEEDS), queries.own_needs(learner)
    # Kept without a consent, they wait for a child's guardian.
    initial = {"needs": told.needs, "words": told.words, "agrees": queries.has_agreed(learner, text)} if told else {}
    form = NeedsForm(request.POST or None, text=text, initial={**initial, "version": text.pk})
    if form.is_valid() and form.cleaned_data["version"] != text.pk:
        form.add_error("agrees", _("The words have changed meanwhile. Read them, and tick the box again if you agree."))
    if not form.is_valid():
        return render(request, "learners/needs.html", {"form": form})
    chosen = [AccessNeed(need) for need in form.cleaned_data["needs"]]
    language = Language(get_language() or Language.VI)
    said = {"needs": chosen, "words": form.cleaned_data["words"], "text": text, "language": language}
    telling.tell(learner=learner, **said, now=timezone.now())
    if (not chosen and not said["words"]) or queries.is_given(learner, ConsentPurpose.ACCESS_NEEDS):
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Saved. Nobody sees it until your parent or guardian has said yes too."))
    return redirect("learners:needs")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """One's own consents, each with its receipt; withdrawing one; a child's code for a counter."""
    learner: Learner = request.user  # type: ignore[assignment]  # login_required
    code = ""
    if "show_code" in request.POST and not is_by_card(request):
        if (refusal := limited(request, "guardian")) is not None:
            return refusal
        try:
            code = guardian_by_code.show(child=learner, now=timezone.now())
        except guardian_by_code.UnableToRecord as reason:
            messages.error(request, str(reason))
    elif request.method == "POST":
        if request.POST.get("withdraw") not in ConsentPurpose.values:
            raise Http404
        actions.withdraw(learner=learner, purpose=ConsentPurpose(request.POST["withdraw"]), now=timezone.now())
        messages.success(request, _("Withdrawn, with effect from now."))
        return redirect("learners:consents")
    now = timezone.now()
    is_child = age.ages(on=timezone.localdate(now)).needs_guardian(learner)
    asked = guardians.asked_of([learner, *accounts_merged_into(learner)], now=now)
    context = {
        "consents": queries.history(learner),
        "waiting": [each for said in asked.values() for each in said if each.is_open or each.is_refused],
        "is_child": is_child,
        "code": in_fours(code),
        "code_minutes": int(rules.CHILD_CODE_VALID.total_seconds()) // 60,
        "was_registered": was_registered(learner),
        "guardians": guardians.of_child(learner),
    }
    return render(request, "learners/consents.html", context)
