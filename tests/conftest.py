"""Small corpora, composed for the tests, and the repository's own files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

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
def committed_config(request: pytest.FixtureRequest) -> Path:
    """Every config of the project; those of corpora that aren't part of it only where these are."""
    path: Path = request.param
    if "${STANCEKIT_DATA}" in path.read_text(encoding="utf-8") and "STANCEKIT_DATA" not in os.environ:
        pytest.skip("its corpus is in the folder that STANCEKIT_DATA names, and the variable is not set")
    return path


@pytest.fixture
def write_jsonl(tmp_path: Path) -> Callable[[str, Sequence[dict[str, Any]]], Path]:
    def write(name: str, rows: Sequence[dict[str, Any]]) -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
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
