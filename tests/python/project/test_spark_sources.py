"""Every source of the project is one that Spark is told how to read."""

from orchestration.engines.spark_sources import parquet_source
from orchestration.warehouse.dbt_project import Manifest


def test_spark_can_be_told_what_every_source_reads(manifest: Manifest) -> None:
    relations = [source["relation_name"] for source in manifest["sources"].values()]
    assert relations
    for relation in relations:
        assert parquet_source(relation).patterns
