"""Draws a figure of a paper, of networks that were trained for it or of extractors that are probed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from acutance import checkpoints, images
from acutance.data import Pair, PictureSet, decode, pair_of
from acutance.data.declared import as_folders
from acutance.data.depth import read
from acutance.degrade import Bicubic
from acutance.errors import RequestError
from acutance.extractors.structure import bundled
from acutance.files import write_json, write_text
from acutance.pretext.probe import RANDOM, Accuracy, probe
from acutance.report import write_figure, write_study
from acutance.report.bars import Bar, Bars, bars_svg
from acutance.report.figure_inputs import find_pairs
from acutance.report.real_crops import draw_real
from acutance.reproduction.at_hand import sets_at_hand
from acutance.reproduction.drawn import Drawn
from acutance.reproduction.paper_figures import BRANCH_OFF, GRADIENTS, REAL, STUDY, PaperFigure
from acutance.reproduction.paper_tables import SCALE, paper_table
from acutance.reproduction.reproduced import Reproduced
from acutance.run_folder import RunFolder
from acutance.scores.benchmark import bicubic_upscaler
from acutance.tables import Rows, markdown
from acutance.upscaling import upscale

Place = str | PathLike[str]
SHOWN, ASKED, REAL_SIDE = 3, 20, 200
"""Sets of which a picture is drawn, pictures of a study, and pixels a side of a real picture that is upscaled."""
ORDER = (
    "The paper shows bars and no numbers: its contrastive extractors do well at both tasks, that of jigsaws poorly at "
    "the contrastive one; c is above h and v."
)


@dataclass(frozen=True)
class FigureRequest:
    """What `acutance.reproduce` is asked for of a figure; everything as there."""

    figure: PaperFigure
    data: Place | Sequence[Place]
    test: Place | None
    sets: Sequence[str]
    pictures: Sequence[str]
    out: Path
    light: bool
    device: str

    def rows(self, named: Sequence[str]) -> list[str]:
        """Return the rows to train: those that are named, or the figure's, with --light those that it has some for."""
        table = paper_table(self.figure.table)
        return list(named) or [row for row in self.figure.rows if table.row(row).light or not self.light]

    def drawn(self, made: Reproduced) -> Drawn:
        """Draw the figure of the rows that were made."""
        notes = [*made.known, *(note for note in made.notes() if "pixels that" in note)]
        return self._drawing().of_networks(made.runs, notes)

    def probed(self, extractor: Place | None, *, steps: int | None, patch: int | None) -> Drawn:
        """Probe the extractors and draw the figure."""
        own = None if extractor is None else Path(extractor)
        return self._drawing().of_extractors(as_folders(self.data), own, steps=steps, patch=patch)

    def _drawing(self) -> "Drawing":
        test = None if self.test is None else Path(self.test)
        table = paper_table(self.figure.table if self.figure.rows else "spsr:I")
        sets, _ = sets_at_hand(table, test, as_folders(self.data), self.sets)
        return Drawing(self.figure, sets, test, self.pictures, self.out, self.light, self.device)


