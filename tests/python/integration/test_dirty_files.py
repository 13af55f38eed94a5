"""Files as tools, spreadsheets and mail programs leave them, in one refresh: what becomes of each.

What belongs here: comparing a refresh with what the export contract says of each file. What does
not: the files (see `dirty_cases.py` and `left_out_cases.py`).
"""

from collections.abc import Callable, Iterator

import duckdb
import pytest

from orchestration.paths import Paths
from tests.python.conftest import refresh
from tests.python.integration.dirty_cases import CASES as DIRTY
from tests.python.integration.dirty_cases import Case
from tests.python.integration.left_out_cases import LEFT_OUT

CASES = [*DIRTY, *LEFT_OUT]

Query = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Query]:
    """Refresh every case at once; return a reader of the warehouse."""
    folder = tmp_path_factory.mktemp("dirty")
    exports, paths = folder / "exports", Paths(folder / "data")
    lines = ["reporting: {as_of: 2026-06-30}", "sources:"]
    for case in CASES:
        case.write(exports)
        lines.append(f"  {case.source}: {{format: generic, {case.settings}}}".replace(", }", "}"))
    (exports / "sources.yml").write_text("\n".join(lines), encoding="utf-8")
    result = refresh(exports, paths.data)
    assert result.returncode == 5, result.stdout

    with duckdb.connect(paths.warehouse, read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def by_source(case: Case) -> object:
    return case.source


@pytest.mark.parametrize("case", CASES, ids=by_source)
def test_every_record_is_counted(case: Case, query: Query) -> None:
    rows = query(
        f"""
        select
            file, records, landed, structural_rejects, current_rows, superseded, duplicates,
            value_rejects
        from meta.load_reconciliation where source = '{case.source}'
        """
    )
    assert {str(row[0]).partition("/")[2]: row[1:] for row in rows} == dict(case.figures)
    for _, records, landed, structural, *parts in rows:
        assert records == landed + structural  # type: ignore[operator]
        assert landed == sum(parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES, ids=by_source)
def test_what_is_not_read_is_named_with_its_reason(case: Case, query: Query) -> None:
    rows = query(
        f"""
        select file, outcome, reason from meta.loads
        where source = '{case.source}' and outcome <> 'landed'
        """
    )
    found = {str(file).partition("/")[2]: (outcome, str(reason)) for file, outcome, reason in rows}
    expected = {
        **case.left_out,
        **{name: ("refused", words) for name, words in case.refused.items()},
    }
    assert {
        name: (outcome, reason if expected.get(name, ("", "?"))[1] not in reason else "")
        for name, (outcome, reason) in found.items()
        if "__MACOSX" not in name
    } == {name: (outcome, "") for name, (outcome, _) in expected.items()}


@pytest.mark.parametrize("case", CASES, ids=by_source)
def test_every_rejected_row_is_named_with_column_and_rule(case: Case, query: Query) -> None:
    rows = query(
        f"""
        select row_number, column_name, rule from meta.rejects where source = '{case.source}'
        """
    )
    assert sorted(rows, key=str) == sorted(case.rejects, key=str)


@pytest.mark.parametrize("case", CASES, ids=by_source)
def test_every_value_that_was_dropped_or_bent_is_an_issue(case: Case, query: Query) -> None:
    rows = query(
        f"""
        select column_name, rule, sum(issue_count)::int from meta.data_quality
        where
            source = '{case.source}'
            and check_name in ('value_issue', 'unknown_outcome')
        group by all
        """
    )
    assert {(column, rule): count for column, rule, count in rows} == dict(case.issues)


@pytest.mark.parametrize(
    ("case", "sql"),
    [
        pytest.param(case, sql, id=f"{case.source}-{number}")
        for case in CASES
        for number, sql in enumerate(case.values)
    ],
)
def test_the_values_are_those_of_the_file(case: Case, sql: str, query: Query) -> None:
    assert query(sql.format(source=case.source)) == case.values[sql]
