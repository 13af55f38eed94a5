"""Mapping files: a sheet becomes generic rows, a tool's is adjusted, mistakes are all named."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from orchestration.errors import ConfigurationError
from orchestration.landing.mapping.vocabulary import OPERATIONS

HUBSPOT = "Record ID,Deal Stage,Amount,Create Date\n"
OPERATIONS_LISTED = ", ".join(OPERATIONS)
LEADS = "make: {prospects: {prospect_id: Nr, last_name: Name, detected_at: Seen}}\n"


def made(desk: Any, entity: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of all translated rows of an entity."""
    return [
        tuple(row[column] for column in columns)
        for path in sorted((desk.paths.translated / entity).glob("[!_]*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def rules(desk: Any) -> dict[str, dict[str, int]]:
    """Return the rules by which rows were left out, by make."""
    found = made(desk, "_made", "make", "rules")
    return {make: dict(named) for make, named in found if named}


def problems(desk: Any) -> list[str]:
    """Land; return the mistakes that are named, after checking that nothing was landed."""
    with pytest.raises(ConfigurationError) as error:
        desk.land()
    assert desk.loads() == []
    return str(error.value).splitlines()


def test_the_example_of_the_documentation_gives_what_it_says(desk: Any, repo_root: Path) -> None:
    page = (repo_root / "docs" / "mapping.md").read_text(encoding="utf-8")
    sheet, mapping, adjustment = re.findall(r"```(?:csv|yaml)\n(.*?)```", page, re.DOTALL)
    desk.put("suivi/suivi 2026.csv", sheet)
    desk.put("suivi.mapping.yml", mapping)
    desk.put("crm/deals.csv", HUBSPOT + "1,Signé,5,2026-01-01\n2,Abandonné,7,2026-01-01\n")
    desk.put("crm.mapping.yml", adjustment)
    desk.land()
    assert sorted(made(desk, "accounts", "name")) == [("Kervanel SAS",), ("Norvent Oy",)]
    assert len(made(desk, "prospects", "prospect_id")) == 3
    assert made(desk, "deals", "stage", "status", "amount", "created_at", "closed_at") == [
        ("Signé", "won", "5", "2026-01-01", None),
        ("Abandonné", "lost", "7", "2026-01-01", None),
        ("Signé", "won", "12500.50", "2026-01-07", "2026-01-20"),
        ("Perdu", "lost", "3000", "2026-01-08", "2026-01-22"),
    ]
    assert sorted(made(desk, "deal_stages", "stage", "entered_at")) == [
        ("Perdu", "2026-01-22"),
        ("RDV", "2026-01-07"),
        ("RDV", "2026-01-08"),
        ("Signé", "2026-01-20"),
    ]
    assert rules(desk)["deals"] == {"no meeting yet": 1}


def test_every_mistake_is_named_with_line_and_nearest_word(desk: Any) -> None:
    desk.put("team/leads.csv", "Nr;Name;Montant HT\n1;Ann;5\n")
    mapping = """\
stages: {Signé: wonn}
date: [dd/mm/yyyy]
numbers: ["1234"]
make:
  prospect: {prospect_id: Nr}
  accounts: {account_id: Nr, nam: Name}
  deals:
    from: lead
    deal_id: Nr
  activities:
    each: [Nr]
    activity_id: {ids: [Nr]}
    occurred_at: {column: Name, date: [dd/mm/yyyy]}
    channel: {constant: fax}
    direction: {constant: sideways}
    leave_out: {drafts: {column: Name}}
  orders: {order_id: $cell, ordered_at: $day, status: {column: Nr, values: {a: place}}}
  order_lines: 7
  tickets: {ticket_id: {values: {a: b}}, category: {constant: question}, opened_at: Nr}
"""
    desk.put("team.mapping.yml", mapping)
    assert problems(desk) == [
        f"team.mapping.yml, line {line}: {what}"
        for line, what in [
            (1, "'wonn' is no word for a stage; did you mean 'won'?"),
            (2, "'date' is no word of a mapping; did you mean 'dates'?"),
            (3, "'1234' is no form of 1234.56; did you mean '1.234,56'?"),
            (5, "'prospect' is no entity; did you mean 'prospects'?"),
            (6, "'nam' is no column of accounts; did you mean 'name'?"),
            (6, "accounts need 'name'"),
            (8, "'lead' is no table; did you mean 'team'?"),
            (12, "'ids' is no operation; did you mean 'id'?"),
            (13, "'date' is no option of `column`; did you mean 'dates'?"),
            (15, "'sideways' is no word of direction; there are: outbound, inbound"),
            (16, "`column` needs one of `is` and `is_not`"),
            (17, "'$day' is no word that stands for a cell; there are: $header, $cell, $file"),
            (17, "'place' is no word of status; did you mean 'placed'?"),
            (17, "`$cell` means something within `each` only"),
            (18, "`make` is like make: {accounts: {account_id: Code, name: Société}}"),
            (19, f"a value is a header or one of: {OPERATIONS_LISTED} (here: 0 of them)"),
        ]
    ]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("make: {a: [", "line 1: it is not valid YAML: expected the node content"),
        ("", "line 1: the file is empty"),
        ("- a", "line 1: the file must hold keys with values, such as `make:`"),
        ("stages: {a: won}\nstages: {b: lost}", "line 2: the key 'stages' comes twice"),
        ("make: &a\n  accounts: *a", "line 1: `&` and `*` are not read here"),
        ("empty: [x]", "line 1: nothing is made: there is no `make`, `adjust` or `stages`"),
        (LEADS + "adjust: {deals: {stage: x}}", "line 2: `adjust` is for a tool that is read"),
        (LEADS + "tables: {a: {}, A: {}}", "line 2: the table 'A' comes twice"),
        ("tables: {a: {}, b: {headers: [Nr]}}\n" + LEADS, "line 2: of which table? add `from:`"),
        ('make: {accounts: {account_id: "a\\0b", name: b}}', "line 1: there is a character in it"),
        ("make: {accounts: {account_id: [a, [b]], name: b}}", "line 1: here a word is wanted"),
        ("adjust: {accounts: {sector: x}}", "line 1: the files of 'team' are generic"),
        ("leave_out: {x: {empty: Nam}}\n" + LEADS, "line 1: 'Nam' is no header of team/leads.csv"),
    ],
)
def test_a_mistake_stops_before_anything_is_landed(desk: Any, mapping: str, message: str) -> None:
    desk.put("team/leads.csv", "Nr;Name;Seen\n1;Ann;2026-01-01\n")
    desk.put("team.mapping.yml", mapping)
    assert any(each.startswith(f"team.mapping.yml, {message}") for each in problems(desk))


def test_a_mapping_of_no_source_names_the_sources(desk: Any) -> None:
    desk.put("team/leads.csv", "Nr;Name;Seen\n")
    desk.put("tem.mapping.yml", LEADS)
    desk.put("else.mapping.yml", LEADS)
    assert problems(desk) == [
        "else.mapping.yml, line 1: there is no source 'else'; there are: team "
        "(a mapping is called <source>.mapping.yml)",
        "tem.mapping.yml, line 1: there is no source 'tem'; did you mean 'team'? "
        "(a mapping is called <source>.mapping.yml)",
    ]


def test_a_mapping_of_another_ending_is_not_passed_over(desk: Any) -> None:
    desk.put("team/leads.csv", "Nr;Name;Seen\n")
    desk.put("team.mapping.yaml", LEADS)
    assert problems(desk)[0].endswith("to team.mapping.yml: it is not read.")


def test_a_header_that_no_file_has_is_named_with_the_nearest(desk: Any) -> None:
    desk.put("team/leads.csv", "A title\n\nNr;Name;Seen on;Town\n1;Ann;2026-01-01;Lyon\n")
    desk.put("team.mapping.yml", LEADS)
    assert problems(desk) == [
        "team.mapping.yml, line 1: 'Seen' is no header of team/leads.csv; did you mean 'Seen on'?"
    ]


def test_a_header_besides_those_that_tell_a_table_must_be_in_one_of_its_files(desk: Any) -> None:
    desk.put("team/a.csv", "Nr;Name;Seen\n1;Ann;2026-01-01\n")
    desk.put("team/b.csv", "Nr;Name;Seen;Mail\n2;Bo;2026-01-01;bo@ocean.example\n")
    optional = "{column: Fon, optional: true}"
    own = f"tables: {{team: {{headers: [Nr]}}}}\n{LEADS[:-3]}, email: [E-mail, Mail], phone: "
    desk.put("team.mapping.yml", f"{own}Phone}}}}\n")
    assert problems(desk) == [
        "team.mapping.yml, line 2: 'Phone' is no header of team/a.csv, team/b.csv; there are: "
        "Nr, Name, Seen, Mail"
    ]
    desk.put("team.mapping.yml", f"{own}{optional}}}}}\n")
    desk.land()
    assert made(desk, "prospects", "prospect_id", "email") == [
        ("1", None),
        ("2", "bo@ocean.example"),
    ]


def test_a_table_is_told_by_its_headers_beside_other_files(desk: Any) -> None:
    desk.put("team/leads.csv", "Nr;Name;Seen\n1;Ann;2026-01-01\n")
    desk.put("team/export.csv", HUBSPOT + "1,closedwon,5,2026-01-01\n")
    desk.put("team/deals.csv", "deal_id,stage,status\n1,won,won\n")
    desk.put("team/other.csv", "a,b,c\n1,2,3\n")
    desk.put("team.mapping.yml", LEADS)
    report = desk.land()
    loads = sorted((row["source"], row["format"], row["file"]) for row in desk.loads())
    assert loads == [
        ("team", "mapping", "team/leads.csv"),
        ("team", "mapping", "team/other.csv"),
        ("team.generic", "generic", "team/deals.csv"),
        ("team.hubspot", "hubspot", "team/export.csv"),
    ]
    assert [(file.file, file.outcome) for file in report.unknown] == [
        ("team/other.csv", "unknown_entity")
    ]


def test_a_mapping_goes_before_a_tool_in_its_own_source_only(desk: Any) -> None:
    for folder in ("team", "crm"):
        desk.put(f"{folder}/deals.csv", HUBSPOT + "1,closedwon,5,2026-01-01\n")
    own = "{deal_id: Record ID, stage: Deal Stage, status: {constant: lost}, amount: Amount}"
    desk.put("team.mapping.yml", f"make: {{deals: {own}}}\n")
    desk.land()
    assert made(desk, "deals", "_source", "status") == [("crm", "won"), ("team", "lost")]


def test_several_tables_of_several_files_and_entities_of_one_row(desk: Any) -> None:
    desk.put("team/firms 1.csv", "Code,Firm\nA,Acme\n")
    desk.put("team/firms 2.csv", "Code,Firm\nB,Bolt\n")
    desk.put("team/calls.csv", "Day,Who,Firm name\n2026-01-02,Ann,ACME\n2026-01-03,Bo,Bolt\n")
    mapping = """\
tables: {firms: , calls: {headers: [Day, Who]}}
make:
  accounts: {from: firms, account_id: Code, name: Firm}
  activities:
    from: calls
    activity_id: {id: [Day, Who]}
    occurred_at: Day
    channel: {constant: call}
    direction: {constant: outbound}
    account_name: Firm name
    campaign_id: $file
  prospects: {from: calls, prospect_id: {id: Who}, last_name: Who, detected_at: Day}
"""
    desk.put("team.mapping.yml", mapping)
    desk.land()
    assert made(desk, "accounts", "account_id", "name") == [("A", "Acme"), ("B", "Bolt")]
    assert made(desk, "activities", "account_name", "channel", "campaign_id") == [
        ("ACME", "call", "calls"),
        ("Bolt", "call", "calls"),
    ]
    assert made(desk, "prospects", "last_name") == [("Ann",), ("Bo",)]


def test_a_table_that_tells_part_of_what_another_does_only_mentions(desk: Any) -> None:
    desk.put("team/orders.csv", "Order,Code,Firm,Day\n1,A,ACME,2026-01-02\n2,B,Bolt,2026-01-03\n")
    desk.put("team/firms.csv", "Code,Firm,Town\nA,Acme,Lyon\n")
    mapping = """\
tables: {orders: {headers: Order}, firms: {headers: Town}}
make:
  accounts:
    - {from: orders, account_id: Code, name: Firm}
    - {from: firms, account_id: Code, name: Firm, city: Town}
"""
    desk.put("team.mapping.yml", mapping)
    desk.land()
    assert made(desk, "accounts", "account_id", "name", "city") == [
        ("A", "Acme", "Lyon"),
        ("B", "Bolt", None),
    ]
    (path,) = (desk.paths.translated / "_made").glob("team@*.parquet")
    ledger = [(row["made"], row["told_columns"]) for row in pq.read_table(path).to_pylist()]
    assert ledger == [(1, None), (1, 2)]


def test_each_by_a_pattern_makes_a_row_of_every_filled_cell(desk: Any) -> None:
    sheet = 'Nr,"Entered ""New""","Entered ""Won""",Else\n1,2026-01-01,-,x\n2,,2026-01-03,y\n'
    desk.put("team/a.csv", sheet)
    mapping = """\
empty: ["-"]
make:
  deal_stages: {each: 'entered "*"', deal_id: Nr, stage: $header, entered_at: $cell}
"""
    desk.put("team.mapping.yml", mapping)
    desk.land()
    assert sorted(made(desk, "deal_stages", "deal_id", "stage", "entered_at")) == [
        ("1", "New", "2026-01-01"),
        ("2", "Won", "2026-01-03"),
    ]
    assert rules(desk) == {"deal_stages": {"empty": 1}}


def test_a_stage_that_nothing_classifies_is_open_and_told(desk: Any) -> None:
    stages = ("Démo planifiée", "démo  PLANIFIÉE", "gewonnen!", "closed won", "")
    lines = "".join(f"{number};{stage}\n" for number, stage in enumerate(stages))
    desk.put("team/a.csv", "Nr;Stage\n" + lines)
    own = "make: {deals: {deal_id: Nr, stage: Stage}}"
    desk.put("team.mapping.yml", f"stages: {{Démo planifiée: open, Lost one: lost}}\n{own}\n")
    desk.land()
    assert made(desk, "deals", "status", "is_stage_unknown") == [
        ("open", None),
        ("open", None),
        ("open", "true"),
        ("won", None),
        ("open", "true"),
    ]


def test_a_word_outside_the_list_of_a_column_stays_as_it_is(desk: Any) -> None:
    desk.put("team/a.csv", "Nr,Kind,Day\n1,Appel,2026-01-01\n2,Fax,2026-01-01\n")
    mapping = """\
make:
  activities:
    activity_id: Nr
    occurred_at: Day
    channel: {column: Kind, values: {appel: call}}
    direction: {constant: outbound}
"""
    desk.put("team.mapping.yml", mapping)
    desk.land()
    assert made(desk, "activities", "channel") == [("call",), ("Fax",)]


def test_a_fact_is_told_where_the_files_leave_it_open(desk: Any) -> None:
    profile = "https://www.linkedin.com/in/"
    headers = "CONVERSATION ID,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE\n"
    ada, noor = f"Ada,{profile}ada-quill", f"Noor,{profile}noor-vasseur"
    desk.put(
        "network/messages.csv",
        headers
        + f"1,{ada},{noor},2026-03-02 08:00:00 UTC\n"
        + f"1,{noor},{ada},2026-03-03 08:00:00 UTC\n",
    )
    desk.land()
    assert made(desk, "activities", "direction") == []
    assert rules(desk)["activities of messages"] == {"owner_unknown": 2}
    desk.put("network.mapping.yml", f"facts: {{member: {profile}noor-vasseur}}\n")
    desk.land()
    assert made(desk, "activities", "direction", "outcome") == [
        ("inbound", "reply"),
        ("outbound", "sent"),
    ]
    desk.put("network.mapping.yml", "facts: {members: ada-quill}\n")
    with pytest.raises(ConfigurationError, match="did you mean 'member'"):
        desk.land()


def test_a_header_of_an_adjustment_that_no_file_has_is_named(desk: Any) -> None:
    header = HUBSPOT.replace("\n", ",Secteur NAF,Zone\n")
    desk.put("crm/a.csv", header + "1,closedwon,5,2026-01-01,62,Ouest\n")
    adjust = (
        "adjust:\n  deals: {lost_reason: Secteur NAFF, pipeline: [Zonne, Area], stage: stage}\n"
    )
    desk.put("crm.mapping.yml", adjust)
    assert problems(desk) == [
        f"crm.mapping.yml, line 2: '{word}' is no header of crm/a.csv; did you mean '{meant}'?"
        for word, meant in (("Secteur NAFF", "Secteur NAF"), ("Zonne", "Zone"))
    ]
    desk.put("crm.mapping.yml", adjust.replace("NAFF", "NAF").replace("Zonne", "Zone"))
    desk.land()
    assert made(desk, "deals", "lost_reason", "pipeline", "stage") == [("62", "Ouest", "closedwon")]


def test_days_are_put_in_order_where_the_file_shows_it_and_ids_stay(desk: Any) -> None:
    mapping = "make: {prospects: {prospect_id: {id: Day}, last_name: Day, detected_at: Day}}\n"
    desk.put("team.mapping.yml", mapping)
    desk.put("team/2026-01-01/a.csv", "Day\n03/02/2026\n")
    desk.put("team/2026-01-02/a.csv", "Day\n03/02/2026\n25/02/2026\n")
    desk.land()
    rows = made(desk, "prospects", "prospect_id", "last_name", "detected_at")
    assert [row[1:] for row in rows] == [
        ("03/02/2026", "03/02/2026"),
        ("03/02/2026", "2026-02-03"),
        ("25/02/2026", "2026-02-25"),
    ]
    assert rows[0][0] == rows[1][0]


def test_the_sheets_of_a_workbook_are_tables(desk: Any) -> None:
    book = openpyxl.Workbook()
    firms = book.active
    firms.title = "Firms"
    for row in (["Our firms"], [], ["Code", "Firm"], ["A", "Acme"]):
        firms.append(row)
    deals = book.create_sheet("Deals 2026")
    for row in (["Nr", "Of", "Step", "Sum", "Since"], [7, "A", "Won!", 1.234, date(2026, 1, 5)]):
        deals.append(row)
    content = io.BytesIO()
    book.save(content)
    desk.put("team/book.xlsx", content.getvalue())
    mapping = """\
numbers: ["1.234,56"]
stages: {Won!: won}
tables: {firms: , deals: }
make:
  accounts: {from: firms, account_id: Code, name: Firm}
  deals: {from: deals, deal_id: Nr, account_id: Of, stage: Step, amount: Sum, created_at: Since,
          pipeline: $file}
"""
    desk.put("team.mapping.yml", mapping)
    desk.land()
    assert made(desk, "accounts", "account_id", "name") == [("A", "Acme")]
    assert made(desk, "deals", "deal_id", "status", "amount", "created_at", "pipeline") == [
        ("7", "won", "1.2340", "2026-01-05", "Deals 2026")
    ]
