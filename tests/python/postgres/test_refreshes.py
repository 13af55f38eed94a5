"""The copy as a part of a refresh of the demo company: exit codes, words, and no password anywhere.

These share one data folder, in which each goes on from where the one before has ended.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from orchestration.paths import Paths
from orchestration.publication.rotation import begin_rotation, is_rotating
from orchestration.publication.versions import current_name

from ..conftest import REPO_ROOT, DemoRefresh
from .conftest import PASSWORD, Database, Server
from .publishing import differences

pytestmark = pytest.mark.postgres

WRONG = "wr0ng-and-secret"


@pytest.fixture(scope="module")
def company(demo_refresh: DemoRefresh, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Return a data folder of the demo company."""
    return demo_refresh.copy(tmp_path_factory.mktemp("company") / "data")


@pytest.fixture(scope="module")
def company_database(server: Server) -> Database:
    """Return the database that gets its copy."""
    database = Database(server, "company", "company_reader")
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute("create role company_reader login password 'reads'")
        connection.execute("create database company")
    return database


def prospection(
    dsn: str | None, *arguments: object, reader: str = "company_reader"
) -> subprocess.CompletedProcess[str]:
    variables = {k: v for k, v in os.environ.items() if not k.startswith("PROSPECTION_")}
    if dsn is not None:
        variables |= {"PROSPECTION_POSTGRES": dsn, "PROSPECTION_POSTGRES_ROLE": reader}
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *map(str, arguments)],
        cwd=REPO_ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_a_refresh_on_which_nothing_is_new_copies_what_was_not_copied(
    demo_refresh: DemoRefresh, company: Paths, company_database: Database, tmp_path: Path
) -> None:
    dsn = company_database.target.dsn
    data = ("--data", company.data)
    ended = prospection(dsn, "run", "--exports", demo_refresh.exports, *data)
    assert ended.returncode == demo_refresh.exit_code, ended.stdout + ended.stderr
    assert "PostgreSQL (company at 127.0.0.1)" in ended.stdout
    assert differences(company, company_database, tmp_path) == []
    references = company_database.rows("select count(*) from pg_constraint where contype = 'f'")
    assert references[0][0] > 30
    assert "holds version" in prospection(dsn, "status", *data).stdout


def test_a_copy_that_fails_ends_with_5_and_is_made_up_for(
    demo_refresh: DemoRefresh, company: Paths, company_database: Database, tmp_path: Path
) -> None:
    """A new version each time: by the stage `publish`, as a whole refresh does."""
    before = current_name(company)
    exports = ("--exports", demo_refresh.exports, "--data", company.data)
    ended = prospection(company_database.server.dsn("company", WRONG), "publish", *exports)
    assert ended.returncode == 5, ended.stdout + ended.stderr
    assert "password authentication failed" in ended.stdout
    assert current_name(company) != before
    assert company_database.rows("select version from meta.refresh") == [(before,)]
    status = prospection(None, "status", "--data", company.data).stdout
    assert f"it lacks version {current_name(company)}" in status
    again = prospection(company_database.target.dsn, "publish", *exports)
    assert again.returncode == demo_refresh.exit_code, again.stdout + again.stderr
    assert company_database.rows("select version from meta.refresh") == [(current_name(company),)]
    assert differences(company, company_database, tmp_path) == []
    written = [ended.stdout, ended.stderr, again.stdout, again.stderr, status]
    for secret in (PASSWORD, WRONG):
        assert not [text for text in written if secret in text]
        found = [
            path
            for path in company.data.rglob("*")
            if path.is_file() and secret.encode() in path.read_bytes()
        ]
        assert found == []


def test_another_key_leaves_no_pseudonym_of_before_in_the_copy(
    demo_refresh: DemoRefresh, company: Paths, company_database: Database, tmp_path: Path
) -> None:
    """By the stage `publish`, as `rotate-key` does at the end of its refresh."""
    people = "select prospect_key from core.dim_prospects where not is_placeholder"
    before = {row[0] for row in company_database.rows(people)}
    begin_rotation(company)
    exports = ("--exports", demo_refresh.exports, "--data", company.data)
    ended = prospection(company_database.target.dsn, "publish", *exports)
    assert ended.returncode == demo_refresh.exit_code, ended.stdout + ended.stderr
    assert not is_rotating(company)
    assert differences(company, company_database, tmp_path) == []
    after = {row[0] for row in company_database.rows(people)}
    assert len(after) == len(before) > 1000
    assert not after & before
    texts = company_database.rows(
        "select table_schema, table_name, column_name from information_schema.columns "
        "where data_type in ('text', 'jsonb') and table_schema !~ '^(pg_|information_schema)'"
    )
    assert len(texts) > 100
    with company_database.connect() as connection:
        connection.execute("create temp table old (pseudonym text primary key)")
        with connection.cursor().copy("copy old from stdin") as rows:
            for pseudonym in before:
                rows.write_row([pseudonym])
        for schema, table, column in texts:
            query = (
                f'select count(*) from "{schema}"."{table}" '
                f'where "{column}"::text in (select pseudonym from old)'
            )
            assert connection.execute(query).fetchone() == (0,), f"{schema}.{table}.{column}"


def test_the_command_says_what_is_missing(company: Paths) -> None:
    ended = prospection(None, "mirror", "--data", company.data)
    assert ended.returncode == 2
    assert "PROSPECTION_POSTGRES names no database" in ended.stderr
    ended = prospection("host=127.0.0.1 port=1", "mirror", "--data", company.data)
    assert ended.returncode == 5
    assert "refused" in ended.stderr
