"""
Consents: given for one purpose in words that are a row, withdrawn at once.

A child's consent is in force once a guardian, and from the age at which it is asked the child too, have said yes to the
same words. Until then there is no row of it, so nothing that asks for a consent finds one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from learners import rules
from learners.actions import asking_guardians, one_by_one
from learners.choices import ConsentChannel, ConsentPurpose, Language
from learners.models import AccessNeeds, Consent, ConsentAnswer, ConsentText, Guardian, Learner, Organization
from learners.queries import age
from learners.queries import guardian as guardians
from learners.queries.learner import accounts_merged_into

STANDING = {"guardian__isnull": False, "guardian__revoked_at__isnull": True}  # an answer of who stands for the child
PURPOSE_OF_NEEDS = ConsentPurpose.ACCESS_NEEDS


class WordsChanged(Exception):
    """The words somebody agreed to are no longer those in force."""


class NotGuardian(Exception):
    """The actor does not stand for this child, or not any more; the message is for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """The staff in front of whom somebody answered who has only a card; ``counter_consent`` says who may be one."""

    staff: Learner
    organization: Organization


@transaction.atomic
def give(
    *,
    learner: Learner,
    text: ConsentText,
    language: Language,
    channel: ConsentChannel,
    now: datetime,
    witness: Witness | None = None,
) -> Consent | None:
    """
    Write down that the learner agreed to these words and return the consent; None while a child's guardian must still.

    Idempotent while the same words are agreed to; agreeing to newer words ends the earlier consent. Locks the learner.

    :raises WordsChanged: if newer words are in force: nobody agrees to what they have not read.
    """
    learner = _locked(learner)
    _refuse_other_words(text)
    said: dict[str, Any] = {"text": text, "language": language, "channel": channel, "now": now}
    is_child = age.ages(on=timezone.localdate(now)).needs_guardian(learner)
    if is_child or (learner.birth_year is None and guardians.binds(learner)):
        answer = _answer(learner=learner, said_by=learner, guardian=None, is_yes=True, witness=witness, **said)
        consent = _complete(learner=learner, **said, witness=witness)
        if consent is None:
            asking_guardians.tell(answer=answer, now=now)
        return consent
    return _put_in_force(learner=learner, **said, witness=witness)


@transaction.atomic
def answer_for_child(
    *,
    guardian: Guardian,
    actor: Learner,
    text: ConsentText,
    is_yes: bool,
    language: Language,
    now: datetime,
    channel: ConsentChannel = ConsentChannel.PORTAL,
    witness: Witness | None = None,
) -> Consent | None:
    """
    Write down what a guardian says; return the consent if everybody who must has agreed now.

    Idempotent. A no ends the consent and what was kept for it, as withdrawing does; it stands until the same guardian
    says yes. Locks the child.

    :raises NotGuardian: if the actor does not stand for the child at ``now``.
    :raises WordsChanged: if newer words are in force.
    """
    child = _locked(guardian.child)
    held = guardians.holding(actor, now=now).select_for_update(of=["self"], no_key=True).filter(pk=guardian.pk).first()
    if held is None or held.guardian is None:
        raise NotGuardian(_("You are not, or no longer, recorded as the parent or guardian of this child."))
    _refuse_other_words(text)
    said: dict[str, Any] = {"text": text, "language": language, "channel": channel, "now": now}
    if not is_yes:
        _end_all(child, ConsentPurpose(text.purpose), now, witness)
    _answer(learner=child, said_by=held.guardian, guardian=held, is_yes=is_yes, witness=witness, **said)
    asking_guardians.take_back(guardian=held, purpose=ConsentPurpose(text.purpose))
    return _complete(learner=child, **said, witness=witness) if is_yes else None


@transaction.atomic
def withdraw(*, learner: Learner, purpose: ConsentPurpose, now: datetime, witness: Witness | None = None) -> None:
    """
    Withdraw a consent, or what has been said towards one; what was kept for that purpose alone goes with it.

    Idempotent. A child does it alone, as their guardian does. What an account agreed to that was merged into theirs
    ends too; locks all of them by id. Whoever uses a consent asks for it each time (``queries.consent``), so nothing
    has to be told.
    """
    accounts = [learner, *accounts_merged_into(learner)]
    for account in sorted(accounts, key=lambda each: each.pk):
        _end_all(_locked(account), purpose, now, witness)


