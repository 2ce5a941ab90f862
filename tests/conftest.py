"""Small corpora, composed for the tests, and the repository's own files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import scipy.sparse  # noqa: F401 # imported late by stancekit: the first example of a property test would pay for it

REPOSITORY = Path(__file__).resolve().parents[1]
VERBS = {
    "supports": ["soutient", "salue", "défend"],
    "opposes": ["refuse", "condamne", "rejette"],
    "neutral": ["évoque"],
}


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(params=sorted((REPOSITORY / "configs").glob("*.yaml")), ids=lambda path: path.name)
def committed_config(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every config of the project; corpora that aren't part of it are small ones in the same formats."""
    path: Path = request.param
    if "${STANCEKIT_DATA}" in path.read_text(encoding="utf-8"):
        monkeypatch.setenv("STANCEKIT_DATA", str(request.getfixturevalue("small_corpora")))
    return path


@pytest.fixture(scope="session")
def small_corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as STANCEKIT_DATA names it: of every published corpus a dozen groups, each with every label."""
    folder = tmp_path_factory.mktemp("corpora")
    for relative, content in _corpus_files():
        file = folder / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("cp1252" if relative == "semeval2016/train.txt" else "utf-8"))
    return folder


GROUPS = range(12)


def _corpus_files() -> Iterator[tuple[str, str]]:
    verbs = {2: "condemned", 4: "mentioned", 6: "praised"}
    yield (
        "newsmtsc/train.jsonl",
        _lines(
            {
                "primary_gid": f"allsides_{group}_401_25_Smith_0_5",
                "sentence_normalized": f"Smith was {verb} in point {group}.",
                "targets": [
                    {"Input.gid": f"{group}-{polarity}", "mention": "Smith", "from": 0, "to": 5, "polarity": polarity}
                ],
            }
            for group in GROUPS
            for polarity, verb in verbs.items()
        ),
    )
    for name, groups in (("train", GROUPS[:-4]), ("valid", GROUPS[-5:])):
        yield (
            f"dse/{name}.txt",
            "".join(
                f"[Ann] {verb} [Bob] in point {group}.\tAnn\tBob\t{label}\n"
                for group in groups
                for label, verb in enumerate(("met", "praised", "thanked", "blamed", "accused"))
            ),
        )
    tweets = [(group, stance) for group in GROUPS for stance in ("FAVOR", "AGAINST", "NONE")]
    for name, rows in (("train", tweets[:-6]), ("trial", tweets[-6:])):
        lines = [
            f"{name}{i}\tAtheism\tDé{stance.lower()} – {group}\t{stance}\n" for i, (group, stance) in enumerate(rows)
        ]
        yield f"semeval2016/{name}.txt", "ID\tTarget\tTweet\tStance\n" + "".join(lines)
    for name in ("train", "valid"):
        yield (
            f"xstance/{name}.jsonl",
            _lines(
                {
                    "id": i,
                    "author": f"c{i // 2}",
                    "comment": f"{word} ({name}), {i}",
                    "topic": "Welfare",
                    "label": label,
                }
                for i, (word, label) in enumerate([("Ja", "FAVOR"), ("Non", "AGAINST")] * 12)
            ),
        )
    stances = ("agree", "disagree", "discuss", "unrelated")
    headlines = [f"{stance} about {group},{group},{stance}\n" for group in GROUPS for stance in stances]
    yield "fnc1/train_stances.csv", "Headline,Body ID,Stance\n" + "".join(headlines)
    yield "fnc1/train_bodies.csv", "Body ID,articleBody\n" + "".join(f"{group},A body.\n" for group in GROUPS)
    for group in GROUPS:
        sentences = [f"Obama {verb} Congress over point {group}." for verb in ("attacked", "backed")]
        stated = [
            {"id": 0, "subject": "Barack Obama", "sentiment": label, "object": "Congress", "annotators": ["A"]}
            for label in ("NEG", "POS")
        ]
        article = {"title": "T", "text": [{"id": i, "text": text} for i, text in enumerate(sentences)]}
        yield f"seesaw/articles/TRIPLET_{group:03d}_DOCUMENT_0.json", json.dumps(article)
        noted = {"title": "T", "sentence-level stances": {str(i): [stance] for i, stance in enumerate(stated)}}
        yield f"seesaw/annotations/TRIPLET_{group:03d}_DOCUMENT_0.json", json.dumps(noted)


def _lines(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture
def solved_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Coordinate descent goes on until its solution can be held beside another solver's digit by digit."""
    monkeypatch.setattr("stancekit.models.coordinate_descent.TOLERANCE", 1e-10)
    monkeypatch.setattr("stancekit.models.coordinate_descent.MAXIMUM_PASSES", 100_000)


