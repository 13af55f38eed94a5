"""Which pages there will be, and which export would supply more."""

import re
from pathlib import Path

import duckdb
import pytest

from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.inspection.advice import KINDS, PAGES, supply
from orchestration.inspection.findings import Advice
from orchestration.inspection.supply import catalogue, possible_rows
from orchestration.inspection.words import outcome_meanings

ASSETS = Path(__file__).parents[4] / "dashboard" / "assets"


@pytest.fixture(scope="module")
def scripts() -> str:
    files = sorted((ASSETS / "pages").glob("*.js"))
    return "".join(file.read_text(encoding="utf-8") for file in files)


def test_pages_ask_for_what_the_dashboard_asks_for(scripts: str) -> None:
    """A page begins with its id; what it misses is told by its own calls of `blocks.missing`."""
    pages: dict[str, tuple[str, ...]] = {}
    page = ""
    for own, asked in re.findall(r'^    id: "(\w+)",|blocks\.missing\(([^)]*)\)', scripts, re.M):
        page = own or page
        pages.setdefault(page, ())
        pages[page] += tuple(re.findall(r'"(\w+)"', asked))
    for page in ("quality", "records", "report", "trends"):  # they show whatever there is
        del pages[page]
    assert {name: set(kinds) for name, kinds in PAGES.items()} == {
        name: set(kinds) for name, kinds in pages.items()
    }


def test_kinds_are_shown_by_the_kpis_that_the_dashboard_names() -> None:
    text = (ASSETS / "blocks" / "missing.js").read_text(encoding="utf-8")
    block = re.search(r"const SUPPLIED = \{(.*?)\};", text, re.DOTALL)
    assert block is not None
    named = {
        kind: tuple(re.findall(r'"(\w+)"', ids))
        for kind, ids in re.findall(r"(\w+): \[([^\]]*)\]", block[1])
    }
    assert named == dict(KINDS)
    assert {kpi for ids in KINDS.values() for kpi in ids} <= set(catalogue().kpis)


def test_deals_of_a_tool_ask_for_its_other_lists_with_the_way_to_them() -> None:
    formats = known_formats()
    outcomes = outcome_meanings()
    rows = possible_rows(formats["hubspot"], outcomes, ["deals"])
    with duckdb.connect() as connection:
        found = supply(
            catalogue(), rows, {("hubspot", "deals")}, formats, outcomes, False, connection
        )
    assert "deals_won" in found.kpis
    assert "new_prospects" in found.lacking
    assert "pipeline" in found.pages
    assert "activity" not in found.pages
    contacts = next(each for each in found.advice if each.table == "contacts")
    assert "new_prospects" in contacts.kpis
    assert contacts.click_path.startswith("CRM > Contacts")
    assert not set(contacts.kpis) & set(found.kpis)
    costs = [each for each in found.advice if each.tool is None]
    assert costs, "what no tool seen here has comes from anywhere"
    assert all(each.entity in formats[GENERIC].entities for each in costs)


def advice_for(tool: str, *tables: str) -> tuple[Advice, ...]:
    """Return what is advised to who has all that these tables can become."""
    formats = known_formats()
    outcomes = outcome_meanings()
    rows = possible_rows(formats[tool], outcomes, tables)
    landed = {(tool, name) for name in tables}
    with duckdb.connect() as connection:
        return supply(catalogue(), rows, landed, formats, outcomes, False, connection).advice


@pytest.mark.parametrize("tool", [name for name in known_formats() if name != GENERIC])
def test_tables_are_advised_in_the_layout_that_somebody_has(tool: str) -> None:
    """In the tool, a list that it offers, with the way to it; by a connector, its tables."""
    tables = known_formats()[tool].entities
    for is_of_connector in (False, True):
        of_layout = [
            each.name for each in tables.values() if each.is_of_connector == is_of_connector
        ]
        for first in of_layout[:1]:
            own = [tables[each.table] for each in advice_for(tool, first) if each.table]
            assert all(each.is_of_connector == is_of_connector for each in own)
            assert all(bool(each.click_path) != is_of_connector for each in own)


def test_hubspots_e_mails_are_no_list_that_can_be_exported() -> None:
    """They are told as a channel of activities, which other tools have; calls are there."""
    advice = advice_for("hubspot", "contacts", "deals", "calls", "tasks", "meetings", "tickets")
    assert not {"emails", "messages"} & {each.table for each in advice}
    by_connector = advice_for("hubspot", "connector_contacts", "connector_deals")
    kpis = {kpi for each in by_connector if each.tool == "HubSpot" for kpi in each.kpis}
    assert "prospecting_emails" in kpis


def test_a_channel_that_lacks_is_told_with_the_tools_that_have_it() -> None:
    (activities,) = [each for each in advice_for("aircall", "calls") if each.entity == "activities"]
    assert "call" not in activities.channels
    assert {"email", "linkedin", "meeting"} <= set(activities.channels)
    assert "Aircall" not in activities.tools
    assert {"lemlist", "LinkedIn"} <= set(activities.tools)
    assert "Matomo" not in activities.tools


def test_an_entity_that_has_rows_is_not_asked_of_other_tools() -> None:
    entities = {each.entity for each in advice_for("hubspot", "deals", "contacts", "tickets")}
    assert not entities & {"deals", "prospects", "accounts", "tickets"}


def test_no_kpi_is_counted_twice() -> None:
    kpis = [kpi for each in advice_for("hubspot", "deals") for kpi in each.kpis]
    assert len(kpis) == len(set(kpis))


def test_all_that_a_tool_has_needs_no_other_list_of_it() -> None:
    formats = known_formats()
    outcomes = outcome_meanings()
    tables = {("pipedrive", name) for name in formats["pipedrive"].entities}
    rows = possible_rows(formats["pipedrive"], outcomes)
    with duckdb.connect() as connection:
        found = supply(catalogue(), rows, tables, formats, outcomes, False, connection)
    assert not [each for each in found.advice if each.tool is not None]
