"""The frame round every command: sentences, exit statuses, and a start that does not wait for torch."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from acutance.cli.main import app, main
from acutance.errors import AcutanceError, PictureError, RequestError

RUN = "import sys; from acutance.cli.main import app, main; {extra}; sys.exit(main())"
FLAGS = (["--help"], ["train", "--help"], ["upscale", "--help"], ["extractor", "train", "--help"], ["data", "--help"])
COMMANDS = ("demo", "train", "compare", "evaluate", "upscale", "models", "export", "push")


def _process(*arguments: str, extra: str = "0", python: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [sys.executable, *python, "-c", RUN.format(extra=extra), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def fail() -> Iterator[Callable[..., int]]:
    """Runs the real command line with one more command, which raises the given error."""

    def run(error: BaseException, *arguments: str) -> int:
        def failing() -> None:
            raise error

        app.command("failing")(failing)
        return main(["failing", *arguments])

    registered = len(app.registered_commands)
    yield run
    del app.registered_commands[registered:]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"acutance {command}" in shown.split("Usage:")[1]
    assert "Example" in shown


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in (*COMMANDS, "--debug", "--version"))


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    from importlib.metadata import version

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"acutance {version('acutance')}\n"


@pytest.mark.parametrize("arguments", FLAGS)
def test_a_flag_is_shown_as_it_is_typed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert "--help" in shown
    assert "bool" not in shown


def test_the_completion_of_a_shell_is_printed_and_completes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    with _process("--show-completion", "bash", extra="sys.argv[0] = 'acutance'") as process:
        script = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    assert "complete -o default -F _acutance_completion acutance" in script
    for name, value in {"_ACUTANCE_COMPLETE": "complete_bash", "COMP_WORDS": "acutance up", "COMP_CWORD": "1"}.items():
        assert name in script
        monkeypatch.setenv(name, value)
    with _process() as process:
        assert process.communicate(timeout=60)[0] == "upscale\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["trian"], "acutance: No such command 'trian'. Did you mean 'train'?\n"),
        (["extractor", "evalute"], "acutance: No such command 'evalute'. Did you mean 'evaluate'?\n"),
        (["upscale", "a.png", "--netwrok", "x"], "acutance: No such option: --netwrok (Possible options: --network)\n"),
        (["train", "pcl:edsr_s", "--stps", "5"], "acutance: No such option: --stps (Possible options: "),
        (
            ["train", "pcl:edsr_s", "--data", "x", "--out", "y", "--steps", "many"],
            "acutance: Invalid value for '--steps'",
        ),
        (["train"], "acutance: name a recipe, PAPER:ROW"),
        (["export", "x"], "acutance: Missing option '--out'"),
    ],
)
def test_a_wrong_command_is_one_sentence_and_status_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.lower().startswith(sentence.lower())
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (
            RequestError("there is no set 'Set6'; did you mean 'Set5'?"),
            2,
            "there is no set 'Set6'; did you mean 'Set5'?",
        ),
        (PictureError("a.png", "the file is empty."), 1, "a.png: the file is empty."),
        (AcutanceError("cannot write x."), 1, "cannot write x."),
        (OSError(28, "No space left on device", "runs/x.json"), 1, "runs/x.json: No space left on device."),
        (OSError(28, "No space left on device"), 1, "No space left on device."),
        (
            torch.OutOfMemoryError("CUDA out of memory."),
            1,
            "out of memory; a smaller --tile, --batch or --patch needs less.",
        ),
        (MemoryError(), 1, "out of memory; a smaller --tile, --batch or --patch needs less."),
        (
            ValueError("shapes differ.\nand more"),
            1,
            "unexpected ValueError: shapes differ; run again with --debug for the traceback.",
        ),
        (KeyboardInterrupt(), 130, "stopped; what was written is kept."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_a_fault_is_one_sentence_with_its_status(
    error: BaseException, status: int, sentence: str, fail: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail(error) == status
    assert capsys.readouterr() == ("", f"acutance: {sentence}\n")


def test_torch_running_out_of_memory_on_the_cpu_is_told(
    fail: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60, dtype=torch.uint8)
    assert fail(caught.value) == 1
    assert "out of memory; a smaller --tile" in capsys.readouterr().err


def test_debug_may_stand_anywhere_and_shows_the_traceback(
    fail: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail(RequestError("no such set."), "--debug") == 2
    said = capsys.readouterr().err
    assert said.startswith("Traceback (most recent call last):")
    assert said.endswith("acutance: no such set.\n")


def test_a_file_called_debug_is_not_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def see(name: str) -> None:
        seen.append(name)

    app.command("see")(see)
    assert main(["see", "--", "--debug"]) == 0
    app.registered_commands.pop()
    assert seen == ["--debug"]


def test_ctrl_c_stops_a_process_with_a_sentence() -> None:
    extra = "import time; app.command('sleep')(lambda: (print('ready', flush=True), time.sleep(60)) and None)"
    with _process("sleep", extra=extra) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30)[1] == "acutance: stopped; what was written is kept.\n"
    assert process.returncode == 130


def test_a_reader_that_leaves_is_no_fault() -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-c", RUN.format(extra="0"), "--help"],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert process.stderr == ""


def test_a_full_disk_is_a_sentence() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    with full.open("w") as out:
        process = subprocess.run(
            [sys.executable, "-c", RUN.format(extra="0"), "--help"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (process.returncode, process.stderr) == (1, "acutance: No space left on device.\n")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["train", "--help"], ["upscale", "--help"]])
def test_help_does_not_wait_for_torch(arguments: list[str]) -> None:
    process = _process(*arguments, python=("-X", "importtime"))
    timing = process.communicate(timeout=60)[1]
    imported = {line.rsplit("|", 1)[-1].strip() for line in timing.splitlines()}
    assert "acutance.cli.main" in imported
    assert not imported & {"torch", "numpy", "cv2", "matplotlib", "lightning_fabric", "jinja2", "jaxtyping"}
