"""Every KPI: ours, in the files of `kpis/`, one per family.

What belongs here: which files there are, and that an id is a KPI's alone. What does not: those of a
company (see `own.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.environment import PROJECT_DIR
from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import nearest
from orchestration.kpis.blocks import Place, known, read_blocks
from orchestration.kpis.definitions import Kpi, read_kpi
from orchestration.kpis.events import (
    EVENTS_FILE,
    KPI_FOLDER,
    SETS_FILE,
    Events,
    Sets,
    read_events,
    read_sets,
)

OWN_PREFIX = "own_"
"""What the ids of a company's own KPIs begin with, and ours never do."""


@dataclass(frozen=True)
class Catalogue:
    """The KPIs by id, in the order in which they are listed, and what they are made of."""

    kpis: Mapping[str, Kpi]
    events: Events
    sets: Sets


def read_catalogue(project_dir: Path = PROJECT_DIR) -> Catalogue:
    """Return what the files of `kpis/` define.

    Raises:
        ConfigurationError: a block cannot be right; its file and line are named.

    """
    sets = read_sets(project_dir)
    events = read_events(project_dir, sets)
    _check_files(project_dir, sets)
    kpis: dict[str, Kpi] = {}
    places: dict[str, Place] = {}
    for family in sets.families:
        file = f"{KPI_FOLDER}/{family}.yml"
        blocks = read_blocks(project_dir / file, file) if (project_dir / file).exists() else None
        if blocks is None:
            continue
        for kpi_id in blocks:
            block = blocks.block(kpi_id)
            if kpi_id in kpis:
                raise block.place.error(
                    f"the id '{kpi_id}' is taken: {KPI_FOLDER}/{kpis[kpi_id].family}.yml has it"
                )
            if kpi_id.startswith(OWN_PREFIX):
                raise block.place.error(
                    f"'{kpi_id}' begins with '{OWN_PREFIX}', which the KPIs of a company do"
                )
            kpis[kpi_id] = read_kpi(kpi_id, block, family, events, sets)
            places[kpi_id] = block.where("made_of")
    for kpi_id, kpi in kpis.items():
        for other in kpi.made_of:
            known(other, kpis, f"KPI in {kpi_id}:", places[kpi_id])
    return Catalogue(kpis, events, sets)


def _check_files(project_dir: Path, sets: Sets) -> None:
    for path in sorted((project_dir / KPI_FOLDER).glob("*")):
        if path.name in (SETS_FILE, EVENTS_FILE, "README.md"):
            continue
        if path.suffix != ".yml" or path.stem not in sets.families:
            near = nearest(path.stem, sets.families)
            hint = f"did you mean {near}.yml?" if near else "add it to 'families' in sets.yml"
            raise ConfigurationError(f"{KPI_FOLDER}/{path.name} is no family of KPIs; {hint}")
