from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditsConfig(AppConfig):
    name = "credits"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from credits.actions import access  # noqa: PLC0415 -- needs the app registry
        from learners.actions.reading import written_by  # noqa: PLC0415

        written_by(access.record_seen)
