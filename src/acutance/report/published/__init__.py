"""The tables of the two papers, as printed, and which of their rows belong beside a network.

PCL: Wu et al. 2023, "A Practical Contrastive Learning Framework for Single-Image Super-Resolution", its row of SwinIR
read from the picture of the table in the authors' repository. SPSR: Ma et al. 2021, "Structure-Preserving Image
Super-Resolution". All at x4. PCL's tables of NIQE and LPIPS are not here, as no one knows how these were taken.
"""

import csv
from collections.abc import Iterator
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
}
"""What each file is; its name begins with the protocol of its numbers."""
SETS = {"BSD100": "B100"}
"""Our names for sets that a paper calls otherwise."""
METRICS = {"PSNR": "psnr", "SSIM": "ssim", "LPIPS": "lpips_alex"}
"""SPSR's LPIPS is v0.1 with AlexNet."""
SCALE = 4
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


def rows(network: str, scale: int, protocol: str) -> list[Published]:
    """Return the published rows of a network (a name in `networks.NETWORKS`, "bicubic", or that of a row itself).

    There are none where scale or protocol are not those of a table, as the numbers cannot be compared then.
    """
    if scale != SCALE:
        return []
    known = {row.name.casefold(): row for row in reversed(_all()) if row.protocol == protocol}
    wanted = ROWS.get(network.casefold(), (network,))
    return [known[name.casefold()] for name in wanted if name.casefold() in known]


@cache
def _all() -> tuple[Published, ...]:
    return tuple(row for file, table in TABLES.items() for row in _table(file, table))


def _table(file: str, table: str) -> Iterator[Published]:
    lines = resources.files(__name__).joinpath(file).read_text(encoding="utf-8").splitlines()
    cells: dict[str, dict[str, dict[str, float]]] = {}
    for name, place, metric, value in _cells(csv.DictReader(lines)):
        cells.setdefault(name, {}).setdefault(SETS.get(place, place), {})[METRICS[metric]] = float(value)
    for name, sets in cells.items():
        yield Published(name, table, file.split("_")[0], SCALE, sets)


def _cells(table: "csv.DictReader[str]") -> Iterator[tuple[str, str, str, str]]:
    """Yield (row, set, metric, value) of a table with a method a line, as PCL's, or a set and metric a line."""
    for line in table:
        if "method" in line:
            name = line.pop("method")
            for key, value in line.items():
                place, metric = key.split("_")
                yield name, place, metric, value
        else:
            place, metric = line.pop("Dataset"), line.pop("Metric")
            yield from ((name, place, metric, value) for name, value in line.items())
