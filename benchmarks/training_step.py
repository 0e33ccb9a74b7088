"""What a PCL step costs beside an L1 step, and which part of it takes how long.

EDSR-S x4, batch 16, LR patch 48, K = 4, one thread: user CPU seconds, as the clock of a shared machine says little, in
rounds of one step each (A B C A B C), medians. BATCH, ROUNDS and PRECISIONS change that; BEFORE=DIR/src takes PCL steps
of another version of the package too, from there. Prints a table in Markdown; docs/results/step.md keeps one.

The released schedule of forwards is the whole critic in training mode, once for SR and once for every sample, each
compared with SR on its own.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

BATCH, ROUNDS = int(os.environ.get("BATCH", "16")), int(os.environ.get("ROUNDS", "3"))
PRECISIONS = os.environ.get("PRECISIONS", "32-true bf16-mixed").split()
BEFORE = os.environ.get("BEFORE")
PATCH = 192
Step = Callable[[], object]


def main() -> None:
    """Print both tables of each precision, and the peak memory of one step."""
    torch.set_num_threads(1)
    for precision in PRECISIONS:
        steps = {"L1": ours("L1", precision), "PCL": ours("PCL", precision), "released": ours("released", precision)}
        if BEFORE:
            steps["PCL before"] = before(precision)
        steps |= parts(precision)
        seconds = interleaved(steps)
        print(f"\n{precision}, torch {torch.__version__}, batch {BATCH}, {ROUNDS} rounds\n\n| | CPU s | L1 steps |")
        print("|---|---|---|")
        for name, value in seconds.items():
            print(f"| {name} | {value:.2f} | {value / seconds['L1']:.2f} |", flush=True)
    print("\n| one step | peak memory, GiB |\n|---|---|")
    for case in ("L1", "PCL", "released", *(["PCL before"] if BEFORE else [])):
        found = subprocess.run([sys.executable, __file__, case], capture_output=True, text=True, check=True)
        print(f"| {case} | {float(found.stdout.split()[-1]):.2f} |", flush=True)
    print(f"\nArithmetic of a step, TFLOP: {operations()}")


def interleaved(steps: dict[str, Step]) -> dict[str, float]:
    """Return the median user CPU seconds of each, in rounds of one each."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            started = os.times().user
            step()
            times[name].append(os.times().user - started)
    return {name: median(taken) for name, taken in times.items()}


