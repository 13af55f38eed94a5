"""What a cell looks like once somebody is erased from it."""

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.erasure.eraser import Eraser
from orchestration.erasure.fingerprints import Fingerprints, is_erased
from orchestration.erasure.forgotten import KINDS
from orchestration.landing.addresses import email_address, phone_number, profile_address
from orchestration.landing.names import full_name

FINGERPRINTS = Fingerprints(b"a secret of a test")
EMAIL, PROFILE, PHONE = "ana.sola@acme.example", "linkedin.com/in/ana-sola", "+33612345678"
KNOWN = {
    "email": [EMAIL],
    "linkedin": [PROFILE],
    "phone": [PHONE],
    "name": [full_name("Ana", "Solá") or ""],
    "token": ["ana", "sola"],
    "word": ["ana", "sola"],
    "person_id": ["crm\0P1"],
    "shared_phone": ["+33199999999"],
}
ERASER = Eraser(
    FINGERPRINTS,
    {
        kind: frozenset(FINGERPRINTS.of(kind, text) for text in KNOWN.get(kind, ()))
        for kind in KINDS
    },
    "FR",
    frozenset({"info"}),
)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ana.sola@acme.example", "@acme.example"),
        ("Ana Solá <ANA.SOLA@acme.example>; bob@acme.example", "bob@acme.example"),
        ("rappeler au 06 12 34 56 78 demain", "demain"),
        ("vu sur https://fr.linkedin.com/in/Ana-Sola/?x=1", "vu sur"),
        ("recommandé par SOLA Ana, hier", "hier"),
        ('{"from": "ana.sola@acme.example", "n": 12}', '"n": 12'),
        ("https://acme.example/qui/ana-sola.html", "/qui/"),
    ],
)
def test_names_and_addresses_go_and_the_rest_stays(text: str, left: str) -> None:
    erased = ERASER.inside(text)

    assert left in erased
    for trace in ("ana.sola", "06 12 34 56 78", "Ana-Sola", "SOLA", "Solá"):
        assert trace not in erased


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_letters_that_json_has_escaped_are_read(depth: int) -> None:
    text = "vu Ana Solá, hier"
    for _ in range(depth):
        text = json.dumps(text)

    erased = ERASER.inside_escaped(text)

    assert "Ana" not in erased
    for _ in range(depth):
        erased = json.loads(erased)
    assert erased == ERASER.inside("vu Ana Solá, hier")


@pytest.mark.parametrize(
    "text", ["\\u0041na Sol\\u0061", '"\\ud83d\\ude00 \\u00e9t\\u00e9"', "\\\\u00"]
)
def test_what_names_nobody_stays_escaped_as_it_is(text: str) -> None:
    assert ERASER.inside_escaped(text) == text


def test_names_of_files_that_differ_stay_different_and_keep_their_ending() -> None:
    one, other = (ERASER.label(f"crm/deals_{name}.csv") for name in ("Ana Sola", "SOLA ana"))

    assert one != other
    assert one.startswith("crm/deals_erased-")
    assert one.endswith(".csv")
    assert ERASER.label(one) == one
    assert ERASER.label("crm/deals.csv") == "crm/deals.csv"
    assert "Sola" not in ERASER.label("Avis de Ana Sola")


@pytest.mark.parametrize(
    "text",
    [
        "ana@acme.example",
        "Ana Martin",
        "Anabelle Sola",
        "06 12 34 56 79",
        "commande 0612345678901",
        "Sola, un produit. Ana l'a dit",
        "",
    ],
)
def test_who_is_not_forgotten_stays(text: str) -> None:
    assert ERASER.inside(text) == text


def test_an_erased_address_is_an_address_of_its_kind_and_the_same_however_it_was_written() -> None:
    one, other = ERASER.whole(EMAIL), ERASER.whole("Ana <Ana.Sola@ACME.example>")
    assert one == other
    assert email_address(one) == one
    assert one.endswith("@acme.example")

    one, other = ERASER.whole("0612345678"), ERASER.whole("+33 6 12 34 56 78")
    assert one == other
    assert phone_number(one, "FR") == phone_number(other, "FR") is not None

    one = ERASER.whole("https://www.linkedin.com/in/Ana-Sola")
    assert profile_address(one) == profile_address(ERASER.whole(PROFILE))


def test_a_cell_of_the_person_goes_whole_but_what_others_share() -> None:
    assert is_erased(ERASER.whole("Solá"))
    assert is_erased(ERASER.whole("ana.nouvelle@other.example"))
    assert ERASER.whole("info@acme.example") == "info@acme.example"
    assert ERASER.whole("01 99 99 99 99") == "01 99 99 99 99"
    assert ERASER.whole("") == ""


def test_ids_are_known_by_their_source() -> None:
    assert ERASER.knows_id("crm", "P1")
    assert ERASER.knows_id("crm", "P7;P1")
    assert not ERASER.knows_id("outreach", "P1")
    assert not ERASER.knows_id("crm", "P10")


@given(st.text())
def test_erasing_again_changes_nothing(text: str) -> None:
    for erase in (ERASER.inside, ERASER.whole, ERASER.text, ERASER.word):
        once = erase(f"{text} {EMAIL} Ana Sola")
        assert erase(once) == once
        assert EMAIL not in once


@given(st.text(), st.text())
def test_texts_that_differ_stay_different(one: str, other: str) -> None:
    if one.strip() and other.strip():
        assert (ERASER.text(one) == ERASER.text(other)) == (one == other)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    *("Ana", "SOL\u00c1", "sola", "ANA-Sola", "l'Ana", " ", ", ", "_", "x", "7"),
                    *(EMAIL.upper(), PROFILE.upper(), "https://lin\u212aedin.com/in/ana-sola", "@"),
                    *("06 12 34 56 78", "+33\u00a06.12.34.56.78", "0612345678", "\u0661", "00336"),
                ]
            )
            | st.text(max_size=4),
            max_size=6,
        ).map("".join),
        max_size=30,
    )
)
def test_every_cell_that_changes_is_suspected(cells: list[str]) -> None:
    suspects = set(ERASER.suspects(pa.array(cells, pa.string())))
    assert {cell for cell in cells if ERASER.inside(cell) != cell} <= suspects
