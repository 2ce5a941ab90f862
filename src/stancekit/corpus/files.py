"""The files and folders of sources, as they lie on the disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stancekit.config.sources import Source
from stancekit.corpus.formats import FILE_BESIDE
from stancekit.corpus.parsers import RawFile
from stancekit.errors import DataError, Problem


def name_of(source: Source) -> str:
    """Return how messages call a source."""
    return source.name if "${" in source.name or source.hub else str(source.file)


def raw_file(source: Source) -> RawFile:
    """Return the file of a source, with the one beside it where its format takes two, or a folder with its files.

    Raises
    ------
    DataError
        If it can't be read.
    """
    name = name_of(source)
    if source.file.is_dir():
        return _read_folder(source.file, name, source.encoding)
    file = _read_file(source.file, name, source.encoding)
    name_beside = FILE_BESIDE.get(source.resolved_format or "jsonl")
    if name_beside is None:
        return file
    other = name_beside(source.file.name)
    path, shown = source.file.with_name(other), str(Path(name).with_name(other))
    return replace(file, beside=_read_file(path, shown, source.encoding))


def _read_folder(folder: Path, name: str, encoding: str) -> RawFile:
    """Read every file of a folder and those below it, but for hidden ones, in the order of their names."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    shown = [inner for inner in sorted(found) if not any(part.startswith(".") for part in inner.split("/"))]
    return RawFile(b"", name, inside=tuple(_read_file(found[inner], f"{name}/{inner}", encoding) for inner in shown))


def _read_file(path: Path, name: str, encoding: str) -> RawFile:
    try:
        return RawFile(path.read_bytes(), name, encoding)
    except OSError as error:
        raise DataError(Problem(f"can't read the examples: {error.strerror}", where=name)) from error
