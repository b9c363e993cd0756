"""Children somebody stands for, with what is asked about them; and recording guardians at the counter."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from learners.actions import consent
from learners.actions import guardian as actions
from learners.actions import guardian_by_code as by_code
from learners.choices import ConsentPurpose, GuardianProof, Language
from learners.formats import in_fours
from learners.forms.guardian import ChildCodeForm, ChildGuardianForm, GuardianCodeForm, GuardianForm
from learners.models import Learner
from learners.queries import age
from learners.queries import consent as consents
from learners.queries import guardian as queries
from learners.views.limits import limited
from learners.views.registration import asks_and_acts, counter_of, open_counter_of, person_of

ANSWERS = {"yes": True, "no": False}


@asks_and_acts
@login_required
def children(request: HttpRequest) -> HttpResponse:
    """Whom I stand for, what is asked about each, and the code of another child."""
    guardian: Learner = request.user  # type: ignore[assignment]  # login_required
    form = GuardianCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (refusal := limited(request, "guardian")) is not None:
        return refusal
    now = timezone.now()
    if form.is_valid():
        try:
            row = actions.take_up(code=form.cleaned_data["code"], guardian=guardian, now=now)
        except actions.UnableToTakeUp as reason:
            form.add_error("code", str(reason))
            form.lacks_year = isinstance(reason, actions.LacksYear)
        else:
            messages.success(request, _("You are recorded for %(child)s.") % {"child": row.child.full_name})
            return redirect("learners:children")
    standing = list(queries.holding(guardian, now=now))
    asked = queries.asked_of([row.child for row in standing], now=now)
    context = {"form": form, "standing": [(row, asked[row.child_id]) for row in standing]}
    return render(request, "learners/children.html", context)


@require_POST
@login_required
def child_answer(request: HttpRequest, guardian_id: UUID) -> HttpResponse:
    """Yes or no to what is asked about a child, in the words that were shown."""
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    now, said = timezone.now(), request.POST
    row = get_object_or_404(queries.holding(actor, now=now), public_id=guardian_id)
    if said.get("purpose") not in ConsentPurpose.values or said.get("answer") not in ANSWERS:
        raise Http404
    text, is_yes = consents.text_of(ConsentPurpose(said["purpose"])), ANSWERS[said["answer"]]
    if said.get("version") != str(text.pk):
        messages.error(request, _("The words have changed meanwhile. Read them, and answer again."))
        return redirect("learners:children")
    if is_yes and (refusal := limited(request, "consent")) is not None:  # a no is never too often
        return refusal
    spoken: dict[str, Any] = {"text": text, "is_yes": is_yes, "language": Language(get_language() or Language.VI)}
    try:
        consent.answer_for_child(guardian=row, actor=actor, **spoken, now=now)
    except consent.NotGuardian as reason:  # taken back between the two
        messages.error(request, str(reason))
        return redirect("learners:children")
    messages.success(
        request, _("Your yes is written down.") if is_yes else _("Your no is written down; it holds at once.")
    )
    return redirect("learners:children")


@require_POST
@login_required
def guardian_end(request: HttpRequest, guardian_id: UUID) -> HttpResponse:
    actor: Learner = request.user  # type: ignore[assignment]  # login_required
    row = get_object_or_404(queries.holding(actor, now=timezone.now()), public_id=guardian_id)
    actions.revoke(guardian=row, actor=actor, now=timezone.now())
    messages.success(request, _("You no longer stand for this child; what you had agreed to has ended."))
    return redirect("learners:children")


@asks_and_acts
@login_required
def person_guardians(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """Who stands for a child registered here, and recording another in front of staff."""
    organization, staff = counter_of(request, organization_id)
    child, now = person_of(organization, staff, person_id).learner, timezone.now()
    form, row, code = GuardianForm(request.POST if request.method == "POST" else None), None, ""
    if form.is_valid():
        proof, key = GuardianProof(form.cleaned_data["proof"]), form.cleaned_data["once"] or uuid4()
        said: dict[str, Any] = {"actor": staff, "proof": proof, "idempotency_key": key, "now": now}
        said["full_name"] = form.cleaned_data["full_name"]
        try:
            row, code = actions.record(child=child, organization=organization, **said)
        except actions.UnableToRecord as reason:
            form.add_error(None, str(reason))
        else:
            form = GuardianForm()  # with a key of its own: the other parent is another guardian
    context = {
        "form": form,
        "code": in_fours(code),
        "row": row,
        "person": child,
        "organization": organization,
        "guardians": queries.of_child(child),
        "is_child": age.ages(on=timezone.localdate(now)).needs_guardian(child),
        "now": now,
    }
    return render(request, "learners/guardians.html", context)


@asks_and_acts
@login_required
def guardian_by_code(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """A child who has opened its record itself shows a code: first who it is, then what the paper shows."""
    organization, staff = open_counter_of(request, organization_id)
    if request.method == "POST" and (refusal := limited(request, "guardian")) is not None:
        return refusal
    context: dict[str, Any] = {"organization": organization}
    form, now = ChildCodeForm(request.POST if request.method == "POST" else None), timezone.now()
    if form.is_valid():
        said: dict[str, Any] = {"code": form.cleaned_data["code"], "actor": staff, "organization": organization}
        try:
            context["child"] = by_code.see(**said, now=now)
            paper = ChildGuardianForm(request.POST if "proof" in request.POST or "once" in request.POST else None)
            if paper.is_valid():
                proof, key = GuardianProof(paper.cleaned_data["proof"]), paper.cleaned_data["once"] or uuid4()
                names = {"year": paper.cleaned_data["birth_year"], "full_name": paper.cleaned_data["full_name"]}
                seen = {**names, "proof": proof, "idempotency_key": key}
                context["row"], code = by_code.record(**said, **seen, now=now)
                context |= {"is_done": True, "code": in_fours(code)}
            elif not paper.is_bound:
                paper = ChildGuardianForm(initial={"code": said["code"]})
            context["paper"] = paper
        except actions.UnableToRecord as reason:
            context.pop("child", None)
            form.add_error("code", str(reason))
    return render(request, "learners/guardian_by_code.html", {**context, "form": form})


@require_POST
@login_required
def person_guardian_end(
    request: HttpRequest, organization_id: UUID, person_id: UUID, guardian_id: UUID
) -> HttpResponse:
    organization, staff = counter_of(request, organization_id)
    child = person_of(organization, staff, person_id).learner
    row = get_object_or_404(queries.of_child(child), public_id=guardian_id)
    actions.revoke(guardian=row, actor=staff, organization=organization, now=timezone.now())
    messages.success(request, _("Taken back; what this guardian alone had agreed to has ended."))
    return redirect("learners:person_guardians", organization.public_id, child.public_id)
