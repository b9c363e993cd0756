"""The list of skills at the desk: added to, put better, taken out of use; never deleted, because courses teach them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from courses.actions import skill as actions
from courses.models import Skill


@admin.register(Skill)
class SkillAdmin(admin.ModelAdmin):
    list_display = ["name_vi", "name_en", "code", "group", "is_offered", "source"]
    list_filter = ["group", "is_offered", "source"]
    search_fields = ["name_vi", "name_en", "code"]
    list_per_page = 100
    fields = ["name_vi", "name_en", "code", "group", "source", "is_offered"]

    def get_readonly_fields(self, request: HttpRequest, obj: Skill | None = None) -> list[str]:
        return ["code"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Skill | None = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"code": ["name_vi"]}

    def has_delete_permission(self, request: HttpRequest, obj: Skill | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Skill, form: Any, change: bool) -> None:
        actions.save(skill=obj, now=timezone.now())
