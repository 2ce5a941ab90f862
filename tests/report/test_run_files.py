"""The scores of a run in CSV and LaTeX: what metrics.json says, with intervals, beside baselines."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stancekit
from stancekit.experiment.run import Run
from stancekit.report.run_files import COLUMNS, run_csv, run_latex

WriteRun = Callable[..., Path]


def rows_of(run: Run) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(run_csv(run)))
    assert tuple(reader.fieldnames or ()) == COLUMNS
    return list(reader)


@pytest.fixture
def by_hand(write_run: WriteRun) -> Run:
    gold = {"a/1": "yes", "b/1": "no", "c/1": "yes", "d/1": "no"}
    said = {**gold, "a/1": "no"}
    folder = write_run("0123456789ab", gold, said, test=(gold, said), name="by_hand")
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    metrics["cv"]["baselines"] = {"majority": {"accuracy": 0.5}, "names_only": None}
    metrics["cv"]["per_label"] = {
        "50 % & <more>_": {
            "n": 2,
            "predicted": 1,
            "precision": 1.0,
            "recall": None,
            "f1": {"value": -0.25, "low": None, "high": None},
        }
    }
    metrics["cv"]["per_target"] = {
        "=deal,\n": {"n": 3, "groups": 2, "metrics": {"accuracy": {"value": 0.5, "low": 0.25, "high": 0.75}}}
    }
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
    return Run(folder)


def test_a_row_for_each_score_in_order(by_hand: Run) -> None:
    rows = rows_of(by_hand)
    assert {row["run"] for row in rows} == {"0123456789ab"}
    assert [[row[key] for key in COLUMNS[1:]] for row in rows] == [
        ["cv", "model", "by_hand", "accuracy", "0.75", "0.1", "0.9", "4", "2"],
        ["cv", "baseline", "majority", "accuracy", "0.5", "", "", "4", "2"],
        ["cv", "label", "50 % & <more>_", "precision", "1.0", "", "", "2", ""],
        ["cv", "label", "50 % & <more>_", "recall", "", "", "", "2", ""],
        ["cv", "label", "50 % & <more>_", "f1", "-0.25", "", "", "2", ""],
        ["cv", "target", "=deal,\n", "accuracy", "0.5", "0.25", "0.75", "3", "2"],
        ["test", "model", "by_hand", "accuracy", "0.75", "0.1", "0.9", "4", "2"],
    ]


def test_a_table_has_the_model_below_its_baselines(by_hand: Run) -> None:
    first, labels, test = run_latex(by_hand).split("% needs \\usepackage{booktabs}\n")[1:]
    lines = first.splitlines()
    assert lines[0] == "% by_hand (0123456789ab), cross-validation: 4 examples in 2 articles"
    assert lines[2:] == [
        r"\begin{tabular}{lr}",
        r"\toprule",
        r" & accuracy \\",
        r"\midrule",
        r"majority & $0.500$ \\",
        r"\midrule",
        r"by\_hand & $0.750$ [$0.100$, $0.900$] \\",
        r"\bottomrule",
        r"\end{tabular}",
        "",
    ]
    assert r"50 \% \& \textless{}more\textgreater{}\_ & 2 & $1.000$ & -- & $-0.250$ \\" in labels
    assert r"majority" not in test


def test_every_score_of_a_real_run_is_in_its_rows(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    rows = {(row["part"], row["of"], row["name"], row["metric"]): row for row in rows_of(run)}
    scores = run.metrics["cv"]
    for metric, cell in scores["metrics"].items():
        own = rows["cv", "model", run.name, metric]
        assert (float(own["value"]), float(own["low"])) == (cell["value"], cell["low"])
    for name, values in scores["baselines"].items():
        for metric, value in (values or {}).items():
            own = rows["cv", "baseline", name, metric]
            assert float(own["value"]) == pytest.approx(value)
            assert own["low"]  # the run scored them beside the model, with intervals
    for by in ("target", "actor"):
        for name, group in scores[f"per_{by}"].items():
            assert rows["cv", by, name, "accuracy"]["n"] == str(group["n"])


def test_every_row_of_a_table_has_as_many_cells_as_columns(config_file: Path, tmp_path: Path) -> None:
    run = stancekit.train(config_file, output=tmp_path / "out")
    for table in re.findall(r"\\begin\{tabular\}\{(l r*|l+r*)\}(.*?)\\end\{tabular\}", run_latex(run), re.DOTALL):
        columns, body = table
        rows = [line for line in body.splitlines() if line.endswith(r"\\")]
        assert rows
        assert {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows} == {len(columns)}


def test_latex_compiles_what_it_is_given(by_hand: Run, tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    document = "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n"
    (tmp_path / "own.tex").write_text(document + run_latex(by_hand) + "\\end{document}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "own.tex"]
    ran: Any = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
