"""The soak: kills, flipped bits, failing disks and signals, many times over, and what was lost or wrongly let in.

    PYTHONPATH=tests python -m soak                      # everything: the table of docs/reliability.md
    PYTHONPATH=tests python -m soak kills --count 60     # one part
    PYTHONPATH=tests python -m soak --short              # what the tests run

Each part prints its counts as one line, and the exit status is 1 where anything was lost, left or let in.
"""

import os

# What is computed here is small, and processes are forked: none may have threads.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("VIPS_CONCURRENCY", "1")
