"""Recipes against each other over seeds: order, resumption, arithmetic, words."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acutance.comparison import trials
from acutance.comparison.comparison import Comparison
from acutance.comparison.side_by_side import gpus
from acutance.comparison.trials import run_trials
from acutance.comparison.verdict import comparison_markdown, comparison_rows, sentences
from acutance.errors import RequestError
from acutance.run_folder import RunFolder, RunId
from acutance.scores.results import Results, SetResult
from acutance.scores.significance import T_QUANTILES, Estimate, beyond, bootstrap, bootstrap_p, holm, paired

RECIPES = ("pixel:edsr_s", "pcl:edsr_s")
PSNR = {
    ("pixel:edsr_s", 1): (30.0, 28.0),
    ("pcl:edsr_s", 1): (30.2, 28.0),
    ("pixel:edsr_s", 2): (30.1, 28.1),
    ("pcl:edsr_s", 2): (30.4, 28.2),
    ("pixel:edsr_s", 3): (29.9, 28.0),
    ("pcl:edsr_s", 3): (30.0, 27.8),
}
"""Scores of two pictures. The means differ by 0.1, 0.2 and -0.05: mean 0.08333, sample standard deviation 0.12583."""


def results(baby: float, bird: float) -> Results:
    images = {"baby": {"psnr": baby}, "bird": {"psnr": bird}}
    return Results("net", 4, "pcl", {"Set5": SetResult(images, {}, 2)})


def whole() -> Comparison:
    return Comparison(RECIPES, (1, 2, 3), {RunId(*run): results(*scores) for run, scores in PSNR.items()})


class Study:
    """Trains by writing a file of weights, and scores by reading it; can be interrupted."""

    def __init__(self, out: Path) -> None:
        self.out, self.trained, self.scored = out, list[RunId](), list[Path]()
        self.stop_at: RunId | None = None

    def train(self, run: RunId, folder: Path) -> None:
        weights = RunFolder(folder).last
        if not weights.exists():
            if self.stop_at == run:
                raise KeyboardInterrupt
            self.trained.append(run)
            weights.parent.mkdir(parents=True)
            weights.write_text(json.dumps(PSNR[run.recipe, run.seed]))

    def score(self, run: RunId, folder: Path) -> Results:
        self.scored.append(folder)
        return results(*json.loads(RunFolder(folder).last.read_text()))

    def compare(self, **conditions: object) -> Comparison:
        return run_trials(RECIPES, [1, 2, 3], train=self.train, score=self.score, out=self.out, conditions=conditions)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(tmp_path)


def test_recipes_take_turns_and_the_runs_lie_where_promised(study: Study, tmp_path: Path) -> None:
    study.compare()
    assert study.trained == [RunId(recipe, seed) for seed in (1, 2, 3) for recipe in RECIPES]
    assert (tmp_path / "pcl-edsr_s" / "seed-3" / "checkpoints" / "last.safetensors").is_file()


def test_an_interrupted_comparison_tells_what_it_has_and_goes_on(study: Study, tmp_path: Path) -> None:
    study.stop_at = RunId("pcl:edsr_s", 2)
    with pytest.raises(KeyboardInterrupt):
        study.compare()
    so_far = json.loads((tmp_path / "comparison.json").read_text())
    assert so_far["runs"] == "3 of 6"
    assert so_far["sets"]["Set5"]["psnr"]["differences"]["pcl:edsr_s"]["mean"] == pytest.approx(0.1)
    study.stop_at = None
    again = study.compare()
    assert {(run.recipe, run.seed) for run in study.trained} == PSNR.keys()
    assert len(study.trained) == 6
    assert len(study.scored) == 6
    assert again == whole()


def test_scores_are_taken_again_when_weights_or_conditions_change(study: Study, tmp_path: Path) -> None:
    study.compare(protocol="pcl")
    study.compare(protocol="pcl")
    assert len(study.scored) == 6
    folder = tmp_path / "pcl-edsr_s" / "seed-1"
    RunFolder(folder).last.write_text("[31.0, 29.0]")
    changed = study.compare(protocol="pcl")
    assert study.scored[6:] == [folder]
    assert changed.means("pcl:edsr_s", "Set5", "psnr")[1] == 30.0
    study.compare(protocol="spsr")
    assert len(study.scored) == 13


def test_what_is_finished_is_passed_over_with_one_table(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_trials(RECIPES, (1, 2, 3), train=study.train, score=study.score, out=tmp_path)
    (tmp_path / "comparison.md").unlink()
    tables: list[Comparison] = []
    monkeypatch.setattr(trials, "comparison_markdown", lambda told: tables.append(told) or comparison_markdown(told))
    again = run_trials(RECIPES, (1, 2, 3), train=study.train, score=study.score, out=tmp_path)
    assert again == whole
    assert tables == [whole]
    assert (tmp_path / "comparison.md").read_text() == comparison_markdown(whole)


def test_scores_that_are_not_whole_are_not_kept(study: Study) -> None:
    def score(_run: RunId, folder: Path) -> Results:
        study.scored.append(folder)
        return Results("net", 4, "pcl", {"Set5": SetResult({"baby": {"psnr": 30.0}}, {"bird": "bird.png: no."}, 2)})

    for _ in range(2):
        run_trials(RECIPES, [1], train=study.train, score=score, out=study.out)
    assert len(study.scored) == 4


def test_the_paired_difference_is_that_taken_by_hand() -> None:
    difference = whole().difference("pcl:edsr_s", "Set5", "psnr")
    assert difference is not None
    assert difference.estimate.values == pytest.approx((0.1, 0.2, -0.05))
    assert difference.estimate.mean == pytest.approx(0.083333, abs=1e-6)
    assert difference.estimate.spread == pytest.approx(0.125831, abs=1e-6)
    assert difference.estimate.interval == pytest.approx((-0.229271, 0.395938), abs=1e-4)
    assert not difference.resolved
    assert difference.estimate.p == pytest.approx(0.3699, abs=1e-3)  # t = 1.147 of two degrees of freedom
    # The pictures gain 0.2 and -0.0333: mean 0.0833, sample standard deviation 0.165.
    assert difference.effect == pytest.approx(0.505, abs=1e-3)
    # baby gains 0.2 on average over the seeds, bird loses 0.033.
    assert (difference.better, difference.pictures) == (1, 2)


def test_a_difference_is_taken_over_the_pictures_that_both_have() -> None:
    lacking = Results("net", 4, "pcl", {"Set5": SetResult({"bird": {"psnr": 28.5}}, {"baby": "no"}, 2)})
    comparison = Comparison(RECIPES, [1], {RunId(RECIPES[0], 1): results(30.0, 28.0), RunId(RECIPES[1], 1): lacking})
    difference = comparison.difference(RECIPES[1], "Set5", "psnr")
    assert difference is not None
    assert difference.estimate.mean == pytest.approx(0.5)
    assert (difference.better, difference.pictures) == (1, 1)


def test_the_words_say_by_how_much_over_how_many_and_whether_it_is_resolved() -> None:
    (sentence,) = sentences(whole())
    assert sentence == (
        "pcl:edsr_s - pixel:edsr_s on Set5, PSNR: +0.083 dB (spread 0.126 over 3 seeds; "
        "95 % interval -0.229 to +0.396; over pictures -0.033 to +0.200; p 0.49 after Holm; d 0.51): "
        "not resolved; 1 of 2 pictures better."
    )
    assert comparison_rows(whole())[1:] == [
        ["pixel:edsr_s", "3 of 3", "29.017 (0.076)"],
        ["pcl:edsr_s", "3 of 3", "29.100 (0.200)"],
    ]


def test_better_is_lower_where_the_metric_says_so() -> None:
    def scored(*niqe: float) -> Results:
        pictures = {name: {"niqe": value} for name, value in zip(("baby", "bird", "head"), niqe, strict=True)}
        return Results("net", 4, "spsr", {"Set5": SetResult(pictures, {}, 3)})

    comparison = Comparison(
        RECIPES, [1], {RunId(RECIPES[0], 1): scored(5, 6, 7), RunId(RECIPES[1], 1): scored(4, 6.5, 6.5)}
    )
    (sentence,) = sentences(comparison)
    assert sentence.startswith(
        "pcl:edsr_s - pixel:edsr_s on Set5, NIQE: -0.3333 (1 seed, no spread; over pictures -1.0000 to +0.5000; "
        "d -0.44)"
    )
    assert sentence.endswith("2 of 3 pictures better.")


def steady(seeds: tuple[int, ...], bird: float) -> Comparison:
    control = {RunId(RECIPES[0], seed): results(30.0 + seed, 28.0) for seed in seeds}
    better = {RunId(RECIPES[1], seed): results(31.0 + seed + seed / 50, bird) for seed in seeds}
    return Comparison(RECIPES, seeds, control | better)


def test_a_steady_difference_of_three_seeds_is_resolved_and_the_word_has_one_meaning() -> None:
    assert "): resolved;" in sentences(steady((1, 2, 3), 28.3))[0]
    assert "): not resolved;" in sentences(steady((1, 2, 3), 27.9))[0], "one of the pictures loses"
    assert "): too few seeds to say;" in sentences(steady((1, 2), 28.3))[0]
    single = Comparison(RECIPES, [1], {RunId(*run): results(*PSNR[run]) for run in PSNR if run[1] == 1})
    assert "(1 seed, no spread; over pictures +0.000 to +0.200; d 0.71): too few seeds to say" in sentences(single)[0]


def test_what_is_resolved_alone_may_not_be_among_many() -> None:
    """The same difference, p = 0.013 over its seeds; Holm makes 0.11 of it where nine others were looked for."""
    gains, names = (0.2, 0.24, 0.28), [f"other:{place}" for place in range(9)]
    control = {RunId("pixel:x", seed): results(30.0, 28.0) for seed in (1, 2, 3)}
    ours = {
        RunId("pcl:x", seed): results(30.0 + gain, 28.0 + gain) for seed, gain in zip((1, 2, 3), gains, strict=True)
    }
    alone = Comparison(("pixel:x", "pcl:x"), (1, 2, 3), control | ours).differences["pcl:x"]["Set5"]["psnr"]
    assert alone.p == alone.corrected == pytest.approx(0.0092, abs=1e-3)
    assert alone.resolved
    rest = {
        RunId(name, seed): results(30.0 + sign * 0.1, 28.0 - sign * 0.1)
        for name in names
        for seed, sign in ((1, 1), (2, -1), (3, 1))
    }
    among = Comparison(("pixel:x", "pcl:x", *names), (1, 2, 3), control | ours | rest).differences["pcl:x"]["Set5"]
    assert among["psnr"].p == alone.p
    assert among["psnr"].corrected == pytest.approx(10 * (alone.p or 0))
    assert not among["psnr"].resolved


def test_the_page_names_protocol_and_spread(study: Study, tmp_path: Path) -> None:
    study.compare()
    page = (tmp_path / "comparison.md").read_text()
    assert "| pcl:edsr_s" in page
    assert "Protocol pcl at x4" in page
    assert "not resolved" in page


REFUSED = [([], [1]), (["a", "a"], [1]), (["a:b", "a-b"], [1]), (["a", "b"], []), (["a", "b"], [1, 1])]


@pytest.mark.parametrize(("recipes", "seeds"), REFUSED)
def test_too_few_or_the_same_twice_is_refused(recipes: list[str], seeds: list[int], study: Study) -> None:
    with pytest.raises(RequestError):
        run_trials(recipes, seeds, train=study.train, score=study.score, out=study.out)


def test_equal_infinite_scores_differ_by_nothing() -> None:
    assert paired([math.inf, 30.0], [math.inf, 30.0]).values == (0.0, 0.0)
    assert not paired([math.inf, 30.0], [30.0, 30.0]).leaves_zero_out
    assert paired([math.inf, 30.0], [30.0, 30.0]).p is None


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=30))
def test_the_bootstrap_stays_among_the_pictures_and_repeats_itself(gains: list[float]) -> None:
    interval = bootstrap(gains, draws=500)
    assert interval is not None
    assert min(gains) - 1e-9 <= interval[0] <= interval[1] <= max(gains) + 1e-9
    assert bootstrap(gains, draws=500) == interval


def test_the_bootstrap_covers_as_often_as_it_says_and_needs_two_finite_pictures() -> None:
    # The mean of 100 normal pictures is off by 1.96 / 10 at most in 95 of 100 cases.
    random = np.random.default_rng(1)
    intervals = [bootstrap(random.normal(0.3, 1, 100).tolist(), draws=400) for _ in range(300)]
    inside = sum(each is not None and each[0] <= 0.3 <= each[1] for each in intervals)
    assert 0.90 <= inside / 300 <= 0.98
    assert bootstrap([1.0]) is None
    assert bootstrap([1.0, math.inf]) is None


def test_p_values_of_t_are_those_of_its_quantiles_and_holm_never_lowers_one() -> None:
    for freedom, quantile in enumerate(T_QUANTILES, start=1):
        assert beyond(quantile, freedom) == pytest.approx(0.05, abs=1e-4)
        assert beyond(0.0, freedom) == pytest.approx(1.0)
    values = {"a": 0.001, "b": 0.04, "c": 0.03, "d": 0.9}
    assert holm(values) == pytest.approx({"a": 0.004, "c": 0.09, "b": 0.09, "d": 0.9})


def test_p_of_the_bootstrap_falls_below_the_level_where_its_interval_leaves_zero_out() -> None:
    random = np.random.default_rng(2)
    for shift in np.linspace(-0.4, 0.4, 9):
        values = random.normal(shift, 1, 60).tolist()
        interval, p = bootstrap(values), bootstrap_p(values)
        assert interval is not None
        assert p is not None
        outside = interval[0] * interval[1] > 0
        assert p < 0.055 if outside else p > 0.045
    assert bootstrap_p([1.0, 2.0]) == pytest.approx(1 / 10_001)
    assert bootstrap_p([1.0]) is None


def test_a_comparison_shows_itself_with_its_table_and_a_sentence_a_difference() -> None:
    text, page = str(whole()), whole()._repr_html_()
    (sentence,) = sentences(whole())
    assert text.splitlines()[0].split() == ["recipe", "seeds", "Set5", "PSNR"]
    assert text.endswith(sentence)
    assert text.count("No trivial control was compared") == page.count("No trivial control was compared") == 1
    assert "29.100 (0.200)" in text
    assert page.count("<tr>") == 3
    assert f"<li>{sentence}</li>" in page


def test_differences_are_found_by_recipe_set_and_metric(tmp_path: Path) -> None:
    comparison = Comparison(RECIPES, (1, 2, 3), whole().results, tmp_path)
    found = comparison.differences
    assert found == {"pcl:edsr_s": {"Set5": {"psnr": comparison.difference("pcl:edsr_s", "Set5", "psnr")}}}
    assert comparison.report == tmp_path / "report.html"
    assert comparison.runs[RunId("pcl:edsr_s", 2)].folder == tmp_path / "pcl-edsr_s" / "seed-2"


def test_both_intervals_are_told_in_json() -> None:
    told = whole().to_json()["sets"]["Set5"]["psnr"]["differences"]["pcl:edsr_s"]
    assert told["resolved"] is False
    assert told["over_pictures"] == pytest.approx((-1 / 30, 0.2))
    assert told["resolved_over_pictures"] is told["resolved_over_seeds"] is False
    assert told["p"] == told["p_corrected"] > 0.3


def test_each_run_has_a_gpu_of_its_own_where_there_are_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert gpus(0) == gpus(1) == []
    assert gpus(3) == ["0", "1", "2"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    assert gpus(2) == ["2", "5"]


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=40), st.floats(-10, 10))
def test_the_interval_moves_with_the_values_and_holds_their_mean(values: list[float], shift: float) -> None:
    here, there = Estimate(tuple(values)).interval, Estimate(tuple(value + shift for value in values)).interval
    assert here is not None
    assert there is not None
    assert here[0] <= Estimate(tuple(values)).mean + 1e-9
    assert [end + shift for end in here] == pytest.approx(list(there), abs=1e-6)


def test_quantiles_are_those_of_the_t_distribution() -> None:
    # By integrating the density of t with n degrees of freedom from 0 to the quantile: 0.475 of its mass.
    for freedom, quantile in enumerate(T_QUANTILES, start=1):
        height = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
        steps = 20_000
        width = quantile / steps
        middles = ((place + 0.5) * width for place in range(steps))
        mass = sum(height * (1 + x * x / freedom) ** (-(freedom + 1) / 2) for x in middles) * width
        assert mass == pytest.approx(0.475, abs=3e-5)
