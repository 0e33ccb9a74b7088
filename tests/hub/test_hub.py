"""A run pushed to the Hub and loaded from it: the client itself, in processes, against a stand-in server."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

import acutance
from acutance import checkpoints, images
from acutance.errors import RequestError
from acutance.hub import fetched, on_hub
from hub_stand_in import READER, TOKEN, Repository, StandIn, stand_in
from manifests_made import tiny
from photographs import photograph
from runs_made import RECIPE

there = pytest.mark.skipif(
    importlib.util.find_spec("huggingface_hub") is None, reason="huggingface_hub is not installed (acutance[hub])"
)
ASK = """
import sys
from acutance.errors import AcutanceError
from acutance.hub import fetched

for word in sys.argv[1:]:
    try:
        print(fetched(word))
    except AcutanceError as error:
        print(error.status, error)
"""
TOLD = """
from pathlib import Path
from acutance.cluster import Request
from acutance.serve.offered import Offers

print(Request("hf:me/open").pinned().network)
print(Offers([Path("hf:me/open")]).named("open").source)
"""
PUSH = """
import json, os, sys
import acutance
from acutance.errors import AcutanceError

def push(name, public):
    try:
        print(name, acutance.push(sys.argv[1], name, public=public).private)
    except AcutanceError as error:
        print(error)

for token in json.loads(sys.argv[2]):
    if token:
        os.environ["HF_TOKEN"] = token
    push("me/new", False)
    push("me/open", False)
