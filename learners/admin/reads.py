"""Pages of the desk that show who people are: each person shown is written into the access log first."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from learners.actions import reading
from learners.choices import Seen


class LoggedPeople:
    """
    A list or a page of a model is shown only after it is written whom it shows.

    A page that takes this in names by ``people`` the fields of a row that lead to a learner. A list that somebody was
    looked for in is one reading each time.
    """

    people: tuple[str, ...]  # foreign keys to a learner, or "pk"

    def changelist_view(self: Any, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        answer = super().changelist_view(request, extra_context)  # type: ignore[misc]  # a mixin of ModelAdmin
        if listed := getattr(answer, "context_data", {}).get("cl"):
            self.written(request, listed.result_list, Seen.DESK_SEARCH if listed.query else Seen.DESK_LIST)
        return answer  # type: ignore[no-any-return]

    def get_object(self: Any, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if row is not None and self.has_view_permission(request, row):
            self.written(request, [row], Seen.DESK_PERSON)
        return row

    def written(self, request: HttpRequest, rows: Iterable[Any], seen: Seen) -> None:
        named = {getattr(row, field if field == "pk" else f"{field}_id") for row in rows for field in self.people}
        reader: Any = request.user  # the desk asks for a sign-in
        reading.write(reader=reader, learner_ids=named - {None}, seen=seen, now=timezone.now())
