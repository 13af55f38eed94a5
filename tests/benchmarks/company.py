"""The companies of the benchmark: the demo's, as large as is asked for.

What belongs here: how a size is spelled, and the exports of that size. What does not: the day that
follows (`next_day.py`), and running anything on them.

    python -m tests.benchmarks.company --size 10mx5 --folder build/benchmark/exports_10mx5
"""

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.demo.company import AS_OF
from orchestration.demo.exports import EXPORTS, Export
from orchestration.demo.generate import generate
from tests.benchmarks.next_day import stamp

ACTIVITIES_AT_SCALE_1 = 20_500
NOTE = ".company.json"
UNITS = {"": 1, "k": 1_000, "m": 1_000_000}
SPELLING = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[km]?)(?:x(?P<repeats>\d+))?")


@dataclass(frozen=True)
class Size:
    """How large a company is: its activities, and how often each of its touches comes.

    The demo has a prospect for five activities. `repeats` of 5 has one for twenty-five, as where
    campaigns go to the same people again and again.
    """

    name: str
    activities: int
    repeats: int

    @property
    def scale(self) -> float:
        """The scale of the demo that has so many activities."""
        return self.activities / self.repeats / ACTIVITIES_AT_SCALE_1


def size_named(name: str) -> Size:
    """Read a size as it is spelled: `20500`, `100k`, `1m`, or `10mx5` with each touch five times.

    Errors: a `ValueError` for any other spelling.
    """
    found = SPELLING.fullmatch(name)
    if found is None or int(found["repeats"] or 1) < 1:
        raise ValueError(
            f"{name!r} is no size: write 20500, 100k, 1m, or 10mx5 for repeated touches"
        )
    activities = round(float(found["number"]) * UNITS[found["unit"]])
    return Size(name, activities, int(found["repeats"] or 1))


@dataclass(frozen=True)
class RepeatedActivities(Export):
    """The demo's activities, each of them several times.

    Copy number k has an id of its own and happened k days and some minutes later, to the same
    people; a copy of an answer answers the copy. What would lie after the last day is left out.
    """

    repeats: int = 1

    @property
    def query(self) -> str:
        """The query that gives the file's rows, in the file's order."""
        return f"""
            with written as ({super().query}),
            repeated as (
                select
                    written.* replace (
                        activity_id || case when copy_no > 0 then '.' || copy_no else '' end
                            as activity_id,
                        in_reply_to || case when copy_no > 0 then '.' || copy_no else '' end
                            as in_reply_to,
                        in_french_time(strptime(created_at, '%d/%m/%Y %H:%M') + later)
                            as created_at,
                        in_french_time(moment) as occurred_at
                    )
                from (
                    select
                        written.*,
                        copy_no,
                        to_minutes(copy_no * (24 * 60 + 7)) as later,
                        strptime(occurred_at, '%d/%m/%Y %H:%M') + later as moment
                    from written
                    cross join range({self.repeats}) as copies (copy_no)
                ) as written
                where copy_no = 0 or moment < getvariable('as_of') + 1
            )
            select * exclude (moment, copy_no, later)
            from repeated
            order by moment, activity_id
        """


def exports_of(size: Size) -> tuple[Export, ...]:
    """Return the files of a company of this size."""
    return tuple(
        RepeatedActivities(
            export.source,
            export.entity,
            export.delimiter,
            export.encoding,
            export.is_large,
            repeats=size.repeats,
        )
        if export.entity == "activities" and size.repeats > 1
        else export
        for export in EXPORTS
    )


def make_company(size: Size, folder: Path) -> None:
    """Write the exports of a company of this size, unless the folder holds them already."""
    note = folder / NOTE
    if note.is_file() and json.loads(note.read_text("utf-8"))["size"] == size.name:
        return
    made = generate(folder, scale=size.scale, progress=print, exports=exports_of(size))
    stamp(folder, AS_OF)
    content = {
        "size": size.name,
        "activities": made.rows("activities"),
        "prospects": made.prospects,
    }
    note.write_text(json.dumps(content), "utf-8")


def counted(folder: Path) -> tuple[int, int]:
    """Return how many activities and prospects a company that was made here has."""
    content = json.loads((folder / NOTE).read_text("utf-8"))
    return content["activities"], content["prospects"]


def main() -> None:
    """Make one company."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=size_named, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    make_company(arguments.size, arguments.folder)


if __name__ == "__main__":
    main()
