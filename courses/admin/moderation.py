"""The log of decisions about reviews and replies at the curators' desk, with who decided."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import ModerationDecision
from learners.desk import ReadOnlyAdmin


@admin.register(ModerationDecision)
class ModerationDecisionAdmin(ReadOnlyAdmin):
    list_display = ["decided_at", "kind", "reason", "about", "provider", "curator"]
    list_filter = ["kind", "reason", ("reply", admin.EmptyFieldListFilter), "decided_at"]
    list_select_related = ["feedback__course__provider", "decided_by"]
    search_fields = ["feedback__course__provider__name_vi", "decided_by__full_name"]
    ordering = ["-decided_at", "-pk"]
    fields = ["decided_at", "kind", "reason", "about", "note", "provider", "curator"]

    @admin.display(description=gettext_lazy("about"))
    def about(self, decision: ModerationDecision) -> str:
        return _("the reply") if decision.reply_id else _("the review")

    @admin.display(description=gettext_lazy("organisation"))
    def provider(self, decision: ModerationDecision) -> str:
        return decision.feedback.course.provider.name

    @admin.display(description=gettext_lazy("curator"), ordering="decided_by__full_name")
    def curator(self, decision: ModerationDecision) -> str:
        return decision.decided_by.full_name
