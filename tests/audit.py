"""What is installed is what was locked, and what was published: `make audit`.

    python tests/audit.py

Every package that constraints.txt pins is installed in that version, those of extras in it or not at all, and every
file of every package that is installed has the SHA-256 that its wheel gave it (RECORD). What is installed beside is
named. Known vulnerabilities are looked up by pip-audit, where it is installed and reaches its database. The exit status
is 1 where anything is amiss.
"""

import base64
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackagePath, distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "constraints.txt"
EXTRAS = "# Of the extras"
"""How the line begins behind which packages may be missing."""
FREE = {"acutance", "pip", "setuptools", "wheel"}
"""What a virtual environment has by itself, and what is audited."""


def main() -> int:
    """Print what was looked at and what is amiss, and return the exit status."""
    installed = {name(each.metadata["Name"]): each for each in distributions()}
    lock = LOCK.read_text(encoding="utf-8")
    locked, optional = pins(lock), pins(lock.partition(EXTRAS)[2])
    versions = {package: each.version for package, each in installed.items()}
    asked = {package: version for package, version in locked.items() if package in versions or package not in optional}
    wrong, beside = [*other_versions(asked, versions)], sorted(versions.keys() - locked.keys() - FREE)
    print(f"{len(locked)} packages are locked, {len(wrong)} are not installed as they are locked.")
    print(f"{len(beside)} are installed beside: {', '.join(beside) or 'none'}.")
    damaged, count = [], 0
    for package, each in sorted(installed.items()):
        files = each.files or []
        count += len(files)
        damaged += [f"{package}: {path} is not what was published" for path in files if not is_published(each, path)]
    print(f"{count:,} files of {len(installed)} packages were hashed, {len(damaged)} differ from what was published.")
    for fault in (*wrong, *damaged):
        print(f"  {fault}")
    return max(int(bool(wrong or damaged)), vulnerabilities())


def name(package: str) -> str:
    """Return the one name of a package that may be written in several ways (PEP 503)."""
    return re.sub(r"[-_.]+", "-", package).lower()


def pins(lock: str) -> dict[str, str]:
    """Return the packages of a lock and their versions."""
    found = re.findall(r"^([\w.-]+)==([^\s;#]+)", lock, re.M)
    return {name(package): version for package, version in found}


def other_versions(locked: dict[str, str], installed: dict[str, str]) -> Iterator[str]:
    """Yield a sentence for each package that is not installed as it is locked."""
    for package, version in locked.items():
        found = installed.get(package, "nothing")
        # torch has a local version that says for which processor it was built.
        if found.partition("+")[0] != version:
            yield f"{package} is locked at {version}, and {found} is installed"


def is_published(package: Distribution, path: PackagePath) -> bool:
    """Whether a file has the hash that its wheel gave it; files that only this machine made have none."""
    if path.hash is None:
        return True
    file = Path(str(package.locate_file(path)))
    if not file.is_file():
        return False
    with file.open("rb") as content:
        found = hashlib.file_digest(content, path.hash.mode).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode() == path.hash.value


def vulnerabilities() -> int:
    """Look up known vulnerabilities of what is locked, and return 1 where there are any."""
    words = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "-r", str(LOCK)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode and "vulnerabilit" not in done.stderr + done.stdout:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        print(f"Known vulnerabilities were not looked up: {said:.200}; `pip install pip-audit` where it is missing.")
        return 0
    print(done.stdout.strip() or done.stderr.strip())
    return int(bool(done.returncode))


if __name__ == "__main__":
    sys.exit(main())
