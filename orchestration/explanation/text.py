"""An explanation as people read it, and its records as CSV.

What belongs here: the words. What does not: what is told (see `explaining.py`, `rows.py`).
"""

import csv
import io
from collections.abc import Mapping
from typing import Any

from orchestration.explanation.explaining import Explanation, Row
from orchestration.explanation.rows import Place, RecordId
from orchestration.refresh.summary.figures import NOTHING, format_number, format_value
from orchestration.refresh.summary.wording import Language

_WORDS = {
    "en": {
        "numerator": "numerator",
        "denominator": "denominator",
        "sample": "cases",
        "squares": "for the interval",
        "value": "value",
        "interval": "95 % interval",
        "partial": "the period is in progress",
        "immature": "not everybody has had the time yet",
        "unreliable": "few cases",
        "terms": "Made of",
        "members": "records",
        "records": "Records",
        "row": "row",
        "about": "of",
        "since": "from",
        "made_of": "No sum of events: computed from these values, which can each be explained",
        "none": "no record: nothing of it happened",
        "more": "{n} more: --limit, or --csv for all of them",
        "missing": "without file and row: there is no private warehouse here",
        "newer": "without file and row: the private warehouse is of another build than version {v}",
    },
    "fr": {
        "numerator": "numérateur",
        "denominator": "dénominateur",
        "sample": "effectif",
        "squares": "pour l'intervalle",
        "value": "valeur",
        "interval": "intervalle à 95 %",
        "partial": "la période est en cours",
        "immature": "tous n'ont pas encore eu le temps",
        "unreliable": "petit effectif",
        "terms": "Composition",
        "members": "enregistrements",
        "records": "Enregistrements",
        "row": "ligne",
        "about": "de",
        "since": "depuis",
        "made_of": "Pas une somme d'événements : calculé de ces valeurs, qui s'expliquent chacune",
        "none": "aucun enregistrement : rien n'est arrivé",
        "more": "{n} de plus : --limit, ou --csv pour tous",
        "missing": "sans fichier ni ligne : il n'y a pas d'entrepôt privé ici",
        "newer": "sans fichier ni ligne : l'entrepôt privé n'est pas celui de la version {v}",
    },
}

Places = Mapping[RecordId, Place]


def explanation_text(
    told: Explanation, places: Places, language: Language, without_rows: str | None
) -> str:
    """Return an explanation in words."""
    words = _WORDS[language]
    value = told.value
    name = told.kpi.facts[f"name_{language}"]

    def shown(number: float | None) -> str:
        unit = str(told.kpi.facts.get("shown_as") or told.kpi.facts["unit"])
        currency = told.version.manifest["settings"]["currency"]
        return NOTHING if number is None else format_value(number, unit, currency, language)

    under = "" if told.dimension == "all" else f", {told.dimension} = {value['dimension_label']}"
    lines = [
        f"{name} ({told.kpi.kpi_id}, {told.statistic}), {told.period.name}{under}",
        f"  {told.kpi.facts[f'definition_{language}']}",
        "  " + _said(words["value"], shown(value["value"]), language),
    ]
    lines += [
        "  " + _said(words[side], _number(value[side], language), language)
        for side in ("numerator", "denominator")
        if value[side] is not None
    ]
    if value["ci_low"] is not None:
        ends = f"{shown(value['ci_low'])} – {shown(value['ci_high'])}"
        lines.append("  " + _said(words["interval"], ends, language))
    if value["sample_size"] is not None:
        sample = _number(value["sample_size"], language)
        lines.append("  " + _said(words["sample"], sample, language))
    lines += [
        f"  ! {words[mark]}"
        for mark, is_so in (
            ("partial", value["is_partial"]),
            ("immature", value["is_mature"] is False),
            ("unreliable", value["is_reliable"] is False),
        )
        if is_so
    ]
    if told.made_of:
        lines += ["", words["made_of"]]
        lines += [
            "  "
            + _said(
                f"{each['kpi_id']} ({each['statistic']})",
                _number(each["value"], language),
                language,
            )
            for each in told.made_of
        ]
    else:
        lines += ["", words["terms"]]
        lines += [_term(term, words, language) for term in told.terms]
        lines += ["", f"{words['records']} ({told.member_count})"]
        lines += [_member(member, places, words, language) for member in told.members]
        if not told.members:
            lines.append(f"  {words['none']}")
        left = told.member_count - len(told.members)
        if left:
            lines.append("  " + words["more"].format(n=left))
        if without_rows is not None:
            lines.append("  " + words[without_rows].format(v=told.version.name))
    return "\n".join(lines)


def explanation_csv(told: Explanation, places: Places) -> str:
    """Return the records of an explanation as CSV."""
    columns = ("side", "weight", "event", "day", "value", "amount", "lag_days")
    triples = [
        f"{what}_{part}"
        for what in ("record", "subject", "anchor")
        for part in ("source", "entity", "id")
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*columns, *triples, "file", "row"])
    for member in told.members:
        place = places.get(record_of(member))
        cells = [member.get(column) for column in (*columns, *triples)]
        writer.writerow([*cells, place.file if place else None, place.row if place else None])
    return text.getvalue()


def record_of(member: Row) -> RecordId:
    """Return the record of a member as it is published."""
    return (member["record_source"], member["record_entity"], member["record_id"])


def _term(term: Row, words: Mapping[str, str], language: Language) -> str:
    weight = "" if abs(term["weight"]) == 1 else f"{abs(term['weight']):g} × "
    sign = "−" if term["weight"] < 0 else "+"
    counted = (
        f"{sign} {weight}{term[f'name_{language}']} [{term['event']} ({term['measure']})] = "
        f"{_number(term['value'], language)}, {term['member_count']} {words['members']}"
    )
    return "  " + _said(words[term["side"]], counted, language)


def _member(member: Row, places: Places, words: Mapping[str, str], language: Language) -> str:
    place = places.get(record_of(member))
    parts = [
        f"{member['day']}",
        f"{member['event']}",
        f"{member['record_source']}/{member['record_entity']} {member['record_id']}",
    ]
    if member["subject_id"]:
        parts.append(f"{words['about']} {member['subject_entity']} {member['subject_id']}")
    if member["anchor_id"]:
        parts.append(f"{words['since']} {member['anchor_entity']} {member['anchor_id']}")
    if member["amount"] is not None:
        parts.append(_number(member["amount"], language))
    if place is not None:
        row = "" if place.row is None else f", {words['row']} {place.row}"
        parts.append(f"{place.file}{row}")
        if place.written:
            parts.append(f"« {place.written} »")
    sign = "−" if member["weight"] < 0 else "+"
    return f"  {sign} " + _said(words[member["side"]], "  ".join(parts), language)


def _said(word: str, what: str, language: Language) -> str:
    return f"{word} : {what}" if language == "fr" else f"{word}: {what}"


def _number(value: Any, language: Language) -> str:
    """Return a number as exactly as it is worth reading: six digits, cents of the large ones."""
    if value is None:
        return NOTHING
    decimals = 2 if abs(value) >= 1000 else len(f"{value:.6g}".partition(".")[2])
    return format_number(value, 0 if value == int(value) else decimals, language)
