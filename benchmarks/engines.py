"""Engines against eager PyTorch on one megapixel of SR, in one interleaved run, and what fewer bits cost.

    python benchmarks/engines.py                          # time: medians of A B C A B C ..., wall and processor
    python benchmarks/engines.py --loss default-x4 --data benchmarks/ --sets Set5,Set14     # PSNR instead
    ONEDNN_MAX_CPU_ISA=AVX512_CORE_VNNI python benchmarks/engines.py            # as on a machine without AMX

Ratios carry over to other machines of the same kind, seconds do not. The share of the peak is the network's arithmetic
(`acutance models`) by the time of the processor, over what a large matrix product of PyTorch's reaches in the same run:
in 32 bits for 32 and int8, in bf16 for 16. docs/results/engines.md holds what was measured.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import torch

WAYS = [
    *(("torch", "32"), ("torch", "16"), ("onnxruntime", "32"), ("openvino", "32"), ("openvino", "16")),
    *(("onnxruntime", "int8"), ("openvino", "int8")),
]
SIDE, PRODUCT = 250, 2048
LIBRARIES = ("torch", "openvino", "onnxruntime")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", default="default-x4")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--loss", nargs="*", help="networks whose PSNR is taken instead of times")
    parser.add_argument("--data", type=Path, help="folder of the sets for --loss")
    parser.add_argument("--sets", default="Set5,Set14")
    given = parser.parse_args()
    print(_machine(), flush=True)
    if given.loss:
        for name in given.loss:
            _print_losses(name, given.data, given.sets)
    else:
        _print_times(given.network, given.rounds)


def _machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    flags = next((line for line in _lines("/proc/cpuinfo") if line.startswith("flags")), "").split()
    units = [flag for flag in ("avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8") if flag in flags]
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    limit = os.environ.get("ONEDNN_MAX_CPU_ISA", "all it has")
    return (
        f"{model} ({', '.join(units)}; used: {limit}), {torch.get_num_threads()} of {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {versions}, {datetime.now(UTC):%Y-%m-%d}, load {os.getloadavg()[0]:.1f}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def _print_times(name: str, rounds: int) -> None:
    import acutance
    from acutance.catalogue import designs
    from acutance.engines import Way, run_network
    from acutance.errors import AcutanceError

    network = acutance.load(name)
    lr = torch.rand(1, 3, SIDE, SIDE)
    left, right = torch.rand(2, PRODUCT, PRODUCT)
    timed: dict[str, Callable[[], object]] = {"eager": lambda: network(lr)}
    for engine, precision in WAYS:
        try:
            runner = run_network(network, torch.device("cpu"), Way(engine, precision))
        except AcutanceError as error:
            print(f"{engine} {precision}: {error}", file=sys.stderr)
            continue
        timed[f"{engine} {precision}"] = lambda runner=runner: runner(lr)
    halves = left.bfloat16(), right.bfloat16()
    timed |= {"product 32": lambda: left @ right, "product 16": lambda: halves[0] @ halves[1]}
    wall, processor = _interleaved(timed, rounds)
    adds = next(each for each in designs(network.scale) if each.name == network.name).multiply_adds_per_sr_pixel
    work = 2 * adds * (SIDE * network.scale) ** 2
    print("| engine, precision | wall | processor | eager / it, wall | eager / it, processor | share of the peak |")
    print("|---|---|---|---|---|---|")
    for way in timed:
        if way.startswith("product"):
            continue
        peak = 2 * PRODUCT**3 / processor["product 16" if way.endswith("16") else "product 32"]
        print(
            f"| {way} | {wall[way]:.2f} s | {processor[way]:.2f} s | {wall['eager'] / wall[way]:.2f} | "
            f"{processor['eager'] / processor[way]:.2f} | {work / processor[way] / peak:.0%} |"
        )
    print(*(f"{way}: {2 * PRODUCT**3 / processor[way] / 1e9:.0f} GFLOP/s of a core" for way in timed if "pro" in way))


def _interleaved(timed: dict[str, Callable[[], object]], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return the medians of wall time and of the processor's, after two rounds that do not count."""
    wall: dict[str, list[float]] = {way: [] for way in timed}
    processor: dict[str, list[float]] = {way: [] for way in timed}
    with torch.inference_mode():
        for number in range(-2, rounds):
            for way, run in timed.items():
                began = time.perf_counter(), time.process_time()
                run()
                if number >= 0:
                    wall[way].append(time.perf_counter() - began[0])
                    processor[way].append(time.process_time() - began[1])
    return {way: median(each) for way, each in wall.items()}, {way: median(each) for way, each in processor.items()}


def _print_losses(name: str, data: Path | None, sets: str) -> None:
    import acutance
    from acutance.errors import AcutanceError

    exact: dict[str, float] = {}
    for engine, precision in WAYS:
        try:
            scored = acutance.evaluate(
                name, data=data, sets=sets, metrics="psnr", engine=engine, precision=precision, device="cpu"
            )
        except AcutanceError as error:
            print(f"{engine} {precision}: {error}", file=sys.stderr)
            continue
        found = {each: scored[each]["psnr"] for each in sets.split(",")}
        exact = exact or found
        cells = [f"{found[each]:.4f} ({found[each] - exact[each]:+.4f})" for each in found]
        print(f"| {name} | {engine} {precision} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
