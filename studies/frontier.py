"""PCL's frontier on RLFN's released weights, beside trivial controls: the runs, one after the other.

    python studies/frontier.py --data DIR --weights rlfn_x4.pth --embedding embedding.safetensors --out runs/frontier

It trains what the same `acutance compare` would, into the folders in which that looks for finished runs, a seed of all
methods first; so an interruption leaves whole pairs. `acutance compare` with the command in docs/log.md scores them and
makes the tables. The embedding network is one of studies/taught.py.
"""

import argparse
from pathlib import Path

import acutance
from acutance.run_folder import RunId

FOLDERS = ("CLIC2025_valid", "CID22", "GB82", "CID22_more", "CLIC2025_test")
CONTROL = "pixel:rlfn_finetune"
PHASE, PULL = "pcl:rlfn_finetune_phase", "pcl:rlfn_finetune_pull"
RANDOM, FROZEN = "control:rlfn_finetune_random_embedding_phase", "control:rlfn_finetune_frozen_embedding_phase"
GRADIENT, SHARPENED = "control:rlfn_finetune_gradient_pixel", "control:rlfn_finetune_sharpened_targets"
SEEDS = (1, 2, 3)


def runs() -> list[RunId]:
    """Return the runs, those that matter most first."""
    first = [RunId(CONTROL, 1), *(RunId(f"{method}@share=1", 1) for method in (PHASE, PULL, RANDOM))]
    paired = [CONTROL, f"{PHASE}@share=1", f"{RANDOM}@share=1"]
    lines = [f"{method}@share=1" for method in (GRADIENT, SHARPENED)]
    stages = [(paired, SEEDS[1:]), (lines, SEEDS), ([f"{PHASE}@share=3"], SEEDS), ([f"{PULL}@share=1"], SEEDS[1:])]
    rest = [f"{GRADIENT}@share=3", f"{SHARPENED}@share=3", f"{RANDOM}@share=3", f"{FROZEN}@share=1"]
    stages += [(rest, SEEDS), ([f"{method}@share=0.3" for method in (PHASE, RANDOM, GRADIENT)], SEEDS)]
    return [*first, *(RunId(method, seed) for methods, seeds in stages for seed in seeds for method in methods)]


def main() -> None:
    """Train them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--embedding", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--patch", type=int, default=64)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    for run in runs():
        taken = run.recipe.startswith("pcl:") or "frozen" in run.recipe
        acutance.train(
            run.recipe, data=[asked.data / name for name in FOLDERS], out=run.folder(asked.out), seed=run.seed,
            steps=asked.steps, batch=asked.batch, patch=asked.patch, init=asked.weights, resume=True,
            embedding=asked.embedding if taken else None, cache=asked.out / "store", device="cpu",
            precision="bf16-mixed", on_nan="stop",
        )  # fmt: skip
        print(f"{run.label} is done.", flush=True)


if __name__ == "__main__":
    main()
