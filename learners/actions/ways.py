"""
Ways of signing in: an e-mail address or a number is added, changed or removed, and everybody there is told.

"There" is each address of each account of the person: what stands with an account merged into theirs opens their record
too, so it is told of every change, and can be removed (decision 0240).

Whoever calls has had the new address proved by a code (``actions.sign_in``), and who is there a moment ago.
"""

from collections.abc import Collection
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from learners import emails, formats
from learners.actions import following, message, person, sign_in
from learners.channels import is_offered
from learners.choices import MessageKind, Way
from learners.models import Card, Learner, LostSecondStep, LostWay, Message, RemovedWay
from learners.models.address import is_phone
from learners.queries import ways as queries
from learners.queries.help import how_to_ask
from learners.queries.learner import account_ids, way_of


class UnableToChangeWay(Exception):
    """The way stays as it is; the message is written for whom it belongs to."""


class BelongsToAnother(UnableToChangeWay):
    pass


class OpensItAlready(UnableToChangeWay):
    """It stands with an account that was merged into this one."""


class IsTheLastWay(UnableToChangeWay):
    pass


@transaction.atomic
def use(*, learner: Learner, address: str, now: datetime, has_link: bool = False) -> Learner:
    """
    Make a proven, folded address or number the learner's way of its kind, and return the learner.

    The one before it opens nothing any more. Idempotent. Every address that opened the record until now is told; the
    one before not again, where it ``has_link`` (``changed_way``). Locks all accounts of the person.

    :raises OpensItAlready: if an account merged into this one has it.
    :raises BelongsToAnother: if another record has it.
    """
    learner = _locked(learner)
    way = way_of(address)
    before = getattr(learner, way)
    if before == address:
        return learner
    told = _addresses(learner)
    if address in told:
        raise OpensItAlready(
            _("It opens your record already, from the record that was joined with it. Remove it there first.")
        )
    _keep_for_the_undo(following.brought(way, learner), learner, way, now=now)
    setattr(learner, way, address)
    setattr(learner, f"{way}_verified_at", now)
    try:
        with transaction.atomic():
            learner.save(update_fields=[way, f"{way}_verified_at"])
    except IntegrityError as reason:
        raise belongs_to_another() from reason
    _keep_with(learner, before)
    with translation.override(learner.language):
        shown = {"way": formats.way_masked(address)}
        if way == Way.EMAIL:
            what = _("the e-mail address you sign in with is now %(way)s.") % shown
        else:
            what = _("the mobile number you sign in with is now %(way)s.") % shown
    _tell(learner, [each for each in told if not (has_link and each == before)], what=what, now=now)
    return learner


def belongs_to_another() -> BelongsToAnother:
    said = _("Another record is opened with it already. Sign in there; to have the two brought together, %(how)s.")
    return BelongsToAnother(said % {"how": how_to_ask()})


def is_last(learner: Learner, way: Way) -> bool:
    """Return whether no code could be sent to an address of the record's own without this one."""
    others = {Way.EMAIL: learner.email, Way.PHONE: learner.phone if is_offered() else None}
    return not any(address for kind, address in others.items() if kind != way)


@transaction.atomic
def remove(*, learner: Learner, way: Way, now: datetime, has_link: bool = False) -> Learner:
    """
    Take a way of signing in away and return the learner; it is told, and so are those that stay. Idempotent.

    Locks all accounts of the person.

    :raises IsTheLastWay: if no code can be sent to another address of its own; none at all the database refuses too.
    """
    learner = _locked(learner)
    address = getattr(learner, way)
    if not address:
        return learner
    told = _addresses(learner)
    if is_last(learner, way):
        raise IsTheLastWay(_("Your record has no other address of its own. Add one first."))
    _keep_for_the_undo(following.brought(way, learner), learner, way, now=now)
    setattr(learner, way, None)
    setattr(learner, f"{way}_verified_at", None)
    learner.save(update_fields=[way, f"{way}_verified_at"])
    _keep_with(learner, address)
    _tell_of_removal(learner, told, address, has_link=has_link, now=now)
    return learner


