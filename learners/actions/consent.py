"""
Consents: given for one purpose in words that are a row, withdrawn at once.

A child's consent is in force once a guardian, and from the age at which it is asked the child too, have said yes to the
same words. Until then there is no row of it, so nothing that asks for a consent finds one.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from learners.choices import ConsentChannel, ConsentPurpose, Language
from learners.models import AccessNeeds, Consent, ConsentAnswer, ConsentText, Guardian, Learner
from learners.queries import age
from learners.queries import guardian as guardians
from learners.queries.learner import accounts_merged_into

STANDING = {"guardian__isnull": False, "guardian__revoked_at__isnull": True}  # an answer of who stands for the child


class WordsChanged(Exception):
    """The words somebody agreed to are no longer those in force."""


class NotGuardian(Exception):
    """The actor does not stand for this child, or not any more; the message is for them."""


@transaction.atomic
def give(
    *, learner: Learner, text: ConsentText, language: Language, channel: ConsentChannel, now: datetime
) -> Consent | None:
    """
    Write down that the learner agreed to these words and return the consent; None while a child's guardian must still.

    Idempotent while the same words are agreed to; agreeing to newer words ends the earlier consent. Locks the learner.

    :raises WordsChanged: if newer words are in force: nobody agrees to what they have not read.
    """
    learner = _locked(learner)
    _refuse_other_words(text)
    said: dict[str, Any] = {"text": text, "language": language, "channel": channel, "now": now}
    if age.ages(on=timezone.localdate(now)).needs_guardian(learner):
        _answer(learner=learner, said_by=learner, guardian=None, is_yes=True, **said)
        return _complete(learner=learner, **said)
    return _put_in_force(learner=learner, **said)


@transaction.atomic
def answer_for_child(
    *, guardian: Guardian, actor: Learner, text: ConsentText, is_yes: bool, language: Language, now: datetime
) -> Consent | None:
    """
    Write down what a guardian says, on the portal; return the consent if everybody who must has agreed now.

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
    said: dict[str, Any] = {"text": text, "language": language, "channel": ConsentChannel.PORTAL, "now": now}
    if not is_yes:
        _end_all(child, ConsentPurpose(text.purpose), now)
    _answer(learner=child, said_by=held.guardian, guardian=held, is_yes=is_yes, **said)
    return _complete(learner=child, **said) if is_yes else None


@transaction.atomic
def withdraw(*, learner: Learner, purpose: ConsentPurpose, now: datetime) -> None:
    """
    Withdraw a consent, or what has been said towards one; what was kept for that purpose alone goes with it.

    Idempotent. A child does it alone, as their guardian does. What an account agreed to that was merged into theirs
    ends too; locks all of them by id. Whoever uses a consent asks for it each time (``queries.consent``), so nothing
    has to be told.
    """
    accounts = [learner, *accounts_merged_into(learner)]
    for account in sorted(accounts, key=lambda each: each.pk):
        _end_all(_locked(account), purpose, now)


def end_what_rests_on(*, guardian: Guardian, now: datetime) -> None:
    """
    End what a guardian has agreed to who no longer stands for the child; inside the transaction that revokes them.

    A consent stays where another guardian of the child has agreed too, or the person agrees alone by now.
    """
    child = _locked(guardian.child)
    answers = ConsentAnswer.objects.filter(guardian=guardian, ended_at__isnull=True)
    texts = list(answers.filter(is_yes=True).values_list("text", "purpose"))
    answers.update(ended_at=now)
    if not age.ages(on=timezone.localdate(now)).needs_guardian(child):
        return
    for text, purpose in texts:
        if not _current(child).filter(text=text, is_yes=True, **STANDING).exists():
            _end_all(child, ConsentPurpose(purpose), now)


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
    now: datetime,
) -> None:
    current = _current(learner).filter(guardian=guardian, purpose=text.purpose)
    if current.filter(text=text, is_yes=is_yes).exists():
        return
    current.update(ended_at=now)
    ConsentAnswer.objects.create(
        learner=learner,
        purpose=text.purpose,
        text=text,
        guardian=guardian,
        said_by=said_by,
        is_yes=is_yes,
        language=language,
        channel=channel,
        said_at=now,
    )


def _complete(
    *, learner: Learner, text: ConsentText, language: Language, channel: ConsentChannel, now: datetime
) -> Consent | None:
    """Put a child's consent in force if everybody who must has said yes to these words, and no guardian no."""
    yes = _current(learner).filter(text=text, is_yes=True)
    by_child, by_guardian = yes.filter(guardian__isnull=True).exists(), yes.filter(**STANDING).exists()
    is_refused = _current(learner).filter(purpose=text.purpose, is_yes=False, **STANDING).exists()
    if is_refused or not by_guardian or (age.ages(on=timezone.localdate(now)).needs_own(learner) and not by_child):
        return None
    return _put_in_force(learner=learner, text=text, language=language, channel=channel, now=now)


def _put_in_force(
    *, learner: Learner, text: ConsentText, language: Language, channel: ConsentChannel, now: datetime
) -> Consent:
    current = Consent.objects.filter(learner=learner, purpose=text.purpose, withdrawn_at__isnull=True).first()
    if current is not None and current.text_id == text.pk:
        return current
    if current is not None:
        _end(current, now)
    return Consent.objects.create(
        learner=learner, purpose=text.purpose, text=text, language=language, channel=channel, given_at=now
    )


def _end_all(learner: Learner, purpose: ConsentPurpose, now: datetime) -> None:
    """End the consent and every yes it rests on; a guardian's no stays until they change their mind themself."""
    _current(learner).filter(purpose=purpose, is_yes=True).update(ended_at=now)
    current = Consent.objects.filter(learner=learner, purpose=purpose, withdrawn_at__isnull=True).first()
    if current is not None:
        _end(current, now)
    if purpose == ConsentPurpose.ACCESS_NEEDS:
        AccessNeeds.objects.filter(learner=learner).delete()


def _end(consent: Consent, now: datetime) -> None:
    consent.withdrawn_at = now
    consent.save(update_fields=["withdrawn_at"])
