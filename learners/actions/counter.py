"""Who is refused at a counter, in the same words whatever they ask for there."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from learners.models import Learner, Organization
from learners.permissions import is_at_counter, serves_at_counter
from learners.queries.ways import addresses


def refuse_unless_served(
    *, learner: Learner, actor: Learner, organization: Organization, refusal: type[Exception], now: datetime
) -> None:
    """
    Refuse what is begun in front of staff, unless they serve this learner there now.

    :raises refusal: if not; its message is for who stands behind the counter.
    """
    if serves_at_counter(actor, organization, learner, on=timezone.localdate(now)):
        return
    if is_at_counter(actor, organization, learner):
        raise refusal(_("This is done here once a curator has verified the organisation."))
    raise refusal(_("This is done where the person was registered, in front of another who works there."))


def refuse_who_has_address(learner: Learner, *, refusal: type[Exception]) -> None:
    """
    Refuse to do for somebody what they can do themselves.

    :raises refusal: if a code can be sent to them, in any of their accounts.
    """
    if addresses(learner):
        raise refusal(_("This person has an address of their own: they sign in and do it themselves."))
