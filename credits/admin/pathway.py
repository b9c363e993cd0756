"""Pathways at the desk: a draft is composed with its rules and looked at, then published; what is published stays."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from credits.actions import pathway as actions
from credits.actions.pathway import Content, Part
from credits.admin.acting import curator_of
from credits.admin.ledger import ReadOnly
from credits.choices import PathwayState
from credits.forms.pathway import (
    CONTENT_FIELDS,
    NewPathwayForm,
    PathwayComponentForm,
    PathwayRuleForm,
    PathwayVersionForm,
)
from credits.forms.rule import RULE_FIELDS, says
from credits.models import PathwayComponent, PathwayRule, PathwayVersion, Qualification
from credits.queries import pathway as queries
from credits.queries import progress

PUBLISH, RETIRE, NEW_VERSION = "publish", "retire", "new_version"


class OfDraft:
    """Parts may be written while their version is a draft."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_write(request) and (obj is None or obj.state == PathwayState.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("credits.view_pathwayversion"))


class RuleInline(OfDraft, admin.StackedInline):
    model = PathwayRule
    form = PathwayRuleForm
    fields = [*RULE_FIELDS]
    raw_id_fields = ["issuer"]
    extra = 1


class ComponentInline(OfDraft, admin.StackedInline):
    model = PathwayComponent
    form = PathwayComponentForm
    extra = 0


@admin.register(PathwayVersion)
class PathwayVersionAdmin(admin.ModelAdmin):
    """
    Compose, look at it as a learner would, publish.

    Publishing retires the version before; whoever follows that one goes on with it. From a published version a new
    draft is started.
    """

    change_form_template = "admin/credits/pathwayversion/change_form.html"
    form = PathwayVersionForm
    inlines = [RuleInline, ComponentInline]
    list_display = ["title_vi", "number", "state", "organization", "total_minor", "published_at"]
    list_filter = ["state", "level"]
    list_select_related = ["pathway__organization"]
    search_fields = ["title_vi", "title_en", "title_fold", "pathway__slug"]
    ordering = ["pathway__slug", "-number"]

    @admin.display(description=gettext_lazy("awarded by"), ordering="pathway__organization__name_vi")
    def organization(self, version: PathwayVersion) -> str:
        return version.pathway.organization.name

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_write(request) and (obj is None or obj.state == PathwayState.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **more: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": PathwayVersionForm if obj else NewPathwayForm, **more})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return CONTENT_FIELDS if obj else ["slug", "organization", *CONTENT_FIELDS]

    def save_model(self, request: HttpRequest, obj: PathwayVersion, form: Any, change: bool) -> None:
        """A new pathway gets its address now; content and parts are written together in ``save_related``."""
        if change:
            return
        written = actions.compose(
            slug=form.cleaned_data["slug"],
            organization=form.cleaned_data["organization"],
            content=_content(form.cleaned_data),
            rules=[],
            actor=curator_of(request),
            now=timezone.now(),
        )
        obj.pk, obj.pathway, obj.number = written.pk, written.pathway, written.number

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        rules, parts = [], []
        for formset in formsets:
            formset.new_objects = formset.changed_objects = formset.deleted_objects = []  # what the log would list
            for cleaned in (each.cleaned_data for each in formset.forms if each.has_changed() or each.instance.pk):
                if cleaned.get("DELETE") or not cleaned:
                    continue
                if formset.model is PathwayRule:
                    rules.append(says(cleaned))
                else:
                    parts.append(_part(cleaned))
        version = queries.get_version(form.instance.pk)
        assert version is not None
        actions.edit(version=version, content=_content(form.cleaned_data), rules=rules, parts=parts)

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:version_id>/decide/", decide, name="credits_pathwayversion_decide"), *super().get_urls()]

    def decide(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Publish a draft, retire what is published, or start a new version."""
        version = queries.get_version(version_id) if self.has_view_permission(request) else None
        if version is None:
            raise Http404
        if not _may_write(request):
            raise PermissionDenied
        now = timezone.now()
        try:
            if PUBLISH in request.POST:
                version = actions.publish(version=version, actor=curator_of(request), now=now)
                messages.success(request, _("“%(title)s” is published.") % {"title": version.title})
            elif RETIRE in request.POST:
                version = actions.retire(version=version, now=now)
                messages.success(request, _("Nobody new can start “%(title)s” now.") % {"title": version.title})
            elif NEW_VERSION in request.POST:
                version = actions.new_version(pathway=version.pathway, actor=curator_of(request), now=now)
        except actions.UnableToPublish as reason:
            messages.error(request, str(reason))
        return redirect("admin:credits_pathwayversion_change", version.pk)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *arguments: Any, **more: Any) -> Any:
        version = more.get("obj")
        if version is not None:
            (terms,) = progress.terms_of([(version, timezone.localdate())])
            context |= {
                "version": version,
                "sentences": terms.sentences,
                "may_write": _may_write(request),
                "acts": {"publish": PUBLISH, "retire": RETIRE, "new_version": NEW_VERSION},
            }
        return super().render_change_form(request, context, *arguments, **more)


@admin.register(Qualification)
class QualificationAdmin(ReadOnly, admin.ModelAdmin):
    """Who reached what: by ledger number, to read."""

    list_display = ["public_id", "version", "ledger_number", "awarded_at"]
    list_filter = ["awarded_at"]
    list_select_related = ["version", "learner"]
    search_fields = ["=public_id", "=learner__ledger_number"]
    search_help_text = gettext_lazy("public number or ledger number, in full")
    ordering = ["-awarded_at"]
    fields = ["public_id", "version", "ledger_number", "awarded_at", "entry"]

    @admin.display(description=gettext_lazy("ledger number"))
    def ledger_number(self, qualification: Qualification) -> str:
        return str(qualification.learner.ledger_number)


def _may_write(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("credits.change_pathwayversion"))


def _content(cleaned: dict[str, Any]) -> Content:
    return Content(
        **{name: cleaned[name] for name in CONTENT_FIELDS if name != "kinds_of_credit"},
        kinds_of_credit=tuple(cleaned["kinds_of_credit"]),
    )


def _part(cleaned: dict[str, Any]) -> Part:
    return Part(**{name: cleaned[name] for name in PathwayComponentForm.Meta.fields})
