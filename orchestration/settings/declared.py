"""What the user declared in `sources.yml`, checked.

What belongs here: parsing and validating the file, and defaults. What does not: handing it to SQL
(see `written.py`), and what can only be known from the exports' content (detection is landing's).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
import yaml

from orchestration.errors import ConfigurationError
from orchestration.files import is_outside, readable
from orchestration.formats.descriptions import GENERIC, known_formats, nearest
from orchestration.modes import PUBLISH_MODES
from orchestration.settings.engine import Engine, engine_of
from orchestration.settings.links import record_links
from orchestration.yaml_bounds import read_bounded

SETTINGS_FILE = "sources.yml"
REFERENCE_FOLDER = "reference"

LANGUAGES = ("fr", "en")
REVENUE_SOURCES = ("auto", "orders", "deals")
RHYTHMS = ("auto", "half_month", "month")
MODES = ("incremental", "full")
DATE_ORDERS = ("iso", "dmy", "mdy")
DECIMAL_MARKS = (".", ",")
EXCEL_EPOCHS = (1900, 1904)
DELIMITERS = {
    ",": ",",
    ";": ";",
    "\t": "\t",
    "|": "|",
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "pipe": "|",
}
ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-16be": "utf-16-be",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "latin-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso-8859-15",
    "macroman": "macroman",
    "mac-roman": "macroman",
    "macintosh": "macroman",
    "x-mac-roman": "macroman",
    "cp850": "cp850",
    "ibm850": "cp850",
    "cp437": "cp437",
    "ibm437": "cp437",
}


@dataclass(frozen=True)
class Reporting:
    """The company's own settings; the attributes are the keys of `reporting:`.

    `country` (ISO 3166) is whose national phone numbers are meant: by default that of the time
    zone, None where that is no country's. `publish_mode` is who may read the published files: the
    group of the folder, all users of the machine, or the owner alone. Without `rep_names` reps have
    pseudonyms wherever readers see them.
    """

    currency: str = "EUR"
    timezone: str = "Europe/Paris"
    as_of: date | None = None
    fiscal_year_start_month: int = 1
    language: str = "fr"
    revenue_from: str = "auto"
    report_rhythm: str = "auto"
    headline_kpis: tuple[str, ...] = ()
    internal_domains: tuple[str, ...] = ()
    publish_crm_ids: bool = True
    dashboard_records: bool = False
    retention_months: int = 36
    tell_signals: bool = True
    country: str | None = "FR"
    publish_mode: str = "group"
    rep_names: bool = True


@dataclass(frozen=True)
class Source:
    """One source: what was declared about it, else the defaults.

    `encoding`, `delimiter` and `decimal` are None when they are to be detected; `order` is the
    1-based rank of the source where two disagree; `excel_dates` is the year that a spreadsheet's
    serial dates count from, None when they are none; `country` is that of its phone numbers.
    `links` leads from an entity to the address of a record in the source, with its id as the one
    placeholder, `https://crm.example/deal/{deal_id}`.
    Unless `is_format_declared` the files themselves say of which tool they are.
    """

    name: str
    order: int
    format: str
    timezone: str
    date_order: str = "iso"
    two_digit_years: bool = False
    excel_dates: int | None = None
    country: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    default_mode: str = "incremental"
    modes: Mapping[str, str] = field(default_factory=dict)
    refers_to: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    is_format_declared: bool = False

    def of_tool(self, tool: str) -> "Source":
        """Return the source of one of several tools whose files lie in this source's folder.

        What is declared of the folder holds for it. Tools know nothing of each other's ids, so that
        it refers to no other source.
        """
        return replace(self, name=f"{self.name}.{tool}", format=tool, refers_to=())

    def mapped(self, name: str, export_format: str) -> "Source":
        """Return the source of that name, of files in this folder that are of a format."""
        others = self.refers_to if name == self.name else ()
        return replace(self, name=name, format=export_format, refers_to=others)

    def mode(self, entity: str) -> str:
        """How a load of this entity counts: `incremental` or `full`."""
        return self.modes.get(entity, self.default_mode)


@dataclass(frozen=True)
class Settings:
    """Everything declared, and one `Source` per declared source or sub-folder, in their order."""

    reporting: Reporting
    sources: tuple[Source, ...]
    engine: Engine

    @property
    def phone_countries(self) -> dict[str, str | None]:
        """The country of national telephone numbers by source; "" for what is of no source."""
        countries = {source.name: source.country for source in self.sources}
        return {**countries, "": self.reporting.country}

    def source(self, name: str) -> Source:
        """Return the source of that name.

        Raises: KeyError when there is none.
        """
        for source in self.sources:
            if source.name == name:
                return source
        raise KeyError(name)


def read_settings(exports: Path) -> Settings:
    """Read `sources.yml` and the sub-folders of an export folder.

    Raises: ConfigurationError naming the key or folder and what to do.
    """
    folders = source_folders(exports)
    content = read_declared(exports)
    _check_keys(content, ("reporting", "sources", "engine"), "the top level")
    reporting = _reporting(_Section(content.get("reporting"), "reporting"))
    declared = _Section(content.get("sources"), "sources").content
    _check_declared_sources(list(declared), folders)
    names = [*declared, *sorted(name for name in folders if name not in declared)]
    sources = tuple(
        _source(_Section(declared.get(name), f"sources.{name}"), name, order, reporting, names)
        for order, name in enumerate(names, start=1)
    )
    return Settings(reporting, sources, engine_of(content.get("engine")))


def reporting(exports: Path) -> Reporting:
    """Return the reporting settings; the defaults while they cannot be read.

    A mistake in the settings must hide neither Dagster's pages nor a message: the refresh reports
    it.
    """
    try:
        return read_settings(exports).reporting
    except ConfigurationError:
        return Reporting()


def read_engine(exports: Path, wanted: str | None = None) -> Engine:
    """Return where the models run: as `sources.yml` says, its name replaced by `wanted`.

    Raises: ConfigurationError naming the key and what to do.
    """
    return engine_of(read_declared(exports).get("engine"), wanted)


def source_folders(exports: Path) -> dict[str, Path]:
    """Return the folders that are sources, by name.

    They are the sub-folders, and the export folder itself when files that may be tables lie
    directly in it: its source is called like the folder (`exports`, `downloads`).

    Raises: ConfigurationError when `exports` is no folder or holds no source.
    """
    if not exports.exists():
        raise ConfigurationError(
            f"The export folder {exports} does not exist. "
            "Name an existing folder with --exports (or PROSPECTION_EXPORTS)."
        )
    if not exports.is_dir():
        raise ConfigurationError(
            f"{exports} is a file. --exports wants the folder that holds the exports, such as "
            "crm/accounts.csv."
        )
    _refuse_links(exports)
    folders = {
        readable(path.name): path
        for path in sorted(exports.iterdir())
        if path.is_dir() and path.name != REFERENCE_FOLDER and not path.name.startswith((".", "_"))
    }
    if any(path.is_file() and may_be_table(path.name) for path in exports.iterdir()):
        name = loose_source(exports)
        if name in folders:
            raise ConfigurationError(
                f"Files lie directly in {exports}, and it holds a folder '{name}' too: both would "
                "be the source of that name. Rename the inner folder."
            )
        folders[name] = exports
    if not folders:
        raise ConfigurationError(
            f"The export folder {exports} is empty. Put the files that a tool exported into it, or "
            "each tool's files into a folder of its own, such as crm/accounts.csv."
        )
    return folders


def _refuse_links(exports: Path) -> None:
    """Refuse settings that lie outside the exports; of tables, each file is refused by itself."""
    for path in exports.iterdir():
        if path.suffix in (".yml", ".yaml") and path.exists() and not path.is_file():
            raise ConfigurationError(
                f"{path} is no file, and settings are read from one: rename it or remove it."
            )
    settings = [
        *(path for path in exports.iterdir() if path.is_file() and not may_be_table(path.name)),
        *(exports / REFERENCE_FOLDER).glob("*"),
    ]
    for path in settings:
        if is_outside(path, exports):
            raise ConfigurationError(
                f"{path} is a link that leads out of the exports, and is not read: copy the file "
                "itself into the folder."
            )


def loose_source(exports: Path) -> str:
    """Return the source of the files that lie directly in the export folder."""
    return readable(exports.resolve().name).lstrip("._") or "exports"


_TABLE_SUFFIXES = (
    *(".csv", ".tsv", ".txt", ".gz", ".zip", ".parquet"),
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
)


def may_be_table(name: str) -> bool:
    """Tell whether a file of that name may hold a table: read or refused, it is not passed over."""
    return name.lower().endswith(_TABLE_SUFFIXES) and not name.startswith((".", "~$"))


class _UniqueKeyLoader(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys without a word; this loader refuses them."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build one mapping, refusing a key that comes twice."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(key_node.value)
            if key in seen:
                raise ConfigurationError(
                    f"{SETTINGS_FILE}, line {key_node.start_mark.line + 1}: the key '{key}' "
                    "comes twice. Keep one of them."
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


class _Section:
    """One mapping of `sources.yml` with the place to name in messages."""

    def __init__(self, content: object, place: str) -> None:
        if content is not None and not isinstance(content, dict):
            raise ConfigurationError(
                f"{SETTINGS_FILE}: '{place}' must hold keys with values, not {content!r}."
            )
        self.content: dict[str, Any] = {str(key): value for key, value in (content or {}).items()}
        self.place = place

    def check_keys(self, allowed: Iterable[str]) -> None:
        _check_keys(self.content, allowed, f"'{self.place}'")

    def word(self, key: str, allowed: Iterable[str], default: str) -> str:
        value = self.content.get(key)
        if value is None:
            return default
        return _word(value, tuple(allowed), f"{self.place}.{key}")

    def words(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key)
        if value is None:
            return ()
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) and item.strip() for item in listed):
            raise _wrong(f"{self.place}.{key}", value, "a list of words")
        return tuple(item.strip() for item in listed)

    def flag(self, key: str, default: bool) -> bool:
        value = self.content.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise _wrong(f"{self.place}.{key}", value, "true or false")
        return value


def read_declared(exports: Path) -> dict[str, Any]:
    """Return what `sources.yml` says, as it is written; nothing without the file.

    Raises: ConfigurationError when it is no YAML.
    """
    path = exports / SETTINGS_FILE
    if not path.exists():
        other = exports / "sources.yaml"
        if other.exists():
            raise ConfigurationError(f"Rename {other} to {SETTINGS_FILE}: it is not read.")
        return {}
    try:
        content = read_bounded(path.read_text(encoding="utf-8-sig"), _UniqueKeyLoader)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text: save it as UTF-8.") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path} is not valid YAML: {error}") from error
    return _Section(content, "the file").content


def _check_keys(content: Mapping[str, Any], allowed: Iterable[str], place: str) -> None:
    allowed = tuple(allowed)
    for key in content:
        if key not in allowed:
            near = nearest(key, allowed)
            hint = f"did you mean '{near}'?" if near else f"known keys: {', '.join(allowed)}."
            raise ConfigurationError(f"{SETTINGS_FILE}: unknown key {key!r} in {place}; {hint}")


def _check_declared_sources(declared: list[str], folders: Mapping[str, Path]) -> None:
    """Refuse a source that looks misspelt: it would silently lose its settings."""
    undeclared = [name for name in folders if name not in declared]
    of_tools = {f"{folder}.{tool}" for folder in folders for tool in known_formats()}
    for name in declared:
        if name in of_tools:
            continue
        if name == REFERENCE_FOLDER:
            raise ConfigurationError(
                f"{SETTINGS_FILE}: '{REFERENCE_FOLDER}' holds reference tables and is no source; "
                "remove it from sources."
            )
        near = nearest(name, undeclared)
        if name not in folders and near:
            raise ConfigurationError(
                f"{SETTINGS_FILE}: there is no folder for the source '{name}'; did you mean "
                f"'{near}'? (A source without a folder needs no entry.)"
            )


def _reporting(section: _Section) -> Reporting:
    section.check_keys(Reporting.__dataclass_fields__)
    currency = section.content.get("currency", "EUR")
    if not isinstance(currency, str) or not re.fullmatch(r"[A-Za-z]{3}", currency.strip()):
        raise _wrong("reporting.currency", currency, "a three-letter ISO code such as EUR")
    month = section.content.get("fiscal_year_start_month")
    month = 1 if month is None else month
    if not isinstance(month, int) or isinstance(month, bool) or not 1 <= month <= 12:
        raise _wrong("reporting.fiscal_year_start_month", month, "a month from 1 to 12")
    retention = section.content.get("retention_months", 36)
    if not isinstance(retention, int) or isinstance(retention, bool) or not 1 <= retention <= 1200:
        raise _wrong("reporting.retention_months", retention, "a number of months from 1 to 1200")
    headline_kpis = section.words("headline_kpis")
    if len(headline_kpis) > 12:
        raise _wrong("reporting.headline_kpis", f"{len(headline_kpis)} KPIs", "at most 12")
    timezone = _timezone(section, "Europe/Paris")
    return Reporting(
        currency=currency.strip().upper(),
        timezone=timezone,
        country=_country(section, _country_of(timezone)),
        as_of=_day(section, "as_of"),
        fiscal_year_start_month=month,
        language=section.word("language", LANGUAGES, "fr"),
        revenue_from=section.word("revenue_from", REVENUE_SOURCES, "auto"),
        report_rhythm=section.word("report_rhythm", RHYTHMS, "auto"),
        headline_kpis=headline_kpis,
        internal_domains=tuple(
            domain.casefold().removeprefix("@") for domain in section.words("internal_domains")
        ),
        publish_crm_ids=section.flag("publish_crm_ids", default=True),
        dashboard_records=section.flag("dashboard_records", default=False),
        retention_months=retention,
        tell_signals=section.flag("tell_signals", default=True),
        publish_mode=section.word("publish_mode", tuple(PUBLISH_MODES), "group"),
        rep_names=section.flag("rep_names", default=True),
    )


_SOURCE_KEYS = (
    "format",
    "mode",
    "timezone",
    "date_order",
    "two_digit_years",
    "excel_dates",
    "country",
    "decimal",
    "encoding",
    "delimiter",
    "refers_to",
    "links",
)


def _source(
    section: _Section, name: str, order: int, reporting: Reporting, names: list[str]
) -> Source:
    section.check_keys(_SOURCE_KEYS)
    formats = known_formats()
    default_mode, modes = _modes(section, formats[GENERIC].entities)
    refers_to = section.words("refers_to")
    for other in refers_to:
        _word(other, tuple(each for each in names if each != name), f"{section.place}.refers_to")
    return Source(
        name=name,
        order=order,
        format=section.word("format", formats, GENERIC),
        timezone=_timezone(section, reporting.timezone),
        date_order=section.word("date_order", DATE_ORDERS, "iso"),
        two_digit_years=section.flag("two_digit_years", default=False),
        excel_dates=_excel_dates(section),
        country=_country(section, reporting.country),
        decimal=_declared(section, "decimal", {mark: mark for mark in DECIMAL_MARKS}),
        encoding=_declared(section, "encoding", ENCODINGS),
        delimiter=_declared(section, "delimiter", DELIMITERS),
        default_mode=default_mode,
        modes=modes,
        refers_to=refers_to,
        links=record_links(section.words("links"), f"{section.place}.links"),
        is_format_declared=section.content.get("format") is not None,
    )


def _modes(section: _Section, entities: Iterable[str]) -> tuple[str, dict[str, str]]:
    declared = section.content.get("mode")
    if declared is None or isinstance(declared, str):
        return section.word("mode", MODES, "incremental"), {}
    modes = _Section(declared, f"{section.place}.mode")
    modes.check_keys(("default", *entities))
    words = {
        entity: _word(mode, MODES, f"{modes.place}.{entity}")
        for entity, mode in modes.content.items()
    }
    return words.pop("default", "incremental"), words


def _declared(section: _Section, key: str, spellings: Mapping[str, str]) -> str | None:
    value = section.content.get(key)
    if value is None:
        return None
    spelling = value if value in spellings else str(value).strip().casefold().replace("_", "-")
    if spelling not in spellings:
        allowed = ", ".join(repr(canonical) for canonical in dict.fromkeys(spellings.values()))
        raise _wrong(f"{section.place}.{key}", value, f"one of {allowed}")
    return spellings[spelling]


def _timezone(section: _Section, default: str) -> str:
    value = section.content.get("timezone")
    if value is None:
        return default
    if not isinstance(value, str) or value not in available_timezones():
        near = nearest(str(value), available_timezones())
        hint = f", for instance {near}" if near else ", for instance Europe/Paris"
        raise _wrong(f"{section.place}.timezone", value, f"an IANA time zone{hint}")
    return ZoneInfo(value).key


def _excel_dates(section: _Section) -> int | None:
    """Return the year from which serial dates are counted: Excel on a Mac once began in 1904."""
    value = section.content.get("excel_dates")
    if value in (None, False):
        return None
    if value not in (True, *EXCEL_EPOCHS):
        raise _wrong(f"{section.place}.excel_dates", value, "true, 1900 or 1904")
    return EXCEL_EPOCHS[0] if value is True else int(value)


def _country(section: _Section, default: str | None) -> str | None:
    value = section.content.get("country")
    if value is None:
        return default
    # YAML reads Norway's NO as false
    code = "NO" if value is False else str(value).strip().upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise _wrong(f"{section.place}.country", value, "a two-letter ISO code such as FR")
    return code


def _country_of(timezone: str) -> str | None:
    """Return the country of a time zone; None for UTC and its like."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return next((row[0] for row in rows if row[2] == timezone), None)


_YEARS = range(1990, 2101)
"""What days a report may be of: every day in between is a row of the calendar."""


def _day(section: _Section, key: str) -> date | None:
    value = section.content.get(key)
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        day = value
    else:
        try:
            day = date.fromisoformat(str(value).strip())
        except ValueError:
            raise _wrong(f"{section.place}.{key}", value, "a day such as 2026-10-31") from None
    if day.year not in _YEARS:
        wanted = f"a day of the years {_YEARS.start} to {_YEARS.stop - 1}"
        raise _wrong(f"{section.place}.{key}", value, wanted)
    return day


def _word(value: object, allowed: tuple[str, ...], place: str) -> str:
    word = str(value).strip()
    if word in allowed:
        return word
    if word.casefold() in allowed:
        return word.casefold()
    near = nearest(word, allowed)
    hint = f"; did you mean '{near}'?" if near else ""
    raise _wrong(place, value, f"one of {', '.join(allowed) or '(none)'}{hint}")


def _wrong(place: str, value: object, wanted: str) -> ConfigurationError:
    return ConfigurationError(f"{SETTINGS_FILE}: {place} is {value!r}; it must be {wanted}")
