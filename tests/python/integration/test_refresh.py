"""The whole refresh, as a user runs it: exit codes, what readers see, recovery."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.dagster.running import run_refresh
from orchestration.environment import Environment
from orchestration.files import read_json, sha256, write_json, write_text
from orchestration.lock import refresh_lock
from orchestration.paths import Paths
from orchestration.publication.versions import current_name, list_versions, switch
from orchestration.publication.writing import DATABASE_NAME
from orchestration.refresh.inputs import inputs_fingerprint
from orchestration.refresh.record import read_record
from orchestration.refresh.stages import unchanged
from orchestration.settings.declared import Settings, read_settings
from orchestration.settings.written import write_settings
from orchestration.warehouse.database import complete_build

from ..conftest import DemoRefresh, run_here, run_prospection


def contents(paths: Paths) -> dict[str, str]:
    """Return the hash of every published file of every version, and where the link points."""
    files = {
        str(path.relative_to(paths.published)): sha256(path)
        for path in sorted(paths.published.rglob("*"))
        if path.is_file()
    }
    return {**files, "current": current_name(paths) or ""}


def test_the_demo_is_published(demo_refresh: DemoRefresh) -> None:
    paths = demo_refresh.paths
    (version,) = list_versions(paths)
    assert demo_refresh.exit_code in {0, 5}
    assert version.is_current
    assert version.name in demo_refresh.output
    for file, entry in version.manifest["files"].items():
        assert sha256(version.folder / file) == entry["sha256"]
    with duckdb.connect(str(paths.current / DATABASE_NAME), read_only=True) as connection:
        (as_of,) = connection.execute("select as_of from meta.refresh").fetchall()[0]
        (values,) = connection.execute("select count(*) from kpi.kpi_values").fetchall()[0]
    assert str(as_of) == version.manifest["as_of"]
    assert values > 0


def test_every_published_table_is_the_same_in_both_forms(demo_refresh: DemoRefresh) -> None:
    (version,) = list_versions(demo_refresh.paths)
    with duckdb.connect(str(version.folder / DATABASE_NAME), read_only=True) as connection:
        for table, entry in version.manifest["tables"].items():
            schema, name = table.split(".")
            files = f"{version.folder}/parquet/{schema}/{name}/**/*.parquet"
            counted = connection.execute("select count(*) from read_parquet(?)", [files])
            assert counted.fetchall() == [(entry["rows"],)], table
            if entry["in_database"]:
                counted = connection.execute(f'select count(*) from {schema}."{name}"')
                assert counted.fetchall() == [(entry["rows"],)], table


def test_no_direct_identifier_of_a_prospect_is_in_any_published_file(
    demo_refresh: DemoRefresh,
) -> None:
    landed = f"read_parquet('{demo_refresh.paths.landing}/generic/prospects/*.parquet')"
    with duckdb.connect() as connection:
        people = connection.execute(f"select email, phone, linkedin_url from {landed}").fetchall()
    emails, phones, profiles = (
        {value.strip() for value in column if value} for column in zip(*people, strict=True)
    )
    assert emails
    assert phones
    addresses = {email.casefold().encode() for email in emails}
    others = [value.encode() for found in (phones, profiles) for value in sorted(found)[:50]]
    current = demo_refresh.paths.current.resolve()
    with duckdb.connect() as connection:
        connection.execute(f"attach '{current / DATABASE_NAME}' as published (read_only)")
        texts = [_all_text(connection, table) for table in _tables(connection)]
        texts += [
            _all_text(connection, f"read_parquet('{file}')") for file in current.rglob("*.parquet")
        ]
    for file in current.rglob("*"):
        if file.is_file():
            texts.append(file.read_bytes())
    for text in texts:
        assert not addresses & _addresses(text)
        assert not [value for value in others if value in text]


def _addresses(text: bytes) -> set[bytes]:
    """Return everything in a text that looks like an e-mail address, in lower case."""
    found = set()
    for domain in re.finditer(rb"@[\w-]+\.[\w.-]+", text):
        local = re.search(rb"[\w.+-]*$", text[max(0, domain.start() - 64) : domain.start()])
        if local:
            found.add((local[0] + domain[0]).lower())
    return found


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        """
        select format('published."{}"."{}"', schema_name, table_name) from duckdb_tables()
        where database_name = 'published'
        """
    ).fetchall()
    return [row[0] for row in rows]


def _all_text(connection: duckdb.DuckDBPyConnection, table: str) -> bytes:
    """Return the distinct texts of a table; compression hides them from a search of bytes."""
    columns = [
        name
        for name, kind, *_ in connection.execute(f"describe from {table}").fetchall()
        if "VARCHAR" in kind
    ]
    texts = [
        row[0]
        for name in columns
        for row in connection.execute(
            f'select distinct "{name}"::varchar from {table} where "{name}" is not null'
        ).fetchall()
    ]
    return "\n".join(texts).encode()


def test_a_refresh_that_finds_another_one_running_is_refused(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    with refresh_lock(paths):
        result = run_prospection("run", "--exports", demo_refresh.exports, "--data", paths.data)
    assert result.returncode == 4
    assert f"process {os.getpid()}" in result.stderr


def test_marts_that_are_not_plausible_are_not_published(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    before = contents(paths)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("update kpi.kpi_values set sample_size = -1 where statistic = 'value'")
    looked_at = run_here("validate", "--exports", demo_refresh.exports, "--data", paths.data)
    assert looked_at.returncode == 3, looked_at.stdout + looked_at.stderr
    assert "was changed after its build" in looked_at.stderr
    complete_build(paths, "by hand")
    validated = run_here("validate", "--exports", demo_refresh.exports, "--data", paths.data)
    assert validated.returncode == 3, validated.stdout + validated.stderr
    assert "samples are not negative" in validated.stderr
    published = run_here("publish", "--exports", demo_refresh.exports, "--data", paths.data)
    assert published.returncode == 3, published.stdout + published.stderr
    assert contents(paths) == before
    record = read_record(paths)
    assert record is not None
    assert (record.outcome, record.stage) == ("blocked", "publish")


@pytest.mark.refreshes
def test_a_failing_data_test_keeps_the_last_version(
    demo_refresh: DemoRefresh,
    tmp_path: Path,
    repo_root: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    before = contents(paths)
    project = tmp_path / "project"
    project.mkdir()
    for name in ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests/dbt"):
        source = repo_root / name
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, project / name)
        else:
            shutil.copy(source, project / name)
    write_text(project / "tests/dbt/singular/assert_the_sky_falls.sql", "select 1 as one\n")
    code = run_refresh(Environment(demo_refresh.exports, paths), project_dir=project)
    assert code == 3
    assert "assert_the_sky_falls" in capfd.readouterr().err
    assert contents(paths) == before


def test_when_nothing_is_new_the_version_stays(demo_refresh: DemoRefresh, tmp_path: Path) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    before, built = contents(paths), read_json(paths.state / "build.json")
    again = run_prospection("run", "--exports", demo_refresh.exports, "--data", paths.data)
    assert again.returncode == demo_refresh.exit_code, again.stdout + again.stderr
    assert "Rien de nouveau : la version publiée reste" in again.stdout
    assert again.stderr == ""
    assert contents(paths) == before
    assert read_json(paths.state / "build.json") == built
    record = read_record(paths)
    assert record is not None
    assert (record.outcome, record.version) == ("unchanged", list_versions(paths)[-1].name)
    assert (
        demo_refresh.output.partition("Données reçues")[2].partition("Publié")[0]
        == (again.stdout.partition("Données reçues")[2].partition("Publié")[0])
    )


def test_whatever_a_version_is_made_from_asks_for_a_new_one(
    demo_refresh: DemoRefresh, tmp_path: Path, repo_root: Path
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    environment = Environment(demo_refresh.exports, paths)
    version = list_versions(paths)[-1].name
    assert unchanged(paths, inputs_fingerprint(environment, repo_root)) == version
    changed = [
        next((paths.landing / "generic" / "deals").glob("crm@*.parquet")),
        next((paths.landing / "_outside").glob("*.parquet")),
        paths.settings / "sources.parquet",
        paths.settings / "reference" / "target_criteria.parquet",
        paths.settings / "reference" / "kpi_catalog.parquet",
    ]
    for file in changed:
        content = file.read_bytes()
        file.write_bytes(content + b" ")
        assert unchanged(paths, inputs_fingerprint(environment, repo_root)) is None, file
        file.write_bytes(content)
        assert unchanged(paths, inputs_fingerprint(environment, repo_root)) == version, file
    project = tmp_path / "project"
    for name in ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests/dbt"):
        source = repo_root / name
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, project / name)
    assert unchanged(paths, inputs_fingerprint(environment, project)) is None
    build = paths.state / "build.json"
    mark = read_json(build)
    write_json(build, {**mark, "complete": False})
    assert unchanged(paths, inputs_fingerprint(environment, repo_root)) is None
    write_json(build, mark)
    rollback_target = paths.published / "20200101T000000Z-old"
    shutil.copytree(paths.published / version, rollback_target)
    switch(paths, rollback_target.name)
    assert unchanged(paths, inputs_fingerprint(environment, repo_root)) is None


def test_today_matters_only_where_it_is_the_day_of_the_kpis(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    environment = Environment(demo_refresh.exports, paths)
    settings = read_settings(demo_refresh.exports)
    floating = replace(settings, reporting=replace(settings.reporting, as_of=None))
    hashes = {
        (is_fixed, day): _inputs(environment, settings if is_fixed else floating, day)
        for is_fixed in (True, False)
        for day in (date(2026, 10, 5), date(2026, 10, 6))
    }
    fixed = {hashes[True, day] for day in (date(2026, 10, 5), date(2026, 10, 6))}
    assert len(fixed) == 1
    assert len(set(hashes.values())) == 3


def _inputs(environment: Environment, settings: Settings, day: date) -> str:
    write_settings(settings, environment.paths, day)
    return inputs_fingerprint(environment)


@pytest.mark.refreshes
def test_after_a_kill_the_next_refresh_recovers_and_gives_the_same_figures(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    before = contents(paths)
    (paths.state / "published_from.json").unlink()  # as one that an earlier release published
    arguments = ["run", "--exports", str(demo_refresh.exports), "--data", str(paths.data)]
    killed = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    log = paths.state / "dbt" / "target" / "dbt.log"
    log.unlink(missing_ok=True)
    deadline = time.monotonic() + 300
    while killed.poll() is None and time.monotonic() < deadline:
        if read_json(paths.state / "build.json")["complete"] is False and log.exists():
            break
        time.sleep(0.05)
    assert killed.poll() is None, "it was killed while dbt was building"
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert contents(paths) == before
    status = run_prospection("status", "--data", paths.data)
    assert "was interrupted in stage build" in status.stdout

    again = run_prospection("run", *arguments[1:])
    assert again.returncode == demo_refresh.exit_code, again.stdout + again.stderr
    assert "rebuilding the private warehouse: the last build did not finish" in again.stdout
    first, second = list_versions(paths)
    assert second.is_current
    for table, entry in first.manifest["tables"].items():
        if table != "meta.refresh":
            assert second.manifest["tables"][table]["parts"] == entry["parts"], table
