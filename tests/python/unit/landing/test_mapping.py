"""Mapping files: a sheet becomes generic rows, a tool's is adjusted, mistakes are all named."""

import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.errors import ConfigurationError

HUBSPOT = "Record ID,Deal Stage,Amount,Create Date\n"
LEADS = "make: {prospects: {prospect_id: Nr, last_name: Name, detected_at: Seen}}\n"


def made(desk: Any, entity: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of all translated rows of an entity."""
    return [
        tuple(row[column] for column in columns)
        for path in sorted((desk.paths.translated / entity).glob("[!_]*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def rules(desk: Any) -> dict[str, dict[str, int]]:
    """Return the rules by which rows were left out, by make."""
    found = made(desk, "_made", "make", "rules")
    return {make: dict(named) for make, named in found if named}


def problems(desk: Any) -> list[str]:
    """Land; return the mistakes that are named, after checking that nothing was landed."""
    with pytest.raises(ConfigurationError) as error:
        desk.land()
    assert desk.loads() == []
    return str(error.value).splitlines()


def test_the_example_of_the_documentation_gives_what_it_says(desk: Any, repo_root: Path) -> None:
    page = (repo_root / "docs" / "mapping.md").read_text(encoding="utf-8")
    sheet, mapping, adjustment = re.findall(r"```(?:csv|yaml)\n(.*?)```", page, re.DOTALL)
    desk.put("suivi/suivi 2026.csv", sheet)
    desk.put("suivi.mapping.yml", mapping)
    desk.put("crm/deals.csv", HUBSPOT + "1,Signé,5,2026-01-01\n2,Abandonné,7,2026-01-01\n")
    desk.put("crm.mapping.yml", adjustment)
    desk.land()
    assert sorted(made(desk, "accounts", "name")) == [("Kervanel SAS",), ("Norvent Oy",)]
    assert len(made(desk, "prospects", "prospect_id")) == 3
    assert made(desk, "deals", "stage", "status", "amount", "created_at", "closed_at") == [
        ("Signé", "won", "5", "2026-01-01", None),
        ("Abandonné", "lost", "7", "2026-01-01", None),
        ("Signé", "won", "12500.50", "2026-01-07", "2026-01-20"),
        ("Perdu", "lost", "3000", "2026-01-08", "2026-01-22"),
    ]
    assert sorted(made(desk, "deal_stages", "stage", "entered_at")) == [
        ("Perdu", "2026-01-22"),
        ("RDV", "2026-01-07"),
        ("RDV", "2026-01-08"),
        ("Signé", "2026-01-20"),
    ]
    assert rules(desk)["deals"] == {"no meeting yet": 1}
