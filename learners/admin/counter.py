"""What was done at counters, at the desk: to look at; it changes where it was done."""

from django.contrib import admin

from learners.admin.reads import LoggedPeople
from learners.desk import ReadOnly, ReadOnlyAdmin
from learners.models import Card, Claim, ConsentAnswer, Guardian, Mandate, MandateAct, Registration


@admin.register(Registration)
class RegistrationAdmin(LoggedPeople, ReadOnlyAdmin):
    people = ("learner",)
    list_display = ["learner", "organization", "registered_by", "registered_at", "consent_way"]
    list_select_related = ["learner", "organization", "registered_by"]
    list_filter = ["consent_way", "registered_at"]
    search_fields = ["learner__full_name", "organization__name_vi"]
    ordering = ["-registered_at"]
    fields = [
        *("learner", "organization", "registered_by", "registered_at", "consent_way", "guardian_agreed"),
        "consent_text",
    ]


@admin.register(Card)
class CardAdmin(LoggedPeople, ReadOnlyAdmin):
    """Which cards there are; what opens is on their paper only."""

    people = ("learner",)
    list_display = ["learner", "issued_at", "issued_by", "used_at", "revoked_at"]
    list_select_related = ["learner", "issued_by"]
    list_filter = ["issued_at"]
    search_fields = ["learner__full_name"]
    ordering = ["-issued_at"]
    fields = ["learner", "issued_at", "issued_by", "used_at", "revoked_at"]


class MandateActInline(ReadOnly, admin.TabularInline):
    model = MandateAct
    fields = ["act", "done_at", "title_vi"]
    ordering = ["-done_at"]


@admin.register(Mandate)
class MandateAdmin(LoggedPeople, ReadOnlyAdmin):
    people = ("person", "helper")
    list_display = ["person", "helper", "until", "accepted_at", "revoked_at"]
    list_select_related = ["person", "helper"]
    list_filter = ["until"]
    search_fields = ["person__full_name", "helper__full_name"]
    ordering = ["-given_at"]
    fields = [
        *("person", "helper", "helper_words", "may_enroll", "may_withdraw", "may_see_timetable", "may_set_look"),
        "until",
        *("given_at", "witnessed_by", "organization", "accepted_at", "revoked_at"),
    ]
    inlines = [MandateActInline]


class ConsentAnswerInline(ReadOnly, admin.TabularInline):
    model = ConsentAnswer
    fields = ["purpose", "is_yes", "said_at", "ended_at"]
    ordering = ["-said_at"]


@admin.register(Guardian)
class GuardianAdmin(LoggedPeople, ReadOnlyAdmin):
    people = ("child", "guardian")
    list_display = ["child", "guardian", "recorded_at", "accepted_at", "revoked_at"]
    list_select_related = ["child", "guardian"]
    list_filter = ["proof", "recorded_at"]
    search_fields = ["child__full_name", "guardian__full_name"]
    ordering = ["-recorded_at"]
    fields = [
        *("child", "guardian", "full_name", "proof", "organization", "recorded_by", "recorded_at", "accepted_at"),
        *("revoked_at", "revoked_by"),
    ]
    inlines = [ConsentAnswerInline]


@admin.register(Claim)
class ClaimAdmin(LoggedPeople, ReadOnlyAdmin):
    people = ("learner",)
    list_display = ["learner", "claimed_at", "witnessed_by", "organization"]
    list_select_related = ["learner", "witnessed_by", "organization"]
    list_filter = ["claimed_at"]
    search_fields = ["learner__full_name"]
    ordering = ["-claimed_at"]
    fields = ["learner", "claimed_at", "witnessed_by", "organization"]
