"""Rules at the desk: a new version supersedes the one in force; equivalent courses and policies of schemes likewise."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credits.actions import rule as actions
from credits.actions import scheme as schemes
from credits.admin.acting import curator_of
from credits.forms.rule import RULE_FIELDS, CreditRuleForm, EquivalenceForm, initial_of, says
from credits.forms.scheme import SchemePolicyForm
from credits.models import CourseEquivalence, CreditRule, Scheme, SchemePolicy
from credits.queries import rule as queries
from credits.queries import rule_words


class Superseded(admin.ModelAdmin):
    """Rows that are added and closed: no form changes one, no button deletes one."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_close_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(f"{self.opts.app_label}.add_{self.opts.model_name}"))


@admin.register(CreditRule)
class CreditRuleAdmin(Superseded):
    """Saving writes a new version; whoever started a pathway before its first day keeps the version before it."""

    form = CreditRuleForm
    list_display = ["code", "version", "what", "valid_from", "valid_to", "legal_source_vi"]
    list_filter = ["kind", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["issuer"]
    search_fields = ["code", "legal_source_vi"]
    ordering = ["code", "-version"]
    raw_id_fields = ["issuer"]
    fields = ["code", "valid_from", *RULE_FIELDS]
    actions = ["end_today"]

    @admin.display(description=gettext_lazy("what it says"))
    def what(self, rule: CreditRule) -> str:
        return rule_words.asks_of_any(rule)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """``?code=transfer-limit`` begins with what the version in force says."""
        given = super().get_changeform_initial_data(request)
        current = queries.current(str(given.get("code", "")))
        return {"valid_from": timezone.localdate(), **(initial_of(current) if current else {}), **given}

    def save_model(self, request: HttpRequest, obj: CreditRule, form: Any, change: bool) -> None:
        written = actions.supersede(
            code=obj.code,
            says=says(form.cleaned_data),
            valid_from=obj.valid_from,
            actor=curator_of(request),
            now=timezone.now(),
        )
        obj.pk, obj.version = written.pk, written.version
        self.message_user(request, _("Version %(number)s begins on the day you gave.") % {"number": written.version})

    @admin.action(description=gettext_lazy("Let them end today, with nothing in their place"), permissions=["close"])
    def end_today(self, request: HttpRequest, queryset: QuerySet[CreditRule]) -> None:
        for row in queryset:
            _end(self, request, lambda day, row=row: actions.close(rule=row, valid_to=day, now=timezone.now()))


@admin.register(CourseEquivalence)
class CourseEquivalenceAdmin(Superseded):
    """Courses that count once between them, for whoever starts a pathway while the row is in force."""

    form = EquivalenceForm
    list_display = ["name", "course_keys", "legal_source", "valid_from", "valid_to"]
    list_filter = [("valid_to", admin.EmptyFieldListFilter)]
    search_fields = ["name", "legal_source"]
    fields = ["name", "course_keys", "legal_source", "valid_from"]
    actions = ["end_today"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"valid_from": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: CourseEquivalence, form: Any, change: bool) -> None:
        obj.pk = actions.equate(
            name=obj.name,
            course_keys=obj.course_keys,
            legal_source=obj.legal_source,
            valid_from=obj.valid_from,
            actor=curator_of(request),
            now=timezone.now(),
        ).pk

    @admin.action(description=gettext_lazy("Let them end today"), permissions=["close"])
    def end_today(self, request: HttpRequest, queryset: QuerySet[CourseEquivalence]) -> None:
        for row in queryset:
            _end(
                self,
                request,
                lambda day, row=row: actions.end_equivalence(equivalence=row, valid_to=day, now=timezone.now()),
            )


@admin.register(Scheme)
class SchemeAdmin(Superseded):
    """Which other schemes an amount is shown in; a release brings them, with their first policy."""

    list_display = ["code", "name_vi", "name_en", "is_shown"]
    search_fields = ["code", "name_vi", "name_en"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(SchemePolicy)
class SchemePolicyAdmin(Superseded):
    """Saving puts the next policy of a scheme in force; amounts already transferred keep theirs."""

    form = SchemePolicyForm
    list_display = ["policy_id", "scheme", "organization", "ratio", "valid_from", "valid_to", "legal_source_vi"]
    list_filter = ["scheme", ("valid_to", admin.EmptyFieldListFilter)]
    list_select_related = ["scheme", "organization"]
    search_fields = ["policy_id", "legal_source_vi"]
    raw_id_fields = ["organization"]
    fields = [*SchemePolicyForm.Meta.fields]

    @admin.display(description=gettext_lazy("credits for a unit"))
    def ratio(self, policy: SchemePolicy) -> str:
        return f"{policy.numerator}/{policy.denominator}"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"valid_from": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: SchemePolicy, form: Any, change: bool) -> None:
        obj.pk = schemes.supersede_policy(
            policy_id=obj.policy_id,
            scheme=obj.scheme,
            organization=obj.organization,
            numerator=obj.numerator,
            denominator=obj.denominator,
            legal_source_vi=obj.legal_source_vi,
            legal_source_en=obj.legal_source_en,
            valid_from=obj.valid_from,
            actor=curator_of(request),
            now=timezone.now(),
        ).pk


def _end(desk: admin.ModelAdmin, request: HttpRequest, end: Any) -> None:
    today: date = timezone.localdate()
    try:
        end(today)
    except actions.UnableToSupersede as reason:
        desk.message_user(request, str(reason), messages.WARNING)
