"""The curl examples of the guide, run from top to bottom against a server that really runs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from photographs import photograph
from serving import serving

pytest.importorskip("starlette")
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "serve.md"


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="there is no curl or no bash")
def test_the_curl_examples_of_the_guide_work(tmp_path: Path) -> None:
    section = GUIDE.read_text(encoding="utf-8").partition("## For programs")[2].partition("\n## ")[0]
    lines = re.findall(r"^    (.+)$", section, re.MULTILINE)
    assert sum("curl" in line for line in lines) == 8
    Image.fromarray(photograph(1, 40, 56)).save(tmp_path / "photo.jpg")
    with serving(tmp_path / "served") as server:
        script = "\n".join(lines).replace("http://127.0.0.1:8000", server.address)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stdout
    assert "event: all" in done.stdout
    assert Image.open(tmp_path / "larger.jpg").size == (112, 80)
    assert (tmp_path / "all.zip").read_bytes()[:2] == b"PK"
    assert '"result_width":300,"result_height":214' in done.stdout
