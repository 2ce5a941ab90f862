"""Zip files that annotation tools export, read in memory: no name in them ever becomes a path."""

from __future__ import annotations

import io
import zipfile
import zlib

from stancekit.corpus.parsers import RawFile
from stancekit.errors import DataError, Problem

LARGEST = 2**30
"""Bytes in an unpacked archive; a small file can hold far more."""


def is_archive(file: RawFile) -> bool:
    """Tell whether a file is a zip, whatever it is called."""
    return zipfile.is_zipfile(io.BytesIO(file.content))


def unpacked(file: RawFile) -> tuple[RawFile, ...]:
    """Return the files in a zip, by name; those in a zip within it are not unpacked.

    Raises
    ------
    DataError
        If the archive is damaged, encrypted or far larger than it looks.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            entries = sorted((entry for entry in archive.infolist() if _is_shown(entry)), key=_name_of)
            too_large = sum(entry.file_size for entry in entries) > LARGEST
            contents = [] if too_large else [archive.read(entry) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError) as error:
        raise DataError(Problem(f"not a zip file that can be read: {error}", where=file.name)) from error
    if too_large:
        raise DataError(Problem("it would unpack to more than a gigabyte", where=file.name))
    return tuple(
        RawFile(content, f"{file.name}/{entry.filename}", file.encoding)
        for content, entry in zip(contents, entries, strict=True)
    )


def _name_of(entry: zipfile.ZipInfo) -> str:
    return entry.filename


def _is_shown(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry is a file that isn't hidden, as those are that macOS adds."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in entry.filename.split("/"))
    return not entry.is_dir() and not hidden
