"""What Dagster loads: `dagster definitions validate -m orchestration.definitions`.

What belongs here: the name that Dagster calls. Importing this module does nothing; Dagster calls
`definitions`, which reads the environment.
"""

import os

import dagster as dg

from orchestration.dagster.building import build_definitions
from orchestration.environment import read_environment
from orchestration.forms.stamp import read_form


@dg.definitions
def definitions() -> dg.Definitions:
    """Return the definitions for the exports and data folder that the environment names.

    Raises:
        ConfigurationError: a newer program wrote the data folder.

    """
    environment = read_environment(os.environ)
    read_form(environment.paths)
    os.environ.update(environment.variables)
    return build_definitions(environment)
