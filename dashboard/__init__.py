"""The dashboard: a static site made from a published version, opened from disk or served.

What belongs here: reading the published marts, turning them into files a browser loads, the pages
themselves and the one-file report. What does not: computing a KPI (the marts do) and deciding what
is published (see `orchestration/publication/`). Nothing here imports `orchestration`.
"""
