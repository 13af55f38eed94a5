"""The project's own generic tests are tested themselves, on good rows and on bad ones.

What belongs here: one small relation per case and how many failures the test must find in it.
What does not: what the tests find in the warehouse (that is `dbt test`).
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = {
    "name": "generic_tests",
    "version": "0.1.0",
    "profile": "generic_tests",
    "test-paths": ["tests"],
    "flags": {"send_anonymous_usage_stats": False, "use_colors": False},
}

MADE = """
select 'first' as load_id, 'deals' as entity, 2 as made
union all
select 'first' as load_id, 'deals' as entity, 1 as made
union all
select 'first' as load_id, 'orders' as entity, 9 as made
union all
select 'empty' as load_id, 'deals' as entity, 0 as made
"""


@dataclass(frozen=True)
class Case:
    """Rows of a relation, as SQL, and the number of failures that the test must find in it."""

    test: str
    rows: str
    failures: int
    arguments: Mapping[str, Any] = field(default_factory=dict)


PAIRS = "select unnest({left}) as a, unnest({right}) as b"

CASES = {
    "two_rows_share_a_combination": Case(
        "unique_combination",
        PAIRS.format(left="[1, 1, 1, 2]", right="['x', 'x', 'y', 'x']"),
        1,
        {"columns": ["a", "b"]},
    ),
    "nulls_are_a_value_of_a_combination": Case(
        "unique_combination",
        PAIRS.format(left="[1, 1]", right="[null, null]"),
        1,
        {"columns": ["a", "b"]},
    ),
    "each_combination_comes_once": Case(
        "unique_combination",
        PAIRS.format(left="[1, 1, 2, null]", right="['x', 'y', 'x', 'x']"),
        0,
        {"columns": ["a", "b"]},
    ),
    "a_key_comes_twice_and_is_missing": Case(
        "is_key",
        "select unnest([1, 1, 2, null]) as a",
        2,
        {"column_name": "a"},
    ),
    "each_key_comes_once": Case("is_key", "select unnest([1, 2]) as a", 0, {"column_name": "a"}),
    "a_row_lacks_one_of_two_values": Case(
        "never_null",
        PAIRS.format(left="[1, null, 3, null]", right="['x', 'y', null, null]"),
        3,
        {"columns": ["a", "b"]},
    ),
    "a_null_in_another_column_does_not_matter": Case(
        "never_null",
        PAIRS.format(left="[1, 2]", right="[null, null]"),
        0,
        {"columns": ["a"]},
    ),
    "every_landed_row_is_staged": Case(
        "keeps_every_landed_row",
        "select unnest(['first', 'first', 'first']) as load_id",
        0,
        {"entity": "deals"},
    ),
    "a_landed_row_is_lost": Case(
        "keeps_every_landed_row",
        "select unnest(['first', 'first']) as load_id",
        1,
        {"entity": "deals"},
    ),
    "a_landed_row_is_doubled_and_another_load_read_along": Case(
        "keeps_every_landed_row",
        "select unnest(['first', 'first', 'first', 'first', 'other']) as load_id",
        2,
        {"entity": "deals"},
    ),
    "an_accepted_row_lacks_what_every_row_must_have": Case(
        "keeps_every_landed_row",
        "select 'first' as load_id, unnest([1, 2, 3]) as a, unnest([1, null, 3]) as b, "
        "null as reject_rule",
        1,
        {"entity": "deals", "required": ["a", "b"]},
    ),
    "a_rejected_row_may_lack_it": Case(
        "keeps_every_landed_row",
        "select 'first' as load_id, unnest([1, 2, 3]) as a, unnest([1, null, 3]) as b, "
        "unnest([null, 'missing', null]) as reject_rule",
        0,
        {"entity": "deals", "required": ["a", "b"]},
    ),
    "a_whole_load_is_lost": Case(
        "keeps_every_landed_row",
        "select 'first' as load_id where false",
        1,
        {"entity": "deals"},
    ),
}


def write_project(folder: Path, generic_tests: Path) -> None:
    """Write a dbt project of its own, with a model and a test for each case."""
    shutil.copytree(generic_tests, folder / "tests" / "generic")
    models = folder / "models"
    models.mkdir()
    (models / "stg_landing__made.sql").write_text(MADE, encoding="utf-8")
    for name, case in CASES.items():
        (models / f"{name}.sql").write_text(case.rows, encoding="utf-8")
    properties = {
        "version": 2,
        "models": [
            {
                "name": name,
                "data_tests": [
                    {case.test: {"name": f"of_{name}", "arguments": dict(case.arguments)}}
                ],
            }
            for name, case in CASES.items()
        ],
    }
    profile = {"type": "duckdb", "path": str(folder / "cases.duckdb"), "threads": 1}
    for path, content in {
        folder / "dbt_project.yml": PROJECT,
        folder / "profiles.yml": {
            "generic_tests": {"target": "cases", "outputs": {"cases": profile}}
        },
        models / "_models.yml": properties,
    }.items():
        path.write_text(yaml.safe_dump(content), encoding="utf-8")


@pytest.fixture(scope="module")
def found(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Run every case in one dbt build; return how many failures each test found."""
    folder = tmp_path_factory.mktemp("generic_tests")
    write_project(folder, repo_root / "tests" / "dbt" / "generic")
    result = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "build"),
            *("--project-dir", str(folder), "--profiles-dir", str(folder)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        ],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("DBT_")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    results = folder / "target" / "run_results.json"
    assert results.exists(), result.stdout + result.stderr
    return {
        node["unique_id"].split(".")[2].removeprefix("of_"): node["failures"]
        for node in json.loads(results.read_text(encoding="utf-8"))["results"]
        if node["unique_id"].startswith("test.")
    }


@pytest.mark.parametrize("name", CASES)
def test_a_generic_test_finds_exactly_the_bad_rows(name: str, found: dict[str, int]) -> None:
    assert found[name] == CASES[name].failures


def test_every_generic_test_has_a_case_that_fails_and_one_that_passes(repo_root: Path) -> None:
    defined = {
        name
        for path in (repo_root / "tests" / "dbt" / "generic").glob("*.sql")
        for name in re.findall(r"{%-? *test +(\w+)", path.read_text(encoding="utf-8"))
    }
    assert defined == {case.test for case in CASES.values() if case.failures}
    assert defined == {case.test for case in CASES.values() if not case.failures}
