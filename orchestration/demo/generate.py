"""Make the demo company's exports.

What belongs here: the run from parameters to files, and its report. What the company does is in
`sql/`; it is made in DuckDB, in sets, on disk, so that ten million activities take minutes and
little memory. Every draw is a hash of the seed and the entity: the same parameters give the same
bytes, whatever the machine's number of threads.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.demo.company import AS_OF, FIRST_DAY, check_parameters, company, rep_count
from orchestration.demo.exports import EXPORTS, SQL, Export, WrittenFile, write_export
from orchestration.demo.flaws import FLAWS
from orchestration.demo.plants import PLANTS, TRUTH_NAME, check_plants, read_truth, truth_json
from orchestration.demo.texts import README_TITLE, TARGET_CRITERIA, readme, sources_yml
from orchestration.errors import ConfigurationError


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
    exports: Sequence[Export] = EXPORTS,
) -> DemoReport:
    """Write the demo's exports, `sources.yml`, `README.md` and `truth.json` into `out`.

    `scale` 1 is some 20,000 activities with 4,000 prospects; all grows with it, the number of
    reps by its square root. `compress` writes the files that grow with it as `.csv.gz`.
    `threads` is for DuckDB (default: all) and changes no byte. `plants` are those of `PLANTS`
    that the company has: without `bottleneck`, say, no step of its funnel falls. `exports` are
    the files to write, for one who wants others than the demo's own. A folder that holds a demo
    is renewed; one that holds anything else is refused with a `ConfigurationError`.
    """
    check_parameters(scale, seed)
    check_plants(plants)
    check_folder(out)
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".making-") as working_name:
        working = Path(working_name)
        with company(working, scale, seed, progress, threads=threads, plants=plants) as connection:
            drafts = []
            for export in exports:
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


def check_folder(out: Path) -> None:
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
