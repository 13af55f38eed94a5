"""As which tools the demo company can be written.

What belongs here: their names, and the languages of their labels. What does not: writing
(see `tool_files.py`). Light, since the command line reads it.
"""

from pathlib import Path

TOOLS_SQL = Path(__file__).parent / "sql" / "tools"

TOOLS = tuple(sorted(path.name for path in TOOLS_SQL.iterdir()))
"""The tools; each is a folder of queries."""

LANGUAGES = ("en", "fr")
"""The languages of labels; a tool that has only one is written in it whatever is asked for."""
