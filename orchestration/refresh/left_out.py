"""What of the exports was left out, in few lines; and what to say when nothing could be read.

What belongs here: grouping the files that were not read by source and reason, in the language of
the report. What does not: the reasons (see `landing/`), and what is unread inside a file (see
`summary/intake.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.counts import counts
from orchestration.formats.descriptions import Entity, Format
from orchestration.landing.headers import known_headers, shown_headers
from orchestration.landing.reasons import reason_in
from orchestration.landing.report import FileReport, LandingReport, SourceReport

EXAMPLES = 3
"""How many files of a group are named."""

MOST_LINES = 4
"""How many reasons are told of one source."""

_OUTCOMES = ("refused", "postponed", "unknown_entity", "ignored")
"""In the order in which they are told: what was meant to be read comes first."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "refused": "{file} is refused: {reason}",
        "postponed": "{file} is postponed: {reason}",
        "unknown_entity": "{file} is left out: {reason}",
        "ignored": "{file} is ignored: {reason}",
        "many_refused": "{source}: {count} files are refused: {reason} ({examples})",
        "many_postponed": "{source}: {count} files are postponed: {reason} ({examples})",
        "many_unknown_entity": "{source}: {count} files are left out: {reason} ({examples})",
        "many_ignored": "{source}: {count} files are ignored: {reason} ({examples})",
        "more_reasons": "{source}: {count} more files are not read, for other reasons "
        "({examples}); meta.loads lists each with its reason",
        "more": "and {count} more",
        "held": "{load} ({folder}) is held back: {reason}; `prospection held release {load}` has "
        "it built, `drop` leaves it out",
        "misspelt": "{files}: there is no column '{column}', so it is not read; is it '{meant}'?",
        "source": "{source}: {parts}",
        "landed": "{count:file|files} landed, {rows:row|rows}",
        "left_out_lines": "{count:line|lines} around the tables left out (titles, blank lines, "
        "sums, notes)",
        "nothing_new": "nothing new",
        "count_refused": "{count} refused",
        "count_postponed": "{count} postponed",
        "count_unknown_entity": "{count} left out",
        "count_ignored": "{count} ignored ({examples})",
        "count_held_back": "{count:batch|batches} held back",
        "no_files": "There is nothing to read in {exports}: no file lies in {folders}.",
        "no_rows": "There is nothing to read in {exports}: the files have headers, but no rows.",
        "nothing_read": "None of the {count} files in {exports} could be read:",
        "nothing_read_one": "The only file in {exports} could not be read:",
        "columns": "{file} has the columns {headers} ({count} in all)",
        "what_is_read": "What is read: the files of known tools under any name (docs/formats.md); "
        "and CSV files (plain, .gz or in a .zip), Excel workbooks and Parquet files named after "
        "what they hold, {named}; with the columns of the generic format, for instance "
        "{example}. See “Your own exports” in README.md; examples/demo is a complete folder.",
        "example": "{file} with at least {columns}",
    },
    "fr": {
        "refused": "{file} est refusé : {reason}",
        "postponed": "{file} est reporté : {reason}",
        "unknown_entity": "{file} est laissé de côté : {reason}",
        "ignored": "{file} est ignoré : {reason}",
        "many_refused": "{source} : {count} fichiers sont refusés : {reason} ({examples})",
        "many_postponed": "{source} : {count} fichiers sont reportés : {reason} ({examples})",
        "many_unknown_entity": "{source} : {count} fichiers sont laissés de côté : {reason} "
        "({examples})",
        "many_ignored": "{source} : {count} fichiers sont ignorés : {reason} ({examples})",
        "more_reasons": "{source} : {count} autres fichiers ne sont pas lus, pour d'autres raisons "
        "({examples}) ; meta.loads donne la raison de chacun",
        "more": "et {count:autre|autres}",
        "held": "{load} ({folder}) est retenu : {reason} ; `prospection held release {load}` "
        "l'intègre, `drop` l'écarte définitivement",
        "misspelt": "{files} : la colonne « {column} » n'existe pas et n'est donc pas lue ; "
        "s'agit-il de « {meant} » ?",
        "source": "{source} : {parts}",
        "landed": "{count:fichier chargé|fichiers chargés}, {rows:ligne|lignes}",
        "left_out_lines": "{count:ligne|lignes} hors des tableaux {count:=écartée|écartées} "
        "(titres, lignes vides, totaux, notes)",
        "nothing_new": "rien de nouveau",
        "count_refused": "{count:refusé|refusés}",
        "count_postponed": "{count:reporté|reportés}",
        "count_unknown_entity": "{count:laissé|laissés} de côté",
        "count_ignored": "{count:ignoré|ignorés} ({examples})",
        "count_held_back": "{count:lot retenu|lots retenus}",
        "no_files": "Il n'y a rien à lire dans {exports} : aucun fichier dans {folders}.",
        "no_rows": "Il n'y a rien à lire dans {exports} : les fichiers ont des en-têtes, mais "
        "aucune ligne.",
        "nothing_read": "Aucun des {count} fichiers de {exports} n'a pu être lu :",
        "nothing_read_one": "Le seul fichier de {exports} n'a pas pu être lu :",
        "columns": "{file} a les colonnes {headers} ({count} en tout)",
        "what_is_read": "Ce qui est lu : les fichiers des outils connus, quel que soit leur nom "
        "(docs/formats.md) ; et des fichiers CSV (tels quels, en .gz ou dans un .zip), Excel ou "
        "Parquet qui portent le nom de leur contenu, {named} ; avec les colonnes du format "
        "générique, par exemple {example}. Voir « Your own exports » dans README.md ; "
        "examples/demo est un dossier complet.",
        "example": "{file} avec au moins {columns}",
    },
}

