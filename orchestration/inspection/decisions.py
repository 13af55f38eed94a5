"""What of the exports somebody has to decide about, each with the line to write.

What belongs here: what counts as a decision and what as a remark, and the words of both. What does
not: finding it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.building import texts
from orchestration.counts import counts
from orchestration.inspection.findings import Inspection, StageFinding, UnreadFinding
from orchestration.inspection.wording import inspection_words
from orchestration.landing.reasons import reason_in
from orchestration.refresh.summary.figures import format_number
from orchestration.refresh.summary.wording import Language, words

SERIOUS_SHARE = 0.01
"""From this share of its cells on, what cannot be read in a column is no slip."""

DOUBTFUL_SHARE = 0.25
"""Under this share of its columns a table is in doubt when others would fit, too."""

MOST_LINES = 12
"""How many stages, outcomes or files are listed of each."""

_OF_SETTINGS = ("date_order", "two_digit_year", "excel_date")
_OF_IDS = ("rounded_id", "point_zero")


@dataclass(frozen=True)
class Decision:
    """Something to decide, or to know; `lines` is what to write."""

    text: str
    lines: tuple[str, ...] = ()
    is_remark: bool = False


def decisions(found: Inspection, language: Language) -> list[Decision]:
    """Return what is to be decided, what matters most first, and then the remarks."""
    listed = [
        *_files(found, language),
        *_stages(found, language),
        *(_unread(each, found, language) for each in found.unread),
        *_outcomes(found, language),
        *_currencies(found, language),
    ]
    return sorted(listed, key=lambda each: each.is_remark)


def needs_somebody(found: Inspection) -> bool:
    """Tell whether anything is to be decided before a refresh can be trusted."""
    return any(not each.is_remark for each in decisions(found, "en"))


def percent(part: int, whole: int, language: Language) -> str:
    """Return a share in per cent; one that is not quite all is never 100 %."""
    share = 100 * part / whole if whole else 0.0
    decimals = 1 if part and (share < 1 or 99 < share < 100) else 0
    number = min(share, 99.9) if part < whole else share
    text = format_number(max(number, 0.1) if part else 0, decimals, language)
    return f"{text} %" if language == "fr" else f"{text}%"


def _files(found: Inspection, language: Language) -> Iterator[Decision]:
    said = inspection_words(language)
    for each in found.files:
        if each.report.outcome in ("refused", "postponed"):
            reason = reason_in(each.report.reason or "", language)
            yield Decision(said["refused"].format(file=each.report.file, reason=reason))
    for each in found.landed:
        if each.competing and each.matched < DOUBTFUL_SHARE * each.columns:
            text = said["doubtful"].format(
                file=each.report.file,
                table=f"{each.format}.{each.table}",
                matched=each.matched,
                columns=each.columns,
            )
            yield Decision(text, is_remark=True)
    if not found.landed:
        yield Decision(said["nothing_read"])
    strangers = found.strangers
    for each in strangers[:MOST_LINES]:
        reason = reason_in(each.report.reason or "", language)
        lines = []
        if each.report.unknown_columns:
            names = shortened(each.report.unknown_columns, 6, language)
            lines.append(said["has_columns"].format(names=names))
        if each.nearest is not None:
            table, lacking = each.nearest
            lines.append(said["nearest"].format(table=table, columns=", ".join(lacking)))
        yield Decision(said["stranger"].format(file=each.report.file, reason=reason), tuple(lines))
    if len(strangers) > MOST_LINES:
        yield Decision(said["and_more"].format(n=len(strangers) - MOST_LINES))
    for mapping, files in found.mappings.items():
        names = shortened(files, 3, language)
        yield Decision(said["mapping_written"].format(mapping=mapping, files=names))
    if found.mappable and not found.mappings:
        yield Decision(said["write_mapping"], is_remark=True)


def _stages(found: Inspection, language: Language) -> Iterator[Decision]:
    said = inspection_words(language)
    by_source: dict[str, list[StageFinding]] = {}
    for each in found.stages:
        by_source.setdefault(each.source, []).append(each)
    for source, stages in by_source.items():
        unknown = [each for each in stages if each.unknown]
        if not unknown:
            continue
        deals = sum(each.unknown for each in unknown)
        share = percent(deals, sum(each.deals for each in stages), language)
        lines = [f"{csv_cell(each.stage)},open" for each in unknown[:MOST_LINES]]
        if len(unknown) > MOST_LINES:
            lines.append("… " + said["and_more"].format(n=len(unknown) - MOST_LINES))
        yield Decision(
            said["unknown_stages"].format(
                source=source,
                **counts(language, stages=len(unknown), deals=deals),
                share=share,
            ),
            ("stage,outcome", *lines),
        )


def _unread(each: UnreadFinding, found: Inspection, language: Language) -> Decision:
    said = inspection_words(language)
    if each.rule == "other_word":
        outcome = said["word_other"].format(word="other")
    elif each.rule in _OF_IDS and not (each.rule == "rounded_id" and each.is_required):
        outcome = said["id_kept"]
    else:
        outcome = said["row_rejected" if each.is_required else "cell_empty"]
    rule = texts().get(f"rule_{each.rule}", {}).get(language) or said.get(f"rule_{each.rule}")
    text = said["unread"].format(
        source=each.source,
        column=f"{each.entity}.{each.column}",
        **counts(language, rows=each.rows, of=each.of),
        rule=rule or each.rule,
        examples=", ".join(each.examples),
        outcome=outcome,
    )
    is_remark = each.rows < SERIOUS_SHARE * each.of or each.rule == "point_zero"
    line = _setting(each, found, language)
    if line is not None:
        return Decision(f"{text}; {said['write_settings']}", (line,), is_remark)
    hint = words(language).get(f"hint_{each.rule}")
    return Decision(f"{text}; {hint}" if hint else text, is_remark=is_remark)


def _setting(each: UnreadFinding, found: Inspection, language: Language) -> str | None:
    """Return the line of `sources.yml` with which the cells would be read; None when none would."""
    if each.rule not in _OF_SETTINGS:
        return None
    source = each.source
    if each.rule == "excel_date":
        return f"sources: {{{source}: {{excel_dates: true}}}}"
    if found.declared.get(each.source, "iso") != "iso":
        return None
    if each.rule == "two_digit_year":
        return f"sources: {{{source}: {{date_order: dmy, two_digit_years: true}}}}"
    if not each.orders:
        return None
    first, *others = each.orders
    line = f"sources: {{{source}: {{date_order: {first}}}}}"
    if others:
        line += "  " + inspection_words(language)["or_other"].format(other=others[0])
    return line


def _outcomes(found: Inspection, language: Language) -> Iterator[Decision]:
    said = inspection_words(language)
    activities = found.entities.get("activities", {})
    for source in dict.fromkeys(each.source for each in found.outcomes):
        listed = [each for each in found.outcomes if each.source == source]
        rows = sum(each.rows for each in listed)
        lines = [
            f"{each.channel},{each.direction},{csv_cell(each.outcome)},{said['meaning']}"
            for each in listed[:MOST_LINES]
        ]
        if len(listed) > MOST_LINES:
            lines.append("… " + said["and_more"].format(n=len(listed) - MOST_LINES))
        yield Decision(
            said["unknown_outcomes"].format(
                source=source,
                **counts(language, outcomes=len(listed), rows=rows),
            ),
            ("channel,direction,outcome,meaning", *lines),
            is_remark=rows < SERIOUS_SHARE * activities.get(source, 0),
        )


def _currencies(found: Inspection, language: Language) -> Iterator[Decision]:
    said = inspection_words(language)
    for each in found.currencies:
        rows = sum(by_source.get(each.source, 0) for by_source in found.entities.values())
        yield Decision(
            said["no_rate"].format(
                source=each.source,
                **counts(language, rows=each.rows),
                currency=each.currency,
            ),
            ("rate_on,currency,rate", f"2000-01-01,{csv_cell(each.currency)},<{found.currency}>"),
            is_remark=each.rows < SERIOUS_SHARE * rows,
        )


def csv_cell(text: str) -> str:
    """Return a text as a cell of a file with commas."""
    if any(mark in text for mark in ',"\n;'):
        return '"' + text.replace('"', '""') + '"'
    return text


def shortened(names: tuple[str, ...], most: int, language: Language) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:most])
    more = len(names) - most
    return f"{shown} {inspection_words(language)['and_more'].format(n=more)}" if more > 0 else shown
