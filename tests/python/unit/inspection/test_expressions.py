"""What a format's expressions refer to and can come to, read off their text."""

import pytest

from orchestration.formats.descriptions import Format, read_format
from orchestration.inspection.expressions import Reader, _macros, parsed, targets
from orchestration.landing.translation import macros

TOOL = """\
format: tool
facts:
  owner: [{from: calls, value: mode(agent)}]
tables:
  calls:
    columns:
      id: {type: id, required: true, key: true, aliases: [Call]}
      kind: {type: text, aliases: [Kind]}
      agent: {type: text, aliases: [Agent]}
      company: {type: text, aliases: [Company]}
      done: {type: boolean, aliases: [Done]}
  companies:
    columns:
      name: {type: text, required: true, aliases: [Name]}
      code: {type: id, aliases: [Code]}
make:
  - entity: activities
    from: calls
    joins:
      - {table: companies, key: folded(name), to: folded(company), take: {listed: code}}
    let:
      way: "if(kind = 'in', 'inbound', 'outbound')"
    where: {open: flag(done) = 'true'}
    columns:
      activity_id: id
      occurred_at: each_value
      channel: "coalesce(nullif('call', ''), 'other')"
      direction: way
      outcome: "case when kind = 'x' then flag(done) else kind end"
      account_id: listed
      rep_id: id_of([owner])
    each: 'At (.*)'
"""


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Format:
    file = tmp_path_factory.mktemp("formats") / "tool.yml"
    file.write_text(TOOL, encoding="utf-8")
    return read_format(file)


def test_columns_are_followed_through_names_joins_facts_and_headers(tool: Format) -> None:
    assert targets(tool) == {
        ("calls", "id"): ("activities.activity_id",),
        ("calls", "*At (.*)"): ("activities.occurred_at",),
        ("calls", "kind"): ("activities.direction", "activities.outcome"),
        ("calls", "done"): ("activities.outcome",),
        ("calls", "agent"): ("activities.rep_id",),
        ("companies", "code"): ("activities.account_id",),
        # they decide about rows only
        ("calls", "company"): ("activities",),
        ("companies", "name"): ("activities",),
    }


@pytest.mark.parametrize(
    ("column", "words", "is_open"),
    [
        ("channel", {"call", "other"}, False),
        ("direction", {"inbound", "outbound"}, False),
        ("outcome", {"true", "false"}, True),
        ("activity_id", set(), True),
    ],
)
def test_words_are_those_that_an_expression_can_come_to(
    tool: Format, column: str, words: set[str], is_open: bool
) -> None:
    (make,) = tool.makes
    found = Reader(tool, make).words(make.columns[column])
    assert (set(found.words), found.is_open) == (words, is_open)


def test_every_macro_is_known_by_its_text() -> None:
    written = macros().count("create or replace temp macro ")
    assert written == len(_macros()) > 0


def test_what_is_no_expression_is_named() -> None:
    with pytest.raises(ValueError, match="case when"):
        parsed("case when")
