"""One hand in all SQL, where sqlfluff does not look: Jinja, macros, the layout of `with`.

What belongs here: what `CONTRIBUTING.md` says of style and `.sqlfluff` cannot hold. What does not:
what the linter finds.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

WIDTH = 88
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", flags=re.S)
STRING = re.compile(r"\"[^\"]*\"|'[^']*'")


def sql_files(repo_root: Path) -> Iterator[Path]:
    for folder in ("macros", "models", "tests/dbt"):
        yield from sorted((repo_root / folder).rglob("*.sql"))


def without_comments(sql: str) -> str:
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", sql, flags=re.S)


def double_quoted(sql: str) -> list[str]:
    """Return the strings of Jinja in double quotes that could have single ones."""
    return [
        string
        for code in JINJA.finditer(sql)
        # inside an SQL string single quotes would end it for whoever reads
        if sql[code.start() - 1 : code.start()] != "'"
        for string in STRING.findall(code[0])
        if string[0] == '"' and "'" not in string
    ]


def lonely_with(sql: str) -> list[str]:
    """Return each `with` that stands on a line without its first CTE."""
    return re.findall(r"^with(?: recursive)?$", sql, flags=re.M)


def spread_imports(sql: str) -> list[str]:
    """Return the imports that are spread over lines though they fit on one."""
    found = re.findall(
        r"^((?:with )?\w+ as \()\n\s+(select \* from \{\{[^}]*\}\})\n(\),?)$", sql, flags=re.M
    )
    return [one_line for parts in found if len(one_line := "".join(parts)) <= WIDTH]


def angle_brackets(sql: str) -> list[str]:
    """Return each `<>`, which is `!=` here."""
    return re.findall(r"<>", sql)


@pytest.mark.parametrize("fault", [double_quoted, lonely_with, spread_imports, angle_brackets])
def test_all_sql_is_written_by_one_hand(repo_root: Path, fault: object) -> None:
    assert callable(fault)
    strange = {
        str(file.relative_to(repo_root)): found
        for file in sql_files(repo_root)
        if (found := fault(without_comments(file.read_text(encoding="utf-8"))))
    }
    assert not strange, strange


def test_each_fault_is_found() -> None:
    assert double_quoted('{{ ref("a") }} \'{{ "b" }}\' {{ "it\'s" }} {% set x = \'y\' %}') == [
        '"a"'
    ]
    assert lonely_with("with\n\na as (\n") == ["with"]
    assert spread_imports("with a as (\n    select * from {{ ref('a') }}\n),\n") == [
        "with a as (select * from {{ ref('a') }}),"
    ]
    assert not spread_imports("a as (\n    select * from {{ ref('a') }}\n    where b\n),\n")
    assert angle_brackets("a <> b") == ["<>"]
