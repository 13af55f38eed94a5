"""The comment above a macro becomes its description."""

from pathlib import Path

import pytest
import yaml

from orchestration.documentation.macros import (
    Argument,
    Macro,
    described_macros,
    described_rooms,
    macros_file,
)
from orchestration.errors import ConfigurationError

SQL = """\
{#-
    The days of a month, as rows.
    Exists to be tested: `10:30`, it's so.
    - month (string): SQL of the month
    - lengths (dict[string, integer]): its length, by year
-#}
{% macro days(month, lengths={'a': ', b)'}) -%}
select 1
{%- endmacro %}

{#- Nothing. -#}
{%- macro any_of() %}{% endmacro %}

{#- A table. -#}
{% materialization table, adapter='duckdb' %}
{% endmaterialization %}
"""


def test_sentences_are_the_description_and_lines_the_arguments() -> None:
    assert described_macros(SQL) == [
        Macro("any_of", "Nothing.", ()),
        Macro(
            "days",
            "The days of a month, as rows. Exists to be tested: `10:30`, it's so.",
            (
                Argument("month", "string", "SQL of the month"),
                Argument("lengths", "dict[string, integer]", "its length, by year"),
            ),
        ),
        Macro("materialization_table_duckdb", "A table.", ()),
    ]


def test_the_file_says_the_same_as_yaml() -> None:
    text = macros_file(described_macros(SQL))
    assert max(map(len, text.splitlines())) <= 120
    any_of, days, _ = yaml.safe_load(text)["macros"]
    assert any_of == {"name": "any_of", "description": "Nothing."}
    assert days["description"].strip().endswith("it's so.")
    assert days["arguments"][1] == {
        "name": "lengths",
        "type": "dict[string, integer]",
        "description": "Its length, by year",
    }


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("", "say in a comment right above days what it is"),
        ("{#- The days. -#}\n\n", "say in a comment right above days what it is"),
        ("{#- The days. -#}\n", r"has the arguments \['month', 'day'\], its comment tells \[\]"),
        ("{#- D.\n- day (string): d\n- month (string): m\n-#}\n", r"tells \['day', 'month'\]"),
        ("{#- D.\n- month (text): m\n- day (string): d\n-#}\n", "'text' of month is no type"),
    ],
)
def test_a_macro_that_is_not_described_as_it_is_is_named(
    comment: str, told: str, tmp_path: Path
) -> None:
    file = tmp_path / "macros" / "kpi" / "days.sql"
    file.parent.mkdir(parents=True)
    file.write_text(comment + "{% macro days(month, day) %}{% endmacro %}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"macros/kpi/days\.sql: .*" + told):
        described_rooms(tmp_path)
