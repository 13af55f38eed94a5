"""Translation: rows made, left out by a named rule or merged; each leads back to its landed row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.formats.descriptions import Format, read_format
from orchestration.landing.rows import landed_schema
from orchestration.landing.translation import ROW_PART, Translation, macros, translate

FORMAT: Mapping[str, Any] = {
    "format": "sheet",
    "facts": {"owner": [{"from": "leads", "value": "mode(rep)"}]},
    "tables": {
        "leads": {
            "columns": {
                "id": {"type": "id", "required": True, "aliases": ["Id"]},
                "rep": {"type": "text", "aliases": ["Rep"]},
                "firm": {"type": "text", "aliases": ["Firm"]},
                "seen": {"type": "moment", "aliases": ["Seen", "First seen"]},
                "members": {"type": "text", "aliases": ["Members"]},
                "word": {"type": "text", "aliases": ["Stage"]},
            }
        },
        "firms": {
            "columns": {
                "name": {"type": "text", "required": True, "aliases": ["Name"]},
                "number": {"type": "id", "aliases": ["Number"]},
                "since": {"type": "day", "aliases": ["Since"]},
            }
        },
    },
    "make": [
        {
            "entity": "accounts",
            "from": "firms",
            "one_per": "account_id",
            "columns": {"account_id": "number", "name": "name"},
        },
        {
            "name": "accounts of leads",
            "entity": "accounts",
            "from": "leads",
            "mention": True,
            "one_per": "account_id",
            "joins": [
                {
                    "table": "firms",
                    "key": "folded(name)",
                    "to": "folded(firm)",
                    "take": {"number": "number"},
                    "unique": True,
                }
            ],
            "where": {"without_firm": "firm is not null"},
            "columns": {"account_id": "coalesce(number, id_of([firm]))", "name": "firm"},
        },
        {
            "entity": "prospects",
            "from": "leads",
            "where": {"test_lead": "rep != 'test'"},
            "columns": {
                "prospect_id": "id",
                "detected_at": "seen",
                "owner_rep_id": "coalesce(rep, owner)",
            },
        },
        {
            "entity": "deal_stages",
            "from": "leads",
            "each": "Entered (.+)",
            "columns": {"deal_id": "id", "stage": "each_name", "entered_at": "each_value"},
        },
        {
            "name": "deals with the members of a firm",
            "entity": "deals",
            "from": "leads",
            "each": {"split": "members", "by": ";"},
            "joins": [
                {
                    "table": "firms",
                    "key": "folded(name)",
                    "order": "since",
                    "to": "folded(firm)",
                    "take": {"number": "number"},
                },
                {
                    "table": "firms",
                    "key": "'head of ' || number",
                    "to": "'head of ' || number",
                    "take": {"head": "name"},
                    "needed": True,
                },
            ],
            "columns": {
                "deal_id": "id_of([id, each_value])",
                "prospect_id": "each_value",
                "product_id": "each_number",
                "account_id": "number",
                "stage": "head",
                "status": "coalesce(outcome_of(word), 'known: ' || is_known_stage(word))",
            },
        },
    ],
}


def sheet(folder: Path, content: Mapping[str, Any] = FORMAT) -> Format:
    path = folder / "sheet.yml"
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False), encoding="utf-8")
    return read_format(path)


def carried_out(
    folder: Path,
    content: Mapping[str, Any] = FORMAT,
    **tables: Sequence[Mapping[str, str | None]],
) -> Translation:
    described = sheet(folder, content)
    files = {}
    for name, rows in tables.items():
        schema = landed_schema(described.entities[name])
        whole = [
            {"_file": "downloads/a.csv", "_source": "downloads", "_load_id": "one", **row}
            for row in rows
        ]
        files[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(whole, schema=schema), files[name])
    connection = duckdb.connect()
    outcomes = {"signed": "won", "talk": "open"}
    return translate(described, files, "downloads", "one", outcomes, folder / "made", connection)


def rows(made: Translation, entity: str, *columns: str) -> list[tuple[Any, ...]]:
    table = pq.read_table(made.rows[entity]).to_pylist()
    return [tuple(row[column] for column in columns) for row in table]


def ledger(made: Translation) -> dict[str, tuple[int, int, int, dict[str, int]]]:
    return {
        row["make"]: (row["rows_in"], row["made"], row["merged"], dict(row["rules"]))
        for row in made.ledger.to_pylist()
    }


def test_rows_are_made_or_left_out_by_a_named_rule(tmp_path: Path) -> None:
    made = carried_out(
        tmp_path,
        leads=[
            {"id": "1", "rep": "ann", "seen": "2026-01-02"},
            {"id": "2", "rep": "test"},
            {"id": "3", "rep": "ann"},
        ],
    )
    assert rows(made, "prospects", "prospect_id", "detected_at") == [
        ("1", "2026-01-02"),
        ("3", None),
    ]
    assert ledger(made)["prospects"] == (3, 2, 0, {"test_lead": 1})


def test_what_holds_for_the_whole_load_stands_in_every_row(tmp_path: Path) -> None:
    leads = [{"id": "1", "rep": "ann"}, {"id": "2", "rep": "ann"}, {"id": "3", "rep": "bo"}]
    made = carried_out(tmp_path, leads=[*leads, {"id": "4", "rep": ""}])
    assert rows(made, "prospects", "owner_rep_id")[:3] == [("ann",), ("ann",), ("bo",)]


def test_one_row_per_key_also_across_makes(tmp_path: Path) -> None:
    made = carried_out(
        tmp_path,
        firms=[{"name": "Acme", "number": "7"}, {"name": "Acme", "number": "7"}],
        leads=[
            {"id": "1", "firm": "Bolt"},
            {"id": "2", "firm": " bolt"},
            {"id": "3", "firm": None},
        ],
    )
    assert rows(made, "accounts", "name") == [("Acme",), ("Bolt",)]
    assert ledger(made)["accounts"] == (2, 1, 1, {})
    assert ledger(made)["accounts of leads"] == (3, 1, 1, {"without_firm": 1})


def test_of_a_list_downloaded_twice_the_newer_file_counts(tmp_path: Path) -> None:
    older, newer = {"_file": "downloads/a.csv"}, {"_file": "downloads/b.csv"}
    made = carried_out(
        tmp_path,
        firms=[
            {"name": "Acme", "number": "7", **older},
            {"name": "Acmé SA", "number": "7", **newer},
            {"name": "Acme SARL", "number": "7", **newer},
            {"name": "Bolt", "number": "8", **newer},
        ],
        leads=[{"id": "1", "firm": "Bolt", "members": "ann"}],
    )
    assert rows(made, "accounts", "account_id", "name") == [("7", "Acmé SA"), ("8", "Bolt")]


def test_a_name_of_one_record_in_two_files_is_still_one_answer(tmp_path: Path) -> None:
    older, newer = {"_file": "downloads/a.csv"}, {"_file": "downloads/b.csv"}
    made = carried_out(
        tmp_path,
        firms=[
            {"name": "Acme", "number": "7", **older},
            {"name": "Twin", "number": "8", **older},
            {"name": "Acme", "number": "7", **newer},
            {"name": "Twin", "number": "9", **newer},
        ],
        leads=[{"id": "1", "firm": "acme"}, {"id": "2", "firm": "twin"}],
    )
    mentioned = rows(made, "accounts", "account_id", "name")[3:]
    assert sorted(rows(made, "accounts", "account_id", "name")[:3]) == [
        ("7", "Acme"),
        ("8", "Twin"),
        ("9", "Twin"),
    ]
    assert [name for _, name in mentioned] == ["twin"], "acme is 7; which twin is not known"


def test_the_ledger_tells_which_rows_only_mention_their_record(tmp_path: Path) -> None:
    firms = [{"name": "Acme", "number": "7"}]
    made = carried_out(tmp_path, firms=firms, leads=[{"id": "1", "firm": "Bolt"}, {"id": "2"}])
    told = {
        row["make"]: (row["first_row"], row["last_row"], row["told_columns"])
        for row in made.ledger.to_pylist()
    }
    assert told["accounts"] == (0, 0, None)
    assert told["accounts of leads"] == (ROW_PART, ROW_PART, 2)
    assert told["prospects"] == (None, None, None)


def test_a_name_that_two_bear_finds_nothing(tmp_path: Path) -> None:
    made = carried_out(
        tmp_path,
        firms=[
            {"name": "Acme", "number": "7"},
            {"name": "ACME ", "number": "8"},
            {"name": "Bolt", "number": "9"},
        ],
        leads=[{"id": "1", "firm": "acme"}, {"id": "2", "firm": "bolt"}],
    )
    numbers = [number for (number,) in rows(made, "accounts", "account_id")]
    assert numbers[:3] == ["7", "8", "9"]
    assert len(numbers) == 4
    assert ledger(made)["accounts of leads"] == (2, 1, 1, {})


def test_rows_of_a_table_that_is_only_looked_up_are_accounted_for(tmp_path: Path) -> None:
    content = {**FORMAT, "make": [make for make in FORMAT["make"] if make["from"] == "leads"]}
    made = carried_out(
        tmp_path,
        content,
        leads=[{"id": "1", "firm": "Acme"}],
        firms=[{"name": "Acme", "number": "7"}, {"name": "Bolt"}],
    )
    (found,) = [row for row in made.ledger.to_pylist() if row["source_table"] == "firms"]
    assert (found["entity"], found["is_main"], found["file"]) == ("firms", True, "downloads/a.csv")
    assert ledger(made)["looked_up_only"] == (2, 0, 0, {"looked_up_only": 2})
    assert "looked_up_only" not in ledger(carried_out(tmp_path, firms=[{"name": "Acme"}]))


def test_a_row_is_made_of_every_filled_cell_and_leads_back(tmp_path: Path) -> None:
    made = carried_out(
        tmp_path,
        leads=[
            {"id": "1", "_extra": '{"Entered Won": "2026-02-01", "Entered Lost": null}'},
            {"id": "2", "_extra": '{"Entered Won": "2026-03-01", "Entered Lost": "2026-04-01"}'},
        ],
    )
    found = rows(made, "deal_stages", "deal_id", "stage", "entered_at", "_row")
    assert sorted((row[:3], row[3] % ROW_PART) for row in found) == [
        (("1", "Won", "2026-02-01"), 0),
        (("2", "Lost", "2026-04-01"), 1),
        (("2", "Won", "2026-03-01"), 1),
    ]
    assert len({row[3] for row in found}) == 3
    assert ledger(made)["deal_stages"] == (3, 3, 0, {})


def test_days_are_put_in_order_only_where_the_file_shows_it(tmp_path: Path) -> None:
    seen = {
        "downloads/dmy.csv": ["03/02/2026 10:00", "25/02/2026"],
        "downloads/mdy.csv": ["2/3/26 1:05 PM", "12/25/2026"],
        "downloads/unclear.csv": ["03/02/2026", "2026-02-05"],
    }
    leads = [
        {"id": f"{file}{number}", "seen": day, "rep": "ann", "_file": file}
        for file, days in seen.items()
        for number, day in enumerate(days)
    ]
    made = carried_out(tmp_path, leads=leads)
    assert [day for (day,) in rows(made, "prospects", "detected_at")] == [
        "2026-02-03 10:00:00",
        "2026-02-25",
        "2026-02-03 13:05:00",
        "2026-12-25",
        "03/02/2026",
        "2026-02-05",
    ]


def test_a_column_required_where_present_is_marked_where_a_file_fills_it_nowhere(
    tmp_path: Path,
) -> None:
    made = carried_out(
        tmp_path,
        leads=[
            {"id": "1", "rep": "ann", "_file": "undated.csv"},
            {"id": "2", "rep": "ann", "seen": " ", "_file": "undated.csv"},
            {"id": "3", "rep": "ann", "seen": "2026-03-01", "_file": "dated.csv"},
            {"id": "4", "rep": "ann", "_file": "dated.csv"},
            {"id": "5", "rep": "ann", "seen": "some day", "_file": "unreadable.csv"},
        ],
    )
    assert rows(made, "prospects", "prospect_id", "detected_at") == [
        ("1", "(no column)"),
        ("2", "(no column)"),
        ("3", "2026-03-01"),
        ("4", None),
        ("5", "some day"),
    ]


def test_a_column_required_where_present_is_marked_where_the_make_has_none(tmp_path: Path) -> None:
    described = sheet(tmp_path)
    people = next(make for make in described.makes if make.entity == "prospects")
    undated = {name: each for name, each in people.columns.items() if name != "detected_at"}
    table = tmp_path / "leads.parquet"
    schema = landed_schema(described.entities["leads"])
    pq.write_table(pa.Table.from_pylist([{"id": "1", "rep": "a", "_file": "f"}], schema), table)
    only = replace(described, makes=(replace(people, columns=undated),))
    with duckdb.connect() as connection:
        made = translate(only, {"leads": table}, "s", "s@1", {}, tmp_path / "made", connection)
    assert rows(made, "prospects", "prospect_id", "detected_at") == [("1", "(no column)")]


texts = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8))
lead = st.fixed_dictionaries({"id": texts, "rep": texts, "firm": texts, "seen": texts})


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(leads=st.lists(lead, max_size=6), firms=st.lists(texts, max_size=4))
def test_whatever_the_rows_hold_each_is_accounted_for_and_again_the_same(
    leads: list[Mapping[str, str | None]], firms: list[str | None], tmp_path: Path
) -> None:
    tables: dict[str, Any] = {"leads": leads, "firms": [{"name": name} for name in firms]}
    made = carried_out(tmp_path, **tables)
    first = {entity: path.read_bytes() for entity, path in made.rows.items()}
    for row in made.ledger.to_pylist():
        assert row["rows_in"] == row["made"] + row["merged"] + row["left_out"]
        assert row["left_out"] == sum(number for _, number in row["rules"])
    for entity, path in made.rows.items():
        found = pq.read_table(path).to_pylist()
        assert len(found) == sum(
            row["made"] for row in made.ledger.to_pylist() if row["entity"] == entity
        )
        assert len({row["_row"] for row in found}) == len(found)
    again = carried_out(tmp_path, **tables)
    assert {entity: path.read_bytes() for entity, path in again.rows.items()} == first
    assert again.ledger.equals(made.ledger)


def test_every_part_of_a_cell_finds_through_several_tables(tmp_path: Path) -> None:
    made = carried_out(
        tmp_path,
        firms=[
            {"name": "Acme", "number": "9", "since": "2026-02-01"},
            {"name": "ACME", "number": "7", "since": "2025-02-01"},
        ],
        leads=[
            {"id": "1", "firm": "acme", "members": "5; 6;;", "word": "Signed"},
            {"id": "2", "firm": "acme", "members": "8", "word": "Rumour"},
            {"id": "3", "firm": "none", "members": "8"},
            {"id": "4", "firm": "acme", "members": ""},
        ],
    )
    columns = ("prospect_id", "product_id", "account_id", "stage", "status")
    assert sorted(rows(made, "deals", *columns)) == [
        ("5", "1", "7", "ACME", "won"),
        ("6", "2", "7", "ACME", "won"),
        ("8", "1", "7", "ACME", "known: false"),
    ]
    assert ledger(made)["deals with the members of a firm"] == (4, 3, 0, {"nothing_in_firms": 1})
    keys = [row for (row,) in rows(made, "deals", "_row")]
    assert len(set(keys)) == 3
    assert sorted(row % ROW_PART for row in keys) == [0, 0, 1]


def test_a_column_that_the_file_was_landed_without_is_taken_from_its_other_cells(
    tmp_path: Path,
) -> None:
    made = carried_out(
        tmp_path,
        leads=[
            {"id": "1", "rep": "ann", "_extra": '{"First seen": "05/02/2026", "Else": "x"}'},
            {"id": "2", "rep": "ann", "_extra": '{"First seen": "25/02/2026", "Else": "x"}'},
            {
                "id": "3",
                "rep": "ann",
                "seen": "2026-03-01",
                "_file": "b.csv",
                "_extra": '{"First seen": "2020-01-01"}',
            },
            {
                "id": "4",
                "rep": "ann",
                "_file": "b.csv",
                "_extra": '{"First seen": "2020-01-01"}',
            },
        ],
    )
    assert rows(made, "prospects", "prospect_id", "detected_at") == [
        ("1", "2026-02-05"),
        ("2", "2026-02-25"),
        ("3", "2026-03-01"),
        ("4", None),
    ]


def test_a_row_without_a_key_is_told_beside_earlier_rows_of_the_entity(tmp_path: Path) -> None:
    first, second, *_ = FORMAT["make"]
    every_firm = {name: value for name, value in first.items() if name != "one_per"}
    path = tmp_path / "sheet.yml"
    path.write_text(yaml.safe_dump({**FORMAT, "make": [every_firm, second]}), encoding="utf-8")
    described, files = read_format(path), {}
    origin = {"_file": "a.csv", "_source": "downloads", "_load_id": "one"}
    for name, row in (("firms", {"name": "Acme"}), ("leads", {"id": "1", "firm": "Core"})):
        schema = landed_schema(described.entities[name])
        files[name] = tmp_path / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist([{**origin, **row}], schema=schema), files[name])
    made = translate(described, files, "downloads", "one", {}, tmp_path / "made", duckdb.connect())
    assert [name for (name,) in rows(made, "accounts", "name")] == ["Acme", "Core"]
    assert ledger(made)["accounts of leads"] == (1, 1, 0, {})


def test_no_value_of_one_cell_ends_the_translation() -> None:
    connection = duckdb.connect()
    connection.execute(macros())
    values = connection.execute(
        """
        select
            slug('https://www.linkedin.com/in/ren%E9e'),
            slug('https://www.linkedin.com/in/ren%C3%A9e'),
            seconds_of('99999999999999999999:00'),
            clock_seconds('99999999999999999999:00:00'),
            seconds_of('01:00:05')
        """
    ).fetchone()
    assert values == ("ren%e9e", "renée", None, None, "3605")
