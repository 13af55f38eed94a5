"""The last gate results as one plain page: no script, no network, readable for years.

What belongs here: the page. What does not: the results (see `results.py`, `held.py`).
"""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from orchestration.files import write_text
from orchestration.paths import Paths
from orchestration.validation.held import HeldBatch, open_batches
from orchestration.validation.results import read_results

PAGE_NAME = "gates.html"
_SHOWN_BATCHES = 50

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; }
td { overflow-wrap: anywhere; vertical-align: top; }
.holds { color: #1a6b2f; } .broken { color: #a11; font-weight: 600; }
"""


def page_path(paths: Paths) -> Path:
    """Return where the page lies; a copy is published with each version."""
    return paths.state / PAGE_NAME


def write_page(paths: Paths) -> None:
    """Write the page anew from the results that are kept."""
    write_text(page_path(paths), render_page(paths))


def render_page(paths: Paths) -> str:
    """Return the page: batches that wait, the last look at the marts, the last batches."""
    results = read_results(paths)
    marts = [result for result in results if "build_id" in result][-1:]
    batches = [result for result in results if "load_id" in result][-_SHOWN_BATCHES:]
    parts = [
        _section("Batches that wait for a decision", _held_rows(open_batches(paths))),
        *(_section(f"Gate 2: the marts of run {each['run_id']}", _rows(each)) for each in marts),
        *(_section(f"Gate 1: {each['load_id']}", _rows(each)) for each in reversed(batches)),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Gate results</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        "<h1>Gate results</h1>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def _held_rows(held: Iterable[HeldBatch]) -> list[str]:
    return [
        _row(each.load_id, f"held back since {each.held_at}", "broken", "; ".join(each.reasons))
        for each in held
    ]


def _rows(result: Mapping[str, Any]) -> list[str]:
    rows = []
    for suite in result["suites"]:
        for expectation in suite["expectations"]:
            holds = bool(expectation["success"])
            word = "holds" if holds else ("BROKEN" if suite["is_blocking"] else "warning")
            seen = "" if holds else str(expectation["examples"] or expectation["observed"] or "")
            rows.append(_row(expectation["rule"], word, "holds" if holds else "broken", seen))
    return rows


def _row(what: str, word: str, kind: str, seen: str) -> str:
    cells = f'<td>{escape(what)}</td><td class="{kind}">{escape(word)}</td><td>{escape(seen)}</td>'
    return f"<tr>{cells}</tr>"


def _section(title: str, rows: list[str]) -> str:
    if not rows:
        return f"<h2>{escape(title)}</h2>\n<p>None.</p>"
    head = "<tr><th>What</th><th>Result</th><th>Seen instead</th></tr>"
    return f"<h2>{escape(title)}</h2>\n<table>\n{head}\n" + "\n".join(rows) + "\n</table>"
