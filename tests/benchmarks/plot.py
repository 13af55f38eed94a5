"""The picture of docs/performance.md: processor seconds against the number of activities.

What belongs here: a drawing in SVG, both axes logarithmic, a line for each step. What does not:
what is drawn (`results.py`).
"""

import math
from collections.abc import Sequence

from tests.benchmarks.results import STEPS, Result

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 24, 56
COLOURS = {"full": "#1f4e79", "day": "#c55a11", "nothing": "#548235", "floor": "#7f7f7f"}
LINE = 22
TEXT = 'font-family="sans-serif" font-size="13" fill="#444"'


def cost_against_size(results: Sequence[Result]) -> str:
    """Draw the processor seconds of each step against the activities; sizes in their order.

    Companies whose touches are repeated have fewer people: they are a line of their own, dashed and
    hollow.
    """
    lines = {
        (step, is_repeated): [
            (result.activities, spent.cpu)
            for result in results
            if ("x" in result.size) == is_repeated and (spent := result.spent(step)) and spent.cpu
        ]
        for step in STEPS
        for is_repeated in (False, True)
    }
    points = [point for line in lines.values() for point in line]
    if not points:
        raise ValueError("there is nothing to draw: no result has a measured step")
    decades_x = decades([size for size, _ in points])
    decades_y = decades([spent for _, spent in points])

    def place(size: float, spent: float) -> tuple[float, float]:
        across = position(size, decades_x)
        up = position(spent, decades_y)
        return (
            LEFT + across * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>Processor seconds of a refresh against the number of activities</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for exponent in range(decades_x[0], decades_x[1] + 1):
        x, bottom = place(10**exponent, 10 ** decades_y[0])
        parts.append(rule(x, TOP, x, bottom))
        parts.append(label(x, bottom + 20, short(10**exponent), "middle"))
    for exponent in range(decades_y[0], decades_y[1] + 1):
        left, y = place(10 ** decades_x[0], 10**exponent)
        parts.append(rule(left, y, WIDTH - RIGHT, y))
        parts.append(label(left - 8, y + 4, short(10**exponent), "end"))
    parts.append(label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "activities", "middle"))
    parts.append(label(LEFT, TOP - 8, "processor seconds", "start"))
    for (step, is_repeated), line in lines.items():
        if not line:
            continue
        placed = [place(*point) for point in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        colour = COLOURS[step]
        dashes = ' stroke-dasharray="5 4"' if is_repeated else ""
        fill = "#fff" if is_repeated else colour
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        )
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="{colour}"/>'
            for x, y in placed
        ]
    drawn = dict.fromkeys(step for (step, _), line in lines.items() if line)
    x, y = WIDTH - RIGHT + 16, TOP + 8
    for place_no, step in enumerate(drawn):
        below = y + LINE * place_no
        parts.append(
            f'<rect x="{x}" y="{below - 5}" width="18" height="4" fill="{COLOURS[step]}"/>'
        )
        parts.append(label(x + 26, below + 2, STEPS[step], "start"))
    if any(line for (_, is_repeated), line in lines.items() if is_repeated):
        parts.append(label(x, y + LINE * len(drawn) + 8, "dashed: fewer", "start"))
        parts.append(label(x, y + LINE * (len(drawn) + 1), "people (×5)", "start"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def decades(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten that lie around values above 0; never the same one twice."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def position(value: float, around: tuple[int, int]) -> float:
    """Return where a value lies between two powers of ten: 0 at the lower, 1 at the upper."""
    return (math.log10(value) - around[0]) / (around[1] - around[0])


def short(value: float) -> str:
    """Spell a power of ten: 0.1, 10, 1k, 10m."""
    for factor, unit in ((1e6, "m"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:g}{unit}"
    return f"{value:g}"


def rule(x1: float, y1: float, x2: float, y2: float) -> str:
    """Draw a line of the grid."""
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#ddd"/>'


def label(x: float, y: float, text: str, anchor: str) -> str:
    """Write a word."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {TEXT}>{text}</text>'
