"""Great Expectations' pages about the last look at the marts, made to ask nothing of the outside.

What belongs here: what is taken out of the pages as Great Expectations writes them, the index in
place of its own, and the look of both. What does not: looking at the marts (`expectations.py`).

Its pages fetch style sheets, scripts, fonts and a picture that counts visits from seven hosts. Here
they have no script, a style of ours, and a policy by which a browser fetches nothing at all.
"""

import re
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from orchestration.validation.results import SuiteResult

_POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
a { color: #0b5a8a; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; }
td { vertical-align: top; overflow-wrap: anywhere; }
ul, ol { padding-left: 1.2rem; }
h4, h5, h6 { font-size: 1rem; margin: .8rem 0 .2rem; }
.alert { background: #f2f2f2; padding: .3rem .6rem; }
.badge { background: #e4e4e4; border-radius: 3px; padding: 0 .3rem; }
.btn, .btn-group, .close, .invisible, .top { display: none; }
.text-success::before { content: "\\2713"; color: #1a6b2f; }
.text-danger::before { content: "\\2717"; color: #a11; font-weight: 600; }
.text-warning::before { content: "!"; color: #8a5a00; font-weight: 600; }
"""
_HEAD = f"{_POLICY}\n<style>{_STYLE}</style>\n"

_TAKEN_OUT = re.compile(
    r"<script\b.*?</script\s*>|<style\b.*?</style\s*>|<footer\b.*?</footer\s*>"
    r"|<(?:link|img|iframe|object|embed|source|base)\b[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_LEADING_OUT = re.compile(
    r"""(<a\b[^>]*?)\s+href=["']?(?:[a-z]+:)?//[^\s"'>]*["']?""", re.IGNORECASE
)


def make_self_contained(folder: Path, results: Sequence[SuiteResult]) -> None:
    """Rewrite the pages in a folder, and their index, so that they ask nothing of the outside."""
    shutil.rmtree(folder / "static", ignore_errors=True)
    for page in sorted(folder.rglob("*.html")):
        page.write_text(self_contained(page.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "index.html").write_text(_index(folder, results), encoding="utf-8")


def self_contained(page: str) -> str:
    """Return a page without all that it would fetch, or lead to, with our style and policy."""
    bare = _LEADING_OUT.sub(r"\1", _TAKEN_OUT.sub("", page))
    return bare.replace("<head>", f"<head>\n{_HEAD}", 1)


def _index(folder: Path, results: Sequence[SuiteResult]) -> str:
    """Return a page that leads to all others: a row per suite."""
    rows = []
    for result in results:
        looks = sorted((folder / "validations" / result.name).rglob("*.html"))
        links = [(looks[-1], "what was found")] if looks else []
        links += [(folder / "expectations" / f"{result.name}.html", "what is expected")]
        mark = "text-success" if result.success else "text-danger"
        cells = [f'<i class="{mark}"></i>', escape(result.name)]
        cells += [
            f'<a href="{escape(quote(page.relative_to(folder).as_posix()))}">{text}</a>'
            for page, text in links
            if page.exists()
        ]
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n{_HEAD}<meta charset="utf-8">\n'
        "<title>The last look at the marts</title>\n</head>\n<body>\n"
        "<h4>The last look at the marts, as Great Expectations shows it</h4>\n"
        f"<table>\n{chr(10).join(rows)}\n</table>\n</body>\n</html>\n"
    )
