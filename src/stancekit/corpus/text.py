"""Characters: decoding files, and folding text without moving a character."""

from __future__ import annotations

import codecs
import unicodedata

from stancekit.errors import DataError, Problem

APOSTROPHES = "’ʼ"
"""The typographic ones."""
_STRAIGHT = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_LIKELY_CP1252 = frozenset(b"\x80\x85\x91\x92\x93\x94\x96\x97\xe0\xe8\xe9\xea\xe7\xab\xbb")
_KNOWN_AS = {"utf-16": "UTF-16", "cp1252": "cp1252 (Western European Windows)"}


def straighten(text: str) -> str:
    """Return text with typographic apostrophes made straight; every character keeps its place."""
    return text if text.isascii() else text.translate(_STRAIGHT)


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


def has_half_a_character(text: str) -> bool:
    """Tell whether text holds half of a surrogate pair, as broken JSON escapes give: no file can hold it."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


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
        likely = _likely_encoding(raw, error.start)
        hint = f"It looks like {_KNOWN_AS[likely]}; save it as UTF-8" if likely else "Save it as UTF-8"
        raise DataError(_undecodable(raw, name, "UTF-8", error, hint)) from error


def decode_as(encoding: str, raw: bytes, name: str) -> str:
    """Return bytes of a data source as text, without a byte order mark.

    Parameters
    ----------
    encoding : str
        The name of one of Python's text codecs.
    raw : bytes
    name : str
        Of the file, for messages.

    Raises
    ------
    DataError
        Naming line, byte and the encoding to write into the config instead.
    """
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        likely = _likely_encoding(raw, error.start) if is_utf8 else None
        looks = f"It looks like {_KNOWN_AS[likely]}; say so" if likely else "Name its encoding"
        proposed = likely or ("cp1252" if is_utf8 else "utf-8")
        hint = f"{looks} in the source: {{path: ..., encoding: {proposed}}}; in a command: --encoding {proposed}"
        raise DataError(_undecodable(raw, name, "UTF-8" if is_utf8 else encoding, error, hint)) from error
    except UnicodeError as error:
        raise DataError(Problem(f"not {encoding}: {error}", where=name)) from error


def _likely_encoding(raw: bytes, start: int) -> str | None:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return "cp1252" if raw[start] in _LIKELY_CP1252 else None


def _undecodable(raw: bytes, name: str, encoding: str, error: UnicodeDecodeError, hint: str) -> Problem:
    line = raw[: error.start].count(b"\n") + 1
    said = f"not {encoding}: byte 0x{raw[error.start]:02x} at position {error.start}"
    return Problem(said, where=f"{name}:{line}", hint=hint)
