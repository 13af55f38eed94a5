"""An inspection as text, short enough to be read; `--all` for everything.

What belongs here: which parts there are and how they are laid out. What does not: what is to be
decided (see `decisions.py`).
"""

from collections.abc import Iterator, Sequence

from dashboard.building import texts
from orchestration.counts import counts
from orchestration.formats.descriptions import GENERIC
from orchestration.inspection.decisions import decisions, percent, shortened
from orchestration.inspection.findings import (
    ColumnFinding,
    FileFinding,
    Inspection,
    LinkFinding,
    MadeFinding,
)
from orchestration.inspection.links import PERSON
from orchestration.inspection.supply import catalogue
from orchestration.inspection.wording import inspection_words
from orchestration.landing.mapping.compiling import MAPPED, SHEET
from orchestration.landing.reasons import reason_in
from orchestration.landing.report import CELLS
from orchestration.refresh.summary.figures import format_number, format_table, with_remarks
from orchestration.refresh.summary.wording import Language

MOST_FILES = 10
"""How many files of a source are listed."""

MOST_COLUMNS = 60
"""Up to how many columns each has a line."""

ODD_FORMS = ("unclear", "other")
"""How days are written that somebody should look at, however many columns there are."""

MOST_NAMES = 6
FEW_LINES = 3
"""Up to how many lines of a remark are shown."""

MOST_TARGETS = 4
MOST_STAGES = 12
MOST_WIDTH = 60
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


def inspection_text(found: Inspection, language: Language, shows_all: bool = False) -> str:
    """Return an inspection as text."""
    said = inspection_words(language)
    title = said["title"].format(
        exports=found.exports,
        **counts(language, files=len(found.files)),
        seconds=format_number(found.seconds, 1, language),
    )
    lines = [title]
    for source in found.formats:
        lines += _source(found, source, language, shows_all)
    parts = (
        (said["columns"], _columns(found, language, shows_all)),
        (said["others"], _others(found, language, shows_all)),
        (said["stages"], _stages(found, language, shows_all)),
        (said["links"], _links(found.links, language, shows_all)),
    )
    for heading, part in parts:
        body = list(part)
        lines += ["", heading, *body] if body else []
    lines += ["", *_supply(found, language, shows_all)]
    lines += _decisions(found, language, shows_all)
    return "\n".join(lines)


def _source(found: Inspection, source: str, language: Language, shows_all: bool) -> Iterator[str]:
    said = inspection_words(language)
    landed = [each for each in found.landed if each.source == source]
    if not landed:
        return
    name = found.formats[source]
    own = {GENERIC: said["generic"], MAPPED: said["mapped"]}
    title = own.get(name, found.titles[source])
    yield ""
    yield f"{source}{_colon(language)}{title}"
    shown = landed
    if not shows_all and len(landed) > MOST_FILES + 1:
        shown = sorted(landed, key=lambda each: -(each.report.landed or 0))[:MOST_FILES]
    table = format_table(
        [said["file"], said["table"], said["rows"], said["sure"]],
        [
            [
                _short(each.report.file.partition("/")[2] or each.report.file),
                (each.table or "").removeprefix(f"{SHEET.name} "),
                format_number(each.report.landed or 0, 0, language),
                f"{each.matched}/{each.columns}",
            ]
            for each in shown
        ],
    )
    yield from with_remarks(table, said["written"], [_written(each, language) for each in shown])
    rest = [each for each in landed if each not in shown]
    if rest:
        rows = sum(each.report.landed or 0 for each in rest)
        text = said["more_files"].format(**counts(language, n=len(rest), rows=rows))
        yield f"  {text}"
    if name != GENERIC:
        made = [each for each in found.made if each.source == source]
        yield f"  {said['becomes']}{_colon(language)}{_made(made, language, shows_all)}"


def _written(each: FileFinding, language: Language) -> str:
    said = inspection_words(language)
    report = each.report
    is_sheet = report.delimiter == CELLS
    parts = [said["workbook"] if is_sheet else report.encoding or "Parquet"]
    if report.delimiter in _DELIMITERS:
        parts.append(said[_DELIMITERS[report.delimiter]])
    if report.header_row is not None and report.header_row > 1:
        parts.append(said["header_row"].format(row=report.header_row))
    if report.left_out_lines:
        parts.append(said["around"].format(rules=report.left_out_rules))
    if report.structural_rejects:
        parts.append(
            said["rejected"].format(n=format_number(report.structural_rejects, 0, language))
        )
    if each.competing:
        tables = ", ".join(f"{name} ({columns})" for name, columns in each.competing.items())
        parts.append(said["competing"].format(tables=tables))
    if report.reason:
        parts.append(reason_in(report.reason, language))
    return ", ".join(parts)


