"""Which files form a load, when it is new, and how it appears whole or not at all."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Timer
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import known_formats
from orchestration.landing.fingerprints import key_of
from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import Settings, read_settings

ACCOUNTS = "account_id,name\n"
OCTOBER = datetime(2026, 10, 1, 12)


def load_ids(desk: Any) -> list[str]:
    return sorted({row["load_id"] for row in desk.loads()})


def set_time(path: Path, moment: datetime) -> None:
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def test_flat_files_are_one_load_dated_by_the_newest_change_in_the_reporting_zone(
    desk: Any,
) -> None:
    desk.put("sources.yml", "reporting: {timezone: Asia/Tokyo}")
    set_time(desk.put("crm/accounts.csv", ACCOUNTS), datetime(2026, 9, 1, tzinfo=UTC))
    set_time(desk.put("crm/reps.csv", "rep_id,name\n"), datetime(2026, 9, 30, 20, tzinfo=UTC))
    desk.land(loaded_at=None)
    assert {(row["loaded_at"], row["loaded_on"], row["revision"]) for row in desk.loads()} == {
        (datetime(2026, 10, 1, 5), date(2026, 10, 1), 1)
    }
    (load_id,) = load_ids(desk)
    assert load_id.startswith("crm@20261001T050000-")


def test_the_same_content_again_is_no_new_load(desk: Any) -> None:
    path = desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    assert len(desk.land().new_loads) == 1
    set_time(path, datetime(2026, 10, 20, tzinfo=UTC))
    assert desk.land().new_loads == ()
    assert desk.land(loaded_at=datetime(2026, 11, 1)).new_loads == ()
    assert desk.land(loaded_at=None).new_loads == ()
    assert len(load_ids(desk)) == 1


def test_changed_flat_files_are_a_further_load_that_follows(desk: Any) -> None:
    path = desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.land()
    for name, moment in (("Bolt", datetime(2026, 9, 1)), ("Acme", datetime(2026, 10, 5))):
        path.write_text(ACCOUNTS + f"1,{name}\n")
        set_time(path, moment.replace(tzinfo=UTC))
        assert len(desk.land(loaded_at=None).new_loads) == 1
        assert desk.land(loaded_at=None).new_loads == ()
    loads = sorted(desk.loads(), key=lambda row: (row["loaded_at"], row["revision"]))
    assert [(row["loaded_at"], row["revision"]) for row in loads] == [
        (OCTOBER, 1),
        (OCTOBER, 2),  # an older time stamp than the load before: the content is newer all the same
        (datetime(2026, 10, 5, 2), 1),
    ]
    assert len({row["load_id"] for row in loads}) == 3


def test_dated_folders_are_one_load_each_in_the_order_of_their_dates(desk: Any) -> None:
    desk.put("crm/2026-10-02/accounts.csv", ACCOUNTS + "1,Bolt\n")
    desk.put("crm/2026-10-01T0830/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.put("crm/2026-10-01/accounts.csv", ACCOUNTS + "1,Aaa\n")
    report = desk.land()
    assert [load.load.loaded_at for load in report.new_loads] == [
        datetime(2026, 10, 1),
        datetime(2026, 10, 1, 8, 30),
        datetime(2026, 10, 2),
    ]
    assert desk.land().new_loads == ()


def test_a_changed_dated_folder_is_a_further_revision_of_its_date(desk: Any) -> None:
    path = desk.put("crm/2026-10-01/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.put("crm/2026-10-02/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.land()
    for name in ("Bolt", "Acme"):  # the second time the content of the first load again
        path.write_text(ACCOUNTS + f"1,{name}\n")
        desk.land()
        assert desk.land().new_loads == ()
    loads = [row for row in desk.loads() if row["folder"] == "crm/2026-10-01"]
    assert sorted(row["revision"] for row in loads) == [1, 2, 3]
    assert {row["loaded_on"] for row in loads} == {date(2026, 10, 1)}
    assert len({row["load_id"] for row in loads}) == 3


def test_an_added_file_makes_a_new_load_but_an_ignored_one_does_not(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.land()
    desk.put("crm/notes.pdf", "x")
    desk.put("crm/.DS_Store", "x")
    assert desk.land().new_loads == ()
    desk.put("crm/accounts_b.csv", ACCOUNTS + "2,Bolt\n")
    assert len(desk.land().new_loads) == 1


def test_declaring_the_encoding_lands_the_same_bytes_again(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS.encode() + b"1,Zo\xc3\xab\n2,Ren\xe9\n")
    desk.land()
    assert desk.values("accounts", "name")[1] == ("Ren\ufffd",)
    desk.put("sources.yml", "sources: {crm: {encoding: cp1252}}")
    assert len(desk.land(loaded_at=None).new_loads) == 1
    assert ("René",) in desk.values("accounts", "name")
    assert desk.land(loaded_at=None).new_loads == ()


def test_loaded_at_with_a_zone_becomes_a_wall_time_of_the_reporting_zone(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS)
    desk.land(loaded_at=datetime(2026, 10, 1, 23, tzinfo=UTC))
    assert desk.loads()[0]["loaded_at"] == datetime(2026, 10, 2, 1)


def test_several_files_of_an_entity_follow_each_other_in_one_parquet_file(desk: Any) -> None:
    desk.put("crm/accounts_b.csv", ACCOUNTS + "3,C\n4,D\n")
    desk.put("crm/accounts_a.csv", "name;extra;account_id\nA;x;1\nB;;2\n")
    desk.put("crm/accounts_c.csv", "nothing\n1\n")
    desk.land()
    assert desk.values("accounts", "account_id", "name", "_extra") == [
        ("1", "A", '{"extra":"x"}'),
        ("2", "B", None),
        ("3", "C", None),
        ("4", "D", None),
    ]
    assert {row["file"]: row["first_row"] for row in desk.loads()} == {
        "crm/accounts_a.csv": 0,
        "crm/accounts_b.csv": 2,
        "crm/accounts_c.csv": None,
    }
    folder = desk.paths.landing / "generic" / "accounts"
    assert len([path for path in folder.iterdir() if path.stem != "_empty"]) == 1


def test_every_entity_has_an_empty_file_with_its_columns(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS)
    desk.land()
    for entity in known_formats()["generic"].entities.values():
        path = desk.paths.landing / "generic" / entity.name / "_empty.parquet"
        expected = [*entity.column_names, "_extra", "_source", "_load_id", "_file"]
        assert pq.read_schema(path).names == expected
        assert pq.read_metadata(path).num_rows == 0
    assert pq.read_metadata(desk.paths.landing / "_loads/_empty.parquet").num_rows == 0
    assert pq.read_metadata(desk.paths.landing / "_rejects/_empty.parquet").num_rows == 0


def test_landed_files_have_the_same_columns_whichever_reader_wrote_them(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.put("outreach/accounts.csv", "account_id,name\r\n1,Acme\n2,Bolt\r\n")
    desk.land()
    folder = desk.paths.landing / "generic" / "accounts"
    schemas = {str(pq.read_schema(path).remove_metadata()) for path in folder.iterdir()}
    assert len(schemas) == 1
    assert [row["_source"] for row in desk.rows("accounts")] == ["crm", "outreach", "outreach"]


def test_what_an_interrupted_run_left_is_removed(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.land()
    (load_id,) = load_ids(desk)
    landing = desk.paths.landing
    torn = landing / "generic/accounts/crm@20261003T000000-00000000.parquet"
    torn.write_bytes(b"PAR1 torn")
    part = landing / "_loads/.x.parquet.part"
    part.write_bytes(b"torn")
    (landing / ".scratch").mkdir()
    (landing / ".scratch/7.parquet").write_bytes(b"torn")
    report = desk.land()
    assert sorted(report.removed_leftovers) == [
        "_loads/.x.parquet.part",
        "generic/accounts/crm@20261003T000000-00000000.parquet",
    ]
    assert not torn.exists()
    assert not (landing / ".scratch").exists()
    assert (landing / f"generic/accounts/{load_id}.parquet").exists()


def test_a_load_without_its_record_is_landed_again(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.land()
    (load_id,) = load_ids(desk)
    (desk.paths.landing / f"_loads/{load_id}.parquet").unlink()
    assert len(desk.land().new_loads) == 1
    assert desk.values("accounts", "name") == [("Acme",)]


def test_the_record_of_a_load_is_written_last(desk: Any) -> None:
    """A folder in the place of the rejects file makes writing it fail: no load may exist then."""
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n2\n")
    desk.land()
    (load_id,) = load_ids(desk)
    (desk.paths.landing / f"_loads/{load_id}.parquet").unlink()
    (desk.paths.landing / f"_rejects/{load_id}.parquet").unlink()
    (desk.paths.landing / f"_rejects/{load_id}.parquet").mkdir()
    with pytest.raises(OSError, match="directory"):
        desk.land()
    assert load_ids(desk) == []
    (desk.paths.landing / f"_rejects/{load_id}.parquet").rmdir()
    desk.land()
    assert load_ids(desk) == [load_id]


def test_a_file_that_grows_while_it_is_read_is_not_landed(desk: Any) -> None:
    path = desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")

    def write_more(line: str) -> None:
        assert line.startswith("landing crm@")
        with path.open("a") as stream:
            stream.write("2,Bolt\n")

    settings: Settings = read_settings(desk.exports)
    report = land(desk.exports, desk.paths, settings, OCTOBER, progress=write_more)
    assert [file.file for file in report.postponed] == ["crm/accounts.csv"]
    assert "crm/accounts.csv changed while it was being read" in str(report.postponed[0].reason)
    assert desk.loads() == []
    assert not desk.land().postponed
    assert desk.values("accounts", "name") == [("Acme",), ("Bolt",)]


@pytest.mark.parametrize("file", ["accounts.csv", "accounts.csv.gz", "all.zip", "accounts.parquet"])
def test_a_file_that_disappears_keeps_only_its_own_load_out(desk: Any, file: str) -> None:
    """A file is moved away while another source of the same exports is read."""
    desk.put("crm/deals.csv", "deal_id,stage,status\n1,offer,open\n")
    desk.put("outreach/prospects.csv", "prospect_id,detected_at\n1,2026-01-05\n")
    moved = desk.put(f"crm/{file}", "not looked at")
    settings: Settings = read_settings(desk.exports)
    report = land(
        desk.exports,
        desk.paths,
        settings,
        OCTOBER,
        progress=lambda _: moved.unlink(missing_ok=True),
    )
    assert [each.file for each in report.postponed] == [f"crm/{file}", "crm/deals.csv"]
    assert desk.values("deals", "deal_id") == []
    assert desk.values("prospects", "prospect_id") == [("1",)]
    desk.land()
    assert desk.values("deals", "deal_id") == [("1",)]


def test_a_file_that_a_program_has_open_for_writing_is_not_read(desk: Any) -> None:
    desk.put("outreach/prospects.csv", "prospect_id,detected_at\n1,2026-01-05\n")
    desk.put("crm/deals.csv", "deal_id,stage,status\n1,offer,open\n")
    with desk.put("crm/accounts.csv", ACCOUNTS).open("a"):
        report = desk.land()
    assert [file.file for file in report.postponed] == ["crm/accounts.csv", "crm/deals.csv"]
    assert "crm/accounts.csv is still being written" in str(report.postponed[0].reason)
    assert (desk.values("accounts", "name"), desk.values("deals", "deal_id")) == ([], [])
    with (desk.exports / "crm/accounts.csv").open():  # a reader is no matter
        assert not desk.land().postponed
    assert desk.values("deals", "deal_id") == [("1",)]


def test_a_load_is_trusted_only_when_its_files_have_been_left_alone_for_a_while(desk: Any) -> None:
    desk.put("crm/deals.csv", "deal_id,stage,status\n1,offer,open\n")
    settings: Settings = read_settings(desk.exports)

    def again(_: str) -> None:
        Timer(0.2, desk.put, ("crm/deals.csv", "deal_id,stage,status\n1,talks,open\n")).start()

    report = land(desk.exports, desk.paths, settings, progress=again, settled_seconds=1)
    assert [file.file for file in report.postponed] == ["crm/deals.csv"]
    land(desk.exports, desk.paths, settings, settled_seconds=1)
    assert desk.values("deals", "stage") == [("talks",)]


def test_a_file_under_its_temporary_name_is_not_read(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv.part", ACCOUNTS)
    assert file.outcome == "ignored"
    assert "still being written" in str(file.reason)


def test_a_link_that_leads_nowhere_is_named(desk: Any) -> None:
    desk.put("crm/deals.csv", "deal_id,stage,status\n")
    (desk.exports / "crm/accounts.csv").symlink_to("gone.csv")
    (file,) = desk.land().refused
    assert (file.file, file.entity) == ("crm/accounts.csv", "accounts")
    assert "leads to no file" in str(file.reason)


def test_a_link_out_of_the_exports_is_refused(desk: Any, tmp_path: Path) -> None:
    desk.put("crm/accounts_1.csv", ACCOUNTS)
    secret = tmp_path / "secret.csv"
    secret.write_text(ACCOUNTS, encoding="utf-8")
    (desk.exports / "crm/accounts_2.csv").symlink_to("accounts_1.csv")
    (desk.exports / "crm/accounts_3.csv").symlink_to(secret)
    report = desk.land()
    (refused,) = report.refused
    assert refused.file == "crm/accounts_3.csv"
    assert "leads out of the exports" in str(refused.reason)
    assert len([file for file in report.files if file.outcome == "landed"]) == 2


def test_a_folder_that_lies_outside_the_exports_is_not_read(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    desk.put("web/deals.csv", "deal_id,stage,status\n")
    (desk.exports / "crm").symlink_to(tmp_path / "elsewhere")
    (file,) = desk.land().refused
    assert (file.file, file.landed) == ("crm/accounts.csv", None)


def test_files_in_no_load_are_listed_as_long_as_they_lie_there(desk: Any) -> None:
    desk.put("crm/prospetcs.csv", "prospect_id\n")
    desk.put("crm/2026-10-01/notes.txt", "call them back")
    desk.put("outreach/accounts.xls", b"x")
    desk.put("web/accounts.csv", ACCOUNTS)
    report = desk.land()
    assert [file.file for file in report.unknown] == ["crm/prospetcs.csv"]
    assert desk.outside() == [
        ("crm", "crm/prospetcs.csv", "unknown_entity"),
        ("crm", "crm/2026-10-01/notes.txt", "ignored"),
        ("outreach", "outreach/accounts.xls", "refused"),
    ]
    (desk.exports / "crm/prospetcs.csv").unlink()
    (desk.exports / "outreach/accounts.xls").unlink()
    desk.land()
    assert desk.outside() == [("crm", "crm/2026-10-01/notes.txt", "ignored")]


def test_an_unchanged_file_is_not_read_again(desk: Any) -> None:
    path = desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.land()
    remembered = desk.paths.state / "fingerprints.json"
    content = path.read_bytes()
    found = path.stat()
    stamp = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
    # A hash that only the memory can have given shows that the file was not read.
    remembered.write_text(json.dumps({key_of("crm/accounts.csv"): [stamp, "0" * 64]}))
    assert len(desk.land(loaded_at=None).new_loads) == 1
    assert "0" * 64 in {row["sha256"] for row in desk.loads()}
    remembered.write_text("{damaged")
    path.write_bytes(content)
    assert "0" * 64 not in {file.sha256 for file in desk.land(loaded_at=None).files}


def test_a_refused_file_is_reported_again_while_it_lies_there(desk: Any) -> None:
    desk.put("crm/accounts.csv", "")
    assert desk.land().refused
    again = desk.land()
    assert again.new_loads == ()
    assert [file.file for file in again.refused] == ["crm/accounts.csv"]
    desk.put("crm/accounts.csv", ACCOUNTS)
    assert not desk.land(loaded_at=None).refused


def test_sources_are_told_apart_and_files_beside_them_ignored(desk: Any) -> None:
    desk.put("accounts.csv", "not read")
    desk.put("reference/funnel_stages.csv", "not a source")
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.put("crm/archive/accounts.csv", ACCOUNTS + "1,Old\n")
    desk.put("crm/2026-02-30/accounts.csv", ACCOUNTS + "1,Old\n")
    desk.put("outreach/accounts.csv", ACCOUNTS + "1,Bolt\n")
    report = desk.land()
    assert desk.values("accounts", "_source", "name") == [("crm", "Acme"), ("outreach", "Bolt")]
    below = [(file.file, file.outcome) for file in report.files if "/" in file.file]
    assert [each for each in below if each[1] != "landed"] == [
        ("crm/2026-02-30", "refused"),
        ("crm/archive", "refused"),
    ]


def test_a_missing_export_folder_is_named(tmp_path: Path, desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS)
    settings = read_settings(desk.exports)
    with pytest.raises(ConfigurationError, match="nowhere does not exist"):
        land(tmp_path / "nowhere", Paths(tmp_path / "data"), settings)


def test_the_exports_are_left_as_they_were(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.put("crm/products.csv", b"product_id,name\n1,caf\xe9\n")
    before = {path: path.stat().st_mtime_ns for path in desk.exports.rglob("*")}
    desk.land()
    assert {path: path.stat().st_mtime_ns for path in desk.exports.rglob("*")} == before


def test_a_report_has_the_facts_of_each_file(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS.replace("\n", ",colour\n") + "1,Acme,red\n2,Bolt\n")
    desk.put("crm/deals.csv", "deal_id,stage,state\n")
    desk.put("crm/contact.csv", "x")
    report = desk.land()
    accounts, deals, contact = report.files
    assert (accounts.records, accounts.landed, accounts.structural_rejects) == (2, 1, 1)
    assert (accounts.encoding, accounts.delimiter) == ("utf-8", ",")
    assert accounts.unknown_columns == ("colour",)
    assert (deals.outcome, deals.reason) == (
        "refused",
        "the required column 'status' is missing; the nearest header is 'state': rename it to "
        "'status' if it is that column",
    )
    assert (contact.outcome, contact.reason) == (
        "unknown_entity",
        "'contact' is not an entity; the nearest is 'contracts': name it contracts.csv or "
        "contracts_<anything>.csv",
    )
    assert desk.land().new_loads == ()


def test_one_source_is_back_filled_and_the_others_stay_as_they_are(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme\n")
    desk.put("outreach/prospetcs.csv", "a,b\n1,2\n")
    desk.land()
    for day in ("2025-01-01", "2025-02-01"):
        desk.put(f"crm/{day}/accounts.csv", ACCOUNTS + f"{day},Old\n")
    desk.put("outreach/prospects.csv", "prospect_id,detected_at\n1,2026-01-05\n")
    settings: Settings = read_settings(desk.exports)
    report = land(desk.exports, desk.paths, settings, OCTOBER, only=["crm"])
    assert [load.load.folder for load in report.new_loads] == ["crm/2025-01-01", "crm/2025-02-01"]
    assert [file.file for file in report.unknown] == ["outreach/prospetcs.csv"]
    assert desk.values("prospects", "prospect_id") == []
    desk.land()
    assert desk.values("prospects", "prospect_id") == [("1",)]
    with pytest.raises(ConfigurationError, match="there is no source 'cmr'"):
        land(desk.exports, desk.paths, settings, OCTOBER, only=["cmr"])
