"""What `train` prints in real terminals of several widths, in pipes, and where characters or colours are lacking."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.cells import cell_len

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])[0-9;]*m")
ASKED = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM", "PYTHONIOENCODING", "TERM")


def environment(**given: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ASKED} | given


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the command of a run that is there already; its labels are in Cyrillic, Chinese and mark-up."""
    folder = tmp_path_factory.mktemp("terminal")
    labels = ["[red]против", "支持", "neutral"]
    words = ["refuse", "soutient", "attend"]
    rows = [
        {"id": f"r{at}", "article": f"a{at // 3}", "label": labels[at % 3]}
        | {"text": f"Paris {words[at % 3]} {at}.", "actor": "Paris", "target": "deal"}
        for at in range(36)
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    config = folder / "small.yaml"
    config.write_text(
        f"data: {{train: rows.jsonl}}\ntask: {{labels: {json.dumps(labels)}}}\n"
        "features: {blocks: [{field: text}]}\nevaluation: {folds: {n: 3}, intervals: {resamples: 100}}\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "stancekit", "train", "-c", str(config), "-o", str(folder / "runs"), "--no-cache"]
    subprocess.run(command, env=environment(), check=True, capture_output=True)
    return command


def in_terminal(command: list[str], columns: int, env: Mapping[str, str]) -> str:
    """Return what a command prints to a pseudo-terminal of so many columns."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=subprocess.DEVNULL, env=dict(env))
    os.close(its)
    found = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # Linux says so that the other end is closed
            break
        if not piece:
            break
        found += piece
    os.close(ours)
    assert process.wait() == 0
    return found.decode("utf-8").replace("\r\n", "\n")


def body(shown: str) -> list[str]:
    """Return the lines without escape codes, but for the two paths that end them."""
    *lines, run, report = ESCAPE.sub("", shown).rstrip("\n").split("\n")
    assert run.startswith("run ")
    assert report.startswith("report ")
    assert report.endswith("report.html")
    return lines


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_labels_are_text(trained: list[str], columns: int) -> None:
    shown = in_terminal(trained, columns, environment(TERM="xterm-256color"))
    lines = body(shown)
    assert max(map(cell_len, lines)) <= columns
    assert COLOUR.search(shown)
    assert "[red]против" in " ".join(lines)
    assert "支持" in " ".join(lines)
    # A score that is broken by the end of a line has fewer than three digits behind its point.
    scores = [line for line in lines if re.match(r"(accuracy|macro_f1|F1 of)", line)]
    assert len(scores) == 5
    assert all(re.search(r" \d\.\d{3} \d\.\d{3}–\d\.\d{3}( !)?$", line) for line in scores)
    if columns == 80:
        assert len(lines) + 2 <= 30


def test_the_matrix_is_shaded_in_a_terminal_with_colours_and_has_shares_in_one_without(trained: list[str]) -> None:
    shaded = in_terminal(trained, 80, environment(TERM="xterm-256color"))
    plain = in_terminal(trained, 80, environment(TERM="xterm-256color", NO_COLOR="1"))
    assert "48;5;" in shaded
    assert not COLOUR.search(plain)
    assert "100%" in plain
    assert [line.rstrip() for line in body(plain)] == [line.rstrip() for line in body(shaded)]


def test_a_dumb_terminal_gets_plain_lines_as_wide_as_it_says_it_is(trained: list[str]) -> None:
    shown = in_terminal(trained, 80, environment(TERM="dumb", COLUMNS="40"))
    assert "\x1b" not in shown
    assert max(map(cell_len, body(shown))) <= 40


def test_columns_says_how_wide_a_terminal_is(trained: list[str]) -> None:
    lines = body(in_terminal(trained, 120, environment(TERM="xterm", COLUMNS="50")))
    assert max(map(cell_len, lines)) <= 50


def test_a_pipe_gets_the_same_plain_lines_whatever_the_terminal_is(trained: list[str]) -> None:
    ways = [environment(), environment(COLUMNS="40", TERM="xterm-256color"), environment(NO_COLOR="1", TERM="dumb")]
    shown = [subprocess.run(trained, env=env, check=True, capture_output=True).stdout for env in ways]
    assert shown[0] == shown[1] == shown[2]
    assert b"\x1b" not in shown[0]
    assert "支持" in shown[0].decode("utf-8")


def test_colours_can_be_forced_into_a_pipe(trained: list[str]) -> None:
    env = environment(FORCE_COLOR="1", COLUMNS="80", TERM="xterm-256color")
    assert COLOUR.search(subprocess.run(trained, env=env, check=True, capture_output=True).stdout.decode("utf-8"))


def test_where_the_encoding_lacks_characters_they_are_written_in_those_it_has(trained: list[str]) -> None:
    done = subprocess.run(trained, env=environment(PYTHONIOENCODING="ascii"), check=True, capture_output=True)
    shown = done.stdout.decode("ascii")
    assert "\\u652f\\u6301" in shown
    assert "?" not in shown
    # What stood in columns still does.
    matrix = [line for line in shown.split("\n") if re.match(r"[123] ", line)]
    assert len(matrix) == 3
    assert len({line.index("%") for line in matrix}) == 1


def test_scripts_get_json_in_any_encoding_and_quiet_prints_the_path_only(trained: list[str]) -> None:
    whole = json.loads(subprocess.run([*trained, "--json"], env=environment(), check=True, capture_output=True).stdout)
    env = environment(PYTHONIOENCODING="ascii")
    done = subprocess.run([*trained, "--json"], env=env, check=True, capture_output=True)
    assert json.loads(done.stdout.decode("ascii")) == whole
    assert "支持" in whole["metrics"]["labels"]
    done = subprocess.run([*trained, "--quiet"], env=environment(), check=True, capture_output=True, text=True)
    assert done.stdout == f"{whole['path']}\n"
    assert Path(whole["path"]).is_dir()
