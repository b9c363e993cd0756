"""``make bench``: the speed of ledger and catalogue as ratios, each made in one run; written to RESULTS.md."""

import argparse
import sys

from tests.bench import machine, results
from tests.bench.stage import stage

SECTION = "make bench"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="only these: award, batch, writers, others, catalog, import, roster, rush, lighthouse"
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--dry", action="store_true", help="print, and leave RESULTS.md as it is")
    arguments = parser.parse_args()
    here = machine.look().lines(is_durable=True)
    print("\n".join(here), flush=True)
    with stage() as postgres:
        from tests.bench import award, batch, catalog, hot, importing, others, pages, people, roster, rush  # noqa: PLC0415 -- models exist only on the stage

        measures = {
            "award": award.measure,
            "batch": batch.measure,
            "writers": hot.measure,
            "others": others.measure,
            "catalog": catalog.measure,
            "import": importing.measure,
            "roster": roster.measure,
            "rush": rush.measure,
            "lighthouse": pages.measure,
        }
        if not set(arguments.names or measures) <= {"catalog", "roster", "rush", "lighthouse"}:
            people.a_ledger_in_use(postgres)
        rows, notes = [], []
        for name in arguments.names or measures:
            played, more = measures[name](postgres, rounds=arguments.rounds)
            rows += more
            note = (
                f"{name}: {len(played.played)} rounds, {played.disturbed} disturbed; "
                f"others used {played.other_cpu.text()} % of the machine."
            )
            print(note, flush=True)
            for row in more:
                print(f"  {row.what}: {row.figure} {row.verdict} ({row.beside})", flush=True)
            notes.append(note)
    results.write(SECTION, machine=here, notes=notes, rows=rows, dry=arguments.dry)
    return 0 if all(row.meets is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
