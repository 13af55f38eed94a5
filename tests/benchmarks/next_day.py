"""The next day of a demo company: what its tools would export one day later.

What belongs here: turning an export folder of the demo into that of the day after, in place, the
way its sources deliver. What the day holds is in `sql/next_day/`, one query per file: those whose
first line says `replaces` give rows of a full export, told by their first column; those that say
`adds` give new rows. What does not: the company itself (`company.py`).

    python -m tests.benchmarks.next_day --folder build/benchmark/exports

The `crm` replaces its files, since each of its exports holds every record; `outreach`, `finance`
and `support` add a dated folder with what is new. `as_of` in `sources.yml` moves on by a day. The
same folder and seed give the same day.
"""

import argparse
import csv
import io
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from orchestration.demo.company import FIRST_DAY
from orchestration.demo.exports import EXPORTS, Export

QUERIES = Path(__file__).parent / "sql" / "next_day"
REPLACED_SOURCE = "crm"
READ = ("reps", "accounts", "prospects", "deals")
ZONE = ZoneInfo("Europe/Paris")
AS_OF = re.compile(r"^( *as_of: *)(\d{4}-\d{2}-\d{2})", re.MULTILINE)
DELIVERED = timedelta(hours=20)
"""The time of day, on the wall of the company, at which its tools write their exports."""


@dataclass(frozen=True)
class DaySize:
    """How much happens in a day: the same for every company that is large enough."""

    touches: int = 10_000

    def at_most(self, activities: int) -> "DaySize":
        """Return the day of a company so small that a hundredth of its activities is less."""
        return DaySize(min(self.touches, activities // 100))

    @property
    def counts(self) -> dict[str, int]:
        """What is drawn of each kind, at least one; of touches, `late_count` are late."""
        shares = {
            "touch_count": 1,
            "late_count": 20,
            "newcomer_count": 50,
            "changed_count": 100,
            "moved_deal_count": 100,
            "new_deal_count": 200,
            "ticket_count": 500,
        }
        return {name: max(1, self.touches // share) for name, share in shares.items()}


def as_of(folder: Path) -> date:
    """Return the day as of which the folder's settings look at it."""
    found = AS_OF.search((folder / "sources.yml").read_text("utf-8"))
    if found is None:
        raise ValueError(f"{folder / 'sources.yml'} declares no as_of: is it a folder of the demo?")
    return date.fromisoformat(found[2])


def stamp(folder: Path, day: date) -> None:
    """Give the exports the time at which they would have been written, the evening of a day."""
    for file in folder.rglob("*"):
        if file.is_file():
            os.utime(file, times=(_evening(day).timestamp(),) * 2)


def advance(folder: Path, size: DaySize, seed: int = 1) -> date:
    """Turn the exports into those of the day after, in place; return that day.

    Full exports are written anew beside the old and renamed over it, so that a folder of hard links
    leaves what it links to as it was.
    """
    day = as_of(folder) + timedelta(days=1)
    delivered = _delivery(folder, day)
    with duckdb.connect() as connection:
        _draw(connection, folder, day, size, seed)
        for export in EXPORTS:
            lines, is_added = _lines(connection, export)
            if export.source == REPLACED_SOURCE:
                file = folder / export.name
                _write_anew(file, lines, is_added=is_added)
            elif lines:
                file = _add(folder, export, lines, delivered)
            else:
                continue
            os.utime(file, times=(delivered.timestamp(),) * 2)
    _set_as_of(folder / "sources.yml", day)
    return day


def _evening(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZONE) + DELIVERED


def _delivery(folder: Path, day: date) -> datetime:
    """Return when the day's exports were written: in its evening, and after all that are there."""
    newest = max(file.stat().st_mtime for file in folder.rglob("*.csv"))
    return max(_evening(day), datetime.fromtimestamp(newest, UTC) + timedelta(minutes=1))


def _draw(
    connection: duckdb.DuckDBPyConnection, folder: Path, day: date, size: DaySize, seed: int
) -> None:
    """Read what the company is and choose what happens to it."""
    parameters = {"seed": str(seed), "day": f"date '{day}'", "first_day": f"date '{FIRST_DAY}'"}
    parameters |= {name: str(count) for name, count in size.counts.items()}
    for name, value in parameters.items():
        connection.execute(f"set variable {name} = {value}")
    for entity in READ:
        connection.execute(
            f"create table {entity} as from read_csv($file, header = true, all_varchar = true, "
            "delim = ',', quote = '\"', escape = '\"', ignore_errors = true)",
            {"file": str(folder / REPLACED_SOURCE / f"{entity}.csv")},
        )
    connection.execute((QUERIES / "00_draws.sql").read_text("utf-8"))


def _lines(connection: duckdb.DuckDBPyConnection, export: Export) -> tuple[list[str], bool]:
    """Return what the day brings to an export, as lines of its file, and whether it is added."""
    file = QUERIES / f"{export.source}_{export.entity}.sql"
    if not file.is_file():
        return [], True
    query, text = file.read_text("utf-8"), io.StringIO()
    csv.writer(text, delimiter=export.delimiter, lineterminator="\n").writerows(
        connection.execute(query).fetchall()
    )
    return text.getvalue().splitlines(keepends=True), query.startswith("-- adds")


def _add(folder: Path, export: Export, lines: list[str], delivered: datetime) -> Path:
    """Write what is new into a dated folder of its source, below the header of the first file."""
    with (folder / export.name).open(encoding=export.encoding, newline="") as written:
        header = written.readline()
    dated = delivered.astimezone(ZONE).strftime("%Y-%m-%dT%H%M")
    file = folder / export.source / dated / f"{export.entity}.csv"
    file.parent.mkdir(exist_ok=True)
    with file.open("w", encoding=export.encoding, newline="") as sink:
        sink.writelines([header, *lines])
    return file


def _write_anew(file: Path, lines: list[str], *, is_added: bool) -> None:
    """Write a full export once more: each changed record's line replaced, new ones at the end.

    No row of the demo holds a line break, and its first column is the key.
    """
    replaced: Mapping[str, str] = {} if is_added else {_key(line): line for line in lines}
    met: set[str] = set()
    draft = file.with_name(f".{file.name}")
    with (
        file.open(encoding="utf-8", newline="") as old,
        draft.open("w", encoding="utf-8", newline="") as new,
    ):
        new.writelines(_renewed(old, replaced, met))
        new.writelines(line for line in lines if is_added or _key(line) not in met)
    draft.replace(file)


def _renewed(old: Iterator[str], replaced: Mapping[str, str], met: set[str]) -> Iterator[str]:
    for line in old:
        key = _key(line)
        if key in replaced:
            met.add(key)
        yield replaced.get(key, line)


def _key(line: str) -> str:
    return line.partition(",")[0]


def _set_as_of(file: Path, day: date) -> None:
    text = AS_OF.sub(lambda found: f"{found[1]}{day}", file.read_text("utf-8"))
    draft = file.with_name(".sources.yml")
    draft.write_text(text, "utf-8")
    draft.replace(file)


def main() -> None:
    """Turn a folder into its next day, or its next days."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="a demo's exports; changed")
    parser.add_argument("--touches", type=int, default=DaySize().touches, help="of each day")
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for _ in range(arguments.days):
        print(advance(arguments.folder, DaySize(arguments.touches), arguments.seed))


if __name__ == "__main__":
    main()
