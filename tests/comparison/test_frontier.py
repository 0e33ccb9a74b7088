"""Curves over strength, what is ahead at equal terms, what a trivial control beats, and what is chosen where."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from acutance.comparison.beaten import beaten, reminder
from acutance.comparison.chosen_strength import chosen
from acutance.comparison.comparison import Comparison
from acutance.comparison.frontier import ahead, attained, frontier_sentences
from acutance.comparison.frontier_plot import draw_frontiers
from acutance.comparison.same_start import unlike
from acutance.comparison.sweep import families, method_of, strength_of, swept
from acutance.comparison.untrained import Filter, Noise, untrained_of
from acutance.comparison.verdict import sentences, told
from acutance.data import Pair
from acutance.errors import RequestError
from acutance.losses.samples import sharpen
from acutance.ops import image_of, pixels_of
from acutance.recipes import Request, find_recipe
from acutance.run_folder import RunId
from acutance.runs.start_hash import start_hashes
from acutance.scores.results import Results, SetResult
from acutance.types import Batch

LINE = [(30.0, 0.30), (30.2, 0.28), (29.8, 0.20)]
"""PSNR and LPIPS of a control and of two strengths: the weaker loses nothing, the stronger a fifth of a decibel."""
CONTROL, METHOD, FILTER = "pixel:x", "pcl:x", "filter"
RECIPES = (CONTROL, f"{METHOD}@share=1", f"{METHOD}@share=3", f"{FILTER}@factor=1.2", f"{FILTER}@factor=1.5")
SCORES = {
    CONTROL: (30.0, 0.30),
    f"{METHOD}@share=1": (30.0, 0.28),
    f"{METHOD}@share=3": (29.8, 0.22),
    f"{FILTER}@factor=1.2": (30.0, 0.29),
    f"{FILTER}@factor=1.5": (29.8, 0.26),
}


def results(psnr: float, lpips: float) -> Results:
    images = {name: {"psnr": psnr + more, "lpips_squeeze": lpips} for name, more in (("baby", 1), ("bird", -1))}
    return Results("net", 4, "pcl", {"Set5": SetResult(images, {}, 2)})


def made(scores: dict[str, tuple[float, float]] = SCORES, seeds: tuple[int, ...] = (1, 2, 3)) -> Comparison:
    """Each seed a little above the last, and the method's gains a little different."""
    runs = {
        RunId(recipe, seed): results(psnr + seed / 100, lpips * (1 if recipe == CONTROL else 1 + seed / 1000))
        for recipe, (psnr, lpips) in scores.items()
        for seed in seeds
    }
    trivial = tuple(recipe for recipe in scores if recipe.startswith(FILTER))
    return Comparison(tuple(scores), seeds, runs, trivial=trivial)


@pytest.mark.parametrize(
    ("across", "expected"), [(30.3, None), (30.2, 0.28), (30.1, 0.26), (30.0, 0.24), (29.8, 0.20), (29.0, 0.20)]
)
def test_what_a_line_attains_is_its_best_where_no_more_is_lost(across: float, expected: float | None) -> None:
    found = attained(LINE, across, keep_high=True, gain_high=False)
    assert found == (None if expected is None else pytest.approx(expected))


def test_ways_of_counting_are_turned_alike() -> None:
    mirrored = [(-x, -y) for x, y in LINE]
    assert attained(mirrored, -30.1, keep_high=False, gain_high=True) == pytest.approx(-0.26)


def test_one_line_is_beyond_another_by_their_mean_distance_where_both_reach() -> None:
    lower = [(x, y + 0.01) for x, y in LINE]
    assert ahead(LINE, lower, keep_high=True, gain_high=False) == pytest.approx((0.01, 29.8, 30.2))
    assert ahead(lower, LINE, keep_high=True, gain_high=False) == pytest.approx((-0.01, 29.8, 30.2))
    assert ahead(LINE, LINE, keep_high=True, gain_high=False) == pytest.approx((0.0, 29.8, 30.2))
    assert ahead(LINE, [(40.0, 0.1)], keep_high=True, gain_high=False) is None


def test_the_sentence_says_what_is_better_by_how_much_or_that_there_is_no_difference() -> None:
    (sentence,) = frontier_sentences(made())
    # The method runs from 0.28 to 0.22 and the filter from 0.29 to 0.26 over the same PSNR: 0.025 on average.
    assert sentence.startswith(
        "On Set5, at equal PSNR (29.810 to 30.030 dB), pcl:x is better than filter in LPIPS v0.1 (SqueezeNet) by 0.02"
    )
    assert sentence.endswith("over 3 seeds).")
    same = {**SCORES, f"{METHOD}@share=1": (30.0, 0.29), f"{METHOD}@share=3": (29.8, 0.26)}
    (flat,) = frontier_sentences(made(same))
    assert flat.endswith("pcl:x and filter have the same LPIPS v0.1 (SqueezeNet).")
    noise = {1: 0.002, 2: -0.002, 3: 0.0005}
    noisy = {
        run: results(same[run.recipe][0], same[run.recipe][1] + noise[run.seed] * run.recipe.startswith(METHOD))
        for run in made(same).results
    }
    (equal,) = frontier_sentences(replace(made(same), results=noisy))
    assert "there is no difference in LPIPS v0.1 (SqueezeNet) between pcl:x and filter (95 % interval -" in equal
    (few,) = frontier_sentences(made(seeds=(1,)))
    assert "ahead of filter" in few
    assert few.endswith("(1 seed, which decides nothing).")


