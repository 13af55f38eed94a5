"""Erasing people from a company with two sources: the same KPI values, and no trace of them."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.erasure.places import place_of
from orchestration.paths import Paths
from tests.python.conftest import refresh

pytestmark = pytest.mark.erasure

COMPANIES = range(1, 9)
NAMES = {
    1: "Zélie Quatrevaux",
    2: "Odilon Brisefer",
    **{n: f"Prénom Nom{'abcdefgh'[n - 1]}" for n in range(3, 9)},
}
TRACES = ("zelie", "zélie", "quatrevaux", "12345601", "12 34 56 01", "odilon", "brisefer")
VALUES = """
    select kpi_id, grain, period_start, dimension, dimension_value, statistic, value, numerator,
        denominator
    from kpi.kpi_values order by all
"""


def email(number: int) -> str:
    first, last = NAMES[number].replace("é", "e").lower().split()
    return f"{first}.{last}@company{number}.example"


def write_company(exports: Path) -> None:
    """Write people of two sources who are one by e-mail, and calls that only a number tells."""

    def put(name: str, lines: list[str]) -> None:
        (exports / name).parent.mkdir(parents=True, exist_ok=True)
        (exports / name).write_text("\n".join(lines) + "\n", encoding="utf-8")

    people = ["prospect_id,account_id,first_name,last_name,email,phone,detected_at"]
    activities = ["activity_id,occurred_at,channel,direction,outcome,rep_id,email,phone"]
    deals = ["deal_id,account_id,prospect_id,stage,status,amount,created_at,closed_at,lost_reason"]
    for n in COMPANIES:
        name = NAMES[n].replace(" ", ",")
        people.append(f"P{n},A{n},{name},{email(n)},06 12 34 56 0{n},2026-01-0{n}")
        deals.append(f"D{n},A{n},P{n},Won,won,{n}000,2026-05-0{n},2026-06-0{n},")
        activities += [
            f"S{n},2026-02-0{n} 10:00,email,outbound,sent,R1,{email(n).upper()},",
            f"R{n},2026-02-1{n} 10:00,email,inbound,reply,R1,{email(n)},",
            f"C{n},2026-03-0{n} 10:00,call,outbound,answered,R1,,+33 6 12 34 56 0{n}",
        ]
    deals.append(
        "D9,A3,P3,Lost,lost,500,2026-05-01,2026-06-01,"
        f'"Quatrevaux Zélie ({email(1)}) est moins chère"'
    )
    put(
        "sources.yml",
        ["reporting: {as_of: 2026-08-31, language: fr}", "sources: {crm: {mode: full}}"],
    )
    put("crm/accounts.csv", ["account_id,name", *(f"A{n},Company {n}" for n in COMPANIES)])
    put("crm/prospects.csv", people)
    put("crm/deals.csv", deals)
    put("crm/reps.csv", ["rep_id,name", "R1,Rep One"])
    put("outreach/activities.csv", activities)
    put(
        "outreach/prospects.csv",
        ["prospect_id,first_name,last_name,email", f"O1,Zélie,Quatrevaux,{email(1)}"],
    )


def values(paths: Paths) -> list[tuple[object, ...]]:
    with duckdb.connect(str(paths.current / "prospection.duckdb"), read_only=True) as connection:
        return connection.execute(VALUES).fetchall()


def texts_of(file: Path) -> Iterator[str]:
    """Yield everything that a file holds, also inside Parquet, DuckDB and gzip."""
    content = file.read_bytes()
    yield content.decode("utf-8", "replace")
    if file.suffix == ".gz":
        yield gzip.decompress(content).decode("utf-8", "replace")
    with duckdb.connect() as connection:
        if file.suffix == ".parquet":
            yield str(connection.execute("select * from read_parquet(?)", [str(file)]).fetchall())
        if file.suffix == ".duckdb":
            connection.execute(f"attach '{file}' as base (read_only)")
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'base'"
            ).fetchall()
            for schema, table in tables:
                yield str(connection.execute(f'from base."{schema}"."{table}"').fetchall())


def traces_in(paths: Paths) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file in sorted(paths.data.rglob("*")):
        if file.is_file() and not file.is_symlink():
            text = " ".join(texts_of(file)).casefold()
            traces = {trace for trace in TRACES if trace in text}
            if traces:
                found[file.relative_to(paths.data).as_posix()] = traces
    return found


def test_an_erasure_leaves_every_value_and_no_trace(tmp_path: Path) -> None:
    exports, paths = tmp_path / "exports", Paths(tmp_path / "data")
    write_company(exports)
    first = refresh(exports, paths.data)
    assert first.returncode == 0, first.stdout
    before = values(paths)
    assert {trace for traces in traces_in(paths).values() for trace in traces} == set(TRACES)
    assert not [
        file for file in paths.data.rglob("*") if file.is_file() and not place_of(file, paths)
    ]

    # one by the command, the other by a request that comes with the exports
    by_hand = refresh(exports, paths.data, f"forget --email {email(1)}")
    assert by_hand.returncode == 0, by_hand.stdout
    assert "outreach/prospects.csv" in by_hand.stdout
    assert values(paths) == before
    (exports / "crm" / "suppressions.csv").write_text(
        f"requested_at,kind,prospect_id,email\n2026-09-15,erasure,,{email(2)}\n", encoding="utf-8"
    )
    asked = refresh(exports, paths.data)
    assert asked.returncode == 0, asked.stdout

    assert values(paths) == before  # the request is of after as_of
    assert traces_in(paths) == {}
    assert len(list(paths.published.glob("[0-9]*"))) == 1
