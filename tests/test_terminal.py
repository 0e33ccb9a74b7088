"""Whatever a name holds, and whatever characters a terminal has: it is told, and not steered."""

import io
import os
import pty
import subprocess
import sys
import termios

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acutance.errors import AcutanceError, PictureError, shown
from acutance.terminal import Escaped, escaped_output, show

STEERING = ["\x1b[31m", "\x07", "\x00", "\x7f", "\x85", "\x9b2J", "\u202e", "\u2066", "\u2028", "\r"]
CODE_PAGES = ["ascii", "cp1252", "cp437", "latin-1", "shift_jis", "utf-8"]


@pytest.mark.parametrize("steering", STEERING)
def test_what_steers_a_terminal_is_shown_as_python_writes_it(steering: str) -> None:
    code = steering[0].encode("unicode_escape").decode()
    assert shown(f"a{steering}b") == f"a{code}{steering[1:]}b"
    with pytest.raises(AcutanceError) as caught:
        raise PictureError(f"a{steering}b.png", "no picture")
    assert str(caught.value) == f"a{code}{steering[1:]}b.png: no picture"
    assert str(caught.value.args[0]) == f"a{steering}b.png: no picture"


@pytest.mark.parametrize("name", ["猫.png", "Ж/é.png", "it's \\n [1;2m.png", "שלום.png", "👩‍👩‍👧.png"])
def test_a_name_in_any_script_is_shown_as_it_is(name: str) -> None:
    assert shown(name) == name


def test_bytes_that_are_no_text_are_shown() -> None:
    assert shown(os.fsdecode(b"\xff.png")) == "\\udcff.png"


def _printed(text: str, encoding: str) -> str:
    written = io.BytesIO()
    beneath = io.TextIOWrapper(written, encoding, newline="\n")
    show(text, Escaped(beneath))
    return written.getvalue().decode(encoding)


@given(text=st.text(st.characters(codec=None)), encoding=st.sampled_from(CODE_PAGES))
def test_any_text_goes_on_any_terminal_and_steers_none(text: str, encoding: str) -> None:
    printed = _printed(text, encoding)
    assert shown(printed.translate({9: None, 10: None})) == printed.translate({9: None, 10: None})
    assert printed.count("\n") == text.count("\n") + 1


def test_what_a_code_page_has_stays_and_the_rest_is_escaped() -> None:
    assert _printed("é 猫\tx\ny", "cp1252") == "é \\u732b\tx\ny\n"


def test_output_is_escaped_inside_the_block_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with escaped_output():
        print("\x1b[1mloud", "two", sep="\n")
        sys.stdout.writelines(["a\x07", "b\n"])
        print("\x1b[2J", file=sys.stderr)
        with escaped_output():
            print("\\")
    print("\x1b[0m")
    assert capsys.readouterr() == ("\\x1b[1mloud\ntwo\na\\x07b\n\\\n\x1b[0m\n", "\\x1b[2J\n")


BAR = """
from acutance.progress import Progress
from acutance.terminal import escaped_output

with escaped_output(), Progress("reading \\x1b]0;mine\\x07", 2) as progress:
    progress.update(note="two\\nlines \\x1b[31m 猫")
    progress.update()
"""


@pytest.mark.parametrize(("encoding", "drawn"), [("utf-8", "█"), ("cp1252", "#")])
def test_a_bar_is_drawn_in_characters_that_the_terminal_has_and_names_do_not_steer_it(
    encoding: str, drawn: str
) -> None:
    reader, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 120))
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    subprocess.run([sys.executable, "-c", BAR], stderr=terminal, check=True, env=environment)
    os.close(terminal)
    said = os.read(reader, 100_000).decode(encoding)
    assert "100%" in said
    assert drawn * 5 in said
    assert "two\\nlines \\x1b[31m" in said
    assert "\x1b]0" not in said
    assert "\x1b[31m" not in said
