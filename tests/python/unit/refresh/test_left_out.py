"""What of the exports was left out, told in few lines, in both languages."""

from dataclasses import replace
from datetime import datetime

from orchestration.formats.descriptions import known_formats
from orchestration.landing.report import FileReport, LandingReport, Load, LoadReport, SourceReport
from orchestration.refresh.left_out import (
    lines_on_doubts,
    lines_on_left_out,
    lines_on_misspelt,
    lines_on_nothing,
    lines_on_sources,
)

GENERIC = known_formats()["generic"]
FOREIGN = "tables of Salesforce are not read"
LOAD = Load("crm", "generic", "crm@1-a", datetime(2026, 10, 1), 1, "crm", "00")


def left_out(name: str, reason: str = FOREIGN, outcome: str = "unknown_entity") -> FileReport:
    columns = ("Id", "Name") if name.endswith(".csv") else ()
    return FileReport(f"crm/{name}", outcome, reason, unknown_columns=columns)  # type: ignore[arg-type]


def report(*files: FileReport, landed: tuple[FileReport, ...] = ()) -> LandingReport:
    loads = (LoadReport(LOAD, landed, is_new=True),) if landed else ()
    return LandingReport((SourceReport("crm", loads, files),), has_rows=bool(landed))


LANDED = FileReport(
    "crm/deals.csv",
    "landed",
    entity="deals",
    landed=1200,
    unknown_columns=("montent",),
    missing_columns=("montant",),
)


def test_many_files_of_one_reason_are_one_line_with_examples_and_the_total() -> None:
    files = [left_out(f"Object{number}.csv") for number in range(348)]
    assert lines_on_left_out(report(*files), "en") == [
        "crm: 348 files are left out: tables of Salesforce are not read "
        "(Object0.csv, Object1.csv, Object2.csv and 345 more)"
    ]
    assert lines_on_left_out(report(*files), "fr") == [
        "crm : 348 fichiers sont laissés de côté : les tables de Salesforce ne sont pas lues "
        "(Object0.csv, Object1.csv, Object2.csv et 345 autres)"
    ]


def test_a_file_alone_is_named_with_its_reason_and_refused_ones_come_first() -> None:
    files = [left_out("a.csv"), left_out("b.csv", "the file is empty", "refused")]
    assert lines_on_left_out(report(*files), "en") == [
        "crm/b.csv is refused: the file is empty",
        f"crm/a.csv is left out: {FOREIGN}",
    ]


def test_reasons_beyond_the_first_few_are_one_line() -> None:
    files = [left_out(f"{number}.csv", f"reason {number}") for number in range(9)]
    lines = lines_on_left_out(report(*files), "en")
    assert lines[:3] == [f"crm/{number}.csv is left out: reason {number}" for number in range(3)]
    assert lines[3:] == [
        "crm: 6 more files are not read, for other reasons (3.csv, 4.csv, 5.csv and 3 more); "
        "meta.loads lists each with its reason"
    ]


def test_what_is_no_table_and_other_members_of_a_zip_are_not_lacking() -> None:
    files = [left_out("notes.pdf", "not a .csv file", "ignored"), left_out("a.zip!Lead.csv")]
    assert lines_on_left_out(report(*files), "en") == []
    assert lines_on_sources(report(*files), "en") == [
        "crm: nothing new, 1 left out, 1 ignored (notes.pdf)"
    ]


def test_a_source_is_one_line() -> None:
    files = [left_out("a.csv"), left_out("b.csv", "the file is empty", "refused")]
    assert lines_on_sources(report(*files, landed=(LANDED,)), "en") == [
        "crm: 1 file landed, 1,200 rows, 1 refused, 1 left out"
    ]


def test_a_column_that_looks_misspelt_in_many_files_is_asked_about_once() -> None:
    assert lines_on_misspelt(report(landed=(LANDED, LANDED)), "fr") == [
        "crm/deals.csv, crm/deals.csv : la colonne « montent » n'existe pas et n'est donc pas "
        "lue ; s'agit-il de « montant » ?"
    ]


def test_where_nothing_could_be_read_it_says_what_is_there_and_what_is_read() -> None:
    files = [left_out("Lead.csv"), left_out("notes.pdf", "not a .csv file", "ignored")]
    lines = lines_on_nothing(report(*files), "exports", GENERIC, "en")
    assert lines[:-1] == [
        "None of the 2 files in exports could be read:",
        f"  crm/Lead.csv is left out: {FOREIGN}",
        "  crm/notes.pdf is ignored: not a .csv file",
        "    Lead.csv has the columns 'Id', 'Name' (2 in all)",
    ]
    assert "accounts, prospects, " in lines[-1]
    assert "deals.csv with at least deal_id, stage, status" in lines[-1]


def test_a_folder_without_files_and_one_without_rows_are_told_apart() -> None:
    empty = lines_on_nothing(report(), "exports", GENERIC, "en")
    assert empty[0] == "There is nothing to read in exports: no file lies in crm/."
    header = FileReport("crm/deals.csv", "landed", entity="deals", landed=0)
    rowless = LandingReport((SourceReport("crm", (LoadReport(LOAD, (header,), is_new=True),)),))
    assert lines_on_nothing(rowless, "exports", GENERIC, "en")[0] == (
        "There is nothing to read in exports: the files have headers, but no rows."
    )


def test_lines_around_a_table_are_told_with_the_source() -> None:
    around = replace(LANDED, left_out_lines=9)
    (told,) = lines_on_sources(report(landed=(around,)), "en")
    assert "9 lines around the tables left out" in told


def test_a_landed_file_in_doubt_is_told() -> None:
    doubted = replace(LANDED, reason="the encoding is in doubt")
    told = lines_on_doubts(report(landed=(LANDED, doubted)), "en")
    assert told == [f"{LANDED.file}: the encoding is in doubt"]
