"""One address in all its writings is one address, and another one never is."""

import unicodedata
from pathlib import Path
from urllib.parse import quote

import duckdb
import phonenumbers
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from orchestration.landing.addresses import (
    ADDRESSES_SCHEMA,
    compared,
    email_address,
    phone_number,
    plain_addresses,
    profile_address,
)
from orchestration.landing.duckdb_reader import BLANKS
from orchestration.quoting import quoted_text

from .conftest import Desk

SLUGS = st.text(alphabet="abcxyzäëéèïôœñçß0189-", min_size=2, max_size=30)
COUNTRIES = ("FR", "BE", "CH", "DE", "GB", "IT", "ES", "US", "CA")


@given(slug=SLUGS)
def test_a_profile_is_its_slug_however_it_is_written(slug: str) -> None:
    decomposed = unicodedata.normalize("NFD", slug)
    written = [
        f"https://www.linkedin.com/in/{quote(slug)}/",
        f"http://fr.linkedin.com/in/{quote(decomposed)}?trk=x",
        f"linkedin.com/in/{quote(slug).lower()}#about",
        f"LinkedIn.com/in/{slug.upper()}" if slug.upper().lower() == slug else f"/in/{slug}",
        f"//linkedin.com/in/{quote(quote(slug))}/en",
        f"in/{decomposed}",
    ]
    folded = unicodedata.normalize("NFC", slug.casefold())
    assert {profile_address(each) for each in written} == {f"linkedin.com/in/{folded}"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://www.linkedin.com/in/ma%C3%ABlle-k", "linkedin.com/in/maëlle-k"),
        ("https://www.linkedin.com/company/acme/", "linkedin.com/company/acme"),
        ("https://www.xing.com/profile/Ana_S?x=1", "xing.com/profile/ana_s"),
        ("n/a", None),
        ("none", None),
        ("https://www.linkedin.com/", None),
        ("https://www.linkedin.com/in/", "linkedin.com/in"),
    ],
)
def test_pages_that_are_no_profile_stand_for_themselves(written: str, address: str | None) -> None:
    assert profile_address(written) == address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" Ana.Silva@Ocean.example\u00a0", "ana.silva@ocean.example"),
        ("Ana Silva <Ana@ocean.example>", "ana@ocean.example"),
        ('"Silva, Ana" <mailto:ana@ocean.example>', "ana@ocean.example"),
        ("mailto:ana%2Bcrm@ocean.example?subject=Hi", "ana+crm@ocean.example"),
        ("MAILTO:ana@ocean.example", "ana@ocean.example"),
        ("ana@ocean.example; bo@ocean.example", None),
        ("ana at ocean.example", None),
        ("ana@b@c", None),
        ("@", None),
        ("<>", None),
    ],
)
def test_an_email_is_the_address_in_what_is_written(written: str, address: str | None) -> None:
    assert email_address(written) == address


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_number_of_a_country_is_one_in_all_its_writings(country: str) -> None:
    number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    international = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    significant = phonenumbers.national_significant_number(number)
    written = [
        international,
        phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        f"00{international[1:]}",
        international[1:],
        f"{international[1:]}.0",
        national,
        national.replace(" ", "."),
        f"{national} poste 12",
        significant,  # what a spreadsheet leaves of it
        f"+{number.country_code} (0){significant}" if country in ("FR", "DE", "GB") else national,
    ]
    assert {phone_number(each, country) for each in written} == {international}


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("612345678", "FR", "+33612345678"),
        ("33612345678", None, "+33612345678"),
        ("0612345678", None, "0612345678"),
        ("020 7946 0958", "FR", "02079460958"),
        ("1234567", "FR", None),
        ("call me", "FR", None),
        ("06 12 34 56 78 / 07 98 76 54 32", "FR", "+33612345678"),
    ],
)
def test_a_number_that_cannot_be_dialled_is_its_digits(
    written: str, country: str | None, number: str | None
) -> None:
    assert phone_number(written, country) == number


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60), country=st.sampled_from([*COUNTRIES, None]))
def test_no_text_stops_the_comparison(text: str, country: str | None) -> None:
    for address in (email_address(text), profile_address(text), phone_number(text, country)):
        assert address is None or address == address.strip() != ""


def test_the_distinct_addresses_of_a_load_lie_beside_it(desk: Desk) -> None:
    desk.put("crm/reps.csv", "rep_id,name,email\nR1,Ana,Ana <ANA@ocean.example>\nR2,Bo,\n")
    desk.put(
        "crm/prospects.csv",
        "prospect_id,detected_at,email,phone\nP1,2026-01-01, ANA@ocean.example ,1\n"
        "P2,2026-01-01,ANA@ocean.example,06 12 34 56 78\n",
    )
    desk.land()
    assert [(row["kind"], row["written"], row["address"]) for row in desk.addresses()] == [
        ("email", "ANA@ocean.example", "ana@ocean.example"),
        ("email", "Ana <ANA@ocean.example>", "ana@ocean.example"),
        ("phone", "06 12 34 56 78", "+33612345678"),
    ]


@settings(max_examples=100, deadline=None)
@given(
    written=st.lists(
        st.text("aZ1.-_%+@", min_size=1, max_size=12).map("a{}@b.c".format)
        | st.text("aZ1.-_%+@:<>, ", min_size=1, max_size=20)
        | st.text("linkedin.com/:htps?#%Aé-", max_size=20).map(
            "https://fr.linkedin.com/in/a{}".format
        )
        | st.text("linkedin.com/:htps?#%Aé-", max_size=30).map("https://{}".format),
        min_size=1,
        max_size=20,
    )
)
def test_a_plain_address_is_the_same_in_a_batch_as_alone(written: list[str]) -> None:
    """The addresses that SQL reads are those that the functions find; the others follow suit."""
    texts = sorted({text for each in written if (text := each.strip(BLANKS))})
    values = ", ".join(f"({quoted_text(text)})" for text in texts)
    both = " union all ".join(
        f"select '{kind}' as kind, written from (values {values}) as texts (written)"
        for kind in ("email", "linkedin")
    )
    with duckdb.connect() as connection:
        batches = list(plain_addresses(both, connection)) if texts else []
    found = [row for batch in batches for row in compared(batch, "FR").to_pylist()]
    expected = [
        {"kind": kind, "written": text, "address": address}
        for kind, function in (("email", email_address), ("linkedin", profile_address))
        for text in texts
        if (address := function(text)) is not None
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_a_number_that_a_load_before_had_is_not_parsed_again(tmp_path: Path) -> None:
    """What is plainly written is read as ever; what is new is left to the functions."""
    known = tmp_path / "known.parquet"
    pq.write_table(
        pa.Table.from_pylist(
            [
                {"source": "crm", "kind": "phone", "written": "01 02", "address": "+330102"},
                {"source": "crm", "kind": "email", "written": "A@b.c", "address": "other"},
            ],
            schema=ADDRESSES_SCHEMA,
        ),
        known,
    )
    cells = "('phone', '01 02'), ('phone', '03 04'), ('email', 'A@b.c')"
    written = f"from (values {cells}) as cells (kind, written)"
    with duckdb.connect() as connection:
        (batch,) = plain_addresses(written, connection, known)
    assert [tuple(row.values()) for row in batch.to_pylist()] == [
        ("email", "A@b.c", "a@b.c"),
        ("phone", "01 02", "+330102"),
        ("phone", "03 04", None),
    ]
