"""One page of the desk for whatever a curator asks for or does: what it is about, a form, one button."""

from collections.abc import Sequence

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from credits.models import LedgerRequest
from learners.models import Learner

Facts = Sequence[tuple[str, str, str]]


def page(
    desk: ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    form: Form | None,
    button: str = "",
    intro: str = "",
    facts: Facts = (),
) -> HttpResponse:
    """Return the page; without a form it says what there is to know, and why there is nothing to do, in ``intro``."""
    context = {
        **desk.admin_site.each_context(request),
        "title": title,
        "opts": desk.opts,
        "form": form,
        "button": button,
        "intro": intro,
        "facts": facts,
    }
    return TemplateResponse(request, "admin/credits/act.html", context)


def page_of(asked: LedgerRequest) -> str:
    return reverse("admin:credits_ledgerrequest_change", args=[asked.pk])


def curator_who_may(request: HttpRequest, permission: str) -> Learner:
    """Return who acts; staff without the right are refused."""
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return curator_of(request)


def curator_of(request: HttpRequest) -> Learner:
    curator: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
    return curator
