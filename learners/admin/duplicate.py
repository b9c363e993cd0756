"""The page at the desk of accounts that are likely one person's."""

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from learners.models import Learner
from learners.queries.duplicate import likely_pairs


def page(desk: "ModelAdmin[Learner]", request: HttpRequest) -> HttpResponse:
    """Show the pairs, each with the way to asking for their merge; whether they are one, two persons decide."""
    if not request.user.has_perm("credits.add_ledgerrequest"):
        raise PermissionDenied
    context = {
        **desk.admin_site.each_context(request),
        "title": _("Accounts that are likely one person’s"),
        "opts": desk.opts,
        "pairs": likely_pairs(),
    }
    return TemplateResponse(request, "admin/learners/learner/duplicates.html", context)
