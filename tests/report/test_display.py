"""Runs and comparisons in notebooks, in terminals and on somebody's own axes."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import stancekit
from stancekit.errors import InputError

WriteRun = Callable[..., Path]
GOLD = {f"a{at}/x": "no" if at % 2 else "yes" for at in range(4)}
HALF = dict.fromkeys(GOLD, "no")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def run_path(write_run: WriteRun) -> Path:
    """A run of accuracy 0.5 beside a baseline of 0.25; on the test set 1.0."""
    path = write_run("00000000000a", GOLD, HALF, test=(GOLD, GOLD))
    metrics = json.loads((path / "metrics.json").read_text(encoding="utf-8"))
    metrics["cv"]["baselines"] = {"majority": {"accuracy": 0.25}, "names_only": None}
    for part, matrix in (("cv", [[2, 0], [2, 0]]), ("test", [[2, 0], [0, 2]])):
        metrics[part]["confusion"] = {"labels": ["no", "yes"], "matrix": matrix}
    (path / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    return path


def texts(html: str) -> list[str]:
    cells = re.findall(r"<t[hd]>(.*?)</t[hd]>", html)
    return [" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in cells]


def printed(thing: Any) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(thing)
    return console.file.getvalue()  # type: ignore[attr-defined] # the StringIO above


def test_a_notebook_shows_a_run_with_its_scores_beside_the_baselines(run_path: Path) -> None:
    html = stancekit.Run(run_path)._repr_html_()
    assert html is not None
    assert texts(html) == [
        *("", "accuracy", "model", "0.500 0.100 to 0.900", "majority", "0.250"),
        *("", "accuracy", "model", "1.000 0.100 to 0.900"),
    ]
    assert "accuracy 0.500 (95 % interval 0.100 to 0.900) in cross-validation" in html


def test_a_notebook_shows_a_comparison_with_its_differences(write_run: WriteRun) -> None:
    paths = [write_run("00000000000a", GOLD, HALF), write_run("00000000000b", GOLD, GOLD)]
    html = stancekit.compare(paths)._repr_html_()
    assert html is not None
    shown = texts(html)
    assert shown[:6] == [
        "",
        "00000000000a",
        "00000000000b",
        "cv accuracy",
        "0.500 0.100 to 0.900",
        "1.000 0.100 to 0.900",
    ]
    assert shown[shown.index("difference") :].count("+0.500") == 1
    assert "cross-validation: 4 examples in 4 articles; 00000000000b minus 00000000000a" in html


def test_names_are_escaped_and_marks_of_direction_are_not_kept(run_path: Path) -> None:
    text = (run_path / "metrics.json").read_text(encoding="utf-8").replace("majority", f"{HOSTILE}\u202e")
    (run_path / "metrics.json").write_text(text, encoding="utf-8")
    html = stancekit.Run(run_path)._repr_html_()
    assert html is not None
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "\u202e" not in html


def test_a_terminal_shows_what_the_commands_print(run_path: Path, write_run: WriteRun) -> None:
    run = stancekit.Run(run_path)
    assert printed(run).startswith("hand 00000000000a · stance · logistic_regression, C = 1\n")
    assert "examples             4 in 2 articles    4 in 2 articles\n" in printed(run)
    paths = [write_run(f"00000000000{at}", GOLD, HALF) for at in "bc"]
    comparison = stancekit.compare(paths)
    assert "00000000000c minus 00000000000b" in printed(comparison)


def test_a_run_taken_past_the_public_face_is_shown_by_its_name(run_path: Path) -> None:
    code = f"""
import sys
from stancekit.experiment.run import Run
run = Run({str(run_path)!r})
assert run._repr_html_() is None
assert run.__rich__().plain == repr(run), run.__rich__()
assert not any(name.startswith("stancekit.report") for name in sys.modules)
try:
    run.plot
except RuntimeError as error:
    assert "stancekit.Run" in str(error)
else:
    raise AssertionError
import stancekit
stancekit.Run
assert run._repr_html_().startswith("<div")
assert not {{"matplotlib.pyplot"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_confusion_matrix_is_drawn_on_given_axes(run_path: Path) -> None:
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    assert stancekit.Run(run_path).plot.confusion(axes) is axes
    assert [text.get_text() for text in axes.texts] == ["2", "100%", "0", "0%", "2", "100%", "0", "0%"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["no", "yes"]


def test_the_part_can_be_chosen(run_path: Path, write_run: WriteRun) -> None:
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    stancekit.Run(run_path).plot.confusion(axes, part="test")
    assert [text.get_text() for text in axes.texts] == ["2", "100%", "0", "0%", "0", "0%", "2", "100%"]
    alone = stancekit.Run(write_run("00000000000b", GOLD, GOLD))
    with pytest.raises(InputError, match=r"no scores of 'test'.*Allowed: cv"):
        alone.plot.scores(axes, part="test")


def test_scores_are_drawn_beside_the_baselines_that_have_some(run_path: Path) -> None:
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    assert stancekit.Run(run_path).plot.scores(axes) is axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["model", "majority"]
    assert [text.get_text() for text in axes.texts] == ["0.500", "0.250"]


def test_without_axes_there_is_a_new_figure(run_path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    axes = stancekit.Run(run_path).plot.scores()
    assert len(plt.get_fignums()) == len(before) + 1
    plt.close(axes.figure)  # type: ignore[arg-type] # a figure of pyplot


def test_runs_and_comparisons_are_a_line_each(run_path: Path, write_run: WriteRun) -> None:
    assert repr(stancekit.Run(run_path)) == f"Run({str(run_path)!r})"
    paths = [write_run(f"00000000000{at}", GOLD, HALF) for at in "bc"]
    assert repr(stancekit.compare(paths)) == "<Comparison of 00000000000b, 00000000000c: cv accuracy>"