def test_nothing_is_said_of_frontiers_where_nothing_is_swept() -> None:
    points = made({recipe: SCORES[recipe] for recipe in (CONTROL, *RECIPES[1:4:2])})
    assert frontier_sentences(points) == []
    assert draw_frontiers(points, Path()) == {}


def test_frontier_is_drawn_a_line_a_method_with_better_up_and_right(tmp_path: Path) -> None:
    drawn = draw_frontiers(made(), tmp_path)
    (caption,) = drawn
    picture = np.asarray(drawn[caption]).reshape(-1, 3)
    assert (tmp_path / "frontier-Set5.png").is_file()
    assert {(232, 89, 12), (11, 107, 203)} <= {tuple(map(int, pixel)) for pixel in np.unique(picture, axis=0)}
    assert "better is up and right" in caption


def test_a_method_that_a_filter_equals_in_all_is_said_to_be_beaten() -> None:
    assert beaten(made()) == []
    worse = {**SCORES, f"{METHOD}@share=1": (29.9, 0.295)}
    (sentence,) = beaten(made(worse))
    expected = "pcl:x@share=1 is beaten by filter@factor=1.2 on Set5: as good or better in PSNR and LPIPS v0.1"
    assert sentence.startswith(expected)
    assert sentences(made(worse))[0] == sentence


def test_who_tried_no_trivial_control_is_reminded_once() -> None:
    pair = Comparison(("pixel:rlfn_finetune", "pcl:rlfn_finetune"), (1,), {})
    (sentence,) = reminder(pair)
    assert "filter@factor=1.2" in sentence
    assert "control:rlfn_finetune_sharpened_targets" in sentence
    assert reminder(made()) == []
    assert not any("No trivial" in each for each in told(made()))


def test_strength_is_chosen_where_nothing_is_lost_and_else_where_least_is() -> None:
    assert chosen(made()) == [CONTROL, f"{METHOD}@share=1", f"{FILTER}@factor=1.2"]
    losing = {**SCORES, f"{METHOD}@share=1": (29.7, 0.2)}
    assert f"{METHOD}@share=3" in chosen(made(losing))


def test_sweep_takes_every_recipe_but_the_control_to_every_strength() -> None:
    found = swept([CONTROL, METHOD, "pcl:y@share=9"], ["share=0.3,3", "factor=1.1,1.5"])
    expected = [f"{METHOD}@share=0.3", f"{METHOD}@share=3", "pcl:y@share=9", "filter@factor=1.1", "filter@factor=1.5"]
    assert found == [CONTROL, *expected]
    assert swept([CONTROL, METHOD], []) == [CONTROL, METHOD]
    assert swept([CONTROL, METHOD, FILTER], ["share=1"]) == [CONTROL, f"{METHOD}@share=1", FILTER]
    assert families(RECIPES) == {METHOD: list(RECIPES[1:3]), FILTER: list(RECIPES[3:])}
    assert (method_of("a:b@share=0.3-gradient"), strength_of("a:b@share=0.3-gradient")) == ("a:b-gradient", 0.3)
    assert (method_of("a:b@share=1e+06+squeezenet"), strength_of("a:b@share=1e+06")) == ("a:b+squeezenet", 1e6)


