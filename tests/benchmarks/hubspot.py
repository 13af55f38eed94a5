"""How fast a large list of HubSpot's deals is landed and translated.

Run it on a quiet machine:

    python -m tests.benchmarks.hubspot --rows 100000 --folder build/benchmark

The list has all properties: 148 columns, of which most are of no use here, stage dates and several
people and companies in a cell. It prints processor seconds, of landing with translation and of
translation alone, and peak memory.
"""

import argparse
import shutil
import tempfile
from multiprocessing import get_context
from pathlib import Path

import duckdb

from orchestration.formats.descriptions import known_formats
from orchestration.landing.loading import land
from orchestration.landing.store import Store
from orchestration.landing.translated import stage_outcomes
from orchestration.landing.translation import translate
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from tests.benchmarks.measuring import Spent, measured_here

COLUMNS = 148
STAGES = ("Appointment", "Proposal", "Contract", "Closed Won", "Closed Lost")
LAST_STAGE = "([" + ", ".join(f"'{stage}'" for stage in STAGES) + "])[1 + number % 5]"
MOMENT = "strftime(timestamp '2024-01-01' + to_minutes(number * 11 + {minutes}), '%Y-%m-%d %H:%M')"


def main() -> None:
    """Generate the list, land it, translate it once more, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, required=True, help="for the file and the result")
    arguments = parser.parse_args()
    exports = arguments.folder / "hubspot" / "exports"
    target = exports / "crm" / "hubspot-crm-exports-all-deals.csv"
    generator = get_context("spawn").Process(target=generate, args=(arguments.rows, target))
    generator.start()
    generator.join()
    print(f"{arguments.rows:,} deals of {COLUMNS} columns, {target.stat().st_size / 1e6:,.0f} MB")
    paths = Paths(arguments.folder / "hubspot" / "data")
    shutil.rmtree(paths.data, ignore_errors=True)
    with measured_here() as landed:
        land(exports, paths, read_settings(exports))
    print(f"landed and translated: {landed.cpu:.1f} processor seconds")
    again = translated(paths, arguments.folder)
    print(f"translated: {again.cpu:.1f} processor seconds")
    print(f"peak {again.peak / 2**20:,.0f} MiB")


def generate(rows: int, target: Path) -> None:
    """Write the list; in a process of its own, so as not to count its memory."""
    cells = {
        "Record ID": "(223339000000 + number)::varchar",
        "Amount": "case when number % 3 > 0 then (number % 900 * 250)::varchar || '.0' end",
        "Close Date": MOMENT.format(minutes=30_000),
        "Create Date": MOMENT.format(minutes=0),
        "Deal Name": "'Deal, ' || number",
        "Deal owner": "'Owner ' || number % 40",
        "Deal Stage": LAST_STAGE,
        "Deal probability": "([0.2, 0.4, 0.8, 1.0, 0.0])[1 + number % 5]::varchar",
        "HubSpot Team": "'Team ' || number % 6",
        "Is closed lost": "(number % 5 = 4)::varchar",
        "Is Closed Won": "(number % 5 = 3)::varchar",
        "Last Modified Date": MOMENT.format(minutes=40_000),
        "Pipeline": "'Sales Pipeline'",
        "Associated Company (Primary)": "'Company ' || number % 20000",
        "Associated Company IDs (Primary)": "(9000000 + number % 20000)::varchar",
        "Associated Contact IDs": "concat_ws(';', 7000000 + number % 30000, "
        "case when number % 7 = 0 then 7000000 + (number + 1) % 30000 end)",
    }
    for place, stage in enumerate(STAGES):
        moment = MOMENT.format(minutes=place * 5_000)
        cells[f'Date entered "{stage} (Sales Pipeline)"'] = (
            f"case when {place} < 3 or number % 5 = {place} then {moment} end"
        )
    for number in range(COLUMNS - len(cells)):
        filled = f"'text {number} of ' || number" if number % 6 == 0 else "null"
        cells[f"Property {number}"] = filled
    listed = ", ".join(
        f'{value} as "{name.replace(chr(34), chr(34) * 2)}"' for name, value in cells.items()
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(
        f"copy (select {listed} from range({rows}) as numbers (number)) to '{target}' "
        "(format csv, header, nullstr '')"
    )


def translated(paths: Paths, scratch: Path) -> Spent:
    """Translate what was landed once more; return what that cost."""
    store = Store(paths.landing)
    (landed,) = store.all_loads()
    deals = {"deals": store.entity_rows(landed.load, "deals")}
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        connection = duckdb.connect()
        with measured_here() as spent:
            translate(
                known_formats()["hubspot"],
                deals,
                landed.load.source,
                landed.load.load_id,
                stage_outcomes(),
                Path(folder),
                connection,
            )
        return spent


if __name__ == "__main__":
    main()
