"""Who may read whom: the layers only look down."""

from collections.abc import Iterator
from typing import Any

from orchestration.dbt_project import Manifest

BELOW = {
    "reference": {"seed", "source"},
    "intermediate": {"intermediate", "staging", "reference", "seed"},
    "core": {"core", "intermediate", "reference", "seed"},
    "kpi": {"kpi", "core", "reference", "seed"},
    "meta": {"meta", "kpi", "core", "intermediate", "staging", "reference", "seed"},
}
"""The layers that a layer may read; staging has a rule of its own."""


def layer(unique_id: str, manifest: Manifest) -> str:
    """Return the layer of a node: staging, reference, intermediate …, seed or source."""
    node = manifest["nodes"].get(unique_id)
    if node is None or node["resource_type"] == "seed":
        return unique_id.split(".")[0]
    folders = node["fqn"][1:-1]
    if folders == ["staging", "reference"]:
        return "reference"
    return str(folders[1] if folders[0] == "marts" else folders[0])


def models(manifest: Manifest) -> Iterator[dict[str, Any]]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            yield node


def parents(node: dict[str, Any], manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield each parent of a model with its layer."""
    for unique_id in node["depends_on"]["nodes"]:
        yield unique_id, layer(unique_id, manifest)


def test_every_model_is_in_a_known_layer(manifest: Manifest) -> None:
    found = {layer(node["unique_id"], manifest) for node in models(manifest)}
    assert found == {"staging", *BELOW}


def test_layers_only_look_down(manifest: Manifest) -> None:
    looking_up = [
        f"{node['name']} reads {parent}"
        for node in models(manifest)
        if (own := layer(node["unique_id"], manifest)) != "staging"
        for parent, parent_layer in parents(node, manifest)
        if parent_layer not in BELOW[own]
    ]
    assert not looking_up, looking_up


def test_staging_reads_its_own_sources_and_the_settings(manifest: Manifest) -> None:
    strangers = []
    for node in models(manifest):
        if layer(node["unique_id"], manifest) != "staging":
            continue
        folder = node["fqn"][2]
        for parent, parent_layer in parents(node, manifest):
            if parent_layer == "source":
                is_own = parent.split(".")[2] == folder
            else:
                is_own = parent_layer == "staging" and manifest["nodes"][parent]["fqn"][2] in {
                    folder,
                    "settings",
                }
            if not is_own:
                strangers.append(f"{node['name']} reads {parent}")
    assert not strangers, strangers


def test_every_source_is_read_by_staging_only(manifest: Manifest) -> None:
    readers = {
        parent: layer(node["unique_id"], manifest)
        for node in models(manifest)
        for parent, parent_layer in parents(node, manifest)
        if parent_layer == "source"
    }
    assert set(readers.values()) == {"staging", "reference"}
    unread = set(manifest["sources"]) - set(readers)
    assert not unread, f"declared but read by nobody: {sorted(unread)}"
