"""Requests for a place that an organization has not answered in time, at the curators' desk."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from courses.actions import approval as actions
from courses.models import PlaceRequest
from courses.queries import place_request as queries
from learners.actions import reading
from learners.choices import Seen
from learners.desk import ReadOnlyAdmin
from learners.models import Learner


@admin.register(PlaceRequest)
class PlaceRequestAdmin(ReadOnlyAdmin):
    """Call the organization, or give the place in its stead; only it refuses."""

    list_display = ["run", "provider", "asked_at", "due_at", "escalated_at", "outcome"]
    list_filter = ["due_at"]
    list_select_related = ["run__version__course__provider", "learner"]
    search_fields = ["run__version__course__provider__name_vi", "run__version__title_vi"]
    ordering = ["due_at", "pk"]
    fields = ["run", "provider", "asked_at", "due_at", "reminded_at", "managers_told_at", "escalated_at", "outcome"]
    actions = ["approve"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlaceRequest]:
        """What is with the curators, and nothing of what organizations decide themselves."""
        return super().get_queryset(request).filter(pk__in=queries.with_the_curators().values("pk"))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> PlaceRequest | None:
        """The page of one names who asks."""
        asked = super().get_object(request, object_id, from_field)
        if asked is not None and self.has_view_permission(request, asked):
            reader: Learner = request.user  # type: ignore[assignment]  # the desk asks for a sign-in
            ids = {asked.learner_id}
            reading.write(reader=reader, learner_ids=ids, seen=Seen.PLACE_REQUEST, now=timezone.now())
        return asked

    @admin.display(description=gettext_lazy("organisation"))
    def provider(self, asked: PlaceRequest) -> str:
        return asked.run.version.course.provider.name

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("courses.change_placerequest")

    @admin.action(description=gettext_lazy("Give a place"), permissions=["approve"])
    def approve(self, request: HttpRequest, queryset: QuerySet[PlaceRequest]) -> None:
        curator: Learner = request.user  # type: ignore[assignment]  # who has a permission is signed in
        done = 0
        for asked in queryset:
            try:
                actions.approve(request=asked, actor=curator, now=timezone.now())
            except actions.UnableToDecide as reason:
                self.message_user(request, str(reason), level="warning")
            else:
                done += 1
        words = ngettext("%(count)s request is approved.", "%(count)s requests are approved.", done)
        self.message_user(request, words % {"count": done})
