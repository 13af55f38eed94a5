"""How many references find the record that they point to.

What belongs here: counting, for every reference that the format describes, as the warehouse looks
them up: in the source itself, then in those that it refers to; people also by address. What does
not: merging records of several sources.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from orchestration.formats.descriptions import GENERIC, Column, Entity, known_formats
from orchestration.inspection.findings import LinkFinding
from orchestration.inspection.rows import Rows
from orchestration.quoting import quoted_name, quoted_text

PERSON = "person"
_ADDRESSES = {"email": "email", "linkedin": "linkedin_url", "phone": "phone"}


def links(
    rows: Rows,
    refers_to: Mapping[str, Sequence[str]],
    addresses: Sequence[Path],
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[LinkFinding]:
    """Yield the references by source.

    Args:
        rows: the rows of the entities.
        refers_to: source → the sources whose ids it uses besides its own.
        addresses: files of the addresses in one form each, as landing writes them.
        connection: what counts.

    """
    pairs = [(source, source) for source in refers_to]
    pairs += [(source, other) for source, others in refers_to.items() for other in others]
    connection.execute("create or replace temp table reachable (source varchar, other varchar)")
    if pairs:
        connection.executemany("insert into reachable values (?, ?)", pairs)
    entities = known_formats()[GENERIC].entities
    for entity in entities.values():
        if entity.name not in rows:
            continue
        for column in entity.columns:
            if column.points_to is not None:
                yield from _by_id(rows, entity, column, entities[column.points_to], connection)
    if "activities" in rows and "prospects" in rows and addresses:
        yield from _by_person(rows, addresses, connection)


def _by_id(
    rows: Rows,
    entity: Entity,
    column: Column,
    target: Entity,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[LinkFinding]:
    key = quoted_name(next(each.name for each in target.columns if each.is_key))
    cell = quoted_name(column.name)
    known = "select null::varchar as source, null::varchar as id where false"
    if target.name in rows:
        known = f"""
            select distinct reachable.source, trim({key}) as id
            from {rows.relation(target.name)} as target
            inner join reachable on target._source = reachable.other
        """
    found = connection.execute(
        f"""
        select given._source, count({cell}), count(known.id), count(*)
        from (
            select _source, nullif(trim({cell}), '') as {cell}
            from {rows.relation(entity.name)} as listed
        ) as given
        left join ({known}) as known
            on given._source = known.source and given.{cell} = known.id
        group by all
        having count({cell}) > 0
        order by all
        """
    ).fetchall()
    for source, filled, hits, number in found:
        yield LinkFinding(source, entity.name, column.name, target.name, filled, hits, number)


def _by_person(
    rows: Rows, addresses: Sequence[Path], connection: duckdb.DuckDBPyConnection
) -> Iterator[LinkFinding]:
    """Yield how many activities find a person by id or by an address that a prospect has."""
    listed = ", ".join(quoted_text(str(path)) for path in addresses)
    of_people = " union ".join(
        f"select _source as source, '{kind}' as kind, {column} as written "
        f"from {rows.relation('prospects')} as prospects where {column} is not null"
        for kind, column in _ADDRESSES.items()
    )
    joins = "\n".join(
        f"left join reached as of_{kind} on given._source = of_{kind}.source "
        f"and of_{kind}.kind = '{kind}' and given.{column} = of_{kind}.written"
        for kind, column in _ADDRESSES.items()
    )
    reached = ", ".join(f"of_{kind}.written" for kind in _ADDRESSES)
    columns = ", ".join(f"nullif(trim({each}), '')" for each in _ADDRESSES.values())
    found = connection.execute(
        f"""
        with written as (select distinct * from read_parquet([{listed}])),

        people as ({of_people}),

        reached as (
            select distinct written.source, written.kind, written.written
            from written
            semi join (
                select written.kind, written.address
                from written
                inner join people using (source, kind, written)
            ) as known using (kind, address)
        ),

        people_by_id as (
            select distinct reachable.source, trim(prospect_id) as prospect_id
            from {rows.relation("prospects")} as prospects
            inner join reachable on prospects._source = reachable.other
        ),

        named as (
            select
                given._source,
                coalesce(nullif(trim(given.prospect_id), ''), {columns}) as person,
                coalesce(by_id.prospect_id, {reached}) as found
            from {rows.relation("activities")} as given
            left join people_by_id as by_id
                on given._source = by_id.source and trim(given.prospect_id) = by_id.prospect_id
            {joins}
        )

        select _source, count(person), count(found), count(*)
        from named
        group by all
        having count(person) > 0
        order by all
        """
    ).fetchall()
    for source, filled, hits, number in found:
        yield LinkFinding(source, "activities", PERSON, "prospects", filled, hits, number)
