"""Makes docs/results/ of the files in studies/results/: one page a study, its plot on top. `make results`.

No figure in them is typed here. A file is a comparison.json of `acutance compare` with what a reader must know beside
it: title, command, machine, note (a list of paragraphs), what the paper says (`published`: recipe -> text), and what
growth.py wrote (`growth`: words and rows).
`controls.json` holds tables that were taken by hand, `extractors/` what `acutance extractor evaluate --json` wrote,
`data/` what `acutance data overlap --json` wrote, `tasks/` what tasks.py did.
"""

import json
import textwrap
from pathlib import Path
from typing import Any

from equal_terms import equal_rows
from plots import draw, draw_accuracy, draw_controls, draw_frontier
from tables import difference_rows, extractor_rows, markdown, score_rows
from task_page import task_parts

from acutance.comparison.frontier import is_swept
from acutance.comparison.sweep import families
from acutance.metrics import METRICS

STUDIES = Path(__file__).parent / "results"
PAGES = Path(__file__).parents[1] / "docs" / "results"
MANY = 100
"""Sentences beyond which a page does not list them."""
HEAD = """# Results

**Nothing here shows that PCL or SPSR helps.** On an unfinished network a sharpening filter of one factor does more
than PCL ([the light EDSR](frontier-light.md)); on RLFN's released weights white noise of half a level has more PSNR
at the same LPIPS, a filter more SSIM, and PCL lies between them ([the frontier](frontier.md), [by AlexNet's
features](frontier-alexnet.md), [another network](frontier-default.md)); no mixture of it with SPSR's losses is ahead
of both ([both](both.md)); from random weights it is behind L1 alone for as long as was trained
([scratch](scratch.md)); after a network for photographs it draws a grid ([photographs](photo.md)); and SPSR's
structure features do what those of an extractor that never learned do ([at an equal pull](structure.md), [with a
GAN](structure-gan.md), [on a light SPSR](structure-spsr.md)). [The controls](controls.md) has what the older studies
lacked. Each page says in its first lines what its study lacks.

What is still to be done: longer runs; LPIPS by features of VGG-16, and by AlexNet's on the other pages.

[A network for crisp detail](sharp.md), `sharp-x4`, is of neither paper: LPIPS itself and a GAN.
"""
ACROSS = {"lpips_squeeze": "LPIPS", "lpips_alex": "LPIPS by AlexNet", "psnr": "PSNR"}
"""Metrics at an equal value of which methods are held against what is trained nowhere."""
HOW_FAST = "How fast it is: [a PCL step](step.md), [engines](engines.md), [scaling curves](curves.md)."
HOW_TO_READ = """## How to read a page

- A study trains each recipe with each seed from the same start, on the same patches, for the same budget.
  `acutance compare` wrote it; the page shows the command.
- A difference is a recipe's score less that of the control, paired by seed and set.
- *Over seeds* is the 95 % t interval over the seeds. *Over pictures* is the 95 % interval of a bootstrap over the
  pictures, which takes the seeds as they are.
- A column says over what the interval leaves out zero: seeds, pictures, both, or neither. *Resolved* means both, three
  seeds, and a p-value below 0.05 after Holm's correction over all differences in the metric; studies from before
  November 29 were not corrected. With two seeds an interval has one degree of freedom.
- PSNR and SSIM are those of Y at x4 under the protocol that the page names. Under `pcl` bicubic has 28.43 dB on Set5,
  26.09 on Set14, 25.96 on B100 and 27.23 on Kodak24.
- Recipes are called as they were when the study ran. A light row is called by its network now (`pcl:light_plain` is
  `pcl:edsr_light_finetune_plain`), and what was appended to a name is an option: `+squeezenet` is
  `--perceptual squeezenet`, `-gradient` is `--without gradient`.
- The share of three tenths, which several recipes have, was chosen on Set5, Set14 and B100: on the pictures that it is
  reported on.

`make results` makes these pages from the files in `studies/results/`.
"""
OVERLAP = """## Test pictures among those that train

    acutance data overlap --data CLIC2025_valid --data CID22 --data GB82 --sets Set5,Set14,B100,Kodak24 --test DIR
    acutance data overlap --data CID22_more --data CLIC2025_test --data photos_free --test DIR \\
        --sets Set5,Set14,B100,Kodak24

The same photograph or a part of it, also resized, turned, mirrored or compressed: found by keypoints, then pixels.
"""


