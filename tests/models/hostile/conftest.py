"""A small model to be attacked, and a process that loads what became of it."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stancekit.config.features import Block
from stancekit.config.model import Model
from stancekit.config.schema import Task
from stancekit.models.persistence import save_model
from stancekit.models.stance_model import fit_model

FILES = ("model.json", "model.safetensors", "vocabulary.parquet")


class _Canary:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.file,)


@dataclass(frozen=True)
class Target:
    """A copy of a good model, to be damaged on purpose.

    Attributes
    ----------
    folder : Path
    outside : Path
        A folder beside it, with a whole copy.
    canary : Path
        What is there once `payload` was unpickled.
    payload : bytes
    """

    folder: Path
    outside: Path
    canary: Path
    payload: bytes

    def fit_hashes(self) -> None:
        """Make the description agree with the other files, as whoever changed them on purpose would."""

        def change(description: dict[str, Any]) -> None:
            for name in FILES[1:]:
                description["files"][name] = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()

        self.describe(change)

    def describe(self, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change the description in place."""
        file = self.folder / "model.json"
        description = json.loads(file.read_text(encoding="utf-8"))
        change(description)
        file.write_text(json.dumps(description), encoding="utf-8")


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with two blocks, conditioned, a vote of a sigmoid and curves, tuned on nothing."""
    folder = tmp_path_factory.mktemp("good")
    texts = ["Paris refuse l'accord", "Moscou soutient tout", "Bamako se tait", "Paris soutient l'accord"] * 3
    gold = np.eye(2, dtype=bool)[[0, 1, 0, 1] * 3]
    spec = Model(kind="vote", of=(Model(kind="linear_svc"), Model(kind="ridge", calibration="isotonic")))
    blocks = [Block(field="text", ngrams=(1, 2)), Block(field="text", analyzer="char", idf=False)]
    folds = np.repeat([0, 1], 6).astype(np.int32)
    examples = {"text": texts, "target": ["deal", None, "junta", "deal"] * 3}
    task = Task(labels=("no", "yes"))
    save_model(fit_model(examples, gold, task, blocks, spec, conditioning="shared_per_target", folds=folds), folder)
    return folder


@pytest.fixture
def target(good: Path, tmp_path: Path) -> Target:
    """A copy of the good model, and a canary that was seen to sing."""
    canary = tmp_path / "executed"
    payload = pickle.dumps(_Canary(canary))
    pickle.loads(payload)
    assert canary.exists()
    canary.unlink()
    for name in ("model", "outside"):
        shutil.copytree(good, tmp_path / name)
    return Target(tmp_path / "model", tmp_path / "outside", canary, payload)


@pytest.fixture(scope="session")
def victim(good: Path) -> Iterator[Callable[[Path], dict[str, Any]]]:
    """What becomes of loading a folder in a process with little memory and time."""
    if not sys.platform.startswith("linux"):
        pytest.skip("memory is bounded as Linux does it")
    command = [sys.executable, "-W", "error", str(Path(__file__).with_name("victim.py")), str(good)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(folder: Path) -> dict[str, Any]:
            print(json.dumps(str(folder)), file=process.stdin, flush=True)
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return answer

        yield ask
        process.stdin.close()


@pytest.fixture
def refused(victim: Callable[[Path], dict[str, Any]], target: Target) -> Iterator[Callable[..., str]]:
    """Say that the target, or another folder, is refused; returns the message. Nothing has been executed."""

    def check(folder: Path | None = None) -> str:
        answer = victim(target.folder if folder is None else folder)
        assert answer.get("refused") in ("ModelError", "InputError"), answer
        assert answer["seconds"] < 5.0
        message: str = answer["message"]
        assert len(message) < 1500
        assert message.isprintable()
        # Refused for what it is, and not because there was no memory left for it.
        assert "fit into memory" not in message
        assert "malloc" not in message
        return message

    yield check
    assert not target.canary.exists()
