"""Which CTEs of a model are read in place, and which DuckDB may compute once and keep."""

import re
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest

KINDS = {"deals": True, "deals_of": True, "paths": False, "others": None}
"""Whether a model that is referred to is a table; None: there is nothing yet."""

BUILT = {
    f'"w"."core"."{name}"': None if is_table is None else SimpleNamespace(is_table=is_table)
    for name, is_table in KINDS.items()
}


def in_place(repo_root: Path, sql: str) -> str:
    """Return what the macro makes of a model that refers to all of `KINDS`."""
    text = (repo_root / "macros" / "engine" / "imports_in_place.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(
        modules=SimpleNamespace(re=re),
        model=SimpleNamespace(refs=[SimpleNamespace(name=name) for name in KINDS]),
        ref=lambda name: f'"w"."core"."{name}"',
        load_cached_relation=lambda relation: BUILT[relation],
    )
    macros = vars(environment.from_string(text).module)
    return str(macros["imports_in_place"](sql))


@pytest.mark.parametrize(
    "cte",
    [
        'a as (select * from "w"."core"."deals")',
        'a as (\n    select * from "w"."core"."deals"\n    where status = \'won\'\n)',
    ],
)
def test_an_import_of_a_table_is_read_in_place(repo_root: Path, cte: str) -> None:
    expected = cte.replace("a as (", "a as not materialized (")
    sql = f"with {cte}, b as (select key from a) from a inner join b using (key)"
    assert in_place(repo_root, sql) == sql.replace(cte, expected)


def test_each_import_is_read_in_place_wherever_it_stands(repo_root: Path) -> None:
    """Twice, within another CTE, behind a comment, with a bracket in a text."""
    sql = """
        with a as (select * from "w"."core"."deals"), -- not as it was, but as (a table
        b as (
            with c as (
                select * from "w"."core"."deals"
                where reason = ')'
            )
            select * from c inner join a using (key)
        )
        from b inner join a using (key)
    """
    expected = sql.replace("a as (select", "a as not materialized (select")
    assert in_place(repo_root, sql) == expected.replace("c as (", "c as not materialized (")


@pytest.mark.parametrize(
    "cte",
    [
        'a as (select * from "w"."core"."paths")',
        'a as (select * from "w"."core"."others")',
        'a as (select * from "w"."core"."landed")',
        'a as (select key from "w"."core"."deals")',
        'a as (select * from "w"."core"."deals" group by all)',
        'a as (select * from "w"."core"."deals" where won limit 1)',
        'a as (select * from "w"."core"."deals" where key in (select 1))',
        'a as (select * from "w"."core"."deals_of_others")',
    ],
)
def test_what_computes_is_left_alone(repo_root: Path, cte: str) -> None:
    assert in_place(repo_root, f"with {cte} from a") == f"with {cte} from a"