def _made(made: Sequence[MadeFinding], language: Language, shows_all: bool) -> str:
    """Return what rows become; what is left out is told of what a table above all becomes.

    A company that is not also a person is no loss: `--all` tells it.
    """
    said = inspection_words(language)
    rows: dict[str, int] = {}
    main: dict[str, MadeFinding] = {}
    for each in made:
        rows[each.entity] = rows.get(each.entity, 0) + each.made
        if each.made > main.setdefault(each.table, each).made:
            main[each.table] = each
    told = made if shows_all else list(main.values())
    rules: dict[tuple[str, str], int] = {}
    for each in told:
        for rule, number in each.left_out.items():
            place = (each.table.removeprefix(f"{SHEET.name} "), rule)
            rules[place] = rules.get(place, 0) + number
    parts = [
        f"{format_number(number, 0, language)} {entity}"
        for entity, number in rows.items()
        if number
    ]
    merged = sum(each.merged for each in told)
    if merged:
        parts.append(said["merged"].format(n=format_number(merged, 0, language)))
    if rules:
        listed = [
            f"{format_number(number, 0, language)} {table} {rule}"
            for (table, rule), number in rules.items()
            if number
        ]
        parts.append(said["left_out"].format(rules=", ".join(listed)))
    return "; ".join(parts)


