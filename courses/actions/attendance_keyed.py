"""Key a sign-in sheet in, or take cards: codes as they are typed or scanned, one after the other or many in a line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from courses import rules
from courses.actions import attendance
from courses.choices import AttendanceMethod, AttendanceStatus
from courses.models import AttendanceRecord, ClassSession, Enrollment
from courses.queries import attendance as queries
from learners.models import Learner
from learners.queries import card as cards

CODES_MAX = 200  # of one line; a sheet of thirty has thirty
CARD_LETTERS_MIN = 8  # a line's code is shorter


@dataclass(slots=True, kw_only=True)
class Keyed:
    """What became of a line of codes."""

    present: list[str] = field(default_factory=list)  # names, as they were typed
    unknown: list[str] = field(default_factory=list)  # codes that are nobody's here
    clashes: list[AttendanceRecord] = field(default_factory=list)  # said since the page was shown, and left as it is
    wrong_cards: int = 0  # and how many of them were looked up as a card's


def key(
    *,
    class_session: ClassSession,
    typed: str,
    ticked: Collection[int],
    actor: Learner,
    now: datetime,
    reason: str = "",
    seen: Mapping[int, int] | None = None,
    wrong_cards_max: int = rules.CARDS_WRONG_OF_STAFF.times,
) -> Keyed:
    """
    Mark as present who the codes mean (lines of this class session's sheet, or cards) and who is ticked.

    What is nobody's of this class is told, and keeps nobody else back; after ``wrong_cards_max`` of them no further
    card is looked up. Each kind is all or nothing, but for those of whom somebody has said something else since the
    page was shown (``seen``, as ``attendance.mark_sheet``). Idempotent.

    :raises attendance.UnableToMark: if the actor may not mark them now.
    """
    attendance.check(class_session=class_session, actor=actor, now=now, reason=reason)
    holding = class_session.run.enrollments.holding_seat().select_related("learner")
    places: dict[int, Enrollment] = {each.pk: each for each in holding}
    lines, keyed = queries.line_codes(class_session), Keyed()
    said: dict[AttendanceMethod, list[int]] = {AttendanceMethod.PAPER: [], AttendanceMethod.CARD: []}
    codes = typed.replace("\0", "").split()
    for code in codes[:CODES_MAX]:
        place, method = lines.get(code.upper()), AttendanceMethod.PAPER
        if place not in places and len(code) >= CARD_LETTERS_MIN:
            is_tried = keyed.wrong_cards < wrong_cards_max
            place, method = _of_card(code, places) if is_tried else None, AttendanceMethod.CARD
            keyed.wrong_cards += is_tried and place is None
        if place is None or place not in places:
            keyed.unknown.append(code[:40])
        elif place not in said[method]:
            said[method].append(place)
    keyed.unknown += [code[:40] for code in codes[CODES_MAX:]]  # not looked at: they wait in the field
    said[AttendanceMethod.PAPER] += [
        each for each in ticked if each in places and each not in said[AttendanceMethod.PAPER]
    ]
    for method, ids in said.items():
        if ids:
            marked = attendance.mark_sheet(
                class_session=class_session,
                marks=dict.fromkeys(ids, AttendanceStatus.PRESENT),
                seen=seen or {},
                actor=actor,
                now=now,
                reason=reason,
                method=method,
            )
            keyed.clashes += marked.clashes
    left = {record.enrollment_id for record in keyed.clashes}
    keyed.present = [places[each].learner.full_name for ids in said.values() for each in ids if each not in left]
    return keyed


def _of_card(shown: str, places: dict[int, Enrollment]) -> int | None:
    learner = cards.shown(shown)
    if learner is None:
        return None
    return next((pk for pk, each in places.items() if each.learner_id == learner.pk), None)
