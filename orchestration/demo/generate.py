"""Make the demo company's exports.

What belongs here: the run from parameters to files, and its report. What the company does is in
`sql/`; it is made in DuckDB, in sets, on disk, so that ten million activities take minutes and
little memory. Every draw is a hash of the seed and the entity: the same parameters give the same
bytes, whatever the machine's number of threads.
"""

import math
import shutil
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.demo.exports import EXPORTS, SQL, WrittenFile, write_export
from orchestration.demo.flaws import FLAWS
from orchestration.demo.plants import PLANTS, TRUTH_NAME, check_plants, read_truth, truth_json
from orchestration.demo.texts import README_TITLE, TARGET_CRITERIA, readme, sources_yml
from orchestration.errors import ConfigurationError

FIRST_DAY = date(2024, 10, 1)
AS_OF = date(2026, 9, 30)
PROSPECTS_AT_SCALE_1 = 4000
SMALLEST_SCALE, LARGEST_SCALE = 0.05, 1000.0
# A company of another size has another sales force, but not 500 times as many reps.
REPS_AT_SCALE_1, MOST_REPS = 7, 60
# The two dials of the funnel: how many prospects are open to an exchange, and how many of
# the deals opened are won by an average rep. Set by looking at what comes out.
OPENNESS, CLOSING = 0.315, 0.34
MEMORY_LIMIT = "2GB"


@dataclass(frozen=True)
class DemoReport:
    """What was made. `text()` says it to a person."""

    out: Path
    scale: float
    seed: int
    first_day: date
    as_of: date
    files: tuple[WrittenFile, ...]
    reps: int
    prospects: int
    contacted: int
    engaged: int
    qualified: int
    won: int
    won_amount: float
    truth: dict[str, Any]
    seconds: float

    def rows(self, entity: str) -> int:
        """Count the rows of an entity, those wrong on purpose included."""
        return sum(
            file.rows + file.flawed_rows
            for file in self.files
            if file.path.name.split(".")[0] == entity
        )

    @property
    def size_bytes(self) -> int:
        """The size of all files together."""
        return sum(file.size_bytes for file in self.files)

    def text(self) -> str:
        """Say it in a few lines for the terminal."""
        return "\n".join(
            [
                f"Brelune, the demo company, lies in {self.out}"
                f" ({self.size_bytes / 1e6:,.1f} MB, {self.seconds:,.0f} s).",
                f"{self.first_day} to {self.as_of}: {self.rows('activities'):,} activities of"
                f" {self.reps} reps with {self.prospects:,} prospects;",
                f"{self.contacted:,} were contacted, {self.engaged:,} answered, {self.qualified:,}"
                f" were qualified, {self.won:,} signed, for {self.won_amount:,.0f} EUR.",
                f"{len(FLAWS)} rows are wrong on purpose: README.md beside the files lists them."
                f" What was planted to be found is in {TRUTH_NAME}.",
                f"Next: prospection run --exports {self.out} --data data",
            ]
        )


def generate(
    out: Path,
    scale: float = 1,
    seed: int = 1,
    progress: Callable[[str], None] = lambda _message: None,
    *,
    compress: bool = False,
    threads: int | None = None,
    plants: Collection[str] = tuple(PLANTS),
) -> DemoReport:
    """Write the demo's exports, `sources.yml`, `README.md` and `truth.json` into `out`.

    `scale` 1 is some 20,000 activities with 4,000 prospects; all grows with it, the number of
    reps by its square root. `compress` writes the files that grow with it as `.csv.gz`.
    `threads` is for DuckDB (default: all) and changes no byte. `plants` are those of `PLANTS`
    that the company has: without `bottleneck`, say, no step of its funnel falls. A folder that
    holds a demo is renewed; one that holds anything else is refused with a `ConfigurationError`.
    """
    _check_parameters(scale, seed)
    check_plants(plants)
    _check_folder(out)
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".making-") as working_name:
        working = Path(working_name)
        connection = duckdb.connect(working / "demo.duckdb")
        try:
            _prepare(connection, scale, seed, threads, plants)
            for step in sorted((SQL / "steps").glob("*.sql")):
                progress(f"making {step.stem.split('_', 1)[1].replace('_', ' ')}")
                connection.execute(step.read_text("utf-8"))
            drafts = []
            for export in EXPORTS:
                progress(f"writing {export.name}")
                drafts.append(
                    write_export(
                        connection,
                        export,
                        working,
                        [flaw for flaw in FLAWS if flaw.file == export.name],
                        compress=compress and export.is_large,
                    )
                )
            funnel = _funnel(connection)
            truth = read_truth(connection, (SQL / "truth.sql").read_text("utf-8"))
        finally:
            connection.close()
        files = tuple(_moved(draft, working, out) for draft in drafts)
    (out / "reference").mkdir(exist_ok=True)
    (out / "reference" / "target_criteria.csv").write_text(TARGET_CRITERIA, "utf-8")
    (out / "sources.yml").write_text(sources_yml(AS_OF), "utf-8")
    (out / "README.md").write_text(
        readme(_command(scale, seed, plants, compress=compress), FIRST_DAY, AS_OF, files, FLAWS),
        "utf-8",
    )
    (out / TRUTH_NAME).write_text(truth_json(truth, scale, seed, FIRST_DAY, AS_OF), "utf-8")
    prospects, contacted, engaged, qualified, won, won_amount = funnel
    return DemoReport(
        out=out,
        scale=scale,
        seed=seed,
        first_day=FIRST_DAY,
        as_of=AS_OF,
        files=files,
        reps=rep_count(scale),
        prospects=int(prospects),
        contacted=int(contacted),
        engaged=int(engaged),
        qualified=int(qualified),
        won=int(won),
        won_amount=won_amount,
        truth=truth,
        seconds=time.monotonic() - began,
    )


