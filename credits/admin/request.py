"""Requests at the desk: read, decided by a second person; and what a curator asks for."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from credits.actions import deciding, merging, reversal
from credits.actions.posting import UnableToPost
from credits.admin import acting, duplicate
from credits.admin.reads import LoggedReads
from credits.choices import Reading
from credits.forms.request import DecisionForm, MergeForm, ReversalForm
from credits.models import JournalEntry, LedgerRequest
from credits.permissions import may_decide
from credits.queries import request as queries
from learners import formats
from learners.desk import ReadOnlyAdmin

APPROVE = "approve"


class Waits(admin.SimpleListFilter):
    """What is still open, and of that what the one who looks may decide."""

    title = gettext_lazy("waiting")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("me", _("for you")), ("anyone", _("for anyone"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LedgerRequest]) -> QuerySet[LedgerRequest]:
        if self.value() == "me":
            return queryset.filter(pk__in=queries.waiting_for(acting.curator_of(request)))
        return queryset.filter(decision__isnull=True) if self.value() == "anyone" else queryset


@admin.register(LedgerRequest)
class LedgerRequestAdmin(LoggedReads, ReadOnlyAdmin):
    what = Reading.REQUEST
    change_list_template = "admin/credits/acting_list.html"
    list_display = ["kind", "organization", "who", "when", "ended"]
    list_filter = [Waits, "kind", "decision__outcome", "requested_at"]
    search_fields = ["=public_id", "=learner__ledger_number", "organization__name_vi"]
    search_help_text = gettext_lazy("public number or ledger number in full, or the organisation's name")
    list_per_page = 50
    show_full_result_count = False
    # What waits comes first, the longest wait on top.
    ordering = [Case(When(decision__isnull=True, then=Value(0)), default=Value(1)).asc(), "requested_at", "pk"]

    def whose(self, asked: LedgerRequest) -> Iterable[int | None]:
        return queries.shown_in(asked)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerRequest]:
        return queries.for_decision()

    @admin.display(description=gettext_lazy("asked by"))
    def who(self, asked: LedgerRequest) -> str:
        return asked.requested_by.full_name

    @admin.display(description=gettext_lazy("asked"), ordering="requested_at")
    def when(self, asked: LedgerRequest) -> str:
        return formats.moment(asked.requested_at)

    @admin.display(description=gettext_lazy("outcome"))
    def ended(self, asked: LedgerRequest) -> str:
        decision = getattr(asked, "decision", None)
        return decision.get_outcome_display() if decision else _("waiting")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("duplicates/", view(self.duplicates), name="credits_duplicates"),
            path("duplicates/apart/", view(require_POST(duplicate.tell_apart)), name="credits_tell_apart"),
            path(
                "duplicates/<int:row_id>/take-back/",
                view(require_POST(duplicate.take_back)),
                name="credits_together_again",
            ),
            path("merge/", view(self.ask_merge), name="credits_merge_ask"),
            path("<int:entry_id>/reversal/", view(self.ask_reversal), name="credits_reversal_ask"),
            path(
                "<int:request_id>/withdraw/",
                view(require_POST(self.withdraw)),
                name="credits_ledgerrequest_withdraw",
            ),
            path("<int:request_id>/decide/", view(require_POST(self.decide)), name="credits_ledgerrequest_decide"),
            *super().get_urls(),
        ]

    def duplicates(self, request: HttpRequest) -> HttpResponse:
        return duplicate.page(self, request, shown=self.shown)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        act = (reverse("admin:credits_merge_ask"), _("Merge two accounts of one person"))
        may_ask = request.user.has_perm("credits.add_ledgerrequest")
        return super().changelist_view(request, {"act": act if may_ask else None, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, object_id, DecisionForm())

    def decide(self, request: HttpRequest, request_id: int) -> HttpResponse:
        """Approve, and so do what is asked; or refuse with a note."""
        curator = acting.curator_who_may(request, "credits.change_ledgerrequest")
        form = DecisionForm(request.POST)
        asked = queries.for_decision().filter(pk=request_id).first()
        if asked is None:
            raise Http404
        if form.is_valid():
            note, now = form.cleaned_data["note"], timezone.now()
            act = deciding.approve if APPROVE in request.POST else deciding.refuse
            try:
                decision = act(request=asked, actor=curator, note=note, now=now)
            except UnableToPost as reason:
                messages.error(request, str(reason))
            else:
                messages.success(request, f"{asked.get_kind_display()}: {decision.get_outcome_display()}")
                return redirect("admin:credits_ledgerrequest_changelist")
        return self._page(request, str(request_id), form)

    def withdraw(self, request: HttpRequest, request_id: int) -> HttpResponse:
        """Take back what one has asked for oneself."""
        curator = acting.curator_who_may(request, "credits.add_ledgerrequest")
        asked = queries.for_decision().filter(pk=request_id).first()
        if asked is None:
            raise Http404
        try:
            deciding.withdraw(request=asked, actor=curator, now=timezone.now())
        except UnableToPost as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("You have taken the request back. Nothing has changed in the record."))
        return redirect("admin:credits_ledgerrequest_change", asked.pk)

    def _page(self, request: HttpRequest, object_id: str, form: DecisionForm) -> HttpResponse:
        asked = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if asked is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": asked.get_kind_display(),
            "opts": self.opts,
            "asked": asked,
            "facts": queries.facts(asked),
            "form": form,
            "approve": APPROVE,
            "is_own": asked.requested_by_id == request.user.pk,
            "may_decide": may_decide(request.user, asked) and request.user.has_perm("credits.change_ledgerrequest"),
        }
        return TemplateResponse(request, "admin/credits/ledgerrequest/decide.html", context)

    def ask_merge(self, request: HttpRequest) -> HttpResponse:
        curator = acting.curator_who_may(request, "credits.add_ledgerrequest")
        proposed = {name: request.GET.get(name, "") for name in ("kept", "merged")}
        form = MergeForm(request.POST if request.method == "POST" else None, initial=proposed)
        if form.is_valid():
            accounts = {"kept": form.cleaned_data["kept"], "merged": form.cleaned_data["merged"]}
            key, now = form.key(curator), timezone.now()
            try:
                asked = merging.ask_merge(**accounts, **form.why(), actor=curator, idempotency_key=key, now=now)
            except UnableToPost as reason:
                form.refuse(reason, where=acting.page_of)
            else:
                return _asked(request, asked)
        intro = _(
            "All credit of the second account moves to the first; both keep their own lines. Enrolments, wishes, "
            "reviews, letters and roles follow, and either way in opens the first. Another curator decides. A merge "
            "can be undone for thirty days."
        )
        return acting.page(
            self,
            request,
            title=_("Merge two accounts of one person"),
            form=form,
            button=_("Send the request"),
            intro=intro,
        )

    def ask_reversal(self, request: HttpRequest, entry_id: int) -> HttpResponse:
        """A curator asks where no organisation does."""
        curator = acting.curator_who_may(request, "credits.add_ledgerrequest")
        entry = JournalEntry.objects.select_related("reverses", "learner").filter(pk=entry_id).first()
        if entry is None:
            raise Http404
        form = ReversalForm(request.POST if request.method == "POST" else None, left=reversal.left(entry))
        if form.is_valid():
            amount, why, key = form.cleaned_data["amount"], form.why(), form.key(curator)
            try:
                asked = reversal.ask_reversal(
                    entry=entry, amount_minor=amount, **why, actor=curator, idempotency_key=key, now=timezone.now()
                )
            except UnableToPost as reason:
                form.refuse(reason, where=acting.page_of)
            else:
                return _asked(request, asked)
        self.shown(request, [entry.learner_id], Reading.ENTRY)
        facts = [(_("The line"), entry.title, entry.provider), (_("Recorded"), formats.day(entry.recorded_at), "")]
        return acting.page(
            self, request, title=_("Ask for a reversal"), form=form, button=_("Send the request"), facts=facts
        )


def _asked(request: HttpRequest, asked: LedgerRequest) -> HttpResponse:
    messages.success(request, _("You have asked. Another curator decides; until then nothing changes."))
    return redirect("admin:credits_ledgerrequest_change", asked.pk)
