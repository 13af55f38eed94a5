"""sqlfluff, with its arguments, under a lazy garbage collector.

Its syntax trees are large and full of cycles, so that Python's collector takes two fifths of the
time to find nothing. Collecting once in a million objects, in this process and in the workers that
import this file anew, halves the time; what is linted is the same.
"""

import gc

gc.set_threshold(1_000_000, 20, 100)

if __name__ == "__main__":
    from sqlfluff.cli.commands import cli

    cli(prog_name="sqlfluff")
