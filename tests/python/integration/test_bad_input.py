"""Exports as they go wrong in real life: what the user is told, and what readers still see.

What belongs here: refreshes over bad files. What does not: how a file is read, which the unit tests
of landing prove.
"""

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.files import read_json
from orchestration.paths import Paths
from orchestration.publication.versions import list_versions
from tests.python.conftest import refresh, run_here

GOOD = {
    "accounts.csv": b"account_id,name\nA1,One\nA2,Two\n",
    "prospects.csv": (
        b"prospect_id,account_id,detected_at,qualified_at\n"
        b"P1,A1,2026-01-05,\n"
        b"P2,A2,2026-01-06,2026-02-01\n"
    ),
    "activities.csv": (
        b"activity_id,occurred_at,channel,direction,outcome,prospect_id\n"
        b"T1,2026-01-07 09:00:00,email,outbound,sent,P1\n"
    ),
}

BAD = {
    # refused or left out whole
    "deals_missing.csv": b"deal_id,stage,amount\nD1,offer,100\n",
    "prospetcs.csv": b"prospect_id,detected_at\nP9,2026-01-05\n",
    "orders.csv": b"",
    "products.csv": b'product_id,name\nX1,"never closed\nX2,two\n',
    # empty, and fine
    "campaigns.csv": b"campaign_id,name\n",
    # rows and cells
    "prospects.csv": (
        b"prospect_id,account_id,detected_at,qualified_at\n"
        b"P1,A1,2026-01-05,\n"
        b"P2,A2,2026-01-06,2026-02-01\n"
        b"P3,A1,not a day,\n"
        b"P4,A1,2026-01-08,31/12/2026\n"
        b"P5,A1,2026-01-09,,too,many\n"
        b"P2,A2,2026-01-06,2026-02-02\n"
        b"P6,NOBODY,2026-01-10,\n"
    ),
    "accounts.csv": b"account_id,name,city\nA1,One,Orl\xe9ans\nA2,Two,Tours\nA3,Caf\xe9,Tours\n",
}

VALUES = {
    "deals.csv": (
        "deal_id,stage,status,amount,is_test\n"
        "D1,offer, WON ,1,\n"
        "D2,offer,open,(100),oui\n"
        "D3,offer,open,100 €,NON\n"
        "D4,offer,open,12%,Yes\n"
        "D5,offer,open,+5,maybe\n"
        "D6,offer,open,-5,0\n"
        'D7,offer,open,"1,234.50",\n'
        "D8,offer,open,inf,\n"
        "D9,offer,perhaps,1,\n"
    ),
    "accounts.csv": (
        "account_id,name,created_at\n"
        "00042,One,1970-01-01\n"
        "42,Two,2026-01-01\n"
        " 00042 ,Three,\n"
        "ab,Four,\n"
        "AB,Five,\n"
        "1.23457E+17,Rounded,\n"
    ),
    "survey_responses.csv": (
        "response_id,survey,responded_at,score,scale_max\n"
        "R1, NPS ,2026-01-05,10,\n"
        "R2,nps,2026-01-05,11,\n"
        "R3,csat,2026-01-05,6,\n"
        "R4,csat,2026-01-05,6,10\n"
    ),
}
"""Values of the source `values`, which is refreshed with the bad files."""

TEN_DEALS = ["deal_id,stage,status,amount", *(f"D{n},offer,open,{n}" for n in range(10)), ""]
"""The first load of the source `whole`, whose loads hold every record; the second lacks three."""

SOURCES = """
reporting: {language: en}
sources:
  crm: {format: generic, encoding: utf-8}
  whole: {mode: full}
"""


