"""What has changed about class sessions, at the desk: read only."""

from django.contrib import admin

from courses.models import SessionChange
from learners.desk import ReadOnlyAdmin


@admin.register(SessionChange)
class SessionChangeAdmin(ReadOnlyAdmin):
    list_display = ["class_session", "kind", "starts_at_before", "starts_at", "reason", "changed_by", "changed_at"]
    list_filter = ["kind", "changed_at"]
    list_select_related = ["class_session__run__version", "changed_by"]
    search_fields = ["=class_session__run__id", "class_session__run__version__title_vi", "reason"]
    list_per_page = 50
    show_full_result_count = False  # counts all changes once more, for a number nobody needs
