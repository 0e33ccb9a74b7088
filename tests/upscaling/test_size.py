"""How large a result becomes, and by which steps."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acutance.errors import RequestError
from acutance.upscaling.size import Plan, Size, box

SHIPPED = (2, 3, 4)


@pytest.mark.parametrize(
    ("size", "scales", "plan"),
    [
        (Size(), SHIPPED, Plan((4,), 400, 240)),
        (Size(), (3,), Plan((3,), 300, 180)),
        (Size(scale=2), SHIPPED, Plan((2,), 200, 120)),
        (Size(scale=2.5), SHIPPED, Plan((3,), 250, 150)),
        (Size(scale=2.5), (4,), Plan((4,), 250, 150)),
        (Size(scale=1.01), SHIPPED, Plan((2,), 101, 61)),
        (Size(scale=5), SHIPPED, Plan((3, 2), 500, 300)),
        (Size(scale=8), SHIPPED, Plan((4, 2), 800, 480)),
        (Size(scale=16), SHIPPED, Plan((4, 4), 1600, 960)),
        (Size(scale=17), SHIPPED, Plan((3, 3, 2), 1700, 1020)),
        (Size(scale=8), (2,), Plan((2, 2, 2), 800, 480)),
        (Size(width=250), SHIPPED, Plan((3,), 250, 150)),
        (Size(height=61), SHIPPED, Plan((2,), 102, 61)),
        (Size(width=250, height=151), SHIPPED, Plan((3,), 250, 151)),
        (Size(fit=(3840, 240)), SHIPPED, Plan((4,), 400, 240)),
        (Size(fit=(150, 9000)), SHIPPED, Plan((2,), 150, 90)),
    ],
)
def test_ways(size: Size, scales: tuple[int, ...], plan: Plan) -> None:
    assert size.of(100, 60, scales) == plan


@given(
    width=st.integers(1, 9000), height=st.integers(1, 9000), scale=st.floats(1.02, 60),
    scales=st.sampled_from([(2, 3, 4), (4,), (2,), (3,)]),
)  # fmt: skip
def test_networks_reach_the_size_and_the_aspect_stays(
    width: int, height: int, scale: float, scales: tuple[int, ...]
) -> None:
    plan = Size(scale=scale).of(max(width, 50), max(height, 50), scales)
    factor = Fraction(scale).limit_denominator(10**6)
    for made, length in ((plan.width, max(width, 50)), (plan.height, max(height, 50))):
        assert abs(made - length * factor) <= Fraction(1, 2)
        assert plan.scale * length >= made
    assert set(plan.passes) <= set(scales)


@given(width=st.integers(1, 999), height=st.integers(1, 999), box=st.tuples(st.integers(1, 5000), st.integers(1, 5000)))
def test_what_fits_is_inside_and_touches(width: int, height: int, box: tuple[int, int]) -> None:
    try:
        plan = Size(fit=box).of(width, height, SHIPPED)
    except RequestError:
        assert box[0] <= width or box[1] <= height or max(box[0] / width, box[1] / height) > 999
        return
    assert plan.width <= box[0]
    assert plan.height <= box[1]
    assert plan.width == box[0] or plan.height == box[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"scale": 1}, "above 1"),
        ({"scale": 0.5}, "0.5"),
        ({"scale": -2}, "-2"),
        ({"scale": float("nan")}, "nan"),
        ({"scale": float("inf")}, "inf"),
        ({"scale": 1e9}, "at most 1000"),
        ({"width": 0}, "at least 1 pixel, not 0"),
        ({"height": -4}, "-4"),
        ({"fit": (100, 0)}, "0"),
        ({"scale": 2, "width": 100}, "in one way"),
        ({"fit": (9, 9), "height": 100}, "in one way"),
    ],
)
def test_impossible_sizes_are_refused(options: dict, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        Size(**options)


def test_what_is_as_large_already_or_would_be_distorted_is_refused() -> None:
    for size in (Size(width=100), Size(height=30), Size(fit=(100, 200)), Size(width=99)):
        with pytest.raises(RequestError, match="100x60 pixels already"):
            size.of(100, 60, SHIPPED)
    with pytest.raises(RequestError, match=r"250x250 would distort .* --fit 250x250"):
        Size(width=250, height=250).of(100, 60, SHIPPED)
    with pytest.raises(RequestError, match="more than 1000 times"):
        Size(width=10**7).of(100, 60, SHIPPED)


def test_sizes_have_labels_for_names() -> None:
    sizes = [Size(scale=4), Size(scale=2.5), Size(width=9), Size(height=8), Size(fit=(9, 8)), Size(width=9, height=8)]
    assert [size.label for size in sizes] == ["x4", "x2.5", "9w", "8h", "9x8", "9x8"]


def test_boxes_are_read() -> None:
    assert box("3840x2160") == box(" 3840X2160") == (3840, 2160)
    for word in ("3840", "3840x", "x9", "-3x4", "3.5x4", "axb"):
        with pytest.raises(RequestError, match="no size"):
            box(word)
