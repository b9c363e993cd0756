"""What each app's pages at the curators' desk are made of."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnly:
    """Rows that can be found and read; they change through actions only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """A page of such rows; an inline takes ``ReadOnly`` alone."""
