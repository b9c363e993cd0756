from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearnersConfig(AppConfig):
    name = "learners"
    verbose_name = _("People and messages")

    def ready(self) -> None:
        from allauth.mfa.models import Authenticator  # noqa: PLC0415
        from allauth.socialaccount.models import SocialAccount  # noqa: PLC0415

        from learners import adapters  # noqa: F401, PLC0415 -- its receivers; needs the app registry
        from learners.actions.following import follow  # noqa: PLC0415 -- needs the app registry
        from learners.models import Membership, Message  # noqa: PLC0415

        follow(Message, "recipient")
        follow(Membership, "learner")
        # Ways in: left behind, they would open an account that is empty now.
        follow(Authenticator, "user")
        follow(SocialAccount, "user")
