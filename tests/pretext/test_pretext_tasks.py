"""The pretext tasks: who may be a negative, which answer is right, and that there is something to learn."""

import math
from itertools import permutations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cosine_similarity

from acutance.errors import RequestError
from acutance.extractors import StructureExtractor
from acutance.extractors.kernels import LAYOUTS, View
from acutance.pretext.choice import Choice
from acutance.pretext.contrastive import SAMPLINGS, Contrastive, strangers
from acutance.pretext.jigsaw import ORDERS, Jigsaw
from acutance.pretext.tasks import Pretext


def pixels(view, row, column):
    """The rows and columns of pixels that a cell sees."""
    top, left = (view.stride * place - view.before for place in (row, column))
    return set(range(top, top + view.field)), set(range(left, left + view.field))


def share_a_pixel(view, one, other):
    (rows, columns), (more_rows, more_columns) = pixels(view, *one), pixels(view, *other)
    return bool(rows & more_rows) and bool(columns & more_columns)


@given(data=st.data(), layout=st.sampled_from(list(LAYOUTS)), sampling=st.sampled_from(list(SAMPLINGS)))
def test_strangers_are_exactly_the_cells_that_share_no_pixel(data, layout, sampling):
    view = View.of(LAYOUTS[layout])
    height, width = data.draw(st.integers(1, 24)), data.draw(st.integers(1, 24))
    target = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    places = [target, *((target[0] + view.offset * y, target[1] + view.offset * x) for y, x in SAMPLINGS[sampling])]
    found = strangers(torch.tensor(places)[None, None], (height, width), view.offset)[0, 0].reshape(height, width)
    for row in range(height):
        for column in range(width):
            apart = not any(share_a_pixel(view, place, (row, column)) for place in places)
            assert found[row, column] == apart


@pytest.mark.parametrize(("size", "negatives"), [(46, 2_011), (100, 9_895)])
def test_the_numbers_of_negatives_are_those_of_the_facts(size, negatives):
    choice = Contrastive(offset=4, sampling="h", anchors=5)(torch.rand(1, 32, size, size))
    offered = torch.isfinite(choice.logits).sum(1)
    # The target itself is offered besides; near the upper and lower border the forbidden window is cut.
    assert offered.min() == negatives + 1
    assert offered.max() <= size**2 - 60 + 1


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_each_question_is_that_of_equation_11(sampling):
    """Loss and answers from loops over anchors and cells."""
    head, features = Contrastive(2, sampling, anchors=6), torch.rand(2, 32, 9, 11)
    torch.manual_seed(1)
    choice = head(features)
    losses = []
    for question, answer in enumerate(choice.answers.tolist()):
        cells = features[question // 6]
        row, column = divmod(answer, 11)
        places = [(row + 2 * y, column + 2 * x) for y, x in SAMPLINGS[sampling]]
        prediction = head.predict(torch.cat([cells[:, y, x] for y, x in places]))
        positive = 64 * cosine_similarity(cells[:, row, column], prediction, dim=0)
        terms = [positive.exp()]
        for y in range(9):
            for x in range(11):
                if all(abs(y - qy) >= 2 or abs(x - qx) >= 2 for qy, qx in [(row, column), *places]):
                    terms.append((64 * cosine_similarity(cells[:, y, x], prediction, dim=0)).exp())
        losses.append(-torch.log(positive.exp() / torch.stack(terms).sum()))
        assert choice.chance[question].item() == pytest.approx(1 / len(terms))
    assert torch.allclose(choice.loss, torch.stack(losses).mean(), rtol=1e-4)


def test_orders_are_lexicographic_and_the_label_is_the_place():
    assert len(ORDERS) == 24
    assert sorted(ORDERS) == list(ORDERS)
    assert set(ORDERS) == set(permutations(range(4)))


def test_the_jigsaw_takes_four_neighbours_and_permutes_them_as_the_label_says():
    head = Jigsaw(offset=3, anchors=40)
    seen = []
    head.classify.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    rows, columns = torch.meshgrid(torch.arange(8.0), torch.arange(7.0), indexing="ij")
    features = torch.zeros(2, 32, 8, 7)
    features[:, 0], features[:, 1] = rows, columns
    choice = head(features)
    places = seen[0].reshape(80, 4, 32)[..., :2]
    for question, label in enumerate(choice.answers.tolist()):
        order = ORDERS[label]
        grid = [places[question, order.index(piece)].tolist() for piece in range(4)]
        top, left = grid[0]
        assert grid == [[top, left], [top, left + 3], [top + 3, left], [top + 3, left + 3]]
    assert choice.chance.unique().tolist() == pytest.approx([1 / 24])


def test_a_choice_counts_what_is_right():
    logits = torch.tensor([[1.0, 2.0, -math.inf], [3.0, 2.0, 1.0]])
    choice = Choice(logits, torch.tensor([1, 2]))
    assert choice.right.tolist() == [1, 0]
    assert choice.chance.tolist() == pytest.approx([1 / 2, 1 / 3])


@pytest.mark.parametrize(("task", "sampling"), [("contrastive", "h"), ("contrastive", "c"), ("jigsaw", "h")])
def test_extractor_and_head_learn_together(task, sampling):
    pretext = Pretext(StructureExtractor(), task, sampling=sampling, anchors=4)
    pretext(torch.rand(2, 3, 80, 80)).loss.backward()
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in pretext.parameters())
    assert pretext.extractor.get_parameter("layers.0.weight").grad.abs().sum() > 0


@pytest.mark.parametrize("head", [Contrastive(2, "c", anchors=64), Jigsaw(2, anchors=64)])
def test_heads_learn_what_can_be_known(head):
    """Features that tell their own place leave nothing to guess."""
    angles = torch.arange(12.0)[:, None] * torch.arange(1, 9) / 6
    waves = torch.cat([angles.sin(), angles.cos()], 1).T
    places = torch.cat([waves[:, :, None].expand(16, 12, 12), waves[:, None, :].expand(16, 12, 12)])[None]
    optimizer = torch.optim.Adam(head.parameters(), lr=3e-3)
    for _ in range(150):
        optimizer.zero_grad()
        head(places).loss.backward()
        optimizer.step()
    assert head(places).right.mean() > 0.9


def test_only_inner_cells_take_part():
    """A frame of noise, which only padded cells see differently, changes no question."""
    pretext = Pretext(StructureExtractor("resnet31"), "jigsaw", anchors=3)
    cells = []
    pretext.head.register_forward_pre_hook(lambda _, inputs: cells.append(inputs[0]))
    pretext(torch.rand(1, 3, 96, 96))
    assert cells[0].shape == (1, 32, 17, 17)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (Contrastive(4, "h"), "6x8 cells is too small for sampling h, which needs 1x9"),
        (Contrastive(4, "c"), "too small for sampling c, which needs 9x9"),
        (Jigsaw(6), "too small for a jigsaw, which needs 7 a side"),
    ],
)
def test_small_maps_are_refused(head, words):
    with pytest.raises(RequestError, match=words):
        head(torch.rand(1, 32, 6, 8))


def test_unknown_names_are_refused():
    with pytest.raises(RequestError, match="did you mean 'contrastive'"):
        Pretext(StructureExtractor(), "contrastiv")
    with pytest.raises(RequestError, match="there is no sampling 'd'"):
        Pretext(StructureExtractor(), "contrastive", sampling="d")
