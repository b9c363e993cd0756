"""What is wrong with the rows of an imported file, as a table for the person who repairs it."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from courses.models import ImportFault
from learners.formats import spreadsheet_text

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


def as_csv(faults: Iterable[ImportFault]) -> bytes:
    """Return the faults as CSV; no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_("Sheet"), _("Line"), _("Column"), _("What is wrong"), _("What to do")])
    for fault in faults:
        words = (fault.sheet, fault.column, fault.problem, fault.fix)
        sheet, column, problem, fix = map(spreadsheet_text, words)
        writer.writerow([sheet, fault.line, column, problem, fix])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()
