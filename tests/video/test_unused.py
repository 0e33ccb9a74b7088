"""What a film or a cluster has no use for is refused from the command line before any work."""

from pathlib import Path

import pytest

from acutance.cli.main import main


@pytest.mark.parametrize(
    "option",
    [
        "--branch-off", "--jobs 2", "--name {stem}_x", "--format png", "--depth 16", "--strip-metadata", "--gradients",
        "--first-frame", "--max-pixels 1000", "--skip-existing",
    ],
)  # fmt: skip
def test_a_film_has_no_such_option(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = tmp_path / "in.mp4"
    film.write_bytes(b"no film at all, and nobody looks")
    assert main(["upscale", str(film), "-o", str(tmp_path / "out.mp4"), *option.split()]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 1
    assert f"{option.split()[0]} is for pictures" in said[0]
    assert [*tmp_path.iterdir()] == [film]


@pytest.mark.parametrize("option", ["--branch-off", "--jobs 2"])
def test_nor_has_a_cluster(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["upscale", str(tmp_path), "-o", str(tmp_path / "out"), "--cluster", "auto", *option.split()]
    assert main(words) == 2
    assert f"{option.split()[0]} is for pictures on one machine." in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]
