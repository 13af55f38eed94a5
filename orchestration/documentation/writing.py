"""The documentation that is written from seeds and SQL, not by hand.

What belongs here: the KPI tables of `docs/kpis.md`, the README's table of families, and the list of
what is written. What does not: what a KPI means (see `seeds/kpi_catalog.csv` and
`seeds/kpi_terms.csv`) and how a model is described (`descriptions`).
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from orchestration.documentation.descriptions import described_models
from orchestration.environment import PROJECT_DIR
from orchestration.errors import ConfigurationError

Row = Mapping[str, str]
"""One row of a seed: its text by column."""

BEGIN = "<!-- kpi table: written by `make docs` -->"
END = "<!-- end of the kpi table -->"

_PREAMBLE = """\
# The KPIs

Written by `make docs` from [`kpi_catalog.csv`](../seeds/kpi_catalog.csv) and
[`kpi_terms.csv`](../seeds/kpi_terms.csv); do not edit it by hand. How a number is made of its
terms is told in [data_flow.md](data_flow.md), how to add one in
[CONTRIBUTING.md](../CONTRIBUTING.md).

- **H** marks the headline KPIs, which the end of a refresh and the first page of a report show.
- *made of*: events, each with its measure in brackets: `n` how many, `s` their sum, `w90` how many
  within 90 days of their anchor, `distinct` people counted once a period, `median`, `p90`, `level`
  what stands at the end of the period, `start` at its beginning. Behind ÷ is the denominator.
- *flow*: events of the period. *cohort*: the denominator is everyone whose anchor falls in the
  period; `in_window` counts those who got there within the window and can be compared between
  periods, `to_date` counts everyone so far and cannot. *stock*: a state at the period's end.
- *needs*: the KPI is published once this event has been seen at all.
"""


def read_seed(path: Path) -> list[Row]:
    """Return the rows of a seed.

    Raises:
        ConfigurationError: a row has another number of cells than the header.

    """
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        rows: list[Row] = []
        for row in reader:
            if None in row or None in row.values():
                raise ConfigurationError(
                    f"{path.name}, line {reader.line_num}: not as many cells as the header has; "
                    "quote the cell that contains a comma"
                )
            rows.append(row)
    return rows


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


def kpi_page(catalog: Sequence[Row], terms: Sequence[Row]) -> str:
    """Return the text of `docs/kpis.md`: a table per family."""
    parts = [_PREAMBLE]
    for family, kpis in _grouped(catalog, "family").items():
        parts.append(f"\n## {_family_name(family)}\n\n")
        parts.append(_table(("kpi_id", "what it is", "kind", "made of"), _long_rows(kpis, terms)))
    return "".join(parts)


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
        parts.append(f"needs `{kpi['requires']}`")
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


def generated_pages(project_dir: Path = PROJECT_DIR) -> dict[Path, str]:
    """Return the text that each page and property file should have, by its file."""
    catalog = read_seed(project_dir / "seeds" / "kpi_catalog.csv")
    terms = read_seed(project_dir / "seeds" / "kpi_terms.csv")
    readme = project_dir / "README.md"
    return {
        project_dir / "docs" / "kpis.md": kpi_page(catalog, terms),
        readme: with_table(readme.read_text(encoding="utf-8"), family_table(catalog)),
        **described_models(project_dir),
    }


def main() -> None:
    """Write the pages that are not what they should be."""
    for path, text in generated_pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(PROJECT_DIR)}")


if __name__ == "__main__":
    main()
