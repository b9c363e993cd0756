"""What one person who works alone has written down at a counter: a curator is the second, at the desk."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from learners import formats
from learners.actions import closing as closings
from learners.actions import dead_way as dead_ways
from learners.actions import reading
from learners.choices import Seen
from learners.desk import ReadOnlyAdmin
from learners.models import AccountClosing, DeadWay, Learner
from learners.queries import closing as closing_queries
from learners.queries import dead_way as dead_way_queries

CURATORS = "curators"
HOW = gettext_lazy("Confirm: the person has told me so themself")


class Seconded(ReadOnlyAdmin):
    """Whose it is stands on the page of one row, and is written into the access log; so it is when one is confirmed."""

    actions = ["confirm"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is not None and self.has_view_permission(request, row) and self.is_theirs(row):
            self.written(request, row)
        return row

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"learners.change_{self.opts.model_name}")

    @admin.action(description=HOW, permissions=["confirm"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        done = 0
        for row in queryset:
            self.written(request, row)
            try:
                self.confirm_one(row, request.user)  # type: ignore[arg-type]  # who has a permission is signed in
            except (closings.UnableToClose, dead_ways.UnableToTakeOff) as reason:
                self.message_user(request, str(reason), level="warning")
            else:
                done += 1
        words = ngettext("%(count)s is confirmed.", "%(count)s are confirmed.", done)
        self.message_user(request, words % {"count": done})

    def written(self, request: HttpRequest, row: Any) -> None:
        reader: Any = request.user
        reading.write(reader=reader, learner_ids={row.learner_id}, seen=Seen.DESK_PERSON, now=timezone.now())

    def is_theirs(self, row: Any) -> bool:
        """Return whether the row waits for a curator."""
        raise NotImplementedError

    def confirm_one(self, row: Any, curator: Learner) -> Model:
        raise NotImplementedError


class WaitsFilter(admin.SimpleListFilter):
    title = gettext_lazy("waits for a curator")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(CURATORS, _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AccountClosing]) -> QuerySet[AccountClosing]:
        if self.value() != CURATORS:
            return queryset
        return queryset.filter(pk__in=closing_queries.for_curators(now=timezone.now()).values("pk"))


@admin.register(AccountClosing)
class AccountClosingAdmin(Seconded):
    """
    How far closings are; nobody's name but on the page of what waits for a curator.

    A person stops theirs by signing in, or where they asked for it.
    """

    list_display = ["public_id", "asked_at", "confirmed_at", "due_at", "leaving_at", "stopped_at", "erased_at"]
    list_filter = [WaitsFilter, "due_at"]
    ordering = ["-asked_at", "-pk"]

    def get_fields(self, request: HttpRequest, obj: AccountClosing | None = None) -> Any:
        whose = ["learner", "organization", "witnessed_by"] if obj is not None and self.is_theirs(obj) else []
        dates = ["asked_at", "confirmed_at", "due_at", "leaving_at", "stopped_at", "erased_at"]
        return ["public_id", *whose, *dates, "certificate"]

    def is_theirs(self, row: AccountClosing) -> bool:
        return closing_queries.for_curators(now=timezone.now()).filter(pk=row.pk).exists()

    def confirm_one(self, row: AccountClosing, curator: Learner) -> AccountClosing:
        return closings.confirm_at_the_desk(closing=row, curator=curator, now=timezone.now())


@admin.register(DeadWay)
class DeadWayAdmin(Seconded):
    """Numbers and addresses that reach nobody, as far as they wait for a curator."""

    list_display = ["organization", "kind", "asked_at", "asked_by"]
    list_select_related = ["organization", "asked_by"]
    ordering = ["asked_at", "pk"]
    fields = ["learner", "kind", "masked", "organization", "asked_by", "asked_at"]
    readonly_fields = ["masked"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeadWay]:
        return dead_way_queries.for_curators(now=timezone.now())

    @admin.display(description=gettext_lazy("number or address"))
    def masked(self, row: DeadWay) -> str:
        return formats.way_masked(row.address)

    def is_theirs(self, row: DeadWay) -> bool:
        return True  # of others there is no page

    def confirm_one(self, row: DeadWay, curator: Learner) -> DeadWay:
        return dead_ways.confirm_at_the_desk(way=row, curator=curator, now=timezone.now())
