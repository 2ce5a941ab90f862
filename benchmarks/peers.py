"""The peers' environments: one for each, made on first use from the pinned versions of `requirements.txt`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / ".venv-bench"
REQUIREMENTS = HERE / "requirements.txt"


class NotInstalledError(Exception):
    """A peer's environment couldn't be made; the text is the installer's last line."""


def versions() -> dict[str, str]:
    """Return the version of each peer that is pinned."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pinned = [line.strip().partition("==") for line in lines if "==" in line and not line.startswith("#")]
    return {name: version for name, _, version in pinned}


def interpreter(name: str) -> str:
    """Return the interpreter that runs a peer; its environment is made if there is none.

    Raises
    ------
    NotInstalledError
        If the package can't be installed.
    """
    requirement = f"{name}=={versions()[name]}"
    folder = ENVIRONMENTS / requirement
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        print(f"installing {requirement}", file=sys.stderr)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement])
        done.touch()
    return str(python)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalledError((done.stderr.strip().splitlines() or ["no message"])[-1])
