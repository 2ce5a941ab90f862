"""Files of saved models and vectorizers: each is read once, and no more of it than its kind may have.

What is hashed and what is used are therefore the same bytes, whatever happens to the file meanwhile.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays

from stancekit.errors import ModelError, Problem

LONGEST_HEADER = 16 * 2**20
"""Bytes of a safetensors file that describe its arrays."""
_LENGTH_BYTES = 8
_OPEN = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


def read_once(path: Path, most: int, inside: Path) -> bytes:
    """Return the bytes of a file.

    Parameters
    ----------
    path : Path
    most : int
        So many bytes may it have; a larger one is refused unread.
    inside : Path
        The folder that a link must not lead out of. In a snapshot of the Hub's cache, files are links to the cache's
        own `blobs`, which are taken to be inside.

    Raises
    ------
    ModelError
        If it can't be read, is no plain file, is elsewhere or too large.
    """
    try:
        home = inside.resolve()
        real = path.resolve(strict=True)
        if not any(real.is_relative_to(own) for own in (home, *_blobs_of(home))):
            raise ModelError(Problem("a link that leads out of the model's folder", where=str(path)))
        with os.fdopen(os.open(real, _OPEN), "rb") as file:
            kind = os.fstat(file.fileno())
            if not stat.S_ISREG(kind.st_mode):
                raise ModelError(Problem("not a plain file", where=str(path)))
            # Not `most`: the bytes that are asked for are set aside, whether there are so many or not.
            raw = b"" if kind.st_size > most else file.read(kind.st_size)
    except MemoryError as error:
        raise ModelError(Problem(f"{kind.st_size} bytes don't fit into memory", where=str(path))) from error
    except (OSError, RuntimeError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise ModelError(Problem(f"can't read it: {said}", where=str(path))) from error
    if kind.st_size > most:
        raise ModelError(Problem(f"larger than {most} bytes", where=str(path)))
    return raw


def _blobs_of(folder: Path) -> list[Path]:
    """Return where the Hub's cache keeps the content of a snapshot: `snapshots/REVISION/…` beside `blobs`."""
    return [above.parent / "blobs" for above in folder.parents if above.name == "snapshots"][:1]


def read_json(raw: bytes, most_values: int, where: str) -> Any:
    """Return what JSON says, strictly: no key twice, no NaN, no text that can't be written, and only so much.

    Parameters
    ----------
    raw : bytes
    most_values : int
        So many values at most; memory for them is many times their bytes.
    where : str
        What messages call the file.

    Raises
    ------
    ModelError
        If it isn't JSON.
    """
    if sum(map(raw.count, (b",", b"[", b"{"))) > most_values:
        raise ModelError(Problem(f"holds more than {most_values} values", where=where))
    try:
        values = json.loads(raw.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_no_number)
        if b"\\u" in raw:  # only an escape can make half of a surrogate pair
            json.dumps(values, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise ModelError(Problem(f"not valid JSON: {shortened(str(error))}", where=where)) from error
    return values


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for i, name in enumerate(names) if name in names[:i])
        raise ValueError(f"the key {twice!r} is there twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def read_arrays(raw: bytes, most: int, where: str) -> tuple[Mapping[str, NDArray[Any]], Mapping[str, Any]]:
    """Return the arrays of a safetensors file, and what its header says beside them.

    Parameters
    ----------
    raw : bytes
    most : int
        So many arrays at most, which take time to be made.
    where : str
        What messages call the file.

    Raises
    ------
    ModelError
        If it isn't one.
    """
    length = int.from_bytes(raw[:_LENGTH_BYTES], "little")
    if len(raw) < _LENGTH_BYTES or length > min(LONGEST_HEADER, len(raw) - _LENGTH_BYTES):
        raise ModelError(Problem("not a safetensors file: its header doesn't fit", where=where))
    try:
        header = json.loads(raw[_LENGTH_BYTES : _LENGTH_BYTES + length], object_pairs_hook=_without_doubles)
        if len(header) > most + 1:
            raise ModelError(Problem(f"{len(header)} arrays, at most {most} can be", where=where))
        arrays = load_arrays(raw)
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError, OverflowError, MemoryError) as error:
        raise ModelError(Problem(f"not a safetensors file: {shortened(str(error))}", where=where)) from error
    about = header.get("__metadata__") if isinstance(header, dict) else None
    return arrays, about if isinstance(about, dict) else {}


def shortened(text: str, most: int = 300) -> str:
    """Return the beginning of a text; what a file says can be without end."""
    return text if len(text) <= most else f"{text[:most]}…"
