"""What the contracts say of keys is read from the manifest."""

from typing import Any

import pytest

from orchestration.errors import ConfigurationError
from orchestration.publication.keys import ForeignKey, foreign_keys, primary_key


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
