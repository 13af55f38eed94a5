"""A refresh: its stages, its run, what it tells at the end and afterwards."""
