"""
Emptying one person from the people's side: their row, their letters, their words, their sessions.

Rows that others need stay, without the person in them. What nobody may change otherwise is emptied by functions of the
database that do so for closed accounts alone (``learners_erase``).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.db.models import Case, Q, Value, When

from learners.actions import guardian, name_in_letters, sign_in
from learners.actions.name_in_letters import NOBODY
from learners.choices import MessageState
from learners.models import (
    AccessNeeds,
    Card,
    ChangedWay,
    CommuneHelper,
    Consent,
    ConsentAnswer,
    DataExport,
    DeadWay,
    Device,
    HelpAnswer,
    HelpRequest,
    Learner,
    LostWay,
    Mandate,
    Membership,
    Message,
    RemovedWay,
    SignInCode,
    StaffInvitation,
    ToldApart,
    UnsubscribeLink,
)
from learners.models.learner import new_session_salt
from learners.queries import help as help_queries
from learners.queries import lost_second_step, lost_way
from learners.queries import session as sessions
from learners.queries.message import is_of

ON_THEIR_WAY = (MessageState.DUE, MessageState.CLAIMED, MessageState.HANDED_OVER)


def erase(*, learner: Learner, now: datetime) -> dict[str, int]:
    """
    Empty the person and return how many rows of each kind; ``learner`` is locked by the caller, inside a transaction.

    Idempotent. A letter that a worker holds is taken from it: it has lost its claim and does not send. One being given
    away just now stays in doubt: who has lost the claim does not write how it ended.
    """
    removed = RemovedWay.objects.filter(learner=learner)
    dead = DeadWay.objects.filter(learner=learner).values_list("address", flat=True)
    lost = LostWay.objects.filter(learner=learner).values_list("address", flat=True)
    changed = ChangedWay.objects.filter(learner=learner)
    gone = [*removed.values_list("address", flat=True), *changed.values_list("address", flat=True)]
    known = (learner.email, learner.phone, *gone, *dead, *lost)
    addresses = [way for way in known if way]
    name = learner.full_name
    name_in_letters.forget(learner)
    done = {
        "sessions": sessions.of_learner(learner).delete()[0],
        "guardians": guardian.end_all_of(learner=learner, now=now),
    }
    ConsentAnswer.objects.filter(learner=learner, ended_at__isnull=True).update(ended_at=now)
    _empty_row(learner, now)
    letters = Message.objects.filter(recipient=learner)
    done["letters"] = letters.filter(state__in=ON_THEIR_WAY).update(
        state=Case(
            When(state=MessageState.HANDED_OVER, then=Value(MessageState.IN_DOUBT)), default=Value(MessageState.DROPPED)
        ),
        claim_token=None,
        claimed_at=None,
        lease_ends_at=None,
    )
    letters.update(data={}, address="", failure="", claim_token=None)
    # To addresses they had earlier, or wanted and never proved: whose they were stands in the key.
    theirs = Q(deduplication_key__startswith=f"way:{learner.pk}:")
    theirs |= Q(deduplication_key__startswith=f"sign-in:{learner.pk}:")
    theirs |= is_of([learner.pk])
    Message.objects.filter(Q(address__in=addresses) | theirs, recipient__isnull=True).delete()
    over = Q(expires_at__lt=now - sign_in.KEPT_AFTER_EXPIRY)  # nobody need ask for another code first
    SignInCode.objects.filter(Q(address__in=addresses) | Q(learner=learner) | over).delete()
    removed.delete()
    changed.delete()
    ToldApart.objects.filter(Q(one=learner) | Q(other=learner)).delete()
    DeadWay.objects.filter(learner=learner).update(address="")
    lost_second_step.open_now().filter(learner=learner).update(stopped_at=now)
    lost_way.open_now().filter(learner=learner).update(stopped_at=now)
    LostWay.objects.filter(learner=learner).update(address="", new_address="")
    for way_in in (EmailAddress, SocialAccount, Authenticator):
        way_in.objects.filter(user=learner).delete()
    Device.objects.filter(learner=learner).delete()
    Card.objects.filter(learner=learner, revoked_at__isnull=True).update(revoked_at=now, revoked_by=learner)
    helping = Mandate.objects.filter(Q(person=learner) | Q(helper=learner), revoked_at__isnull=True)
    done["mandates"] = helping.update(revoked_at=now, revoked_by=learner)
    done["files"] = DataExport.objects.filter(learner=learner).delete()[0]
    UnsubscribeLink.objects.filter(learner=learner).delete()
    AccessNeeds.objects.filter(learner=learner).delete()
    Consent.objects.filter(learner=learner, withdrawn_at__isnull=True).update(withdrawn_at=now)
    held = Membership.objects.filter(learner=learner, ended_at__isnull=True)
    CommuneHelper.objects.filter(
        name=name, organization__in=list(held.values_list("organization", flat=True)), ended_at__isnull=True
    ).update(name="", phone="", ended_at=now)
    done["memberships"] = held.update(ended_at=now)
    StaffInvitation.objects.filter(invited_by=learner, taken_up_at=None, taken_back_at=None).update(
        for_words="", taken_back_at=now, taken_back_by=learner
    )
    asked = HelpRequest.objects.filter(Q(learner=learner) | Q(pk__in=_asked_signed_out(addresses)))
    HelpAnswer.objects.filter(request__in=asked).update(note="")
    done["help"] = asked.update(name="", reach="", about="", learner=None, scrubbed_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT learners_erase(%s)", [learner.pk])
        done["complaints"] = cursor.fetchone()[0]
    return done


def _asked_signed_out(addresses: Sequence[str]) -> list[int]:
    """Return the calls asked for without signing in, to be made to one of these addresses, however it was written."""
    waiting = HelpRequest.objects.filter(learner=None, scrubbed_at=None)
    return [key for each in addresses for key in help_queries.reached_like(waiting, each).values_list("pk", flat=True)]


def _empty_row(learner: Learner, now: datetime) -> None:
    learner.groups.clear()
    learner.user_permissions.clear()
    empty: dict[str, Any] = {
        "full_name": NOBODY,
        "email": None,
        "email_verified_at": None,
        "phone": None,
        "phone_verified_at": None,
        "has_card": False,
        "birth_year": None,
        "birth_year_confirmed_at": None,
        "birth_year_confirmed_by": None,
        "place": None,
        "form_of_address": "",
        "text_size": "",
        "theme": "",
        "lite": "",
        "aloud": "",
        "understands": [],
        "free_slots": [],
        "quiet_from": None,
        "quiet_until": None,
        "wants_digest": False,
        "wants_reminders": False,
        "wants_suggestions": False,
        "is_active": False,
        "is_staff": False,
        "is_superuser": False,
        "closed_at": learner.closed_at or now,
        "session_salt": new_session_salt(),
        "last_login": None,
    }
    for field, value in empty.items():
        setattr(learner, field, value)
    learner.set_unusable_password()
    learner.save(update_fields=[*empty, "password"])
