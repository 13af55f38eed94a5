"""Who may read whom: the layers only look down."""

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.warehouse.dbt_project import Manifest

BELOW = {
    "reference": {"seed", "source"},
    "intermediate": {"intermediate", "staging", "reference", "seed"},
    "core": {"core", "intermediate", "reference", "seed"},
    "kpi": {"kpi", "core", "reference", "seed"},
    "bi": {"bi", "kpi", "core", "reference", "seed"},
    "meta": {"meta", "kpi", "core", "intermediate", "staging", "reference", "seed"},
}
"""The layers that a layer may read; staging has a rule of its own."""


ROOMS = {
    "intermediate": ["records", "identity", "entities"],
    "kpi": ["events", "components", "values", "explanation", "subjects", "conclusions"],
}
"""The rooms of a layer, in the order in which data pass through them."""

ORDER_OF_CONCLUSIONS = [
    "kpi_signal_baselines",
    "kpi_signal_facts",
    "kpi_signal_tests",
    "kpi_signals",
    "kpi_targets",
    "kpi_quarter_signed",
    "kpi_quarter_goals",
    "kpi_quarter_contacts",
    "kpi_quarter_chances",
    "kpi_quarter_outlook",
    "kpi_call_clusters",
    "kpi_step_facts",
    "kpi_movement_facts",
    "kpi_movement_deviations",
    "kpi_movement_tests",
    "kpi_movements",
    "kpi_segment_findings",
    "kpi_variant_findings",
    "kpi_cost_findings",
    "kpi_pipeline_findings",
    "kpi_rep_findings",
    "kpi_findings",
    "kpi_conclusions",
]
"""A conclusion may read those before it."""


def room(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the folders of a model below its layer: `("subjects", "funnel")`."""
    return tuple(node["fqn"][2:-1] if node["fqn"][1] == "intermediate" else node["fqn"][3:-1])


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


def test_rooms_only_look_down(manifest: Manifest) -> None:
    looking_up = []
    for node in models(manifest):
        own_layer = layer(node["unique_id"], manifest)
        order = ROOMS.get(own_layer, [])
        for parent, parent_layer in parents(node, manifest):
            if parent_layer != own_layer or not order:
                continue
            own, other = room(node), room(manifest["nodes"][parent])
            other_name = manifest["nodes"][parent]["name"]
            is_below = order.index(other[0]) < order.index(own[0])
            is_beside = own == other and own[0] != "conclusions"
            is_earlier = own == other == ("conclusions",) and (
                ORDER_OF_CONCLUSIONS.index(other_name) < ORDER_OF_CONCLUSIONS.index(node["name"])
            )
            if not (is_below or is_beside or is_earlier):
                looking_up.append(f"{node['name']} ({own}) reads {other_name} ({other})")
    assert not looking_up, looking_up


def test_every_room_is_known_and_none_is_empty(manifest: Manifest) -> None:
    for own_layer, order in ROOMS.items():
        found = {
            room(node)[0]
            for node in models(manifest)
            if layer(node["unique_id"], manifest) == own_layer
        }
        assert found == set(order)


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


def test_a_seed_that_a_company_may_add_to_is_read_with_its_rows(manifest: Manifest) -> None:
    """What `stg_reference__<seed>` merges nobody reads without the company's own rows."""
    merged = {
        node["name"].removeprefix("stg_reference__"): node["name"]
        for node in models(manifest)
        if node["name"].startswith("stg_reference__")
    }
    past_it = [
        f"{node['name']} reads the seed {seed}"
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "test"}
        for seed in merged.keys() & {ref["name"] for ref in node.get("refs", ())}
        if node["name"] != merged[seed]
    ]
    assert {"kpi_catalog", "kpi_terms"} <= merged.keys()
    assert not past_it


def test_totals_of_campaigns_reach_no_kpi(manifest: Manifest) -> None:
    """Nothing that makes events or values reads them.

    What reads nearly every entity, each for itself (versions, rejects), and the findings of `meta`
    are no way from the one to the other.
    """
    read = {
        node["name"]: {unique_id.rpartition(".")[2] for unique_id, _ in parents(node, manifest)}
        for node in models(manifest)
    }
    layers = {node["name"]: node["schema"] for node in models(manifest)}
    keeping = {
        name
        for name, parents_of in read.items()
        if sum(each.startswith("stg_generic__") for each in parents_of) > 20
        or layers[name] == "meta"
    }
    assert {"int_record_versions", "int_value_rejects"} <= keeping
    assert "int_clock" not in keeping
    found, reached = {"stg_generic__campaign_totals"}, set[str]()
    while found:
        reached |= found
        found = {name for name in set(read) - keeping if read[name] & found} - reached
    assert reached == {
        "stg_generic__campaign_totals",
        "int_campaign_totals",
        "fct_campaign_totals",
        "kpi_campaign_totals",
    }
