"""One line on standard error about pictures that were left out."""

import os
import sys
from collections.abc import Sequence

NAMED_AT_MOST = 10


def left_out(reasons: Sequence[str]) -> None:
    """Name the pictures left out, each with its reason, in one line; only the first process of a machine speaks."""
    if not reasons or os.environ.get("LOCAL_RANK", "0") != "0":
        return
    named = list(reasons[:NAMED_AT_MOST])
    if len(reasons) > NAMED_AT_MOST:
        named.append(f"and {len(reasons) - NAMED_AT_MOST} more")
    print(f"left out {len(reasons)} of the pictures: {'; '.join(named)}.", file=sys.stderr, flush=True)