def wrapped(paragraphs: list[str]) -> str:
    """Return paragraphs with lines that fit a screen."""
    return "\n\n".join(textwrap.fill(each, 120, break_long_words=False, break_on_hyphens=False) for each in paragraphs)


def shell(command: str) -> str:
    """Return a command as a block of lines that fit a screen."""
    lines = textwrap.wrap(command, 100, break_long_words=False, break_on_hyphens=False)
    return " \\\n        ".join(["    " + lines[0], *lines[1:]])


def folded(summary: str, table: list[list[str]]) -> str:
    return f'<details markdown="1">\n<summary>{summary}</summary>\n\n{markdown(table)}\n\n</details>'


def study(path: Path) -> tuple[str, str]:
    """Write the page of a study and its plot, and return its address and title."""
    told = json.loads(path.read_text(encoding="utf-8"))
    comparison, published = told["comparison"], told.get("published", {})
    name = path.stem.split("-", 1)[1].replace("_", "-")
    bars = draw(PAGES / "images" / f"{name}.svg", comparison)
    seeds = ", ".join(map(str, comparison["seeds"]))
    metrics = list(next(iter(comparison["sets"].values())))
    scored = metrics if told.get("every_metric") else metrics[:1]
    parts = [
        f"# {told['title']}",
        f"![Differences to the control, a panel a metric](images/{name}.svg)",
        f"*Differences to `{comparison['control']}`, a point a test set; shaded: better. {bars}*",
        *lines(told, name),
        wrapped(told["note"]),
        *growing(told),
        "## How it was run",
        shell(told["command"]),
        f"Runs: {comparison['runs']}; seeds: {seeds}; protocol: `{comparison['protocol']}`. {told['machine']}",
        "## Differences",
        *(folded(titled(each), difference_rows(comparison, each)) for each in metrics),
        *(at_equal_terms(comparison) if is_swept(comparison["recipes"]) else []),
        "## Scores",
        "Means over the seeds, their sample standard deviation in brackets.",
        *(folded(METRICS[each].title, score_rows(comparison, each)) for each in scored),
    ]
    if published:
        rows = [["recipe here", "the paper's row"], *([f"`{recipe}`", text] for recipe, text in published.items())]
        parts.append(folded("What the paper has", rows))
    write(name, parts)
    return name, told["title"]


def growing(told: dict[str, Any]) -> list[str]:
    """Return the table of what each recipe had beyond the control while they learned, where there is one."""
    growth = told.get("growth")
    return ["## While they learn", wrapped([growth["words"]]), markdown(growth["rows"])] if growth else []


def lines(told: dict[str, Any], name: str) -> list[str]:
    """Draw the methods of a frontier over their strength, and return the pictures; none where nothing is swept."""
    if not is_swept(told["comparison"]["recipes"]):
        return []
    draw_frontier(PAGES / "images" / f"{name}-lpips.svg", told["comparison"], told.get("drawn", []))
    return [
        f"![LPIPS against PSNR, a line a method](images/{name}-lpips.svg)",
        "*A line a method over its strength, which stands beside each point; dashed: trivial controls. Bars: standard "
        "deviation over the seeds.*",
        *(f"![All metrics, each method over its strength](images/{each})" for each in told.get("pictures", [])),
    ]


def at_equal_terms(comparison: dict[str, Any]) -> list[str]:
    """Return what methods have beyond the filter and beyond each other where one metric is equal."""
    untrained = [each for each in ("filter", "noise") if each in families(comparison["recipes"])]
    scored = next(iter(comparison["sets"].values()))
    return [
        "## At equal terms",
        "Each method less what is trained nowhere, a sharpening filter or noise, at equal LPIPS and at equal PSNR: "
        "better is above 0, whichever way a metric counts. In brackets the 95 % interval over the seeds, not "
        "corrected. Strengths that draw a grid (0.2 levels beyond the control's) are left out.",
        *(
            folded(f"At equal {words}, less {against}", equal_rows(comparison, across, against))
            for against in untrained
            for across, words in ACROSS.items()
            if across in scored
        ),
        *sentences(comparison.get("frontier", [])),
    ]