push("me/open", True)
push("me/new", True)
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run, whose recipe lies where nobody else is to know of."""
    secret = tmp_path_factory.mktemp("secret")
    (secret / "mine.py").write_text(RECIPE)
    for number in range(2):
        images.write(secret / f"photos/{number}.png", photograph(number, 64, 64))
    data, out = [str(secret / "photos")], str(secret / "run")
    return acutance.train(f"{secret}/mine.py:pixel", data=data, out=out, scale=2, steps=2, device="cpu").folder


@pytest.fixture
def hub() -> Iterator[StandIn]:
    with stand_in() as server:
        yield server


class Asking:
    """Processes whose client knows the stand-in alone, with a cache and a token of their own."""

    def __init__(self, hub: StandIn, folder: Path) -> None:
        self._folder = folder
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        # The stand-in has no Xet, by which the client uploads where it can.
        self.environment |= {"HF_ENDPOINT": hub.address, "HF_HOME": str(folder / "hf"), "HF_HUB_DISABLE_XET": "1"}

    def __call__(self, *words: str, token: str | None = None) -> subprocess.CompletedProcess[str]:
        more = {} if token is None else {"HF_TOKEN": token}
        return subprocess.run(
            [sys.executable, *words], env=self.environment | more, cwd=self._folder, capture_output=True, text=True
        )

    def command(self, *words: str, token: str | None = TOKEN) -> subprocess.CompletedProcess[str]:
        """Run a command of ours."""
        return self("-m", "acutance", *words, token=token)

    def sentences(self, *addresses: str, token: str | None = None) -> list[str]:
        """Return where each address lies, or why it does not."""
        told = self("-c", ASK, *addresses, token=token)
        assert not told.stderr
        return told.stdout.splitlines()


@pytest.fixture
def asking(hub: StandIn, tmp_path: Path) -> Asking:
    return Asking(hub, tmp_path)


@there
@pytest.mark.slow
def test_a_run_goes_there_and_comes_back(run: Path, hub: StandIn, asking: Asking, tmp_path: Path) -> None:
    told = asking.command("push", str(run), "me/tiny", "--licence", "cc-by-4.0")
    assert told.returncode == 0, told.stderr
    repository = hub.repositories["me/tiny"]
    assert repository.private
    [commit] = repository.commits
    assert told.stdout == f"{hub.address}/me/tiny (private), for --network hf:me/tiny@{commit}\n"
    [files] = repository.commits.values()
    assert sorted(files) == ["README.md", "model.safetensors"]
    weights = safetensors.torch.load(files["model.safetensors"])
    expected = acutance.load(run).state_dict()
    assert weights.keys() == expected.keys()
    assert all(torch.equal(weights[key], expected[key]) for key in expected)
    assert not [name for name, content in files.items() if str(run.parent).encode() in content]
    images.write(tmp_path / "in.png", np.random.default_rng(1).integers(0, 256, (12, 9, 3), np.uint8))
    told = asking.command("upscale", "in.png", "-o", "out.png", "--network", "hf:me/tiny", "--engine", "torch")
    assert told.returncode == 0, told.stderr
    pixels = images.read(tmp_path / "in.png").pixels
    assert np.abs(images.read(tmp_path / "out.png").pixels - 1.0 * acutance.upscale(pixels, run)).max() <= 1


@there
def test_what_was_fetched_is_kept_and_a_revision_is_what_it_was(hub: StandIn, asking: Asking, tmp_path: Path) -> None:
    first, second = tiny(tmp_path / "first").read_bytes(), b"another"
    repository = hub.repositories["me/open"] = Repository()
    old = repository.commit({"model.safetensors": first, "run.py": b"print('never fetched')"})
    repository.commit({"model.safetensors": second, "x3/model.safetensors": first})
    names = ["hf:me/open", f"hf:me/open@{old}", "hf:me/open/x3/model.safetensors"]
    found = [Path(each) for each in asking.sentences(*names)]
    assert [each.read_bytes() for each in found] == [second, first, first]
    assert not [each for each in hub.asked if "run.py" in each]
    assert checkpoints.load(found[1]).scale == 2
    told = asking("-c", TOLD)
    new = [*repository.commits][-1]
    assert told.stdout.splitlines() == [f"hf:me/open@{new}/model.safetensors", str(found[0])], told.stderr
    hub.asked.clear()
    asking.environment["HF_ENDPOINT"] = "http://127.0.0.1:1"
    *kept, nowhere = asking.sentences(*names, "hf:me/other")
    assert kept == [str(each) for each in found]
    assert nowhere == "1 hf:me/other: http://127.0.0.1:1 does not answer, and no copy is kept here."
    asking.environment["HF_HUB_OFFLINE"] = "1"
    assert asking.sentences(names[0]) == [str(found[0])]


@there
def test_what_is_not_there_is_a_sentence(hub: StandIn, asking: Asking) -> None:
    hub.repositories["me/open"] = Repository()
    hub.repositories["me/open"].commit({"a.safetensors": b"a", "b.safetensors": b"b", "c.pth": b"c"})
    hub.repositories["me/none"] = Repository()
    hub.repositories["me/none"].commit({"c.pth": b"c"})
    hub.repositories["me/gated"] = Repository(gated=True)
    hub.repositories["me/closed"] = Repository(private=True)
    expected = {
        "hf:me/nowhere": "2 there is no me/nowhere on the Hub, or it is private and asks for the token of its owner",
        "hf:me/closed": "2 there is no me/closed on the Hub, or it is private and asks for the token of its owner",
        "hf:me/gated": "2 me/gated on the Hub is open to those alone whom its owner lets in",
        "hf:me/open": "2 me/open on the Hub holds a.safetensors, b.safetensors: name one",
        "hf:me/none": "2 me/none on the Hub holds none of the .safetensors files",
        "hf:me/open@gone": "2 me/open on the Hub has no revision gone.",
        "hf:me/open/x.safetensors": "2 me/open on the Hub holds no file x.safetensors.",
        "hf:me/open/c.pth": "2 hf:me/open/c.pth: only .safetensors files are fetched, which hold no code.",
        "hf:me/open/../a.safetensors": "2 hf:me/open/../a.safetensors is no place on the Hub: write hf:owner/name",
        "hf:me/a--b": "1 hf:me/a--b: Cannot have -- or .. in repo_id",
        "hf:me": "2 hf:me is no place on the Hub: write hf:owner/name",
    }
    told = asking.sentences(*expected)
    assert not [line for line, sentence in zip(told, expected.values(), strict=True) if not line.startswith(sentence)]


@there
def test_a_file_that_is_too_large_is_not_fetched(hub: StandIn, asking: Asking) -> None:
    hub.repositories["me/large"] = Repository()
    hub.repositories["me/large"].commit({"model.safetensors": b"x" * 5_000})
    hub.lies_of_size = 3 * 2**30
    [told] = asking.sentences("hf:me/large")
    assert told.startswith("2 me/large on the Hub holds model.safetensors of 3,221,225,472 bytes; up to 2,147,483,648")
    hub.lies_of_size = 1
    less = ASK.replace("for word", "import acutance.hub.download as download\ndownload.MOST = 4_000\nfor word", 1)
    told = asking("-c", less, "hf:me/large")
    assert told.stdout == "1 the Hub sends more than the 4,000 bytes that are fetched.\n"
    assert not list(Path(asking.environment["HF_HOME"]).rglob("model.safetensors"))


@there
def test_pushing_needs_a_token_that_may_and_says_what_is_public(run: Path, hub: StandIn, asking: Asking) -> None:
    hub.repositories["me/open"] = Repository()
    told = asking("-c", PUSH, str(run), json.dumps([None, READER, TOKEN]))
    assert told.stdout.splitlines() == [
        "pushing to me/new needs a token of the Hub that may write there (`hf auth login`, or HF_TOKEN).",
        "pushing to me/open needs a token of the Hub that may write there (`hf auth login`, or HF_TOKEN).",
        "hf:me/new: the Hub does not allow this with the token that it was shown (`hf auth login`, or HF_TOKEN).",
        "me/open is there already, and public: say --public to push to it.",
        "me/new True",
        "me/open is there already, and public: say --public to push to it.",
        "me/open False",
        "me/new True",
    ], told.stderr
    assert hub.repositories["me/new"].private
    assert len(hub.repositories["me/new"].commits) == 2
    assert not hub.repositories["me/open"].private
    asking.environment["HF_ENDPOINT"] = "http://127.0.0.1:1"
    told = asking("-c", PUSH, str(run), json.dumps([TOKEN]))
    assert told.stdout.splitlines()[0] == "hf:me/new: http://127.0.0.1:1 does not answer.", told.stderr


def test_without_the_library_it_is_a_sentence(monkeypatch: pytest.MonkeyPatch, run: Path) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    for deed in (lambda: acutance.load("hf:me/missing"), lambda: acutance.push(run, "me/missing")):
        with pytest.raises(RequestError, match=r"^the Hub needs huggingface_hub: .* 'acutance\[hub\]'\.$"):
            deed()


def test_what_is_no_run_of_ours_is_not_pushed(tmp_path: Path, run: Path) -> None:
    torch.save({"a.weight": torch.zeros(3, 3)}, tmp_path / "other.pth")
    for given, name, sentence in (
        (tmp_path / "other.pth", "me/x", "is no file of ours"),
        ("hf:me/there", "me/x", "is on the Hub already"),
        (run, "me", "is no place on the Hub"),
        (run, "me/x@v1", "is more than a repository"),
        (tmp_path / "nowhere.safetensors", "me/x", "there is no file"),
    ):
        with pytest.raises(RequestError, match=sentence):
            acutance.push(given, name)


def test_a_file_of_that_name_is_named_by_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tiny(Path("hf:mine"))
    assert not on_hub("./hf:mine")
    assert acutance.load("./hf:mine").scale == 2
    with pytest.raises(RequestError, match="no place on the Hub"):
        fetched("hf:mine")
