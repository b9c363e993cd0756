"""Frozen ledgers and merged accounts at the desk: freeze at once; lift and undo by two persons."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credits.actions import freezing, merging
from credits.actions.posting import UnableToPost
from credits.admin import acting
from credits.admin.reads import LoggedReads
from credits.choices import Reading
from credits.forms.request import FreezeForm, WhyForm, WhyOfTwoForm
from credits.models import Freeze, LedgerRequest, Merge
from credits.queries import request as requests
from credits.rules import MERGE_UNDO_DAYS
from learners import formats
from learners.desk import ReadOnlyAdmin


class Asking(LoggedReads, ReadOnlyAdmin):
    """
    Rows that end by a request: a row's page is what it is about, and the form to ask.

    A page that takes this in has ``facts(row)``, ``over(row)`` (why nothing can be asked any more, or nothing),
    ``waits(row)`` (it has been asked and not decided) and ``ask(row, …)``.
    """

    what = Reading.ACCOUNT
    why: type[WhyForm] = WhyForm
    change_list_template = "admin/credits/acting_list.html"
    show_full_result_count = False
    question: Any  # what the button says, translated when it is read; and below, why there is none
    asked_already: Any

    def change_view(
        self: Any, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if row is None:
            raise Http404
        refusal: str = self.over(row) or (self.asked_already if self.waits(row) else "")
        may_ask = request.user.has_perm("credits.add_ledgerrequest")
        form = self.why(request.POST if request.method == "POST" else None) if may_ask and not refusal else None
        if form and form.is_valid():
            curator = acting.curator_who_may(request, "credits.add_ledgerrequest")
            key, now = form.key(curator), timezone.now()
            try:
                asked: LedgerRequest = self.ask(row, **form.why(), actor=curator, idempotency_key=key, now=now)
            except UnableToPost as reason:
                form.refuse(reason, where=acting.page_of)
            else:
                messages.success(request, _("You have asked. Another curator decides; until then nothing changes."))
                return redirect("admin:credits_ledgerrequest_change", asked.pk)
        title, facts = str(self.opts.verbose_name), self.facts(row)
        return acting.page(
            self, request, title=title, form=form, button=str(self.question), intro=str(refusal), facts=facts
        )


@admin.register(Freeze)
class FreezeAdmin(Asking):
    list_display = ["ledger_number", "when", "who", "lifted_on"]
    list_filter = ["frozen_at"]
    search_fields = ["=learner__ledger_number"]
    ordering = ["-frozen_at"]
    question = gettext_lazy("Ask that it be lifted")
    asked_already = gettext_lazy("It has been asked that this freeze be lifted. Another curator decides.")

    def whose(self, freeze: Freeze) -> Iterable[int | None]:
        return [freeze.learner_id]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Freeze]:
        return super().get_queryset(request).select_related("learner", "frozen_by", "lifted")

    @admin.display(description=gettext_lazy("ledger number"))
    def ledger_number(self, freeze: Freeze) -> str:
        return str(freeze.learner.ledger_number)

    @admin.display(description=gettext_lazy("frozen"), ordering="frozen_at")
    def when(self, freeze: Freeze) -> str:
        return formats.moment(freeze.frozen_at)

    @admin.display(description=gettext_lazy("frozen by"))
    def who(self, freeze: Freeze) -> str:
        return freeze.frozen_by.full_name

    @admin.display(description=gettext_lazy("lifted"))
    def lifted_on(self, freeze: Freeze) -> str:
        lifted = getattr(freeze, "lifted", None)
        return formats.moment(lifted.lifted_at) if lifted else ""

    def get_urls(self) -> list[URLPattern]:
        return [
            path("freeze/", self.admin_site.admin_view(self.freeze), name="credits_freeze_ledger"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        act = (reverse("admin:credits_freeze_ledger"), _("Freeze a ledger"))
        may_act = request.user.has_perm("credits.add_freeze")
        return super().changelist_view(request, {"act": act if may_act else None, **(extra_context or {})})

    def freeze(self, request: HttpRequest) -> HttpResponse:
        curator = acting.curator_who_may(request, "credits.add_freeze")
        form = FreezeForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            said = form.cleaned_data
            try:
                frozen = freezing.freeze(**said, actor=curator, now=timezone.now())
            except UnableToPost as reason:
                form.add_error(None, str(reason))
            else:
                messages.success(request, _("The ledger is frozen: credit comes in, and none leaves it."))
                return redirect("admin:credits_freeze_change", frozen.pk)
        intro = _("From now on no credit leaves this ledger. It stays readable, and credit still comes in.")
        return acting.page(self, request, title=_("Freeze a ledger"), form=form, button=_("Freeze"), intro=intro)

    def over(self, freeze: Freeze) -> str:
        lifted = getattr(freeze, "lifted", None)
        return _("Lifted %(at)s.") % {"at": formats.moment(lifted.lifted_at)} if lifted else ""

    def waits(self, freeze: Freeze) -> bool:
        return requests.lift_waits(freeze)

    def ask(self, freeze: Freeze, **more: Any) -> LedgerRequest:
        return freezing.ask_unfreeze(freeze=freeze, **more)

    def facts(self, freeze: Freeze) -> acting.Facts:
        return [
            (_("Learner"), freeze.learner.full_name, str(freeze.learner.ledger_number)),
            (_("Frozen"), formats.moment(freeze.frozen_at), freeze.frozen_by.full_name),
            (_("Reason"), freeze.reason, ""),
        ]


@admin.register(Merge)
class MergeAdmin(Asking):
    why = WhyOfTwoForm
    list_display = ["kept_number", "merged_number", "when", "undone_on"]
    list_filter = ["merged_at"]
    search_fields = ["=kept__ledger_number", "=merged__ledger_number"]
    ordering = ["-merged_at"]
    question = gettext_lazy("Ask that it be undone")
    asked_already = gettext_lazy("It has been asked that this merge be undone. Another curator decides.")

    def whose(self, merge: Merge) -> Iterable[int | None]:
        return [merge.kept_id, merge.merged_id]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        people = ("kept", "merged", "request__requested_by", "request__decision__decided_by", "undo")
        return super().get_queryset(request).select_related(*people)

    @admin.display(description=gettext_lazy("kept"))
    def kept_number(self, merge: Merge) -> str:
        return str(merge.kept.ledger_number)

    @admin.display(description=gettext_lazy("emptied"))
    def merged_number(self, merge: Merge) -> str:
        return str(merge.merged.ledger_number)

    @admin.display(description=gettext_lazy("merged"), ordering="merged_at")
    def when(self, merge: Merge) -> str:
        return formats.moment(merge.merged_at)

    @admin.display(description=gettext_lazy("undone"))
    def undone_on(self, merge: Merge) -> str:
        undo = getattr(merge, "undo", None)
        return formats.moment(undo.undone_at) if undo else ""

    def over(self, merge: Merge) -> str:
        undo = getattr(merge, "undo", None)
        if undo:
            return _("Undone %(at)s.") % {"at": formats.moment(undo.undone_at)}
        is_over = timezone.now() > merge.merged_at + timedelta(days=MERGE_UNDO_DAYS)
        return _("A merge can be undone for thirty days. For this one that time is over.") if is_over else ""

    def waits(self, merge: Merge) -> bool:
        return requests.undo_waits(merge)

    def ask(self, merge: Merge, **more: Any) -> LedgerRequest:
        return merging.ask_undo(merge=merge, **more)

    def facts(self, merge: Merge) -> acting.Facts:
        both = f"{merge.request.requested_by.full_name}, {merge.request.decision.decided_by.full_name}"
        return [
            (_("Account that is kept"), merge.kept.full_name, str(merge.kept.ledger_number)),
            (_("Account that is emptied"), merge.merged.full_name, str(merge.merged.ledger_number)),
            (_("Merged"), formats.moment(merge.merged_at), both),
            (_("Reason"), merge.request.reason, merge.request.authority),
        ]
