"""What is written from the blocks of `kpis/` and from SQL, not by hand: seeds and documentation.

What belongs here: the KPI tables of `docs/kpis.md`, the README's table of families, and the list of
what is written. What does not: what a KPI means (see `kpis/`), the columns of its seeds
(`orchestration/kpis`) and how a model is described (`descriptions`).
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from orchestration.documentation.descriptions import described_models
from orchestration.documentation.exposures import exposures_file
from orchestration.documentation.formats import formats_page
from orchestration.documentation.macros import described_rooms
from orchestration.documentation.mapping import mapping_page
from orchestration.documentation.sources import described_sources
from orchestration.environment import PROJECT_DIR
from orchestration.errors import ConfigurationError
from orchestration.kpis.catalogue import read_catalogue
from orchestration.kpis.events import Event
from orchestration.kpis.rows import as_text, catalog_rows, seed_texts, term_rows

Row = Mapping[str, str]
"""One row of a seed: its text by column."""

BEGIN = "<!-- kpi table: written by `make docs` -->"
END = "<!-- end of the kpi table -->"

_PREAMBLE = """\
# The KPIs

Written by `make docs` from the blocks of [`kpis/`](../kpis/README.md); do not edit it by hand. How
a number is made of its terms is told in [data_flow.md](data_flow.md), how to add one in
[CONTRIBUTING.md](../CONTRIBUTING.md). The events that the KPIs count are at the end.

- **H** marks the headline KPIs, which the end of a refresh and the first page of a report show.
- *made of*: events, each with its measure in brackets: `n` how many, `s` their sum, `w90` how many
  within 90 days of their anchor, `distinct` people counted once a period, `median`, `p90`, `level`
  what stands at the end of the period, `start` at its beginning. Behind ÷ is the denominator.
- *flow*: events of the period. *cohort*: the denominator is everyone whose anchor falls in the
  period; `in_window` counts those who got there within the window and can be compared between
  periods, `to_date` counts everyone so far and cannot. *stock*: a state at the period's end.
- *needs*: the KPI is published once this event has been seen at all.
"""


def made_of(terms: Iterable[Row]) -> list[str]:
    """Return a line per statistic: the terms of its numerator, ÷ those of its denominator."""
    lines = []
    for statistic, own in _grouped(terms, "statistic").items():
        numerator = _side(own, "numerator")
        denominator = _side(own, "denominator")
        formula = f"{numerator} ÷ {denominator}" if denominator else numerator
        lines.append(formula if statistic == "value" else f"{statistic}: {formula}")
    return lines


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Return the rows by their value of `column`, in the order in which the values first come."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def _side(terms: Sequence[Row], side: str) -> str:
    own = [term for term in terms if term["side"] == side]
    text = " ".join(
        f"{_sign(float(term['weight']))}`{term['event']}` ({term['measure']})" for term in own
    )
    text = text.removeprefix("+ ")
    return f"({text})" if len(own) > 1 else text


def _sign(weight: float) -> str:
    sign = "+ " if weight > 0 else "− "
    return sign if abs(weight) == 1 else f"{sign}{abs(weight):g} × "


def kpi_page(catalog: Sequence[Row], terms: Sequence[Row], events: Iterable[Event] = ()) -> str:
    """Return the text of `docs/kpis.md`: a table per family, and the events."""
    parts = [_PREAMBLE]
    for family, kpis in _grouped(catalog, "family").items():
        parts.append(f"\n## {_family_name(family)}\n\n")
        parts.append(_table(("kpi_id", "what it is", "kind", "made of"), _long_rows(kpis, terms)))
    parts.append("\n## What is counted: the events\n\n")
    parts.append(_table(("event", "what is counted", "comes from", "made in"), _event_rows(events)))
    return "".join(parts)


def _event_rows(events: Iterable[Event]) -> list[tuple[str, ...]]:
    return [
        (
            f"`{event.name}`",
            f"{event.words_en}<br>{event.words_fr}",
            ", ".join(f"`{entity}`" for entity in event.supplied_by),
            ", ".join(f"`{model}`" for model in event.made_in),
        )
        for event in events
    ]


def _long_rows(kpis: Iterable[Row], terms: Sequence[Row]) -> list[tuple[str, ...]]:
    return [
        (
            f"`{kpi['kpi_id']}`" + (" **H**" if kpi["is_headline"] == "true" else ""),
            f"**{kpi['name_en']}**: {kpi['definition_en']}<br>"
            f"**{kpi['name_fr']}** : {kpi['definition_fr']}",
            _kind(kpi),
            "<br>".join(made_of(term for term in terms if term["kpi_id"] == kpi["kpi_id"]))
            or "computed from other KPIs",
        )
        for kpi in kpis
    ]


def _kind(kpi: Row) -> str:
    unit = "proportion" if kpi["is_proportion"] == "true" else kpi["unit"]
    parts = [kpi["shape"], unit]
    if kpi["anchor"]:
        parts.append(f"anchor: {kpi['anchor']}")
    if kpi["window_days"]:
        parts.append(f"{kpi['window_days']} days")
    if kpi["statistics"] != "value":
        parts.append(kpi["statistics"].replace("|", ", "))
    if kpi["requires"]:
        events = (f"`{event}`" for event in kpi["requires"].split("|"))
        parts.append(f"needs {' and '.join(events)}")
    return "<br>".join(parts)


def family_table(catalog: Sequence[Row]) -> str:
    """Return the README's table: a row per family, with its headline KPIs."""
    rows = [
        (
            _family_name(family),
            str(len(kpis)),
            ", ".join(kpi["name_en"] for kpi in kpis if kpi["is_headline"] == "true"),
        )
        for family, kpis in _grouped(catalog, "family").items()
    ]
    return _table(("family", "KPIs", "headline KPIs"), rows)


def _family_name(family: str) -> str:
    return family.replace("_", " ").capitalize()


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def with_table(page: str, table: str) -> str:
    """Return a page with what lies between its two marks replaced by `table`.

    Raises:
        ConfigurationError: the page lacks the marks.

    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ConfigurationError(f"README.md lacks the line {BEGIN!r} or {END!r}: put both back")
    return f"{before}{begin}\n\n{table}\n{end}{after}"


def generated_files(project_dir: Path = PROJECT_DIR) -> dict[Path, str]:
    """Return the text that each seed of KPIs and each page should have, by its file.

    Raises:
        ConfigurationError: a block of `kpis/` cannot be right; its file and line are named.

    """
    catalogue = read_catalogue(project_dir)
    kpis = list(catalogue.kpis.values())
    catalog, terms = as_text(catalog_rows(kpis)), as_text(term_rows(kpis))
    seeds = {project_dir / "seeds" / f"{n}.csv": text for n, text in seed_texts(catalogue).items()}
    readme = project_dir / "README.md"
    return seeds | {
        project_dir / "docs" / "kpis.md": kpi_page(catalog, terms, catalogue.events.values()),
        project_dir / "docs" / "formats.md": formats_page(),
        project_dir / "docs" / "mapping.md": mapping_page(),
        readme: with_table(readme.read_text(encoding="utf-8"), family_table(catalog)),
        project_dir / "models" / "_models__exposures.yml": exposures_file(project_dir),
        **described_models(project_dir),
        **described_sources(project_dir),
        **described_rooms(project_dir),
    }


def main() -> None:
    """Write the seeds and pages that are not what they should be."""
    for path, text in generated_files().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(PROJECT_DIR)}")
