"""What the pages of a Parquet file unfold to, read from their headers before anything is unfolded.

A few bytes of compressed or repeated values can stand for gigabytes, and what the footer says of sizes need not be
true: the reader goes by the headers of the pages. Those are in Thrift's compact protocol, of which this reads what it
takes to find a few numbers in each header, and the next page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
_OWN_HEADER = {_DATA: (5, 2), _DICTIONARY: (7, 2), _DATA_V2: (8, 4)}
"""By the type of a page: the field of its header that has more, and therein that of the encoding."""
_PLAIN, _DICTIONARY_CODES, _OLD_DICTIONARY_CODES = 0, 8, 2
_BYTES_OF_A_VARINT = 10
_DEEPEST = 8


class UnfoldsBadlyError(ValueError):
    """A page that can't be read, or unfolds in a way that its header doesn't bound."""


@dataclass(frozen=True)
class Page:
    """The header of a page.

    Attributes
    ----------
    size : int
        Bytes when it is uncompressed.
    values : int
        How many it says that it holds.
    is_dictionary : bool
        Whether they are those that other pages name by number.
    is_coded : bool
        Whether they are such numbers.
    """

    size: int
    values: int
    is_dictionary: bool
    is_coded: bool


def pages_of(raw: bytes, start: int, length: int) -> Iterator[Page]:
    """Yield the pages of a column chunk at a place of a file.

    Raises
    ------
    UnfoldsBadlyError
        If one isn't whole, or its values are neither written out nor numbers of a dictionary's.
    """
    place, end = start, start + length
    if not 0 <= start <= end <= len(raw):
        raise UnfoldsBadlyError("a column is outside of the file")
    while place < end:
        header, place = _struct(raw, place, 0)
        kind, size, compressed = (header.get(field) for field in (1, 2, 3))
        of_the_kind, of_the_encoding = _OWN_HEADER.get(kind if isinstance(kind, int) else -1, (0, 0))
        own = header.get(of_the_kind)
        if not isinstance(own, dict) or type(size) is not int or type(compressed) is not int:
            raise UnfoldsBadlyError("a page is of no known kind")
        values, encoding = own.get(1), own.get(of_the_encoding)
        if type(values) is not int or min(values, size, compressed) < 0:
            raise UnfoldsBadlyError("a page has no size")
        if encoding not in (_PLAIN, _DICTIONARY_CODES, _OLD_DICTIONARY_CODES):
            raise UnfoldsBadlyError("the values of a page are neither plain nor of a dictionary")
        place += compressed
        yield Page(size, values, kind == _DICTIONARY, kind != _DICTIONARY and encoding != _PLAIN)
    if place != end:
        raise UnfoldsBadlyError("the pages of a column don't end where it does")


def _struct(raw: bytes, place: int, depth: int) -> tuple[dict[Any, Any], int]:
    """Return the whole numbers and structs of a struct by field, and where it ends."""
    if depth > _DEEPEST:
        raise UnfoldsBadlyError("a page's header is nested too deeply")
    fields: dict[Any, Any] = {}
    number = 0
    while True:
        byte, place = _byte(raw, place)
        if byte == 0:
            return fields, place
        step, kind = byte >> 4, byte & 0xF
        if step:
            number += step
        else:
            number, place = _zigzag(raw, place)
        fields[number], place = _value(raw, place, kind, depth)


def _value(raw: bytes, place: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in (1, 2):
        return None, place
    if kind == 3:
        return None, place + 1
    if kind in (4, 5, 6):
        return _zigzag(raw, place)
    if kind == 7:
        return None, place + 8
    if kind == 8:
        length, place = _varint(raw, place)
        return None, place + length
    if kind == 12:
        return _struct(raw, place, depth + 1)
    raise UnfoldsBadlyError("a page's header holds what none has")


def _byte(raw: bytes, place: int) -> tuple[int, int]:
    if place >= len(raw):
        raise UnfoldsBadlyError("a page's header has no end")
    return raw[place], place + 1


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    value = 0
    for number in range(_BYTES_OF_A_VARINT):
        byte, place = _byte(raw, place)
        value |= (byte & 0x7F) << (7 * number)
        if byte < 0x80:
            return value, place
    raise UnfoldsBadlyError("a number in a page's header has no end")


def _zigzag(raw: bytes, place: int) -> tuple[int, int]:
    value, place = _varint(raw, place)
    return (value >> 1) ^ -(value & 1), place
