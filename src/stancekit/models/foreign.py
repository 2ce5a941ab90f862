"""Files that `load` is given and doesn't open: pickles and what is like them, models of other tools."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stancekit.errors import ModelError, Problem

_RUNS_CODE = "opening a pickle runs what its maker put into it, so stancekit never does"
_FOREIGN: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        (".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth", ".bin"), (_RUNS_CODE, "joblib.load, if you trust it")
    ),
    ".skops": ("a skops file can name what is to be called, so stancekit doesn't open one", "skops.io.load"),
    ".onnx": ("this is an ONNX graph, which stancekit writes but doesn't read", "onnxruntime"),
    ".safetensors": ("arrays alone are no model", ""),
    ".zip": ("this is an archive", ""),
}
_BEGINNINGS: Mapping[bytes, str] = {b"\x80": ".pkl", b"PK\x03\x04": ".zip"}


def refuse_foreign(path: Path) -> None:
    """Refuse a file in the place of a model's folder; nothing of it is opened but its first bytes.

    Raises
    ------
    ModelError
        If `path` is a file of a kind that is known and not loaded.
    """
    if not path.is_file():
        return
    reason, other = _FOREIGN.get(path.suffix.lower()) or _by_beginning(path)
    if reason:
        hint = "Give the run folder that the model came from, or its model/"
        hint += f"; or open the file with {other}" if other else ""
        raise ModelError(Problem(reason, where=str(path), hint=hint))


def _by_beginning(path: Path) -> tuple[str, str]:
    try:
        with path.open("rb") as file:
            first = file.read(4)
    except OSError:
        return "", ""
    ending = next((ending for begin, ending in _BEGINNINGS.items() if first.startswith(begin)), None)
    return _FOREIGN[ending] if ending is not None else ("", "")
