"""Rows of text as tables of every kind."""

import csv as csv_files
from io import StringIO
from xml.etree import ElementTree

from acutance.tables import csv, html, latex, markdown, plain

ROWS = [["network", "Set5 PSNR", "a|b"], ["bicubic_x4 & 50%", "28.420", ""], ["<ours>", "-", "1e5"]]


def test_text_is_aligned_and_cells_are_as_given() -> None:
    head, first, second = plain(ROWS).splitlines()
    assert first.split() == ["bicubic_x4", "&", "50%", "28.420"]
    assert second.split() == ["<ours>", "-", "1e5"]
    assert head.index("Set5 PSNR") == first.index("28.420") == second.index("-")


def test_markdown_is_aligned_and_keeps_its_columns() -> None:
    lines = markdown(ROWS).splitlines()
    assert {len(line) for line in lines} == {len(lines[0])}
    assert "a\\|b" in lines[0]
    assert set(lines[1]) == set("|-")


def test_latex_is_escaped_and_centred() -> None:
    written = latex(ROWS)
    assert written.startswith("\\begin{tabular}{lcc}\n\\toprule")
    assert r"bicubic\_x4 \& 50\%" in written


def test_html_is_escaped() -> None:
    body = ElementTree.fromstring(html(ROWS))
    assert [(cell.text or "").strip() for cell in body.iter("td")] == [
        "bicubic_x4 & 50%",
        "28.420",
        "",
        "<ours>",
        "-",
        "1e5",
    ]


AWKWARD = [["set", "psnr"], ["a\nb\rc", "<script>"], ["\x1b[31mred", 'it\'s | "so" & on']]


def test_names_that_would_end_a_line_or_steer_a_terminal_leave_a_table_whole() -> None:
    assert [line.split() for line in plain(AWKWARD).splitlines()][1:] == [
        ["a\\nb\\rc", "<script>"],
        ["\\x1b[31mred", "it's", "|", '"so"', "&", "on"],
    ]
    assert "a\\nb\\rc" in markdown(AWKWARD)
    assert "&lt;script>" in markdown(AWKWARD).replace("&gt;", ">")
    assert len(markdown(AWKWARD).splitlines()) == len(AWKWARD) + 1
    assert not {"\x1b", "\r"} & set(plain(AWKWARD) + markdown(AWKWARD) + latex(AWKWARD))


def test_csv_keeps_every_name_exactly() -> None:
    assert [*csv_files.reader(StringIO(csv(AWKWARD), newline=""))] == AWKWARD


def test_csv_is_read_back_and_numbers_keep_their_digits() -> None:
    text = csv([["a", "b"], ["x,y", 0.1234567890123]])
    assert [*csv_files.reader(text.splitlines())] == [["a", "b"], ["x,y", "0.1234567890123"]]
