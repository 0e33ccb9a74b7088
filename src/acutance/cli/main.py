"""The command `acutance`: registers the commands, and turns every fault into one sentence and an exit status."""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

import acutance
from acutance.cli.compare import compare
from acutance.cli.degrade import data
from acutance.cli.demo import demo
from acutance.cli.evaluate import evaluate
from acutance.cli.export import export
from acutance.cli.extractor import extractor
from acutance.cli.faults import STOPPED, WRONG, sentence_for, status_of
from acutance.cli.figure import figure
from acutance.cli.models import models
from acutance.cli.push import push
from acutance.cli.reproduce import reproduce
from acutance.cli.serve import serve
from acutance.cli.study import study
from acutance.cli.train import train
from acutance.cli.upscale import upscale
from acutance.cli.watch import watch
from acutance.errors import shown
from acutance.terminal import escaped_output, is_first_process
from acutance.workers import speaks

# Help is plain text: it is there sooner, and flags stand in it as they are typed.
app = typer.Typer(name="acutance", rich_markup_mode=None, pretty_exceptions_enable=False)
for command in (demo, train, watch, compare, reproduce, evaluate, figure, study, upscale, models, export, push, serve):
    app.command()(command)
app.add_typer(extractor, name="extractor")
app.add_typer(data, name="data")


def _show_version(wanted: bool) -> bool:
    if wanted:
        print(f"acutance {acutance.__version__}")
        raise typer.Exit
    return wanted


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error; may stand anywhere in the command.")
    ] = False,
) -> None:
    """Retrain, compare, evaluate and run super-resolution networks with the objectives of PCL-SR and SPSR.

    Exit status: 0 all done, 1 some of it failed (each named), 2 the command was wrong.
    """


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (the process's own by default) and return its exit status."""
    debug, arguments = _take_debug(sys.argv[1:] if argv is None else argv)
    with escaped_output():
        return _told(arguments or ["--help"], debug)


def _told(arguments: Sequence[str], debug: bool) -> int:
    try:
        status = _run(arguments)
    except Exception as error:
        if debug:
            traceback.print_exc()
        status = status_of(error)
        if speaks(shared=status == WRONG):
            print(f"acutance: {shown(sentence_for(error))}", file=sys.stderr)
    if status == STOPPED and is_first_process():
        print("acutance: stopped; what was written is kept.", file=sys.stderr)
    return status


def _run(arguments: Sequence[str]) -> int:
    """Return the status that the command returned or left with; Typer itself turns Ctrl-C into `STOPPED`."""
    try:
        status = app(args=list(arguments), prog_name="acutance", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status if isinstance(status, int) else 0


def _take_debug(argv: Sequence[str]) -> tuple[bool, list[str]]:
    """Take `--debug` out of what stands before `--`, so that it may follow any command."""
    end = argv.index("--") if "--" in argv else len(argv)
    kept = [argument for argument in argv[:end] if argument != "--debug"]
    return len(kept) < end, [*kept, *argv[end:]]