def test_rates_are_those_of_every_recipe_and_make_no_frontier() -> None:
    found = swept([CONTROL, METHOD], ["learning_rate=1e-4,3e-05", "share=1", "factor=1.1"])
    each = [f"{name}@learning_rate={rate}" for name in (CONTROL, f"{METHOD}@share=1") for rate in ("0.0001", "3e-05")]
    assert found == [*each, "filter@factor=1.1"]
    assert swept([CONTROL], ["learning_rate=1e-4,3e-05"]) == each[:2]
    assert all(len(members) == 1 for members in families([str(name) for name in found]).values())


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        (["learning_rate=0"], "above 0"),
        (["shore=1"], "did you mean 'share'"),
        (["share"], "share=0.3,1,3"),
        (["share=1,x"], "share=0.3,1,3"),
        (["share=0"], "above 0"),
        (["factor=1"], "above 1"),
    ],
)
def test_what_is_no_sweep_is_refused_in_a_sentence(sweep: list[str], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        swept([CONTROL, METHOD], sweep)


@pytest.mark.parametrize("others", [[], [FILTER], [f"{METHOD}@share=9"]])
def test_sweep_that_no_recipe_takes_is_refused(others: list[str]) -> None:
    with pytest.raises(RequestError, match="--sweep share finds no recipe"):
        swept([CONTROL, *others], ["share=0.3,1", "factor=1.1"])


def test_filter_sharpens_the_sr_of_what_it_is_over() -> None:
    lr = np.random.default_rng(0).integers(0, 255, (8, 8, 3), dtype=np.uint8)

    def twice(picture: np.ndarray) -> np.ndarray:
        return picture.repeat(2, 0).repeat(2, 1)

    assert np.array_equal(Filter(1.4).over(twice)(lr), pixels_of(sharpen(image_of(twice(lr)), 1.4)))
    source = Filter(1.4).source(lambda: lambda _name, _pair, low: twice(low))()
    assert np.array_equal(source("Set5", Pair("x", Path("x.png"), None), lr), Filter(1.4).over(twice)(lr))


def test_noise_is_that_of_the_sr_alone_grey_and_as_strong_as_it_says() -> None:
    sr = np.full((256, 256, 3), 128, np.uint8)
    noisy = Noise(2.0).over(lambda _lr: sr)(sr)
    assert np.array_equal(noisy, Noise(2.0).over(lambda _lr: sr.copy())(sr))
    added = noisy.astype(int) - sr
    assert np.array_equal(added[..., 0], added[..., 1])
    assert added.std() == pytest.approx(2.0, abs=0.1)
    assert abs(added.mean()) < 0.05
    assert not np.array_equal(noisy[:128, :128], Noise(2.0).over(lambda _lr: sr[:128, :128])(sr))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *((each, "factor above 1") for each in ("filter@factor=1", "filter@factor=x", "filter@share=2", "filter@")),
        *(
            (each, "levels above 0.125")
            for each in ("noise@levels=0", "noise@levels=0.1", "noise@factor=2", "noise@levels=inf")
        ),
    ],
)
def test_what_is_no_filter_and_no_noise_is_refused(name: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        untrained_of(name)
    assert (untrained_of("filter"), untrained_of("noise")) == (Filter(1.2), Noise(0.5))


def test_noise_is_swept_beside_the_filter() -> None:
    recipes = swept([CONTROL, METHOD, "noise"], ["share=1", "factor=1.1", "levels=0.5,1"])
    assert recipes == [CONTROL, f"{METHOD}@share=1", "filter@factor=1.1", "noise@levels=0.5", "noise@levels=1"]
    assert list(families([str(each) for each in recipes])) == [METHOD, "filter", "noise"]


def test_runs_of_a_seed_that_began_otherwise_are_named() -> None:
    alike = {"network": "rlfn", "weights": "a", "batch": "p"}
    begun = {
        RunId("pixel:x", 1): alike,
        RunId("pcl:x", 1): alike,
        RunId("pcl:other", 1): {"network": "edsr", "weights": "b", "batch": "p"},
        RunId("pcl:x", 2): {**alike, "weights": "c"},
    }
    assert unlike(begun) == []
    (weights,) = unlike({**begun, RunId("pcl:y", 1): {**alike, "weights": "d"}})
    assert weights.startswith("Seed 1: pcl:y began from other weights than pixel:x")
    (patches,) = unlike({**begun, RunId("pcl:y", 1): {**alike, "batch": "q"}})
    assert "pcl:y began on other patches than pixel:x" in patches


def test_start_is_the_same_whatever_the_recipe_and_another_with_another_seed() -> None:
    batch = Batch(torch.rand(2, 3, 8, 8), torch.rand(2, 3, 32, 32))

    def begun(recipe: str, seed: int) -> dict[str, str]:
        torch.manual_seed(seed)
        return start_hashes(find_recipe(recipe).experiment(Request()).network, batch)

    names = ("pixel:edsr_light_finetune", "pcl:edsr_light_finetune_phase", "control:edsr_light_finetune_gradient_pixel")
    first, *others = (begun(name, 1) for name in names)
    assert all(other == first for other in others)
    assert begun(names[0], 2)["weights"] != first["weights"]
    assert begun(names[0], 2)["batch"] == first["batch"]
    assert (
        start_hashes(find_recipe(names[0]).experiment(Request()).network, Batch(batch.lr, batch.hr.flip(-1))) != first
    )


def test_what_is_ahead_stands_beside_the_numbers() -> None:
    assert made().to_json()["frontier"] == frontier_sentences(made())
    assert "frontier" not in made({recipe: SCORES[recipe] for recipe in (CONTROL, *RECIPES[1:4:2])}).to_json()
