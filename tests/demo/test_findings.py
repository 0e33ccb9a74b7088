"""What the demo says of its runs, and the filter that it holds them against."""

from statistics import fmean

import numpy as np
import pytest

from acutance.demo.equal_sharpness import factor_as_sharp, sharpened
from acutance.demo.findings import FILTER, L1, PCL, difference_rows, findings
from acutance.metrics.no_reference import sharpness
from acutance.report.curves import Chart
from acutance.report.spectra import less
from acutance.scores.results import Results, SetResult
from photographs import photograph


def results(label: str, psnr: float, spectrum: float) -> Results:
    images = {name: {"psnr": psnr + more, "spectrum": spectrum} for name, more in (("city", 0.1), ("cat", -0.1))}
    return Results(label, 4, "pcl", {"test": SetResult(images, {}, 2)})


@pytest.mark.parametrize("factor", [1.1, 1.6, 2.5])
def test_the_filter_is_found_that_made_the_pictures_as_sharp_as_they_are(factor: float) -> None:
    pictures = [photograph(number, 64, 48) for number in range(3)]
    wanted = fmean(sharpness(sharpened(each, factor), border=4) for each in pictures)
    found = factor_as_sharp(pictures, wanted, border=4)
    assert found == pytest.approx(factor, abs=0.01)


def test_no_filter_is_named_where_none_is_needed() -> None:
    picture = photograph(0, 64, 48)
    assert factor_as_sharp([picture], sharpness(picture, border=4), border=4) is None
    assert np.array_equal(sharpened(picture, 1.0), picture)


def test_both_ways_that_it_may_fall_are_said() -> None:
    alone, pcl, filtered = results(L1, 28.0, 6.0), results(PCL, 28.012, 5.5), results(FILTER, 28.02, 5.4)
    first, second, sure = findings([alone, pcl, filtered], "test", 1.34)
    assert first == (
        "L1 + PCL less L1 alone, from the same start on the same patches: PSNR +0.012 dB (better on 2 of 2); "
        "spectrum distance -0.500 dB (better on 2 of 2)."
    )
    assert "sharpened by 1.34, nothing trained): PSNR -0.0080 dB (better on 0 of 2)" in second
    assert sure.startswith("One seed, 2 photographs and minutes of training decide nothing")
    assert "no sharper than L1 alone" in findings([alone, pcl], "test", None)[1]


def test_differences_stand_in_a_table_a_column_a_metric() -> None:
    rows = difference_rows([results("bicubic", 26.0, 9.0), results(L1, 28.0, 6.0), results(PCL, 28.1, 5.5)], "test")
    assert rows == [["less L1 alone", "PSNR", "spectrum distance"], ["L1 + PCL", "+0.100", "-0.500"]]


def test_spectra_are_shown_less_that_of_the_original() -> None:
    chart = Chart("Spectrum of Y", {("L1", "power"): ([0.1, 0.2], [3.0, 1.0]), ("HR", "power"): ([0.1, 0.2], [4, 4])})
    assert less(chart, "HR").curves == {("L1", "power"): ([0.1, 0.2], [-1.0, -3.0])}


def test_a_grid_is_told_of() -> None:
    def drawn(label: str, grid: float) -> Results:
        return Results(label, 4, "pcl", {"test": SetResult({"cat": {"psnr": 28.0, "grid": grid}}, {}, 1)})

    few, many = (findings([drawn(L1, 0.1), drawn(PCL, 0.1 + more)], "test", None) for more in (0.05, 1.18))
    assert not [each for each in few if "has drawn a grid" in each]
    assert "L1 + PCL has drawn a grid, 1.18 levels on smooth parts" in many[2]
