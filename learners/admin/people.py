"""People and places at the desk: to look at, not to change; a learner's own page does that."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from learners.admin.reads import LoggedPeople
from learners.desk import ReadOnlyAdmin
from learners.models import FormerPlace, Learner, Place, ProofCount


@admin.register(Learner)
class LearnerAdmin(LoggedPeople, ReadOnlyAdmin):
    """A person is found by their whole address, which is then not shown; that they were found is written down."""

    people = ("pk",)

    list_display = ["full_name", "place", "language", "created_at", "is_active", "is_staff"]
    list_select_related = ["place"]
    list_filter = ["is_active", "is_staff", "language", "created_at"]
    search_fields = ["full_name", "=email", "=phone"]
    search_help_text = _("name, or the whole e-mail or phone number")
    ordering = ["-created_at"]
    fields = [
        "full_name",
        "email_verified_at",
        "place",
        "language",
        "wants_digest",
        "wants_reminders",
        "is_active",
        "is_staff",
        "created_at",
        "closed_at",
    ]


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "parent", "code", "valid_from", "valid_to"]
    list_select_related = ["parent"]
    list_filter = ["kind"]
    search_fields = ["name", "name_fold", "code"]
    fields = ["code", "kind", "name", "parent", "latitude", "longitude", "valid_from", "valid_to"]


@admin.register(FormerPlace)
class FormerPlaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "parent", "code", "successors"]
    list_select_related = ["parent"]
    list_filter = ["kind"]
    search_fields = ["name", "code"]
    fields = ["code", "kind", "name", "parent", "successors"]


@admin.register(ProofCount)
class ProofCountAdmin(ReadOnlyAdmin):
    """Where more than one in ten does not go on, the step is too hard (decision 0288)."""

    list_display = ["week", "asked", "proved", "given_up"]
    fields = ["week", "asked", "proved"]
    ordering = ["-week"]

    @admin.display(description=_("did not go on"))
    def given_up(self, counted: ProofCount) -> str:
        return f"{counted.given_up_percent} %"
