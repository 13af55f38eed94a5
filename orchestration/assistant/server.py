"""The protocol: the answers as tools of a server on the standard input and output.

What belongs here: which tools there are, and the words that a model reads about them. What does
not: what they answer (see `answers.py`). `mcp` is an extra: only this module knows it.
"""

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version as package_version
from typing import Any, ParamSpec

from orchestration.assistant.answers import PublishedAnswers
from orchestration.assistant.asking import Answer
from orchestration.errors import ConfigurationError, ProspectionError
from orchestration.paths import Paths

INSTRUCTIONS = """\
Answers about the sales prospecting KPIs of one company, from its last published version. Always
tell the period, and whether a value is partial (its period is in progress), not mature (not
everybody has had the time yet) or not reliable (few cases). Never add up or average rates, nor
counts of distinct people: ask for the value of the whole. Give the interval where there is one.
Periods are written 2026, 2026-Q3, 2026-09 or 2026-09-H2; without one, the last complete month.
"""

Asked = ParamSpec("Asked")


ABOUT_RECORDS = """\
`records` tells by their ids which records a value counts. A list that was cut says how many there
are in all: never count its rows yourself.
"""


def make_server(paths: Paths, tells_records: bool = False) -> Any:
    """Return the server over what is published in a data folder.

    Args:
        paths: the data folder.
        tells_records: whether there is the tool `records`.

    Raises:
        ConfigurationError: the extra is not installed.

    """
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError:
        raise ConfigurationError(
            "the assistant's way in needs the extra `assistant`: run `make extras`"
        ) from None

    answers = PublishedAnswers(paths)
    server = MCPServer(
        "prospection",
        instructions=INSTRUCTIONS + (ABOUT_RECORDS if tells_records else ""),
        version=package_version("prospection"),
        log_level="WARNING",
    )

    def tool(question: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @wraps(question)
        def asked(*arguments: Asked.args, **named: Asked.kwargs) -> Answer:
            try:
                return question(*arguments, **named)
            except ProspectionError as error:
                raise ToolError(str(error)) from error

        server.tool()(asked)
        return asked

    @tool
    def list_kpis(
        family: str | None = None, search: str | None = None, language: str = "en"
    ) -> dict[str, Any]:
        """List the KPIs: id, name, unit, definition, and by which dimensions they are published."""
        return answers.list_kpis(family, search, language)

    @tool
    def value(
        kpi_id: str,
        period: str | None = None,
        dimension: str = "all",
        dimension_value: str | None = None,
        statistic: str | None = None,
    ) -> dict[str, Any]:
        """One KPI's value in one period, with numerator, denominator, sample and 95% interval."""
        return answers.value(kpi_id, period, dimension, dimension_value, statistic)

    @tool
    def compare(
        kpi_id: str,
        dimension: str = "all",
        period: str | None = None,
        other_period: str | None = None,
        statistic: str | None = None,
    ) -> dict[str, Any]:
        """Compare the values of a dimension (reps, channels, sectors …), or two periods."""
        return answers.compare(kpi_id, dimension, period, other_period, statistic)

    @tool
    def explain(
        kpi_id: str,
        period: str | None = None,
        dimension: str = "all",
        dimension_value: str | None = None,
        statistic: str | None = None,
        language: str = "en",
    ) -> dict[str, Any]:
        """Explain how a value was made: its definition, and what both sides of it count."""
        return answers.explain(kpi_id, period, dimension, dimension_value, statistic, language)

    @tool
    def funnel(
        period: str | None = None, dimension: str = "all", dimension_value: str | None = None
    ) -> dict[str, Any]:
        """Show how far the prospects detected in a period got, and which step is the bottleneck."""
        return answers.funnel(period, dimension, dimension_value)

    @tool
    def signals(only_current: bool = True, language: str = "en") -> dict[str, Any]:
        """Show what is significantly worse than in its own periods before, the surest first."""
        return answers.signals(only_current, language)

    @tool
    def conclusions(
        period: str | None = None, page: str | None = None, language: str = "en"
    ) -> dict[str, Any]:
        """Say what moved significantly and what else stands out, in the words of the dashboard.

        The surest first; of one page: overview, funnel, activity, campaigns, team, pipeline,
        customers. Ask this first for how things are; `signals` is the detail, and less sure.
        """
        return answers.conclusions(period, page, language)

    @tool
    def outlook() -> dict[str, Any]:
        """Say whether the running and the next quarters reach their targets, and what is missing.

        By measure: signed, weighted from what is open, expected of who is still to come, target,
        gap, chance (0 to 1), contacts needed. Where `is_far_off` past forecasts missed by more than
        half: tell the interval alone; where `is_withheld` there is no forecast to tell.
        """
        return answers.outlook()

    @tool
    def trust() -> dict[str, Any]:
        """Tell how far to trust the numbers: freshness, what was left out, what checks found."""
        return answers.trust()

    if tells_records:

        @tool
        def records(
            kpi_id: str,
            period: str | None = None,
            dimension: str = "all",
            dimension_value: str | None = None,
            statistic: str | None = None,
            limit: int = 20,
        ) -> dict[str, Any]:
            """List the records that a value counts, by side, with their ids and how many in all."""
            return answers.records(kpi_id, period, dimension, dimension_value, statistic, limit)

    return server


def serve(paths: Paths, tells_records: bool = False) -> None:
    """Answer on the standard input and output until the other side closes it."""
    make_server(paths, tells_records).run("stdio")
