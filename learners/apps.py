from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearnersConfig(AppConfig):
    name = "learners"
    verbose_name = _("People and messages")

    def ready(self) -> None:
        from learners import adapters  # noqa: F401, PLC0415 -- its receivers; needs the app registry
        from learners.actions.following import follow  # noqa: PLC0415 -- needs the app registry
        from learners.models import Membership, Message  # noqa: PLC0415

        follow(Message, "recipient")
        follow(Membership, "learner")
