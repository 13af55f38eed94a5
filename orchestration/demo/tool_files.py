"""The demo company as a tool's own export shows it, with the tool's labels.

What belongs here: the run from the company to the files of one tool. What a tool carries of the
company is `sql/tools/<tool>/carried.sql`, views of generic rows; what its files hold is the queries
beside it, which read those views only; their names and headers are `files.yml`. What does not:
reading such files (see `orchestration/formats`).
"""

import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.demo.company import AS_OF, check_parameters, company
from orchestration.demo.exports import EXPORTS
from orchestration.demo.generate import check_folder
from orchestration.demo.plants import PLANTS, check_plants
from orchestration.demo.texts import tool_readme, tool_sources_yml
from orchestration.demo.tools import LANGUAGES, TOOLS_SQL
from orchestration.quoting import quoted_name, quoted_text


@dataclass(frozen=True)
class ToolFile:
    """A file of a tool.

    Attributes:
        query: its query below the tool's folder, without `.sql`.
        names: language → file name.
        headers: column of the query → language → header.
        preamble: the text above the header row.
        is_quoted: whether it quotes every cell.

    """

    query: str
    names: Mapping[str, str]
    headers: Mapping[str, Mapping[str, str]]
    preamble: str
    is_quoted: bool


@dataclass(frozen=True)
class ToolReport:
    """What was written: path below the folder → rows. `text()` says it to a person."""

    out: Path
    title: str
    rows: Mapping[str, int]
    seconds: float

    def text(self) -> str:
        """Say it in a few lines for the terminal."""
        return "\n".join(
            [
                f"Brelune, the demo company, as {self.title} exports it, lies in {self.out}"
                f" ({self.seconds:,.0f} s):",
                *(f"  {name}: {rows:,} rows" for name, rows in self.rows.items()),
                f"Next: prospection run --exports {self.out} --data data",
            ]
        )


def generate_for_tool(
    out: Path,
    tool: str,
    language: str = "en",
    scale: float = 1,
    seed: int = 1,
    progress: Callable[[str], None] = lambda _message: None,
    *,
    plants: Collection[str] = tuple(PLANTS),
) -> ToolReport:
    """Write the company's files as one tool exports them, with `sources.yml` and `README.md`.

    Args:
        out: the folder; one that holds a demo is renewed, one that holds anything else refused.
        tool: one of `TOOLS`.
        language: of the labels, where the tool has them in several.
        scale: the company's size (see `generate`).
        seed: which company.
        progress: called with a line of text before each step.
        plants: the findings that the company has.

    Raises: ConfigurationError for parameters that cannot be made or a folder that is not free.

    """
    check_parameters(scale, seed)
    check_plants(plants)
    check_folder(out)
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    described = yaml.safe_load((TOOLS_SQL / tool / "files.yml").read_text("utf-8"))
    files = [_tool_file({**described, **each}) for each in described["files"]]
    rows: dict[str, int] = {}
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=".making-") as working,
        company(Path(working), scale, seed, progress, plants=plants) as connection,
    ):
        carry(connection, tool)
        connection.execute("set variable language = ?", [language])
        for folder in _folders(connection, tool):
            for file in files:
                name = f"{folder}/{file.names.get(language, file.names[LANGUAGES[0]])}"
                progress(f"writing {name}")
                rows[name] = _write(connection, tool, file, language, out / name)
    (out / "sources.yml").write_text(tool_sources_yml(AS_OF), "utf-8")
    command = (
        f"prospection demo --out DIR --format {tool} --labels {language}"
        f" --scale {scale:g} --seed {seed}"
        + "".join(f" --without {name}" for name in PLANTS if name not in plants)
    )
    (out / "README.md").write_text(tool_readme(described["title"], command, rows), "utf-8")
    return ToolReport(out, described["title"], rows, time.monotonic() - began)


def carry(connection: duckdb.DuckDBPyConnection, tool: str) -> Sequence[str]:
    """Make the views `carried_<entity>`: what a tool carries, as generic rows.

    Returns: the entities.
    """
    for export in EXPORTS:
        connection.execute(f"create view {export.source}_{export.entity} as {export.query}")
    connection.execute((TOOLS_SQL / tool / "carried.sql").read_text("utf-8"))
    found = connection.execute(
        "select view_name[9:] from duckdb_views() where view_name like 'carried\\_%' escape '\\' "
        "order by 1"
    ).fetchall()
    return [name for (name,) in found]


def _tool_file(content: Mapping[str, Any]) -> ToolFile:
    headers = {
        column: {"en": header, "fr": header} if isinstance(header, str) else header
        for column, header in content["headers"].items()
    }
    names = content["name"]
    return ToolFile(
        content["query"],
        {"en": names} if isinstance(names, str) else names,
        headers,
        content.get("preamble", ""),
        content.get("is_quoted", False),
    )


def _folders(connection: duckdb.DuckDBPyConnection, tool: str) -> Iterator[str]:
    """Yield the folders of a tool, having set whose files are next: `member` in queries.

    What members download themselves is a folder for each of them.
    """
    members = TOOLS_SQL / tool / "members.sql"
    if not members.exists():
        yield tool
        return
    for folder, member in connection.execute(members.read_text("utf-8")).fetchall():
        connection.execute("set variable member = ?", [member])
        yield f"{tool}-{folder}"


def _write(
    connection: duckdb.DuckDBPyConnection, tool: str, file: ToolFile, language: str, target: Path
) -> int:
    """Write one file and return its number of rows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    query = (TOOLS_SQL / tool / f"{file.query}.sql").read_text("utf-8")
    listed = ", ".join(
        f"{quoted_name(column)} as {quoted_name(header[language])}"
        for column, header in file.headers.items()
    )
    draft = target.with_name(target.name + ".draft")
    options = "format csv, header true" + (", force_quote *" if file.is_quoted else "")
    copied = connection.execute(
        f"copy (select {listed} from ({query})) to {quoted_text(draft)} ({options})"
    ).fetchone()
    target.write_bytes(file.preamble.encode() + draft.read_bytes())
    draft.unlink()
    return int(copied[0]) if copied else 0
