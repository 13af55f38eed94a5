"""What an inspection says is what landing then does, of every tool and of the demo.

What belongs here: comparing both, and small folders in which something is to be decided. What does
not: how landing counts (see `tests/python/unit/landing`).
"""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.inspection import looking
from orchestration.inspection.decisions import decisions, needs_somebody
from orchestration.inspection.findings import Inspection
from orchestration.inspection.looking import inspect
from orchestration.inspection.text import inspection_text
from orchestration.landing.loading import land
from orchestration.landing.report import LandingReport
from orchestration.landing.store import Store
from orchestration.landing.translated import LEDGER, Translated
from orchestration.paths import Paths

REPOSITORY = Path(__file__).parents[4]
SAMPLES = REPOSITORY / "tests" / "formats"


def fullest(tool: Path) -> Path:
    """Return the sample of a tool with most files: what single files become others prove."""
    return max(sorted(tool.iterdir()), key=lambda sample: len(list(sample.glob("*.*"))))


def exports_of(sample: Path, tmp_path: Path) -> Path:
    """Return an export folder with the files of a sample as one source."""
    if SAMPLES not in sample.parents:
        return sample
    source = tmp_path / "exports" / "downloads"
    source.mkdir(parents=True)
    for file in sample.iterdir():
        if file.is_file():
            (source / file.name).write_bytes(file.read_bytes())
    return tmp_path / "exports"


