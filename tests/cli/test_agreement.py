from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
TABLE = "text,actor,target,annotator,label\n" + "".join(
    f"Phrase {i}.,France,deal,{who},{label}\n"
    for i, labels in enumerate([("pro", "pro"), ("pro", "con"), ("con", "con"), ("con", "con")])
    for who, label in zip(("anna", "bilal"), labels, strict=True)
)


def test_agreement_prints_coefficients_and_disagreements(stancekit_command: Command, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(TABLE, encoding="utf-8")
    done = stancekit_command("agreement", tmp_path / "two.csv")
    assert done.returncode == 0, done.stderr
    assert "Cohen's kappa, anna and bilal" in done.stdout
    assert "1 item on which they differ" in done.stdout
    assert "anna: pro, bilal: con" in done.stdout
    printed = json.loads(stancekit_command("agreement", tmp_path / "two.csv", "--json").stdout)
    assert printed["percent"]["value"] == pytest.approx(0.75)
    assert printed["cohen"][0]["annotators"] == ["anna", "bilal"]
    assert printed["cohen"][0]["value"] == pytest.approx(0.5)


def test_a_table_is_read_in_the_format_and_encoding_given(stancekit_command: Command, tmp_path: Path) -> None:
    table = TABLE.replace(",", "\t").replace("anna", "Zoé")
    (tmp_path / "two.txt").write_bytes(table.encode("cp1252"))
    done = stancekit_command("agreement", "two.txt", "--format", "tsv", "--encoding", "cp1252", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Zoé: pro" in done.stdout or "Zoé: con" in done.stdout


def test_what_is_wrong_with_a_table_is_said_of_its_file(stancekit_command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,annotator,label\na,anna,pro\na,,pro\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("text,annotator,stance\na,anna,pro\n", encoding="utf-8")
    done = stancekit_command("agreement", "a.csv", cwd=tmp_path)
    assert done.stderr == "error: a.csv: row 2: a label without an annotator\n"
    done = stancekit_command("agreement", "b.csv", cwd=tmp_path)
    assert done.stderr.startswith("error: b.csv: there is no column 'label'; ")


def test_an_interval_below_zero_is_not_written_with_a_dash(stancekit_command: Command, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(TABLE, encoding="utf-8")
    printed = json.loads(stancekit_command("agreement", tmp_path / "two.csv", "--json").stdout)
    low, high = printed["alpha"]["low"], printed["alpha"]["high"]
    assert low < 0
    assert f"{low:.3f} to {high:.3f}" in stancekit_command("agreement", tmp_path / "two.csv").stdout


def test_agreement_of_one_annotator_or_of_nothing_is_refused(stancekit_command: Command, tmp_path: Path) -> None:
    one = tmp_path / "one.csv"
    one.write_text("text,annotator,label\na,anna,pro\n", encoding="utf-8")
    for file, said in ((one, "agreement takes two annotators; found: anna"), (tmp_path / "none.csv", "does not exist")):
        done = stancekit_command("agreement", file)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr
