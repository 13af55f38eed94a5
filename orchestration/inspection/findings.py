"""What an inspection finds, as plain values.

What belongs here: the facts. What does not: finding them, and wording them (see `text.py`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestration.formats.descriptions import GENERIC
from orchestration.landing.report import FileReport
from orchestration.refresh.summary.wording import Language

FEW_STRANGERS = 3
"""Up to how many unknown tables beside those of a tool are somebody's own."""


@dataclass(frozen=True)
class FileFinding:
    """One file, sheet or member of a zip.

    Attributes:
        source: the source that it belongs to.
        report: what landing says of it.
        format: the format of its source.
        table: the table that it is; None when it is none that is known.
        required: the headers by which its table is told, as the format names the columns.
        matched: how many columns of the table it has.
        columns: how many the table has.
        competing: other tables whose required columns it has, too, with how many they would match.
        nearest: of a file that is no known table, the one that is nearest, and what it lacks of it.

    """

    source: str
    report: FileReport
    format: str
    table: str | None = None
    required: tuple[str, ...] = ()
    matched: int = 0
    columns: int = 0
    competing: Mapping[str, int] = field(default_factory=dict)
    nearest: tuple[str, tuple[str, ...]] | None = None

    @property
    def is_member(self) -> bool:
        """Whether it lies in a zip; a sheet of a workbook does not."""
        return ".zip!" in self.report.file.lower()


@dataclass(frozen=True)
class ColumnFinding:
    """One column of a table in a source.

    Attributes:
        source: the source.
        table: the table, as the format names it.
        column: the column.
        header: how the files call it.
        targets: what it becomes, `entity.column` each.
        rows: rows of the table.
        filled: rows in which it is filled.
        form: how days are written, as far as the file shows; None for other columns.
        decimal: the decimal mark of a number; None for other columns.
        example: one of its cells.

    """

    source: str
    table: str
    column: str
    header: str
    targets: tuple[str, ...]
    rows: int
    filled: int
    form: str | None = None
    decimal: str | None = None
    example: str | None = None


@dataclass(frozen=True)
class MadeFinding:
    """What a make made of a table in a source."""

    source: str
    table: str
    make: str
    entity: str
    rows_in: int
    made: int
    merged: int
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class UnreadFinding:
    """Cells of a column that a refresh could not read, by one rule.

    Attributes:
        source: the source.
        entity: the entity.
        column: its column.
        rule: why; the rules of staging, and `rounded_id`, `point_zero`.
        rows: how many rows have such a cell.
        of: how many rows have a cell in the column.
        examples: some of the cells, the most frequent first.
        is_required: whether the row is rejected with it.
        orders: of the rule `date_order`, which orders of day and month the cells allow.

    """

    source: str
    entity: str
    column: str
    rule: str
    rows: int
    of: int
    examples: tuple[str, ...]
    is_required: bool
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class StageFinding:
    """A stage of deals: how many of its deals are what, and whether anything tells."""

    source: str
    stage: str
    open: int
    won: int
    lost: int
    unknown: int

    @property
    def deals(self) -> int:
        """How many deals are in it."""
        return self.open + self.won + self.lost


@dataclass(frozen=True)
class OutcomeFinding:
    """An outcome of activities that the reference table does not know."""

    source: str
    channel: str
    direction: str
    outcome: str
    rows: int


@dataclass(frozen=True)
class CurrencyFinding:
    """A currency that no exchange rate is known of."""

    source: str
    currency: str
    rows: int


@dataclass(frozen=True)
class LinkFinding:
    """A reference from one entity to another: how many are filled, and how many find a record.

    Of `person` the ids and addresses of who an activity was with are taken together.
    """

    source: str
    entity: str
    column: str
    points_to: str
    filled: int
    found: int
    rows: int


@dataclass(frozen=True)
class Advice:
    """A file that would supply more KPIs.

    Attributes:
        entity: what is lacking.
        tool: the tool that could export it; None where it is to come from elsewhere.
        table: its table.
        click_path: where in the tool; empty where a connector reads it.
        kpis: the KPIs that it would add beyond the advice before it.
        tools: the other tools of which some table becomes the entity, where no table is named.
        channels: of activities that are there, the channels that are lacking.

    """

    entity: str
    tool: str | None
    table: str | None
    click_path: str
    kpis: tuple[str, ...]
    tools: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Supply:
    """Which KPIs and pages the exports supply, and what would supply more.

    Attributes:
        kpis: the KPIs that have a value.
        lacking: those that have none.
        pages: the pages that show something → the kinds of exports that they would also show.
        advice: what would supply more.

    """

    kpis: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    pages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """All that is found of a folder of exports.

    Attributes:
        exports: the folder.
        language: of the reports, as declared.
        currency: of the reports.
        seconds: how long it took.
        files: every file, sheet and member of a zip.
        formats: source → its format.
        titles: source → what people call its format.
        declared: source → the order of day and month that is declared of it.
        columns: the columns of the tables that were read.
        unused: source and table → the headers that become nothing.
        made: what became of the rows of tools' tables.
        entities: entity → source → rows.
        unread: cells that a refresh could not read.
        stages: the stages of deals.
        outcomes: outcomes of activities that have no meaning.
        currencies: currencies without a rate.
        links: references and how many find their record.
        supply: the KPIs that this supplies.
        mappings: files written for what nobody recognised → the files that they are for.

    """

    exports: str
    language: Language
    currency: str
    seconds: float
    files: tuple[FileFinding, ...]
    formats: Mapping[str, str]
    titles: Mapping[str, str]
    declared: Mapping[str, str]
    columns: tuple[ColumnFinding, ...]
    unused: Mapping[str, tuple[str, ...]]
    made: tuple[MadeFinding, ...]
    entities: Mapping[str, Mapping[str, int]]
    unread: tuple[UnreadFinding, ...]
    stages: tuple[StageFinding, ...]
    outcomes: tuple[OutcomeFinding, ...]
    currencies: tuple[CurrencyFinding, ...]
    links: tuple[LinkFinding, ...]
    supply: Supply
    mappings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def landed(self) -> tuple[FileFinding, ...]:
        """The files that are read."""
        return tuple(each for each in self.files if each.report.outcome == "landed")

    @property
    def strangers(self) -> tuple[FileFinding, ...]:
        """The tables that nobody recognised, and that somebody may have meant to be read.

        Zips, and tools' folders, often hold many others.
        """
        unknown = [
            each
            for each in self.files
            if each.report.outcome == "unknown_entity"
            and not each.is_member
            and ("!" not in each.report.file or len(each.report.unknown_columns) > 1)
        ]
        of_source = Counter(each.source for each in unknown)
        read = {each.source for each in self.landed if each.format != GENERIC}
        return tuple(
            each
            for each in unknown
            if each.source not in read or of_source[each.source] <= FEW_STRANGERS
        )

    @property
    def mappable(self) -> tuple[FileFinding, ...]:
        """The tables that a mapping could read: unknown ones, and refused ones with headers."""
        refused = [each for each in self.files if each.report.outcome == "refused"]
        return tuple(
            each
            for each in (*self.strangers, *refused)
            if each.report.unknown_columns and not each.is_member
        )