def rep_count(scale: float) -> int:
    """Say how many reps a company of this scale has: at least seven, at most sixty."""
    return min(MOST_REPS, max(REPS_AT_SCALE_1, round(REPS_AT_SCALE_1 * math.sqrt(scale))))


def _check_parameters(scale: float, seed: int) -> None:
    """Refuse what cannot be made, before anything is written."""
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise ConfigurationError(
            f"--scale {scale:g} is out of range: choose {SMALLEST_SCALE:g} to {LARGEST_SCALE:g}"
            " (1 is some 20,000 activities)"
        )
    if seed < 0:
        raise ConfigurationError(f"--seed {seed} is negative: choose 0 or more")


def _check_folder(out: Path) -> None:
    """Refuse a folder that holds something else than a demo: nobody's exports get overwritten."""
    if not out.exists():
        return
    if not out.is_dir():
        raise ConfigurationError(f"{out} is a file: choose a folder for the demo with --out")
    note = out / "README.md"
    holds_demo = note.is_file() and note.read_text("utf-8", "replace").startswith(README_TITLE)
    if any(out.iterdir()) and not holds_demo:
        raise ConfigurationError(
            f"{out} is not empty and holds no demo: choose an empty or a new folder with --out"
        )


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    scale: float,
    seed: int,
    threads: int | None,
    plants: Collection[str],
) -> None:
    """Bound DuckDB's memory and hand it the parameters."""
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set preserve_insertion_order = false")
    if threads is not None:
        connection.execute(f"set threads = {threads}")
    parameters = {
        "seed": str(seed),
        "prospect_count": str(round(PROSPECTS_AT_SCALE_1 * scale)),
        "rep_count": str(rep_count(scale)),
        "first_day": f"date '{FIRST_DAY.isoformat()}'",
        "as_of": f"date '{AS_OF.isoformat()}'",
        "openness": str(OPENNESS),
        "closing": str(CLOSING),
        **{f"plants_{name}": str(name in plants).lower() for name in PLANTS},
    }
    for name, value in parameters.items():
        connection.execute(f"set variable {name} = {value}")


def _funnel(connection: duckdb.DuckDBPyConnection) -> tuple[float, ...]:
    """Count prospects, contacted, engaged, qualified, won, and add up the amount won."""
    row = connection.execute((SQL / "funnel.sql").read_text("utf-8")).fetchone()
    assert row is not None  # an aggregate without grouping has one row
    return tuple(float(value) for value in row)


def _moved(draft: WrittenFile, working: Path, out: Path) -> WrittenFile:
    """Put a finished file in its place, and take away its other form (plain or compressed)."""
    target = out / draft.path.relative_to(working)
    target.parent.mkdir(exist_ok=True)
    other = target.with_suffix("") if target.suffix == ".gz" else Path(f"{target}.gz")
    other.unlink(missing_ok=True)
    shutil.move(draft.path, target)
    return WrittenFile(target, draft.rows, draft.flawed_rows, draft.size_bytes)


def _command(scale: float, seed: int, plants: Collection[str], *, compress: bool) -> str:
    """Spell the command that makes the same folder again."""
    return (
        f"prospection demo --out DIR --scale {scale:g} --seed {seed}"
        + (" --compress" if compress else "")
        + "".join(f" --without {name}" for name in PLANTS if name not in plants)
    )
