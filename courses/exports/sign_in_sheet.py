"""The sign-in sheet of a class session: large names, a code for each line, room to sign, lines for others."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from courses.models import ClassSession
from learners import formats
from learners.exports import typeset

TEMPLATE = Path(__file__).parent / "sign_in_sheet.typ"
LINES_FOR_OTHERS = 6
PORTAL = "Học Suốt Đời"


def sheet_pdf(session: ClassSession, people: Sequence[tuple[str, str]], *, code: str, dated: datetime) -> bytes:
    """Return the sheet as a file; ``people`` are codes and names in the order they stand."""
    run = session.run
    data = {
        "language": formats.language(),
        "title": run.version.title,
        "about": " · ".join(
            part
            for part in (
                _("Session %(number)s") % {"number": session.position},
                f"{formats.day(session.starts_at)}, {formats.clock_range(session.starts_at, session.ends_at)}",
                run.venue,
                run.version.course.provider.name,
            )
            if part
        ),
        "sheet": _("Sheet %(code)s") % {"code": code},
        "heads": [_("Code"), _("Full name"), _("Signature")],
        "people": [{"code": line, "name": name} for line, name in people],
        "others": _("Others who came"),
        "other_heads": [_("Full name"), _("Phone number (if you like)"), _("Signature")],
        "lines_for_others": LINES_FOR_OTHERS,
        "foot": _("Attendance is on record only once it has been keyed in."),
        "portal": PORTAL,
        "notes": [],
    }
    undrawn = _("A character these fonts do not have is given by its Unicode number.")
    return typeset.pdf(TEMPLATE, data, dated=dated, note=undrawn)