_EXAMPLE = "deals"
"""The entity whose columns are named where nothing could be read."""


@dataclass(frozen=True)
class _Group:
    """The files of one source that were not read for one reason."""

    source: str
    outcome: str
    reason: str
    files: tuple[FileReport, ...]


def lines_on_left_out(report: LandingReport, language: str) -> list[str]:
    """Return what is lacking from the input: files refused, left out, postponed; batches held back.

    Members of zips that are no table of ours are not lacking: zips often hold more.
    """
    wanted = ("refused", "postponed", "unknown_entity")
    return [
        *(line for source in report.sources for line in _lines(source, wanted, language, False)),
        *_held_lines(report, language),
    ]


def lines_on_sources(report: LandingReport, language: str) -> list[str]:
    """Return a line per source: how many files were landed, and how many not."""
    words = _WORDS[language]
    lines = []
    for source in report.sources:
        landed = [
            file
            for load in source.loads
            if load.is_new
            for file in load.files
            if file.outcome == "landed"
        ]
        rows = sum(file.landed or 0 for file in landed)
        key = "landed" if landed else "nothing_new"
        parts = [words[key].format(**counts(language, count=len(landed), rows=rows))]
        aside = sum(file.left_out_lines or 0 for file in landed)
        parts += [words["left_out_lines"].format(**counts(language, count=aside))] if aside else []
        for outcome in _OUTCOMES:
            files = [file for group in _groups(source, (outcome,), True) for file in group.files]
            named = _of_source(files, source.source, language)
            count = counts(language, count=len(files))
            parts += [words[f"count_{outcome}"].format(**count, examples=named)] if files else []
        waiting = sum(load in source.held for load in report.held_back)
        count = counts(language, count=waiting)
        parts += [words["count_held_back"].format(**count)] if waiting else []
        lines.append(words["source"].format(source=source.source, parts=", ".join(parts)))
    return lines


def lines_on_misspelt(report: LandingReport, language: str) -> list[str]:
    """Return a question per unknown column that looks like a missing one."""
    words = _WORDS[language]
    files: dict[tuple[str, str], list[str]] = {}
    for file, column, meant in report.misspelt_columns:
        files.setdefault((column, meant), []).append(file)
    return [
        words["misspelt"].format(files=_examples(names, language), column=column, meant=meant)
        for (column, meant), names in files.items()
    ]


def lines_on_doubts(report: LandingReport, language: str) -> list[str]:
    """Return a line per new file that was landed and of which something is in doubt."""
    return [
        f"{file.file}: {reason_in(file.reason, language)}"
        for load in report.new_loads
        for file in load.files
        if file.outcome == "landed" and file.reason
    ]


