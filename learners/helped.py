"""The mandate a page is opened by; and what a helper meets there once it is over."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from learners.choices import HelperAct
from learners.models import Mandate
from learners.queries import mandate as queries


class Ended(Http404):
    """There is no such page any more, for one who has helped by this mandate and is told so."""

    def __init__(self, mandate: Mandate) -> None:
        super().__init__()
        self.mandate = mandate


def to_act_by(helper: object, public_id: UUID, *, act: HelperAct, now: datetime) -> Mandate:
    """
    Return the mandate by which ``helper`` may do ``act`` now.

    :raises Ended: if it was theirs and is over; of a person who is gone nothing is said.
    :raises Http404: if it is none of theirs, or does not allow this.
    """
    if found := queries.holding(helper, now=now, act=act).filter(public_id=public_id).first():
        return found
    if over := queries.over_for(helper, now=now).filter(public_id=public_id).first():
        raise Ended(over)
    raise Http404
