"""Characters: decoding files, and folding text without moving a character."""

from __future__ import annotations

import unicodedata

from stancekit.errors import DataError, Problem

_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'"})
_LIKELY_CP1252 = frozenset(b"\x80\x85\x91\x92\x93\x94\x96\x97\xe0\xe8\xe9\xea\xe7\xab\xbb")


def straighten(text: str) -> str:
    """Return text with typographic apostrophes made straight; every character keeps its place."""
    return text.translate(_APOSTROPHES)


def compose(text: str) -> str:
    """Return text in Unicode's normal form C: a letter and its accent, written as two characters, become one.

    French copied from a PDF often comes apart; tokens would lose their accented letters. Characters move.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return text in lower case with straight apostrophes; every character keeps its place.

    Examples
    --------
    >>> fold("L’État"), len(fold("İzmir")) == len("İzmir")
    ("l'état", True)
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return straighten(lower)


def decode(raw: bytes, name: str) -> str:
    """Return bytes as text: UTF-8, with or without a byte order mark.

    Raises
    ------
    DataError
        Naming line, byte and the likely encoding.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        likely = "UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else None
        if likely is None and raw[error.start] in _LIKELY_CP1252:
            likely = "cp1252 (Western European Windows)"
        said = f"not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start}"
        hint = f"It looks like {likely}; save it as UTF-8" if likely else "Save it as UTF-8"
        raise DataError(Problem(said, where=f"{name}:{line}", hint=hint)) from error
