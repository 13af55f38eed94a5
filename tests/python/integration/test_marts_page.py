"""The page of the marts: each query gives, on the demo, the table that stands below it."""

import re
from pathlib import Path

import duckdb
import pytest

from tests.python.conftest import REPO_ROOT, DemoRefresh

EXAMPLES = re.findall(
    r"```sql\n(.*?)```\n\n((?:\|[^\n]*\n)*)",
    (REPO_ROOT / "docs" / "marts.md").read_text(encoding="utf-8"),
    flags=re.S,
)


def as_table(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return what a query gives as a Markdown table; a dash is a null."""
    result = connection.execute(query)
    names = [column[0] for column in result.description or ()]
    rows = [names, ["---"] * len(names)]
    rows += [["–" if cell is None else str(cell) for cell in row] for row in result.fetchall()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


@pytest.mark.parametrize(("query", "shown"), EXAMPLES, ids=range(1, len(EXAMPLES) + 1))
def test_the_query_gives_the_table_below_it(
    demo_refresh: DemoRefresh, query: str, shown: str
) -> None:
    published = demo_refresh.paths.current / "prospection.duckdb"
    with duckdb.connect(published, read_only=True) as connection:
        table = as_table(connection, query)
    assert shown == table, f"the table is now\n{table}"


def test_every_mart_of_the_page_has_an_example(repo_root: Path) -> None:
    page = (repo_root / "docs" / "marts.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", page, flags=re.M)[1:]
    assert sections
    for section in sections:
        mart = section.partition(":")[0]
        assert any(mart in query for query in re.findall(r"```sql\n(.*?)```", section, flags=re.S))
