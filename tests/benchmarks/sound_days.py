"""How many sound batches gate 1 would hold: companies' exports day by day, judged without a build.

What belongs here: the demo in several seeds and invented small companies, with nothing wrong in
them, and counting what is held. What does not: wrong batches (see `test_wrong_batches.py`).

    python -m tests.benchmarks.sound_days --seeds 20 --days 60 --folder build/sound_days

Each demo begins with all that was known before its first day; odd seeds end in September (August is
among their days), even ones in January (Christmas is). `--every 7` makes loads of weeks.
"""

import argparse
import json
import random
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from orchestration.demo.company import FIRST_DAY
from orchestration.demo.generate import generate
from orchestration.settings.declared import read_settings
from tests.python.daily_exports import DailyExports
from tests.python.judged_alone import Judge, Tables
from tests.python.unit.landing.small_companies import LAST, SOURCES, Company

ENDS = (date(2026, 1, 15), date(2026, 9, 30))
SMALL = {
    "twenty prospects": Company(reps=1, activities=4, prospects=20, deals=8, orders=1),
    "two reps": Company(reps=2, activities=8, prospects=60, deals=25, orders=2),
    "growing": Company(reps=3, activities=15, prospects=300, deals=120, orders=5, growth=0.03),
    "steady": Company(reps=10, activities=30, prospects=900, deals=300, orders=20, growth=0.001),
}


def demo_days(folder: Path, seed: int, days: int, every: int) -> Iterator[tuple[date, Tables, str]]:
    """Yield day, tables and source of each load of a demo, the first with all before it."""
    demo = DailyExports(folder, seed)
    last = ENDS[seed % len(ENDS)]
    since = last - timedelta(days)
    begun = FIRST_DAY
    for number in range(0, days + 1, every):
        day = since + timedelta(number)
        loads = {
            "crm": demo.crm(day),
            "outreach": demo.outreach(begun, day),
            "finance": demo.finance(begun, day),
            "support": demo.support(begun, day),
        }
        for source, tables in loads.items():
            yield day, {name: rows for name, rows in tables.items() if rows}, source
        begun = day + timedelta(1)


def small_days(company: Company, days: int, every: int) -> Iterator[tuple[date, Tables, str]]:
    """Yield the loads of an invented company: no work at weekends, on holidays, for two weeks."""
    drawn = random.Random(days)
    closed = {LAST - timedelta(number) for number in range(20, 34)}
    for back in range(days, -1, -every):
        loads: dict[str, dict[str, list[dict[str, str]]]] = {}
        for day in (LAST - timedelta(back + number) for number in range(every - 1, -1, -1)):
            is_off = day.weekday() > 4 or day in closed or drawn.random() < 0.04
            for source, tables in company.of_day(day).items():
                if source != "crm" and is_off:
                    continue
                known = loads.setdefault(source, {})
                for name, rows in tables.items():
                    known[name] = rows if source == "crm" else [*known.get(name, []), *rows]
        for source, found in loads.items():
            yield LAST - timedelta(back), found, source


def judge_all(judge: Judge, loads: Iterator[tuple[date, Tables, str]]) -> tuple[int, list[str]]:
    """Return how many loads there are after the first of each source, and what is held of them."""
    count, held = 0, []
    for day, tables, source in loads:
        if source in judge.loads:
            count += 1
        reasons = judge.reasons(source, day, tables)
        held += [f"{source} {day}: {'; '.join(reasons)}"] if reasons else []
        if not reasons:
            judge.land(source, day, tables)
    return count, held


def main() -> None:
    """Judge every company and print what is held, as JSON, a line per company."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--demo-only", action="store_true", help="no invented small companies")
    arguments = parser.parse_args()
    companies: dict[str, Iterator[tuple[date, Tables, str]]] = {}
    for name, company in SMALL.items() if not arguments.demo_only else ():
        companies[name] = small_days(company, 2 * arguments.days, arguments.every)
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    for name in (*companies, *(f"seed {seed}" for seed in seeds)):
        folder = arguments.folder / name.replace(" ", "_")
        shutil.rmtree(folder, ignore_errors=True)
        sources = SOURCES
        if name not in companies:
            seed = int(name.split()[1])
            generate(folder / "exports", seed=seed)
            settings = read_settings(folder / "exports")
            sources = {source.name: source for source in settings.sources}
            companies[name] = demo_days(folder / "exports", seed, arguments.days, arguments.every)
        begun = time.process_time()
        count, held = judge_all(Judge(folder / "rows", sources), companies[name])
        seconds = round(time.process_time() - begun, 1)
        line = {"company": name, "batches": count, "held": held, "cpu_seconds": seconds}
        print(json.dumps(line, ensure_ascii=False), flush=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