def trainer(objective: str, precision: str) -> tuple[Any, Any, Any]:
    """Return a trainer, its batch, and the context of its precision."""
    from acutance.recipes import pcl, pixel
    from acutance.training.machine import Machine
    from acutance.training.trainer import Trainer
    from acutance.types import Batch

    torch.manual_seed(0)
    fabric = Machine("cpu", precision=precision).launch()
    experiment = pixel.edsr_s() if objective == "L1" else pcl.edsr_s()
    if objective == "released":
        experiment = pcl.with_pcl(pixel.edsr_s(), contrastive=released())
    batch = Batch(torch.rand(BATCH, 3, PATCH // 4, PATCH // 4), torch.rand(BATCH, 3, PATCH, PATCH))
    return Trainer(experiment, fabric), batch, fabric.autocast


def ours(objective: str, precision: str) -> Step:
    """Return what takes a step."""
    learning, batch, autocast = trainer(objective, precision)

    def step() -> None:
        with autocast():
            learning.step(batch)

    return step


def before(precision: str) -> Step:
    """Return what takes a PCL step of the version in BEFORE, loaded beside this one."""
    assert BEFORE
    own = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "acutance"}
    sys.path.insert(0, BEFORE)
    step = ours("PCL", precision)
    sys.path.remove(BEFORE)
    for name in [name for name in sys.modules if name.split(".")[0] == "acutance"]:
        del sys.modules[name]
    sys.modules.update(own)
    return step


def released() -> Any:
    """Return the contrastive term with the forwards of the released code, and a gradient."""
    from acutance.critics import frozen
    from acutance.losses import Contrastive, info_nce, pixelwise_cosine

    class Released(Contrastive):
        def forward(self, prediction: Any, batch: Any) -> Tensor:
            near, far = self.samples.draw(batch, self.generator.numbers)
            with frozen(self.critic, batch_statistics=True):
                sr = self.critic(prediction.sr).features
                with torch.no_grad():
                    samples = [self.critic(sample).features for sample in (*near, *far)]
            alike = [torch.stack([pixelwise_cosine(sr[i], each[i]) for each in samples]) for i in range(4)]
            losses = [info_nce(one, layer[len(near) :].T) for layer in alike for one in layer[: len(near)]]
            return torch.stack(losses).mean()

    return Released()


def parts(precision: str) -> dict[str, Step]:
    """Return the parts of a PCL step, each on the whole batch, an image with its samples at a time."""
    from acutance.losses.info_nce import contrast, embed_samples
    from acutance.types import Prediction

    learning, batch, autocast = trainer("PCL", precision)
    loss, critic, network = learning.objective["contrastive"].loss, learning.critics["contrastive"], learning.network
    kept: dict[str, Any] = {}

    def forward_backward() -> None:
        with autocast():
            kept["sr"] = learning.predict(batch.lr).sr
            (kept["sr"] - batch.hr).abs().mean().backward()
        kept["sr"] = kept["sr"].detach()

    def samples() -> None:
        kept["samples"] = torch.cat(loss.samples.draw(batch, loss.generator.numbers))

    def each_image(work: Callable[[int], object]) -> Step:
        def step() -> None:
            with autocast():
                kept["embed"] = loss.critic.measuring(loss.embedding.layers)
                for i in range(BATCH):
                    work(i)

        return step

    def embed_those(i: int) -> None:
        features = embed_samples(kept["embed"], kept["samples"][:, i : i + 1], 64)
        kept["features"] = features if i == 0 else kept["features"]

    def embed_sr(i: int) -> None:
        image = kept["sr"][i : i + 1].detach().requires_grad_()
        kept["anchors"] = kept["embed"](image)
        torch.autograd.grad(kept["anchors"], image, kept["anchors"])

    def compare(_: int) -> None:
        anchors = [each.detach().requires_grad_() for each in kept["anchors"]]
        torch.autograd.grad(contrast(anchors, kept["features"], 5), anchors)

    def critic_update() -> None:
        with autocast():
            loss.critic_loss(Prediction(kept["sr"]), batch).backward()

    def optimisers() -> None:
        critic.optimizer.step()
        network.optimizer.step()

    return {
        "network, forward and backward": forward_backward,
        "drawing the samples": samples,
        "embedding of the samples": each_image(embed_those),
        "embedding of SR and its backward": each_image(embed_sr),
        "similarities and their backward": each_image(compare),
        "update of the critic": critic_update,
        "both optimizers": optimisers,
        "copies for an undo": learning.undo.keep,
    }


def operations() -> dict[str, float]:
    """Return the arithmetic of each part, counted on one image."""
    from acutance.critics import EmbeddingNetwork
    from acutance.recipes import pixel

    image, lr = torch.rand(1, 3, PATCH, PATCH), torch.rand(1, 3, PATCH // 4, PATCH // 4)
    critic, network = EmbeddingNetwork(), pixel.edsr_s().network

    def of_sr() -> None:
        features = critic.embed(image.requires_grad_(), range(4))
        torch.stack([each.sum() for each in features]).sum().backward()

    counted = {
        "network": lambda: network(lr).sum().backward(),
        "samples": lambda: [critic.embed(image, range(4)) for _ in range(9)],
        "SR": of_sr,
        "critic": lambda: [critic(image.detach()).logits.sum().backward() for _ in range(2)],
    }
    found = {}
    for name, work in counted.items():
        critic.requires_grad_(name == "critic")
        with FlopCounterMode(display=False) as counter:
            work()
        found[name] = round(BATCH * counter.get_total_flops() / 1e12, 4)
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        torch.set_num_threads(1)
        (before if sys.argv[1] == "PCL before" else lambda precision: ours(sys.argv[1], precision))(PRECISIONS[0])()
        status = Path("/proc/self/status").read_text()  # getrusage counts the process that started this one, too
        print(int(status.split("VmHWM:")[1].split()[0]) / 2**20)
    else:
        main()
