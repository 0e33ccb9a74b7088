"""L1 against L1 + PCL where pictures are restored rather than enlarged, and RLFN on degraded pictures.

    python studies/tasks.py --data DIR --out runs/tasks

Noise, JPEG and blur, three seeds each, are what the same `acutance compare` does, with a filter over L1's pictures
beside it. L1 alone against noise is scored on all of CBSD68, and the training on degraded pictures is second_order.py.
Begun again, all goes on where it was interrupted, with --task from that on. The results go to studies/results/tasks/,
of which `make results` makes docs/results/tasks.md. DIR holds CID22/ to train on, Set5/, B100/ and GB82/ to test on,
and weights/ for LPIPS.
"""

import argparse
from pathlib import Path

import second_order

import acutance
from acutance.comparison.comparison import Comparison
from acutance.files import write_json
from acutance.run_folder import RunId
from acutance.scores import Results

LEARNED, WHOLE = "second-order", "cbsd68"
FILTER = "filter@factor=1.1"


def recipes(control: str) -> tuple[str, ...]:
    """Return L1 alone, PCL at the paper's alpha and at three tenths of L1's gradient, and the filter."""
    return control, f"{control}_pcl", f"{control}_pcl@share=0.3", FILTER


TASKS = {
    "denoise": recipes("denoise:edsr_light_25"),
    WHOLE: (),
    LEARNED: (),
    "jpeg": recipes("jpeg:edsr_light_10"),
    "deblur": recipes("deblur:edsr_light"),
}
RESULTS = Path(__file__).parent / "results" / "tasks"


def main() -> None:
    """Do each, from the one that is named on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", choices=TASKS, default="denoise", help="the first; those behind it follow")
    parser.add_argument("--steps", type=int, default=70)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--patch", type=int, default=48)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    for task in [*TASKS][[*TASKS].index(asked.task) :]:
        if task == LEARNED:
            second_order.learn(asked.data, asked.out / task)
        elif task == WHOLE:
            print(scored(asked), flush=True)
        else:
            print(compared(task, asked), flush=True)


def scored(asked: argparse.Namespace) -> Results:
    """Score the first denoiser by L1 alone on all of CBSD68."""
    run = RunId(TASKS["denoise"][0], 1)
    found = acutance.evaluate(
        run.folder(asked.out / "denoise"), data=asked.data, sets="CBSD68", degraded="noise:25", protocol="restoration",
        metrics="psnr_rgb,ssim", device="cpu",
    )  # fmt: skip
    called = f"{run.recipe}, seed {run.seed}, {asked.steps} steps"
    write_json(RESULTS / f"{WHOLE}.json", {**found.to_json(), "network": called})
    return found


def compared(task: str, asked: argparse.Namespace) -> Comparison:
    """Compare the recipes of a task."""
    return acutance.compare(
        TASKS[task], data=asked.data / "CID22", test=asked.data, sets="Set5", protocol="restoration",
        metrics="psnr_rgb,ssim,lpips_squeeze", weights=asked.data / "weights", seeds=3, steps=asked.steps,
        batch=asked.batch, patch=asked.patch, device="cpu", precision="bf16-mixed", out=asked.out / task,
        json=RESULTS / f"{task}.json",
    )  # fmt: skip


if __name__ == "__main__":
    main()
