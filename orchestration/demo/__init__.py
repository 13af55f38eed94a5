"""The demo company: an invented French seller of maintenance software, as export files.

What belongs here: making those files (`generate.py`), the SQL that invents the company (`sql/`,
one file per subject, run in the order of their numbers), the rows planted to be wrong
(`flaws.py`), what is planted to be found (`plants.py`) and the texts beside the files
(`texts.py`). What does not: reading any export.
"""
