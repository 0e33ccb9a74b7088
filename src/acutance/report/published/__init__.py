"""The tables of the two papers, as printed, and which of their rows belong beside a network.

PCL: Wu et al. 2023, "A Practical Contrastive Learning Framework for Single-Image Super-Resolution", its row of SwinIR
read from the picture of the table in the authors' repository. SPSR: Ma et al. 2021, "Structure-Preserving Image
Super-Resolution". All at x4. Ablations, and PCL's NIQE and LPIPS, of which no one knows how they were taken, stand
beside what `acutance reproduce` made of them, and beside no other network.

Beside networks that restore: colour denoising on CBSD68 by FFDNet (Zhang et al. 2018) and DRUNet (Zhang et al. 2021),
as the page of DRUNet's code prints them, SwinIR (Liang et al. 2021), as its own does, SwinIR and Restormer (Zamir et
al. 2022) as OpenMMLab measured the converted weights (configs/*/README.md of MMagic), CBM3D and CDnCNN-B (Zhang et al.
2017) as the page of a copy in TensorFlow quotes them (Shakarim94/CDnCNN-B-tensorflow); what could not be read there is
left out. Their noise is neither rounded nor clipped, and ours is.
"""

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

from acutance.scores.results import Published

TABLES = {
    "pcl_table2_benchmarks.csv": "PCL, Table II",
    "pcl_table5_fixed_embedding.csv": "PCL, Table V",
    "spsr_table1_benchmarks.csv": "SPSR, Table I",
    "spsr_table5_sampling.csv": "SPSR, Table V",
    "spsr_table6_nse_choice.csv": "SPSR, Table VI",
    "spsr_table7_other_archs.csv": "SPSR, Table VII",
    "restoration_denoising.csv": "as printed",
}
"""What each file is that belongs beside a network; its name begins with the protocol of its numbers."""
SETS = {"BSD100": "B100"}
"""Our names for sets that a paper calls otherwise."""
METRICS = {"RGB": "psnr_rgb", "PSNR": "psnr", "SSIM": "ssim", "LPIPS": "lpips_alex", "NIQE": "niqe"}
"""SPSR's LPIPS is v0.1 with AlexNet; PCL does not say what its LPIPS is, and is read the same way."""
SCALE = 4
RESTORED = 1
"""The scale of the rows of `restoration`, which stand beside every network that restores."""
ROWS = {
    "bicubic": ("Bicubic",),
    "edsr-s": ("EDSR-S", "EDSR-S+PCL", "EDSR-S+PCL-F", "EDSR", "EDSR-GAN", "EDSR-G", "EDSR-P"),
    "edsr-l": ("EDSR-L", "EDSR-L+PCL"),
    "rcan": ("RCAN", "RCAN+PCL"),
    "han": ("HAN", "HAN+PCL"),
    "nlsn": ("NLSN", "NLSN+PCL"),
    "swinir": ("SwinIR",),
    "rrdb": ("RRDB", "ESRGAN"),
    "srresnet": ("SRResNet", "SRResNet-GAN", "SRResNet-G", "SRResNet-P"),
    "spsr": ("SPSR-G", "SPSR-J", "SPSR-P"),
}
"""The rows of each network, by its name in `networks.NETWORKS`; EDSR in SPSR's Table VII is the small one."""


def rows(network: str, scale: int, protocol: str, sets: Sequence[str] = ()) -> list[Published]:
    """Return the published rows of a network (a name in `networks.NETWORKS`, "bicubic", or that of a row itself).

    There are none where scale or protocol are not those of a table, as the numbers cannot be compared then; of those
    that restore, none without one of `sets`.
    """
    if scale == RESTORED:
        restoring = [row for row in _all() if row.scale == RESTORED and row.protocol == protocol]
        return [row for row in restoring if row.sets.keys() & {*sets}]
    if scale != SCALE:
        return []
    known = {row.name.casefold(): row for row in reversed(_all()) if row.protocol == protocol and row.scale == scale}
    wanted = ROWS.get(network.casefold(), (network,))
    return [known[name.casefold()] for name in wanted if name.casefold() in known]


@cache
def table(file: str) -> dict[str, Published]:
    """Return all rows of a file here, by their names; lines of gains are left out."""
    found = _table(file, TABLES.get(file, file))
    return {row.name: row for row in found if not row.name.endswith(" Gains")}


@cache
def _all() -> tuple[Published, ...]:
    return tuple(row for file, table in TABLES.items() for row in _table(file, table))


def _table(file: str, table: str) -> Iterator[Published]:
    lines = resources.files(__name__).joinpath(file).read_text(encoding="utf-8").splitlines()
    cells: dict[str, dict[str, dict[str, float]]] = {}
    for name, place, metric, value in _cells(csv.DictReader(lines)):
        cells.setdefault(name, {}).setdefault(SETS.get(place, place), {})[METRICS[metric]] = float(value)
    for name, sets in cells.items():
        protocol = file.split("_")[0]
        yield Published(name, table, protocol, RESTORED if protocol == "restoration" else SCALE, sets)


def _cells(table: "csv.DictReader[str]") -> Iterator[tuple[str, str, str, str]]:
    """Yield (row, set, metric, value) of a table with a method a line, as PCL's, or a set and metric a line."""
    for line in table:
        if "method" in line:
            name = line.pop("method")
            for key in (key for key, value in line.items() if value):  # what was not read is left empty
                place, metric = key.split("_")
                yield name, place, metric, line[key]
        else:
            place, metric = line.pop("Dataset"), line.pop("Metric")
            yield from ((name, place, metric, value) for name, value in line.items())
