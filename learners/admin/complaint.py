"""Complaints about organizations at the curators' desk: what waits, and a page to read and to answer."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from learners import formats
from learners.actions import complaint as actions
from learners.choices import ComplaintOutcome
from learners.desk import ReadOnlyAdmin
from learners.forms.complaint import ComplaintAnswerForm
from learners.models import Learner, OrganizationComplaint
from learners.permissions import may_answer_complaint
from learners.queries import complaint as queries

WAITS, ANSWERED = "yes", "no"


class WaitsFilter(admin.SimpleListFilter):
    title = gettext_lazy("waits for an answer")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(WAITS, _("Yes")), (ANSWERED, _("No"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[OrganizationComplaint]
    ) -> QuerySet[OrganizationComplaint]:
        return queryset.filter(answer__isnull=self.value() == WAITS) if self.value() in (WAITS, ANSWERED) else queryset


@admin.register(OrganizationComplaint)
class OrganizationComplaintAdmin(ReadOnlyAdmin):
    """Who complained stands here by their ledger number, as learners do everywhere at the desk."""

    list_display = ["organization", "subject", "made", "due", "outcome"]
    list_filter = [WaitsFilter, "subject", "due_on"]
    search_fields = ["organization__name_vi"]
    list_per_page = 50
    show_full_result_count = False
    # What has no answer stands above what has, the oldest promise on top.
    ordering = [Case(When(answer__isnull=True, then=Value(0)), default=Value(1)).asc(), "due_on", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrganizationComplaint]:
        return queries.for_review()

    @admin.display(description=gettext_lazy("made"), ordering="made_at")
    def made(self, complaint: OrganizationComplaint) -> str:
        return formats.moment(complaint.made_at)

    @admin.display(description=gettext_lazy("answer due"), ordering="due_on")
    def due(self, complaint: OrganizationComplaint) -> str:
        return formats.day(complaint.due_on)

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, complaint: OrganizationComplaint) -> str:
        answer = getattr(complaint, "answer", None)
        return answer.get_outcome_display() if answer else ""

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(require_POST(self.answer))
        return [
            path("<int:complaint_id>/answer/", answer, name="learners_organizationcomplaint_answer"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, object_id, ComplaintAnswerForm())

    def answer(self, request: HttpRequest, complaint_id: int) -> HttpResponse:
        if not request.user.has_perm("learners.change_organizationcomplaint"):
            raise PermissionDenied
        curator: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
        complaint = queries.for_review().filter(pk=complaint_id).first()
        if complaint is None:
            raise Http404
        form = ComplaintAnswerForm(request.POST)
        if form.is_valid():
            outcome, text = ComplaintOutcome(form.cleaned_data["outcome"]), form.cleaned_data["text"]
            try:
                actions.answer(complaint=complaint, curator=curator, outcome=outcome, text=text, now=timezone.now())
            except actions.UnableToAnswerComplaint as reason:
                messages.error(request, str(reason))
            else:
                messages.success(request, _("The learner has your answer."))
                return redirect("admin:learners_organizationcomplaint_changelist")
        return self._page(request, str(complaint_id), form)

    def _page(self, request: HttpRequest, object_id: str, form: ComplaintAnswerForm) -> HttpResponse:
        complaint = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if complaint is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Complaint about an organisation"),
            "subtitle": complaint.organization.name,
            "opts": self.opts,
            "complaint": complaint,
            "given": getattr(complaint, "answer", None),
            "form": form,
            "may_answer": may_answer_complaint(request.user, complaint)
            and request.user.has_perm("learners.change_organizationcomplaint"),
        }
        return TemplateResponse(request, "admin/learners/organizationcomplaint/answer.html", context)
