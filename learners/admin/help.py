"""Requests to be called back at the curators' desk: what no organisation answers, or not in time."""

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
from learners.actions import help as actions
from learners.choices import HelpOutcome, HelpTag
from learners.desk import ReadOnlyAdmin
from learners.forms.help import HelpAnswerForm
from learners.models import HelpRequest, Learner
from learners.permissions import may_answer_help
from learners.queries import help as queries

CURATORS, WAITS, ANSWERED = "curators", "yes", "no"


class WaitsFilter(admin.SimpleListFilter):
    title = gettext_lazy("waits for a call")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(CURATORS, _("By a curator")), (WAITS, _("Yes")), (ANSWERED, _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
        if self.value() == CURATORS:
            return queryset.filter(pk__in=queries.for_curators(today=timezone.localdate()).values("pk"))
        return queryset.filter(answer__isnull=self.value() == WAITS) if self.value() in (WAITS, ANSWERED) else queryset


@admin.register(HelpRequest)
class HelpRequestAdmin(ReadOnlyAdmin):
    """The list says where and until when; name and telephone are read on the page of one request."""

    list_display = ["asked", "place", "due", "answer_given"]
    list_filter = [WaitsFilter, "due_on"]
    search_fields = ["public_id__exact"]
    list_per_page = 50
    show_full_result_count = False
    ordering = [Case(When(answer__isnull=True, then=Value(0)), default=Value(1)).asc(), "due_on", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        return queries.for_review()

    @admin.display(description=gettext_lazy("asked"), ordering="asked_at")
    def asked(self, asked: HelpRequest) -> str:
        return formats.moment(asked.asked_at)

    @admin.display(description=gettext_lazy("call by"), ordering="due_on")
    def due(self, asked: HelpRequest) -> str:
        return formats.day(asked.due_on)

    @admin.display(description=gettext_lazy("answer"))
    def answer_given(self, asked: HelpRequest) -> str:
        answer = getattr(asked, "answer", None)
        return str(answer) if answer else ""

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(require_POST(self.answer))
        return [path("<int:request_id>/answer/", answer, name="learners_helprequest_answer"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, object_id, HelpAnswerForm())

    def answer(self, request: HttpRequest, request_id: int) -> HttpResponse:
        if not request.user.has_perm("learners.change_helprequest"):
            raise PermissionDenied
        curator: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
        asked = queries.for_review().filter(pk=request_id).first()
        if asked is None:
            raise Http404
        form = HelpAnswerForm(request.POST)
        if form.is_valid():
            tag, outcome = HelpTag(form.cleaned_data["tag"]), HelpOutcome(form.cleaned_data["outcome"])
            said = {"tag": tag, "outcome": outcome, "note": form.cleaned_data["note"]}
            try:
                actions.answer(asked=asked, actor=curator, organization=None, **said, now=timezone.now())
            except actions.UnableToAnswer as reason:
                messages.error(request, str(reason))
            else:
                messages.success(request, _("The request is closed."))
                return redirect("admin:learners_helprequest_changelist")
        return self._page(request, str(request_id), form)

    def _page(self, request: HttpRequest, object_id: str, form: HelpAnswerForm) -> HttpResponse:
        asked = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if asked is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("Request to be called back"),
            "opts": self.opts,
            "asked": asked,
            "given": getattr(asked, "answer", None),
            "form": form,
            "may_answer": may_answer_help(request.user, asked, None, on=timezone.localdate())
            and request.user.has_perm("learners.change_helprequest"),
        }
        return TemplateResponse(request, "admin/learners/helprequest/answer.html", context)
