"""What is published: schemas, columns, identifiers."""

from typing import Any

import pytest

from orchestration.publication.contents import identifier_of, published_tables


def node(schema: str, name: str, meta: dict[str, Any] | None = None, **columns: Any) -> Any:
    return {
        "resource_type": "model",
        "schema": schema,
        "alias": name,
        "description": "",
        "config": {"meta": meta or {}},
        "columns": columns,
    }


def column(identifier: str) -> dict[str, Any]:
    return {"description": "", "config": {"meta": {"identifier": identifier}}}


PROSPECTS = {
    "prospect_key": "BIGINT",
    "prospect_id": "VARCHAR",
    "email": "VARCHAR",
    "contact_id": "VARCHAR",
    "country": "VARCHAR",
}
MANIFEST = {
    "nodes": {
        "a": node("core", "dim_prospects", contact_id=column("crm_id")),
        "b": node("core", "fct_activities", {"publish": "parquet", "by_month": "occurred_on"}),
        "c": node("intermediate", "int_prospects"),
        "d": node("kpi", "kpi_events", {"publish": False}),
        "e": node("kpi", "kpi_dropped_long_ago"),
    }
}
WAREHOUSE = {
    "core.dim_prospects": PROSPECTS,
    "core.fct_activities": {"occurred_on": "DATE"},
    "intermediate.int_prospects": PROSPECTS,
    "kpi.kpi_events": {"event": "VARCHAR"},
    "core.left_by_a_removed_model": PROSPECTS,
}


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("email", {}, "direct"),
        ("phone", {}, "direct"),
        ("email", column("none"), "none"),
        ("nickname", column("direct"), "direct"),
        ("nickname", {"meta": {"identifier": "direct"}}, "direct"),
        ("prospect_key", {}, "key"),
        ("referred_prospect_key", {}, "key"),
        ("prospect_id", {}, "crm_id"),
        ("account_key", {}, "none"),
    ],
)
def test_a_column_is_what_is_declared_else_what_its_name_says(
    name: str, properties: dict[str, Any], expected: str
) -> None:
    assert identifier_of(name, properties) == expected


def test_only_models_of_the_published_schemas_that_exist_and_are_not_internal() -> None:
    tables = published_tables(MANIFEST, WAREHOUSE)
    assert [table.full_name for table in tables] == ["core.dim_prospects", "core.fct_activities"]
    assert [table.is_in_database for table in tables] == [True, False]
    assert tables[1].month_column == "occurred_on"


def test_direct_identifiers_are_left_out_and_the_key_becomes_a_pseudonym() -> None:
    columns = published_tables(MANIFEST, WAREHOUSE)[0].columns
    assert [each.name for each in columns] == [
        "contact_id",
        "prospect_key",
        "prospect_id",
        "country",
    ]
    assert [each.name for each in columns if each.is_pseudonym] == ["prospect_key"]


def test_crm_ids_are_left_out_on_demand() -> None:
    columns = published_tables(MANIFEST, WAREHOUSE, publish_crm_ids=False)[0].columns
    assert [each.name for each in columns] == ["prospect_key", "country"]


def test_columns_are_in_the_order_of_the_contract() -> None:
    declared = node("kpi", "kpi_values", month={}, value={})
    warehouse = {"kpi.kpi_values": {"extra": "DATE", "value": "DOUBLE", "month": "DATE"}}
    (table,) = published_tables({"nodes": {"values": declared}}, warehouse)
    assert [(each.name, each.kind) for each in table.columns] == [
        ("month", "DATE"),
        ("value", "DOUBLE"),
        ("extra", "DATE"),
    ]
