"""The tables of both papers: which recipe makes each row, and which light one stands for it on a CPU.

PCL: Wu et al. 2023, "A Practical Contrastive Learning Framework for Single-Image Super-Resolution". SPSR: Ma et al.
2021, "Structure-Preserving Image Super-Resolution". All at x4; the numbers are in `report.published`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from acutance.data import KNOWN
from acutance.errors import unknown
from acutance.report.published import table as published_rows
from acutance.scores.results import Published


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        name: as in the published numbers; empty where the paper does not say which of its rows this is.
        recipe: what makes it.
        light: what stands for it on a CPU, by the same change of a small network; empty where nothing does.
        beside: whether the paper has no such row, so that it is made only where it is asked for.
    """

    name: str
    recipe: str
    light: str = ""
    beside: bool = False


@dataclass(frozen=True)
class PaperTable:
    """A table of a paper.

    Attributes:
        name: "pcl:II" and so on.
        title: what it is about.
        file: of its numbers, in `report.published`; empty for a table without numbers.
        rows: as they stand in it.
        metrics: of its columns, as `evaluate` calls them.
        light_init: the bundled weights that its light rows start from; empty for a start by the seed.
        note: what a reader should know of its numbers.
    """

    name: str
    title: str
    file: str
    rows: tuple[Row, ...]
    metrics: tuple[str, ...] = ("psnr", "ssim")
    light_init: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        """Whose table it is: "PCL, Table II"; of what is no table of a paper the paper alone."""
        paper, _, numeral = self.name.partition(":")
        return f"{paper.upper()}, Table {numeral}" if numeral.isupper() else paper.upper()

    @property
    def published(self) -> Mapping[str, Published]:
        """What the paper has for its rows, by name."""
        return published_rows(self.file) if self.file else {}

    @property
    def others(self) -> list[str]:
        """Its published rows that are no network which Acutance trains, or of which none knows what they are."""
        return [name for name in self.published if name not in {BICUBIC, *(row.name for row in self.rows)}]

    @property
    def sets(self) -> list[str]:
        """The test sets of its columns; of a table without numbers those of the other tables."""
        return [*dict.fromkeys(name for row in self.published.values() for name in row.sets)] or [*KNOWN]

    @property
    def protocol(self) -> str:
        """How its numbers were taken: pcl or spsr."""
        return self.name.partition(":")[0]

    def row(self, name: str) -> Row:
        """Return a row by its name or its recipe; "edsr_s" is short for the recipes that end so.

        Raises:
            RequestError: there is none.
        """
        for row in self.rows:
            if name.casefold() in (row.name.casefold(), row.recipe, row.light):
                return row
        raise unknown(f"row of {self.name}", name, [row.name or row.recipe for row in self.rows])


def _backbone(name: str, recipe: str, light: bool = False) -> tuple[Row, Row]:
    """Return a network's row and that with PCL."""
    stands = ("pixel:edsr_light", "pcl:edsr_light") if light else ("", "")
    return Row(name, f"pixel:{recipe}", stands[0]), Row(f"{name}+PCL", f"pcl:{recipe}", stands[1])


def _ablation(name: str, recipe: str) -> Row:
    """Return a row of PCL's ablations of RCAN; a light EDSR that goes on from finished weights stands in."""
    suffix = f"_{recipe}" if recipe else ""
    return Row(name, f"pcl:rcan{suffix}", f"pcl:edsr_light_finetune{suffix}")


def _equal_pull(name: str, recipe: str) -> Row:
    """Return the same with the gradient of the contrast at the same share of L1's in every row."""
    row = _ablation(name, f"{recipe}_share" if recipe else "share")
    return replace(row, name=f"{name} at equal pull", beside=True)


def _spsr(name: str, recipe: str, light: str = "", *, beside: bool = False) -> Row:
    return Row(name, f"spsr:{recipe}", f"spsr:{light or 'spsr_light_' + recipe}", beside)


def _branched(name: str, network: str, light: str = "") -> Row:
    recipe = f"{network}_guided_{name[-1].lower()}"
    stands = f"spsr:{light}_guided_{name[-1].lower()}" if light else ""
    return Row(f"{name} with a gradient branch", f"spsr:{recipe}", stands, beside=True)


