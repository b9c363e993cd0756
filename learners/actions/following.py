"""
When two accounts of a person become one, what follows: enrolments, wishes, messages, memberships.

Each app says of its own tables which follow (``follow``, from its AppConfig); the ledger never does, it has entries of
its own for that. What a person has in both accounts already stays where it is. Every row that goes is written down, so
that the undo gives back those and no others.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from learners.actions import consent
from learners.choices import Way
from learners.models import ChangedWay, Learner, LostSecondStep, LostWay, MovedRow, RemovedWay
from learners.models.learner import new_session_salt
from learners.queries import lost_second_step, lost_way
from learners.queries.learner import account_ids, accounts_merged_into
from learners.rules import SECRET_BYTES


class NoWayBack(Exception):
    """Nobody could come in to the account that is given back; the message is for who undoes the merge."""


@dataclass(frozen=True, slots=True)
class Followed:
    model: type[models.Model]
    field: str  # the foreign key to the learner
    is_locked_first: bool  # comes before learners in the order of locks
    before_return: Callable[[Any, datetime], object] | None  # ends what such a row stands for meanwhile


_followed: dict[str, Followed] = {}
YEAR = ("birth_year", "birth_year_confirmed_at", "birth_year_confirmed_by")
LOST = ("asked_at", "vouched_at", "vouched_by_id", "confirmed_at", "confirmed_by_id", "due_at", "done_at")
YEAR_COLUMN = f"{Learner._meta.db_table}.birth_year"


def follow(
    model: type[models.Model],
    field: str,
    *,
    is_locked_first: bool = False,
    before_return: Callable[[Any, datetime], object] | None = None,
) -> None:
    """
    Let rows of ``model`` follow the learner named by ``field``; said once by each app as it starts.

    ``is_locked_first``: these rows come before learners in the house's order of locks.
    """
    _followed[model._meta.db_table] = Followed(model, field, is_locked_first, before_return)


def lock(learner_ids: Collection[int]) -> None:
    """Lock what follows these learners and comes before them in the order of locks; then who calls locks them."""
    for followed in _followed.values():
        if followed.is_locked_first:
            rows = followed.model._default_manager.filter(**{f"{followed.field}__in": learner_ids})
            list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def move(*, giver: Learner, taker: Learner, key: str, now: datetime) -> int:
    """
    Give ``taker`` what follows from ``giver``, end the giver's sessions, and return how many rows went.

    Whoever signs in as the giver from now on is the taker. An address or number goes where the taker has none, so that
    letters arrive. Both are locked by who calls, after ``lock``.
    """
    # First: the database lets some rows change hands between accounts of one person only.
    Learner.objects.filter(pk=giver.pk).update(merged_into=taker, session_salt=new_session_salt())
    _stop_lost_steps(taker, now)
    moved = sum(_move(followed, giver=giver, taker=taker, key=key, now=now) for followed in _followed.values())
    for way in Way:
        _move_way(way, giver=giver, taker=taker, key=key, now=now)
    _move_year(giver=giver, taker=taker, key=key, now=now)
    return moved


@transaction.atomic
def move_back(*, giver: Learner, taker: Learner, key: str, since: datetime, now: datetime) -> int:
    """
    Give back what went by ``key`` and is still there, and return how many rows that were.

    So do the ways into the giver's accounts that were removed after ``since``, when they became the taker's, unless
    they open another record by now.

    :raises NoWayBack: if nothing would open the giver then.
    """
    _stop_lost_steps(taker, now)
    _hold_back_too(giver=giver, taker=taker, since=since)
    returned = 0
    for table, followed in _followed.items():
        rows = MovedRow.objects.filter(key=key, table=table).values("row_id")
        theirs = followed.model._default_manager.filter(pk__in=rows, **{followed.field: taker})
        if followed.before_return is not None:
            for row in theirs.order_by("pk"):
                followed.before_return(row, now)
        returned += theirs.update(**{followed.field: giver})
    for way in Way:
        _return_way(way, giver=giver, taker=taker, key=key)
    _return_year(giver=giver, taker=taker, key=key, now=now)
    for account in (giver, *accounts_merged_into(giver)):
        _give_back_ways(account, since)
    opens = Learner.objects.values_list("email", "phone", "has_card", "closed_at").get(pk=giver.pk)
    if not any(opens):
        raise NoWayBack(
            _("Nothing would open the record given back: its address opens another one now. Remove it there first.")
        )
    Learner.objects.filter(pk=giver.pk).update(merged_into=None)
    # Whoever came in by the giver's address or card is in the taker's account until now.
    Learner.objects.filter(pk=taker.pk).update(session_salt=new_session_salt())
    return returned


def _stop_lost_steps(learner: Learner, now: datetime) -> None:
    """Whose second step or address is said to be lost is another set of accounts now: not all addresses were told."""
    for what in (lost_second_step, lost_way):
        what.open_now().filter(learner__in=account_ids(learner)).update(stopped_at=now)


def _hold_back_too(*, giver: Learner, taker: Learner, since: datetime) -> None:
    """What was taken off while they were one was taken off of both, and so both are held back for its time."""
    theirs = {giver.pk, *(each.pk for each in accounts_merged_into(giver))}
    done = {"learner__in": account_ids(taker) - theirs, "done_at__gte": since}
    for same in LostSecondStep.objects.filter(**done).order_by("pk").values(*LOST):
        LostSecondStep.objects.create(learner=giver, **same)
    held = ChangedWay.objects.filter(learner__in=account_ids(taker) - theirs, objected_at__gte=since)
    for changed in held.order_by("pk").values("kind", "changed_at", "objected_at"):
        ChangedWay.objects.create(learner=giver, link_hash=token_hex(SECRET_BYTES), **changed)  # a link nobody has
    for same in (
        LostWay.objects.filter(**done).order_by("pk").values(*LOST, "kind", "new_kind")
    ):  # whose addresses: not theirs
        LostWay.objects.create(learner=giver, **same)


def _give_back_ways(account: Learner, since: datetime) -> None:
    for removed in RemovedWay.objects.filter(learner=account, removed_at__gte=since).order_by("pk"):
        back = {removed.column: removed.address, f"{removed.column}_verified_at": removed.verified_at}
        try:
            with transaction.atomic():
                Learner.objects.filter(pk=account.pk).update(**back)
        except IntegrityError:  # proved by somebody since: theirs
            continue
        removed.delete()


def _move_way(way: Way, *, giver: Learner, taker: Learner, key: str, now: datetime) -> None:
    address, verified = getattr(giver, way), f"{way}_verified_at"
    if not address or getattr(taker, way):
        return
    Learner.objects.filter(pk=giver.pk).update(**{way: None, verified: None})
    Learner.objects.filter(pk=taker.pk).update(**{way: address, verified: getattr(giver, verified)})
    MovedRow.objects.create(key=key, table=_column(way), row_id=giver.pk, giver=giver, taker=taker, moved_at=now)


def _return_way(way: Way, *, giver: Learner, taker: Learner, key: str) -> None:
    """Not where the taker has changed it since: whoever proved that address is the taker."""
    moved = MovedRow.objects.filter(key=key, table=_column(way), row_id=giver.pk).first()
    verified = f"{way}_verified_at"
    has = Learner.objects.values(way, verified).get(pk=taker.pk)
    if moved is None or not has[way] or (has[verified] is not None and has[verified] > moved.moved_at):
        return
    Learner.objects.filter(pk=taker.pk).update(**{way: None, verified: None})
    Learner.objects.filter(pk=giver.pk).update(**has)


def _move_year(*, giver: Learner, taker: Learner, key: str, now: datetime) -> None:
    """Exchange the years where staff have confirmed the giver's alone: what holds against what is typed goes along."""
    brought = Learner.objects.values(*YEAR).get(pk=giver.pk)
    has = Learner.objects.values(*YEAR).get(pk=taker.pk)
    is_confirmed = brought["birth_year_confirmed_at"] is not None and has["birth_year_confirmed_at"] is None
    if not is_confirmed or brought["birth_year_confirmed_by"] == taker.pk:  # nobody confirms their own
        return
    Learner.objects.filter(pk=taker.pk).update(**_set(brought))  # first: a confirmation is at no moment nowhere
    Learner.objects.filter(pk=giver.pk).update(**_set(has))
    MovedRow.objects.create(key=key, table=YEAR_COLUMN, row_id=giver.pk, giver=giver, taker=taker, moved_at=now)
    consent.follow_year(learner=Learner.objects.get(pk=taker.pk), now=now)


