"""Writing the site of one published version into its folder.

What belongs here: which files the site has and what is in each. What does not: the queries (see
`reading.py`), how data are written (`encoding.py`) and the pages (`assets/`, `texts/`,
`templates/`).

    index.html                      the frame of the pages
    assets/                         style sheet, scripts, plotly
    data/start.js                   catalogue, filters, freshness: what every page needs
    data/texts/<language>.js        every text of the pages
    data/<dimension>/<grain>.js     every KPI by that dimension and grain, loaded when asked for
    data/funnel/<dimension>.js      the funnel
    data/subjects/<table>.js        the other marts
    data/records/<month>.js         the records behind the numbers of a month, when they are listed
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import compress
from pathlib import Path
from typing import Any

import plotly
import yaml
from jinja2 import Environment, StrictUndefined

from dashboard.encoding import columnar, plain, script, script_of_json
from dashboard.reading import (
    HISTORY,
    SEGMENT_TABLES,
    STATISTICS,
    SUBJECT_TABLES,
    PublishedVersion,
)
from dashboard.sentences import conclusion_remarks, conclusion_sentence
from dashboard.series import YEAR_AGO
from dashboard.standing import calls, deals, stages
from dashboard.wording import Language, Wording
from dashboard.writing import SiteWriter

LANGUAGES: tuple[Language, ...] = ("fr", "en")
CONCLUSIONS = "kpi.kpi_conclusions"
LISTED = "listed"
"""Said of the records of a site that lists them."""

Lists = Callable[[Mapping[str, Sequence[str]]], Iterable[tuple[str, Any]]]
"""What yields the files of lists of records, by key, when told the values that pages show."""

SHORT_CYCLE_DAYS = 30
"""Up to this median sales cycle a company is best seen by half months."""

SCRIPTS = (
    "store.js",
    "format.js",
    "elements.js",
    "scrolling.js",
    "charts.js",
    "blocks/records.js",
    "blocks/values.js",
    "blocks/names.js",
    "blocks/conclusions.js",
    "blocks/cards.js",
    "blocks/series.js",
    "blocks/trend.js",
    "blocks/returns.js",
    "blocks/sortable.js",
    "blocks/tables.js",
    "blocks/heat.js",
    "blocks/targets.js",
    "blocks/outlook.js",
    "blocks/standing.js",
    "blocks/reasons.js",
    "blocks/profiles.js",
    "blocks/budget.js",
    "blocks/missing.js",
    "blocks/compare.js",
    "pages/frame.js",
    "pages/overview.js",
    "pages/trends.js",
    "pages/funnel.js",
    "pages/activity.js",
    "pages/campaigns.js",
    "pages/team.js",
    "pages/pipeline.js",
    "pages/customers.js",
    "pages/quality.js",
    "pages/records.js",
    "pages/report.js",
    "comparing.js",
    "main.js",
)
"""In the order in which a page loads them: first what all use, then a file per kind of block and
per page, in the order of the navigation."""


@dataclass(frozen=True)
class Facts:
    """What a site says of the version it shows.

    Attributes:
        version: its name.
        as_of: the day at which everything is seen.
        published_at: when it was written, UTC.
        settings: the reporting settings: language, currency, headline_kpis, report_rhythm.
        held_back: what part of the input is not in it, a line each.
        checks: the checks before publication and what each has found so far.
        held_batches: the batches that were ever held back.
        refused: the files that were refused or held back whole: entity, source, file, outcome,
            and why in each language, without a cell of theirs.
        linked_people: the sources whose people a link leads to, by their CRM id.

    """

    version: str
    as_of: date | None
    published_at: datetime
    settings: Mapping[str, Any] = field(default_factory=dict)
    held_back: Sequence[str] = ()
    checks: Sequence[Mapping[str, Any]] = ()
    held_batches: Sequence[Mapping[str, Any]] = ()
    refused: Sequence[Mapping[str, Any]] = ()
    linked_people: Sequence[str] = ()

    @property
    def records(self) -> str:
        """Whether the records behind the numbers are `listed`; else why not: `off`, `no_ids`."""
        if not self.settings.get("dashboard_records"):
            return "off"
        return LISTED if self.settings.get("publish_crm_ids", True) else "no_ids"

    @property
    def language(self) -> str:
        """The language that a page opens in."""
        wanted = self.settings.get("language")
        return wanted if wanted in LANGUAGES else LANGUAGES[0]

    @property
    def currency(self) -> str:
        """The currency of every amount."""
        return self.settings.get("currency") or "EUR"

    @property
    def fiscal_year_start_month(self) -> int:
        """The month in which the company's year begins."""
        return self.settings.get("fiscal_year_start_month") or 1


