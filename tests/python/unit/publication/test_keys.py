"""What the contracts say of keys is read from the manifest."""

from typing import Any

import pytest

from orchestration.errors import ConfigurationError
from orchestration.publication.contents import PublishedColumn, PublishedTable
from orchestration.publication.keys import ForeignKey, foreign_keys, primary_key
from orchestration.publication.references import published_keys


def to(expression: str | None) -> dict[str, Any]:
    return {"type": "foreign_key", "expression": expression}


LINES = {
    "name": "fct_order_lines",
    "constraints": [{"type": "primary_key", "columns": ["order_key", "line_number"]}],
    "columns": {
        "order_key": {"constraints": [to("core.fct_orders (order_key)")]},
        "line_number": {"constraints": []},
        "amount": {},
    },
}


def test_a_key_of_several_columns_is_the_models() -> None:
    assert primary_key(LINES) == ("order_key", "line_number")


def test_a_key_of_one_column_is_the_columns() -> None:
    columns = {"order_key": {"constraints": [{"type": "primary_key"}]}, "amount": {}}
    assert primary_key({"name": "fct_orders", "columns": columns}) == ("order_key",)
    assert primary_key({"name": "meta_rejects", "constraints": [], "columns": {}}) == ()


def test_a_foreign_key_names_table_and_columns() -> None:
    assert foreign_keys(LINES) == [ForeignKey(("order_key",), "core", "fct_orders", ("order_key",))]
    assert foreign_keys(LINES)[0].full_name == "core.fct_orders"


def test_a_foreign_key_of_two_columns_is_the_models() -> None:
    constraint = {**to("core.dim_rep_periods (rep_key, valid_from)"), "columns": ["rep", "since"]}
    (key,) = foreign_keys({"name": "facts", "constraints": [constraint], "columns": {}})
    assert (key.columns, key.to_columns) == (("rep", "since"), ("rep_key", "valid_from"))


@pytest.mark.parametrize("expression", [None, "dim_reps", "core.dim_reps", "core.dim_reps ()"])
def test_a_foreign_key_that_does_not_say_where_to_is_named(expression: str | None) -> None:
    columns = {"rep_key": {"constraints": [to(expression)]}}
    with pytest.raises(ConfigurationError, match=r"fct_deals: the foreign key of rep_key says"):
        foreign_keys({"name": "fct_deals", "columns": columns})


def table(name: str, *columns: str) -> PublishedTable:
    return PublishedTable("core", name, tuple(PublishedColumn(each, "BIGINT") for each in columns))


def test_a_version_says_only_keys_whose_columns_and_tables_it_has() -> None:
    orders = {
        "name": "fct_orders",
        "constraints": [],
        "columns": {
            "order_key": {"constraints": [{"type": "primary_key"}]},
            "rep_key": {"constraints": [to("core.dim_reps (rep_key)")]},
        },
    }
    nodes = {
        node["name"]: {**node, "schema": "core", "alias": node["name"], "resource_type": "model"}
        for node in (LINES, orders)
    }
    lines = table("fct_order_lines", "order_key", "line_number", "amount")
    whole = published_keys({"nodes": nodes}, [lines, table("fct_orders", "order_key", "rep_key")])
    assert whole["core.fct_order_lines"] == {
        "key": ["order_key", "line_number"],
        "references": [
            {"columns": ("order_key",), "to": "core.fct_orders", "to_columns": ("order_key",)}
        ],
    }
    assert whole["core.fct_orders"] == {"key": ["order_key"], "references": []}
    without = published_keys({"nodes": nodes}, [table("fct_order_lines", "order_key", "amount")])
    assert without == {"core.fct_order_lines": {"key": [], "references": []}}
