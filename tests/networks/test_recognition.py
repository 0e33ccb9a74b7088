"""The detectors in the table of networks: each knows its own family, and no other."""

import pytest
import torch

from acutance import networks

ALL = networks.NETWORKS.values()
ROWS = {name: design for name, design in networks.NETWORKS.items() if design.recognise is not None}


def weights_of(name):
    """Shapes alone, without the colour mean, whose values a detector would look at."""
    with torch.device("meta"):
        state = networks.create(name).state_dict()
    return {key: tensor for key, tensor in state.items() if key != "add_mean.bias"}


def test_one_row_of_each_class_has_the_detector():
    assert [design.build for design in ROWS.values()] == list(
        dict.fromkeys(d.build for d in networks.NETWORKS.values())
    )


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_the_row_of_its_class_recognises_a_network_and_no_other_does(name):
    weights, design = weights_of(name), networks.NETWORKS[name]
    found = {row: each.recognise(weights, None) for row, each in ROWS.items() if each.recognise is not None}
    (recognised,) = (each for each in found.values() if each is not None)
    (row,) = (row for row, each in found.items() if each is not None)
    assert ROWS[row].build is design.build
    assert recognised.name == ("edsr-s" if name == "edsr" else name)
    unseen = {"rgb_range": design.config.rgb_range} if hasattr(design.config, "rgb_range") else {}
    assert vars(recognised.config) | unseen == vars(design.config)