def build_site(
    database: Path,
    facts: Facts,
    folder: Path,
    previous: Path | None = None,
    memory_limit: str | None = None,
    lists: Lists | None = None,
) -> bool:
    """Write the site of the version in `database` into `folder`.

    Args:
        database: the published `prospection.duckdb`.
        facts: what is known of the version.
        folder: where to; it must not exist.
        previous: the site of an older version, whose unchanged files are linked.
        memory_limit: the memory that DuckDB may take, such as `2GB`; None for its own.
        lists: the lists of records behind the numbers; None for no lists.

    Returns:
        Whether there were KPI values to show. Nothing is written when there were none.

    """
    with PublishedVersion.open(database, memory_limit) as version:
        if not version.has_values:
            return False
        write = SiteWriter(folder, previous)
        start = start_data(version, facts)
        available = write_data(version, start, facts, write, lists)
        start["files"] = sorted(available)
        start["plotly"] = f"assets/{plotly_name()}"
        write("data/start.js", script("start", start))
    for name in ("dashboard.css", *SCRIPTS):
        write(f"assets/{name}", asset(name))
    write.copy(f"assets/{plotly_name()}", files("plotly") / "package_data" / "plotly.min.js")
    first = (f"texts/{facts.language}", f"all/{start['first_grain']}")
    write("index.html", page(facts, first_data=[f"data/{key}.js" for key in first]))
    return True


def start_data(version: PublishedVersion, facts: Facts) -> dict[str, Any]:
    """Return what every page needs before anything else."""
    dimensions = version.dimensions()
    headline = list(facts.settings.get("headline_kpis") or ())
    catalog = version.catalog()
    by_default = list(compress(catalog.get("kpi_id", ()), catalog.pop("is_headline", ())))
    periods = version.periods()
    return {
        "version": facts.version,
        "as_of": plain(facts.as_of),
        "published_at": plain(facts.published_at.replace(tzinfo=None)),
        "language": facts.language,
        "currency": facts.currency,
        "fiscal_year_start_month": facts.fiscal_year_start_month,
        "first_grain": first_grain(version, facts, list(periods)),
        "headline": headline or by_default,
        "catalog": columnar(catalog),
        "without_values": version.without_values(),
        "grains": [grain for grain in HISTORY if grain in periods],
        "periods": periods,
        "months": len(periods.get("month", ())),
        "ahead": version.periods_ahead(periods),
        "year_ago": YEAR_AGO,
        "statistics": list(STATISTICS),
        "dimensions": [
            {
                "name": dimension.name,
                "grains": list(dimension.grains),
                "values": [list(value) for value in dimension.values],
                "count": dimension.value_count,
            }
            for dimension in dimensions
        ],
        "freshness": version.freshness(),
        "held_back": list(facts.held_back),
        "refused": [dict(file) for file in facts.refused],
        "records": facts.records,
    }


