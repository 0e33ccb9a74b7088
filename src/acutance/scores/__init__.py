"""Pictures of test sets, scored one by one: what takes the scores, the values that come out, and these in words.

- `Results`, of a network: a `SetResult` by the name of each set; `merge` joins those of several sets.
- `benchmark` scores an `Upscaler`, any function of an LR picture; `bicubic_upscaler` is the baseline of every table.
- `candidate` makes upscalers of networks, `measuring` scorers of protocols and metrics.
- `pool` scores several networks on several sets, in processes of their own where that is asked for.
- `score_rows` and `wording` say how scores are written; `significance` what differences between seeds are worth.
"""

from acutance.scores.benchmark import benchmark, bicubic_upscaler
from acutance.scores.results import Published, Results, SetResult, merge
from acutance.scores.scorer import Upscaler

__all__ = ["Published", "Results", "SetResult", "Upscaler", "benchmark", "bicubic_upscaler", "merge"]
