"""Dagster's webserver behind our guard: `python -m orchestration.dagster.pages`.

What belongs here: putting the guard between Dagster's server and its application, in the process
that serves the pages. What does not: the rules (see `guard.py`), and starting all the processes
(see `service.py`). The options are those of `dagster-webserver`.
"""

from importlib import import_module
from typing import Any

from orchestration.dagster.guard import guarded


def main() -> None:
    """Serve the pages until they are stopped."""
    cli: Any = import_module("dagster_webserver.cli")  # its parts are typed for itself only
    make = cli.create_app_from_workspace_process_context

    def make_guarded(*arguments: Any, **options: Any) -> Any:
        return guarded(make(*arguments, **options))

    cli.create_app_from_workspace_process_context = make_guarded
    cli.main()


if __name__ == "__main__":
    main()
