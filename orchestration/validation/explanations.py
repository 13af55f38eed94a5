"""What may have made values of closed periods others: everything that somebody declared or sent.

What belongs here: comparing what two versions were made from, and which values a difference can
explain. What does not: finding the values (see `publication/restatements.py`) and judging those
that nothing explains (see `restated.py`).

An ordinary new load explains nothing: it is what brings a mistake.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import duckdb

from orchestration.files import short_name
from orchestration.formats.descriptions import GENERIC
from orchestration.kpis.catalogue import read_catalogue
from orchestration.landing.store import Store
from orchestration.paths import Paths
from orchestration.quoting import quoted_text
from orchestration.validation.held import read_held
from orchestration.validation.origins import Origins
from orchestration.validation.restated import KEY

_EVERYWHERE = frozenset(
    (
        *("accounts", "prospects", "reps", "campaigns", "products", "links"),
        *("deals", "deal_contacts", "deal_stages", "prospect_stages"),
        *("orders", "contracts", "quotes"),
    )
)
"""Entities that say who somebody is or becomes a customer, and so move events of any kind."""

Language = Literal["fr", "en"]

ACCEPTED = "accepted"

_WORDS: Mapping[str, Mapping[Language, str]] = {
    "release": {
        "en": "another release of the project or of its packages",
        "fr": "une autre version du projet ou de ses composants",
    },
    "reporting": {
        "en": "other settings of the reporting",
        "fr": "d'autres réglages du reporting",
    },
    "source": {
        "en": "other settings of the source {}",
        "fr": "d'autres réglages de la source {}",
    },
    "mapping": {
        "en": "another mapping of the source {}",
        "fr": "une autre correspondance de la source {}",
    },
    "reference": {"en": "another reference table {}", "fr": "une autre table de référence {}"},
    "own_kpis": {
        "en": "other definitions in kpis.yml",
        "fr": "d'autres définitions dans kpis.yml",
    },
    "first_source": {
        "en": "the first load of the source {}",
        "fr": "le premier chargement de la source {}",
    },
    "first_entity": {"en": "the first load of {}", "fr": "le premier chargement de {}"},
    "older_load": {
        "en": "a load of an older date, {}",
        "fr": "un chargement de date antérieure, {}",
    },
    "late_source": {
        "en": "days of which a source had not told yet: {}",
        "fr": "des jours dont une source n'avait encore rien dit : {}",
    },
    "released_load": {"en": "the released load {}", "fr": "le chargement accepté {}"},
    "links": {"en": "other links of the source {}", "fr": "d'autres liens de la source {}"},
    "days": {
        "en": "records of these days that had not come before: {}",
        "fr": "des lignes de ces jours qui n'étaient pas encore venues : {}",
    },
    ACCEPTED: {
        "en": "values that were held back and then released",
        "fr": "des valeurs retenues puis acceptées",
    },
}
"""What each explanation is called."""

_DATED = {
    "costs": ("cost_id", "incurred_on", "incurred_to"),
    "rep_time": ("(rep_id, month, channel)", "month", "month + interval 1 month - interval 1 day"),
    "fx_rates": ("(currency, rate_on)", "rate_on", "rate_on"),
}
"""Entities whose rows are about days: their key, first and last day."""


NEAR = 0.1
"""How far from an accepted value, as a share of it, a later one counts as accepted, too."""


@dataclass(frozen=True)
class Explanation:
    """Something declared or sent that makes values others.

    Attributes:
        kind: what it is, a key of `_WORDS`.
        name: of what.
        entities: the entities whose KPIs it moves; None for all KPIs.
        days: the days that it is about; None for all periods.
        is_own: whether it only moves the company's own KPIs.
        keeps_amounts: whether amounts over everything stay as they are.

    """

    kind: str
    name: str = ""
    entities: frozenset[str] | None = None
    days: Sequence[str] | None = None
    is_own: bool = False
    keeps_amounts: bool = False

    @property
    def what(self) -> str:
        """What it is, as `meta.restatements` says it."""
        return said_in("en", self.kind, self.name)


def said_in(language: Language, kind: str, name: str = "") -> str:
    """Return what an explanation is called."""
    return _WORDS[kind][language].format(name)


def explanations(
    connection: duckdb.DuckDBPyConnection,
    paths: Paths,
    then: Origins | None,
    now: Origins | None,
    told_until: Mapping[str, date],
) -> list[Explanation]:
    """Return what is different between what two versions were made from.

    Args:
        connection: has the new warehouse attached as `warehouse`.
        paths: the data folder.
        then: what the version before was made from; None when an older release made it.
        now: what the new one was made from.
        told_until: source → the newest day of which it had told the version before.

    """
    if then is None or now is None or then.release != now.release:
        return [Explanation("release")]
    found = [*_declared(then, now)]
    found += _sent(connection, paths, then, now, told_until)
    return found


def _declared(then: Origins, now: Origins) -> Iterator[Explanation]:
    """Yield what was declared otherwise."""
    if then.reporting != now.reporting:
        yield Explanation("reporting")
    for name in _changed(then.sources, now.sources, _sources(then)):
        yield Explanation("source", name)
    for name in _changed(then.mappings, now.mappings, _sources(then)):
        yield Explanation("mapping", name)
    for name in _changed(then.reference, now.reference, {*now.reference}):
        yield Explanation("reference", name)
    if then.own_kpis != now.own_kpis:
        yield Explanation("own_kpis", is_own=True)


def _changed(then: Mapping[str, str], now: Mapping[str, str], known: set[str]) -> list[str]:
    """Return the names of which something else is said, of what was `known` before."""
    names = sorted({*then, *now})
    return [name for name in names if name in known and then.get(name) != now.get(name)]


def _sources(origins: Origins) -> set[str]:
    return {load_id.rpartition("@")[0] for load_id in origins.loads}


def _sent(
    connection: duckdb.DuckDBPyConnection,
    paths: Paths,
    then: Origins,
    now: Origins,
    told_until: Mapping[str, date],
) -> Iterator[Explanation]:
    """Yield what the new loads bring that does not belong to an ordinary day."""
    known = {*then.loads}
    new = [load_id for load_id in now.loads if load_id not in known]
    if not new:
        return
    supplied = _supplied(paths, then.loads)
    newest: dict[str, str] = {}
    for load_id in then.loads:
        source, _, at = load_id.rpartition("@")
        newest[source] = max(newest.get(source, ""), at[:15])
    released = {each.load_id for each in read_held(paths) if each.decision == "released"}
    until = {short_name(source): day for source, day in told_until.items()}
    for load_id in new:
        source, _, at = load_id.rpartition("@")
        entities = _supplied(paths, [load_id]).get(source, frozenset())
        if source not in newest:
            yield Explanation("first_source", source, entities)
            continue
        for entity in sorted(entities - supplied.get(source, frozenset())):
            yield Explanation("first_entity", f"{source}/{entity}", frozenset([entity]))
        if at[:15] < newest[source]:
            yield Explanation("older_load", load_id, entities)
        days = _days_after(until.get(source), at)
        if days:
            yield Explanation("late_source", f"{source}, {days[0]} – {days[-1]}", entities, days)
        if load_id in released:
            yield Explanation("released_load", load_id, entities)
        if "links" in entities and _has_other_links(paths, load_id, then.loads):
            yield Explanation("links", source, keeps_amounts=True)
    for entity in _DATED:
        days = _new_days(connection, entity, new)
        if days:
            moved = None if entity == "fx_rates" else frozenset([entity])
            yield Explanation("days", f"{entity}, {days[0]} – {days[-1]}", moved, days)


def _days_after(told: date | None, at: str) -> Sequence[str]:
    """Return the days of which a source had not told before a load."""
    if told is None:
        return ()
    count = (datetime.strptime(at[:8], "%Y%m%d").date() - told).days
    return [(told + timedelta(days=number)).isoformat() for number in range(1, count + 1)]


def _supplied(paths: Paths, loads: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return which entities loads have rows of, by source."""
    ids = {*loads}
    found: dict[str, set[str]] = {}
    for folder in (paths.landing / GENERIC, paths.translated):
        for path in folder.glob("[!_]*/*@*.parquet"):
            if path.stem in ids:
                found.setdefault(path.stem.rpartition("@")[0], set()).add(path.parent.name)
    return {source: frozenset(entities) for source, entities in found.items()}


