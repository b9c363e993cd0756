"""
Reads a workbook in a process of its own, whose memory and time are bounded: what a hostile one can break is this.

Standard input is the workbook. Standard output is one JSON value a line: a list of sheet names, then of each row that
is not empty ``[number of the sheet, line, [cells as text]]``. Run by ``spreadsheet.py``; imports nothing of the portal.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta


def text_of(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 3600:.12g}"
    return "" if value is None else str(value)


def main(memory_bytes: int, seconds: int, output_bytes: int, rows_max: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_bytes, output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

    try:
        workbook = CalamineWorkbook.from_filelike(sys.stdin.buffer)
        names = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        sys.stdout.write(json.dumps(names) + "\n")
        left = rows_max
        for number, name in enumerate(names):
            sheet = workbook.get_sheet_by_name(name)
            line = (sheet.start or (0, 0))[0]
            for row in sheet.iter_rows() if sheet.height else ():
                line += 1
                cells = [text_of(value) for value in row]
                if any(cells):
                    sys.stdout.write(json.dumps([number, line, cells]) + "\n")
                    left -= 1
                if left < 0:
                    return 0  # the reader counts them and refuses the file
    except (CalamineError, MemoryError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