@pytest.fixture
def write_jsonl(tmp_path: Path) -> Callable[[str, Sequence[dict[str, Any]]], Path]:
    def write(name: str, rows: Sequence[dict[str, Any]]) -> Path:
        path = tmp_path / name
        path.write_text(_lines(rows), encoding="utf-8")
        return path

    return write


@pytest.fixture
def corpus_rows() -> list[dict[str, Any]]:
    """36 examples in 12 articles: the verb tells the label."""
    rows = []
    for article in range(12):
        for label, verbs in VERBS.items():
            verb = verbs[article % len(verbs)]
            actor, name = [("Paris", "France"), ("Moscou", "Russia")][article % 2]
            text = f"{actor} {verb} un accord sur le point {article}."
            start = text.index("un accord")
            rows.append(
                {
                    "id": f"a{article:02d}-{label}",
                    "article": f"a{article:02d}",
                    "text": text,
                    "actor": name,
                    "actor_start": 0,
                    "actor_end": len(actor),
                    "target": "deal",
                    "target_start": start,
                    "target_end": start + len("un accord"),
                    "label": label,
                }
            )
    return rows


@pytest.fixture
def config_file(
    tmp_path: Path, corpus_rows: list[dict[str, Any]], write_jsonl: Callable[[str, Sequence[dict[str, Any]]], Path]
) -> Path:
    """A config on the small corpus, with three folds by article and few resamples."""
    write_jsonl("examples.jsonl", corpus_rows)
    path = tmp_path / "small.yaml"
    path.write_text(
        """\
data: {train: examples.jsonl}
features:
  blocks: [{field: masked, ngrams: [1, 2]}]
evaluation:
  folds: {n: 3, repeats: 2}
  intervals: {resamples: 200}
""",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def stancekit_command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a process of its own."""

    def run(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "stancekit", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)

    return run


@pytest.fixture
def write_run(tmp_path: Path) -> Callable[..., Path]:
    """Write a run folder by hand: what it predicts is given, its accuracy is counted, nothing is trained.

    `gold`, and each repeat of `predicted`, are labels by example id; an id such as `a1/x` is of the article `a1`.
    """

    def write(
        run_id: str,
        gold: dict[str, str],
        *predicted: dict[str, str],
        test: tuple[dict[str, str], dict[str, str]] | None = None,
        by: str = "article",
        labels: str = "[no, yes]",
        name: str = "hand",
        more: str = "",
    ) -> Path:
        folder = tmp_path / name / run_id
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["id,article,actor,target,gold,predicted,fold,repeat"]
        own = [(gold, repeat, str(number), str(number)) for number, repeat in enumerate(predicted)]
        for wanted, said, fold, repeat in own + ([] if test is None else [(*test, "test", "")]):
            lines += [f"{id},{id.split('/')[0]},,,{wanted[id]},{said[id]},{fold},{repeat}" for id in wanted]
        (folder / "predictions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "config.yaml").write_text(
            f"name: {name}\ndata: {{train: gone.jsonl, test: gone_too.jsonl}}\ntask: {{labels: {labels}}}\n"
            f"evaluation: {{metrics: [accuracy], intervals: {{by: {by}, resamples: 500}}}}\n{more}",
            encoding="utf-8",
        )

        def scores(wanted: dict[str, str], *said: dict[str, str]) -> dict[str, Any]:
            shares = [sum(own[id] == wanted[id] for id in wanted) / len(wanted) for own in said]
            cell = {"value": sum(shares) / len(shares), "low": 0.1, "high": 0.9}
            keys = {"n": len(wanted), "groups": 2, "repeats": len(said), "baselines": {}, "warnings": []}
            return {**keys, "metrics": {"accuracy": cell}, "confusion": {"labels": [], "matrix": []}}

        metrics = {
            "format": 1,
            "name": name,
            "run_id": run_id,
            "primary": "accuracy",
            "cv": scores(gold, *predicted) if predicted else None,
            "test": None if test is None else scores(*test),
        }
        (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")
        return folder

    return write
