"""Attendance that looks odd, at the curators' desk: a list of what waits, and a page to say what it was."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from courses.actions import attendance_flag as actions
from courses.choices import FlagOutcome, FlagRule
from courses.forms.attendance import FlagForm
from courses.models import AttendanceFlag
from courses.permissions import may_decide_flag
from courses.queries import attendance_flag as queries
from courses.queries.result import words_in
from learners.actions import reading
from learners.choices import Seen
from learners.desk import ReadOnlyAdmin


@admin.register(AttendanceFlag)
class AttendanceFlagAdmin(ReadOnlyAdmin):
    list_display = ["found_at", "rule", "course", "provider", "people", "outcome"]
    list_filter = [("decided_at", admin.EmptyFieldListFilter), "outcome", "rule", "found_at"]
    search_fields = ["run__version__course__provider__name_vi", "run__version__title_vi"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttendanceFlag]:
        return queries.in_full()

    @admin.display(description=gettext_lazy("course"))
    def course(self, flag: AttendanceFlag) -> str:
        return flag.run.version.title

    @admin.display(description=gettext_lazy("organisation"))
    def provider(self, flag: AttendanceFlag) -> str:
        return flag.run.version.course.provider.name

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:flag_id>/decide/", decide, name="courses_attendanceflag_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, object_id, FlagForm())

    def decide(self, request: HttpRequest, flag_id: int) -> HttpResponse:
        if not request.user.has_perm("courses.change_attendanceflag"):
            raise PermissionDenied
        flag = queries.in_full().filter(pk=flag_id).first()
        if flag is None:
            raise Http404
        form = FlagForm(request.POST)
        if form.is_valid():
            outcome, reason = FlagOutcome(form.cleaned_data["outcome"]), form.cleaned_data["reason"]
            try:
                actions.decide(flag=flag, outcome=outcome, reason=reason, actor=request.user, now=timezone.now())  # type: ignore[arg-type]  # admin_view
            except actions.UnableToDecide as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("It is written down."))
                return redirect("admin:courses_attendanceflag_changelist")
        return self._page(request, str(flag_id), form)

    def _page(self, request: HttpRequest, object_id: str, form: FlagForm) -> HttpResponse:
        flag = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if flag is None:
            raise Http404
        records = flag.records.select_related("class_session__run__version", "enrollment__learner", "recorded_by")
        records = list(records.order_by("marked_at", "pk"))
        words = list(words_in(flag.run)) if flag.rule == FlagRule.WORDS else []
        reading.write(
            reader=request.user,  # type: ignore[arg-type]  # admin_view
            learner_ids={each.enrollment.learner_id for each in (*records, *words)},
            seen=Seen.ATTENDANCE_DESK,
            now=timezone.now(),
        )
        context = {
            **self.admin_site.each_context(request),
            "title": flag.get_rule_display(),
            "subtitle": flag.run.version.title,
            "opts": self.opts,
            "flag": flag,
            "records": records,
            "words": words,
            "form": form,
            "may_decide": not flag.outcome and may_decide_flag(request.user, flag),
        }
        return TemplateResponse(request, "admin/courses/attendanceflag/decide.html", context)
