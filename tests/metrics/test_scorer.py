"""A choice of metrics: named, checked before there is a picture, and equal to the functions themselves."""

from pathlib import Path

import numpy as np
import pytest

from acutance import metrics
from acutance.errors import RequestError
from acutance.metrics import METRICS, PROTOCOLS, full_names

PLAIN = ("psnr", "ssim", "psnr_rgb", "lr_psnr", "gradient_rmse", "spectrum")


def pair(golden: Path) -> tuple[np.ndarray, np.ndarray]:
    stored = np.load(golden / "spsr/psnr_ssim.npz")
    return stored["sr_uint8_crop"], stored["hr_uint8_crop"]


def test_values_are_those_of_the_functions(golden: Path) -> None:
    sr, hr = pair(golden)
    lr = hr[2::4, 2::4]
    assert PROTOCOLS["spsr"].scorer(PLAIN)(sr, hr, 4, lr) == {
        "psnr": metrics.psnr(sr, hr, border=4, luma_rounded=True),
        "ssim": metrics.ssim(sr, hr, border=4, luma_rounded=True, auto_downsample=True),
        "psnr_rgb": metrics.psnr_rgb(sr, hr, border=4),
        "lr_psnr": metrics.lr_psnr(sr, lr, scale=4),
        "gradient_rmse": metrics.gradient_rmse(sr, hr, border=4),
        "spectrum": metrics.spectrum(sr, hr, border=4),
    }


def test_original_is_cropped_once_for_all_metrics(golden: Path) -> None:
    sr, hr = pair(golden)
    larger = np.pad(hr, ((0, 3), (0, 1), (0, 0)), mode="edge")
    scorer = PROTOCOLS["pcl"].scorer(PLAIN)
    assert scorer(sr, larger, 4) == scorer(sr, hr, 4)


def test_the_order_is_the_one_asked_for_and_short_names_are_written_out() -> None:
    assert full_names(["ssim", "lpips", "psnr", "ssim", "lpips_alex"], "alex") == ["ssim", "lpips_alex", "psnr"]
    assert full_names(["lpips", "structure"]) == ["lpips_squeeze", "structure_contrastive_h"]


def test_every_label_of_lpips_names_its_network(weights: Path) -> None:
    (metric,) = PROTOCOLS["spsr"].scorer(("lpips",), weights=weights).metrics
    assert (metric.name, metric.title, metric.higher_is_better) == ("lpips_squeeze", "LPIPS v0.1 (SqueezeNet)", False)
    titles = [metric.title for name, metric in METRICS.items() if name.startswith("lpips")]
    published = [f"LPIPS v0.1 ({network})" for network in ("SqueezeNet", "AlexNet", "VGG-16")]
    assert sorted(titles) == sorted([*published, *(f"{title}, mean over shifts" for title in published)])


@pytest.mark.parametrize(("name", "nearest"), [("pnsr", "psnr"), ("lpip", "lpips"), ("lpips_alexnet", "lpips_alex")])
def test_unknown_names_are_told_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(RequestError, match=f"there is no metric '{name}'; did you mean '{nearest}'"):
        PROTOCOLS["pcl"].scorer(("psnr", name))
    with pytest.raises(RequestError, match="no backbone of LPIPS 'alexnet'; did you mean 'alex'"):
        PROTOCOLS["pcl"].scorer(("lpips",), backbone="alexnet")


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.released])
def test_missing_weights_are_told_before_there_is_a_picture(name: str, tmp_path: Path) -> None:
    with pytest.raises(
        RequestError, match=f"`acutance data fetch {METRICS[name].released[0].fetch} --weights {tmp_path}`"
    ):
        PROTOCOLS["spsr"].scorer(("psnr", name), weights=tmp_path)


def test_the_files_that_a_metric_rests_on_stand_in_its_row(weights: Path) -> None:
    found = {name: [path.name for path in METRICS[name].weights(weights)] for name in ("niqe", "lpips_squeeze")}
    assert {name: len(files) for name, files in found.items()} == {"niqe": 1, "lpips_squeeze": 2}
    assert [path.name for path in METRICS["structure_jigsaw"].weights(None)] == ["structure-jigsaw.safetensors"]
    assert METRICS["psnr"].weights(None) == []
