"""Pages of the desk that show rows of people's ledgers: each person shown is written into the access log first."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from credits.actions import access
from credits.choices import Reading, Shown


class LoggedReads:
    """
    A list or a page of a model is shown only after it is written whose ledgers it shows.

    A page that takes this in says ``what`` a single row is to its reader, and by ``whose(row)`` the learners whose
    ledger a row belongs to, without a query. A list is ``Reading.LIST``, or where somebody was looked for ``SEARCH``.
    """

    def changelist_view(self: Any, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        answer = super().changelist_view(request, extra_context)  # type: ignore[misc]  # a mixin of ModelAdmin
        if listed := getattr(answer, "context_data", {}).get("cl"):
            what = Reading.SEARCH if _looks_for_somebody(listed) else Reading.LIST
            self.written(request, listed.result_list, what, about=Shown(self.opts.model_name))
        return answer  # type: ignore[no-any-return]

    def get_object(self: Any, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if row is not None and self.has_view_permission(request, row):
            self.written(request, [row], self.what)
        return row

    def written(self: Any, request: HttpRequest, rows: Iterable[Any], what: Reading, *, about: str = "") -> None:
        self.shown(request, [learner_id for row in rows for learner_id in self.whose(row)], what, about=about)

    def shown(self, request: HttpRequest, learner_ids: Iterable[int | None], what: Reading, *, about: str = "") -> None:
        """Write that these learners' ledgers are about to be shown."""
        people = {learner_id for learner_id in learner_ids if learner_id is not None}
        reader: Any = request.user  # the desk asks for a sign-in
        access.record(reader=reader, learner_ids=people, what=what, about=about, now=timezone.now())


def _looks_for_somebody(listed: ChangeList) -> bool:
    """Return whether anything narrows the list but a choice its filters or its dates offer: those are about many."""
    asked = set(listed.get_filters_params())
    dates = {f"{listed.date_hierarchy}__{part}" for part in ("year", "month", "day")}
    chosen = {
        name
        for spec in listed.filter_specs
        if any(choice["selected"] for choice in spec.choices(listed))
        for name in spec.expected_parameters()
    }
    return bool(listed.query) or not asked <= chosen | dates
