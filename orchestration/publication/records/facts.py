"""What is told of a record in a list: its kind, its stage, its owner, its amount, whom it is about.

What belongs here: which published columns that is, by entity. What does not: which records (see
`lists.py`). A person is told by the pseudonym; only a source whose people are linked to gives
their CRM id, for the link. What customers wrote is not in what is published, nor here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dashboard.encoding import columnar, plain_column
from orchestration.publication.records.members import read_table

COLUMNS = ("entity", "source", "id", "link_id", "kind", "stage", "owner", "amount",
           "about_entity", "about_source", "about_id", "about_link_id")  # fmt: skip
"""What a page gets of each record."""

_STAGES = {
    "detected_on": "detected",
    "contacted_on": "contacted",
    "engaged_on": "engaged",
    "qualified_on": "qualified",
    "meeting_on": "meeting",
    "quoted_on": "quoted",
    "won_on": "won",
}
"""The days of `dim_prospects` and the stages that they are of, in their order."""

_FACTS: Mapping[str, str] = {
    "deals": """
        select source, deal_id as id, pipeline as kind, stage, rep_key, converted_amount as amount
        from core.fct_deals
    """,
    "orders": """
        select source, order_id as id, status as stage, rep_key, converted_net_amount as amount
        from core.fct_orders
    """,
    "quotes": """
        select source, quote_id as id, status as stage, rep_key, converted_amount as amount
        from core.fct_quotes
    """,
    "contracts": """
        select
            contracts.source, contract_id as id, accounts.owner_rep_key as rep_key,
            converted_monthly_amount as amount
        from core.fct_contracts as contracts
        left join core.dim_accounts as accounts using (account_key)
    """,
    "prospects": f"""
        select
            source, prospect_id as id, owner_rep_key as rep_key,
            case {
        " ".join(
            f"when {day} is not null then '{stage}'" for day, stage in reversed(_STAGES.items())
        )
    } end as stage
        from core.dim_prospects
    """,
    "costs": """
        select source, cost_id as id, any_value(cost_type) as kind, any_value(rep_key) as rep_key,
            sum(converted_amount) as amount
        from core.fct_costs
        where kind != 'rep_time'
        group by all
    """,
    "rep_time": """
        select source, cost_id as id, any_value(rep_key) as rep_key, sum(converted_amount) as amount
        from core.fct_costs
        where kind = 'rep_time'
        group by all
    """,
    "campaigns": """
        select source, campaign_id as id, channel as kind, converted_budget_amount as amount
        from core.dim_campaigns
    """,
    "tickets": """
        select source, voice_id as id, topic as kind from core.fct_customer_voices
        where kind = 'ticket'
    """,
    "survey_responses": """
        select source, voice_id as id, topic as kind, score::varchar as stage
        from core.fct_customer_voices
        where kind = 'survey_response'
    """,
    "reviews": """
        select source, voice_id as id, topic as kind, score::varchar as stage
        from core.fct_customer_voices
        where kind = 'review'
    """,
}
"""What the tables say of the records of an entity; of another entity nothing is told but its id."""


def told_records(
    connection: duckdb.DuckDBPyConnection, parquet: Path, linked: Sequence[str]
) -> dict[date, Any]:
    """Return the table of the records of each month, in the order of their places.

    Args:
        connection: holds the table `named`: the records, with month and place.
        parquet: the folder of the version's Parquet files.
        linked: the sources whose people are linked to by their CRM id.

    """
    activities = f"""
        select source, activity_id as id, channel as kind, outcome as stage, rep_key
        from {read_table(parquet, "core.fct_activities", by_month=True)}
    """
    facts = "\nunion all by name\n".join(
        f"select '{entity}' as entity, * from ({query})"
        for entity, query in {**_FACTS, "activities": activities}.items()
    )
    cursor = connection.execute(
        f"""
        with facts as (
            select * from ({facts})
            where (source, entity, id) in (
                select (record_source, record_entity, record_id) from named
            )
        )

        select
            named.period_start,
            named.record_entity as entity,
            named.record_source as source,
            {_shown("named.record", "people")} as id,
            {_linked("named.record")} as link_id,
            facts.kind,
            facts.stage,
            case when not reps.is_placeholder then reps.name end as owner,
            facts.amount::double as amount,
            named.subject_entity as about_entity,
            named.subject_source as about_source,
            {_shown("named.subject", "subjects")} as about_id,
            {_linked("named.subject")} as about_link_id
        from (
            select distinct on (period_start, place) * from named
        ) as named
        left join facts
            on
                named.record_entity = facts.entity
                and named.record_source = facts.source
                and named.record_id = facts.id
        left join core.dim_reps as reps using (rep_key)
        left join core.dim_prospects as people
            on
                named.record_entity = 'prospects'
                and named.record_source = people.source
                and named.record_id = people.prospect_id
        left join core.dim_prospects as subjects
            on
                named.subject_entity = 'prospects'
                and named.subject_source = subjects.source
                and named.subject_id = subjects.prospect_id
        order by named.period_start, named.place
        """,
        {"linked": list(linked)},
    )
    rows: dict[date, list[tuple[Any, ...]]] = {}
    for month, *told in cursor.fetchall():
        rows.setdefault(month, []).append(tuple(told))
    return {
        month: columnar(
            {
                name: plain_column(content)
                for name, content in zip(COLUMNS, zip(*own, strict=True), strict=True)
                if any(each is not None for each in content)
            }
        )
        for month, own in rows.items()
    }


def _shown(record: str, people: str) -> str:
    """Return the SQL of the id that a page shows: of a person never the one in the CRM."""
    return (
        f"case when {record}_entity = 'prospects' then {people}.prospect_key else {record}_id end"
    )


def _linked(record: str) -> str:
    """Return the SQL of a person's id in the CRM, where the source has a link for people."""
    return (
        f"case when {record}_entity = 'prospects' and list_contains($linked, {record}_source) "
        f"then {record}_id end"
    )
