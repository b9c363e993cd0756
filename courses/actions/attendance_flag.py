"""Look for attendance that looks odd, and let a curator say what it was. Nothing else happens by it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.choices import FlagOutcome
from courses.models import AttendanceFlag
from courses.permissions import may_decide_flag
from courses.queries import attendance_flag as queries
from learners.models import Learner

LOOKED_BACK = timedelta(days=14)  # a missed night or ten is made up for; what is known already is not found again
REASON_CHARACTERS_MAX = 500


class UnableToDecide(Exception):
    """Nothing was decided; the message is for who wanted to."""


@transaction.atomic
def look(*, now: datetime) -> int:
    """Write down what looks odd and was not known; return how much. Idempotent by the pattern's key."""
    found = {each.key: each for each in queries.patterns(since=now - LOOKED_BACK)}
    known = set(AttendanceFlag.objects.filter(key__in=found).values_list("key", flat=True))
    new = [each for key, each in found.items() if key not in known]
    flags = AttendanceFlag.objects.bulk_create(
        AttendanceFlag(rule=each.rule, key=each.key, run_id=each.run_id, people=each.people, found_at=now)
        for each in new
    )
    through = AttendanceFlag.records.through
    through.objects.bulk_create(
        through(attendanceflag=flag, attendancerecord_id=record_id)
        for flag, each in zip(flags, new, strict=True)
        for record_id in each.record_ids
    )
    return len(flags)


@transaction.atomic
def decide(*, flag: AttendanceFlag, outcome: FlagOutcome, reason: str, actor: Learner, now: datetime) -> AttendanceFlag:
    """
    Say what it was, and return the flag. Idempotent: the same answer by the same curator changes nothing.

    :raises UnableToDecide: if the actor is no curator, belongs to the organisation, gives no reason, or came second.
    """
    flag = queries.in_full().select_for_update(of=["self"], no_key=True).get(pk=flag.pk)
    if not may_decide_flag(actor, flag):
        raise UnableToDecide(_("Only a curator who does not belong to the organisation looks into this."))
    if flag.outcome:
        if (flag.outcome, flag.decided_by_id) == (outcome, actor.pk):
            return flag
        raise UnableToDecide(_("Somebody has answered this meanwhile. The first answer stays."))
    if not reason.strip():
        raise UnableToDecide(_("Say what you found."))
    flag.outcome, flag.reason = outcome, reason.strip()[:REASON_CHARACTERS_MAX]
    flag.decided_by, flag.decided_at = actor, now
    flag.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    return flag
