"""The exposures of the dbt project: what reads the published tables, and which of them.

What belongs here: `models/_models__exposures.yml`, written from the programs themselves: a table is
read where its name stands in them. What does not: reading anything (see `dashboard/reading.py`,
`orchestration/assistant`, `orchestration/spreadsheet`); a test compares what is listed here with
what they ask of a published version.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.environment import PROJECT_DIR

_TABLE = re.compile(r"\b(?:core|kpi|meta|bi)\.[a-z][a-z0-9_]*\b")
_HEAD = """\
# written by `make docs` from the programs that read the published tables: do not edit it by hand
version: 2

exposures:
"""


@dataclass(frozen=True)
class Mart:
    """A model of the marts: its name, that of its table, and whether it is published."""

    name: str
    table: str
    is_public: bool


@dataclass(frozen=True)
class Exposure:
    """Something that people use and that reads published tables.

    Attributes:
        name: its name in dbt.
        label: its name in words.
        kind: dbt's type: dashboard, analysis or application.
        description: what it is and where it is found.
        programs: the files that read for it, below the project.
        tables: what they read without naming it: schemas (`kpi.`), or tables.

    """

    name: str
    label: str
    kind: str
    description: str
    programs: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


EXPOSURES = (
    Exposure(
        "dashboard",
        "Dashboard",
        "dashboard",
        "The static pages of a version, dashboard/index.html beside prospection.duckdb.",
        (
            "dashboard/building.py",
            "dashboard/reading.py",
            "dashboard/series.py",
            "dashboard/standing.py",
        ),
    ),
    Exposure(
        "record_lists",
        "Records behind the numbers",
        "dashboard",
        "The lists of records that the dashboard's numbers lead to, where they are switched on.",
        (
            "orchestration/publication/records/facts.py",
            "orchestration/publication/records/files.py",
            "orchestration/publication/records/lists.py",
            "orchestration/publication/records/members.py",
            "orchestration/publication/records/touches.py",
        ),
    ),
    Exposure(
        "report",
        "Report of a period",
        "analysis",
        "One period as one file, HTML or PDF: `prospection report`; kept and sent when a period is "
        "over.",
        ("dashboard/report.py", "dashboard/building.py", "dashboard/series.py"),
        (
            "kpi.kpi_conclusions",
            "kpi.kpi_signals",
            "kpi.kpi_targets",
            "kpi.kpi_forecast",
            "kpi.kpi_quarter_outlook",
            "kpi.kpi_campaign_performance",
            "kpi.kpi_rep_profiles",
            "kpi.kpi_pipeline_movement",
            "kpi.kpi_loss_reasons",
            "kpi.kpi_funnel",
            "kpi.kpi_catalog",
            "kpi.kpi_values",
            "kpi.kpi_event_types",
            "meta.source_freshness",
            "meta.data_quality",
            "meta.rejects",
        ),
    ),
    Exposure(
        "workbook",
        "Workbook and CSV files",
        "analysis",
        "The published KPIs for a spreadsheet: `prospection export`.",
        ("orchestration/spreadsheet/sheets.py",),
        ("kpi.",),
    ),
    Exposure(
        "assistant",
        "Assistant",
        "application",
        "Answers over MCP about values, how far to trust them, and what they count: "
        "`prospection assistant`.",
        (
            "orchestration/assistant/answers.py",
            "orchestration/explanation/questions.py",
            "orchestration/explanation/explaining.py",
            "orchestration/publication/records/members.py",
            "orchestration/publication/records/touches.py",
        ),
    ),
    Exposure(
        "published_files",
        "Parquet files and prospection.duckdb",
        "application",
        "All that is published, for BI tools, notebooks and SQL; a million activities and more "
        "as Parquet only.",
        (),
        ("core.", "kpi.", "meta.", "bi."),
    ),
    Exposure(
        "bi_schema",
        "Schema for BI tools",
        "application",
        "Tables made for pivots and charts (schema bi of prospection.duckdb): docs/bi.md.",
        (),
        ("bi.",),
    ),
)


def marts(project_dir: Path = PROJECT_DIR) -> list[Mart]:
    """Return the models of the marts by name, as their property files and the project say."""
    project = yaml.safe_load((project_dir / "dbt_project.yml").read_text(encoding="utf-8"))
    folders = project["models"]["prospection"]["marts"]
    found = []
    for file in (project_dir / "models" / "marts").rglob("_*__models.yml"):
        rooms = file.relative_to(project_dir / "models" / "marts").parent.parts
        schema, usual = _of_rooms(folders, rooms)
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            config = model.get("config", {})
            alias = config.get("alias", model["name"])
            access = config.get("access", usual)
            found.append(Mart(model["name"], f"{schema}.{alias}", access == "public"))
    return sorted(found, key=lambda mart: mart.name)


def _of_rooms(folders: Mapping[str, Any], rooms: Sequence[str]) -> tuple[str, str | None]:
    """Return schema and access of the models of a folder: those of the innermost that says it."""
    schema, access = rooms[0], None
    for room in rooms:
        folders = folders.get(room, {})
        schema, access = folders.get("+schema", schema), folders.get("+access", access)
    return schema, access


def read_by(
    exposure: Exposure, known: Sequence[Mart], project_dir: Path = PROJECT_DIR
) -> list[Mart]:
    """Return the published models whose tables an exposure reads."""
    named = set(exposure.tables)
    for program in exposure.programs:
        named.update(_TABLE.findall((project_dir / program).read_text(encoding="utf-8")))
    return [
        mart
        for mart in known
        if mart.is_public and ({mart.table, f"{mart.table.split('.')[0]}."} & named)
    ]


def exposures_file(project_dir: Path = PROJECT_DIR) -> str:
    """Return the text of the property file; an exposure that reads nothing yet is left out."""
    known = marts(project_dir)
    return _HEAD + "\n".join(
        "\n".join(_lines(exposure, models)) + "\n"
        for exposure in EXPOSURES
        if (models := read_by(exposure, known, project_dir))
    )


def _lines(exposure: Exposure, models: Sequence[Mart]) -> Iterator[str]:
    yield f"  - name: {exposure.name}"
    yield f"    label: {exposure.label}"
    yield f"    type: {exposure.kind}"
    yield "    maturity: high"
    yield "    owner: {name: Whoever runs the refresh}"
    yield "    description: >"
    yield f"      {exposure.description}"
    yield "    depends_on:"
    for mart in models:
        yield f"      - ref('{mart.name}')"
