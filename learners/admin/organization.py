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

from learners.actions import organization as actions
from learners.admin.people import ReadOnlyAdmin
from learners.forms.verification import VerificationForm
from learners.models import Learner, Membership, Organization
from learners.rules import VERIFIED_YEARS

SUSPEND = "suspend"


class MembershipInline(admin.TabularInline):
    model = Membership
    fields = ["learner", "role", "started_at", "ended_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organization)
class OrganizationAdmin(ReadOnlyAdmin):
    change_form_template = "admin/learners/organization/verify.html"
    list_display = ["name_vi", "kind", "province", "status", "verified_until", "registered_at"]
    list_filter = ["status", "kind", "registered_at", "verified_until", "is_demonstration"]
    list_select_related = ["place__parent"]
    search_fields = ["name_vi", "name_en", "place__name_fold", "registered_by__full_name"]
    ordering = ["status", "-registered_at"]
    inlines = [MembershipInline]
    fields = [
        ("name_vi", "name_en"),
        "kind",
        "place",
        "address",
        "phone",
        "opening_hours_vi",
        "description_vi",
        "status",
        ("registered_by", "registered_at"),
        ("verified_by", "verified_at", "verified_until"),
        ("suspended_by", "suspended_at"),
    ]

    @admin.display(description=gettext_lazy("province"), ordering="place__parent__sort_key")
    def province(self, organization: Organization) -> str:
        return organization.place.parent.name if organization.place.parent else ""

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
                return self.change_view(request, str(organization_id), extra_context={"verification": form})
        except actions.UnableToVerify as reason:
            messages.error(request, str(reason))
        return redirect("admin:learners_organization_change", organization_id)
