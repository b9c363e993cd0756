from typing import Any

from django.apps import AppConfig
from django.apps import apps as every_app
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LearnersConfig(AppConfig):
    name = "learners"
    verbose_name = _("People and messages")

    def ready(self) -> None:
        from allauth.mfa.models import Authenticator  # noqa: PLC0415
        from allauth.socialaccount.models import SocialAccount  # noqa: PLC0415

        from learners import adapters  # noqa: F401, PLC0415 -- its receivers; needs the app registry
        from learners.actions.consent import end_answers_for_child  # noqa: PLC0415 -- needs the app registry
        from learners.actions.following import follow  # noqa: PLC0415
        from learners.models import (  # noqa: PLC0415
            Guardian,
            HelpRequest,
            Mandate,
            Membership,
            Message,
            OrganizationComplaint,
        )

        follow(Message, "recipient")
        follow(Membership, "learner")
        follow(HelpRequest, "learner")
        follow(OrganizationComplaint, "learner")
        # Who stands for a child stands for it in the account that is kept; what they answer there is said anew.
        follow(Guardian, "child", before_return=end_answers_for_child)
        # Who helps the person goes on; whom they help themself is asked of all their accounts (queries/mandate.py).
        follow(Mandate, "person")
        # Ways in: left behind, they would open an account that is empty now.
        follow(Authenticator, "user")
        follow(SocialAccount, "user")
        post_migrate.connect(add_missing_texts, sender=self, dispatch_uid="learners.texts")


def add_missing_texts(*, apps: Any = every_app, plan: Any = (), **_signal: Any) -> None:
    """Words of new kinds of letters reach databases made before them; on the way back none are added."""
    from learners.actions import message_text  # noqa: PLC0415 -- needs the app registry

    if any(is_backwards for _migration, is_backwards in plan):
        return
    message_text.add_missing(model=apps.get_model("learners", "MessageText"), now=timezone.now())
