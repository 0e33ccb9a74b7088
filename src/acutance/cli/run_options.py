"""Options of the commands that train: how a network is led, what it is judged by, how a run is carried out."""

from pathlib import Path
from typing import Annotated

import typer

LearningRate = Annotated[
    float | None, typer.Option(help="Of the network, before the schedule; the recipe's by default.")
]
Optimizer = Annotated[
    str | None, typer.Option(help="adam, adamw, sgd, muon (for kernels, else adam) or schedulefree; else the recipe's.")
]
Schedule = Annotated[
    str | None,
    typer.Option(
        help="constant, cosine, halving, or with numbers cosine:1,0.5 and halving:0.5,0.75; the recipe's else."
    ),
]
Average = Annotated[
    float | None, typer.Option(help="Decay of the running average of the weights, 0 for none; the recipe's else.")
]
Clip = Annotated[float | None, typer.Option(help="Limit on the norm of the gradient, 0 for none; the recipe's else.")]
Freeze = Annotated[
    list[str] | None, typer.Option(help="Beginning of the names of weights that do not learn; may be given again.")
]
CriticSteps = Annotated[
    int | None,
    typer.Option(help="Updates of the critics on the network as it starts, before that learns."),
]
Accumulate = Annotated[int, typer.Option(help="Parts in which a batch goes through the network, to save memory.")]
Compile = Annotated[bool, typer.Option("--compile", help="Compile the network first (torch.compile).")]
Workers = Annotated[
    int | None, typer.Option(help="Threads that prepare batches; 1 where LR is made anew or on a GPU, else 0.")
]
Validate = Annotated[
    list[str] | None,
    typer.Option(help="Set to score while training: a folder, or names in --test; may be given again."),
]
Every = Annotated[int, typer.Option(help="Steps between two validations.")]
BestBy = Annotated[
    str | None, typer.Option(help="What the best weights are chosen by: METRIC, METRIC:SET or last; the recipe's else.")
]
Patience = Annotated[int | None, typer.Option(help="Validations without a better score after which the run ends.")]
Jobs = Annotated[
    int, typer.Option(min=1, help="Runs at once, each with its share of the threads; they report to OUT/logs/.")
]
SharedConfig = Annotated[
    Path | None,
    typer.Option("--config", help="TOML file of what all runs share: learning_rate, schedule, validate ..."),
]
ReportChosen = Annotated[
    bool, typer.Option("--report-chosen", help="Report on sets, too, that the runs are validated on.")
]
