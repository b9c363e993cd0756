"""Personal data at the desk: words of consents to read; retention timers, superseded and not edited."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learners import rules
from learners.actions import age, retention
from learners.choices import AgeKind, RetentionKind
from learners.desk import ReadOnlyAdmin
from learners.models import AgeRule, ConsentText, RetentionRule


@admin.register(ConsentText)
class ConsentTextAdmin(ReadOnlyAdmin):
    list_display = ["purpose", "version", "valid_from", "valid_to", "source"]
    list_filter = ["purpose"]
    fields = ["purpose", "version", "text_vi", "text_en", "source", "valid_from", "valid_to"]


class RetentionRuleForm(forms.ModelForm):
    class Meta:
        model = RetentionRule
        fields = ["kind", "days", "source_vi", "source_en"]
        help_texts = {
            "kind": _("The timer of this kind that is in force ends today."),
            "days": _("After it is done with. Empty: as long as the account."),
            "source_vi": _("The article of the law, or the decision, and its date."),
        }

    def validate_constraints(self) -> None:
        """The earlier timer of the kind ends by saving, so that there is one is no fault."""


@admin.register(RetentionRule)
class RetentionRuleAdmin(admin.ModelAdmin):
    list_display = ["kind", "days", "source_vi", "valid_from", "valid_to"]
    list_filter = ["kind"]
    ordering = ["kind", "-valid_from", "-pk"]
    form = RetentionRuleForm

    def has_change_permission(self, request: HttpRequest, obj: RetentionRule | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: RetentionRule | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RetentionRule, form: Any, change: bool) -> None:
        obj.pk = retention.supersede(
            kind=RetentionKind(obj.kind),
            days=obj.days,
            source_vi=obj.source_vi,
            source_en=obj.source_en,
            today=timezone.localdate(),
        ).pk


class AgeRuleForm(forms.ModelForm):
    class Meta:
        model = AgeRule
        fields = ["kind", "years", "source_vi", "source_en"]
        help_texts = {
            "kind": _("The age of this kind that is in force ends today."),
            "source_vi": _("The article of the law, or the decision, and its date."),
        }

    def validate_constraints(self) -> None:
        """The earlier age of the kind ends by saving; the years themselves are looked at here."""
        if not 1 <= (self.cleaned_data.get("years") or 1) <= rules.AGE_YEARS_MAX:
            self.add_error("years", _("From 1 to %(years)s years.") % {"years": rules.AGE_YEARS_MAX})


@admin.register(AgeRule)
class AgeRuleAdmin(admin.ModelAdmin):
    list_display = ["kind", "years", "source_vi", "valid_from", "valid_to"]
    list_filter = ["kind"]
    ordering = ["kind", "-valid_from", "-pk"]
    form = AgeRuleForm

    def has_change_permission(self, request: HttpRequest, obj: AgeRule | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AgeRule | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: AgeRule, form: Any, change: bool) -> None:
        obj.pk = age.supersede(
            kind=AgeKind(obj.kind),
            years=obj.years,
            source_vi=obj.source_vi,
            source_en=obj.source_en,
            today=timezone.localdate(),
        ).pk
