"""What some readings of PCL-SR change: the gradient of the contrastive loss at SR, under one reading and under another.

    python studies/deviations.py PICTURES... --json deviations.json

An embedding network learns for --steps steps from what the light EDSR that ships makes of the pictures, and HR. Then
each reading's gradient is taken on the same --batches batches. Told are the cosine of two gradients over all pixels,
the ratio of their norms, and both losses; and the same for one reading with other random samples. How the readings
differ stands in docs/papers/pcl.md.
"""

import argparse
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import torch
from torch.nn.functional import interpolate

import acutance
from acutance.data import HIGH_ALONE, PatchStream, Store
from acutance.degrade import Bicubic
from acutance.files import write_json
from acutance.losses import Contrastive
from acutance.losses import samples as drawing
from acutance.losses.samples import Samples
from acutance.types import Batch, Prediction

CPU = torch.device("cpu")
PAPER = Samples()
WITH_LR = replace(PAPER, negatives=3, with_lr=True)


def by_centres(lr: torch.Tensor, hr: torch.Tensor) -> torch.Tensor:
    """Enlarge LR so that it lies where HR does."""
    return interpolate(lr, size=hr.shape[-2:], mode="bicubic", align_corners=False).clamp(0, 1)


def gradient(
    loss: Contrastive, samples: Samples, sr: torch.Tensor, batch: Batch, seed: int
) -> tuple[float, torch.Tensor]:
    """Return the loss of a reading and its gradient at SR."""
    loss.samples = samples
    loss.generator.numbers.manual_seed(seed)
    image = sr.detach().requires_grad_()
    value = loss(Prediction(image), batch)
    value.backward()
    return float(value), image.grad


def compared(one: tuple[float, torch.Tensor], other: tuple[float, torch.Tensor]) -> dict[str, float]:
    """Return how two gradients lie to each other."""
    (first, a), (second, b) = one, other
    cosine = torch.nn.functional.cosine_similarity(a.flatten(), b.flatten(), dim=0)
    return {"cosine": float(cosine), "norm ratio": float(b.norm() / a.norm()), "loss": first, "other loss": second}


def psnr(image: torch.Tensor, hr: torch.Tensor) -> float:
    """Return PSNR in dB of images in [0, 1]."""
    return float(-10 * (image - hr).square().mean().log10())


def measure(data: list[Path], steps: int, batches: int) -> dict[str, dict[str, float]]:
    """Return the mean over the batches of what each pair of readings says."""
    torch.manual_seed(1)
    network, loss = acutance.load("edsr-light-x4").eval(), Contrastive()
    optimizer = torch.optim.Adam(loss.critic.parameters(), lr=1e-4)
    with TemporaryDirectory() as cache:
        store = Store.open(data, cache=Path(cache), degradation=Bicubic(4), minimum=96, declared=HIGH_ALONE)
        stream = PatchStream(store, patch=96, batch=8, seed=1)
        for step in range(steps):
            batch = stream.batch_at(step, CPU)
            with torch.no_grad():
                sr = network(batch.lr)
            optimizer.zero_grad()
            taught = loss.critic_loss(Prediction(sr), batch)
            taught.backward()
            optimizer.step()
        found: dict[str, list[dict[str, float]]] = {}
        for number in range(batches):
            batch = stream.batch_at(steps + number, CPU)
            with torch.no_grad():
                sr = network(batch.lr)
            for name, told in readings(loss, optimizer, sr, batch).items():
                found.setdefault(name, []).append(told)
    means = {name: {key: fmean(each[key] for each in told) for key in told[0]} for name, told in found.items()}
    return {"the embedding network": {"steps": steps, "last loss": float(taught)}, **means}


def readings(
    loss: Contrastive, optimizer: torch.optim.Adam, sr: torch.Tensor, batch: Batch
) -> dict[str, dict[str, float]]:
    """Return each pair of readings on a batch."""
    ours = gradient(loss, PAPER, sr, batch, 1)
    aligned = gradient(loss, WITH_LR, sr, batch, 1)
    with_corners, drawing.enlarge = drawing.enlarge, by_centres
    centred = gradient(loss, WITH_LR, sr, batch, 1)
    drawing.enlarge = with_corners
    after = deepcopy(loss)
    again = torch.optim.Adam(after.critic.parameters(), lr=1e-4)
    again.load_state_dict(optimizer.state_dict())
    again.zero_grad()
    after.critic_loss(Prediction(sr), batch).backward()
    again.step()
    return {
        "other samples": compared(ours, gradient(loss, PAPER, sr, batch, 2)),
        "LR by its centres, by aligned corners": compared(centred, aligned),
        "no LR, LR by its centres": compared(ours, centred),
        "HR a fifth positive, HR one of four": compared(
            ours, gradient(loss, replace(PAPER, positives=3), sr, batch, 1)
        ),
        "E_D of the step before, E_D updated": compared(ours, gradient(after, PAPER, sr, batch, 1)),
        "enlarged LR, dB": {
            "by its centres": psnr(by_centres(batch.lr, batch.hr), batch.hr),
            "by aligned corners": psnr(with_corners(batch.lr, batch.hr), batch.hr),
        },
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--batches", type=int, default=8)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = measure(asked.data, asked.steps, asked.batches)
    for name, told in found.items():
        print(name, {key: round(value, 4) for key, value in told.items()})
    if asked.json is not None:
        write_json(asked.json, found)


if __name__ == "__main__":
    main()
