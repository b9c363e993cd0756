"""Public holidays at the desk: what the Prime Minister decides each year is entered here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from learners.actions import holiday as actions
from learners.models import Holiday


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    """A holiday that moves is one taken back and one entered."""

    list_display = ["day", "name_vi", "name_en", "source"]
    date_hierarchy = "day"
    search_fields = ["name_vi", "name_en", "source"]
    ordering = ["day"]
    fields = ["day", ("name_vi", "name_en"), "source"]

    def get_readonly_fields(self, request: HttpRequest, obj: Holiday | None = None) -> list[str]:
        return ["day"] if obj else []

    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        obj.pk = actions.enter(day=obj.day, name_vi=obj.name_vi, name_en=obj.name_en, source=obj.source).pk

    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        actions.take_back(day=obj.day)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Holiday]) -> None:
        for holiday in queryset:
            actions.take_back(day=holiday.day)