@transaction.atomic
def remove_joined(*, learner: Learner, account: Learner, way: Way, now: datetime, has_link: bool = False) -> Learner:
    """
    Take away a way of an account that was merged into the learner's, and return that account. Idempotent.

    It is told, and so are those that stay. What it was is kept as long as the merge can be undone, and given back by
    the undo. Locks all accounts of the person.

    :raises IsTheLastWay: if nothing but a card would open the record.
    :raises UnableToChangeWay: if the account is none of the person's, or not any more.
    """
    accounts = {each.pk: each for each in person.lock(learner)}
    account = accounts.get(account.pk, learner)
    if account.merged_into_id is None or accounts[learner.pk].merged_into_id is not None:
        raise UnableToChangeWay(_("That record is not joined with yours any more."))
    address = getattr(account, way)
    if not address:
        return account
    told = _addresses(learner)
    if not any(each != address and (is_offered() or not is_phone(each)) for each in told):
        raise IsTheLastWay(_("Your record has no other address of its own. Add one first."))
    _keep_for_the_undo(account, account, way, now=now)
    setattr(account, way, None)
    setattr(account, f"{way}_verified_at", None)
    account.save(update_fields=[way, f"{way}_verified_at"])
    _keep_with(account, address)
    _tell_of_removal(learner, told, address, has_link=has_link, now=now)
    return account


@transaction.atomic
def take_off(*, learner: Learner, way: Way, now: datetime, is_told: bool = False) -> None:
    """
    Take away a way, be it the last: a card opens the record then. What stays is told.

    It reaches nobody any more, or ``is_told`` as well. ``learner`` is locked, with all their accounts, by the caller,
    who has asked two people, or who came in by the card within the time a way is held. The undo of a merge does not
    give it back: whoever it reaches now would come in by it.
    """
    address = getattr(learner, way)
    told = [each for each in _addresses(learner) if is_told or each != address]
    giver = following.brought(way, learner)
    RemovedWay.objects.filter(learner__in=account_ids(learner), address=address).delete()
    setattr(learner, way, None)
    setattr(learner, f"{way}_verified_at", None)
    learner.has_card = learner.has_card or not (learner.email or learner.phone)  # printed where they stand now
    learner.save(update_fields=[way, f"{way}_verified_at", "has_card"])
    if giver is not None and not (giver.email or giver.phone or giver.has_card):
        giver.has_card = True  # so that the merge can be undone: what is given back is opened by a card
        giver.save(update_fields=["has_card"])
    _keep_with(learner, address)
    _tell_of_removal(learner, told, address, now=now)


@transaction.atomic
def tell(*, learner: Learner, what: str, now: datetime, also: Collection[str] = ()) -> None:
    """
    Tell the learner, wherever they are reached, of a change of how they sign in; ``what`` is in their language.

    ``also`` there, where no code to them goes yet.
    """
    _tell(learner, [*_addresses(learner), *also], what=what, now=now)


@transaction.atomic
def take_off_added_since(*, learner: Learner, since: datetime, now: datetime) -> None:
    """
    Take off apps, passkeys and identities elsewhere that were added since then, and end cards the person has printed.

    For who had a record in their hands that was not theirs; all accounts are locked by the caller.
    """
    accounts = account_ids(learner)
    Authenticator.objects.filter(user__in=accounts, created_at__gte=since).delete()
    SocialAccount.objects.filter(user__in=accounts, date_joined__gte=since).delete()
    printed = Card.objects.filter(learner__in=accounts, issued_by__in=accounts, issued_at__gte=since, revoked_at=None)
    printed.update(revoked_at=now, revoked_by=learner)


