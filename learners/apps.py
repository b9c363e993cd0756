from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearnersConfig(AppConfig):
    name = "learners"
    verbose_name = _("People and messages")

    def ready(self) -> None:
        from learners import adapters  # noqa: F401, PLC0415 -- its receivers; needs the app registry
