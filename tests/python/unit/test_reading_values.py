"""The macros that read a cell, in DuckDB: every form of every day and number reads back.

What belongs here: properties of `macros/reading` over all days, times and numbers. What does not:
single cells (see the unit tests beside the staging models).
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Rules = dict[str, object]
Read = Callable[[str, Sequence[str], Rules], list[object]]

NO_RULES: Rules = {
    "date_order": "iso",
    "has_two_digit_years": False,
    "excel_day_zero": None,
    "comma_columns": ",",
    "doubtful_columns": ",",
    "midnight_columns": ",",
}
FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
FRENCH_WEEKDAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche"
SHORT_FRENCH = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."
ENGLISH = "January February March April May June July August September October November December"
SHORT_ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
MONTHS = [words.split() for words in (FRENCH, SHORT_FRENCH, ENGLISH, SHORT_ENGLISH)]
DAYS = st.dates(date(1990, 1, 1), date(2069, 12, 31))
TIMES = st.times().map(lambda moment: moment.replace(microsecond=0))


def rendered(repo_root: Path, call: str) -> str:
    """Return the SQL of a macro's call, as dbt renders it."""
    folder = repo_root / "macros" / "reading"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    return environment.from_string("".join(texts) + "{{ " + call + " }}").render().strip()


@pytest.fixture(scope="module")
def read(repo_root: Path) -> Read:
    """Return a function that calls a macro on cells."""
    connection = duckdb.connect()

    def read_cells(call: str, cells: Sequence[str], rules: Rules) -> list[object]:
        sql = rendered(repo_root, call)
        known = {**NO_RULES, **rules}
        values = ", ".join(f"${name} as {name}" for name in known)
        query = f"""
            select {sql}
            from (select unnest($cells::varchar[]) as cell, unnest(range({len(cells)})) as place)
                as landed
            cross join (select {values.replace("$excel_day_zero", "$excel_day_zero::date")})
                as reading_rules
            order by landed.place
        """
        found = connection.execute(query, {**known, "cells": list(cells)}).fetchall()
        return [row[0] for row in found]

    return read_cells


def ordinal(day: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    return f"{day}{ends.get(day, 'th')}"


def unambiguous(day: date) -> list[str]:
    """Return the forms in which a day reads one way only."""
    forms = [day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y.%m.%d}", f"{day:%Y%m%d}"]
    forms += [f"{day.year}-{day.month}-{day.day}", f" {day.isoformat()}\u00a0"]
    for names in MONTHS:
        name = names[day.month - 1]
        forms += [f"{day.day} {name} {day.year}", f"{day:%d}-{name}-{day.year}"]
        forms += [f"{name} {day.day}, {day.year}", f"{name.upper()} {ordinal(day.day)} {day.year}"]
        forms += [f"{day.year} {name} {day.day}"]
    forms += [f"{day:%a, %d %b %Y}", f"{day:%A, %B %d, %Y}"]
    french = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"][
        day.weekday()
    ]
    forms += [f"{french} {day.day} {FRENCH.split()[day.month - 1]} {day.year}"]
    forms += [f"1er {FRENCH.split()[day.month - 1]} {day.year}"] if day.day == 1 else []
    return forms


MANY = settings(max_examples=3, deadline=None)
"""A query is dear and a cell is not: each example is a list of many."""


@MANY
@given(days=st.lists(DAYS, min_size=50, max_size=200))
def test_every_unambiguous_form_of_a_day_reads_back(read: Read, days: list[date]) -> None:
    expected = {form: day for day in days for form in unambiguous(day)}
    found = read("read_day('landed.cell')", list(expected), {})
    assert dict(zip(expected, found, strict=True)) == expected


@MANY
@given(days=st.lists(DAYS, min_size=50, max_size=200), order=st.sampled_from(["dmy", "mdy"]))
def test_a_declared_form_of_a_day_reads_back_and_no_undeclared_one(
    read: Read, days: list[date], order: str
) -> None:
    whole: dict[str, date] = {}
    short: dict[str, date] = {}
    serials: dict[str, date] = {}
    for day in days:
        first, second = (day.day, day.month) if order == "dmy" else (day.month, day.day)
        whole |= {f"{first}{mark}{second}{mark}{day.year}": day for mark in "/.-"}
        short |= {f"{first:02}/{second:02}/{day:%y}": day, f"{first}.{second}.{day:%y}": day}
        short |= {f"{day.day} {SHORT_FRENCH.split()[day.month - 1]} {day:%y}": day}
        serials |= {str((day - date(1899, 12, 30)).days): day}
    call = "read_day('landed.cell')"
    cells = [*whole, *short]
    declared = {"date_order": order, "has_two_digit_years": True}
    assert read(call, cells, declared) == [*whole.values(), *short.values()]
    assert read(call, [*cells, *serials], {}) == [None] * (len(cells) + len(serials))
    assert read(call, list(short), {"date_order": order}) == [None] * len(short)
    of_1900 = {"excel_day_zero": date(1899, 12, 30)}
    assert read(call, list(serials), of_1900) == list(serials.values())
    of_1904 = {"excel_day_zero": date(1904, 1, 1)}
    later = [str(int(serial) - 1462) for serial in serials]
    assert read(call, later, of_1904) == list(serials.values())


