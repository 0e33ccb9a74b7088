"""What the docs name is there: files, what stands in them, tests, recipes."""

import re
from collections.abc import Iterator
from pathlib import Path

from acutance.recipes import RECIPES, find_recipe
from acutance.reproduction.paper_figures import FIGURES

ROOT = Path(__file__).parents[1]
PLACES = (ROOT, ROOT / "src" / "acutance", ROOT / "tests" / "golden" / "spsr")
PAGES = [
    *(ROOT / "docs").glob("papers/*.md"),
    *(ROOT / "docs").glob("guides/*.md"),
    *(ROOT / "docs").glob("*.md"),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
]
TESTS = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


def quoted() -> Iterator[tuple[str, str]]:
    """Yield each page's name with what it has between single backticks; what a log tells of the past is its own."""
    for page in PAGES:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        if page.name != "log.md":
            yield from ((page.name, word) for word in re.findall(r"`([^`\n]+)`", text))


def found(path: str) -> Path | None:
    return next((place / path for place in PLACES if (place / path).is_file()), None)


def test_files_are_there_with_what_stands_in_them():
    named = [
        (page, word, re.fullmatch(r"([\w./-]+/[\w-]+\.(?:py|md|npz|json))(?:: ([\w.]+))?", word))
        for page, word in quoted()
    ]
    missing = []
    for page, word, match in named:
        if match and not re.search("NAME|PAPER|^/api/", word):
            file = found(match[1])
            inside = (match[2] or "").split(".")[-1]
            if file is None or (inside and not re.search(rf"\b{inside}\b", file.read_text(encoding="utf-8"))):
                missing.append(f"{page}: {word}")
    assert not missing


def test_tests_are_there():
    names = [(page, name) for page, word in quoted() for name in re.findall(r"\btest_\w+\b(?!\.py)", word)]
    assert not [f"{page}: {name}" for page, name in names if f"def {name}(" not in TESTS]


def test_recipes_are_there():
    papers = "|".join(sorted({name.split(":")[0] for name in RECIPES}))
    names = {word.split()[0] for _, word in quoted() if re.match(rf"({papers}):[a-z]", word)}
    for name in sorted(names):
        if not name.endswith("_") and "+" not in name and name not in FIGURES:
            find_recipe(name)
