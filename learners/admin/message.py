"""Letters at the desk: what is in doubt or has failed is looked at here; texts are superseded, never edited."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from learners.actions import message as outbox
from learners.actions import message_text
from learners.choices import Channel, Language, MessageKind
from learners.desk import ReadOnlyAdmin
from learners.forms.message_text import MessageTextForm
from learners.models import Message, MessageText
from learners.models.address import is_phone


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What a letter said is not shown: it is between the portal and its reader."""

    list_display = ["kind", "state", "recipient", "masked_address", "due_at", "attempts", "failure"]
    list_select_related = ["recipient"]
    list_filter = ["state", "channel", "kind", "urgency", "due_at"]
    search_fields = ["recipient__full_name", "=recipient__email", "=address", "=public_id"]
    date_hierarchy = "queued_at"
    ordering = ["-queued_at"]
    fields = [
        "public_id",
        "kind",
        "channel",
        "cost_dong",
        "state",
        "recipient",
        "masked_address",
        "language",
        "queued_at",
        "due_at",
        "expires_at",
        "attempts",
        "handed_over_at",
        "sent_at",
        "failed_at",
        "failure",
    ]
    actions = ["send_again"]

    @admin.display(description=gettext_lazy("address"))
    def masked_address(self, letter: Message) -> str:
        """Enough to tell two letters apart; the whole address can be searched for by whoever knows it."""
        if is_phone(letter.address):
            return f"…{letter.address[-3:]}"
        name, _at, domain = letter.address.rpartition("@")
        return f"{name[:1]}…@{domain}" if letter.address else ""

    def has_requeue_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("learners.change_message")

    @admin.action(description=gettext_lazy("Send again (only what failed or is in doubt)"), permissions=["requeue"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Each chosen letter goes back into the outbox and leaves within seconds."""
        sent_again = 0
        for letter in queryset:
            try:
                outbox.requeue(message=letter, now=timezone.now())
            except outbox.UnableToRequeue as reason:
                self.message_user(request, str(reason), messages.WARNING)
            else:
                sent_again += 1
        words = ngettext("%(count)s letter will be sent again.", "%(count)s letters will be sent again.", sent_again)
        self.message_user(request, words % {"count": sent_again})


@admin.register(MessageText)
class MessageTextAdmin(admin.ModelAdmin):
    """Saving writes a new version, in force at once; letters already sent keep the words they had."""

    form = MessageTextForm
    list_display = ["kind", "channel", "language", "version", "subject", "valid_from", "valid_to"]
    list_filter = ["kind", "channel", "language", ("valid_to", admin.EmptyFieldListFilter)]
    ordering = ["kind", "language", "-version"]
    fields = ["kind", "channel", "language", "subject", "body", "source"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_changeform_initial_data(request), "source": request.user.get_username()}

    def save_model(self, request: HttpRequest, obj: MessageText, form: Any, change: bool) -> None:
        written = message_text.supersede(
            kind=MessageKind(obj.kind),
            channel=Channel(obj.channel),
            language=Language(obj.language),
            subject=obj.subject,
            body=obj.body,
            source=obj.source,
            now=timezone.now(),
        )
        obj.pk, obj.version = written.pk, written.version
        self.message_user(request, _("Version %(number)s is in force now.") % {"number": written.version})
