"""Other engines than DuckDB: what builds the same models elsewhere.

What belongs here: the translation of the models' SQL, and what runs it. What does not: the models
themselves, which are written once, in DuckDB's SQL; data tests, gates and the publication, which
DuckDB does for every engine.
"""
