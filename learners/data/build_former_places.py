"""
Write former_places.csv from the MIT package vietnamadminunits 1.0.4.

Run by hand; the portal reads only the CSV::

    pip install --no-deps --target /tmp/vau vietnamadminunits==1.0.4
    python learners/data/build_former_places.py /tmp/vau

Stops, writing nothing, when a unit has no successor, or one that places.csv does not know.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OUTPUT = HERE / "former_places.csv"
COLUMNS = ("code", "kind", "name_vi", "parent", "successors")
PROVINCES, DISTRICTS, COMMUNES = 63, 696, 10_035  # five island districts had no communes

KINDS = {
    ("Tỉnh", 2): "PROVINCE",
    ("Thành phố", 2): "MUNICIPALITY",
    ("Quận", 3): "URBAN_DISTRICT",
    ("Huyện", 3): "RURAL_DISTRICT",
    ("Thị xã", 3): "TOWN",
    ("Thành phố", 3): "CITY",
    ("Phường", 5): "WARD",
    ("Xã", 5): "COMMUNE",
    ("Thị trấn", 5): "TOWNSHIP",
}
full_name = re.compile("(tỉnh|thành phố|quận|huyện|thị xã|phường|xã|thị trấn) (.+)", re.IGNORECASE)
Unit = dict[str, Any]


def main(package_folder: Path) -> None:
    """Join the package's old units with its converter, check, write former_places.csv."""
    data = package_folder / "vietnamadminunits" / "data"
    with sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True) as connection:
        new = {
            (province, ward): code
            for province, ward, code in connection.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units")
        }
        old = connection.execute(
            """SELECT provinceKey, districtKey, coalesce(wardKey, ''), provinceCode, province, districtCode, district,
               wardCode, ward FROM admin_units_legacy ORDER BY provinceCode, districtCode, wardCode"""
        ).fetchall()
    successors = _successors(json.loads((data / "converter_2025.json").read_text()), new)
    units: dict[str, Unit] = {}
    for province_key, district_key, ward_key, province, province_name, district, district_name, ward, ward_name in old:
        become = successors[f"{province_key}_{district_key}_{ward_key}"]
        if not become:
            sys.exit(f"{ward or district}: no successor")
        _add(units, province, province_name, "", set(become))
        _add(units, district, district_name, province, become)
        if ward:
            _add(units, ward, ward_name, district, become)
    with (HERE / "places.csv").open(encoding="utf-8", newline="") as lines:
        parents = {row["code"]: row["parent"] for row in csv.DictReader(lines)}
    rows = sorted(units.values(), key=lambda row: (len(row["code"]), row["code"]))
    for row in rows:
        become = sorted(row["successors"])
        if len(row["code"]) == 2:  # a province went into a province
            become = sorted({parents[code] for code in become})
        row["successors"] = " ".join(become)
    _check(rows, set(parents))
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _successors(converter: dict[str, Any], new: dict[tuple[str, str], str]) -> dict[str, set[str]]:
    """Return the codes of the communes each old unit went into, whole or in parts, by the package's keys."""
    found: dict[str, set[str]] = defaultdict(set)
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, old_units in wards.items():
            for unit in old_units:
                found[unit].add(new[province, ward])
    for province, old_units in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for unit, wards in old_units.items():
            found[unit] |= {new[province, ward["newWardKey"]] for ward in wards}
    return found


def _add(units: dict[str, Unit], code: str, name: str, parent: str, become: set[str]) -> None:
    match = full_name.fullmatch(unicodedata.normalize("NFC", name))
    if not match:
        sys.exit(f"{code}: no kind in {name!r}")
    row = units.setdefault(
        code,
        {
            "code": code,
            "kind": KINDS[match[1].capitalize(), len(code)],
            "name_vi": match[2],
            "parent": parent,
            "successors": set(),
        },
    )
    row["successors"] |= become


def _check(rows: list[Unit], places: set[str]) -> None:
    """Exit with the first fact that does not hold."""
    tiers = [sum(len(row["code"]) == digits for row in rows) for digits in (2, 3, 5)]
    if tiers != [PROVINCES, DISTRICTS, COMMUNES]:
        sys.exit(f"{tiers} units, expected {PROVINCES}, {DISTRICTS} and {COMMUNES}")
    codes = {row["code"] for row in rows}
    for row in rows:
        if not set(row["successors"].split()) <= places or (row["parent"] and row["parent"] not in codes):
            sys.exit(f"{row['code']}: a successor or parent that is not there")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
