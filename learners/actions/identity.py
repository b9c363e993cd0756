"""Identities elsewhere: one is joined to a record, or taken from it; everybody reached there is told."""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from learners.actions import ways
from learners.models import Learner


@transaction.atomic
def join(*, learner: Learner, provider: str, provider_name: str, uid: str, now: datetime) -> None:
    """
    Let a proven identity open a record from now on. Idempotent.

    :raises BelongsToAnother: if it opens another record.
    """
    account, is_new = SocialAccount.objects.get_or_create(provider=provider, uid=uid, defaults={"user": learner})
    if account.user_id != learner.pk:
        raise ways.BelongsToAnother(_("Another record is opened with it already."))
    if is_new:
        _tell(learner, _("%(name)s now opens your record."), provider_name, now)


@transaction.atomic
def part(*, learner: Learner, account_id: int, provider_name: str, now: datetime) -> None:
    """Let an identity of the learner's open the record no longer; nothing when it is not theirs. Idempotent."""
    deleted, _by_model = SocialAccount.objects.filter(user=learner, pk=account_id).delete()
    if deleted:
        _tell(learner, _("%(name)s no longer opens your record."), provider_name, now)


def _tell(learner: Learner, words: str, provider_name: str, now: datetime) -> None:
    ways.tell(learner=learner, what=words % {"name": provider_name}, now=now)
