"""The transfer register at the desk: rows are added and ended."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from credits.actions import acceptance as actions
from credits.admin.acting import curator_of
from credits.admin.rule import Superseded
from credits.forms.acceptance import AcceptanceForm
from credits.models import Acceptance


@admin.register(Acceptance)
class AcceptanceAdmin(Superseded):
    """What an organisation accepts, since when, by which document; public as soon as it is saved."""

    form = AcceptanceForm
    list_display = ["organization", "provider", "course_title", "kind_of_credit", "field_code", "since", "until"]
    list_filter = [("until", admin.EmptyFieldListFilter), "kind_of_credit"]
    list_select_related = ["organization", "provider"]
    search_fields = ["organization__name_vi", "provider__name_vi", "course_title", "=course_key"]
    raw_id_fields = ["organization", "provider"]
    ordering = ["-since", "-pk"]
    fields = [*AcceptanceForm.Meta.fields]
    actions = ["end_today"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"since": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Acceptance, form: AcceptanceForm, change: bool) -> None:
        written = actions.record(
            organization=obj.organization, accepted=form.accepted(), actor=curator_of(request), now=timezone.now()
        )
        obj.pk = written.pk

    @admin.action(description=gettext_lazy("Let them end today"), permissions=["close"])
    def end_today(self, request: HttpRequest, queryset: QuerySet[Acceptance]) -> None:
        now = timezone.now()
        for row in queryset:
            try:
                actions.end(acceptance=row, until=timezone.localdate(now), actor=curator_of(request), now=now)
            except actions.UnableToRecord as reason:
                self.message_user(request, str(reason), messages.WARNING)
