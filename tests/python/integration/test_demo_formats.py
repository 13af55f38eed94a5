"""The demo company through a tool's files has the KPI values of what the tool carries of it.

What a tool carries is written twice: as the tool exports it, and as generic files. A refresh of
each must publish the same values. Names stand for ids, which only one of the two has.
"""

import tempfile
from pathlib import Path

import duckdb
import pytest

from orchestration.demo.company import AS_OF, company
from orchestration.demo.texts import tool_sources_yml
from orchestration.demo.tool_files import carry, generate_for_tool
from orchestration.demo.tools import LANGUAGES, TOOLS
from orchestration.paths import Paths

from ..conftest import run_prospection

SCALE, SEED = 0.3, 5

VALUES = """
    select
        kpi_id, statistic, grain, period_start, dimension, dimension_label,
        round(value, 7) as value, round(numerator, 5) as numerator,
        round(denominator, 5) as denominator, sample_size,
        round(ci_low, 7) as ci_low, round(ci_high, 7) as ci_high,
        is_partial, is_mature, is_reliable
    from {}.kpi.kpi_values
"""


@pytest.mark.formats
@pytest.mark.parametrize("tool", TOOLS)
def test_the_same_values_through_the_tool_as_through_generic_files(
    tool: str, tmp_path: Path
) -> None:
    language = LANGUAGES[sorted(TOOLS).index(tool) % len(LANGUAGES)]
    generate_for_tool(tmp_path / "tool", tool, language, SCALE, SEED)
    write_generic(tmp_path / "generic", tool)
    for name in ("tool", "generic"):
        ended = run_prospection(
            "run", "--exports", tmp_path / name, "--data", tmp_path / f"data_{name}"
        )
        assert ended.returncode in (0, 5), ended.stdout + ended.stderr
    connection = duckdb.connect()
    for name in ("tool", "generic"):
        warehouse = Paths(tmp_path / f"data_{name}").warehouse
        connection.execute(f"attach '{warehouse}' as {name} (read_only)")
    for one, other in (("tool", "generic"), ("generic", "tool")):
        differing = connection.execute(
            f"select * from ({VALUES.format(one)} except all {VALUES.format(other)}) limit 20"
        ).fetchall()
        assert differing == [], f"only through {one}"
    assert connection.execute("select count(*) > 1000 from tool.kpi.kpi_values").fetchone() == (
        True,
    )


def write_generic(folder: Path, tool: str) -> None:
    """Write what the tool carries as generic files, from the views that its files are made of."""
    target = folder / tool
    target.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as working,
        company(Path(working), SCALE, SEED) as connection,
    ):
        for entity in carry(connection, tool):
            connection.execute(
                f"copy (select * from carried_{entity}) to '{target / entity}.csv' (header true)"
            )
    (folder / "sources.yml").write_text(tool_sources_yml(AS_OF), encoding="utf-8")
