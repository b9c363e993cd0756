"""Attendance at the curators' desk: objections that wait, entries to read, figures to change."""

from typing import Any

from django import forms
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

from courses.actions import attendance_figure
from courses.actions import attendance_objection as actions
from courses.choices import FigureName, ObjectionOutcome
from courses.forms.attendance import ObjectionAnswerForm
from courses.models import AttendanceFigure, AttendanceObjection, AttendanceRecord, WalkIn
from courses.permissions import may_answer_objection_as_curator
from courses.queries import attendance_history as queries
from learners import formats
from learners.actions import reading
from learners.choices import Seen
from learners.desk import ReadOnlyAdmin


@admin.register(AttendanceObjection)
class AttendanceObjectionAdmin(ReadOnlyAdmin):
    list_display = ["opened_at", "course", "provider", "said", "outcome", "due_on", "escalated_at"]
    list_filter = ["outcome", ("escalated_at", admin.EmptyFieldListFilter), "due_on"]
    search_fields = ["enrollment__run__version__course__provider__name_vi", "enrollment__run__version__title_vi"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttendanceObjection]:
        return queries.in_full()

    @admin.display(description=gettext_lazy("course"))
    def course(self, case: AttendanceObjection) -> str:
        return case.enrollment.run.version.title

    @admin.display(description=gettext_lazy("organisation"))
    def provider(self, case: AttendanceObjection) -> str:
        return case.enrollment.run.version.course.provider.name

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(require_POST(self.answer))
        return [
            path("<int:case_id>/answer/", answer, name="courses_attendanceobjection_answer"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, object_id, ObjectionAnswerForm())

    def answer(self, request: HttpRequest, case_id: int) -> HttpResponse:
        case = queries.in_full().filter(pk=case_id).first()
        if not request.user.has_perm("courses.change_attendanceobjection"):
            raise PermissionDenied
        if case is None:
            raise Http404
        form = ObjectionAnswerForm(request.POST)
        if form.is_valid():
            outcome, text = ObjectionOutcome(form.cleaned_data["outcome"]), form.cleaned_data["answer"]
            try:
                actions.answer(objection=case, outcome=outcome, text=text, actor=request.user, now=timezone.now())  # type: ignore[arg-type]  # admin_view
            except actions.UnableToAnswer as reason:
                messages.error(request, str(reason))
            else:
                messages.success(request, _("The learner has your answer."))
                return redirect("admin:courses_attendanceobjection_changelist")
        return self._page(request, str(case_id), form)

    def _page(self, request: HttpRequest, object_id: str, form: ObjectionAnswerForm) -> HttpResponse:
        case = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if case is None:
            raise Http404
        reading.write(
            reader=request.user,  # type: ignore[arg-type]  # admin_view
            learner_ids={case.enrollment.learner_id},
            seen=Seen.ATTENDANCE,
            now=timezone.now(),
        )
        lines = queries.history(case.enrollment, now=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Objection to attendance"),
            "subtitle": case.enrollment.run.version.title,
            "opts": self.opts,
            "case": case,
            "line": next(line for line in lines if line.session.pk == case.class_session_id),
            "form": form,
            "may_answer": not case.outcome and may_answer_objection_as_curator(request.user, case),
        }
        return TemplateResponse(request, "admin/courses/attendanceobjection/answer.html", context)


@admin.register(AttendanceRecord)
class AttendanceRecordAdmin(ReadOnlyAdmin):
    list_display = ["recorded_at", "course", "position", "status", "method", "recorded_by", "counts"]
    list_filter = ["method", "status", ("superseded_at", admin.EmptyFieldListFilter), "recorded_at"]
    list_select_related = ["enrollment__run__version", "class_session", "recorded_by"]
    search_fields = ["enrollment__run__version__title_vi", "recorded_by__full_name"]
    ordering = ["-recorded_at", "-pk"]
    fields = ["course", "position", "status", "method", "recorded_by", "recorded_at", "marked_at", "reason", "counts"]
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=gettext_lazy("course"))
    def course(self, record: AttendanceRecord) -> str:
        return record.enrollment.run.version.title

    @admin.display(description=gettext_lazy("class session"))
    def position(self, record: AttendanceRecord) -> int:
        return record.class_session.position

    @admin.display(description=gettext_lazy("counts"), boolean=True)
    def counts(self, record: AttendanceRecord) -> bool:
        return record.superseded_at is None


@admin.register(WalkIn)
class WalkInAdmin(ReadOnlyAdmin):
    """Names and numbers of strangers are not shown here: only where and how many."""

    list_display = ["recorded_at", "course", "position", "method", "recorded_by", "claimed_at", "struck_at"]
    list_filter = [
        "method",
        ("claimed_at", admin.EmptyFieldListFilter),
        ("struck_at", admin.EmptyFieldListFilter),
        "recorded_at",
    ]
    list_select_related = ["class_session__run__version", "recorded_by"]
    search_fields = ["class_session__run__version__title_vi"]
    ordering = ["-recorded_at", "-pk"]
    fields = ["course", "position", "method", "recorded_by", "recorded_at", "claimed_at", "struck_at"]

    @admin.display(description=gettext_lazy("course"))
    def course(self, walk_in: WalkIn) -> str:
        return walk_in.class_session.run.version.title

    @admin.display(description=gettext_lazy("class session"))
    def position(self, walk_in: WalkIn) -> int:
        return walk_in.class_session.position


class FigureForm(forms.ModelForm):
    """The next value of a figure; the one before stays with its days."""

    value = forms.IntegerField(label=gettext_lazy("value"), min_value=1, max_value=3650)

    class Meta:
        model = AttendanceFigure
        fields = ["name", "value", "source"]


@admin.register(AttendanceFigure)
class AttendanceFigureAdmin(ReadOnlyAdmin):
    """Adding a figure ends the one before: nothing is edited."""

    form = FigureForm
    list_display = ["name", "value", "source", "since", "until"]
    list_filter = ["name", ("valid_to", admin.EmptyFieldListFilter)]
    ordering = ["name", "-valid_from"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("courses.add_attendancefigure")

    def save_model(self, request: HttpRequest, obj: AttendanceFigure, form: forms.ModelForm, change: bool) -> None:
        made = attendance_figure.supersede(
            name=FigureName(obj.name), value=obj.value, source=obj.source, now=timezone.now()
        )
        obj.pk, obj.valid_from = made.pk, made.valid_from

    @admin.display(description=gettext_lazy("valid from"), ordering="valid_from")
    def since(self, figure: AttendanceFigure) -> str:
        return formats.moment(figure.valid_from)

    @admin.display(description=gettext_lazy("valid to"), ordering="valid_to")
    def until(self, figure: AttendanceFigure) -> str:
        return formats.moment(figure.valid_to) if figure.valid_to else ""
