"""A tool's table is told by its headers: in any order, below titles, in any spelling of them."""

import csv
import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.formats.descriptions import GENERIC, Column, Entity, known_formats
from orchestration.landing.beginnings import HEAD_BYTES, decoded
from orchestration.landing.headers import needed_columns
from orchestration.landing.reasons import reason_in
from orchestration.landing.tool_tables import Recognised, recognise, recognise_entity

TOOLS = [each for each in known_formats().values() if not each.is_generic]
TABLES = [
    (tool.name, table) for tool in TOOLS for table in tool.entities.values() if table.beside is None
]
ENTITIES = list(known_formats()[GENERIC].entities.values())
words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)


def text_of(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def told(head: str) -> tuple[str, str] | None:
    found = recognise(head, TOOLS)
    return None if found is None else (found.format, found.table)


def every_header(table: Entity) -> list[str]:
    return [column.aliases[0] for column in table.columns if column.aliases]


@given(
    table=st.sampled_from(TABLES),
    strangers=st.lists(words, max_size=5),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    data=st.data(),
)
def test_a_table_is_told_in_any_order_among_strangers(
    table: tuple[str, Entity], strangers: list[str], delimiter: str, data: st.DataObject
) -> None:
    foreign = [] if table[1].is_whole else strangers
    headers = data.draw(st.permutations([*every_header(table[1]), *foreign]))
    assert told(text_of([list(headers), [""] * len(headers)], delimiter)) == (
        table[0],
        table[1].name,
    )


@given(st.lists(st.lists(words, max_size=8), max_size=8))
def test_what_has_none_of_the_headers_is_nobodys(rows: list[list[str]]) -> None:
    assert told(text_of(rows)) is None


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda each: each.name)
def test_a_generic_file_is_no_tools(entity: Entity) -> None:
    headers = [column.name for column in entity.columns]
    assert told(text_of([headers])) is None
    assert recognise_entity("A title\n" + text_of([headers]), entity) is not None
    headers.remove(needed_columns(entity)[0])
    assert recognise_entity(text_of([headers]), entity) is None


def test_titles_above_the_table_are_skipped() -> None:
    title = 'Notes:\n"a, quoted\nline",b\n\n'
    headers = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position"]
    found = recognise(title + text_of([[*headers, "Connected On"]]), TOOLS)
    assert found == Recognised("linkedin", "connections", ",", columns=7, at=len(title))


@pytest.mark.parametrize(
    "header",
    [
        "ID de fiche d'informations",
        "ID de fiche d’informations",
        " id DE fiche d'informations ",
        unicodedata.normalize("NFD", "ID de fiche d'informations"),
    ],
)
def test_apostrophes_case_and_composition_do_not_matter(header: str) -> None:
    head = f"{header},{unicodedata.normalize('NFD', 'Phase de la transaction')},Montant\n1,a,2\n"
    assert told(head) == ("hubspot", "deals")


def test_a_star_on_what_must_be_filled_does_not_matter() -> None:
    assert told("Record ID*,Deal Stage *,Amount\n1,a,2\n") == ("hubspot", "deals")


def test_a_table_that_asks_for_one_of_several_is_not_told_without_any() -> None:
    assert told("Record ID,Create Date,Company Name,Email\n1,a,b,c\n") == ("hubspot", "contacts")
    assert told("Record ID,Create Date,Company Name,City\n1,a,b,c\n") == ("hubspot", "companies")
    assert told("Record ID,Create Date,City\n1,a,b\n") is None


def test_a_table_that_is_whole_is_not_told_with_another_column() -> None:
    assert told("id,name,_fivetran_synced\n1,a,b\n") == ("hubspot", "teams")
    assert told("id,name,_fivetran_synced,created_at\n1,a,b,c\n") is None


def test_the_columns_of_a_connector_are_told_by_their_prefix() -> None:
    assert told("id,_fivetran_synced,property_email\n1,a,b\n") == ("hubspot", "connector_contacts")
    assert told("id,_fivetran_synced,email\n1,a,b\n") is None


def test_two_columns_are_too_few_to_tell() -> None:
    assert told("hs_object_id,dealstage\n1,a\n") is None
    assert told("hs_object_id,dealstage,amount\n1,a,2\n") == ("hubspot", "deals")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "macroman", "cp850"]
)
def test_the_beginning_is_read_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    text = "Affaire - ID;Affaire - Étape;Affaire - Statut\n1;é;Gagnée\n"
    assert decoded(text.encode(encoding)) == text


def test_a_line_that_the_beginning_cuts_in_two_is_left_away() -> None:
    lines = "Étape;é\n" * HEAD_BYTES
    start = decoded(lines.encode()[:HEAD_BYTES])
    assert set(start.splitlines()) == {"Étape;é"}


def test_headers_that_fit_two_tables_alike_are_told() -> None:
    def table(name: str, *headers: str, gives_way_to: tuple[str, ...] = ()) -> Entity:
        columns = tuple(Column(each, "text", aliases=(each,)) for each in headers)
        return Entity(name, columns, is_of_tool=True, gives_way_to=gives_way_to)

    def recognised(*tables: Entity) -> Recognised:
        tool = replace(TOOLS[0], name="tool", entities={each.name: each for each in tables})
        found = recognise("day,who,call,mail\n", [tool])
        assert found is not None
        return found

    calls, mails = table("calls", "day", "who", "call"), table("mails", "day", "who", "mail")
    tied = recognised(calls, mails)
    assert (tied.table, tied.rivals) == ("calls", ("mails",))
    assert tied.doubt is not None
    assert "(calls, mails)" in tied.doubt
    assert "plusieurs tableaux (calls, mails)" in reason_in(tied.doubt, "fr")
    assert recognised(calls, table("mails", "day", "who", "mail", "call")).doubt is None
    yielding = table("calls", "day", "who", "call", gives_way_to=("mails",))
    assert recognised(yielding, mails).table == "mails"
