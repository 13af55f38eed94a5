"""Tools' files in the exports: whose source they are; translations follow what is landed."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.landing.gate import Batch, Verdict
from orchestration.landing.loading import land
from orchestration.landing.translated import stage_outcomes
from orchestration.settings.declared import read_settings

HUBSPOT = "Record ID,Deal Stage,Amount,Create Date\n"
PIPEDRIVE = "Deal - ID,Deal - Stage,Deal - Status,Deal - Value\n"
DEALS = "deal_id,stage,status,created_at\n"


def sources(desk: Any) -> list[tuple[str, str, str]]:
    return sorted((row["source"], row["format"], row["file"]) for row in desk.loads())


def deals(desk: Any) -> list[tuple[str, str, str]]:
    found = []
    for path in sorted((desk.paths.translated / "deals").glob("[!_]*.parquet")):
        found += [
            (row["_source"], row["deal_id"], row["status"])
            for row in pq.read_table(path).to_pylist()
        ]
    return found


def test_a_folder_of_one_tool_is_its_source(desk: Any) -> None:
    desk.put("crm/anything.csv", HUBSPOT + "1,closedwon,5,2026-01-01\n")
    desk.land()
    assert sources(desk) == [("crm", "hubspot", "crm/anything.csv")]
    assert deals(desk) == [("crm", "1", "won")]


def test_a_folder_named_like_a_tool_may_hold_generic_files(desk: Any) -> None:
    desk.put("hubspot/deals.csv", DEALS + "1,won,won,2026-01-01\n")
    desk.land()
    assert sources(desk) == [("hubspot", "generic", "hubspot/deals.csv")]
    assert desk.values("deals", "deal_id") == [("1",)]
    assert deals(desk) == []


def test_two_tools_in_a_folder_are_two_sources(desk: Any) -> None:
    desk.put("downloads/a.csv", HUBSPOT + "1,closedlost,5,2026-01-01\n")
    desk.put("downloads/b.csv", PIPEDRIVE + "1,x,Won,7\n")
    desk.land()
    assert sources(desk) == [
        ("downloads.hubspot", "hubspot", "downloads/a.csv"),
        ("downloads.pipedrive", "pipedrive", "downloads/b.csv"),
    ]
    assert deals(desk) == [
        ("downloads.hubspot", "1", "lost"),
        ("downloads.pipedrive", "1", "won"),
    ]


def test_a_tool_keeps_the_folders_name_when_another_comes(desk: Any) -> None:
    desk.put("crm/a.csv", HUBSPOT + "1,x,5,2026-01-01\n")
    desk.land()
    desk.put("crm/b.csv", PIPEDRIVE + "1,x,Won,7\n")
    desk.land()
    assert {row[:2] for row in sources(desk)} == {
        ("crm", "hubspot"),
        ("crm.pipedrive", "pipedrive"),
    }


def test_generic_files_keep_the_folders_name_beside_a_tool(desk: Any) -> None:
    desk.put("crm/deals.csv", DEALS + "1,won,won,2026-01-01\n")
    desk.put("crm/export.csv", HUBSPOT + "1,x,5,2026-01-01\n")
    desk.land()
    assert sources(desk) == [
        ("crm", "generic", "crm/deals.csv"),
        ("crm.hubspot", "hubspot", "crm/export.csv"),
    ]


def test_a_file_called_like_an_entity_with_a_tools_headers_is_the_tools(desk: Any) -> None:
    desk.put("crm/deals.csv", HUBSPOT + "1,x,5,2026-01-01\n")
    desk.land()
    assert sources(desk) == [("crm", "hubspot", "crm/deals.csv")]


def test_members_of_a_zip_are_told_by_their_headers(desk: Any) -> None:
    import io
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("part one.csv", "Title\n\n" + HUBSPOT + "1,x,5,2026-01-01\n")
        archive.writestr("read me.txt", "hello")
        archive.writestr("other.csv", "a,b,c\n1,2,3\n")
    desk.put("crm/export.zip", content.getvalue())
    report = desk.land()
    assert deals(desk) == [("crm", "1", "open")]
    outcomes = {file.file: file.outcome for file in report.files}
    assert outcomes == {
        "crm/export.zip!part one.csv": "landed",
        "crm/export.zip!read me.txt": "ignored",
        "crm/export.zip!other.csv": "unknown_entity",
    }


def test_a_file_of_no_table_beside_a_tools_is_told(desk: Any) -> None:
    desk.put("crm/a.csv", HUBSPOT + "1,x,5,2026-01-01\n")
    desk.put("crm/b.csv", "a,b,c\n1,2,3\n")
    report = desk.land()
    assert [(file.file, file.outcome) for file in report.unknown] == [
        ("crm/b.csv", "unknown_entity")
    ]


def test_rows_of_another_width_are_rejected_by_their_number_below_the_header(desk: Any) -> None:
    desk.put("crm/a.csv", "A title\n" + HUBSPOT + "1,x,5,2026-01-01\n2,y\n")
    desk.land()
    assert [(row["entity"], row["row_number"]) for row in desk.rejects()] == [("deals", 2)]


def test_other_words_for_stages_translate_every_load_again(desk: Any) -> None:
    desk.put("crm/2026-01-01/a.csv", HUBSPOT + "1,Signed,5,2026-01-01\n")
    desk.land()
    desk.put("crm/2026-01-02/a.csv", HUBSPOT + "2,Signed,5,2026-01-01\n")
    own = stage_outcomes([{"stage": "Signed", "outcome": "won"}])
    land(desk.exports, desk.paths, read_settings(desk.exports), outcomes=own)
    assert deals(desk) == [("crm", "1", "won"), ("crm", "2", "won")]


def test_what_is_unchanged_is_not_translated_again(desk: Any) -> None:
    desk.put("crm/a.csv", HUBSPOT + "1,x,5,2026-01-01\n")
    desk.land()
    before = {path: path.stat().st_mtime_ns for path in files(desk)}
    desk.land()
    assert {path: path.stat().st_mtime_ns for path in files(desk)} == before


def test_a_lost_translation_is_made_anew_from_what_was_landed(desk: Any) -> None:
    desk.put("crm/a.csv", HUBSPOT + "1,x,5,2026-01-01\n")
    desk.land()
    for path in files(desk):
        path.unlink()
    (desk.exports / "crm" / "a.csv").unlink()
    desk.land()
    assert deals(desk) == [("crm", "1", "open")]


def files(desk: Any) -> list[Path]:
    return sorted(desk.paths.translated.glob("*/[!_]*.parquet"))


class _Closed:
    """Holds every batch back and remembers what it was shown."""

    def __init__(self) -> None:
        self.seen: list[Batch] = []

    def prepare(self) -> None:
        """Need nothing."""

    def reasons(self, batch: Batch) -> list[str]:
        self.seen.append(batch)
        return ["implausible"]

    def verdict(self, _: str) -> Verdict:
        return Verdict("held_back", "implausible")


def test_the_gate_judges_what_a_load_becomes_and_a_held_one_is_not_translated(desk: Any) -> None:
    gate = _Closed()
    desk.put("crm/a.csv", HUBSPOT + "1,x,5,2026-01-01\n")
    land(desk.exports, desk.paths, read_settings(desk.exports), gate=gate)
    assert [sorted(batch.rows) for batch in gate.seen] == [["deals"]]
    assert [(file.entity, file.landed) for file in gate.seen[0].files] == [("deals", 1)]
    assert files(desk) == []