def sentences(frontier: list[str]) -> list[str]:
    """Return what `acutance compare` says of every two methods at equal PSNR; where that is much, how much it is."""
    if not frontier:
        return []
    if len(frontier) > MANY:
        return [
            f"The file in `studies/results/` has {len(frontier)} sentences more, on every two methods at equal PSNR."
        ]
    return ["Every strength, whatever it draws, at equal PSNR:", "\n".join(f"- {each}" for each in frontier)]


def titled(metric: str) -> str:
    return METRICS[metric].title + ("" if METRICS[metric].higher_is_better else ", less is better")


def controls(path: Path) -> tuple[str, str]:
    """Write the page of the controls: tables that were taken by hand, a plot of the first two."""
    told = json.loads(path.read_text(encoding="utf-8"))
    draw_controls(PAGES / "images" / "controls.svg", told["plots"])
    parts = [
        f"# {told['title']}",
        "![PSNR against LPIPS, two panels](images/controls.svg)",
        f"*{told['caption']}*",
        wrapped(told["note"]),
    ]
    for each in told["tables"]:
        parts += [f"## {each['title']}", wrapped(each["before"]), markdown(each["rows"]), wrapped(each["after"])]
    write("controls", parts)
    return "controls", told["title"]


def extractors(paths: list[Path]) -> tuple[str, str]:
    told = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    title, probe = "What the structure extractors know", told[0]["course"]
    tasks = [(task, name) for task, sets in told[0]["tasks"].items() for name in sets]
    draw_accuracy(PAGES / "images" / "extractors.svg", told, tasks)
    parts = [
        f"# {title}",
        "![Accuracy of each extractor by task, and chance](images/extractors.svg)",
        "*Accuracy of a fresh head on the frozen features; whiskers: standard deviation over ten heads.*",
        wrapped(
            [
                "Contrastive prediction (SPSR, Eq. 11: which of about 2,000 cells of a map belongs between two others) "
                "and jigsaw (Eq. 13: which of 24 orders four cells stand in), on pictures that no extractor saw. The "
                "paper gives these as figures only. `contrastive-h` here is the file of commit 5473d5d: it learned on "
                'patches that augmentation had turned, so it is no "h" extractor as the paper means it. Another one '
                "ships now, with `-v` and `-c` beside it (`extractors/weights/README.md`)."
            ]
        ),
        *(shell(" ".join(shortened(each["command"]))) for each in told),
        wrapped(
            [
                f"{probe['repetitions']} fresh heads a task, {probe['steps']} steps each on the training pictures, the "
                "extractor frozen; in brackets the standard deviation over them."
            ]
        ),
        markdown(extractor_rows(told, tasks)),
    ]
    write("extractors", parts)
    return "extractors", title


def shortened(command: list[str]) -> list[str]:
    """Return a command without the places that folders have on the machine it ran on."""
    return [Path(word).name if word.startswith("/") else word for word in command]


def overlap(paths: list[Path]) -> str:
    told = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    found, left = (sum(len(each[key]) for each in told) or "none" for key in ("overlaps", "not_looked_for"))
    counted = f"{sum(each['train'] for each in told)} pictures that train what ships, {told[0]['test']} that test"
    return f"{OVERLAP}\n{counted}: {found} in common, {left} that could not be looked for."


def write(name: str, parts: list[str]) -> None:
    (PAGES / f"{name}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def main() -> None:
    """Write every page."""
    (PAGES / "images").mkdir(parents=True, exist_ok=True)
    pages = [controls(STUDIES / "controls.json"), *(study(path) for path in sorted(STUDIES.glob("[0-9]*.json")))]
    pages.append(extractors(sorted((STUDIES / "extractors").glob("*.json"))))
    title, parts = task_parts(STUDIES / "tasks", PAGES / "images")
    write("tasks", parts)
    pages.append(("tasks", title))
    listed = "\n".join(f"- [{title}]({name}.md)" for name, title in pages)
    leaks = overlap(sorted((STUDIES / "data").glob("overlap*.json")))
    write("index", [HEAD.strip(), "## The studies", listed, HOW_FAST, HOW_TO_READ.strip(), leaks])


if __name__ == "__main__":
    main()
