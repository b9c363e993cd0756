"""The counter: what somebody who has only a card answers in front of staff, for themself or for a child."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from learners.actions import consent
from learners.actions import counter_consent as actions
from learners.actions import guardian as guardians
from learners.choices import AccessNeed, ConsentChannel, ConsentPurpose, Language
from learners.forms.guardian import CounterAnswerForm, GuardianCodeForm
from learners.forms.needs import CounterNeedsForm
from learners.models import Learner, Organization
from learners.queries import age
from learners.queries import consent as consents
from learners.queries import guardian as queries
from learners.queries.added_way import own_addresses
from learners.views.limits import limited
from learners.views.registration import open_counter_of, person_of


@require_safe
@login_required
def person_answers(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """What this person is asked, for themself and for children they stand for."""
    organization, staff = open_counter_of(request, organization_id)
    return _page(request, organization, person_of(organization, staff, person_id).learner)


@require_POST
@login_required
def person_needs(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """What somebody needs in a class, and their own yes to showing it."""
    organization, staff = open_counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    text = consents.text_of(ConsentPurpose.ACCESS_NEEDS)
    form = CounterNeedsForm(request.POST, text=text)
    if not form.is_valid() or not form.is_about(text):
        return _page(request, organization, person, needs_form=form)
    said = form.cleaned_data
    spoken: dict[str, Any] = {"chosen": [AccessNeed(each) for each in said["needs"]], "words": said["words"]}
    witness = consent.Witness(staff=staff, organization=organization)
    try:
        actions.tell_needs(person=person, **spoken, text=text, **_how(said), witness=witness, now=timezone.now())
    except actions.UnableToAnswer as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Written down."))
    return redirect("learners:person_answers", organization.public_id, person.public_id)


@require_POST
@login_required
def person_take_up(request: HttpRequest, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """The code of a child, which makes the person in front of the counter its guardian."""
    organization, staff = open_counter_of(request, organization_id)
    person = person_of(organization, staff, person_id).learner
    if (refusal := limited(request, "guardian")) is not None:
        return refusal
    form, witness = GuardianCodeForm(request.POST), consent.Witness(staff=staff, organization=organization)
    if form.is_valid():
        try:
            row = actions.take_up(code=form.cleaned_data["code"], person=person, witness=witness, now=timezone.now())
        except (actions.UnableToAnswer, guardians.UnableToTakeUp) as reason:
            form.add_error("code", str(reason))
            form.lacks_year = isinstance(reason, guardians.LacksYear)
        else:
            said = {"person": person.full_name, "child": row.child.full_name}
            messages.success(request, _("%(person)s is recorded for %(child)s.") % said)
            return redirect("learners:person_answers", organization.public_id, person.public_id)
    return _page(request, organization, person, code_form=form)


@require_POST
@login_required
def person_answer(request: HttpRequest, organization_id: UUID, person_id: UUID, guardian_id: UUID) -> HttpResponse:
    """Yes or no of a guardian to what is asked about a child, in the words that were read out."""
    organization, staff = open_counter_of(request, organization_id)
    person, now = person_of(organization, staff, person_id).learner, timezone.now()
    standing = get_object_or_404(queries.holding(person, now=now), public_id=guardian_id)
    form = CounterAnswerForm(request.POST, row=standing)
    if not form.is_valid():
        return _page(request, organization, person, answer_form=form)
    said = form.cleaned_data
    text, witness = consents.text_of(said["purpose"]), consent.Witness(staff=staff, organization=organization)
    spoken: dict[str, Any] = {"text": text, "is_yes": said["answer"] == "yes", **_how(said)}
    if said["version"] != text.pk:
        messages.error(request, _("The words have changed meanwhile. Read them, and answer again."))
        return redirect("learners:person_answers", organization.public_id, person.public_id)
    try:
        actions.answer(person=person, standing=standing, **spoken, witness=witness, now=now)
    except (actions.UnableToAnswer, consent.NotGuardian) as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Written down."))
    return redirect("learners:person_answers", organization.public_id, person.public_id)


def _how(said: dict[str, Any]) -> dict[str, Any]:
    return {"channel": ConsentChannel(said["channel"]), "language": Language(get_language() or Language.VI)}


def _page(
    request: HttpRequest,
    organization: Organization,
    person: Learner,
    *,
    needs_form: CounterNeedsForm | None = None,
    code_form: GuardianCodeForm | None = None,
    answer_form: CounterAnswerForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    standing, text = list(queries.holding(person, now=now)), consents.text_of(ConsentPurpose.ACCESS_NEEDS)
    asked = queries.asked_of([row.child for row in standing], now=now)
    told = consents.own_needs(person)
    initial = {"needs": told.needs, "words": told.words, "agrees": consents.has_agreed(person, text)} if told else {}
    ages = age.ages(on=timezone.localdate(now))
    context = {
        "organization": organization,
        "person": person,
        "has_address": bool(own_addresses(person, now=timezone.now())),
        "is_child": ages.needs_guardian(person),
        "needs_form": needs_form or CounterNeedsForm(text=text, initial={**initial, "version": text.pk}),
        "code_form": code_form or GuardianCodeForm(),
        "standing": [
            (row, [(each, CounterAnswerForm.of(row, each.text, answer_form)) for each in asked[row.child_id]])
            for row in standing
        ],
    }
    return render(request, "learners/person_answers.html", context)
