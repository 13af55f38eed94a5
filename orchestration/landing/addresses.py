"""The addresses of people in one form each: e-mails, LinkedIn profiles, phone numbers.

What belongs here: how an address that people write in many ways is compared, and the table of the
distinct ones of a load. What does not: whose address it is, and which ones several people read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

import duckdb
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.files import written_whole
from orchestration.formats.descriptions import Entity
from orchestration.landing.duckdb_reader import BLANKS, scan_parquet
from orchestration.quoting import quoted_name, quoted_text

ADDRESSES_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("kind", pa.string()),
        ("written", pa.string()),
        ("address", pa.string()),
    ]
)
METHOD = f"1 {phonenumbers.__version__}"
"""Raise the first number when an address gets another form: tables of before are made anew."""

_BATCH_ROWS = 50_000
_IN_BRACKETS = re.compile(r"<\s*([^<>]+?)\s*>")
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")
_LINKEDIN = re.compile(r"(?:https?:)?/{0,2}(?:[a-z]{1,3}\.)?linkedin\.[a-z.]+/+(.*)", re.IGNORECASE)
_SLUG = re.compile(r"/?in/+([^/]+)")
_IN_EMAIL = r"[^\s@,;:<>\"'()\[\]{}|\\]"
EMAIL_IN_TEXT = re.compile(rf"(?<!{_IN_EMAIL}){_IN_EMAIL}{{1,100}}@{_IN_EMAIL}{{1,250}}(?<!\.)")
"""The lengths are bounded, so that a long text without a blank takes no longer than another."""

PROFILE_IN_TEXT = re.compile(
    r"(?:https?:)?(?://)?(?:[a-z]{1,3}\.)?linkedin\.[a-z.]+/[^\s\"'<>,;(){}\[\]\\]+", re.IGNORECASE
)
_EXTENSION = re.compile(r"\b(?:poste|ext|extension)\b.*$", re.IGNORECASE)
_PLAIN = {
    "email": ("[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", "lower(written)"),
    "linkedin": (
        r"https?://([a-z]{1,3}\.)?linkedin\.com/in/([a-z0-9-]+)/?",
        "'linkedin.com/in/' || regexp_extract(written, '/in/([a-z0-9-]+)', 1)",
    ),
}
"""Kind → how nearly all addresses are written, and what they are then, in SQL: as the functions
below say, at a tenth of what these take."""
_SEVERAL = re.compile(r" / |[;|]")
_LEAST_DIGITS = 8
_KNOWN_NUMBERS = 1 << 18
"""Numbers of which a process remembers what they are, 80 MB of them at most. To read one takes
longer than all else that is done to it, and where somebody is erased each is read up to three
times: as landed, as looked into, and as landed without them."""


def email_address(text: str) -> str | None:
    """Return the address in `Name <address>`, `mailto:address` or the text itself, lower case.

    None for what is no single address.
    """
    bracketed = _IN_BRACKETS.findall(text)
    address = bracketed[-1] if bracketed else text.strip(BLANKS)
    if address[:7].lower() == "mailto:":
        address = unquote(address[7:].partition("?")[0]).strip(BLANKS)
    return address.lower() if _EMAIL.fullmatch(address) else None


def profile_address(text: str) -> str | None:
    """Return `linkedin.com/in/<slug>`, the slug percent-decoded, composed and case-folded.

    Another page of LinkedIn, or of another site, stands for itself. None for what is no page.
    """
    page = re.split(r"[?#]", text.strip(BLANKS), maxsplit=1)[0].rstrip("/")
    on_linkedin = _LINKEDIN.fullmatch(page)
    path = _folded(on_linkedin[1] if on_linkedin else page)
    slug = _SLUG.match(path)
    if slug:
        return f"linkedin.com/in/{slug[1]}"
    if on_linkedin:
        return f"linkedin.com/{path}" if path else None
    site = re.sub(r"^(https?:)?//(www\.)?", "", path)
    return site if re.match(r"[^/\s]+\.[^/\s]+/\S", site) else None


@lru_cache(_KNOWN_NUMBERS)
def phone_number(text: str, country: str | None) -> str | None:
    """Return a number in international form: `+33612345678`.

    National numbers are those of the country (ISO 3166, None for unknown), a lost leading 0 or plus
    included. A number that cannot be dialled as it stands is its digits: the same writing still
    finds it. None for what has fewer than eight digits.
    """
    number = _EXTENSION.sub("", _SEVERAL.split(text.strip(BLANKS))[0]).removesuffix(".0")
    digits = re.sub(r"\D", "", number)
    if len(digits) < _LEAST_DIGITS:
        return None
    abroad = f"+{digits.removeprefix('00')}"
    if country and abroad.startswith(f"+{phonenumbers.country_code_for_region(country)}"):
        # with the country's own code it is whole, though it may be a national number too
        whole = _dialled(abroad, None, phonenumbers.is_valid_number)
        if whole is not None:
            return whole
    return (
        _dialled(number, country, phonenumbers.is_valid_number)
        or _dialled(abroad, None, phonenumbers.is_valid_number)
        or _dialled(number, country, phonenumbers.is_possible_number)
        or digits
    )


@contextmanager
def numbers_forgotten() -> Iterator[None]:
    """Have nothing of the numbers that were read stay in memory behind the block or function."""
    try:
        yield
    finally:
        phone_number.cache_clear()


def write_addresses(
    files: Mapping[str, Path],
    entities: Mapping[str, Entity],
    source: str,
    country: str | None,
    target: Path,
    connection: duckdb.DuckDBPyConnection,
    known: Path | None = None,
) -> None:
    """Write the distinct addresses of a load, as they are written and in the form to compare.

    Args:
        files: entity → landed rows.
        entities: their descriptions: which columns hold addresses.
        source: the source of the load.
        country: that of its national phone numbers.
        target: the Parquet file; what it was made with is in its metadata.
        connection: what reads the rows.
        known: those of a load before, made as these are: a number that stands there is not parsed.

    """
    schema = ADDRESSES_SCHEMA.with_metadata(_made_with(country))
    written = " union ".join(_columns_with_addresses(files, entities))
    with (
        written_whole(target) as temporary,
        pq.ParquetWriter(temporary, schema, compression="zstd") as writer,
    ):
        for batch in plain_addresses(written, connection, known) if written else ():
            addresses = compared(batch, country)
            sources = pa.repeat(pa.scalar(source, pa.string()), addresses.num_rows)
            writer.write_table(pa.Table.from_arrays([sources, *addresses.columns], schema=schema))


def are_current(target: Path, country: str | None) -> bool:
    """Tell whether the addresses of a load were written as they would be now."""
    try:
        metadata = pq.read_schema(target).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return False
    return all(metadata.get(key) == value for key, value in _made_with(country).items())


def _made_with(country: str | None) -> dict[bytes, bytes]:
    return {b"method": METHOD.encode(), b"country": (country or "").encode()}


def _columns_with_addresses(
    files: Mapping[str, Path], entities: Mapping[str, Entity]
) -> Iterator[str]:
    for name, path in sorted(files.items()):
        for column in entities[name].columns:
            if column.address is not None:
                cell = f"trim({quoted_name(column.name)}, {quoted_text(BLANKS)})"
                yield (
                    f"select {quoted_text(column.address)} as kind, {cell} as written "
                    f"from {scan_parquet([path])} where {cell} <> ''"
                )


def plain_addresses(
    written: str, connection: duckdb.DuckDBPyConnection, known: Path | None = None
) -> pa.RecordBatchReader:
    """Return kind, writing and, where it is plainly written or known, address."""
    cases = " ".join(
        f"when kind = {quoted_text(kind)} and regexp_full_match(written, {quoted_text(pattern)}) "
        f"then {address}"
        for kind, (pattern, address) in _PLAIN.items()
    )
    if known is not None:
        cases += " else known.address"
        written = f"({written}) left join {scan_parquet([known])} as known using (kind, written)"
    else:
        written = f"({written})"
    return connection.execute(
        f"select kind, written, case {cases} end as address from {written} order by kind, written"
    ).to_arrow_reader(_BATCH_ROWS)


def compared(batch: pa.RecordBatch, country: str | None) -> pa.RecordBatch:
    """Return the addresses of a batch, without what is none."""
    compare: dict[str, Callable[[str], str | None]] = {
        "email": email_address,
        "linkedin": profile_address,
        "phone": lambda text: phone_number(text, country),
    }
    kinds, written, addresses = batch.columns
    is_open = pc.is_null(addresses)
    found = [
        compare[kind](text)
        for kind, text in zip(
            kinds.filter(is_open).to_pylist(), written.filter(is_open).to_pylist(), strict=True
        )
    ]
    addresses = pc.replace_with_mask(addresses, is_open, pa.array(found, pa.string()))
    columns = [kinds, written, addresses]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names).filter(
        pc.is_valid(addresses)
    )


def _folded(path: str) -> str:
    """Return a path percent-decoded, composed and case-folded; twice where it was coded twice."""
    for _ in range(2):
        path = unquote(path)
    folded = unicodedata.normalize("NFC", path).casefold()
    return unicodedata.normalize("NFC", folded).strip(BLANKS)


def _dialled(
    number: str, country: str | None, is_one: Callable[[phonenumbers.PhoneNumber], bool]
) -> str | None:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not is_one(parsed):
        return None
    return f"+{parsed.country_code}{phonenumbers.national_significant_number(parsed)}"
