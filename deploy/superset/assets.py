"""What Superset imports: the template of this folder, filled from the published database.

What belongs here: databases, datasets, charts and dashboards as Superset's own export writes them,
by the name of their file. What does not: importing them (see `start.py`).

A text of the template that is a pair of `en` and `fr` is said in the dashboard's language;
`{stages}` stands for the stages of the funnel with the names that our own pages give them. Ids are
fixed: those of charts and dashboards stand in the template, those of datasets follow from the
table's name, so that another import finds what the one before has made.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import duckdb
import yaml

TEMPLATE = Path(__file__).parent / "template"
WORDS = Path(__file__).parents[2] / "dashboard" / "texts" / "words.yml"
LANGUAGES = ("en", "fr")
DATABASE_UUID = UUID("5b0b1f8e-93c4-4a53-9a26-6c1d1c1e0f57")
SCHEMAS = ("bi", "kpi", "core", "meta")
VERSION = "1.0.0"
MANAGED = {"is_managed_externally": True, "version": VERSION}

Asset = dict[str, Any]


def read_assets(
    connection: duckdb.DuckDBPyConnection, address: str, currency: str
) -> dict[str, str]:
    """Return the files of an import, by name.

    Args:
        connection: the published database.
        address: its address for Superset, as SQLAlchemy writes it.
        currency: the reporting currency, for texts with `{currency}`.

    """
    made = {
        "metadata.yaml": {
            "version": VERSION,
            "type": "assets",
            "timestamp": "2026-01-01T00:00:00+00:00",
        },
        "databases/prospection.yaml": _read("database.yaml")
        | {"sqlalchemy_uri": address, "uuid": str(DATABASE_UUID)}
        | MANAGED,
    }
    for dataset in _datasets(connection):
        schema, name = dataset["schema"], dataset["table_name"]
        made[f"datasets/prospection/{schema}.{name}.yaml"] = dataset
    for language in LANGUAGES:
        charts = {
            path.stem: _said(yaml.safe_load(path.read_text("utf-8")), language, currency)
            for path in sorted((TEMPLATE / "charts").glob("*.yaml"))
        }
        for name, chart in charts.items():
            made[f"charts/{name}_{language}.yaml"] = _chart(chart)
        dashboard = _said(_read("dashboard.yaml"), language, currency)
        made[f"dashboards/prospection_{language}.yaml"] = _dashboard(dashboard, charts)
    return {
        file: yaml.safe_dump(asset, allow_unicode=True, sort_keys=False)
        for file, asset in made.items()
    }


def dataset_uuid(schema: str, table: str) -> str:
    """Return the fixed id of the dataset of a table."""
    return str(uuid5(DATABASE_UUID, f"{schema}.{table}"))


def _read(name: str) -> Asset:
    content: Asset = yaml.safe_load((TEMPLATE / name).read_text("utf-8"))
    return content


def _said(content: Any, language: str, currency: str) -> Any:
    """Return content with each pair of texts replaced by the one of a language."""
    if isinstance(content, dict):
        if content.keys() == set(LANGUAGES):
            return _said(content[language], language, currency)
        return {key: _said(value, language, currency) for key, value in content.items()}
    if isinstance(content, list):
        return [_said(value, language, currency) for value in content]
    return content.replace("{currency}", currency) if isinstance(content, str) else content


def _datasets(connection: duckdb.DuckDBPyConnection) -> Iterator[Asset]:
    """Make a dataset of each published table, and of each query of the template."""
    comments = _column_comments(connection)
    tables = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where schema_name in ?",
        [list(SCHEMAS)],
    ).fetchall()
    for schema, table, comment in sorted(tables):
        described = connection.execute(f'describe "{schema}"."{table}"').fetchall()
        yield _dataset(schema, table, comment, described, comments.get((schema, table), {}))
    for path in sorted((TEMPLATE / "datasets").glob("*.yaml")):
        query = yaml.safe_load(path.read_text("utf-8"))
        query["sql"] = query["sql"].replace("{stages}", _stages())
        known = {
            column: comment
            for source in query.pop("described_as_in")
            for column, comment in comments[tuple(source.split("."))].items()
        }
        described = connection.execute(f"describe {query['sql']}").fetchall()
        known |= query.pop("columns")
        yield _dataset("kpi", path.stem, query.pop("description"), described, known) | query


def _stages() -> str:
    """Return each stage and its names as a row of SQL."""
    words = yaml.safe_load(WORDS.read_text("utf-8"))
    rows = (
        (key.removeprefix("stage_"), *(said[language] for language in LANGUAGES))
        for key, said in words.items()
        if key.startswith("stage_")
    )
    quoted = (", ".join("'" + cell.replace("'", "''") + "'" for cell in row) for row in rows)
    return ", ".join(f"({row})" for row in quoted)


def _column_comments(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], dict[str, str]]:
    comments: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, comment in connection.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns()"
    ).fetchall():
        comments.setdefault((schema, table), {})[column] = comment
    return comments


def _dataset(
    schema: str,
    name: str,
    description: str | None,
    described: list[tuple[Any, ...]],
    comments: Mapping[str, str | None],
) -> Asset:
    days = [column for column, kind, *_ in described if kind.startswith(("DATE", "TIMESTAMP"))]
    return {
        "table_name": name,
        "schema": schema,
        "description": description,
        "main_dttm_col": days[0] if days else None,
        "uuid": dataset_uuid(schema, name),
        "database_uuid": str(DATABASE_UUID),
        "columns": [
            {
                "column_name": column,
                "type": kind,
                "description": comments.get(column),
                "is_dttm": column in days,
                "groupby": True,
                "filterable": True,
                "is_active": True,
            }
            for column, kind, *_ in described
        ],
        "metrics": [{"metric_name": "count", "verbose_name": "COUNT(*)", "expression": "COUNT(*)"}],
    } | MANAGED


def _chart(chart: Asset) -> Asset:
    schema, table = chart["dataset"].split(".")
    kept = {key: value for key, value in chart.items() if key != "dataset"}
    parameters = chart["params"] | {"viz_type": chart["viz_type"]}
    return kept | {"params": parameters, "dataset_uuid": dataset_uuid(schema, table)} | MANAGED


def _dashboard(dashboard: Asset, charts: Mapping[str, Asset]) -> Asset:
    """Lay the charts out in rows: each entry is a chart's name and its width of twelve columns."""
    rows = dashboard.pop("rows")
    position: Asset = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {
            "id": "GRID_ID",
            "type": "GRID",
            "parents": ["ROOT_ID"],
            "children": [f"ROW-{row}" for row in range(len(rows))],
        },
        "HEADER_ID": {
            "id": "HEADER_ID",
            "type": "HEADER",
            "meta": {"text": dashboard["dashboard_title"]},
        },
    }
    for row, content in enumerate(rows):
        position[f"ROW-{row}"] = {
            "id": f"ROW-{row}",
            "type": "ROW",
            "parents": ["ROOT_ID", "GRID_ID"],
            "children": [f"CHART-{name}" for name in content["charts"]],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for name, width in content["charts"].items():
            position[f"CHART-{name}"] = {
                "id": f"CHART-{name}",
                "type": "CHART",
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", f"ROW-{row}"],
                "meta": {
                    "chartId": sorted(charts).index(name) + 1,
                    "uuid": charts[name]["uuid"],
                    "sliceName": charts[name]["slice_name"],
                    "width": width,
                    "height": content["height"],
                },
            }
    return dashboard | {"position": position} | MANAGED