def lines_on_nothing(
    report: LandingReport, exports: str, export_format: Format, language: str
) -> list[str]:
    """Return what there is in exports of which nothing could be read, and what is read here."""
    words = _WORDS[language]
    count = sum(file.outcome != "landed" for file in report.files)
    lines = []
    if report.files and not count:
        lines.append(words["no_rows"].format(exports=exports))
    elif not count and not report.held_back:
        folders = ", ".join(f"{source.source}/" for source in report.sources)
        lines.append(words["no_files"].format(exports=exports, folders=folders))
    else:
        head = "nothing_read_one" if count == 1 else "nothing_read"
        lines.append(words[head].format(exports=exports, count=count))
    for source in report.sources:
        for line in _lines(source, _OUTCOMES, language, True):
            lines.append(f"  {line}")
        lines += [f"    {line}" for line in _seen(source, words)]
    lines += [f"  {line}" for line in _held_lines(report, language)]
    example = export_format.entities[_EXAMPLE]
    lines.append(
        words["what_is_read"].format(
            named=", ".join(export_format.entities), example=_example(example, words)
        )
    )
    return lines


def _example(entity: Entity, words: Mapping[str, str]) -> str:
    required = ", ".join(column.name for column in entity.columns if column.is_required)
    return words["example"].format(file=f"{entity.name}.csv", columns=required)


def _seen(source: SourceReport, words: Mapping[str, str]) -> list[str]:
    """Return which known columns some files have that were not read, where they have any."""
    files = [
        file
        for group in _groups(source, _OUTCOMES, True)
        for file in group.files
        if known_headers(file.unknown_columns)
    ]
    return [
        words["columns"].format(
            file=_short(file.file, source.source),
            headers=shown_headers(file.unknown_columns, 5),
            count=len(file.unknown_columns),
        )
        for file in files[:EXAMPLES]
    ]


def _lines(
    source: SourceReport, outcomes: Sequence[str], language: str, with_members: bool
) -> list[str]:
    """Return a line per reason, and one for all reasons beyond the first few."""
    words = _WORDS[language]
    groups = _groups(source, outcomes, with_members)
    if len(groups) > MOST_LINES:
        groups, others = groups[: MOST_LINES - 1], groups[MOST_LINES - 1 :]
    else:
        others = []
    lines = []
    for group in groups:
        reason = reason_in(group.reason, language)
        if len(group.files) == 1:
            text = words[group.outcome].format(file=group.files[0].file, reason=reason)
        else:
            text = words[f"many_{group.outcome}"].format(
                source=source.source,
                count=len(group.files),
                reason=reason,
                examples=_of_source(group.files, source.source, language),
            )
        lines.append(text)
    if others:
        files = [file for group in others for file in group.files]
        lines.append(
            words["more_reasons"].format(
                source=source.source,
                count=len(files),
                examples=_of_source(files, source.source, language),
            )
        )
    return lines


def _groups(source: SourceReport, outcomes: Sequence[str], with_members: bool) -> list[_Group]:
    """Return the files not read, by outcome in the order given, the largest groups first."""
    files = [*(file for load in source.loads for file in load.files), *source.left_out]
    found: dict[tuple[str, str], list[FileReport]] = {}
    for file in files:
        is_other_member = "!" in file.file and file.outcome == "unknown_entity"
        if file.outcome in outcomes and (with_members or not is_other_member):
            found.setdefault((file.outcome, file.reason or ""), []).append(file)
    groups = [
        _Group(source.source, outcome, reason, tuple(of_reason))
        for (outcome, reason), of_reason in found.items()
    ]
    return sorted(groups, key=lambda group: (outcomes.index(group.outcome), -len(group.files)))


def _held_lines(report: LandingReport, language: str) -> Iterable[str]:
    for held in report.held_back:
        reason = next(file.reason for file in held.files if file.outcome == "held_back")
        yield _WORDS[language]["held"].format(
            load=held.load.load_id,
            folder=held.load.folder,
            reason=reason_in(reason or "", language),
        )


def _of_source(files: Sequence[FileReport], source: str, language: str) -> str:
    return _examples([_short(file.file, source) for file in files], language)


def _examples(names: Sequence[str], language: str) -> str:
    """Return the first names and how many more there are."""
    named = ", ".join(names[:EXAMPLES])
    more = len(names) - EXAMPLES
    told = _WORDS[language]["more"].format(**counts(language, count=more))
    return f"{named} {told}" if more > 0 else named


def _short(file: str, source: str) -> str:
    return file.removeprefix(f"{source}/")