def _columns(found: Inspection, language: Language, shows_all: bool) -> Iterator[str]:
    said = inspection_words(language)
    used = [each for each in found.columns if each.targets]
    is_long = len(found.columns) > MOST_COLUMNS and not shows_all
    shown = [each for each in used if not is_long or each.form in ODD_FORMS]
    if is_long:
        for source in found.formats:
            own = [each for each in used if each.source == source]
            yield from _forms(source, own, language)
    tables: dict[tuple[str, str], list[ColumnFinding]] = {}
    for each in shown:
        tables.setdefault((each.source, each.table), []).append(each)
    for (source, table), columns in tables.items():
        yield f"  {source} {table.removeprefix(f'{SHEET.name} ')}"
        width = min(max(len(each.header) for each in columns), MOST_WIDTH // 2)
        for each in columns:
            most = len(each.targets) if shows_all else MOST_TARGETS
            targets = shortened(each.targets, most, language)
            details = "; ".join(_details(each, language))
            yield f"    {each.header.ljust(width)} → {targets}" + (
                f"; {details}" if details else ""
            )
    for place, names in found.unused.items():
        if names and (shows_all or not is_long):
            listed = ", ".join(names) if shows_all else shortened(names, MOST_NAMES, language)
            text = said["unused"].format(n=format_number(len(names), 0, language), names=listed)
            yield f"  {place.replace(f' {SHEET.name} ', ' ')}: {text}"


def _forms(source: str, columns: Sequence[ColumnFinding], language: Language) -> Iterator[str]:
    """Yield how the days and numbers of a source are written, where it has many columns."""
    said = inspection_words(language)
    if columns:
        text = said["all_columns"].format(**counts(language, n=len(columns)))
        yield f"  {source}{_colon(language)}{text}"
    days: dict[str, list[ColumnFinding]] = {}
    numbers: dict[str, list[ColumnFinding]] = {}
    for each in columns:
        if each.form is not None:
            days.setdefault(said.get(f"form_{each.form}", each.form), []).append(each)
        if each.decimal is not None:
            mark = said["decimal_comma" if each.decimal == "," else "decimal_point"]
            numbers.setdefault(mark, []).append(each)
    for key, forms in (("days_written", days), ("numbers_written", numbers)):
        listed = [
            said["of_columns"].format(
                form=form,
                **counts(language, n=len(of)),
                place=f"{of[0].table.removeprefix(f'{SHEET.name} ')} {of[0].header}",
                cell=of[0].example,
            )
            for form, of in forms.items()
        ]
        if listed:
            yield f"    {said[key].format(forms='; '.join(listed))}"


def _details(each: ColumnFinding, language: Language) -> Iterator[str]:
    said = inspection_words(language)
    if each.form is not None:
        form = said.get(f"form_{each.form}", each.form)
        yield f"{form}, {said['example'].format(cell=each.example)}"
    if each.decimal is not None:
        mark = said["decimal_comma" if each.decimal == "," else "decimal_point"]
        yield f"{mark}, {said['example'].format(cell=each.example)}"
    empty = each.rows - each.filled
    if empty:
        yield said["empty"].format(share=percent(empty, each.rows, language))


def _others(found: Inspection, language: Language, shows_all: bool) -> Iterator[str]:
    """Yield what is no table of ours and nobody asked for, in few lines."""
    said = inspection_words(language)
    ignored = [each for each in found.files if each.report.outcome == "ignored"]
    strangers = found.strangers
    beside = [
        each
        for each in found.files
        if each.report.outcome == "unknown_entity" and each not in strangers
    ]
    for key, files in (("ignored", ignored), ("members", beside)):
        names = tuple(each.report.file for each in files)
        if names and shows_all:
            for each in files:
                yield f"  {each.report.file}: {reason_in(each.report.reason or '', language)}"
        elif names:
            listed = shortened(tuple(map(_short, names)), 3, language)
            yield f"  {said[key].format(n=format_number(len(names), 0, language), names=listed)}"


def _stages(found: Inspection, language: Language, shows_all: bool) -> Iterator[str]:
    said = inspection_words(language)
    if not found.stages:
        return
    shown = found.stages if shows_all else found.stages[:MOST_STAGES]
    yield from format_table(
        [said["stage"], said["open"], said["won"], said["lost"], said["unknown"]],
        [
            [
                _short(f"{each.source}: {each.stage}"),
                *(
                    format_number(number, 0, language) if number else "·"
                    for number in (each.open - each.unknown, each.won, each.lost, each.unknown)
                ),
            ]
            for each in shown
        ],
    )
    if len(found.stages) > len(shown):
        yield f"  {said['and_more'].format(n=len(found.stages) - len(shown))}"


def _links(listed: Sequence[LinkFinding], language: Language, shows_all: bool) -> Iterator[str]:
    said = inspection_words(language)
    shown = [each for each in listed if shows_all or each.found < each.filled]
    if shown:
        yield from format_table(
            [said["link"], said["to"], said["filled"], said["found"]],
            [
                [
                    f"{each.source}: {each.entity} "
                    + (said["person"] if each.column == PERSON else each.column),
                    each.points_to,
                    percent(each.filled, each.rows, language),
                    percent(each.found, each.filled, language),
                ]
                for each in shown
            ],
        )
    rest = len(listed) - len(shown)
    if rest:
        yield f"  {said['all_found'].format(n=format_number(rest, 0, language))}"


def _supply(found: Inspection, language: Language, shows_all: bool) -> Iterator[str]:
    said = inspection_words(language)
    supply = found.supply
    if not supply.kpis:
        yield said["no_kpis"]
    else:
        number = len(supply.kpis) + len(supply.lacking)
        yield said["kpis"].format(n=len(supply.kpis), of=number)
        yield from _families(found, language, shows_all)
        pages = ", ".join(
            said["without"].format(page=_said(f"page_{page}", language), kinds=", ".join(lacking))
            if lacking
            else _said(f"page_{page}", language)
            for page, lacking in supply.pages.items()
        )
        yield f"  {said['pages']}{_colon(language)}{pages}"
    names = _names(language)
    if supply.advice:
        yield ""
        yield said["more"]
    for each in supply.advice:
        titles = tuple(names[kpi] for kpi in each.kpis)
        listed = ", ".join(titles) if shows_all else shortened(titles, 4, language)
        key = "advice" if each.click_path else "advice_connector"
        if each.tool is None:
            key = "advice_entity" if each.tools else "advice_file"
        channels = f" ({', '.join(each.channels)})" if each.channels else ""
        yield "  " + said[key].format(
            n=len(each.kpis),
            table=(each.table or "").removeprefix("connector_"),
            what=f"{each.entity}{channels}",
            tool=each.tool,
            click_path=each.click_path,
            entity=each.entity,
            names=listed,
            tools=", ".join(each.tools),
        )


def _families(found: Inspection, language: Language, shows_all: bool) -> Iterator[str]:
    said = inspection_words(language)
    names = _names(language)
    kpis = catalogue().kpis
    for family in dict.fromkeys(kpi.family for kpi in kpis.values()):
        of_family = [kpi_id for kpi_id, kpi in kpis.items() if kpi.family == family]
        supplied = tuple(names[each] for each in of_family if each in found.supply.kpis)
        count = said["of"].format(n=len(supplied), of=len(of_family))
        listed = ", ".join(supplied) if shows_all else shortened(supplied, MOST_NAMES, language)
        yield f"  {_said(f'family_{family}', language)} {count}" + (
            f"{_colon(language)}{listed}" if supplied else ""
        )


def _decisions(found: Inspection, language: Language, shows_all: bool) -> Iterator[str]:
    said = inspection_words(language)
    listed = decisions(found, language)
    to_decide = [each for each in listed if not each.is_remark]
    remarks = [each for each in listed if each.is_remark]
    yield ""
    if not to_decide:
        yield said["understood"]
    else:
        yield said["decide"]
    for each in to_decide:
        yield f"  - {each.text}"
        yield from (f"      {line}" for line in each.lines)
    if remarks:
        shown = remarks if shows_all else remarks[:MOST_FILES]
        yield ""
        yield said["remarks"]
        for each in shown:
            yield f"  - {each.text}"
            if shows_all or len(each.lines) <= FEW_LINES:
                yield from (f"      {line}" for line in each.lines)
        if len(remarks) > len(shown):
            yield f"  {said['and_more'].format(n=len(remarks) - len(shown))}"


def _names(language: Language) -> dict[str, str]:
    return {
        kpi_id: kpi.name_fr if language == "fr" else kpi.name_en
        for kpi_id, kpi in catalogue().kpis.items()
    }


def _colon(language: Language) -> str:
    return "\N{NO-BREAK SPACE}: " if language == "fr" else ": "


def _said(key: str, language: Language) -> str:
    return texts()[key][language]


def _short(name: str) -> str:
    """Return the end of a long name: what tells files apart."""
    return name if len(name) <= MOST_WIDTH else f"…{name[1 - MOST_WIDTH :]}"
