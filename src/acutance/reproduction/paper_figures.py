"""The figures of both papers that show results: which rows of which table they show, and how they are drawn.

The others are drawings of methods (PCL 1, SPSR 1 to 7) or are not in the text at hand.
"""

from dataclasses import dataclass

from acutance.errors import unknown

CROPS, REAL, STUDY, GRADIENTS, BRANCH_OFF, PROBES = "crops", "real", "study", "gradients", "branch off", "probes"


@dataclass(frozen=True)
class PaperFigure:
    """A figure of a paper.

    Attributes:
        name: "pcl:fig2" and so on.
        title: what it shows.
        kind: how it is drawn.
        table: whose rows are trained for it; for extractors the pretext task that they are asked about.
        rows: of that table; empty where nothing is trained.
        needs: what is needed besides pictures.
    """

    name: str
    title: str
    kind: str
    table: str
    rows: tuple[str, ...] = ()
    needs: str = ""


SPSR_ROWS = ("RRDB", "ESRGAN", "SPSR-G", "SPSR-P")
FEATURES = "--vgg or --squeezenet"
FIGURES = {
    figure.name: figure
    for figure in (
        PaperFigure("pcl:fig2", "crops with and without PCL", CROPS, "pcl:II", ("EDSR-S", "EDSR-S+PCL")),
        PaperFigure("pcl:fig3", "crops of PCL's embeddings", CROPS, "pcl:IV", ("Config 2", "Config 3", "Config 5")),
        PaperFigure("pcl:fig4", "real pictures with and without PCL", REAL, "pcl:real", ("L1", "L1 + PCL")),
        PaperFigure("spsr:fig8", "crops of SPSR beside ESRGAN", CROPS, "spsr:I", SPSR_ROWS, FEATURES),
        PaperFigure("spsr:fig9", "a user study", STUDY, "spsr:I", SPSR_ROWS, f"{FEATURES}, and people"),
        PaperFigure("spsr:fig10", "gradient maps that SPSR predicts", GRADIENTS, "spsr:II", ("SPSR-G",), FEATURES),
        PaperFigure("spsr:fig11", "SPSR without its branch", BRANCH_OFF, "spsr:II", ("SPSR-G",), FEATURES),
        PaperFigure("spsr:fig14", "extractors at the contrastive task", PROBES, "contrastive"),
        PaperFigure("spsr:fig15", "extractors at the jigsaw", PROBES, "jigsaw"),
    )
}
"""Every figure by its name, PAPER:figNUMBER."""


def is_figure(name: str) -> bool:
    """Tell the name of a figure from that of a table."""
    return name.partition(":")[2].lower().startswith("fig")


def paper_figure(name: str) -> PaperFigure:
    """Return a figure by its name; raises RequestError where there is none."""
    if name.lower() not in FIGURES:
        raise unknown("figure of the papers", name, FIGURES)
    return FIGURES[name.lower()]