def _has_other_links(paths: Paths, load_id: str, earlier: Sequence[str]) -> bool:
    """Tell whether the links of a load are not those of the load of its source before it."""
    store = Store(paths.landing)
    source = load_id.rpartition("@")[0]
    folder = paths.landing / GENERIC / "links"
    before = sorted(
        each
        for each in earlier
        if each.rpartition("@")[0] == source and (folder / f"{each}.parquet").exists()
    )
    return not before or _links(store, load_id) != _links(store, before[-1])


def _links(store: Store, load_id: str) -> set[str | None]:
    return {file.sha256 for file in store.landed(load_id).files if file.entity == "links"}


def _new_days(
    connection: duckdb.DuckDBPyConnection, entity: str, new: Sequence[str]
) -> Sequence[str]:
    """Return the days of an entity's rows of new loads whose key no other load has."""
    key, first, last = _DATED[entity]
    table = f"stg_generic__{entity}"
    exists = connection.execute(
        """
        select 1 from duckdb_columns()
        where database_name = 'warehouse' and table_name = ? and column_name = 'load_id'
        """,
        [table],
    ).fetchone()
    if exists is None:
        return []
    rows = connection.execute(
        f"""
        with records as (
            select source, {key} as record, ({first})::date as first_day,
                ({last})::date as last_day,
                load_id in (select unnest($new)) as is_new
            from warehouse.staging.{table}
            where reject_rule is null
        ),

        added as (
            select min(first_day) as first_day, max(coalesce(last_day, first_day)) as last_day
            from records
            group by source, record
            having bool_and(is_new)
        )

        select distinct unnest(generate_series(first_day, last_day, interval 1 day))::date::varchar
        from added
        where last_day < first_day + interval 10 year
        order by all
        """,
        {"new": list(new)},
    ).fetchall()
    return [row[0] for row in rows]