def _return_year(*, giver: Learner, taker: Learner, key: str, now: datetime) -> None:
    """A year confirmed for the taker since is theirs; then the giver has none, rather than another person's."""
    moved = MovedRow.objects.filter(key=key, table=YEAR_COLUMN, row_id=giver.pk).first()
    if moved is None:
        return
    kept = Learner.objects.values(*YEAR).get(pk=giver.pk)
    has = Learner.objects.values(*YEAR).get(pk=taker.pk)
    if has["birth_year_confirmed_at"] is None or has["birth_year_confirmed_at"] > moved.moved_at:
        Learner.objects.filter(pk=giver.pk).update(**_set(dict.fromkeys(YEAR)))
        return
    Learner.objects.filter(pk=giver.pk).update(**_set(has))
    Learner.objects.filter(pk=taker.pk).update(**_set(kept))
    consent.follow_year(learner=Learner.objects.get(pk=giver.pk), now=now)


def _set(year: Mapping[str, Any]) -> dict[str, Any]:
    return {"birth_year_confirmed_by_id" if name.endswith("_by") else name: value for name, value in year.items()}


def brought(way: Way, taker: Learner) -> Learner | None:
    """Return the account whose address or number is ``taker``'s since a merge, unless they have changed it since."""
    moved = (
        MovedRow.objects.filter(table=_column(way), taker=taker, giver__merged_into=taker)
        .select_related("giver")
        .order_by("-moved_at")
        .first()
    )
    verified_at = getattr(taker, f"{way}_verified_at")
    return None if moved is None or (verified_at and verified_at > moved.moved_at) else moved.giver


def _column(way: Way) -> str:
    return f"{Learner._meta.db_table}.{way}"


def _move(followed: Followed, *, giver: Learner, taker: Learner, key: str, now: datetime) -> int:
    rows = followed.model._default_manager.filter(**{followed.field: giver})
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    went = pks if _went(followed, pks, taker) else [pk for pk in pks if _went(followed, [pk], taker)]
    MovedRow.objects.bulk_create(
        MovedRow(key=key, table=followed.model._meta.db_table, row_id=pk, giver=giver, taker=taker, moved_at=now)
        for pk in went
    )
    return len(went)


def _went(followed: Followed, pks: list[Any], taker: Learner) -> bool:
    """Return whether the rows are the taker's now; False where the taker has the like of one already."""
    try:
        with transaction.atomic():
            followed.model._default_manager.filter(pk__in=pks).update(**{followed.field: taker})
    except IntegrityError:
        return False
    return True
