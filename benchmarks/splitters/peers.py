"""The splitters measured, each peer in a virtual environment of its own that is made on first use."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENVIRONMENTS = Path(__file__).parents[2] / ".venv-bench"
ANSWER = Path(__file__).with_name("answer.py")


class NotInstalledError(Exception):
    """A peer's environment couldn't be made; the text is the installer's last line."""


@dataclass(frozen=True)
class Peer:
    """A splitter as the table names it and as `answer.py` does; `package` is None where ours runs it."""

    title: str
    name: str
    package: str | None
    megabytes: float
    """How much text a timed round has; less for the slow."""


PEERS = (
    Peer("stancekit", "stancekit", None, 2.0),
    Peer("pysbd", "pysbd", "pysbd==0.3.4", 0.5),
    Peer("syntok", "syntok", "syntok==1.4.4", 1.0),
    Peer("spaCy sentencizer", "spacy", "spacy==3.8.18", 1.0),
    Peer("sentencex", "sentencex", "sentencex==1.0.32", 2.0),
    Peer("one-line expression", "expression", None, 2.0),
)


def interpreter(peer: Peer) -> str:
    """Return the interpreter that runs a peer, its environment made if there is none.

    Raises
    ------
    NotInstalledError
        If the package can't be installed.
    """
    if peer.package is None:
        return sys.executable
    folder = ENVIRONMENTS / peer.package
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        print(f"installing {peer.package}", file=sys.stderr)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer.package])
        done.touch()
    return str(python)


def ask(peer: Peer, python: str, texts: list[str], repeat: int) -> dict[str, Any]:
    """Return what a peer answers; see `answer.py`."""
    request = json.dumps({"texts": texts, "repeat": repeat})
    done = subprocess.run(
        [python, "-W", "ignore", str(ANSWER), peer.name], input=request, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{peer.title} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalledError((done.stderr.strip().splitlines() or ["no message"])[-1])