@dataclass(frozen=True)
class Drawing:
    """What a figure is drawn of, and where.

    Attributes:
        figure: which.
        sets: that are at hand.
        test: the folder that they are in; None for ACUTANCE_DATA.
        pictures: to show, SET/NAME or files; by default the middle one of each set by name.
        out: the folder of the figure.
        light: whether light networks stand for the paper's.
        device: what to compute on.
    """

    figure: PaperFigure
    sets: Sequence[PictureSet]
    test: Path | None
    pictures: Sequence[str]
    out: Path
    light: bool
    device: str

    def of_networks(self, runs: Mapping[str, Path], notes: Sequence[str]) -> Drawn:
        """Draw what networks make, given the folders of their runs by what the paper calls them."""
        if self.figure.kind == STUDY:
            files = [self._study(runs)]
        elif self.figure.kind == REAL:
            files = [self._real(pair, runs) for pair in self._pairs()]
        else:
            files = [self._crops(pair, runs) for pair in self._pairs()]
        return Drawn(self.figure, files, self.light, notes=notes)

    def of_extractors(
        self, data: Sequence[Path], extractor: Path | None, *, steps: int | None, patch: int | None, seed: int = 1
    ) -> Drawn:
        """Probe every extractor that ships, a random one and that which is given, by ten heads each; draw the bars."""
        sources = [*bundled(), RANDOM, *([str(extractor)] if extractor is not None else [])]
        task, names = self.figure.table, [str(pairs.pairs[0].hr.parent) for pairs in self.sets]
        asked = {"steps": steps or 400, "patch": patch or 200, "seed": seed}
        found: dict[str, Mapping[str, Accuracy]] = {}
        for source in sources:
            results = probe(
                source,
                data=data,
                task=task,
                sets=names,
                steps=asked["steps"],
                patch=asked["patch"],
                seed=seed,
                cache=self.out / "store",
                device=self.device,
            )
            right = results.tasks[task].values()
            found[Path(source).name] = dict(zip((each.name for each in self.sets), right, strict=True))
        return self._bars(found, asked)

    def _bars(self, found: Mapping[str, Mapping[str, Accuracy]], asked: Mapping[str, int]) -> Drawn:
        groups = {
            name: {source: _bar(sets[name]) for source, sets in found.items()}
            for name in (each.name for each in self.sets)
        }
        chance = {name: next(iter(found.values()))[name].chance for name in groups}
        repetitions = len(next(iter(next(iter(found.values())).values())).right)
        title = f"{self.figure.table} task, {repetitions} repetitions, {asked['steps']} steps"
        numbers = _numbers(found, chance)
        stem = self.out / self.figure.name.partition(":")[2]
        write_text(stem.with_suffix(".svg"), bars_svg(Bars(title, groups, "right answers, %", chance)))
        told = {source: {name: each.to_json() for name, each in sets.items()} for source, sets in found.items()}
        write_json(stem.with_suffix(".json"), {"figure": self.figure.name, "asked": dict(asked), "extractors": told})
        drawn = Drawn(
            self.figure,
            [stem.with_suffix(suffix) for suffix in (".svg", ".md", ".json")],
            numbers=numbers,
            notes=[f"{title}; in brackets the spread over the repetitions.", ORDER],
        )
        write_text(stem.with_suffix(".md"), "\n\n".join([f"# {drawn.heading}", markdown(numbers), *drawn.notes]) + "\n")
        return drawn

    def _pairs(self) -> list[Pair]:
        if self.pictures:
            return [
                pair_of(Path(each), SCALE) if Path(each).is_file() else find_pairs(each, self.test, SCALE)[0]
                for each in self.pictures
            ]
        return [each.pairs[len(each.pairs) // 2] for each in self.sets[:SHOWN]]

    def _crops(self, pair: Pair, runs: Mapping[str, Path]) -> Path:
        """Draw a picture as the networks make it: crops, gradient maps, or crops with the branch on and off."""
        return write_figure(
            str(pair.hr),
            {f"{name} (light)" if self.light else name: RunFolder(run).last for name, run in runs.items()},
            self.out / _named(pair),
            protocol=self.figure.name.partition(":")[0],
            gradients=self.figure.kind == GRADIENTS,
            branch_off=self.figure.kind == BRANCH_OFF,
            device=self.device,
        )

    def _real(self, pair: Pair, runs: Mapping[str, Path]) -> Path:
        """Draw a picture as it is, and what networks make of it as LR: there is no original."""
        lr = read(pair.hr, pair.white_level)
        top, left = (max(0, (side - REAL_SIDE) // 2) for side in lr.shape[:2])
        lr = np.ascontiguousarray(lr[top : top + REAL_SIDE, left : left + REAL_SIDE])
        made = {"bicubic": bicubic_upscaler(SCALE)(lr)}
        for name, run in runs.items():
            network = checkpoints.load(RunFolder(run).last)
            made[f"{name} (light)" if self.light else name] = upscale(lr, network, device=self.device)
        path = self.out / _named(pair)
        images.write(path, np.asarray(draw_real(lr, made, title=pair.name)))
        return path

    def _study(self, runs: Mapping[str, Path]) -> Path:
        """Write the SR of the first pictures of the sets, and the page on which people rank them."""
        pairs = self._pairs() if self.pictures else [pair for each in self.sets for pair in each.pairs][:ASKED]
        loaded = {name: checkpoints.load(RunFolder(run).last, scale=SCALE) for name, run in runs.items()}
        folders = {name: self.out / "sr" / f"{number}" for number, name in enumerate(loaded)}
        if len(folders) < 2:
            raise RequestError(f"{self.figure.name} compares methods, and only {', '.join(folders)} can be made.")
        for pair in pairs:
            hr, lr = decode(pair, Bicubic(SCALE))
            images.write(self.out / "hr" / f"{pair.name}.png", hr)
            for name, network in loaded.items():
                images.write(folders[name] / f"{pair.name}.png", upscale(lr, network, device=self.device))
        return write_study(folders, self.out / "study.html", reference=self.out / "hr", pictures=ASKED)


def _named(pair: Pair) -> str:
    return f"{pair.hr.parent.name}-{pair.name}.png"


def _bar(accuracy: Accuracy) -> Bar:
    return Bar(accuracy.mean, accuracy.mean - accuracy.spread, accuracy.mean + accuracy.spread)


def _numbers(found: Mapping[str, Mapping[str, Accuracy]], chance: Mapping[str, float]) -> Rows:
    body = [
        [source, *(f"{sets[name].mean:.2%} ({sets[name].spread:.2%})" for name in chance)]
        for source, sets in found.items()
    ]
    return [["extractor", *chance], *body, ["chance", *(f"{each:.3%}" for each in chance.values())]]
