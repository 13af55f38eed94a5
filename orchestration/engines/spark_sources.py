"""dbt's sources as Spark reads them: which files, which columns, what is made of them.

What belongs here: taking apart the relation that a source's `external_location` gives DuckDB. It
knows `read_parquet(…)`, alone or as `(select * replace (…) from read_parquet(…))`, and refuses
everything else. What does not: reading any file.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

import sqlglot
from sqlglot import exp

from orchestration.engines.spark_types import Columns

_OPTIONS = {"union_by_name", "file_row_number"}


class UnknownSourceError(ValueError):
    """A source is described in a way that Spark is not told how to read."""


@dataclass(frozen=True)
class ParquetSource:
    """A source of Parquet files.

    Attributes:
        patterns: DuckDB expressions, each the pattern of files.
        files: the call of DuckDB that reads them.
        replaced: Spark's expression of each column that is not as the files have it.

    """

    patterns: tuple[str, ...]
    files: str
    replaced: tuple[tuple[str, str], ...] = ()

    def select(self, columns: Columns) -> list[str]:
        """Return the columns as Spark selects them from the files."""
        replaced = dict(self.replaced)
        return [
            f"{replaced[name]} as `{name}`" if name in replaced else f"`{name}`"
            for name, _ in columns
        ]


def parquet_source(relation: str) -> ParquetSource:
    """Return what a source's relation reads.

    Raises:
        UnknownSourceError: it is none of the forms that are known.

    """
    try:
        tree = sqlglot.parse_one(f"select * from {relation}", read="duckdb")
    except sqlglot.ParseError as error:
        raise UnknownSourceError(f"cannot read the source {relation}: {error}") from error
    calls = list(tree.find_all(exp.ReadParquet))
    if len(calls) != 1 or list(tree.find_all(exp.Join, exp.Where, exp.With, exp.Group)):
        raise UnknownSourceError(f"the source is more than files with replaced columns: {relation}")
    patterns: list[str] = []
    for argument in calls[0].expressions:
        if isinstance(argument, exp.EQ | exp.PropertyEQ):
            if argument.this.name not in _OPTIONS:
                raise UnknownSourceError(f"Spark has no option {argument.this.name}: {relation}")
        elif isinstance(argument, exp.Array):
            patterns += [each.sql("duckdb") for each in argument.expressions]
        else:
            patterns.append(argument.sql("duckdb"))
    replaced = [
        (each.alias, each.this.sql("spark"))
        for star in tree.find_all(exp.Star)
        for each in star.args.get("replace") or ()
    ]
    return ParquetSource(tuple(patterns), calls[0].sql("duckdb"), tuple(replaced))


def readable_files(files: list[str]) -> list[str]:
    """Return the files that hold rows: Spark passes over those whose names begin with `_` or `.`.

    Landing calls the files so that give an entity its columns and have no row.
    """
    return [file for file in files if PurePosixPath(file).name[0] not in "_."]
