"""Teaches an embedding network to tell HR from what a finished network makes of LR, while that network stands still.

    python studies/taught.py --network rlfn_x4.pth --data CLIC2025_valid --data CID22 --data GB82 \\
        --steps 500 --seed 90 --out embedding.safetensors

The wavelet is at a random phase. Prints the embedding network's loss beside chance, and writes it as --embedding takes
it, with the loss of its last fifty steps in the header.
"""

import argparse
import math
from pathlib import Path
from statistics import fmean

import torch
from apart import haar_apart

from acutance import checkpoints, critics
from acutance.data import PatchStream, Store
from acutance.degrade import Bicubic
from acutance.losses import Contrastive
from acutance.types import Prediction

LAST = 50


def main() -> None:
    """Teach it, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", required=True)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--patch", type=int, default=96)
    parser.add_argument("--seed", type=int, default=90)
    parser.add_argument("--phase", default="random")
    parser.add_argument("--apart", action="store_true", help="it sees the phases of the pixel shuffle apart (apart.py)")
    parser.add_argument("--init", type=Path, help="an embedding network to go on from")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    network = checkpoints.load(asked.network)
    critic = critics.EmbeddingNetwork(haar_apart if asked.apart else "haar")
    loss = Contrastive(critic, phase="fixed" if asked.apart else asked.phase, seed=asked.seed)
    if asked.init is not None:
        critic.load_state_dict(critics.load(asked.init, haar_apart if asked.apart else None).state_dict())
    loss.critic.train()
    adam = torch.optim.Adam(loss.critic.parameters(), lr=1e-4)
    store = Store.open(asked.data, cache=asked.store, degradation=Bicubic(network.scale), minimum=asked.patch)
    stream = PatchStream(store, patch=asked.patch, batch=asked.batch, seed=asked.seed)
    chance, values = 2 * math.log(1 + 16 * asked.batch), []
    for step in range(asked.steps):
        batch = stream.batch_at(step, device="cpu")
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                sr = network.predict(batch.lr).sr.float()
            value = loss.critic_loss(Prediction(sr), batch)
        adam.zero_grad()
        value.backward()
        adam.step()
        values.append(float(value.detach()))
        if (step + 1) % LAST == 0:
            print(f"step {step + 1}: loss {fmean(values[-LAST:]):.3f}, chance {chance:.3f}", flush=True)
    card = {"steps": asked.steps, "seed": asked.seed, "loss": fmean(values[-LAST:]), "chance": chance}
    critics.save(asked.out, loss.critic.eval(), card)


if __name__ == "__main__":
    main()