def generated_loads(rng: random.Random) -> dict[str, str]:
    """Return loads of accounts and orders full of repetitions, gaps and rows that are none."""
    files = {}
    for day in range(1, 6):
        for part in range(2):
            rows = [
                ",".join(
                    (
                        rng.choice(["", " ", "A1", " A1", "A2", "a2", "A3", "A4"]),
                        rng.choice(["One", "One", "Two", " ", ""]),
                        rng.choice(["", "2026-01-01", "2026-02-01", "yesterday"]),
                    )[: rng.choice([3, 3, 3, 3, 2])]
                )
                for _ in range(40)
            ]
            content = "\n".join(["account_id,name,updated_at", *rows, ""])
            files[f"2026-01-0{day}/accounts_{part}.csv"] = content
        orders = [
            f"O{rng.randrange(9)},{rng.choice(['2026-01-05', '5 jan'])},"
            f"{rng.choice(['placed', 'PLACED', 'cancelled', 'lost'])},{rng.choice(['1', '2', 'x'])}"
            for _ in range(40)
        ]
        content = "\n".join(["order_id,ordered_at,status,amount", *orders, ""])
        files[f"2026-01-0{day}/orders.csv"] = content
    return files


@dataclass(frozen=True)
class Outcome:
    """What a refresh over bad files said and left behind."""

    exit_code: int
    output: str
    paths: Paths

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Return the rows of a query on the private warehouse."""
        with duckdb.connect(self.paths.warehouse, read_only=True) as connection:
            return connection.execute(sql).fetchall()


def put_whole(exports: Path, day: str, lines: list[str]) -> None:
    path = exports / "whole" / day / "deals.csv"
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Paths]:
    """Refresh good exports: the folder that holds them, and what they were published into."""
    folder = tmp_path_factory.mktemp("bad_input")
    (folder / "exports" / "crm").mkdir(parents=True)
    (folder / "exports" / "sources.yml").write_text(SOURCES, encoding="utf-8")
    for name, content in GOOD.items():
        (folder / "exports" / "crm" / name).write_bytes(content)
    put_whole(folder / "exports", "2026-01-01", TEN_DEALS)
    result = refresh(folder / "exports", folder / "data")
    assert result.returncode == 0, result.stdout + result.stderr
    return folder, Paths(folder / "data")


@pytest.fixture(scope="module")
def bad(good: tuple[Path, Paths]) -> Outcome:
    """Refresh the same source again, now with one file for every mistake."""
    folder, paths = good
    for name, content in BAD.items():
        (folder / "exports" / "crm" / name).write_bytes(content)
    for name, text in {**VALUES, **generated_loads(random.Random(20261001))}.items():
        path = folder / "exports" / ("values" if name in VALUES else "generated") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    put_whole(folder / "exports", "2026-01-02", TEN_DEALS[:8])
    (folder / "exports" / "misnamed").mkdir()
    (folder / "exports" / "misnamed" / "activity.csv").write_text("activity_id\n1\n")
    result = refresh(folder / "exports", paths.data)
    return Outcome(result.returncode, result.stdout + result.stderr, paths)


def test_a_refresh_with_refused_files_publishes_the_rest_and_says_so(bad: Outcome) -> None:
    assert bad.exit_code == 5, bad.output
    assert len(list_versions(bad.paths)) == 2
    manifest = read_json(bad.paths.current / "manifest.json")
    assert any("crm/deals_missing.csv" in line for line in manifest["held_back"])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("deals_missing.csv", ["status"]),
        ("prospetcs.csv", ["prospects"]),
        ("orders.csv", ["empty"]),
        ("products.csv", ["quote"]),
    ],
    ids=["missing required column", "unknown entity", "zero bytes", "unclosed quote"],
)
def test_a_file_that_is_not_landed_is_named_with_its_reason(
    bad: Outcome, file: str, words: list[str]
) -> None:
    told = [line for line in bad.output.splitlines() if file in line]
    assert told, bad.output
    assert any(all(word in line for word in words) for line in told), told


@pytest.mark.parametrize("file", ["crm/prospetcs.csv", "misnamed/activity.csv"])
def test_a_file_of_no_entity_is_listed_with_the_nearest_one(bad: Outcome, file: str) -> None:
    ((outcome, reason),) = bad.query(
        f"select outcome, reason from meta.loads where file = '{file}'"
    )
    assert outcome == "unknown_entity"
    nearest = {"crm/prospetcs.csv": "prospects", "misnamed/activity.csv": "activities"}[file]
    assert f"the nearest is '{nearest}': name it {nearest}.csv" in str(reason)


@pytest.mark.parametrize("file", ["deals_missing.csv", "orders.csv", "products.csv"])
def test_a_refused_file_is_listed_with_its_reason(bad: Outcome, file: str) -> None:
    ((outcome, reason),) = bad.query(
        f"select outcome, reason from meta.loads where file = 'crm/{file}'"
    )
    assert outcome == "refused"
    assert reason


def test_a_header_without_rows_is_an_empty_file(bad: Outcome) -> None:
    assert bad.query(
        "select outcome, records, landed from meta.loads where file = 'crm/campaigns.csv'"
    ) == [("landed", 0, 0)]


def test_rejected_records_are_listed_with_file_row_column_and_rule(bad: Outcome) -> None:
    rows = bad.query(
        """
        select row_number, column_name, stage from meta.rejects
        where file = 'crm/prospects.csv' order by row_number
        """
    )
    assert rows == [(3, "detected_at", "staging"), (5, None, "landing")]


def test_an_optional_value_that_cannot_be_read_is_null_with_an_issue(bad: Outcome) -> None:
    assert bad.query(
        "select qualified_at from staging.stg_generic__prospects where prospect_id = 'P4'"
    ) == [(None,)]
    assert bad.query(
        """
        select issue_count from meta.data_quality
        where check_name = 'value_issue' and column_name = 'qualified_at'
        """
    ) == [(1,)]


def test_the_newest_of_two_rows_with_one_id_counts(bad: Outcome) -> None:
    assert bad.query(
        "select qualified_on::varchar from core.dim_prospects where prospect_id = 'P2'"
    ) == [("2026-02-02",)]


def test_a_reference_that_finds_nothing_is_counted(bad: Outcome) -> None:
    assert bad.query("select account_key from core.dim_prospects where prospect_id = 'P6'") == [
        (None,)
    ]
    assert bad.query(
        """
        select issue_count from meta.data_quality
        where check_name = 'orphan_reference' and entity = 'prospects'
            and column_name = 'account_id'
        """
    ) == [(1,)]


def test_bytes_of_another_encoding_cost_their_cell_or_when_required_their_row(
    bad: Outcome,
) -> None:
    assert bad.query(
        """
        select account_id, city, reject_column from staging.stg_generic__accounts
        where load_id = (
            select max(load_id) from staging.stg_generic__accounts where source = 'crm'
        )
        order by account_id
        """
    ) == [("A1", None, None), ("A2", "Tours", None), ("A3", "Tours", "name")]


def test_every_record_is_accounted_for(bad: Outcome) -> None:
    assert bad.query(
        """
        select count(*) from meta.load_reconciliation
        where records != landed + structural_rejects
            or landed != current_rows + superseded + duplicates + value_rejects
        """
    ) == [(0,)]
    assert bad.query(
        """
        select sum(records) from meta.load_reconciliation where file = 'crm/prospects.csv'
        """
    ) == [(9,)]


def test_generated_files_are_accounted_for_row_by_row(bad: Outcome) -> None:
    """What is current, and what was rejected, is counted here from the files themselves."""
    expected = {}
    for entity, required, words in (
        ("accounts", (0, 1), None),
        ("orders", (0, 1, 2), ("placed", "cancelled")),
    ):
        keys, records, short, rejected = set(), 0, 0, 0
        for name, text in generated_loads(random.Random(20261001)).items():
            if f"/{entity}" not in name:
                continue
            header, *lines = text.splitlines()
            for line in lines:
                cells = [cell.strip() for cell in line.split(",")]
                if not any(line.split(",")):  # blank: no record
                    continue
                records += 1
                if len(cells) != len(header.split(",")):
                    short += 1
                elif not all(cells[n] for n in required) or (
                    words is not None and (cells[1] == "5 jan" or cells[2].lower() not in words)
                ):
                    rejected += 1
                else:
                    keys.add(cells[0])
        expected[entity] = (records, short, rejected, len(keys))
    rows = bad.query(
        """
        select
            entity, sum(records)::int, sum(structural_rejects)::int, sum(value_rejects)::int,
            sum(current_rows)::int
        from meta.load_reconciliation where source = 'generated' group by all
        """
    )
    assert {str(row[0]): row[1:] for row in rows} == expected


def test_amounts_that_are_not_plainly_numbers_are_null_and_booleans_are_words(
    bad: Outcome,
) -> None:
    assert bad.query(
        """
        select deal_id, amount::double, is_test, reject_column
        from staging.stg_generic__deals where source = 'values' order by deal_id
        """
    ) == [
        ("D1", 1.0, None, None),
        ("D2", None, True, None),
        ("D3", None, False, None),
        ("D4", None, True, None),
        ("D5", None, None, None),
        ("D6", -5.0, False, None),
        ("D7", 1234.5, None, None),
        ("D8", None, None, None),
        ("D9", 1.0, None, "status"),
    ]
    assert bad.query(
        """
        select column_name, issue_count from meta.data_quality
        where source = 'values' and entity = 'deals' and check_name = 'value_issue' order by all
        """
    ) == [("amount", 5), ("is_test", 1)]


def test_ids_are_opaque_but_for_blanks_around_them_and_rounded_ones(bad: Outcome) -> None:
    assert bad.query(
        """
        select account_id, count(*) from staging.stg_generic__accounts
        where source = 'values' and reject_rule is null group by all order by all
        """
    ) == [("00042", 2), ("42", 1), ("AB", 1), ("ab", 1)]
    assert bad.query(
        "select row_number, column_name, rule from meta.rejects where file = 'values/accounts.csv'"
    ) == [(6, "account_id", "rounded_id")]
    assert bad.query(
        """
        select rule, issue_count from meta.data_quality
        where source = 'values' and column_name = 'created_at'
        """
    ) == [("improbable_year", 1)]


def test_a_score_outside_its_range_rejects_the_row(bad: Outcome) -> None:
    assert bad.query(
        """
        select row_number, rule from meta.rejects
        where file = 'values/survey_responses.csv' order by all
        """
    ) == [(2, "range"), (3, "range")]


def test_a_batch_that_lost_too_much_is_held_back_and_the_last_good_one_stays(
    bad: Outcome,
) -> None:
    rule = "at most 20% of an entity's records vanish at once"
    assert any("whole@20260102" in line and rule in line for line in bad.output.splitlines())
    ((outcome, reason),) = bad.query(
        "select outcome, reason from meta.loads where file = 'whole/2026-01-02/deals.csv'"
    )
    assert outcome == "held_back"
    assert rule in str(reason)
    assert bad.query(
        "select count(*), count(vanished_on) from core.fct_deals where source = 'whole'"
    ) == [(10, 0)]
    with duckdb.connect(bad.paths.current / "prospection.duckdb", read_only=True) as published:
        (row,) = published.execute("select held_back from meta.refresh").fetchall()
    assert any("is held back" in line for line in str(row[0]).splitlines())


def test_a_held_batch_is_listed_until_it_is_decided(bad: Outcome) -> None:
    listed = run_here("held", "list", "--data", bad.paths.data)
    (load_id,) = [line.split()[0] for line in listed.stdout.splitlines() if "held back" in line]
    assert run_here("held", "drop", "--data", bad.paths.data).returncode == 2
    assert run_here("held", "drop", "x", "--data", bad.paths.data).returncode == 2
    assert run_here("held", "drop", load_id, "--data", bad.paths.data).returncode == 0
    assert f"{load_id}  dropped" in run_here("held", "list", "--data", bad.paths.data).stdout


def test_an_export_folder_that_does_not_exist_is_wrong_use(
    good: tuple[Path, Paths], tmp_path: Path
) -> None:
    copied = tmp_path / "data"
    shutil.copytree(good[1].data, copied, symlinks=True)
    before = sorted(path for path in copied.rglob("*") if path.is_file())
    result = run_here("run", "--exports", tmp_path / "nowhere", "--data", copied)
    assert result.returncode == 2
    assert "nowhere" in result.stderr
    assert sorted(path for path in copied.rglob("*") if path.is_file()) == before
