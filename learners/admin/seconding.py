"""What one person who works alone has written down at a counter: a curator is the second, at the desk."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from learners import formats
from learners.actions import added_way as added_ways
from learners.actions import closing as closings
from learners.actions import dead_way as dead_ways
from learners.actions import reading, two_curators
from learners.choices import Seen
from learners.desk import ReadOnlyAdmin
from learners.models import AccountClosing, AddedWay, DeadWay, Learner, LostSecondStep, LostWay
from learners.queries import added_way as added_way_queries
from learners.queries import closing as closing_queries
from learners.queries import dead_way as dead_way_queries

CURATORS = "curators"
Waiting = AccountClosing | DeadWay | AddedWay | LostSecondStep | LostWay
REFUSALS = (
    closings.UnableToClose,
    dead_ways.UnableToTakeOff,
    added_ways.UnableToConfirm,
    two_curators.UnableToHelp,
)


class Seconded(ReadOnlyAdmin):
    """
    Whose it is stands on the page of one row alone, which is a reading; there, under the name, one confirms it.

    Never from the list: it names nobody, and two rows of one counter look the same.
    """

    change_form_template = "admin/learners/second.html"
    button: Any  # what is said by it, of whom
    advice: Any = ""  # how to make sure of it, above the button

    def get_urls(self) -> list[URLPattern]:
        confirm = self.admin_site.admin_view(require_POST(self.confirm))
        return [path("<int:row_id>/confirm/", confirm, name=self._confirm_page()), *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None and self.is_theirs(obj):
            reader: Any = request.user
            reading.write(reader=reader, learner_ids={obj.learner_id}, seen=Seen.DESK_PERSON, now=timezone.now())
            if self._may_confirm(request):
                context["confirm_url"] = reverse(f"admin:{self._confirm_page()}", args=[obj.pk])
                context["button"] = self.button % {"name": obj.learner.full_name}
                context["advice"] = self.advice
        return super().render_change_form(request, context, add, change, form_url, obj)

    def confirm(self, request: HttpRequest, row_id: int) -> HttpResponse:
        if not self._may_confirm(request):
            raise PermissionDenied
        row = super().get_queryset(request).filter(pk=row_id).first()  # any: what waits no more is refused with a word
        if row is None:
            said = _("This does not wait for a curator: it was given up, or somebody else works there.")
            self.message_user(request, said, level=messages.WARNING)
            return redirect(self._list())
        now = timezone.now()
        try:
            done = self.confirm_one(row, request.user, now)  # type: ignore[arg-type]  # admin_view
        except REFUSALS as reason:
            self.message_user(request, str(reason), level=messages.WARNING)
        else:
            if (done.confirmed_by_id, done.confirmed_at) == (request.user.pk, now):
                self.message_user(request, _("It is confirmed."), level=messages.SUCCESS)
            elif isinstance(done, LostSecondStep | LostWay) and done.confirmed_at is None:
                self.message_user(request, _("You have said so. Another curator confirms it."), level=messages.SUCCESS)
            else:
                self.message_user(request, _("It was confirmed before."), level=messages.INFO)
        return redirect(self._list())

    def _list(self) -> str:
        return f"admin:learners_{self.opts.model_name}_changelist"

    def _may_confirm(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"learners.change_{self.opts.model_name}")

    def _confirm_page(self) -> str:
        return f"learners_{self.opts.model_name}_confirm"

    def is_theirs(self, row: Any) -> bool:
        """Return whether the row waits for a curator."""
        raise NotImplementedError

    def confirm_one(self, row: Any, curator: Learner, now: datetime) -> Waiting:
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
    button = gettext_lazy("%(name)s has told me so themself: close the account")

    def get_fields(self, request: HttpRequest, obj: AccountClosing | None = None) -> Any:
        whose = ["learner", "organization", "witnessed_by"] if obj is not None and self.is_theirs(obj) else []
        dates = ["asked_at", "confirmed_at", "due_at", "leaving_at", "stopped_at", "erased_at"]
        return ["public_id", *whose, *dates, "certificate"]

    def is_theirs(self, row: AccountClosing) -> bool:
        return closing_queries.for_curators(now=timezone.now()).filter(pk=row.pk).exists()

    def confirm_one(self, row: AccountClosing, curator: Learner, now: datetime) -> AccountClosing:
        return closings.confirm_at_the_desk(closing=row, curator=curator, now=now)


@admin.register(DeadWay)
class DeadWayAdmin(Seconded):
    """Numbers and addresses that reach nobody, as far as they wait for a curator."""

    list_display = ["organization", "kind", "asked_at", "asked_by"]
    list_select_related = ["organization", "asked_by"]
    ordering = ["asked_at", "pk"]
    fields = ["learner", "kind", "masked", "organization", "asked_by", "asked_at"]
    readonly_fields = ["masked"]
    button = gettext_lazy("%(name)s has told me so themself: take it off")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeadWay]:
        return dead_way_queries.for_curators(now=timezone.now())

    @admin.display(description=gettext_lazy("number or address"))
    def masked(self, row: DeadWay) -> str:
        return formats.way_masked(row.address)

    def is_theirs(self, row: DeadWay) -> bool:
        return True  # of others there is no page

    def confirm_one(self, row: DeadWay, curator: Learner, now: datetime) -> DeadWay:
        return dead_ways.confirm_at_the_desk(way=row, curator=curator, now=now)


@admin.register(AddedWay)
class AddedWayAdmin(Seconded):
    """Addresses and numbers of which one person who works alone says whose they are, as long as they are held."""

    list_display = ["organization", "kind", "added_at", "added_by", "held_until"]
    list_select_related = ["organization", "added_by"]
    ordering = ["added_at", "pk"]
    fields = ["learner", "kind", "masked", "organization", "added_by", "added_at", "held_until"]
    readonly_fields = ["masked"]
    button = gettext_lazy("%(name)s has told me so themself: it is theirs")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AddedWay]:
        return added_way_queries.for_curators(now=timezone.now())

    @admin.display(description=gettext_lazy("number or address"))
    def masked(self, row: AddedWay) -> str:
        held = added_way_queries.all_held(row.learner, now=timezone.now())  # wherever a merge has put it
        return next((each.way.masked for each in held if each.added.pk == row.pk), "")

    def is_theirs(self, row: AddedWay) -> bool:
        return True  # of others there is no page

    def confirm_one(self, row: AddedWay, curator: Learner, now: datetime) -> AddedWay:
        return added_ways.confirm_at_the_desk(added=row, curator=curator, now=now)