def ledger_of(paths: Paths) -> list[Mapping[str, object]]:
    return [
        row
        for path in sorted((paths.translated / LEDGER).glob("[!_]*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


@pytest.mark.parametrize(
    "sample",
    [*map(fullest, sorted(SAMPLES.iterdir())), REPOSITORY / "examples" / "demo"],
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
def test_an_inspection_says_what_landing_does(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says is compared with what it landed, by the call of a refresh."""
    exports = exports_of(sample, tmp_path)
    before = sorted(path for path in exports.rglob("*"))
    paths = Paths(tmp_path / "data")
    reports: list[LandingReport] = []

    def landed_here(*given: Any, **more: Any) -> LandingReport:
        reports.append(land(*given, **more))
        return reports[-1]

    monkeypatch.setattr(looking, "land", landed_here)
    monkeypatch.setattr("tempfile.TemporaryDirectory", lambda **_: nullcontext(str(paths.data)))
    found = inspect(exports)
    assert sorted(path for path in exports.rglob("*")) == before, "an inspection writes nothing"
    (report,) = reports
    assert [each.report for each in found.files] == [
        file
        for source in report.sources
        for file in (*(file for load in source.loads for file in load.files), *source.left_out)
    ]
    store = Store(paths.landing)
    landed = store.all_loads()
    formats = {each.load.source: each.load.format for each in landed}
    assert {each: found.formats[each] for each in formats} == formats
    rows: dict[str, dict[str, int]] = {}
    for each in landed:
        for entity in (path.name for path in paths.translated.iterdir() if path.name != LEDGER):
            path = Translated(paths.translated, store).entity_rows(each.load, entity)
            if path.exists():
                of_entity = rows.setdefault(entity, {})
                number = pq.read_metadata(path).num_rows
                of_entity[each.load.source] = of_entity.get(each.load.source, 0) + number
    assert found.entities == rows
    ledger = ledger_of(paths)
    for make in found.made:
        of_make = [
            row
            for row in ledger
            if (row["source"], row["source_table"], row["make"])
            == (make.source, make.table, make.make)
        ]
        assert make.rows_in == sum(int(str(row["rows_in"])) for row in of_make)
        assert make.made == sum(int(str(row["made"])) for row in of_make)
        assert make.merged + sum(make.left_out.values()) == make.rows_in - make.made
    assert {(make.source, make.make) for make in found.made} == {
        (row["source"], row["make"]) for row in ledger
    }
    assert inspection_text(found, "en")
    assert inspection_text(found, "fr", shows_all=True)
    assert json.loads(json.dumps(asdict(found), default=str))["formats"] == found.formats


def look(exports: Path, files: Mapping[str, str]) -> Inspection:
    for name, text in files.items():
        path = exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return inspect(exports)


def lines_of(found: Inspection) -> list[str]:
    return [
        line
        for each in decisions(found, "en")
        if not each.is_remark
        for line in (each.text, *each.lines)
    ]


DEALS = "deal_id,stage,status,amount,created_at,currency\n"


def test_days_that_nothing_tells_apart_ask_for_their_order(tmp_path: Path) -> None:
    """04/05 may be both, 25/05 only day first: of the other file nothing is known."""
    found = look(
        tmp_path,
        {
            "one/deals.csv": DEALS + "1,A,open,5,04/05/2026,\n2,A,open,5,25/05/2026,\n",
            "two/deals.csv": DEALS + "1,A,open,5,04/05/2026,\n2,A,open,5,05/06/2026,\n",
            "three/deals.csv": DEALS + "1,A,open,5,2026-05-04,\n",
        },
    )
    lines = lines_of(found)
    assert "sources: {one: {date_order: dmy}}" in lines
    assert "sources: {two: {date_order: dmy}}  # or mdy" in lines
    assert not any("three" in line for line in lines)
    assert needs_somebody(found)
    forms = {each.source: each.form for each in found.columns if each.column == "created_at"}
    assert forms == {"one": "unclear", "two": "unclear", "three": "yyyy-mm-dd"}


def test_a_declared_order_leaves_nothing_to_ask(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        {
            "one/deals.csv": DEALS + "1,A,open,5,04/05/2026,\n",
            "sources.yml": "sources: {one: {date_order: dmy}}\n",
        },
    )
    assert not needs_somebody(found)
    assert found.unread == ()


def test_words_of_closed_lists_outcomes_and_currencies_are_told(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        {
            "crm/deals.csv": DEALS + "1,A,open,5,2026-05-04,USD\n2,B,pending,5,2026-05-04,EUR\n",
            "crm/activities.csv": "activity_id,occurred_at,channel,direction,outcome\n"
            "1,2026-05-04,fax,outbound,sent\n2,2026-05-05,call,outbound,grommelé\n",
        },
    )
    assert [(each.column, each.rule, each.examples) for each in found.unread] == [
        ("channel", "other_word", ("fax",)),
        ("status", "closed_list", ("pending",)),
    ]
    lines = lines_of(found)
    assert "call,outbound,grommelé,<meaning>" in lines
    assert "2000-01-01,USD,<EUR>" in lines
    assert [(each.stage, each.open, each.won) for each in found.stages] == [
        ("A", 1, 0),
        ("B", 0, 0),
    ]


def test_ids_that_a_spreadsheet_rounded_are_told(tmp_path: Path) -> None:
    found = look(tmp_path, {"crm/deals.csv": DEALS + "1.23457E+17,A,open,5,2026-05-04,\n"})
    (unread,) = found.unread
    assert (unread.column, unread.rule, unread.rows, unread.of) == ("deal_id", "rounded_id", 1, 1)
    assert needs_somebody(found)


def test_references_are_counted_as_they_find_records(tmp_path: Path) -> None:
    """Of three deals two name an account, one of which is there."""
    found = look(
        tmp_path,
        {
            "crm/accounts.csv": "account_id,name\nA1,Norvent\n",
            "crm/deals.csv": "deal_id,account_id,stage,status\n"
            "1,A1,x,open\n2,A9,x,open\n3,,x,open\n",
            "mails/activities.csv": "activity_id,occurred_at,channel,direction,email\n"
            "1,2026-05-04,email,outbound,Jo <j@norvent.example>\n"
            "2,2026-05-04,email,outbound,k@norvent.example\n",
            "crm/prospects.csv": "prospect_id,detected_at,email\nP1,2026-01-01,J@norvent.example\n",
        },
    )
    counted = {
        (each.source, each.entity, each.column): (each.rows, each.filled, each.found)
        for each in found.links
    }
    assert counted == {
        ("crm", "deals", "account_id"): (3, 2, 1),
        ("mails", "activities", "person"): (2, 2, 1),
    }


def test_what_is_refused_and_what_nobody_knows_asks_for_somebody(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        {
            "crm/deals.csv": "deal_id,amount\n1,5\n",
            "crm/suivi.csv": "Entreprise,Contact,Étape\nNorvent,Tomás,Signé\n",
            "crm/notes.txt": "nothing\n",
        },
    )
    outcomes = {each.report.file: each.report.outcome for each in found.files}
    assert outcomes["crm/deals.csv"] == "refused"
    assert outcomes["crm/suivi.csv"] == "unknown_entity"
    lines = lines_of(found)
    assert any(line.startswith("crm/deals.csv is refused") for line in lines)
    assert any("columns: Entreprise, Contact, Étape" in line for line in lines)
    assert found.supply.kpis == ()


def test_a_tools_columns_say_what_they_become(tmp_path: Path) -> None:
    found = look(
        tmp_path,
        {
            "crm/x.csv": "Record ID,Deal Stage,Create Date,Amount,Own\n"
            "1,Closed Won,03/28/2026,1500.5,z\n",
        },
    )
    columns = {each.header: each for each in found.columns}
    assert columns["Amount"].targets == ("deals.amount",)
    assert columns["Amount"].decimal == "."
    assert columns["Create Date"].form == "mm/dd/yyyy"
    assert columns["Create Date"].example == "03/28/2026"
    assert "deals.status" in columns["Deal Stage"].targets
    assert "Own" in found.unused["crm deals"]


def test_a_sheet_beside_a_tools_files_is_read_by_rules_of_its_own(tmp_path: Path) -> None:
    """Its amounts are read by the mark that they show, as a refresh reads them."""
    found = look(
        tmp_path,
        {
            "downloads/x.csv": "Record ID,Deal Stage,Create Date\n1,Closed Won,2026-03-28\n",
            "downloads/suivi.csv": 'Société,Étape,CA\nNorvent,Gagné,"1200,5"\nKervanel,Perdu,300\n',
            "downloads.suivi.mapping.yml": "make: {deals: {deal_id: {id: [Société]}, stage: Étape, "
            "amount: CA}}\n",
        },
    )
    assert found.formats["downloads.suivi"] == "mapping"
    assert found.entities["deals"] == {"downloads": 1, "downloads.suivi": 2}
    assert found.unread == ()
    (amount,) = [each for each in found.columns if "deals.amount" in each.targets]
    assert (amount.source, amount.decimal) == ("downloads.suivi", ",")
