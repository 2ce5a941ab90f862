"""Where and how a run was made: everything that may differ between two equal runs."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from stancekit import plugins

PACKAGES = ("stancekit", "numpy", "scipy", "scikit-learn", "datasets", "pyarrow", "joblib", "safetensors", "matplotlib")


class Stopwatch:
    """Adds up the seconds of named stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside the `with` block."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begin


def describe_environment(command: str, jobs: int, seconds: dict[str, float]) -> dict[str, Any]:
    """Return the contents of environment.json."""
    return {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "jobs": jobs,
        "versions": library_versions(),
        "plugins": [
            {"kind": own.kind, "name": own.name, "file": own.file, "sha256": own.sha256} for own in plugins.loaded()
        ],
        "platform": {
            "system": platform.platform(),
            "machine": platform.machine(),
            "cores": os.cpu_count(),
        },
        "git_commit": _git_commit(Path.cwd()),
        "seconds": {name: round(value, 4) for name, value in seconds.items()},
        "peak_memory_mb": _peak_memory_mb(),
    }


def library_versions() -> dict[str, str | None]:
    """Return the versions of Python and of what results may depend on; None for what isn't installed."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _git_commit(folder: Path) -> str | None:
    """Return the commit checked out around a folder, with `+changes` if files differ from it; None if there is none."""
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return commit + ("+changes" if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()


def _peak_memory_mb() -> float | None:
    """Return the most memory this process has held, in MB of 10⁶ bytes; None where the system doesn't tell."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak * (1 if sys.platform == "darwin" else 1024) / 1e6, 1)
