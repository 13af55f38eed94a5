"""What is said first, in words: the rows of `kpi.kpi_conclusions` as sentences.

What belongs here: how a conclusion is worded, for pages, report and assistant alike. What does not:
which ones are shown (`assets/blocks/conclusions.js`), what there is to conclude (the mart), and the
words themselves (`texts/conclusions.yml`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.wording import Wording

Row = Mapping[str, Any]

_REPS = ("rep_worse", "rep_better")
_RATES = (*_REPS, "step", "variant", "unallotted_cost", "concentration", "slippage")
_MOVEMENTS = ("kpi", "step")
_LOOKS = {"step": "look_step_{subject}", "rep_worse": "coach_look_{subject}"}
"""Where what to look at is told by the subject, too."""

_SUREST = 0.999
"""More is not told apart."""


_AT_THE_START = re.compile(r"\(start\)|_start \(")
"""In a denominator: what was there at the start of the period."""


@dataclass(frozen=True)
class Measure:
    """How the values of a KPI are written.

    Attributes:
        unit: the unit that people read.
        is_over_period: whether its name tells the length of its period, as a share of what was
            there at the start of it is another one over a month and over a year.

    """

    unit: str
    is_over_period: bool = False


def measure_of(kpi: Row) -> Measure:
    """Return how the values of a KPI are written, from its row of `kpi.kpi_catalog`."""
    is_share = bool(_AT_THE_START.search(str(kpi.get("denominator") or "")))
    return Measure(kpi.get("shown_as") or kpi["unit"], kpi.get("shape") == "stock" and is_share)


def conclusion_sentence(row: Row, measures: Mapping[str, Measure], say: Wording) -> str:
    """Return a conclusion as one sentence: what, where, since when, what it is worth.

    Args:
        row: a row of `kpi.kpi_conclusions`.
        measures: how the values of each KPI of the catalogue are written.
        say: the words of the reader's language.

    """
    measure = measures.get(row["subject"], Measure("ratio"))
    places = _places(row, measure, say)
    said = _KINDS[row["kind"]](row, places, say)
    if row["kind"] not in _MOVEMENTS:
        return f"{said}."
    worth = _worth(row, say)
    if worth is not None:
        said += f" \N{EN DASH} {worth}"
        if row["kind"] == "step":
            said += f" {say.in_period(row['grain'], _day(row['period_start']))}"
    about = f"{places['segment']}. " if places["segment"] else ""
    return f"{about}{said}."


def conclusion_remarks(row: Row, say: Wording) -> str:
    """Return how sure a conclusion is and what to look at; nothing when neither can be told."""
    key = _LOOKS.get(row["kind"], "look_{kind}").format(**row)
    own = row[f"advice_{say.language}"]
    if row["kind"] in _MOVEMENTS and not row["is_worse"]:
        advice = say.text("look_better")
    else:
        advice = say.sentences(own) if own else say.text(key) if key in say.texts else ""
    return " ".join(remark for remark in (_sureness(row, say), advice) if remark)


def _sureness(row: Row, say: Wording) -> str:
    confidence = row["confidence"]
    if confidence is None:
        return ""
    shown = say.value("rate", min(confidence, _SUREST))
    return say.text("conclusion_sure", share=f"> {shown}" if confidence > _SUREST else shown)


def _places(row: Row, measure: Measure, say: Wording) -> dict[str, str]:
    unit = _unit(row, measure)
    label = (
        say.word(row["dimension_label"], "channel")
        if row["dimension"] == "channel"
        else say.special(row["dimension_label"])
    )
    grain, start = row["grain"], row["period_start"]
    since = row["since"]
    return {
        "name": _name(row, measure, say),
        "message": row["subject"],
        "label": label,
        "segment": ""
        if row["dimension"] == "all"
        else say.text("named", name=say.text(f"dimension_{row['dimension']}"), value=label),
        "value": say.value(unit, row["value"], is_short=True),
        "expected": say.value(unit, row["expected_value"], is_short=True),
        "sample": say.value("count", row["sample_size"]),
        "since": ""
        if since is None
        else say.period("month" if grain == "quarter" else grain, _day(since)),
        "period": "" if start is None else say.period(grain, _day(start)),
        "within": "" if start is None else say.in_period(grain, _day(start)),
        "missing": ""
        if row["expected_value"] is None
        else say.value(unit, abs(row["expected_value"] - row["value"]), is_short=True),
        "amount": ""
        if row["worth_amount"] is None
        else say.value("amount", abs(row["worth_amount"]), is_short=True),
    }


def _unit(row: Row, measure: Measure) -> str:
    if row["kind"] in _RATES:
        return "rate"
    return "count" if row["kind"] == "thin_margin" else measure.unit


def _name(row: Row, measure: Measure, say: Wording) -> str:
    name = row[f"name_{say.language}"] or ""
    key = f"over_{row['grain']}"
    return say.text(key, name=name) if measure.is_over_period and key in say.texts else name


def _step(row: Row, places: Mapping[str, str], say: Wording) -> str:
    key = "fell" if row["value"] < row["expected_value"] else "rose"
    return say.text(
        f"conclusion_step_{key}", **{**places, "what": say.text(f"step_of_{row['subject']}")}
    )


def _kpi(row: Row, places: Mapping[str, str], say: Wording) -> str:
    said = say.text("conclusion_kpi", **places)
    if _day(row["since"]) >= _day(row["period_start"]):
        return said
    way = "down" if row["value"] < row["expected_value"] else "up"
    return said + say.text(f"conclusion_{way}", **places)


def _variant(row: Row, places: Mapping[str, str], say: Wording) -> str:
    return say.counted("conclusion_variant", _whole(row["worth_cases"]), **places)


def _rep(row: Row, places: Mapping[str, str], say: Wording) -> str:
    said = say.text(
        f"conclusion_{row['kind']}", **{**places, "what": say.text(f"rep_reaches_{row['subject']}")}
    )
    worth = _worth(row, say)
    return said if worth is None else f"{said} \N{EN DASH} {worth}"


def _plain(key: str) -> Callable[[Row, Mapping[str, str], Wording], str]:
    return lambda _row, places, say: say.text(key, **places)


_KINDS: Mapping[str, Callable[[Row, Mapping[str, str], Wording], str]] = {
    "step": _step,
    "kpi": _kpi,
    "variant": _variant,
    **dict.fromkeys(_REPS, _rep),
    **{
        kind: _plain(f"conclusion_{kind}")
        for kind in (
            "unallotted_cost",
            "thin_margin",
            "concentration",
            "slippage",
            "target_missed",
            "target_at_risk",
        )
    },
}


def _worth(row: Row, say: Wording) -> str | None:
    """Return what a movement is worth, as the end of a sentence."""
    customers, amount, cases = row["worth_customers"], row["worth_amount"], row["worth_cases"]
    if customers is not None and abs(customers) >= 0.5:
        return say.counted(f"worth_customers_{_side(customers)}", _whole(customers))
    if amount is not None:
        return say.text(
            "worth_amount_saved" if amount < 0 else "worth_amount_spent",
            amount=say.value("amount", abs(amount), is_short=True),
        )
    key = f"cases_of_{row['subject']}"
    if cases is None or key not in say.texts:
        return None
    return say.text(
        f"worth_cases_{_side(cases)}", n=say.value("count", _whole(cases)), cases=say.text(key)
    )


def _side(value: float) -> str:
    return "fewer" if value < 0 else "further"


def _whole(value: float) -> int:
    """Return a whole number of something that was reckoned, never less than one."""
    return max(1, int(abs(value) + 0.5))


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
