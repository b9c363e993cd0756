"""
The ledger on the curators' desk: to read, never to write.

People appear by their ledger number, and each page is written into their access log. Whose record it is, and the whole
of it, a curator learns on a page of its own, for a reason the learner reads.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from credits.admin.reading import read_record
from credits.admin.reads import LoggedReads
from credits.choices import Reading
from credits.models import Account, JournalEntry, LedgerCheck, Lot, Posting, Seal
from credits.rules import REVERSIBLE
from learners.desk import ReadOnly, ReadOnlyAdmin

OWNERS = ("source__learner", "source__organization", "destination__learner", "destination__organization")


class PostingInline(ReadOnly, admin.TabularInline):
    model = Posting
    fields = ["source", "destination", "amount_minor", "source_position", "destination_position"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*OWNERS)


@admin.register(JournalEntry)
class JournalEntryAdmin(LoggedReads, ReadOnlyAdmin):
    what = Reading.ENTRY
    list_display = ["public_id", "reason", "ledger_number", "sequence", "occurred_at", "recorded_at", "idempotency_key"]
    list_filter = ["reason", "recorded_at"]
    list_select_related = ["learner"]
    search_fields = ["=public_id", "=idempotency_key", "=learner__ledger_number"]
    search_help_text = _("public number, idempotency key or ledger number, in full")
    date_hierarchy = "recorded_at"
    ordering = ["-id"]
    show_full_result_count = False
    fields = [
        "public_id",
        "reason",
        "ledger_number",
        "sequence",
        "occurred_at",
        "recorded_at",
        "actor_number",
        "idempotency_key",
        "snapshot",
        "reverses",
        "hash_hex",
        "prev_hash_hex",
    ]
    inlines = [PostingInline]

    def whose(self, entry: JournalEntry) -> Iterable[int | None]:
        return [entry.learner_id]

    def get_urls(self) -> list[URLPattern]:
        return [path("reading/", self.admin_site.admin_view(read_record), name="credits_reading"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["is_reversible"] = context["original"].reason in REVERSIBLE
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("ledger number"))
    def ledger_number(self, entry: JournalEntry) -> str:
        return str(entry.learner.ledger_number) if entry.learner else ""

    @admin.display(description=_("actor"))
    def actor_number(self, entry: JournalEntry) -> str:
        return str(entry.actor.ledger_number) if entry.actor else ""

    @admin.display(description=_("hash"))
    def hash_hex(self, entry: JournalEntry) -> str:
        return bytes(entry.hash).hex()

    @admin.display(description=_("previous hash"))
    def prev_hash_hex(self, entry: JournalEntry) -> str:
        return bytes(entry.prev_hash or b"").hex()


@admin.register(Account)
class AccountAdmin(LoggedReads, ReadOnlyAdmin):
    what = Reading.ACCOUNT
    list_display = ["id", "owner", "purpose", "unit", "kind_of_credit", "balance_min", "balance_max", "opened_at"]
    list_filter = ["purpose", "unit", "kind_of_credit"]
    list_select_related = ["learner", "organization"]
    search_fields = ["=learner__ledger_number", "organization__name_vi", "organization__name_en"]
    ordering = ["-id"]
    show_full_result_count = False
    fields = ["owner", "purpose", "unit", "kind_of_credit", "balance_min", "balance_max", "opened_at"]

    def whose(self, account: Account) -> Iterable[int | None]:
        return [account.learner_id]

    @admin.display(description=_("owner"))
    def owner(self, account: Account) -> str:
        return str(account.organization or (account.learner and account.learner.ledger_number))


@admin.register(Posting)
class PostingAdmin(LoggedReads, ReadOnlyAdmin):
    what = Reading.ENTRY
    list_display = ["id", "entry", "source", "destination", "amount_minor"]
    list_filter = ["entry__reason", "source__unit"]
    list_select_related = ["entry", *OWNERS]
    search_fields = ["=entry__public_id", "=entry__idempotency_key"]
    ordering = ["-id"]
    show_full_result_count = False
    fields = ["entry", "source", "destination", "amount_minor", "source_position", "destination_position"]

    def whose(self, posting: Posting) -> Iterable[int | None]:
        return [posting.source.learner_id, posting.destination.learner_id]


@admin.register(Lot)
class LotAdmin(LoggedReads, ReadOnlyAdmin):
    what = Reading.ENTRY
    list_display = ["entry", "issuer", "kind_of_credit", "source", "amount_minor", "earned_on", "valid_until"]
    list_filter = ["kind_of_credit", "source", "earned_on", ("valid_until", admin.EmptyFieldListFilter)]
    list_select_related = ["entry", "issuer"]
    search_fields = ["=entry__public_id", "=learner__ledger_number", "issuer__name_vi"]
    search_help_text = _("public number or ledger number in full, or the organisation's name")
    ordering = ["-entry_id"]
    show_full_result_count = False
    fields = [
        "entry",
        "issuer",
        "kind_of_credit",
        "source",
        "field_code",
        "level",
        "amount_minor",
        "earned_on",
        "valid_until",
        "course_key",
    ]

    def whose(self, lot: Lot) -> Iterable[int | None]:
        return [lot.learner_id]


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ["number", "day", "sealed_at", "size", "entries"]
    date_hierarchy = "day"
    ordering = ["-number"]
    show_full_result_count = False
    fields = ["number", "day", "sealed_at", "size", "entries", "root_hex", "prev_hex", "hash_hex"]

    @admin.display(description=_("Root of the tree"))
    def root_hex(self, seal: Seal) -> str:
        return seal.root_hex

    @admin.display(description=_("Value of the previous seal"))
    def prev_hex(self, seal: Seal) -> str:
        return seal.prev_hex

    @admin.display(description=_("Value of this seal"))
    def hash_hex(self, seal: Seal) -> str:
        return seal.hash_hex


@admin.register(LedgerCheck)
class LedgerCheckAdmin(ReadOnlyAdmin):
    list_display = ["checked_at", "findings_count", "first_finding", "unfinished", "seal"]
    list_select_related = ["seal"]
    date_hierarchy = "checked_at"
    ordering = ["-checked_at"]
    show_full_result_count = False
    fields = ["checked_at", "findings_count", "first_finding", "unfinished", "seal"]