def timed(moment: datetime) -> list[str]:
    """Return the forms in which a moment reads one way only."""
    twelve = f"{(moment.hour - 1) % 12 + 1}:{moment:%M:%S}"
    half = "pm" if moment.hour >= 12 else "am"
    return [
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"{moment:%Y%m%dT%H%M%S}",
        f"{moment:%Y/%m/%d} {twelve} {half}",
        f"{moment:%Y-%m-%d} {twelve}{half.upper()}",
        f"{moment:%d %b %Y}, {twelve} {half[0]}.m.",
        f"{moment:%Y-%m-%dt%H:%M:%S}z",
        f"{moment:%d %b %Y} at {moment:%H:%M:%S}",
        f"{moment:%Y-%m-%d %H:%M:%S},000",
        f"{moment:%a %b %d %Y %H:%M:%S} GMT+0200 (Central European Summer Time)",
        f"{moment:%a, %d %b %Y %H:%M:%S} +0000",
        f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000",
    ]


@MANY
@given(moments=st.lists(st.builds(datetime.combine, DAYS, TIMES), min_size=50, max_size=200))
def test_every_form_of_a_time_reads_back(read: Read, moments: list[datetime]) -> None:
    call = "read_wall_time('landed.cell')"
    expected = {form: moment for moment in moments for form in timed(moment)}
    found = read(call, list(expected), {})
    assert dict(zip(expected, found, strict=True)) == expected
    to_minutes = {}
    serials = {}
    for moment in moments:
        of_minute = moment.replace(second=0)
        for form in ("%d/%m/%Y %H:%M", f"%d.%m.%Y {moment.hour}h%M", "%d/%m/%Y à %H:%M"):
            to_minutes[f"{moment:{form}}"] = of_minute
        serial = f"{(moment - datetime(1899, 12, 30)) / timedelta(days=1):.10f}"
        serials |= {serial: moment, serial.replace(".", ","): moment}
    found = read(call, list(to_minutes), {"date_order": "dmy"})
    assert dict(zip(to_minutes, found, strict=True)) == to_minutes
    found = read(call, list(serials), {"excel_day_zero": date(1899, 12, 30)})
    assert dict(zip(serials, found, strict=True)) == serials


OFFSETS = {"Z": 0, "+02:00": 7200, " -0530": -19800, "+02": 7200, " GMT+0200": 7200, " UTC": 0}


def test_a_stated_offset_is_read_behind_every_form(read: Read) -> None:
    forms = ["2026-09-05T10:00:00", "5 sept. 2026 10:00", "20260905T100000"]
    expected = {form + zone: offset for form in forms for zone, offset in OFFSETS.items()}
    expected |= dict.fromkeys([*forms, "05-09-2026", "2026-09-05"])  # type: ignore[arg-type]
    found = read("written_offset('landed.cell')", list(expected), {})
    assert dict(zip(expected, found, strict=True)) == expected


def test_a_zone_stands_behind_a_time_and_ends_no_day(read: Read) -> None:
    """Behind a day `-30` is no zone: without it 30 February would be a month."""
    at_half_past = datetime(2026, 2, 28, 10, 30)
    no_days = ["2026-02-30", "2026-02-30 10:30", "2026-02-31Z", "2026-02", "2026"]
    expected: dict[str, datetime | None] = dict.fromkeys(no_days)
    for zone in ("", "Z", " UTC", "+02", " -0530", "+02:00"):
        expected[f"2026-02-28 10:30{zone}"] = at_half_past
        expected[f"2026-02-30 10:30:00{zone}"] = None
    found = read("read_wall_time('landed.cell')", list(expected), {})
    assert dict(zip(expected, found, strict=True)) == expected


LIKE_DATES = st.text(alphabet="0123456789 -/.:,TZhamp+janvfécsout", min_size=1, max_size=24)


@MANY
@given(texts=st.lists(LIKE_DATES, min_size=200, max_size=400))
def test_what_looks_like_a_date_never_stops_a_reader(read: Read, texts: list[str]) -> None:
    rules = {
        "date_order": "dmy",
        "has_two_digit_years": True,
        "excel_day_zero": date(1899, 12, 30),
    }
    for call in ("read_wall_time", "written_offset", "has_time_of_day", "read_integer"):
        assert len(read(f"{call}('landed.cell')", texts, rules)) == len(texts)


AMOUNTS = st.tuples(
    st.decimals(-999_999_999, 999_999_999, places=4, allow_nan=False),
    st.integers(0, 4),
    st.sampled_from(["", "other", " ", "\u202f"]),
)


@MANY
@given(amounts=st.lists(AMOUNTS, min_size=200, max_size=400))
@pytest.mark.parametrize("mark", [".", ","])
def test_an_amount_reads_back_or_is_in_doubt_and_is_never_another(
    read: Read, mark: str, amounts: list[tuple[Decimal, int, str]]
) -> None:
    other = {".": ",", ",": "."}[mark]
    expected = {}
    for amount, places, group in amounts:
        rounded = round(amount, places)
        written = f"{rounded:,.{places}f}".replace(",", "G").replace(".", mark)
        expected[written.replace("G", other if group == "other" else group)] = rounded
    call = "read_decimal('landed.cell')"
    rules = {"comma_columns": ",cell," if mark == "," else ","}
    found = read(call, list(expected), rules)
    assert dict(zip(expected, found, strict=True)) == expected
    doubted = read(call, list(expected), {**rules, "doubtful_columns": ",cell,"})
    for cell, amount in zip(expected, doubted, strict=True):
        is_in_doubt = re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", cell)
        assert amount == (None if is_in_doubt else expected[cell])
