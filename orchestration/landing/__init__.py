"""Landing: the files of the exports become text in Parquet, every record accounted for.

`loading.land` is the way in. Nothing here interprets a value; staging does.
"""