def end_what_rests_on(*, guardian: Guardian, now: datetime) -> None:
    """
    End what a guardian has agreed to who no longer stands for the child; inside the transaction that revokes them.

    A consent stays where another guardian of the child has agreed too, or the person agrees alone by now.
    """
    asking_guardians.take_back(guardian=guardian)
    _end_answers(ConsentAnswer.objects.filter(guardian=guardian), now)


def wait_for_guardian(*, learner: Learner, now: datetime) -> None:
    """
    Let what a person had agreed to alone wait for a guardian, if by their birth year they are a child now.

    Their own yes stays, and so does what was kept for it, shown to nobody meanwhile. Inside the transaction that writes
    the year.
    """
    if not age.ages(on=timezone.localdate(now)).needs_guardian(learner):
        return
    for current in Consent.objects.filter(learner=learner, withdrawn_at__isnull=True).select_related("text"):
        if _current(learner).filter(text=current.text, is_yes=True, **STANDING).exists():
            continue
        _end(current, now)
        said: dict[str, Any] = {"language": Language(current.language), "channel": ConsentChannel.PORTAL, "now": now}
        answer = _answer(
            learner=learner, said_by=learner, guardian=None, is_yes=True, text=current.text, witness=None, **said
        )
        asking_guardians.tell(answer=answer, now=now)


def stand_alone(*, learner: Learner, now: datetime) -> int:
    """
    Put in force what a person said yes to as a child, if by their birth year they agree alone now; return how many.

    As they said it: in those words if nobody has written newer ones, in that language, before that witness. Newer words
    are asked on their own page. Idempotent. Locks the learner.
    """
    learner = _locked(learner)
    if learner.birth_year is None or age.ages(on=timezone.localdate(now)).needs_guardian(learner):
        return 0  # with no year nobody knows that the child has grown up
    done = 0
    for said in guardians.waits_for_age(learner):
        staff, organization = said.witnessed_by, said.organization
        witness = Witness(staff=staff, organization=organization) if staff and organization else None
        how: dict[str, Any] = {"language": Language(said.language), "channel": ConsentChannel(said.channel)}
        _put_in_force(learner=learner, text=said.text, **how, witness=witness, now=now)
        done += 1
    return done


def follow_year(*, learner: Learner, now: datetime) -> None:
    """Let consents be what the law asks by the year just written: waiting for a guardian, or one's own."""
    wait_for_guardian(learner=learner, now=now)
    stand_alone(learner=learner, now=now)


def come_of_age(*, now: datetime) -> int:
    """
    Put in force what waited for the guardians of those who agree alone by now; return how many consents.

    Idempotent; each person in a transaction of their own.

    :raises one_by_one.SomeFailed: when all have been tried, if some failed.
    """
    grown = list(guardians.grown_up_meanwhile(now=now))

    @transaction.atomic
    def let(learner: Learner) -> int:
        return stand_alone(learner=learner, now=now)

    return one_by_one.each(grown, let, what="come_of_age")


def forget_what_waits(*, now: datetime) -> int:
    """
    Take out what a person told when nobody has agreed to it for ``rules.WAITS_FOR_CONSENT_MAX``; return of how many.

    Idempotent; as if they had withdrawn it themself.
    """
    since = now - rules.WAITS_FOR_CONSENT_MAX
    theirs = {"learner": OuterRef("learner"), "purpose": PURPOSE_OF_NEEDS}
    agreed = Consent.objects.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=since), **theirs)
    # A consent that began to wait, as by a year written since, waits from then on.
    asked = ConsentAnswer.objects.filter(ended_at__isnull=True, said_at__gte=since, **theirs)
    old = AccessNeeds.objects.filter(~Exists(agreed), ~Exists(asked), said_at__lt=since)
    waiting = list(old.select_related("learner").order_by("pk"))

    @transaction.atomic
    def forget(told: AccessNeeds) -> bool:
        learner = _locked(told.learner)
        if not old.filter(pk=told.pk).exists():  # told anew, or agreed to, meanwhile
            return False
        _end_all(learner, PURPOSE_OF_NEEDS, now)
        return True

    return one_by_one.each(waiting, forget, what="forget_what_waits")


def end_answers_for_child(guardian: Guardian, now: datetime) -> None:
    """End what a guardian has agreed to for the account the child has now; inside the undo of a merge."""
    asking_guardians.take_back(guardian=guardian)
    _end_answers(ConsentAnswer.objects.filter(guardian=guardian, learner=guardian.child_id), now)


