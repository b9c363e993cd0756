"""Wishes at the curators' desk: to look at, and to take off the boards what is no wish to learn."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from courses.actions import wish as actions
from courses.models import Wish
from courses.queries import wish as queries
from learners.desk import ReadOnlyAdmin
from learners.models import Learner


@admin.register(Wish)
class WishAdmin(ReadOnlyAdmin):
    """How many ask for what, and where; who they are is not shown."""

    list_display = ["topic", "place", "asked_by", "created_at", "hidden_at"]
    list_filter = [("hidden_at", admin.EmptyFieldListFilter), "created_at"]
    list_select_related = ["place"]
    search_fields = ["topic", "place__name"]
    ordering = ["-created_at"]
    fields = ["topic", "place", "asked_by", "created_at", "hidden_at", "hidden_by"]
    actions = ["hide", "show"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wish]:
        return super().get_queryset(request).annotate(people=queries.people())

    @admin.display(description=gettext_lazy("people who ask"), ordering="people")
    def asked_by(self, wish: Wish) -> int:
        return wish.people  # type: ignore[attr-defined,no-any-return]  # counted by the query

    def has_hide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("courses.change_wish")

    @admin.action(description=gettext_lazy("Take off all boards"), permissions=["hide"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Wish]) -> None:
        """Nobody but those who asked sees it any more."""
        curator: Learner = request.user  # type: ignore[assignment]  # who has a permission is signed in
        for wish in queryset:
            actions.hide(wish=wish, curator=curator, now=timezone.now())
        words = ngettext("%(count)s wish is hidden.", "%(count)s wishes are hidden.", len(queryset))
        self.message_user(request, words % {"count": len(queryset)})

    @admin.action(description=gettext_lazy("Put back on the boards"), permissions=["hide"])
    def show(self, request: HttpRequest, queryset: QuerySet[Wish]) -> None:
        curator: Learner = request.user  # type: ignore[assignment]  # who has a permission is signed in
        for wish in queryset:
            actions.show(wish=wish, curator=curator)
        words = ngettext("%(count)s wish is shown again.", "%(count)s wishes are shown again.", len(queryset))
        self.message_user(request, words % {"count": len(queryset)})