def explain(
    connection: duckdb.DuckDBPyConnection, found: Iterable[Explanation], accepted: Path | None
) -> None:
    """Say in the table `restatements` what explains each value that something explains.

    Args:
        connection: has the table.
        found: what is different.
        accepted: the values of a version that was held back and then released; None for none.

    """
    if accepted is not None and accepted.exists():
        connection.execute(
            f"""
            update restatements set explained_by = {quoted_text(said_in("en", ACCEPTED))}
            from read_parquet({quoted_text(accepted)}) as accepted
            where
                {_same_value("restatements", "accepted")}
                and (
                    restatements.value_now is not distinct from accepted.value_now
                    or abs(restatements.value_now - accepted.value_now)
                    <= {NEAR} * abs(accepted.value_now)
                )
            """
        )
    for each in found:
        conditions = ["explained_by is null", *_conditions(each)]
        connection.execute(
            f"update restatements set explained_by = $what where {' and '.join(conditions)}",
            {"what": each.what},
        )


def _same_value(one: str, other: str) -> str:
    return " and ".join(f"{one}.{name} is not distinct from {other}.{name}" for name in KEY)


def _conditions(explanation: Explanation) -> Iterator[str]:
    if explanation.is_own:
        yield "kpi_id in (select kpi_id from warehouse.kpi.kpi_catalog where is_own)"
    if explanation.entities is not None and not explanation.entities & _EVERYWHERE:
        others = ", ".join(map(quoted_text, _not_made_of(explanation.entities)))
        yield f"kpi_id not in ({others})" if others else "true"
    if explanation.keeps_amounts:
        amounts = "select kpi_id from warehouse.kpi.kpi_catalog where unit = 'amount'"
        yield f"(dimension != 'all' or kpi_id not in ({amounts}))"
    if explanation.days is not None:
        listed = ", ".join(f"date {quoted_text(day)}" for day in explanation.days)
        yield f"""exists (
            select 1 from (select unnest([{listed}]) as day)
            where day >= period_start and day < case grain
                when 'day' then period_start + interval 1 day
                when 'week' then period_start + interval 7 day
                when 'half_month' then
                    case day(period_start)
                        when 1 then period_start + interval 15 day
                        else last_day(period_start) + interval 1 day
                    end
                when 'month' then period_start + interval 1 month
                when 'quarter' then period_start + interval 3 month
                when 'year' then period_start + interval 1 year
            end
        )"""


def _not_made_of(entities: frozenset[str]) -> list[str]:
    """Return the KPIs all of whose terms count what these entities do not supply."""
    catalogue = read_catalogue()
    return [
        kpi_id
        for kpi_id, kpi in catalogue.kpis.items()
        if kpi.terms
        and not any(entities & {*catalogue.events[term.event].supplied_by} for term in kpi.terms)
    ]
