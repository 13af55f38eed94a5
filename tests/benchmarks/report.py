"""How the benchmark's results are told: on the terminal and in docs/performance.md.

What belongs here: tables and the place of the figures in the page. What does not: what they mean
(`results.py`) and the picture (`plot.py`).

    python -m tests.benchmarks.report --results build/benchmark/results --write docs/performance.md

writes the figures of the newest commit that has results (or of `--commit`) between the two marks of
the page, and the picture into `images/` beside it.
"""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.benchmarks.measuring import OUTSIDE, Spent
from tests.benchmarks.plot import cost_against_size
from tests.benchmarks.results import (
    REFRESHES,
    STEPS,
    Result,
    dearest,
    kept,
    model_seconds,
    ratio,
)

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PICTURE = Path("images") / "performance.svg"
STAGES = ("load", "build", "validate", "publish", OUTSIDE)
MODELS_TOLD = 10

Row = Sequence[str]


def table(result: Result) -> str:
    """Tell one result on the terminal."""
    parts = [
        f"{headline(result)}, commit {result.commit}",
        aligned(step_rows(result)),
        aligned(stage_rows(result)),
    ]
    for step in REFRESHES:
        if seconds := model_seconds(result, step):
            named = [[name, f"{spent:.2f}"] for name, spent in dearest(seconds, MODELS_TOLD)]
            parts.append(aligned([[f"dearest, {STEPS[step]}", "s"], *named]))
    return "\n\n".join(parts) + "\n"


def side_by_side(ours: Result, other: Result) -> str:
    """Tell two results of one size beside each other: every ratio is ours ÷ the other."""
    rows: list[Row] = [
        ["", f"CPU {ours.commit}", f"CPU {other.commit}", "CPU ÷", "wall ÷", "peak ÷", "written ÷"]
    ]
    for step, name in STEPS.items():
        one, two = ours.spent(step), other.spent(step)
        if one and two:
            rows.append([name, f"{one.cpu:.1f}", f"{two.cpu:.1f}", *ratios(one, two)])
        for stage in STAGES if step in REFRESHES else ():
            one, two = ours.spent(step, stage), other.spent(step, stage)
            if one and two and (one.cpu or two.cpu):
                told = [f"{one.cpu:.1f}", f"{two.cpu:.1f}", *ratios(one, two)]
                rows.append([f"  {stage}", *told])
    return f"{headline(ours)}: {ours.commit} ÷ {other.commit}\n\n{aligned(rows)}\n"


def ratios(one: Spent, other: Spent) -> list[str]:
    """Spell how many times the other one is in processor, wall, memory and bytes written."""
    pairs = [
        (one.cpu, other.cpu),
        (one.wall, other.wall),
        (one.peak, other.peak),
        (one.written, other.written),
    ]
    return [times(ratio(*pair)) for pair in pairs]


def times(found: float | None) -> str:
    """Spell a ratio."""
    return "-" if found is None else f"{found:.2f}"


def headline(result: Result) -> str:
    """Say how large the company is."""
    return f"{result.activities:,} activities of {result.prospects:,} prospects ({result.size})"


def step_rows(result: Result) -> list[Row]:
    """Return what each step cost, with the floor last and how many times it the refreshes are."""
    rows: list[Row] = [["", "wall s", "CPU s", "peak MiB", "written MB", "CPU ÷ floor"]]
    floor = result.spent("floor")
    for step, name in STEPS.items():
        if spent := result.spent(step):
            above = ratio(spent.cpu, floor.cpu) if floor and step in REFRESHES else None
            rows.append([name, *measures(spent), times(above)])
    return rows


def measures(spent: Spent) -> list[str]:
    """Spell wall, processor, memory and bytes."""
    return [
        f"{spent.wall:.1f}",
        f"{spent.cpu:.1f}",
        f"{spent.peak / 2**20:,.0f}",
        f"{spent.written / 1e6:,.0f}",
    ]


def stage_rows(result: Result) -> list[Row]:
    """Return the processor seconds of each refresh by stage."""
    rows: list[Row] = [["CPU s by stage", *STAGES]]
    for step in REFRESHES:
        spent = [result.spent(step, stage) for stage in STAGES]
        if any(spent):
            rows.append([STEPS[step], *(f"{each.cpu:.1f}" if each else "-" for each in spent)])
    return rows


def aligned(rows: Sequence[Row]) -> str:
    """Set rows in columns: the first to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def as_markdown(rows: Sequence[Row]) -> str:
    """Set rows as a table of a page; the first row is its header."""
    header, *others = rows
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *others))


def figures(results: Sequence[Result]) -> str:
    """Write the part of the page that is made from results of one commit, smallest size first."""
    last = results[-1]
    parts = [
        f"Measured of commit {last.commit} ({last.committed_on}) on",
        as_markdown([["", ""], *([name, told] for name, told in last.machine.items())]),
        f"![Processor seconds against the number of activities]({PICTURE})",
    ]
    for result in results:
        parts.append(f"### {headline(result)}")
        parts += [as_markdown(step_rows(result)), as_markdown(stage_rows(result))]
        for step in REFRESHES:
            if seconds := model_seconds(result, step):
                told = ", ".join(
                    f"`{name}` {spent:.1f}" for name, spent in dearest(seconds, MODELS_TOLD)
                )
                parts.append(f"The ten dearest models of {STEPS[step]}, in seconds: {told}.")
    return "\n\n".join(parts)


def placed(page: str, content: str) -> str:
    """Put the figures between the marks of a page, in the place of earlier ones."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no marks {BEGIN} and {END} to write the figures between")
    return f"{before}{BEGIN}\n\n{content}\n\n{END}{after}"


def of_one_commit(results: Iterable[Result], commit: str | None) -> list[Result]:
    """Return the results of a commit, or of the newest that has any."""
    found = list(results)
    chosen = commit or max(found, key=lambda result: result.measured_at).commit
    return [result for result in found if result.commit == chosen]


def main() -> None:
    """Write the figures into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, required=True, help="the folder of results")
    parser.add_argument("--write", type=Path, required=True, metavar="PAGE")
    parser.add_argument("--commit", help="whose results (default: those measured last)")
    arguments = parser.parse_args()
    page: Path = arguments.write
    told = of_one_commit(kept(arguments.results), arguments.commit)
    if not told:
        parser.error(f"{arguments.results} holds no results of {arguments.commit}")
    page.write_text(placed(page.read_text("utf-8"), figures(told)), "utf-8")
    (page.parent / PICTURE).write_text(cost_against_size(told), "utf-8")
    print(f"wrote {len(told)} sizes of {told[0].commit} into {page}")


if __name__ == "__main__":
    main()
