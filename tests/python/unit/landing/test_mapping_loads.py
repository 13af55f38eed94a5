"""A mapping that comes, changes or goes: what becomes of the loads that were landed before."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.errors import ConfigurationError

HUBSPOT = "Record ID,Deal Stage,Amount,Create Date,Besoin\n"
SHEET = "Nr;Name;Seen;Town\n"
MAPPING = "make: {prospects: {prospect_id: Nr, last_name: Name, detected_at: Seen}}\n"
WITH_TOWN = MAPPING.replace("last_name: Name", "last_name: Name, persona: Town")


def made(desk: Any, entity: str, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(
        tuple(row[column] for column in columns)
        for path in (desk.paths.translated / entity).glob("[!_]*.parquet")
        for row in pq.read_table(path).to_pylist()
    )


def translations(desk: Any) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in desk.paths.translated.glob("*/[!_]*.parquet")}


def forget_exports(desk: Any, folder: str) -> None:
    for path in sorted((desk.exports / folder).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def test_a_changed_mapping_translates_all_loads_anew_without_their_exports(desk: Any) -> None:
    desk.put("team/2026-01-01/a.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("team/2026-01-02/a.csv", SHEET + "2;Bo;2026-01-02;Brest\n")
    desk.put("team.mapping.yml", MAPPING)
    desk.land()
    assert made(desk, "prospects", "prospect_id", "persona") == [("1", None), ("2", None)]
    forget_exports(desk, "team")
    desk.put("team.mapping.yml", WITH_TOWN)
    desk.land()
    assert made(desk, "prospects", "prospect_id", "persona") == [("1", "Lyon"), ("2", "Brest")]
    before = translations(desk)
    desk.put("team.mapping.yml", MAPPING)
    desk.land()
    desk.put("team.mapping.yml", WITH_TOWN)
    desk.land()
    assert translations(desk) == before


def test_what_is_said_in_other_words_is_not_translated_again(desk: Any) -> None:
    desk.put("team/a.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("team.mapping.yml", MAPPING)
    desk.land()
    before = {path: path.stat().st_mtime_ns for path in translations(desk)}
    desk.put("team.mapping.yml", "# a remark\n" + MAPPING)
    desk.land()
    assert {path: path.stat().st_mtime_ns for path in translations(desk)} == before


def test_other_tables_and_headers_apply_to_what_was_landed(desk: Any) -> None:
    desk.put("team/a.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("team/b.csv", "Code;Firm\n7;Acme\n")
    desk.put("team.mapping.yml", MAPPING)
    desk.land()
    assert made(desk, "accounts", "name") == []
    people = "{from: people, prospect_id: Nr, last_name: Town, detected_at: Seen}"
    firms = "{from: firms, account_id: Code, name: Firm}"
    tables = "tables: {people: {headers: [Town]}, firms: }\n"
    desk.put("team.mapping.yml", f"{tables}make: {{prospects: {people}, accounts: {firms}}}\n")
    desk.land()
    assert set(made(desk, "prospects", "prospect_id", "last_name")) == {("1", "Lyon")}
    assert made(desk, "accounts", "name") == [("Acme",)]
    loads = len(desk.loads())
    desk.land()
    assert len(desk.loads()) == loads


def test_rows_of_a_file_that_is_no_table_any_more_are_accounted_for(desk: Any) -> None:
    desk.put("team/2026-01-01/a.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("team/2026-01-02/b.csv", "Nr;Name;Seen\n2;Bo;2026-01-02\n3;Cy;2026-01-02\n")
    desk.put("team.mapping.yml", MAPPING)
    desk.land()
    desk.put("team.mapping.yml", WITH_TOWN)
    desk.land()
    assert made(desk, "prospects", "prospect_id") == [("1",)]
    assert made(desk, "_made", "file", "rows_in", "made", "left_out") == [
        ("team/2026-01-01/a.csv", 1, 1, 0),
        ("team/2026-01-02/b.csv", 2, 0, 2),
    ]


def test_a_file_that_was_left_out_before_is_read(desk: Any) -> None:
    desk.put("team/a.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    assert [file.outcome for file in desk.land().files] == ["unknown_entity"]
    desk.put("team.mapping.yml", MAPPING)
    assert [file.outcome for file in desk.land().files] == ["landed"]
    assert made(desk, "prospects", "prospect_id") == [("1",)]


def test_a_file_that_was_refused_under_the_name_of_an_entity_is_read(desk: Any) -> None:
    desk.put("team/prospects.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    assert [file.outcome for file in desk.land().files] == ["refused"]
    desk.put("team.mapping.yml", MAPPING)
    assert [file.outcome for file in desk.land().files] == ["landed"]
    assert made(desk, "prospects", "prospect_id") == [("1",)]
    loads = len(desk.loads())
    desk.land()
    assert len(desk.loads()) == loads


@pytest.mark.parametrize(
    ("name", "content", "was", "hint"),
    [
        ("prospects.csv", "prospect_id,detected_at\n1,2026-01-01\n", "generic", ""),
        ("a.csv", HUBSPOT + "1,x,5,2026-01-01,\n", "hubspot", ", or `adjust` that format"),
    ],
)
def test_rows_that_were_landed_otherwise_are_not_counted_twice(
    desk: Any, name: str, content: str, was: str, hint: str
) -> None:
    desk.put(f"team/{name}", content)
    desk.land()
    desk.put("team/b.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("team.mapping.yml", MAPPING)
    with pytest.raises(ConfigurationError) as error:
        desk.land()
    assert str(error.value) == (
        f"team.mapping.yml, line 1: rows of 'team' were landed as {was} before, and would count "
        f"twice: put the files of this mapping into a folder of their own{hint}"
    )


def test_a_tool_is_adjusted_also_in_loads_that_were_landed_before(desk: Any) -> None:
    desk.put("crm/a.csv", HUBSPOT + "1,Nego,5,2026-01-01,Stores\n2,closedwon,7,2026-01-01,\n")
    desk.land()
    facts = ("deal_id", "status", "lost_reason", "amount")
    assert made(desk, "deals", *facts) == [("1", "open", None, "5"), ("2", "won", None, "7")]
    forget_exports(desk, "crm")
    adjust = "adjust: {deals: {status: {column: stage, values: {nego: lost}}, lost_reason: besoin}}"
    desk.put("crm.mapping.yml", adjust)
    desk.land()
    assert made(desk, "deals", *facts) == [("1", "lost", "Stores", "5"), ("2", "won", None, "7")]
    desk.put("crm.mapping.yml", "stages: {Nego: won}\n")
    desk.land()
    assert made(desk, "deals", *facts)[0] == ("1", "won", None, "5")
    (desk.exports / "crm.mapping.yml").unlink()
    desk.land()
    assert made(desk, "deals", *facts)[0] == ("1", "open", None, "5")


def test_one_of_several_tools_in_a_folder_is_adjusted(desk: Any) -> None:
    pipedrive = "Deal - ID,Deal - Stage,Deal - Status,Deal - Value\n1,x,Open,7\n"
    desk.put("downloads/a.csv", HUBSPOT + "1,Nego,5,2026-01-01,Stores\n")
    desk.put("downloads/b.csv", pipedrive)
    desk.put("downloads.hubspot.mapping.yml", "stages: {Nego: won}\n")
    desk.land()
    assert made(desk, "deals", "_source", "status") == [
        ("downloads.hubspot", "won"),
        ("downloads.pipedrive", "open"),
    ]


def test_a_mapping_may_be_about_some_files_of_a_folder(desk: Any) -> None:
    desk.put("downloads/a.csv", HUBSPOT + "1,closedwon,5,2026-01-01,Stores\n")
    desk.put("downloads/leads.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("downloads.leads.mapping.yml", MAPPING)
    desk.land()
    desk.land()
    assert made(desk, "deals", "_source", "status") == [("downloads", "won")]
    assert made(desk, "prospects", "_source", "last_name") == [("downloads.leads", "Ann")]


def test_a_mapping_that_is_gone_counts_on_for_its_loads(desk: Any) -> None:
    desk.put("team/a.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("team.mapping.yml", MAPPING)
    desk.land()
    (desk.exports / "team.mapping.yml").unlink()
    for path in translations(desk):
        path.unlink()
    desk.land()
    assert made(desk, "prospects", "prospect_id") == [("1",)]


def test_a_mistake_in_a_changed_mapping_changes_nothing(desk: Any) -> None:
    desk.put("team/a.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("team.mapping.yml", MAPPING)
    desk.land()
    before = translations(desk)
    desk.put("team.mapping.yml", MAPPING.replace("prospect_id", "prospekt_id"))
    with pytest.raises(ConfigurationError):
        desk.land()
    assert translations(desk) == before
    kept = desk.paths.state / "mappings" / "team.mapping.yml"
    assert kept.read_text(encoding="utf-8") == MAPPING


def test_files_that_lie_in_the_exports_directly_have_mappings(desk: Any) -> None:
    desk.put("a.csv", HUBSPOT + "1,Nego,5,2026-01-01,Stores\n")
    desk.put("leads.csv", SHEET + "1;Ann;2026-01-01;Lyon\n")
    desk.put("exports.hubspot.mapping.yml", "stages: {Nego: won}\n")
    desk.put("exports.leads.mapping.yml", MAPPING)
    report = desk.land()
    desk.land()
    assert sorted(file.file for file in report.files) == ["a.csv", "leads.csv"]
    assert made(desk, "deals", "_source", "status") == [("exports.hubspot", "won")]
    assert made(desk, "prospects", "_source", "last_name") == [("exports.leads", "Ann")]
