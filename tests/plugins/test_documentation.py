"""What docs/plugins.md shows can be run as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import stancekit
from stancekit import plugins


def test_the_examples_of_every_kind_train_together(
    repository: Path, tmp_path: Path, corpus_rows, write_jsonl, stancekit_command
) -> None:
    page = (repository / "docs/plugins.md").read_text(encoding="utf-8")
    write_jsonl("examples.jsonl", corpus_rows)
    code, config = tmp_path / "own.py", tmp_path / "own.yaml"
    code.write_text("\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)), encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    config.write_text(shown, encoding="utf-8")
    done = stancekit_command("train", "-c", config, "--code", code, "-o", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    assert metrics["primary"] == "lowest_recall"
    assert metrics["cv"]["metrics"]["lowest_recall"]["value"] > 0.8


def test_every_kind_has_an_example(repository: Path) -> None:
    page = (repository / "docs/plugins.md").read_text(encoding="utf-8")
    for kind in ("field", "lexicon", "analyzer", "model", "metric"):
        assert f"\n@{kind}(" in page
        assert callable(getattr(plugins, kind))
    assert stancekit.__name__ in page
