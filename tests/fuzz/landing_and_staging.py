"""Landing and staging on spoilt exports: nothing crashes, and every record is accounted for.

Run it by hand (`make fuzz MINUTES=60`), after changes to how files or cells are read. Each round
spoils the demo's files in ways drawn from a seed, lands them, and builds what dbt makes of them up
to `meta.load_reconciliation`. What goes wrong is kept in a folder with its exports, and counted.

What belongs here: the rounds and what must hold. What does not: how files are spoilt.
"""

import argparse
import csv
import gzip
import io
import json
import os
import random
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.environment import PROJECT_DIR, Environment
from orchestration.landing.loading import land
from orchestration.landing.reference_tables import write_reference
from orchestration.landing.report import FileReport, LandingReport
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from orchestration.settings.written import write_settings
from orchestration.warehouse.dbt_project import dbt_command, prepare_project
from tests.fuzz.mutations import packed, spoil

TARGET = "model.prospection.meta_load_reconciliation"
SETTINGS = (
    "",
    "decimal: ','",
    "decimal: '.'",
    "date_order: dmy",
    "date_order: mdy, two_digit_years: true, excel_dates: 1904",
    "date_order: dmy, two_digit_years: true, excel_dates: true, timezone: Asia/Tokyo",
    "encoding: cp1252",
    "delimiter: ';', country: US",
    "mode: full",
)
UNBALANCED = """
    select file from meta.load_reconciliation
    where
        records is distinct from landed + structural_rejects
        or landed is distinct from current_rows + superseded + duplicates + value_rejects
"""

Manifest = Mapping[str, Any]


def main() -> None:
    """Run rounds until the time is over; end with 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, required=True, help="for the rounds and the finds")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    originals = dict(_originals(PROJECT_DIR / "examples" / "demo"))
    models = _compiled(arguments.folder, originals)
    began, seed, finds, files, records = time.monotonic(), arguments.seed, 0, 0, 0
    while time.monotonic() - began < 60 * arguments.minutes:
        folder = arguments.folder / f"round_{seed}"
        try:
            report = play(folder, originals, models, random.Random(seed))
            files += len(report.files)
            records += sum(file.records or 0 for file in report.files)
            shutil.rmtree(folder)
        except Exception:
            finds += 1
            (folder / "what_went_wrong.txt").write_text(traceback.format_exc(), encoding="utf-8")
            shutil.rmtree(folder / "data", ignore_errors=True)
            print(f"round {seed}: {traceback.format_exc().splitlines()[-1][:200]}", flush=True)
        seed += 1
    rounds = seed - arguments.seed
    minutes = (time.monotonic() - began) / 60
    print(
        f"{rounds} rounds in {minutes:.1f} minutes: {files:,} files, {records:,} records; {finds=}"
    )
    sys.exit(1 if finds else 0)


def play(
    folder: Path, originals: Mapping[str, bytes], models: Manifest, chance: random.Random
) -> LandingReport:
    """Spoil, land and stage once.

    Raises: AssertionError when a record is lost; whatever else crashes.
    """
    exports, paths = folder / "exports", Paths(folder / "data")
    lines = ["sources:"]
    for source in ("one", "two", "three"):
        lines.append(f"  {source}: {{{chance.choice(SETTINGS)}}}")
        for name in chance.sample(sorted(originals), 12):
            dated = chance.choice(("", "", "2026-01-31/", "2026-02-28/"))
            data = spoil(originals[name], chance)
            is_packed = chance.random() < 0.2
            path = exports / source / f"{dated}{name}{'.gz' if is_packed else ''}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed(data, chance) if is_packed else data)
    (exports / "sources.yml").write_text("\n".join(lines), encoding="utf-8")
    settings = read_settings(exports)
    report = land(exports, paths, settings)
    write_settings(settings, paths, today=date(2026, 11, 1))
    write_reference({}, paths)
    for file in report.files:
        if file.outcome == "landed":
            assert file.records == (file.landed or 0) + (file.structural_rejects or 0), file
            counted = _counted_again(exports / file.file, file)
            assert counted in (None, file.records), (counted, file)
    with duckdb.connect() as connection:
        build(connection, paths, models)
        unbalanced = connection.execute(UNBALANCED).fetchall()
        assert not unbalanced, unbalanced
        found = connection.execute("select sum(landed) from meta.load_reconciliation").fetchone()
        landed = sum(file.landed or 0 for file in report.files)
        assert found == (landed or None,), (found, landed)
    return report


def build(connection: duckdb.DuckDBPyConnection, paths: Paths, models: Manifest) -> None:
    """Build the models in memory, as dbt has compiled them."""
    connection.execute("attach ':memory:' as warehouse; use warehouse; set timezone = 'UTC'")
    connection.execute(f"set variable prospection_data = '{paths.data}'")
    for node in _in_order(models, TARGET):
        connection.execute(f"create schema if not exists {node['schema']}")
        name = f"{node['schema']}.{node['alias']}"
        if node["resource_type"] == "seed":
            path = PROJECT_DIR / node["original_file_path"]
            connection.execute(f"create table {name} as from read_csv('{path}', header = true)")
        else:
            connection.execute(f"create table {name} as {node['compiled_code']}")


def _counted_again(path: Path, file: FileReport) -> int | None:
    """Return the records of a file as Python's csv module counts them; None for a zip's member."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    encoding = "utf-8-sig" if file.encoding == "utf-8" else str(file.encoding)
    text = content.decode(encoding, "replace").replace("\0", "\ufffd")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=str(file.delimiter))
    return sum(1 for row in rows if row) - 1


def _originals(demo: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(demo.glob("*/*.csv*")):
        if path.parent.name != "reference":
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            yield path.name.removesuffix(".gz"), _as_plain(content)


def _as_plain(content: bytes) -> bytes:
    """Return a file of the demo as UTF-8 with commas; two of its sources write otherwise."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    sink = io.StringIO(newline="")
    csv.writer(sink).writerows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return sink.getvalue().encode()


def _compiled(folder: Path, originals: Mapping[str, bytes]) -> Manifest:
    """Return the nodes of dbt's manifest with their SQL; a load is landed for dbt to look at."""
    exports, paths = folder / "first" / "exports", Paths(folder / "first" / "data")
    (exports / "one").mkdir(parents=True)
    for name, content in originals.items():
        (exports / "one" / name).write_bytes(content)
    settings = read_settings(exports)
    land(exports, paths, settings)
    write_settings(settings, paths, today=date(2026, 11, 1))
    write_reference({}, paths)
    project = prepare_project(Environment(exports, paths))
    target = paths.data / "target"
    subprocess.run(
        [
            *dbt_command(project.file),
            *("compile", "--select", "+meta_load_reconciliation", "--target-path", str(target)),
        ],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "PROSPECTION_DATA": str(paths.data),
            "DBT_PROFILES_DIR": str(PROJECT_DIR),
            "DBT_LOG_PATH": str(paths.data),
        },
        stdout=subprocess.DEVNULL,
        check=True,
    )
    nodes: Manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    return nodes


def _in_order(models: Manifest, target: str) -> list[Mapping[str, Any]]:
    """Return what a model is made of and itself, each after what it reads."""
    ordered: dict[str, Mapping[str, Any]] = {}

    def visit(unique_id: str) -> None:
        node = models.get(unique_id)
        if node is not None and unique_id not in ordered:
            for parent in node["depends_on"].get("nodes", []):
                visit(parent)
            ordered[unique_id] = node

    visit(target)
    return list(ordered.values())


if __name__ == "__main__":
    main()
