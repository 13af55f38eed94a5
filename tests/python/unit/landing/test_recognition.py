"""What a file that is not read seems to be: no hint that would lead nowhere, no tool unnamed."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from orchestration.formats.descriptions import known_formats
from orchestration.landing.recognition import (
    headers_in,
    read_header,
    reason_left_out,
    tool_of,
)

GENERIC = known_formats()["generic"]
OTHER = "neither the name nor the columns are those of a table that is read"


@pytest.mark.parametrize(
    ("name", "headers", "reason"),
    [
        # the columns agree, whatever the name
        (
            "ventes.csv",
            "deal_id,stage,status,amount",
            "by its columns the nearest is 'deals': name it deals.csv or",
        ),
        (
            "stages.csv",
            "deal_id,stage,entered_at",
            "by its columns the nearest is 'deal_stages': name it",
        ),
        # a variant or a slip of the pen, with columns that do not speak against it
        ("Deal.csv", "deal_id,stage,state", "the nearest is 'deals': name it deals.csv"),
        ("deals-2026.csv.gz", "", "the nearest is 'deals': name it deals.csv"),
        ("Activités.csv", "", "the nearest is 'activities': name it"),
        ("Campaign 2026 (2).csv", "campaign_id,titre", "nearest is 'campaigns': name it"),
        (
            "prospetcs.csv",
            "prospect_id,detected_at",
            "by its columns the nearest is 'prospects': name it",
        ),
        ("order line.csv", "order_id,line_number,price", "nearest is 'order_lines': name it"),
        # a variant whose columns are others: no name helps, the columns do
        ("activity.csv", "activity_id,type,due_to", "has no 'occurred_at', 'channel', 'direction'"),
        # words that are near an entity's name and mean something else
        ("contacts.csv", "createdate,email,firstname", OTHER),
        ("companies.csv", "createdate,domain,name", OTHER),
        ("users.csv", "id,name,email,modified", OTHER),
        ("calls.csv", "line,datetime,from,to", OTHER),
        ("report1709284800000.csv", "Étape,Montant", OTHER),
        # other tools' tables, whatever their name
        ("Account.csv", "Id,IsDeleted,Name,Type", "this table of Salesforce is not read"),
        (
            "deals-4711-12.csv",
            "Deal - ID,Deal - Title",
            "this table of Pipedrive is not read; of its own are read: deals, people",
        ),
        (
            "crm.lead.csv",
            "id,active,company_id/id",
            "this table of Odoo is not read; of its own are read: leads",
        ),
    ],
)
def test_a_file_is_to_be_renamed_only_where_that_would_help(
    name: str, headers: str, reason: str
) -> None:
    seen = headers.split(",") if headers else ()
    found = reason_left_out(f"crm/{name}", seen, GENERIC)
    assert reason in found
    assert ("name it" in found) is ("name it" in reason)


def test_a_tool_is_told_by_headers_in_any_case_and_any_order() -> None:
    assert tool_of(["Name", " id ", "SYSTEMMODSTAMP"]) == "Salesforce"
    assert tool_of(["(Do Not Modify) Opportunity", "Topic"]) == "Dynamics 365"
    assert tool_of(["id", "name"]) is None
    assert tool_of([]) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Title,Subject,List\nMay,Hello,All\nJune,Hi,All\n", "unclear"),
        ("Title,Sent,Opened\nMay,120,14\nJune,80,9\n", "header"),
        ("Email,Name\na@x.fr,A\nb@x.fr,B\n", "header"),
        ("1,Acme,x\n2,Bolt,y\n", "values"),
        ("A1,One,Paris\nA2,Two,Lyon\n", "values"),
        ("2026-01-05,won\n2026-02-05,lost\n", "values"),
        ("Acme,won\nBolt,won\n", "values"),
        ("1,Acme\n", "values"),
        ("Name,City\n", "header"),
        ("\n\n", "unclear"),
    ],
)
def test_a_first_row_is_told_by_what_stands_below_it(text: str, kind: str) -> None:
    assert read_header(text, ",") == kind


def test_headers_are_found_below_a_title_in_any_encoding_and_with_any_delimiter() -> None:
    assert headers_in(b'Notes:\n"Some text, and more"\n\nFirst,Last,On\nA,B,1\n') == (
        "First",
        "Last",
        "On",
    )
    assert headers_in("Étape;Montant\n1;2\n".encode("cp1252")) == ("Étape", "Montant")
    assert headers_in("\ufeffÉtape\tMontant\n".encode("utf-16")) == ("Étape", "Montant")
    assert headers_in(b"%PDF-1.4\n1,2,3") == ()
    assert headers_in(b"") == ()


def test_another_tools_table_under_an_entitys_name_is_not_called_headerless(desk: Any) -> None:
    file = desk.land_file("crm/deals.csv", "dealname,dealstage,amount\nBig,won,10\n")
    assert (file.outcome, file.unknown_columns) == ("refused", ("dealname", "dealstage", "amount"))
    assert file.reason == (
        "this table of HubSpot is not read; of its own are read: "
        "deals, contacts, companies, tickets, calls, meetings, emails, messages, tasks, notes "
        "(its columns: 'dealname', 'dealstage', 'amount')"
    )
    file = desk.land_file("crm/campaigns.csv", "Titre,Envois\nMai,120\nJuin,80\n")
    assert file.reason == (
        "its columns (cells: 2) are not those of campaigns: it must name at least "
        "'campaign_id', 'name'"
    )


def test_what_a_left_out_file_holds_is_looked_at_in_folders_and_in_zips(desk: Any) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("Lead.csv", "Id,IsDeleted,LastName\n1,0,x\n")
    desk.put("crm/export.zip", content.getvalue())
    desk.put("crm/2026-01-01/ventes.csv", "deal_id;stage;status\n1;x;won\n")
    found = {file.file: file for file in desk.land().unknown}
    reason = str(found["crm/export.zip!Lead.csv"].reason)
    assert reason.startswith("this table of Salesforce is not read")
    assert found["crm/2026-01-01/ventes.csv"].unknown_columns == ("deal_id", "stage", "status")
    assert "name it deals.csv" in str(found["crm/2026-01-01/ventes.csv"].reason)


def test_no_file_of_another_tool_is_to_be_renamed(shared_data: Path) -> None:
    """Third-party files in the layouts of real exports, beside the repository."""
    renamed, unnamed = [], []
    for path in sorted((shared_data / "shapes").rglob("*.csv")):
        headers = headers_in(path.read_bytes()[:65536])
        reason = reason_left_out(path.name, headers, GENERIC)
        if "name it" in reason:
            renamed.append(path.name)
        if tool_of(headers) is None:
            unnamed.append(path.name)
    assert renamed == []
    assert len(unnamed) < 12
