"""Great Expectations' own pages ask nothing of the outside, and lead to one another."""

import re
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest

from orchestration.validation.data_docs import self_contained
from orchestration.validation.expectations import Frame, Rule, validate_frames

OUTSIDE = re.compile(r"(?:https?:|ftp:|\"|'|\()//[a-z0-9]", re.IGNORECASE)
FETCHED = re.compile(r"<(?:script|link|img|iframe|object|embed|source|base)\b|\burl\(|@import")
LINK = re.compile(r'<a\b[^>]*\shref="([^"#]+)')


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the pages about one suite that holds and one that does not."""
    folder = tmp_path_factory.mktemp("docs") / "docs"
    measures = pd.DataFrame({"kpi_id": ["a", "b"], "share": [0.5, 1.5]})
    within = {"column": "share", "min_value": 0.0}
    rules = [
        Rule("at least 0", "ExpectColumnValuesToBeBetween", within),
        Rule("at most 1", "ExpectColumnValuesToBeBetween", {**within, "max_value": 1.0}),
    ]
    found = validate_frames(
        [
            Frame("shares_hold", measures, ["kpi_id"], rules[:1]),
            Frame("shares_break", measures, ["kpi_id"], rules),
        ],
        folder,
    )
    assert [result.success for result in found] == [True, False]
    return folder


def test_no_page_asks_anything_of_the_outside(pages: Path) -> None:
    files = [path for path in pages.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".html"}
    assert len(files) == 5
    for path in files:
        page = path.read_text(encoding="utf-8")
        assert OUTSIDE.findall(page) == [], path
        assert FETCHED.findall(page) == [], path
        assert "default-src 'none'" in page, path


def test_the_index_leads_to_every_page_and_each_back(pages: Path) -> None:
    reached, waiting = set[Path](), [pages / "index.html"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            target = (page.parent / unquote(link)).resolve()
            assert target.is_file(), f"{page.name} leads to {link}"
            if target not in reached:
                waiting.append(target)
    assert reached == {path.resolve() for path in pages.rglob("*.html")}


def test_what_was_found_is_still_told(pages: Path) -> None:
    index = (pages / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'class="text-(\w+)"></i></td><td>(\w+)', index) == [
        ("success", "shares_hold"),
        ("danger", "shares_break"),
    ]
    (page,) = (pages / "validations" / "shares_break").rglob("*.html")
    assert "1.5" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "fetching",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<SCRIPT>\nfetch('//cdn.example')\n</SCRIPT >",
        '<link rel="stylesheet" href="https://cdn.example/x.css"/>',
        "<img\n src='https://cdn.example/x.png?d=1'\n/>",
        "<style>a { background: url('https://cdn.example/x.png') }</style>",
        '<footer><a href="https://cdn.example">x</a></footer>',
        '<base href="//cdn.example/">',
    ],
)
def test_whatever_fetches_is_taken_out(fetching: str) -> None:
    assert self_contained(f"<body>before {fetching}after</body>") == "<body>before after</body>"


def test_a_link_to_the_outside_becomes_plain_text() -> None:
    page = '<a class="x" href="https://cdn.example/a">one</a> <a href="two.html">two</a>'
    assert self_contained(page) == '<a class="x">one</a> <a href="two.html">two</a>'
