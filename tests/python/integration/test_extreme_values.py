"""No readable value, however extreme, keeps a refresh from being published.

What belongs here: one refresh over exports that hold every column of every entity at its extremes,
made from the description of the entities. What does not: what single values count as (see
`left_out_cases.py` and the unit tests of the models).
"""

import csv
import itertools
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.formats.descriptions import Column, Entity, known_formats
from orchestration.paths import Paths
from tests.python.conftest import refresh

ENTITIES = known_formats()["generic"].entities
COMMON = "X0"
"""The id of one record of every entity, which all others point to."""

DAYS = (
    "0001-01-01",
    "1926-05-05",
    "1969-12-31",
    "1970-01-01",
    "2100-12-31",
    "2101-01-01",
    "2926-05-05",
    "9999-12-31",
)
MOMENTS = (
    *DAYS,
    "0001-01-01T00:00:00+14:00",
    "1970-01-01 00:00:00",
    "9999-12-31T23:59:59-12:00",
    "2026-03-29 02:30:00",
)
LARGEST = "99999999999999.9999"
LARGEST_RATE = "9999999999.99999999"
TEXTS = ("x" * 5000, "\N{ZERO WIDTH SPACE}'; drop table x --", "\N{ROCKET}" * 40, '%_\\ "quoted"')
KPIS = ("revenue", "new_customers", "prospecting_cost", "response_rate", "active_customers")
USUAL = {
    "id": COMMON,
    "text": "text",
    "moment": "2026-05-05 10:00:00",
    "day": "2026-05-05",
    "decimal": "2",
    "integer": "3",
    "boolean": "no",
}


def extremes(column: Column) -> tuple[str, ...]:
    """Return the most extreme cells that read as the column's type and lie in its range."""
    if column.allowed:
        return column.allowed
    if column.name == "currency":
        return ("USD", "JPY", "ZZZ", "")
    if column.name == "kpi_id":
        return KPIS
    if column.type == "decimal":
        largest = LARGEST_RATE if column.name in ("rate", "change") else LARGEST
        smallest = "0.00000001" if column.name in ("rate", "change") else "0.0001"
        return tuple(_in_range(column, (largest, f"-{largest}", "0", smallest, f"-{smallest}")))
    if column.type == "integer":
        return tuple(_in_range(column, (str(2**63 - 1), str(-(2**63)), "0")))
    return {
        "day": DAYS,
        "moment": MOMENTS,
        "boolean": ("yes", "no", ""),
        "id": TEXTS,
        "text": TEXTS,
        "word": TEXTS,
    }[column.type]


def _in_range(column: Column, cells: tuple[str, ...]) -> Iterator[str]:
    for cell in cells:
        if column.minimum is not None and float(cell) < column.minimum:
            continue
        yield cell if column.maximum is None else str(min(float(cell), column.maximum))


def usual(column: Column) -> str:
    """Return a cell that nobody would look at twice."""
    if column.allowed:
        return column.allowed[0]
    if column.name == "currency":
        return "USD"
    if column.name == "kpi_id":
        return "revenue"
    if column.name in ("dimension", "dimension_value"):
        return "all"
    return USUAL.get(column.type, "word")


def rows(entity: Entity) -> Iterator[dict[str, str]]:
    """Yield a usual record, one for each extreme of each column, and some of several extremes."""
    good = {column.name: usual(column) for column in entity.columns}
    own_id = entity.columns[0]
    numbers = itertools.count(1)

    def record(**cells: str) -> dict[str, str]:
        own = {own_id.name: f"{entity.name} {next(numbers)}"} if not own_id.points_to else {}
        return {**good, **(own if own_id.type == "id" else {}), **cells}

    yield good
    for column in entity.columns:
        for cell in extremes(column):
            yield record(**{column.name: cell})
    kinds = {
        kind: [column.name for column in entity.columns if column.type in kind]
        for kind in (("decimal",), ("integer",), ("day", "moment"))
    }
    cells = {("decimal",): LARGEST, ("integer",): str(2**62), ("day", "moment"): "9999-12-31"}
    for kind, names in kinds.items():
        bounded = [name for name in names if name not in ("rate", "change", "score", "rating")]
        yield record(**dict.fromkeys(bounded, cells[kind]))
    moments = kinds["day", "moment"]
    for first, last in itertools.product(DAYS, repeat=2):
        if len(moments) > 1:
            yield record(**{moments[0]: first, **dict.fromkeys(moments[1:], last)})


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, Paths]:
    """Refresh a company whose every value is extreme; return exit code, output and data folder."""
    folder = tmp_path_factory.mktemp("extremes")
    exports, paths = folder / "exports", Paths(folder / "data")
    for mode in ("first", "second"):
        for entity in ENTITIES.values():
            path = exports / mode / f"{entity.name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, fieldnames=entity.column_names)
                writer.writeheader()
                writer.writerows(rows(entity))
    (exports / "sources.yml").write_text(
        "reporting: {as_of: 2026-06-30, currency: EUR}\n"
        "sources: {first: {format: generic}, second: {format: generic, timezone: Asia/Tokyo}}\n",
        encoding="utf-8",
    )
    result = refresh(exports, paths.data)
    return result.returncode, result.stdout, paths


def test_what_is_extreme_is_published(refreshed: tuple[int, str, Paths]) -> None:
    code, output, _ = refreshed
    assert code in (0, 5), output


def test_no_extreme_value_is_lost_in_silence(refreshed: tuple[int, str, Paths]) -> None:
    """Each entity has current records, and the money that does not count is told."""
    *_, paths = refreshed
    with duckdb.connect(str(paths.current / "prospection.duckdb"), read_only=True) as connection:
        current = dict(
            connection.execute(
                "select entity, min(current_rows) from meta.load_reconciliation group by all"
            ).fetchall()
        )
        told = {
            name
            for (name,) in connection.execute(
                "select distinct check_name from meta.data_quality"
            ).fetchall()
        }
    assert set(current) == set(ENTITIES)
    assert all(count > 0 for count in current.values())
    assert {"same_key_in_one_load", "outside_calendar", "no_exchange_rate"} <= told