def text_files(version: PublishedVersion) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every text of the pages by key, a file per language: a reader needs one of them."""
    known = texts() | version.event_words()
    for language in LANGUAGES:
        yield f"texts/{language}", {key: words[language] for key, words in known.items()}


def first_grain(version: PublishedVersion, facts: Facts, grains: Sequence[str]) -> str:
    """Return the grain a page opens with: the report rhythm, as far as it is published."""
    rhythm = facts.settings.get("report_rhythm")
    if rhythm not in ("half_month", "month"):
        cycle = version.newest_value("sales_cycle_days", "median", "year")
        is_short = cycle is not None and cycle <= SHORT_CYCLE_DAYS
        rhythm = "half_month" if is_short else "month"
    return rhythm if rhythm in grains else grains[-1]


def write_data(
    version: PublishedVersion,
    start: Mapping[str, Any],
    facts: Facts,
    write: Callable[[str, str], None],
    lists: Lists | None = None,
) -> list[str]:
    """Write the data files other than `start.js` and return their keys."""
    keys: list[str] = []

    def put(key: str, content: Any) -> None:
        write(f"data/{key}.js", script(key, content))
        keys.append(key)

    for key, words in text_files(version):
        put(key, words)
    values = {"all": ["all"]} | {
        dimension["name"]: [value for value, _ in dimension["values"]]
        for dimension in start["dimensions"]
    }
    for name, grain, text in version.series(start["periods"], values):
        write(f"data/{name}/{grain}.js", script_of_json(f"{name}/{grain}", text))
        keys.append(f"{name}/{grain}")
    for name, some in values.items():
        if funnel := version.funnel(name, some):
            put(f"funnel/{name}", columnar(funnel))
    if said := conclusions(version, facts):
        put("subjects/kpi_conclusions", said)
    for name in SUBJECT_TABLES:
        if name != CONCLUSIONS and (table := version.subject(name)):
            put(f"subjects/{own_name(name)}", table)
    for name in SEGMENT_TABLES:
        for dimension in values:
            if table := version.subject(name, dimension):
                put(f"subjects/{own_name(name)}/{dimension}", table)
    for name, table in standing_tables(version, facts).items():
        put(f"subjects/{name}", table)
    others: Mapping[str, Mapping[str, Sequence[Any]]] = {
        "attribution": version.attribution(),
        "rejects": version.rejects(),
        "checks": _by_column(facts.checks),
        "held_batches": _by_column(facts.held_batches),
    }
    for name, content in others.items():
        if content:
            put(f"subjects/{name}", columnar(content))
    for key, content in lists(values) if lists else ():
        put(key, content)
    return keys


def conclusions(version: PublishedVersion, facts: Facts) -> dict[str, Any] | None:
    """Return the conclusions as a page reads them, in words; None where nothing concludes."""
    if CONCLUSIONS not in version.columns:
        return None
    table = version.subject_columns(CONCLUSIONS)
    return columnar(in_words(table, version, facts), version.row_count(CONCLUSIONS))


def in_words(
    table: dict[str, list[Any]], version: PublishedVersion, facts: Facts
) -> dict[str, list[Any]]:
    """Return the columns of some conclusions with what is said of each in both languages."""
    measures = version.measures()
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    for language in LANGUAGES:
        say = Wording(texts(), language, facts.currency, facts.fiscal_year_start_month)
        table[f"sentence_{language}"] = [conclusion_sentence(row, measures, say) for row in rows]
        table[f"remarks_{language}"] = [conclusion_remarks(row, say) for row in rows]
        for name in (f"name_{language}", f"advice_{language}"):  # these are in the sentences
            table.pop(name, None)
    return table


def standing_tables(version: PublishedVersion, facts: Facts) -> dict[str, dict[str, Any]]:
    """Return the pipeline as it stands; deals and people are listed where records are."""
    tables = {"open_stages": stages(version, facts.as_of)}
    if facts.records == LISTED:
        tables |= {"open_deals": deals(version, facts.as_of), **calls(version, facts.linked_people)}
    return {name: table for name, table in tables.items() if table is not None}


def _by_column(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def own_name(table: str) -> str:
    """Return the name of a table without that of its schema, as its data file has it."""
    return table.partition(".")[2]


def page(facts: Facts, first_data: Sequence[str] = (), inline: str = "") -> str:
    """Return the HTML of the frame.

    Args:
        facts: what is known of the version.
        first_data: the data files that the first view needs.
        inline: scripts that hand over the data; then everything is inside the one file.

    """
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        (_folder() / "templates" / "index.html.j2").read_text(encoding="utf-8")
    )
    return template.render(
        language=facts.language,
        text=lambda key: texts()[key][facts.language],
        scripts=SCRIPTS,
        first_data=first_data,
        inline=inline,
        style=asset("dashboard.css") if inline else "",
        code="\n".join(asset(name) for name in SCRIPTS[1:]) if inline else "",
        store=asset(SCRIPTS[0]) if inline else "",
    )


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return every text of the pages by key and language: a file per page in `texts/`.

    Raises:
        ValueError: two files have a text of one key.

    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, where PyYAML has it
    content: dict[str, dict[str, str]] = {}
    for file in sorted((_folder() / "texts").iterdir(), key=lambda each: each.name):
        own: dict[str, dict[str, str]] = yaml.load(file.read_text(encoding="utf-8"), loader)
        if twice := sorted(set(own) & set(content)):
            raise ValueError(f"dashboard/texts/{file.name}: also in another file: {twice}")
        content |= own
    return content


def asset(name: str) -> str:
    """Return the text of a style sheet or script of our own."""
    return (_folder() / "assets" / name).read_text(encoding="utf-8")


def plotly_name() -> str:
    """Return the file name of the chart library, which tells its version."""
    return f"plotly-{plotly.__version__}.min.js"


def _folder() -> Traversable:
    return files("dashboard")
