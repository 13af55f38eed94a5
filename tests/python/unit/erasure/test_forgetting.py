"""Erasing people from what is landed: every cell that names them, nothing of anybody else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.erasure.finding import Wanted
from orchestration.erasure.forgetting import Forgotten, finish_erasures, forget, landing_eraser
from orchestration.erasure.forgotten import keep_erasure, read_erasures
from orchestration.erasure.holding import rows_held
from orchestration.erasure.requests import carry_out_requests
from orchestration.landing.loading import land
from orchestration.landing.store import Store
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings

CRM_PROSPECTS = """prospect_id,account_id,first_name,last_name,email,phone,linkedin_url,notes
P1,A1,Zélie,Quatrevaux,zelie.q@acme.example,06 12 34 56 78,linkedin.com/in/zelie-q,vit à Brest
P2,A1,Odilon,Brisefer,odilon@acme.example,06 99 99 99 99,,
P3,A1,Odette,Brisefer,odette@acme.example,06 99 99 99 99,,
"""
OUTREACH_PROSPECTS = """prospect_id,first_name,last_name,email
O1,Zelie,QUATREVAUX,Zelie.Q@ACME.example
O2,Odilon,Brisefer,odilon@acme.example
"""
ACTIVITIES = """activity_id,occurred_at,channel,direction,prospect_id,email,phone
X1,2026-09-01 10:00,email,outbound,,ZELIE.Q@acme.example,
X2,2026-09-02 10:00,call,outbound,,,+33 6 12 34 56 78
X3,2026-09-03 10:00,email,outbound,,odilon@acme.example,
"""
DEALS = """deal_id,account_id,prospect_id,stage,status,lost_reason
D1,A1,P1,Lost,lost,prix
D2,A1,P2,Lost,lost,préfère Quatrevaux Zélie (06.12.34.56.78)
D3,A1,P2,Lost,lost,prix,zelie.q@acme.example
"""
SURVEYS = """response_id,survey,prospect_id,score,responded_at,comment
S1,nps,P1,9,2026-09-05,Très bien
S2,nps,P2,7,2026-09-06,Moyen
"""
TRACES = (
    "zelie",
    "zélie",
    "quatrevaux",
    "612345678",
    "12 34 56 78",
    "12.34.56.78",
    "très bien",
    "brest",
)
NOON = datetime(2026, 10, 1, 12)
COUNTRIES = {"": "FR"}
ZELIE = Wanted(emails=frozenset({"zelie.q@acme.example"}))


@dataclass(frozen=True)
class Desk:
    """A folder of exports and a data folder, in which whoever is forgotten is landed erased."""

    exports: Path
    paths: Paths

    def put(self, name: str, content: str) -> None:
        path = self.exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def land(self) -> None:
        erase = landing_eraser(self.paths, COUNTRIES)
        land(self.exports, self.paths, read_settings(self.exports), NOON, erase=erase)

    def rows(self, entity: str) -> list[dict[str, Any]]:
        files = sorted(self.paths.landing.glob(f"generic/{entity}/[!_]*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]

    def values(self, entity: str, *columns: str) -> list[tuple[Any, ...]]:
        return [tuple(row[column] for column in columns) for row in self.rows(entity)]


@pytest.fixture
def company(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "exports", Paths(tmp_path / "data"))
    desk.put("crm/prospects.csv", CRM_PROSPECTS)
    desk.put("crm/deals.csv", DEALS)
    desk.put("crm/survey_responses.csv", SURVEYS)
    desk.put("outreach/prospects.csv", OUTREACH_PROSPECTS)
    desk.put("outreach/activities.csv", ACTIVITIES)
    desk.land()
    return desk


def forget_in(desk: Desk, wanted: Wanted) -> Forgotten:
    erased = forget(desk.paths, wanted, "command", COUNTRIES, lambda _: None)
    desk.land()
    return erased


def cells_of(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.parquet")):
        for row in pq.read_table(path).to_pylist():
            yield from (str(cell) for cell in row.values() if cell is not None)


def traces_in(desk: Desk) -> set[str]:
    cells = " ".join(cells_of(desk.paths.data)).casefold()
    files = [path for path in desk.paths.state.rglob("*") if path.is_file()]
    texts = " ".join(path.read_text(errors="replace") for path in files).casefold()
    return {trace for trace in TRACES if trace in cells or trace in texts}


def test_every_cell_of_a_person_goes_in_all_sources(company: Desk) -> None:
    assert traces_in(company) == set(TRACES)

    erased = forget_in(company, ZELIE)

    assert erased.people == 1
    assert traces_in(company) == set()
    assert dict(erased.files) == {
        "crm/prospects.csv": 1,
        "crm/deals.csv": 2,
        "crm/survey_responses.csv": 1,
        "outreach/prospects.csv": 1,
        "outreach/activities.csv": 2,
    }


def test_what_joined_joins_and_nobody_else_is_touched(company: Desk) -> None:
    others = [row for row in company.rows("prospects") if row["prospect_id"] not in ("P1", "O1")]

    forget_in(company, ZELIE)

    people = {row["prospect_id"]: row for row in company.rows("prospects")}
    assert [people[row["prospect_id"]] for row in others] == others
    assert people["P1"]["email"] == people["O1"]["email"]
    assert people["P1"]["account_id"] == "A1"
    by_id = {row["activity_id"]: row for row in company.rows("activities")}
    assert by_id["X1"]["email"] == people["P1"]["email"]
    assert by_id["X2"]["phone"] == people["P1"]["phone"]
    assert by_id["X3"]["email"] == "odilon@acme.example"
    deals = dict(company.values("deals", "deal_id", "lost_reason"))
    assert deals["D1"] == "prix"
    assert deals["D2"].startswith("préfère ")


def test_the_same_export_is_landed_erased(company: Desk) -> None:
    forget_in(company, ZELIE)
    company.put("crm/prospects.csv", f"{CRM_PROSPECTS}P4,A1,Anne,Neuve,anne@new.example,,,\n")
    company.land()

    assert "anne@new.example" in set(cells_of(company.paths.landing))
    assert traces_in(company) == set()


NAMED = ("tickets_Zélie Quatrevaux.csv", "tickets_QUATREVAUX Zelie.csv")
TICKETS = """ticket_id,account_id,opened_at,category,Avis de Zélie Quatrevaux
{},A1,2026-09-07,bug,oui
"""


def test_names_of_files_and_headers_go_and_stay_apart(company: Desk) -> None:
    for number, name in enumerate(NAMED, start=1):
        company.put(f"crm/{name}", TICKETS.format(f"I{number}"))
    company.put("crm/Quatrevaux-Zélie.txt", "no table")
    company.put("crm/Liste zelie_quatrevaux.csv", "a,b\n1,2\n")
    company.land()
    before = {row["ticket_id"]: row for row in company.rows("tickets")}

    erased = forget_in(company, ZELIE)

    assert erased.files["crm/Liste zelie_quatrevaux.csv"] == 0
    assert all(erased.files[f"crm/{name}"] == 1 for name in NAMED)
    assert traces_in(company) == set()
    after = {row["ticket_id"]: row for row in company.rows("tickets")}
    files = {row["_file"] for row in after.values()}
    assert len(files) == len(NAMED)
    loads = company.paths.landing.glob("_loads/crm@*.parquet")
    assert files <= {row["file"] for load in loads for row in pq.read_table(load).to_pylist()}
    for ticket_id, row in after.items():
        same = {**row, "_file": "", "_extra": ""}
        assert same == {**before[ticket_id], "_file": "", "_extra": ""}
        assert list(json.loads(row["_extra"]).values()) == ["oui"]


def test_files_called_like_somebody_are_landed_without_the_name_and_once(company: Desk) -> None:
    forget_in(company, ZELIE)
    company.put(f"support/{NAMED[0]}", TICKETS.format("I1"))
    company.put("support/reviews_Zelie-Quatrevaux.csv", "no,such,columns\n1,2,3\n")
    company.land()
    loads = sorted(company.paths.landing.glob("_loads/[!_]*.parquet"))
    company.land()

    assert sorted(company.paths.landing.glob("_loads/[!_]*.parquet")) == loads
    assert [row["ticket_id"] for row in company.rows("tickets")] == ["I1"]
    assert traces_in(company) == set()


def test_who_is_asked_for_is_not_whoever_stands_in_a_file_called_so(company: Desk) -> None:
    company.put(f"crm/{NAMED[0]}", TICKETS.format("I1"))
    company.land()
    _, rows = rows_held(company.paths, ZELIE, COUNTRIES)
    assert "tickets" not in {row.entity for row in rows}


def test_an_erasure_that_was_killed_is_finished(
    company: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def killed(_: Store, load_id: str) -> None:
        calls.append(load_id)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "renew_hashes", killed)
        with pytest.raises(KeyboardInterrupt):
            forget(company.paths, ZELIE, "command", COUNTRIES, lambda _: None)
    assert calls
    assert [each.is_landing_done for each in read_erasures(company.paths)] == [False]

    finish_erasures(company.paths, COUNTRIES, lambda _: None)
    company.land()

    assert [each.is_landing_done for each in read_erasures(company.paths)] == [True]
    assert traces_in(company) == set()


def test_an_erasure_that_was_killed_among_held_batches_is_finished(
    company: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(company.paths.landing)
    crm = next(each.load.load_id for each in store.loads("crm"))
    for path in sorted(company.paths.landing.rglob(f"{crm}.parquet")):
        target = store.held.root / path.relative_to(store.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    renew = Store.renew_hashes

    def killed_when_held(self: Store, load_id: str) -> None:
        if load_id == crm:
            raise KeyboardInterrupt
        renew(self, load_id)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "renew_hashes", killed_when_held)
        with pytest.raises(KeyboardInterrupt):
            forget(company.paths, ZELIE, "command", COUNTRIES, lambda _: None)

    finish_erasures(company.paths, COUNTRIES, lambda _: None)

    store.held.check_hashes(store.held.all_loads())
    assert not traces_in(company) & {"quatrevaux", "zelie", "zélie"}


def test_who_is_not_held_costs_no_warehouse(company: Desk) -> None:
    company.paths.warehouse.write_bytes(b"a warehouse")
    nobody = Wanted(emails=frozenset({"nobody@nowhere.example"}))

    assert not forget_in(company, nobody).files
    assert company.paths.warehouse.exists()


def test_a_request_in_the_exports_is_carried_out_once(company: Desk) -> None:
    company.put(
        "crm/suppressions.csv",
        "requested_at,kind,prospect_id,email\n2026-09-30,erasure,,zelie.q@acme.example\n",
    )
    company.land()

    first = carry_out_requests(company.paths, COUNTRIES, lambda _: None)
    company.land()

    assert first is not None
    assert first.people == 1
    assert traces_in(company) == set()
    assert carry_out_requests(company.paths, COUNTRIES, lambda _: None) is None


def test_a_number_that_two_have_stays(company: Desk) -> None:
    forget_in(company, Wanted(ids=frozenset({("crm", "P2")})))

    phones = dict(company.values("prospects", "prospect_id", "phone"))
    assert phones["P2"] == phones["P3"] == "06 99 99 99 99"


def test_all_that_is_held_is_told_with_its_row(company: Desk) -> None:
    people, rows = rows_held(company.paths, ZELIE, COUNTRIES)

    assert people == 1
    assert [(row.file, row.row) for row in rows] == [
        ("crm/deals.csv", 1),
        ("crm/deals.csv", 2),
        ("crm/prospects.csv", 1),
        ("crm/survey_responses.csv", 1),
        ("crm/deals.csv", 3),
        ("outreach/activities.csv", 1),
        ("outreach/activities.csv", 2),
        ("outreach/prospects.csv", 1),
    ]
    assert rows[2].cells["phone"] == "06 12 34 56 78"


def test_what_is_kept_of_an_erasure_names_nobody(company: Desk) -> None:
    forget_in(company, ZELIE)

    (erasure,) = read_erasures(company.paths)
    keep_erasure(company.paths, erasure)
    assert len(read_erasures(company.paths)) == 1
    text = (company.paths.state / "forgotten.json").read_text().casefold()
    assert not any(trace in text for trace in (*TRACES, "acme"))