SCALE = 4
"""Of every table of both papers."""
BICUBIC = "Bicubic"
"""The row of those tables that have it: nothing is trained for it, so it tells whether both measure alike."""
RRDB = Row("RRDB", "pixel:rrdb", "pixel:rrdb_light")
ESRGAN = Row("ESRGAN", "esrgan:rrdb", "esrgan:rrdb_light")
SPSR_G, SPSR_J, SPSR_P = _spsr("SPSR-G", "g"), _spsr("SPSR-J", "j"), _spsr("SPSR-P", "p")
LIGHT_START = "edsr-light-x4"
PERCEPTUAL = ("lpips", "psnr", "ssim")
EMBEDDED = {"Config 1": "vgg", "Config 2": "plain", "Config 3": "", "Config 4": "hr_against_lr", "Config 5": "fourier"}
SAMPLED = {
    "positives no / negatives no": "hr_against_lr",
    "positives yes / negatives no": "sharpened_only",
    "positives no / negatives yes": "blurred_only",
    "positives yes / negatives yes": "",
}
UNSAID = "The paper does not say how NIQE and LPIPS were taken."

TABLES: dict[str, PaperTable] = {
    table.name: table
    for table in (
        PaperTable(
            "pcl:I",
            "other ways of contrast",
            "",
            (
                _ablation("HR against LR in VGG's features", "lr_in_features"),
                _ablation("HR against other pictures in VGG's features", "others_in_features"),
                _ablation("HR against blurred in the critic's features", "blurred_only"),
                _ablation("sharpened and HR against blurred in the critic's features: PCL", ""),
                _equal_pull("HR against LR in VGG's features", "lr_in_features"),
                _equal_pull("HR against other pictures in VGG's features", "others_in_features"),
                _equal_pull("HR against blurred in the critic's features", "blurred_only"),
                _equal_pull("sharpened and HR against blurred in the critic's features: PCL", ""),
            ),
            light_init=LIGHT_START,
            note="The paper's table tells the ways apart and has no numbers.",
        ),
        PaperTable(
            "pcl:II",
            "L1 against L1 + PCL, five networks",
            "pcl_table2_benchmarks.csv",
            (
                *_backbone("EDSR-S", "edsr_s", light=True),
                *_backbone("EDSR-L", "edsr_l"),
                *_backbone("RCAN", "rcan"),
                *_backbone("HAN", "han"),
                *_backbone("NLSN", "nlsn"),
                Row("SwinIR", "pixel:swinir"),
                Row("SwinIR+PCL", "pcl:swinir", beside=True),
            ),
            note="VDSR's SSIM on B100 is printed so, and 0.726 meant. SwinIR's row is read from a picture of it.",
        ),
        PaperTable(
            "pcl:III",
            "the same networks by NIQE and LPIPS",
            "pcl_table3_niqe_lpips.csv",
            (
                Row("EDSR", "pixel:edsr_l", "pixel:edsr_light"),
                Row("EDSR+PCL", "pcl:edsr_l", "pcl:edsr_light"),
                *_backbone("RCAN", "rcan"),
                *_backbone("NLSN", "nlsn"),
            ),
            ("niqe", "lpips"),
            note=f"{UNSAID} Its EDSR is taken to be EDSR-L.",
        ),
        PaperTable(
            "pcl:IV",
            "what embeds, and what is contrasted",
            "pcl_table4_ablation.csv",
            (
                *(_ablation(name, recipe) for name, recipe in EMBEDDED.items()),
                *(_equal_pull(name, recipe) for name, recipe in EMBEDDED.items()),
            ),
            light_init=LIGHT_START,
        ),
        PaperTable(
            "pcl:V",
            "an embedding network that was trained before",
            "pcl_table5_fixed_embedding.csv",
            (
                *_backbone("EDSR-S", "edsr_s", light=True),
                Row("EDSR-S+PCL-F", "pcl:edsr_s_fixed_embedding", "pcl:edsr_light_finetune_fixed_embedding"),
            ),
        ),
        PaperTable(
            "pcl:VI",
            "sharpened positives and blurred negatives",
            "pcl_table6_augmentation.csv",
            (
                *(_ablation(name, recipe) for name, recipe in SAMPLED.items()),
                *(_equal_pull(name, recipe) for name, recipe in SAMPLED.items()),
            ),
            ("psnr", "ssim", "lpips"),
            light_init=LIGHT_START,
            note="The paper does not say how LPIPS was taken.",
        ),
        PaperTable(
            "pcl:VII",
            "the weight of the contrastive loss",
            "pcl_table7_alpha.csv",
            (
                _ablation("alpha 0.01", "alpha_0.01"),
                _ablation("alpha 0.1", ""),
                *(_ablation(f"alpha {value}", f"alpha_{value}") for value in ("0.25", "0.5", "1", "5")),
            ),
            ("psnr",),
            light_init=LIGHT_START,
        ),
        PaperTable(
            "pcl:real",
            "networks for real pictures, which Fig. 4 shows",
            "",
            (
                Row("L1", "real:edsr_s", "real:edsr_light"),
                Row("L1 + PCL", "real:edsr_s_pcl", "real:edsr_light_pcl"),
            ),
            note="The scores are of bicubic LR, which these networks are not for; the paper has no numbers.",
        ),
        PaperTable(
            "spsr:I",
            "SPSR beside ESRGAN",
            "spsr_table1_benchmarks.csv",
            (RRDB, Row("SRGAN", "spsr:srresnet_gan"), ESRGAN, SPSR_G, SPSR_J, SPSR_P),
            PERCEPTUAL,
        ),
        PaperTable(
            "spsr:II",
            "parts of SPSR-G",
            "spsr_table2_spsrg_ablation.csv",
            (
                ESRGAN,
                _spsr("SPSR-G w/o GB", "g_without_branch", "rrdb_light_g"),
                _spsr("SPSR-G w/o GL", "g_without_losses"),
                _spsr("SPSR-G w/o AGL", "g_without_adversarial"),
                _spsr("SPSR-G w/o PGL", "g_without_pixel"),
                SPSR_G,
            ),
            PERCEPTUAL,
        ),
        PaperTable(
            "spsr:III",
            "parts of SPSR-P",
            "spsr_table3_spsrp_ablation.csv",
            (
                SPSR_P,
                _spsr("SPSR-P w/o ASL", "p_without_adversarial"),
                _spsr("SPSR-P w/o PSL", "p_without_pixel"),
                _spsr("SPSR-P w/o GB", "p_without_branch", "rrdb_light_p"),
                _spsr("SPSR-P w/o SL", "p_without_losses"),
            ),
            PERCEPTUAL,
        ),
        PaperTable(
            "spsr:IV",
            "weights of SPSR-P's losses",
            "spsr_table4_weights.csv",
            (
                SPSR_P,
                *(
                    _spsr("", f"p_{loss}_{change}")
                    for loss in ("structure", "structure_adversarial", "branch")
                    for change in ("half", "double")
                ),
            ),
            PERCEPTUAL,
            note="The paper's table does not say which of its six rows is which; they are listed as row 1 to 6.",
        ),
        PaperTable(
            "spsr:V",
            "where the contrastive extractor's patches lie",
            "spsr_table5_sampling.csv",
            (_spsr("SPSR-P-h", "p"), _spsr("SPSR-P-v", "p_sampled_v"), _spsr("SPSR-P-c", "p_sampled_c")),
            PERCEPTUAL,
        ),
        PaperTable(
            "spsr:VI",
            "which extractor sees structure",
            "spsr_table6_nse_choice.csv",
            (
                _spsr("SPSR-VGG", "vgg"),
                _spsr("SPSR-ResNet", "resnet"),
                _spsr("SPSR-R", "random"),
                SPSR_J,
                SPSR_P,
            ),
            PERCEPTUAL,
        ),
        PaperTable(
            "spsr:VII",
            "other networks",
            "spsr_table7_other_archs.csv",
            (
                Row("EDSR", "pixel:edsr_s", "pixel:edsr_light"),
                _spsr("EDSR-GAN", "edsr_gan", "edsr_light_gan"),
                _spsr("EDSR-G", "edsr_g", "edsr_light_g"),
                _spsr("EDSR-P", "edsr_p", "edsr_light_p"),
                Row("SRResNet", "pixel:srresnet"),
                *(Row(f"SRResNet-{each}", f"spsr:srresnet_{each.lower()}") for each in ("GAN", "G", "P")),
                *(_branched(f"EDSR-{each}", "edsr", "edsr_light") for each in ("G", "P")),
                *(_branched(f"SRResNet-{each}", "srresnet") for each in ("G", "P")),
            ),
            PERCEPTUAL,
        ),
    )
}
"""Every table by its name, PAPER:NUMERAL."""


def paper_table(name: str) -> PaperTable:
    """Return a table by its name; raises RequestError where there is none."""
    found = {key.casefold(): table for key, table in TABLES.items()}.get(name.casefold())
    if found is None:
        raise unknown("table of the papers", name, TABLES)
    return found


def published_of(recipe: str, paper: str) -> Published | None:
    """Return what a paper, "pcl" or "spsr", has of a recipe in all its tables; None where it is no row of any.

    Where two tables have the same measure, as of a control that both repeat, the first counts.
    """
    found = [
        table.published[row.name]
        for table in TABLES.values()
        for row in table.rows
        if table.protocol == paper and row.recipe == recipe and row.name in table.published
    ]
    sets: dict[str, dict[str, float]] = {}
    for row in found:
        for name, scores in row.sets.items():
            sets[name] = {**scores, **sets.get(name, {})}
    return replace(found[0], sets=sets) if found else None
