"""Reports of mistakes at the curators' desk: a list of what waits, and a page with the report and the answer."""

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

from credits.actions import dispute as actions
from credits.admin.acting import curator_of
from credits.admin.reads import LoggedReads
from credits.choices import DisputeOutcome, DisputeState, Reading
from credits.forms.dispute import AnswerForm
from credits.models import Dispute
from credits.permissions import may_answer_as_curator
from credits.queries import dispute as queries
from credits.queries import issued as entries
from learners import formats
from learners.desk import ReadOnlyAdmin


@admin.register(Dispute)
class DisputeAdmin(LoggedReads, ReadOnlyAdmin):
    """The learner stands here by their ledger number, as everywhere at the desk (decision 0107)."""

    what = Reading.DISPUTE
    list_display = ["case_number", "state", "complaint", "organization", "reported", "due", "went_up"]
    list_filter = [
        "state",
        ("escalated_at", admin.EmptyFieldListFilter),
        "complaint",
        "outcome",
        "due_on",
        ("organization", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["=case_number", "=learner__ledger_number", "organization__name_vi"]
    search_help_text = gettext_lazy("case number or ledger number in full, or the organisation's name")
    list_per_page = 50
    show_full_result_count = False
    # What waits with the curators comes first, the oldest promise on top.
    ordering = [
        Case(
            When(state=DisputeState.OPEN, escalated_at__isnull=False, then=Value(0)),
            When(state=DisputeState.OPEN, then=Value(1)),
            default=Value(2),
        ).asc(),
        "due_on",
        "pk",
    ]

    def whose(self, dispute: Dispute) -> Iterable[int | None]:
        return [dispute.learner_id]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispute]:
        return queries.for_review()

    @admin.display(description=gettext_lazy("reported"), ordering="opened_at")
    def reported(self, dispute: Dispute) -> str:
        return formats.moment(dispute.opened_at)

    @admin.display(description=gettext_lazy("answer due"), ordering="due_on")
    def due(self, dispute: Dispute) -> str:
        return formats.day(dispute.due_on)

    @admin.display(description=gettext_lazy("with the curators since"), ordering="escalated_at")
    def went_up(self, dispute: Dispute) -> str:
        return formats.day(dispute.escalated_at) if dispute.escalated_at else ""

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(require_POST(self.answer))
        return [path("<int:dispute_id>/answer/", answer, name="credits_dispute_answer"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, object_id, AnswerForm())

    def answer(self, request: HttpRequest, dispute_id: int) -> HttpResponse:
        if not request.user.has_perm("credits.change_dispute"):
            raise PermissionDenied
        curator = curator_of(request)
        dispute = queries.for_review().filter(pk=dispute_id).first()
        if dispute is None:
            raise Http404
        form = AnswerForm(request.POST)
        if form.is_valid():
            outcome, text = DisputeOutcome(form.cleaned_data["outcome"]), form.cleaned_data["answer"]
            try:
                actions.answer(dispute=dispute, actor=curator, outcome=outcome, text=text, now=timezone.now())
            except actions.UnableToAnswer as reason:
                messages.error(request, str(reason))
            else:
                messages.success(request, _("The learner has your answer to %(case)s.") % {"case": dispute.case_number})
                return redirect("admin:credits_dispute_changelist")
        return self._page(request, str(dispute_id), form)

    def _page(self, request: HttpRequest, object_id: str, form: AnswerForm) -> HttpResponse:
        dispute = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if dispute is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Report of a mistake"),
            "subtitle": dispute.case_number,
            "opts": self.opts,
            "dispute": dispute,
            "entry": entries.of_dispute(dispute),
            "form": form,
            "is_open": dispute.state == DisputeState.OPEN,
            "may_answer": may_answer_as_curator(request.user, dispute)
            and request.user.has_perm("credits.change_dispute"),
        }
        return TemplateResponse(request, "admin/credits/dispute/answer.html", context)
