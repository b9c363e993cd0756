"""Organisations at the desk: verify until a day, or suspend."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from learners import formats
from learners.actions import organization as actions
from learners.desk import ReadOnlyAdmin
from learners.forms.verification import VerificationForm
from learners.models import Learner, Organization
from learners.rules import VERIFIED_YEARS

SUSPEND = "suspend"


@admin.register(Organization)
class OrganizationAdmin(ReadOnlyAdmin):
    change_form_template = "admin/learners/organization/verify.html"
    list_display = ["name_vi", "kind", "province", "status", "verified_until", "registered_at"]
    list_filter = ["status", "kind", "registered_at", "verified_until", "is_demonstration"]
    list_select_related = ["place__parent"]
    search_fields = ["name_vi", "name_en", "place__name_fold", "registered_by__full_name"]
    ordering = ["status", "-registered_at"]
    fields = [
        ("name_vi", "name_en"),
        "kind",
        "place",
        "address",
        "phone",
        "opening_hours_vi",
        "description_vi",
        "status",
        "registration",
        "verification",
        "suspension",
        "people",
    ]

    @admin.display(description=gettext_lazy("province"), ordering="place__parent__sort_key")
    def province(self, organization: Organization) -> str:
        return organization.place.parent.name if organization.place.parent else ""

    @admin.display(description=gettext_lazy("registered"))
    def registration(self, organization: Organization) -> str:
        return f"{formats.moment(organization.registered_at)}, {organization.registered_by.full_name}"

    @admin.display(description=gettext_lazy("verified"))
    def verification(self, organization: Organization) -> str:
        if organization.verified_at is None or organization.verified_by is None or organization.verified_until is None:
            return ""
        until = _("until %(until)s") % {"until": formats.day_plain(organization.verified_until)}
        return f"{formats.moment(organization.verified_at)}, {organization.verified_by.full_name}, {until}"

    @admin.display(description=gettext_lazy("suspended"))
    def suspension(self, organization: Organization) -> str:
        if organization.suspended_at is None or organization.suspended_by is None:
            return ""
        return f"{formats.moment(organization.suspended_at)}, {organization.suspended_by.full_name}"

    @admin.display(description=gettext_lazy("people"))
    def people(self, organization: Organization) -> str:
        current = organization.memberships.filter(ended_at__isnull=True).select_related("learner").order_by("pk")
        return "; ".join(f"{each.learner.full_name} ({each.get_role_display()})" for each in current)

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:organization_id>/decide/", decide, name="learners_organization_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        today = timezone.localdate()
        form = VerificationForm(initial={"until": date(today.year + VERIFIED_YEARS, today.month, min(today.day, 28))})
        context = {"title": _("Organisation"), "verification": form, "suspend": SUSPEND}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def decide(self, request: HttpRequest, organization_id: int) -> HttpResponse:
        """Verify until the day given, or suspend."""
        organization = self.get_object(request, str(organization_id)) if self.has_view_permission(request) else None
        if organization is None:
            raise Http404
        if not request.user.has_perm("learners.change_organization"):
            raise PermissionDenied
        curator: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
        form = VerificationForm(request.POST)
        now = timezone.now()
        try:
            if SUSPEND in request.POST:
                actions.suspend(organization=organization, curator=curator, now=now)
                messages.success(request, _("%(name)s is suspended.") % {"name": organization.name})
            elif form.is_valid():
                until = form.cleaned_data["until"]
                actions.verify(organization=organization, curator=curator, until=until, now=now)
                messages.success(request, _("%(name)s is verified.") % {"name": organization.name})
            else:
                request.method = "GET"  # the page is shown again, with what was typed; nothing of it is to be saved
                return self.change_view(request, str(organization_id), extra_context={"verification": form})
        except actions.UnableToVerify as reason:
            messages.error(request, str(reason))
        return redirect("admin:learners_organization_change", organization_id)