def _end_answers(answers: QuerySet[ConsentAnswer], now: datetime) -> None:
    answers = answers.filter(ended_at__isnull=True)
    agreed = list(answers.filter(is_yes=True).select_related("learner").order_by("learner", "pk"))
    answers.update(ended_at=now)
    ages = age.ages(on=timezone.localdate(now))
    for answer in agreed:
        child = _locked(answer.learner)
        if (
            ages.needs_guardian(child)
            and not _current(child).filter(text=answer.text, is_yes=True, **STANDING).exists()
        ):
            _end_all(child, ConsentPurpose(answer.purpose), now)


def _locked(learner: Learner) -> Learner:
    return Learner.objects.select_for_update(no_key=True).get(pk=learner.pk)


def _refuse_other_words(text: ConsentText) -> None:
    if not ConsentText.objects.filter(pk=text.pk, valid_to__isnull=True).exists():
        raise WordsChanged


def _current(learner: Learner) -> QuerySet[ConsentAnswer]:
    return ConsentAnswer.objects.filter(learner=learner, ended_at__isnull=True)


def _answer(
    *,
    learner: Learner,
    said_by: Learner,
    guardian: Guardian | None,
    is_yes: bool,
    text: ConsentText,
    language: Language,
    channel: ConsentChannel,
    witness: Witness | None,
    now: datetime,
) -> ConsentAnswer:
    current = _current(learner).filter(guardian=guardian, purpose=text.purpose)
    if same := current.filter(text=text, is_yes=is_yes).first():
        return same
    current.update(ended_at=now)
    return ConsentAnswer.objects.create(
        learner=learner,
        purpose=text.purpose,
        text=text,
        guardian=guardian,
        said_by=said_by,
        is_yes=is_yes,
        language=language,
        channel=channel,
        witnessed_by=witness.staff if witness else None,
        organization=witness.organization if witness else None,
        said_at=now,
    )


def _complete(
    *,
    learner: Learner,
    text: ConsentText,
    language: Language,
    channel: ConsentChannel,
    witness: Witness | None,
    now: datetime,
) -> Consent | None:
    """Put a child's consent in force if everybody who must has said yes to these words, and no guardian no."""
    yes = _current(learner).filter(text=text, is_yes=True)
    by_child, by_guardian = yes.filter(guardian__isnull=True).exists(), yes.filter(**STANDING).exists()
    is_refused = _current(learner).filter(purpose=text.purpose, is_yes=False, **STANDING).exists()
    if is_refused or not by_guardian or (age.ages(on=timezone.localdate(now)).needs_own(learner) and not by_child):
        return None
    return _put_in_force(learner=learner, text=text, language=language, channel=channel, witness=witness, now=now)


def _put_in_force(
    *,
    learner: Learner,
    text: ConsentText,
    language: Language,
    channel: ConsentChannel,
    witness: Witness | None,
    now: datetime,
) -> Consent:
    current = Consent.objects.filter(learner=learner, purpose=text.purpose, withdrawn_at__isnull=True).first()
    if current is not None and current.text_id == text.pk:
        return current
    if current is not None:
        _end(current, now)
    asking_guardians.take_back_all(child=learner, purpose=ConsentPurpose(text.purpose))
    return Consent.objects.create(
        learner=learner,
        purpose=text.purpose,
        text=text,
        language=language,
        channel=channel,
        given_at=now,
        witnessed_by=witness.staff if witness else None,
        organization=witness.organization if witness else None,
    )


def _end_all(learner: Learner, purpose: ConsentPurpose, now: datetime, witness: Witness | None = None) -> None:
    """End the consent and every yes it rests on; a guardian's no stays until they change their mind themself."""
    _current(learner).filter(purpose=purpose, is_yes=True).update(ended_at=now)
    asking_guardians.take_back_all(child=learner, purpose=purpose)
    current = Consent.objects.filter(learner=learner, purpose=purpose, withdrawn_at__isnull=True).first()
    if current is not None:
        _end(current, now, witness)
    if purpose == PURPOSE_OF_NEEDS:
        AccessNeeds.objects.filter(learner=learner).delete()


def _end(consent: Consent, now: datetime, witness: Witness | None = None) -> None:
    consent.withdrawn_at = now
    if witness is not None:
        consent.withdrawal_witnessed_by, consent.withdrawal_organization = witness.staff, witness.organization
    consent.save(update_fields=["withdrawn_at", "withdrawal_witnessed_by", "withdrawal_organization"])
