"""The descriptions of the models, written from the first lines of their SQL.

What belongs here: how a model's header becomes its description in `_<room>__models.yml`. What does
not: the descriptions of columns, which are written in YAML and in the doc blocks beside it.
"""

import re
import textwrap
from pathlib import Path

from orchestration.environment import PROJECT_DIR
from orchestration.errors import ConfigurationError

_WIDTH = 112
_MODEL = re.compile(
    r"^  - name: (?P<name>\w+)\n"
    r"(?P<description>    description:(?: >-?\n(?:      .*\n)+| (?!>).*\n(?:      .*\n)*))?",
    flags=re.MULTILINE,
)


def described_header(sql: str) -> str:
    """Return the description of a model: what its first comment lines say.

    They say the grain (`-- grain: one row per …`), then, in sentences, what there is to know. A
    question among them comes first, as it is what readers look for. After an empty comment line
    follow notes to whoever changes the model, which are no part of it.

    Raises:
        ConfigurationError: the SQL does not begin with its grain.

    """
    lines = []
    for line in sql.splitlines():
        if not line.startswith("-- "):
            break
        lines.append(line.removeprefix("-- ").strip())
    text = " ".join(lines)
    if not text.startswith("grain: "):
        raise ConfigurationError("begin with the line `-- grain: one row per …`")
    text = text.removeprefix("grain: ")
    text = text[0].upper() + text[1:] + ("" if text[-1] in ".?" else ".")
    question = re.search(r"(?<=\.) ([A-Z][^.?]*\?)", text)
    if question is None:
        return text
    return f"{question[1]} {text[: question.start()]}{text[question.end() :]}"


def with_descriptions(properties: str, headers: dict[str, str]) -> str:
    """Return a property file with the description of each model put in.

    Args:
        properties: text of a `_<room>__models.yml`.
        headers: description by model.

    """

    def described(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in headers:
            return match[0]
        wrapped = textwrap.fill(
            headers[name],
            _WIDTH,
            initial_indent="      ",
            subsequent_indent="      ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return f"  - name: {name}\n    description: >\n{wrapped}\n"

    return _MODEL.sub(described, properties)


def described_models(project_dir: Path = PROJECT_DIR) -> dict[Path, str]:
    """Return the text that each property file of models should have, by its file.

    Raises:
        ConfigurationError: a model does not begin with its grain; names its file.

    """
    pages = {}
    for path in sorted((project_dir / "models").rglob("_*__models.yml")):
        headers = {}
        for model in sorted(path.parent.glob("*.sql")):
            try:
                headers[model.stem] = described_header(model.read_text(encoding="utf-8"))
            except ConfigurationError as error:
                raise ConfigurationError(f"{model.relative_to(project_dir)}: {error}") from error
        pages[path] = with_descriptions(path.read_text(encoding="utf-8"), headers)
    return pages
