"""`stancekit predict` beyond the terminal table: tables, files of rows, what is added up, bad inputs."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stancekit
from stancekit import read_examples
from stancekit.cli import app as commands
from stancekit.cli import predict as command
from stancekit.errors import DataError, InputError
from stancekit.evaluation.quantification import adjusted_shares

ARTICLE = (
    "date 2021-11-02 Alors que la France commence à se retirer du nord Mali, Paris refuse tout accord avec Wagner."
)


@pytest.fixture(scope="module")
def mali(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of configs/mali.yaml, with fewer repeats and resamples."""
    changes = ["evaluation.folds.repeats=1", "evaluation.intervals.resamples=100"]
    return stancekit.train(repository / "configs/mali.yaml", changes, output=tmp_path_factory.mktemp("runs")).path


@pytest.fixture
def news(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of articles: the seed, under several names."""
    (tmp_path / "news").mkdir()
    seed = next((repository / "seeds").glob("*.txt")).read_text(encoding="utf-8")
    for number in range(6):
        (tmp_path / f"news/n{number}.txt").write_text(
            seed.replace("2021-11", f"2021-{number + 1:02d}"), encoding="utf-8"
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path / "news"


@pytest.fixture
def predict(mali: Path, news: Path) -> Callable[..., None]:
    def run(*inputs: str, **options: Any) -> None:
        options.setdefault("on_error", commands.OnError.STOP)
        commands.predict(mali, list(inputs), **options)

    return run


def read(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_has_the_rows_that_json_has(predict, capsys: pytest.CaptureFixture[str]) -> None:
    predict("news", json=True)
    rows = json.loads(capsys.readouterr().out)
    for ending in ("jsonl", "csv", "parquet"):
        predict("news", output=Path(f"rows.{ending}"))
        printed = capsys.readouterr()
        assert (printed.out, printed.err) == ("", f"{len(rows)} rows: rows.{ending}\n")
        examples = read_examples(f"rows.{ending}")
        for name in ("id", "article", "date", "text", "actor", "actor_start", "target_end", "speaker", "label"):
            assert examples[name][:] == [row[name] for row in rows], name
        assert [float(p) for p in examples["p_supports"]] == [row["probabilities"]["supports"] for row in rows]
        assert [int(place) for place in examples["start"]] == [row["start"] for row in rows]


def test_no_more_than_some_articles_are_held_at_once(
    predict, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    predict("news", json=True)
    whole = json.loads(capsys.readouterr().out)
    at_once = []
    label = command.label_articles
    monkeypatch.setattr(command, "label_articles", lambda model, own: at_once.append(len(own)) or label(model, own))
    monkeypatch.setattr(command, "CHARACTERS_AT_ONCE", 6000)
    predict("news", json=True)
    assert json.loads(capsys.readouterr().out) == whole
    assert max(at_once) < 4
    assert sum(at_once) == 6


def test_rows_of_a_table_are_labelled_beside_articles(predict, news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(
        "text,actor,target\n=1+1 La France refuse.,Atlantis,wagner_deal\nMoscou attend.,Atlantis,Eldorado\n",
        encoding="utf-8",
    )
    predict("news/n0.txt", "t.csv", "news/n1.txt", output=Path("rows.csv"))
    rows = read("rows.csv")
    names = list(dict.fromkeys(row["article"] for row in rows))
    assert names == ["n0", "", "n1"]
    first, second = [row for row in rows if not row["article"]]
    assert (first["text"], first["actor"], first["start"], first["id"]) == (
        "=1+1 La France refuse.",
        "Atlantis",
        "",
        "2",
    )
    assert second["label"] in ("opposes", "neutral", "supports")
    said = capsys.readouterr().err.splitlines()
    assert "2 rows of tables with an actor that the model was not trained on: Atlantis" in said
    assert "1 row of tables with a target that the model was not trained on: Eldorado" in said


def test_a_table_is_shown_on_the_terminal(predict, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.data").write_text("phrase\tactor\nParis refuse.\tFrance\n", encoding="utf-8")
    predict("t.data", format="tsv", columns="text=phrase")
    assert "Paris refuse." in capsys.readouterr().out


def test_a_bad_article_stops_before_anything_is_written(predict, news: Path) -> None:
    (news / "n9.txt").write_bytes("La France a été".encode("latin-1"))
    with pytest.raises(DataError, match=r"n9\.txt:1: not UTF-8"):
        predict("news", output=Path("rows.csv"))
    assert [path.name for path in news.parent.iterdir()] == ["news"]


def test_bad_inputs_are_skipped_and_named_if_asked_to(predict, news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (news / "n0a.txt").write_bytes("La France a été".encode("latin-1"))
    (news / "n0b.txt").touch()
    Path("t.csv").write_text("sentence\nParis\n", encoding="utf-8")
    predict("news", "t.csv", output=Path("rows.csv"), on_error=commands.OnError.SKIP)
    assert {row["article"] for row in read("rows.csv")} == {f"n{number}" for number in range(6)}
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1].strip() for line in said if line.startswith("skipped: ")] == [
        "news/n0a.txt",
        "news/n0b.txt",
        "t.csv",
    ]
    assert "skipped 3 of 9 inputs" in said


def test_nothing_usable_at_all_is_an_error_even_then(predict, news: Path) -> None:
    (news / "n9.txt").write_bytes(b"%PDF-1.4")
    with pytest.raises(DataError, match="none of 1 input"):
        predict("news/n9.txt", on_error=commands.OnError.SKIP)


def test_articles_that_name_nobody_are_named_once(predict, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(7):
        Path(f"s{number}.txt").write_text("Le ciel est bleu.", encoding="utf-8")
    predict("s*.txt", json=True)
    printed = capsys.readouterr()
    assert json.loads(printed.out) == []
    (line,) = printed.err.splitlines()
    assert line.startswith("s0, s1, s2, s3, s4 and 2 more: no sentence names both")


def test_a_file_is_not_overwritten_unless_forced(predict, news: Path) -> None:
    Path("rows.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match="exists"):
        predict("news", output=Path("rows.csv"))
    assert Path("rows.csv").read_text(encoding="utf-8") == "mine"
    predict("news", output=Path("rows.csv"), force=True)
    assert len(read("rows.csv")) > 6


def test_what_is_added_up_is_that_of_the_rows(predict, capsys: pytest.CaptureFixture[str]) -> None:
    predict("news", json=True)
    rows = json.loads(capsys.readouterr().out)
    predict("news", by="actor,target", json=True)
    added = json.loads(capsys.readouterr().out)
    assert added["by"] == ["actor", "target"]
    assert added["scale"] == {"opposes": -1.0, "neutral": 0.0, "supports": 1.0}
    for cell in added["rows"]:
        own = [row["label"] for row in rows if (row["actor"], row["target"]) == (cell["actor"], cell["target"])]
        assert (cell["n"], cell["articles"]) == (len(own), 6)
        assert cell["shares"]["supports"]["value"] == pytest.approx(own.count("supports") / len(own))
        assert cell["stance"]["value"] == pytest.approx((own.count("supports") - own.count("opposes")) / len(own))
    assert sum(cell["n"] for cell in added["rows"]) == len(rows)
    assert "errors are in them" in added["notes"][0]


def test_what_is_added_up_is_written_and_drawn(predict, capsys: pytest.CaptureFixture[str]) -> None:
    predict("news", by="month", output=Path("months.csv"), figure=Path("months.svg"))
    rows = read("months.csv")
    assert [row["month"] for row in rows] == [f"2021-{number + 1:02d}" for number in range(6)]
    assert list(rows[0])[:6] == ["month", "n", "articles", "share_opposes", "low_opposes", "high_opposes"]
    assert rows[0]["low_opposes"] == ""
    assert "errors are in them" in capsys.readouterr().err
    assert "2021-03" in Path("months.svg").read_text(encoding="utf-8")


def test_counts_are_adjusted_by_the_confusion_matrix_of_the_run(
    predict, mali: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    predict("news", by="year", adjust=True, json=True)
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    metrics = json.loads((mali / "metrics.json").read_text(encoding="utf-8"))
    shares = np.array([own["value"] for own in row["shares"].values()])
    expected = adjusted_shares(shares, np.array(metrics["cv"]["confusion"]["matrix"], dtype=float))
    assert row["adjusted"] == (None if expected is None else dict(zip(row["shares"], expected.tolist(), strict=True)))


def test_a_model_without_its_run_has_nothing_to_adjust_by(mali: Path, news: Path, tmp_path: Path) -> None:
    shutil.copytree(mali / "model", tmp_path / "taken")
    with pytest.raises(InputError, match="no confusion matrix"):
        commands.predict(tmp_path / "taken", ["news"], by="actor", adjust=True, on_error=commands.OnError.STOP)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"write_as": "csv"}, "--to is that of --output"),
        ({"figure": Path("f.svg")}, "--figure goes with --by"),
        ({"adjust": True}, "--adjust goes with --by"),
        ({"by": "actor,targets"}, "did you mean 'target'"),
        ({"columns": "text"}, "is not NAME=NAME"),
        ({"columns": "text=a,text=b"}, "twice"),
        ({"output": Path("rows.xlsx")}, "by the ending"),
        ({"output": Path("news/n0.txt"), "write_as": "csv", "force": True}, "to be read and to be written"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_is_read(
    predict, news: Path, options: dict[str, Any], said: str
) -> None:
    before = {path: path.read_bytes() for path in news.iterdir()}
    with pytest.raises(InputError, match=said):
        predict("news", **options)
    assert {path: path.read_bytes() for path in news.iterdir()} == before
    assert [path.name for path in news.parent.iterdir()] == ["news"]


def test_standard_input_is_an_article(mali: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ARTICLE.encode())))
    monkeypatch.chdir(tmp_path)
    commands.predict(mali, ["-"], output=Path("rows.jsonl"), on_error=commands.OnError.STOP)
    rows = [json.loads(line) for line in Path("rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["article"] for row in rows} == {"stdin"}
    assert {row["date"] for row in rows} == {"2021-11-02"}


@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_standard_output_has_the_bytes_of_a_file(
    predict, capsysbinary: pytest.CaptureFixture[bytes], format: str
) -> None:
    predict("news", output=Path(f"rows.{format}"))
    capsysbinary.readouterr()
    predict("news", output=Path("-"), write_as=format)
    done = capsysbinary.readouterr()
    assert done.out == Path(f"rows.{format}").read_bytes()
    assert done.err == b""
    assert not Path("-").exists()


def test_rows_are_streamed_as_they_are_labelled(predict, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    class Reader(io.BytesIO):
        def flush(self) -> None:
            seen.append(len(self.getvalue().splitlines()))

    monkeypatch.setattr(command, "CHARACTERS_AT_ONCE", 1)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(Reader()))
    predict("news", output=Path("-"), write_as="jsonl")
    per_article = seen[0]
    assert per_article > 1
    assert sorted(set(seen)) == [per_article * number for number in range(1, 7)]


def test_what_is_added_up_is_streamed_too(predict, capsys: pytest.CaptureFixture[str]) -> None:
    predict("news", by="actor", output=Path("-"), write_as="csv")
    out = capsys.readouterr().out
    predict("news", by="actor", output=Path("who.csv"))
    assert out == Path("who.csv").read_text(encoding="utf-8")
    assert out.startswith("actor,n,articles,share_opposes")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "standard output has no ending to tell the format by; Name it: --to jsonl"),
        ({"write_as": "csv", "json": True}, "would both print"),
        ({"write_as": "xls"}, "can't write the format 'xls'"),
    ],
)
def test_a_stream_that_cannot_be_is_refused(predict, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        predict("news", output=Path("-"), **options)


def test_parquet_is_not_for_a_terminal(predict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with pytest.raises(InputError, match="Parquet isn't for a terminal"):
        predict("news", output=Path("-"), write_as="parquet")


def test_a_header_whose_date_is_none_is_said(predict, news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (news / "slashes.txt").write_text("date 14/03/2022\n\nParis refuse tout accord avec Wagner.", encoding="utf-8")
    predict("news", by="month")
    assert (
        "slashes: the header's date isn't 2021, 2021-11 or 2021-11-30, so it is read as text" in capsys.readouterr().err
    )


def test_an_input_without_a_name_is_refused(predict) -> None:
    with pytest.raises(InputError, match="an input has no name; Is a variable of the shell empty"):
        predict("")


def test_a_column_that_nobody_has_is_refused_with_the_closest(predict) -> None:
    Path("rows.csv").write_text("phrase\nOui.\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"unknown key 'txt'; did you mean 'text'\? Allowed: id, article"):
        predict("rows.csv", columns="txt=phrase")
