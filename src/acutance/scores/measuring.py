"""What takes the scores: a protocol with the metrics that are asked for, and the files that these rest on."""

from collections.abc import Sequence
from pathlib import Path

from acutance.errors import RequestError, unknown
from acutance.files import sha256
from acutance.metrics import PROTOCOLS, Protocol, Scorer, conventions
from acutance.scores.scorer import Score

LPIPS_OF = {"spsr": "alex"}
"""Whose features "lpips" means under a protocol that says so; SqueezeNet's under others, as they are small."""
EVERY = "every convention"
"""What results say in place of a protocol where they were scored in every way there is."""
CONVENTIONS = (
    "Y is that of BT.601; border: pixels left out on every side; shrunk first: as ssim.m does. Protocol pcl is Y with "
    "the scale's border; spsr is Y rounded, border 4, its SSIM shrunk first."
)


def find_protocol(name: str) -> Protocol:
    """Return the protocol of this name; raise RequestError where there is none."""
    if name not in PROTOCOLS:
        raise unknown("protocol", name, PROTOCOLS)
    return PROTOCOLS[name]


def make_scorer(protocol: str, metrics: str | Sequence[str], weights: Path | None) -> Scorer:
    """Return what scores by a protocol.

    Args:
        protocol: its name.
        metrics: names, as "psnr,ssim" or one by one; "lpips" is that of the protocol.
        weights: the folder of the files that metrics need; that of ACUTANCE_WEIGHTS by default.

    Raises:
        RequestError: a name is unknown, or a file that a metric needs is not there.
    """
    given = metrics.split(",") if isinstance(metrics, str) else metrics
    names = [name.strip() for name in given if name.strip()]
    if not names:
        raise RequestError("name at least one metric with --metrics.")
    return find_protocol(protocol).scorer(names, weights=weights, backbone=LPIPS_OF.get(protocol, "squeeze"))


def score_every_way() -> Score:
    """Return what scores pictures under every convention, by `acutance.metrics.conventions`."""
    return lambda sr, hr, scale, _lr: conventions(sr, hr, scale)


def weights_of(scorer: Scorer, folder: Path | None) -> dict[str, str]:
    """Return the SHA-256 of each file of weights that the scorer's metrics rest on, by its name."""
    return {path.name: sha256(path) for metric in scorer.metrics for path in metric.weights(folder)}
