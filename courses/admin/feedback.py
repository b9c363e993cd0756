"""Reviews at the curators' desk: what is reported or objected to first; hidden for a reason of a closed list only."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from courses.actions import moderation as actions
from courses.choices import HidingReason
from courses.forms.feedback import DecisionForm
from courses.models import Feedback, ModerationDecision
from courses.permissions import may_moderate
from courses.queries import feedback as feedback_queries
from courses.queries import moderation as queries
from learners.desk import ReadOnlyAdmin
from learners.models import Learner

HIDE, KEEP, SHOW, UPHOLD = "hide", "keep", "show", "uphold"  # the names of the buttons
BIGINT_DIGITS = 19


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ["excerpt", "provider", "stars", "given_at", "what_waits", "hidden_for", "withdrawn_at"]
    list_filter = ["stars", "hidden_for", ("withdrawn_at", admin.EmptyFieldListFilter), "given_at"]
    list_select_related = ["course__provider"]
    search_fields = ["text", "course__provider__name_vi", "=course__id"]
    list_per_page = 50
    show_full_result_count = False  # counts all reviews once more, for a number nobody needs

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        waits = Q(is_reported=True, hidden_at=None) | Q(is_objected_to=True, hidden_at__isnull=False)
        return (
            queries.with_what_waits(super().get_queryset(request))
            .annotate(order=Case(When(waits & Q(withdrawn_at=None), then=Value(0)), default=Value(1)))
            .order_by("order", "-given_at", "-pk")
        )

    @admin.display(description=gettext_lazy("review by a participant"))
    def excerpt(self, feedback: Feedback) -> str:
        return feedback.text[:80] or "–"

    @admin.display(description=gettext_lazy("organisation"), ordering="course__provider__name_vi")
    def provider(self, feedback: Feedback) -> str:
        return feedback.course.provider.name

    @admin.display(description=gettext_lazy("waits for a decision"))
    def what_waits(self, feedback: Any) -> str:
        if feedback.withdrawn_at is not None:
            return ""
        if feedback.hidden_at is not None:
            return _("objected to") if feedback.is_objected_to else ""
        return _("reported by a reader") if feedback.is_reported else ""

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:feedback_id>/decide/", decide, name="courses_feedback_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, self._get(request, object_id), DecisionForm())

    def decide(self, request: HttpRequest, feedback_id: int) -> HttpResponse:
        """Hide for a reason, leave as it is, show again, or leave hidden: one button each."""
        feedback = self._get(request, str(feedback_id))
        if not request.user.has_perm("courses.change_feedback"):
            raise PermissionDenied
        form = DecisionForm(request.POST)
        if form.is_valid() and self._decided(request, feedback, form):
            return redirect("admin:courses_feedback_changelist")
        return self._page(request, feedback, form)

    def _decided(self, request: HttpRequest, feedback: Feedback, form: DecisionForm) -> bool:
        curator: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
        now, note = timezone.now(), form.cleaned_data["note"]
        try:
            if form.cleaned_data["edited_at"] != _edited_at(feedback):
                raise actions.WordedAnew
            if HIDE in request.POST:
                if not form.cleaned_data["reason"]:
                    form.add_error("reason", _("Choose a reason."))
                    return False
                reason = HidingReason(form.cleaned_data["reason"])
                actions.hide(feedback=feedback, curator=curator, reason=reason, note=note, now=now)
                messages.success(request, _("The words are hidden, and the author is told."))
            elif SHOW in request.POST:
                actions.show(feedback=feedback, curator=curator, note=note, now=now)
                messages.success(request, _("The words are shown again, and the author is told."))
            elif UPHOLD in request.POST:
                actions.uphold(feedback=feedback, curator=curator, note=note, now=now)
                messages.success(request, _("The words stay hidden, and the author is told."))
            else:
                actions.keep(feedback=feedback, curator=curator, now=now)
                messages.success(request, _("The review stays as it is."))
        except actions.UnableToModerate as refusal:
            messages.error(request, str(refusal))
            return False
        return True

    def _get(self, request: HttpRequest, object_id: str) -> Feedback:
        feedback = (
            queries.for_desk(int(object_id))
            if object_id.isdecimal() and len(object_id) < BIGINT_DIGITS and self.has_view_permission(request)
            else None
        )
        if feedback is None:
            raise Http404
        return feedback

    def _page(self, request: HttpRequest, feedback: Feedback, form: DecisionForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("A review by a participant"),
            "subtitle": feedback.request.enrollment.run.version.title,
            "opts": self.opts,
            "feedback": feedback,
            "version": feedback.request.enrollment.run.version,
            "provider": feedback.course.provider,
            "month": feedback_queries.month_of(feedback.request.enrollment),
            "reports": queries.open_reports(feedback),
            "objection": queries.open_objection(feedback),
            "edited_at": _edited_at(feedback),
            "form": form,
            "may_moderate": may_moderate(request.user, feedback),
            "buttons": {"hide": HIDE, "keep": KEEP, "show": SHOW, "uphold": UPHOLD},
        }
        return TemplateResponse(request, "admin/courses/feedback/decide.html", context)


def _edited_at(feedback: Feedback) -> str:
    return feedback.edited_at.isoformat() if feedback.edited_at else ""


@admin.register(ModerationDecision)
class ModerationDecisionAdmin(ReadOnlyAdmin):
    list_display = ["decided_at", "kind", "reason", "provider", "curator"]
    list_filter = ["kind", "reason", "decided_at"]
    list_select_related = ["feedback__course__provider", "decided_by"]
    search_fields = ["feedback__course__provider__name_vi", "decided_by__full_name"]
    ordering = ["-decided_at", "-pk"]
    fields = ["decided_at", "kind", "reason", "note", "provider", "curator"]

    @admin.display(description=gettext_lazy("organisation"))
    def provider(self, decision: ModerationDecision) -> str:
        return decision.feedback.course.provider.name

    @admin.display(description=gettext_lazy("curator"), ordering="decided_by__full_name")
    def curator(self, decision: ModerationDecision) -> str:
        return decision.decided_by.full_name
