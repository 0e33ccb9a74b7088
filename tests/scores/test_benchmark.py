"""Scoring upscalers on test sets."""

import json
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from acutance import images, metrics, ops
from acutance.data import PictureSet, find_set
from acutance.degrade import Bicubic
from acutance.errors import RequestError
from acutance.files import write_json
from acutance.scores.benchmark import benchmark, bicubic_upscaler
from acutance.scores.results import Results, SetResult, merge
from acutance.scores.score_rows import notes
from photographs import photograph


def bicubic_results(pictures: PictureSet, **options: object) -> Results:
    return benchmark(bicubic_upscaler(4), [pictures], network="bicubic", scale=4, **options)  # type: ignore[arg-type]


def test_bicubic_scores_are_those_of_the_metrics_taken_by_hand(pictures: PictureSet) -> None:
    scores = bicubic_results(pictures).sets["Pair"].images["odd"]
    hr = cv2.cvtColor(np.asarray(cv2.imread(str(pictures.pairs[1].hr))), cv2.COLOR_BGR2RGB)[:48, :60]
    image = torch.tensor(hr).permute(2, 0, 1)[None] / 255
    sr = (ops.bicubic(Bicubic(4)(image), 4) * 255).round().clamp(0, 255).byte()[0].permute(1, 2, 0).numpy()
    assert scores == {"psnr": metrics.psnr(sr, hr, border=4), "ssim": metrics.ssim(sr, hr, border=4)}


def test_published_bicubic_score_of_set5(shared_data: Path) -> None:
    results = bicubic_results(find_set(shared_data, "Set5", 4))
    assert results.sets["Set5"].means["psnr"] == pytest.approx(28.42, abs=0.02)
    assert results.sets["Set5"].coverage == "5 of 5"


def test_the_sr_pictures_are_saved_and_score_the_same(pictures: PictureSet, tmp_path: Path) -> None:
    results = bicubic_results(pictures, save=tmp_path / "sr")
    sr = images.read(tmp_path / "sr" / "Pair" / "even.png").pixels
    hr = images.read(pictures.pairs[0].hr).pixels
    assert metrics.psnr(sr, hr, border=4) == results.sets["Pair"].images["even"]["psnr"]


def test_a_file_for_lr_is_used_where_the_set_has_one(tmp_path: Path) -> None:
    for folder, name, pixels in (
        ("HR", "a", photograph(3)),
        ("LR_bicubic/X4", "ax4", np.full((12, 15, 3), (7, 90, 200), np.uint8)),
    ):
        (tmp_path / "Set" / folder).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / "Set" / folder / f"{name}.png"), pixels)
    seen: list[np.ndarray] = []

    def upscaler(lr: np.ndarray) -> np.ndarray:
        seen.append(lr)
        return lr.repeat(4, 0).repeat(4, 1)

    benchmark(upscaler, [find_set(tmp_path, "Set", 4)], network="nearest", scale=4)
    assert np.array_equal(seen[0], np.full((12, 15, 3), (200, 90, 7)))


def test_grey_is_scored_as_three_equal_channels_and_named(tmp_path: Path) -> None:
    grey = photograph(4)[..., 0]
    (tmp_path / "Set").mkdir()
    cv2.imwrite(str(tmp_path / "Set" / "grey.png"), grey)
    cv2.imwrite(str(tmp_path / "Set" / "rgb.png"), np.dstack([grey] * 3))
    cv2.imwrite(str(tmp_path / "Set" / "colours.png"), photograph(4))
    results = bicubic_results(find_set(tmp_path, "Set", 4))
    scored = results.sets["Set"]
    assert scored.images["grey"] == scored.images["rgb"]
    assert set(scored.remarks) == {"grey", "rgb"}
    assert "grey of Set is grey, scored as three equal channels" in " ".join(notes([results]))


def test_sixteen_bits_and_alpha_are_named_and_not_scored(pictures: PictureSet) -> None:
    folder = pictures.pairs[0].hr.parent
    cv2.imwrite(str(folder / "deep.png"), photograph(4).astype(np.uint16) * 257)
    cv2.imwrite(str(folder / "clear.png"), np.dstack([photograph(5), photograph(6)[..., 0]]))
    result = bicubic_results(find_set(folder.parent, "Pair", 4)).sets["Pair"]
    assert "16 bits" in result.failed["deep"]
    assert "alpha" in result.failed["clear"]
    assert result.coverage == "2 of 4"
    assert result.means == bicubic_results(pictures).sets["Pair"].means


def test_bad_pictures_cost_themselves_only(pictures: PictureSet) -> None:
    folder = pictures.pairs[0].hr.parent
    (folder / "words.png").write_text("this is no picture")
    whole = (folder / "even.png").read_bytes()
    (folder / "truncated.png").write_bytes(whole[: len(whole) // 2])
    cv2.imwrite(str(folder / "tiny.png"), photograph(5, 12, 12))
    result = bicubic_results(find_set(folder.parent, "Pair", 4)).sets["Pair"]
    assert set(result.failed) == {"words", "truncated", "tiny"}
    assert result.coverage == "2 of 5"
    assert all(f"{name}.png" in sentence for name, sentence in result.failed.items())
    assert result.means == bicubic_results(pictures).sets["Pair"].means


def test_an_upscaler_of_the_wrong_scale_is_told_the_sizes(pictures: PictureSet) -> None:
    results = benchmark(bicubic_upscaler(2), [pictures], network="x2", scale=4)
    assert results.sets["Pair"].means == {}
    assert "30x24 from an LR of 15x12" in results.failed[0]
    assert "60x48" in results.failed[0]


def test_equal_pictures_score_infinity_and_so_does_their_mean(pictures: PictureSet) -> None:
    originals = {(12, 15): [images.read(pair.hr).pixels[:48, :60] for pair in pictures.pairs]}
    results = benchmark(lambda lr: originals[lr.shape[:2]].pop(0), [pictures], network="oracle", scale=4)
    assert results.sets["Pair"].means == {"psnr": math.inf, "ssim": pytest.approx(1)}


def test_an_unknown_protocol_is_refused(pictures: PictureSet) -> None:
    with pytest.raises(RequestError, match="did you mean 'pcl'"):
        bicubic_results(pictures, protocol="pcI")


def test_json_holds_the_promised_names_and_comes_back_whole(tmp_path: Path) -> None:
    result = SetResult(
        {"a": {"psnr": math.inf, "ssim": 1.0}, "b": {"psnr": 20.0, "ssim": 0.5}}, {"c": "c.png: no."}, 3, {"a": "grey"}
    )
    results = Results("net", 4, "pcl", {"Set5": result})
    write_json(tmp_path / "r.json", results.to_json())
    read = json.loads((tmp_path / "r.json").read_text())
    assert Results.from_json(read) == results
    assert read.keys() == {"network", "scale", "protocol", "sets"}
    assert read["sets"]["Set5"]["psnr"] == "inf"
    assert read["sets"]["Set5"]["ssim"] == 0.75
    assert read["sets"]["Set5"]["pictures"] == {"scored": 2, "expected": 3}
    assert read["sets"]["Set5"]["images"]["b"] == {"psnr": 20.0, "ssim": 0.5}


def test_parts_scored_one_after_the_other_merge(pictures: PictureSet) -> None:
    other = PictureSet("Other", pictures.pairs[:1])
    whole = benchmark(bicubic_upscaler(4), [pictures, other], network="bicubic", scale=4)
    assert merge([bicubic_results(pictures), bicubic_results(other)]) == whole