@transaction.atomic
def tell_of_lost_step(*, lost: LostSecondStep, what: str, now: datetime) -> None:
    """Tell every address of the person how far this is, with the link that stops it."""
    learner = lost.learner
    link = emails.absolute("learners:second_step_stop", str(lost.public_id), language=learner.language)
    _tell(learner, _addresses(learner), what=what, now=now, kind=MessageKind.SECOND_STEP_LOST, link=link)


@transaction.atomic
def tell_of_lost_way(*, lost: LostWay, what: str, now: datetime) -> None:
    """Tell every address of the person how far this is, with the link that stops it."""
    learner = lost.learner
    link = emails.absolute("learners:way_stop", str(lost.public_id), language=learner.language)
    _tell(learner, _addresses(learner), what=what, now=now, kind=MessageKind.WAY_LOST, link=link)


@transaction.atomic
def tell_what_is_gone(*, learner: Learner, address: str, link: str, until: datetime, now: datetime) -> None:
    """Tell an address that it opens the record no more, with the link that objects to it; it is not told what does."""
    with translation.override(learner.language):
        what = _("%(way)s no longer opens your record.") % {"way": formats.way_masked(address)}
        more = {"until": formats.day_plain(until)}
    _tell(learner, [address], what=what, now=now, kind=MessageKind.WAY_GONE, link=link, more=more)


def _locked(learner: Learner) -> Learner:
    return next(each for each in person.lock(learner) if each.pk == learner.pk)


def _addresses(learner: Learner) -> list[str]:
    return [each.address for each in queries.addresses(learner)]


def _tell_of_removal(
    learner: Learner, addresses: list[str], address: str, *, now: datetime, has_link: bool = False
) -> None:
    addresses = [each for each in addresses if not (has_link and each == address)]
    with translation.override(learner.language):
        what = _("%(way)s no longer opens your record.") % {"way": formats.way_masked(address)}
    _tell(learner, addresses, what=what, now=now)


def _keep_for_the_undo(giver: Learner | None, holder: Learner, way: Way, *, now: datetime) -> None:
    """Write down what ``holder`` gives up, for the account that had it before a merge; if any."""
    if giver is not None and getattr(holder, way):
        kept = {"verified_at": getattr(holder, f"{way}_verified_at"), "removed_at": now}
        RemovedWay.objects.update_or_create(learner=giver, address=getattr(holder, way), defaults=kept)


def _keep_with(learner: Learner, address: str | None) -> None:
    """Write down whose the codes to an address were that were asked for when nobody had it yet."""
    nobodys = f"{sign_in.CODE_TO_NOBODY}:"
    Message.objects.filter(
        kind=MessageKind.SIGN_IN_CODE, recipient__isnull=True, address=address, deduplication_key__startswith=nobodys
    ).update(deduplication_key=Concat(Value(f"sign-in:{learner.pk}:"), Substr("deduplication_key", len(nobodys) + 1)))


def _keyed(address: str) -> str:
    """The key of a letter stays when its address is emptied, so it tells two addresses apart and names neither."""
    return salted_hmac("learners.ways", address, algorithm="sha256").hexdigest()[:16]


def _tell(
    learner: Learner,
    addresses: list[str],
    *,
    what: str,
    now: datetime,
    kind: MessageKind = MessageKind.WAY_CHANGED,
    link: str = "",
    more: dict[str, str] | None = None,
) -> None:
    """Write to each of these addresses as it stood: the learner may not have it any more. ASVS 6.3.7."""
    data = {
        "what": what,
        "date": formats.day(now, learner.language),
        "time": formats.clock(now),
        **({"stop_link": link} if link else {"link": emails.absolute("learners:ways", language=learner.language)}),
        "help_phone": settings.HELPLINE,
        **(more or {}),
    }
    for address in addresses:
        message.queue(
            kind=kind,
            key=f"way:{learner.pk}:{now.isoformat()}:{_keyed(address)}",
            address=address,
            language=learner.language,
            data=data,
            now=now,
        )
