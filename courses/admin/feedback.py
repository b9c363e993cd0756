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
from courses.actions import reply_moderation as reply_actions
from courses.choices import HidingReason
from courses.forms.feedback import DecisionForm, ReplyDecisionForm
from courses.models import Feedback, FeedbackReply
from courses.permissions import may_moderate
from courses.queries import feedback as feedback_queries
from courses.queries import moderation as queries
from courses.queries import reply_moderation as reply_queries
from learners.desk import ReadOnlyAdmin
from learners.models import Learner

HIDE, KEEP, SHOW, UPHOLD = "hide", "keep", "show", "uphold"  # the names of the buttons
ABOUT_REPLY = "about_reply"  # a field of the form that decides about the reply
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
        waits = (
            Q(is_reported=True, hidden_at=None)
            | Q(is_objected_to=True, hidden_at__isnull=False)
            | Q(is_reply_waiting=True)
        )
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
        if feedback.hidden_at is not None and feedback.is_objected_to:
            return _("objected to")
        if feedback.hidden_at is None and feedback.is_reported:
            return _("reported by a reader")
        return _("the reply") if feedback.is_reply_waiting else ""

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:feedback_id>/decide/", decide, name="courses_feedback_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, self._get(request, object_id))

    def decide(self, request: HttpRequest, feedback_id: int) -> HttpResponse:
        """Hide the review or the reply for a reason, leave as it is, show again, or leave hidden: one button each."""
        feedback = self._get(request, str(feedback_id))
        if not request.user.has_perm("courses.change_feedback"):
            raise PermissionDenied
        if ABOUT_REPLY in request.POST:
            reply = reply_queries.standing(feedback)
            reply_form = ReplyDecisionForm(request.POST)
            if reply and reply_form.is_valid() and self._decided(request, reply, reply_form):
                return redirect("admin:courses_feedback_changelist")
            return self._page(request, feedback, reply_form=reply_form)
        form = DecisionForm(request.POST)
        if form.is_valid() and self._decided(request, feedback, form):
            return redirect("admin:courses_feedback_changelist")
        return self._page(request, feedback, form=form)

    def _decided(self, request: HttpRequest, words: Feedback | FeedbackReply, form: DecisionForm) -> bool:
        if HIDE in request.POST and not form.cleaned_data["reason"]:
            form.add_error("reason", _("Choose a reason."))
            return False
        decide = self._about_reply if isinstance(words, FeedbackReply) else self._about_review
        try:
            messages.success(request, decide(request, words, form.cleaned_data))
        except actions.UnableToModerate as refusal:
            messages.error(request, str(refusal))
            return False
        return True

    def _about_review(self, request: HttpRequest, feedback: Any, said: dict[str, str]) -> str:
        curator: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
        now, note = timezone.now(), said["note"]
        if said["as_read"] != _edited_at(feedback):
            raise actions.WordedAnew
        if HIDE in request.POST:
            actions.hide(feedback=feedback, curator=curator, reason=HidingReason(said["reason"]), note=note, now=now)
            return _("The words are hidden, and the author is told.")
        if SHOW in request.POST:
            actions.show(feedback=feedback, curator=curator, note=note, now=now)
            return _("The words are shown again, and the author is told.")
        if UPHOLD in request.POST:
            actions.uphold(feedback=feedback, curator=curator, note=note, now=now)
            return _("The words stay hidden, and the author is told.")
        actions.keep(feedback=feedback, curator=curator, now=now)
        return _("The review stays as it is.")

    def _about_reply(self, request: HttpRequest, reply: Any, said: dict[str, str]) -> str:
        curator: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
        now, note = timezone.now(), said["note"]
        if said["as_read"] != str(reply.pk):
            raise reply_actions.ReplyWordedAnew
        if HIDE in request.POST:
            reply_actions.hide(reply=reply, curator=curator, reason=HidingReason(said["reason"]), note=note, now=now)
            return _("The reply is hidden, and the organisation is told.")
        if SHOW in request.POST:
            reply_actions.show(reply=reply, curator=curator, note=note, now=now)
            return _("The reply is shown again, and the organisation is told.")
        if UPHOLD in request.POST:
            reply_actions.uphold(reply=reply, curator=curator, note=note, now=now)
            return _("The reply stays hidden, and the organisation is told.")
        reply_actions.keep(reply=reply, curator=curator, now=now)
        return _("The reply stays as it is.")

    def _get(self, request: HttpRequest, object_id: str) -> Feedback:
        feedback = (
            queries.for_desk(int(object_id))
            if object_id.isdecimal() and len(object_id) < BIGINT_DIGITS and self.has_view_permission(request)
            else None
        )
        if feedback is None:
            raise Http404
        return feedback

    def _page(
        self,
        request: HttpRequest,
        feedback: Feedback,
        *,
        form: DecisionForm | None = None,
        reply_form: ReplyDecisionForm | None = None,
    ) -> HttpResponse:
        reply = reply_queries.standing(feedback)
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
            "form": form or DecisionForm(),
            "reply": reply,
            "reply_reports": reply_queries.open_reports(feedback),
            "reply_objection": reply_queries.open_objection(reply) if reply else None,
            "reply_is_looked_at": reply is not None and reply_queries.decision_on(reply) is not None,
            "reply_form": reply_form or ReplyDecisionForm(),
            "may_moderate": may_moderate(request.user, feedback),
            "buttons": {"hide": HIDE, "keep": KEEP, "show": SHOW, "uphold": UPHOLD},
        }
        return TemplateResponse(request, "admin/courses/feedback/decide.html", context)


def _edited_at(feedback: Feedback) -> str:
    return feedback.edited_at.isoformat() if feedback.edited_at else ""
