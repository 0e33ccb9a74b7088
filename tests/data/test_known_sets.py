"""The papers' test sets are recognised by the pixels of their pictures, whatever the files are called."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from acutance import images
from acutance.cli.main import main
from acutance.data import KNOWN, find_known, find_set, known_set, recognise
from acutance.data.known_sets import fingerprint, near
from photographs import photograph

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_pictures = pytest.mark.skipif(not (SHARED / "Set5").is_dir(), reason="the pictures of Set5 are not at hand")


def test_every_set_has_as_many_fingerprints_as_pictures_or_none() -> None:
    counts = {known.name: (len(known.fingerprints), known.count) for known in KNOWN.values()}
    assert counts["Set14"] == (14, 14)
    assert all(fingerprints in (0, count) for fingerprints, count in counts.values())
    assert known_set("bsd100") is KNOWN["B100"]
    assert known_set("Set6") is None


def test_a_fingerprint_knows_a_picture_its_crop_its_other_pixels_and_no_other() -> None:
    whole = photograph(1, 61, 74)
    assert fingerprint(whole) == fingerprint(whole[:60, :72])
    worse = np.clip(whole.astype(int) + np.random.default_rng(0).integers(-4, 5, whole.shape), 0, 255).astype(np.uint8)
    assert fingerprint(worse) != fingerprint(whole)
    assert near(fingerprint(worse), fingerprint(whole))
    assert not near(fingerprint(photograph(2, 61, 74)), fingerprint(whole))
    assert fingerprint(np.zeros((3, 5, 3), np.uint8)) != fingerprint(np.zeros((5, 3, 3), np.uint8))


def test_strangers_and_what_is_missing_are_named(tmp_path: Path) -> None:
    images.write(tmp_path / "set5" / "baby.png", photograph(0, 48, 48))
    found = find_known(KNOWN["Set5"], tmp_path)
    assert found is not None
    assert found.sentence.startswith("Set5, 1 of 5: baby not of the set; ")
    assert not found.as_published
    assert recognise(find_set(tmp_path, str(tmp_path / "set5"), 4)) == found
    assert find_known(KNOWN["Set14"], tmp_path) is None


@needs_pictures
def test_the_set_itself_is_as_published_under_any_names(tmp_path: Path) -> None:
    for number, pair in enumerate(find_set(SHARED, "Set5", 4).pairs):
        images.write(tmp_path / "Set5" / f"img_{number}.png", images.read(pair.hr))
    found = find_known(KNOWN["Set5"], tmp_path)
    assert found is not None
    assert found.sentence == "Set5, 5 of 5, as published."
    (tmp_path / "Set5" / "img_0.png").unlink()
    lacking = find_known(KNOWN["Set5"], tmp_path)
    assert lacking is not None
    assert lacking.sentence == "Set5, 4 of 5: 4 as published; baby missing."


def test_the_command_tells_where_a_set_is_to_be_had_and_downloads_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "fetch", "urban100", "--test", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "https://github.com/jbhuang0604/SelfExSR" in told
    assert "Here: nothing of it." in told
    images.write(tmp_path / "Urban100" / "0.png", photograph(0, 12, 12))
    for number in range(1, 100):
        shutil.copy(tmp_path / "Urban100" / "0.png", tmp_path / "Urban100" / f"{number}.png")
    assert main(["data", "fetch", "Urban100", "--test", str(tmp_path)]) == 0
    assert "Urban100, 100 of 100; which pictures they are was not checked" in capsys.readouterr().out
    assert main(["data", "fetch", "--test", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert all(f"{name}, {known.count} pictures" in told for name, known in KNOWN.items())
