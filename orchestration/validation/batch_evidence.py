"""How strongly rows tell that a batch is unlike the loads before it.

What belongs here: the reckoning, and what it says of a batch. What does not: what is counted (see
`batch_cells.py`, `batch_known.py` and `batch_series.py`) and how unlike is too unlike (see
`batches.py`).

Evidence is the natural logarithm of how rarely chance does as much: 13.8 is once in a million.
Rows of a load come in clusters (an import, a mailing, a day of one rep), so that they tell less
than as many rows would that have nothing to do with each other; and so do the loads before.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean, stdev

from orchestration.formats.descriptions import Entity
from orchestration.landing.gate import Batch
from orchestration.validation.thresholds import Values

CLUSTERED = 0.1
"""How alike rows of a load are (intraclass correlation): thousands of them tell as much as ten."""

CHANCE = 0.02
"""Share of known records that change in some way between two loads where nothing tells more."""

LEAST_TURNED = 5
"""Rows from which on it tells something that nearly all of them are otherwise."""

MOST_LOADS = 40
"""Loads before that a batch is compared with."""

MOST_ROWS = 200_000
"""Rows of the loads before from which on no older load is looked at."""


@dataclass(frozen=True)
class Unlike:
    """Something of a batch that is otherwise than before.

    Attributes:
        measure: which threshold it is compared with.
        column: the column; empty for the rows.
        value: how much it is otherwise.
        says: what was seen and what was usual, for people; no cell is quoted.

    """

    measure: str
    column: str
    value: float
    says: str


@dataclass(frozen=True)
class Earlier:
    """The rows of an entity in an earlier load.

    Attributes:
        rows: their Parquet file.
        count: how many there are.
        loaded_on: the day of the load.
        decimal: the decimal mark of its numbers; None where they do not tell.

    """

    rows: Path
    count: int
    loaded_on: date
    decimal: str | None = None


@dataclass(frozen=True)
class Comparison:
    """A look at an entity of a batch beside the loads before it.

    Attributes:
        batch: the batch.
        entity: the entity.
        now: its rows in the batch.
        before: the loads before that are looked at, oldest first.
        least: the evidence that is needed.

    """

    batch: Batch
    entity: Entity
    now: Earlier
    before: Sequence[Earlier]
    least: float


def lately(loads: Sequence[Earlier], most: int = MOST_LOADS) -> list[Earlier]:
    """Return the last loads, oldest first: as many as are needed and cheap to look at."""
    found: list[Earlier] = []
    for each in reversed(loads):
        if found and (len(found) >= most or sum(one.count for one in found) >= MOST_ROWS):
            break
        found.append(each)
    return found[::-1]


def effective(total: float) -> float:
    """Return how many rows that have nothing to do with each other tell as much as so many do."""
    return total / (1 + (total - 1) * CLUSTERED) if total > 1 else max(total, 0.0)


def evidence(count: float, total: float, usual: float) -> float:
    """Return how strongly `count` of `total` rows tell against a usual share: Chernoff's bound."""
    if not total or count / total <= usual:
        return 0.0
    share = count / total
    rest = (1 - share) * math.log((1 - share) / (1 - usual)) if share < 1 else 0.0
    return effective(total) * (share * math.log(share / usual) + rest)


def highest_share(loads: Sequence[tuple[float, float]]) -> float:
    """Return the share that loads with so many of so many rows do not speak against; never 0."""
    told = sum(effective(total) for _, total in loads)
    met = sum(effective(total) * count / total for count, total in loads if total)
    return (met + 0.5) / (told + 1)


def turned(
    now: tuple[float, float],
    before: Sequence[tuple[float, float]],
    thresholds: Values,
) -> bool:
    """Tell whether nearly all rows meet now what hardly any met in each load before.

    What is only more or less usual is never told by few rows: that may be the business.
    """
    hardly_any, nearly_all = thresholds["hardly_any"], thresholds["nearly_all"]
    least, (count, total) = thresholds["least_evidence"], now
    if hardly_any is None or nearly_all is None or least is None or total < LEAST_TURNED:
        return False
    known = [(one, all_of_it) for one, all_of_it in before if all_of_it]
    if not known or count < nearly_all * total:
        return False
    # of a load of a few rows one is a great share: those count together
    small = [each for each in known if each[1] < 1 / hardly_any] if hardly_any else []
    others = [each for each in known if each not in small]
    together = (sum(each[0] for each in small), sum(each[1] for each in small))
    if any(one > hardly_any * all_of_it for one, all_of_it in [*others, together]):
        return False
    return evidence(count, total, highest_share(known)) >= least


def distance(now: float, more: float, before: Sequence[float]) -> float:
    """Return how strongly a load's figure tells that it is not one of those before.

    Args:
        now: the figure of the load.
        more: by how much (as a standard deviation) it scatters more than those before.
        before: the same figure of the loads before: how much they differ is the usual.

    """
    freedom = len(before) - 1
    if freedom < 2:
        return 0.0
    spread = math.hypot(stdev(before) * math.sqrt(1 + 1 / len(before)), more)
    return student(abs(now - fmean(before)) / spread, freedom) if spread else 0.0


def student(reached: float, freedom: int) -> float:
    """Return the evidence of so many standard deviations, which are themselves estimated.

    A bound of both tails of Student's t, near the truth where they are thin.
    """
    if reached <= 1:
        return 0.0
    density = (
        math.lgamma((freedom + 1) / 2)
        - math.lgamma(freedom / 2)
        - math.log(freedom * math.pi) / 2
        - (freedom + 1) / 2 * math.log1p(reached * reached / freedom)
    )
    return max(0.0, -density - math.log(2 * (1 / reached + reached / freedom)))
