"""Formats: what each tool's files look like, as data. The ground floor: it reads nothing else."""
