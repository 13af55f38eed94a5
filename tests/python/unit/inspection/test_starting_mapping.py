"""A mapping to start from: what it guesses, and that it always lands as written."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.inspection.guesses import Sample, day_form, guess, outcome_of
from orchestration.inspection.looking import inspect
from orchestration.inspection.starting_mapping import DECIDE, starting_mapping

SHEETS = {
    "fr": (
        "Suivi 2026;;;;;;\n"
        "Entreprise;Contact;E-mail;Date d'entrée;Étape;Montant HT;Commercial\n"
        'Kervanel SAS;Maëlle;m@kervanel.example;25/01/26;Signé;"12 500,50";Jo\n'
        "KERVANEL SAS;Jonas;j@kervanel.example;06/01/26;Perdu;3000;Jo\n"
        "Norvent;Tomás;-;09/01/26;En cours;-;Al\n",
        {"accounts": 2, "reps": 2, "prospects": 3, "deals": 3},
    ),
    "en": (
        "Company,Contact Name,Email,Created,Stage,Amount,Owner\n"
        "Kervanel,Jo,j@kervanel.example,01/25/2026,Won,12500.5,Al\n"
        "Norvent,Ti,t@norvent.example,01/06/2026,Negotiation,300,Al\n",
        {"accounts": 2, "reps": 1, "prospects": 2, "deals": 2},
    ),
    "de": (
        "Firma;Ansprechpartner;Angelegt;Erstgespräch;Angebot unterschrieben;Absage;Grund\n"
        "Kervanel;Jo;2026-01-05;2026-01-07;2026-01-20;;\n"
        "Norvent;Ti;2026-01-06;2026-01-08;;2026-01-22;Preis\n"
        "Polaris;Al;2026-01-07;;;;\n",
        {"accounts": 3, "prospects": 3, "deals": 3, "deal_stages": 4},
    ),
}


@pytest.mark.parametrize("language", SHEETS)
def test_a_sheet_lands_with_the_mapping_that_is_written_of_it(
    language: str, tmp_path: Path
) -> None:
    text, rows = SHEETS[language]
    (tmp_path / "suivi").mkdir()
    (tmp_path / "suivi" / "sheet 2026.csv").write_text(text, encoding="utf-8")
    assert not inspect(tmp_path).landed
    assert not (tmp_path / "suivi.mapping.yml").exists(), "written when it is asked for"
    found = inspect(tmp_path, writes_mappings=True)
    assert found.mappings == {"suivi.mapping.yml": ("suivi/sheet 2026.csv",)}
    assert [each.report.outcome for each in found.landed] == ["landed"]
    assert {entity: number["suivi"] for entity, number in found.entities.items()} == rows
    assert found.unread == ()
    statuses = {each.stage: (each.open, each.won, each.lost) for each in found.stages}
    assert sum(won for _, won, _ in statuses.values()) == 1
    assert sum(lost for _, _, lost in statuses.values()) == (0 if language == "en" else 1)


def test_what_a_person_must_decide_is_marked() -> None:
    sample = Sample(
        "sheet",
        ("sheet.csv",),
        ("Entreprise", "E-mail", "Date d'entrée", "Étape", "Montant"),
        (
            ("Norvent", "a@b.example", "04/05/2026", "Gagné", "1 200,50 €"),
            ("Polaris", "c@d.example", "05/06/2026", "À relancer", "-"),
        ),
    )
    text = starting_mapping("suivi", [sample], {"gagné": "won"}, "en") or ""
    marked = [line for line in text.splitlines() if DECIDE in line]
    assert any(line.startswith("dates: [dd/mm/yyyy]") for line in marked)
    assert any(line.strip().startswith("À relancer: open") for line in marked)
    assert "  Gagné: won" in text.splitlines(), "what is known needs no decision"
    assert 'numbers: ["1 234,56 €"]' in text
    assert 'empty: ["-"]' in text


def test_a_mapping_is_never_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "suivi").mkdir()
    (tmp_path / "suivi" / "a.csv").write_text(SHEETS["en"][0], encoding="utf-8")
    own = "make: {accounts: {account_id: Company, name: Company}}\n"
    (tmp_path / "suivi.mapping.yml").write_text(own, encoding="utf-8")
    (tmp_path / "suivi" / "b.csv").write_text("Alpha,Beta\n1,2\n", encoding="utf-8")
    inspect(tmp_path, writes_mappings=True)
    assert (tmp_path / "suivi.mapping.yml").read_text(encoding="utf-8") == own


def test_several_tables_of_a_folder_are_one_mapping(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "clients.csv").write_text(
        "Raison sociale,Ville\nNorvent,Nantes\n", encoding="utf-8"
    )
    (tmp_path / "crm" / "affaires.csv").write_text(
        "Réf affaire,Entreprise,Étape,Montant,Date de création\nA1,Norvent,Gagné,500,2026-01-05\n",
        encoding="utf-8",
    )
    found = inspect(tmp_path, writes_mappings=True)
    assert list(found.mappings) == ["crm.mapping.yml"]
    assert len(found.landed) == 2
    assert {entity: number["crm"] for entity, number in found.entities.items()} == {
        "accounts": 1,
        "deals": 1,
    }
    assert all(each.found == each.filled for each in found.links)


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["2026-01-05", "2026-01-06 10:00"], ("yyyy-mm-dd", False)),
        (["25/01/2026", "05/02/2026"], ("dd/mm/yyyy", False)),
        (["01/25/2026", "02/05/2026"], ("mm/dd/yyyy", False)),
        (["04/05/2026"], ("dd/mm/yyyy", True)),
        (["25.01.2026"], ("dd.mm.yyyy", False)),
        (["25/01/26"], ("dd/mm/yy", False)),
        (["12", "hier", "x"], None),
        (["1 200,50"], None),
        ([], None),
    ],
)
def test_the_form_of_days_is_told_by_the_cells(
    cells: list[str], form: tuple[str, bool] | None
) -> None:
    assert day_form(cells) == form


def test_days_on_which_no_deal_ends_are_no_stages() -> None:
    headers = ("call start time", "call end time", "user")
    sample = Sample("calls", ("c.csv",), headers, (("2026-01-05", "2026-01-05", "Jo"),))
    assert guess(sample).stages == ()
    assert outcome_of("Contrat signé") == "won"
    assert outcome_of("Angebot") == "open"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(max_size=12), min_size=1, max_size=8).flatmap(
        lambda headers: st.tuples(
            st.just(headers),
            st.lists(
                st.lists(st.text(max_size=8), min_size=len(headers), max_size=len(headers)),
                max_size=4,
            ),
        )
    ),
    st.lists(
        st.sampled_from(["Entreprise", "E-mail", "Stage", "Created", "Signé", "Absage", "Owner"]),
        unique=True,
    ),
)
def test_whatever_a_table_holds_its_mapping_is_valid(
    table: tuple[list[str], list[list[str]]], known: list[str]
) -> None:
    """`starting_mapping` raises when a mapping that it makes is not one."""
    headers, rows = table
    sample = Sample(
        "any",
        ("any.csv",),
        (*headers, *known),
        tuple((*row, *["2026-01-05"] * len(known)) for row in rows),
    )
    starting_mapping("any", [sample], {}, "fr")
    starting_mapping("any", [sample, replace(sample, name="other")], {}, "en")
