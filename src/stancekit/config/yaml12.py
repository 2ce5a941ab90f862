"""YAML by the 1.2 core rules, every value with its line and column.

PyYAML resolves scalars by YAML 1.1, where `no` is False, `1e-3` is a string, `010` is 8 and a second key
of the same name wins in silence. Here PyYAML only parses; scalars are resolved by section 10.3.2 of the
YAML 1.2.2 specification, and a duplicate key is a mistake that names both lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from stancekit.errors import ConfigError, Problem, printable

KeyPath = tuple[str | int, ...]

MAXIMUM_VALUES = 100_000
MAXIMUM_DEPTH = 100

_PREFIX = "tag:yaml.org,2002:"
_CORE_RULES = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?(?:\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN",
        list("-+.0123456789"),
    ),
)


_NO_CHARACTER = re.compile(r"\\U(?!00(?:0[0-9a-fA-F]|10))[0-9a-fA-F]{8}")
"""An escape beyond the last code point."""


@dataclass(frozen=True)
class Position:
    """A place in a source file; line, column and length count from 1, in characters."""

    line: int
    column: int
    length: int = 1


@dataclass(frozen=True)
class Document:
    """A parsed file: plain values, and where each of them stands.

    Attributes
    ----------
    values : object
        Dictionaries, lists and scalars.
    keys, places : dict of tuple to Position
        For the path of a value, where its key and where the value itself begins.
    """

    name: str
    text: str
    values: Any
    keys: dict[KeyPath, Position] = field(default_factory=dict)
    places: dict[KeyPath, Position] = field(default_factory=dict)

    def problem(self, position: Position, message: str, **more: Any) -> Problem:
        """Return a problem at a position, with the source line shown under it."""
        return Problem(
            message,
            where=f"{self.name}:{position.line}:{position.column}",
            excerpt=excerpt(self.text, position),
            **more,
        )


def read_yaml(path: Path, name: str | None = None) -> Document:
    """Parse a YAML file.

    Parameters
    ----------
    path : Path
        The file, UTF-8 with or without a byte order mark.
    name : str, optional
        How messages call it; the path by default.

    Raises
    ------
    ConfigError
        If the file can't be read, isn't UTF-8 or isn't YAML, or for duplicate keys (all of them at once).
    """
    name = name if name is not None else str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(Problem(f"can't read the config: {error.strerror}", where=name)) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(
            Problem(
                f"not UTF-8: byte 0x{raw[error.start]:02x} at position {error.start}",
                where=f"{name}:{line}",
                hint="Save the file as UTF-8",
            )
        ) from error
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Document:
    r"""Parse YAML text; see `read_yaml`.

    Examples
    --------
    >>> parse_yaml("on: no\nC: 1e-3\nid: 010", "a.yaml").values
    {'on': 'no', 'C': 0.001, 'id': 10}
    """
    document = Document(name, text, None)
    try:
        node = yaml.compose(text, Loader=_CoreLoader)
    except RecursionError as error:
        raise ConfigError(document.problem(Position(1, 1), "not a usable config: nested too deeply")) from error
    except ValueError as error:
        escape = _NO_CHARACTER.search(text)
        place = Position(*_line_and_column(text, escape.start()), len(escape[0])) if escape else Position(1, 1)
        raise ConfigError(document.problem(place, f"not valid YAML: {error}")) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        hint = "Indent with spaces" if "'\\t'" in said else ""
        raise ConfigError(document.problem(position, f"not valid YAML: {said}", hint=hint)) from error
    except yaml.reader.ReaderError as error:
        line, column = _line_and_column(text, int(error.position))
        raise ConfigError(
            document.problem(
                Position(line, column), f"not valid YAML: character #x{error.character:04x} is not allowed"
            )
        ) from error
    builder = _Builder(document)
    values = builder.value(node, ()) if node is not None else None
    if builder.problems:
        raise ConfigError(builder.problems)
    return Document(name, text, values, document.keys, document.places)


def excerpt(text: str, position: Position) -> str:
    """Return a numbered source line with a caret line under the position."""
    lines = text.splitlines()
    if not 0 < position.line <= len(lines):
        return ""
    line = lines[position.line - 1]
    shown = printable(line)[:160]
    width = max(1, min(position.length, len(shown) - position.column + 1))
    gutter = f"{position.line:>6} | "
    return f"{gutter}{shown}\n{' ' * (len(gutter) - 2)}| {' ' * (position.column - 1)}{'^' * width}"


class _CoreLoader(yaml.SafeLoader):
    """Resolves plain scalars by the core rules only."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 # PyYAML declares it as an attribute of instances


for _tag, _pattern, _first in _CORE_RULES:
    _CoreLoader.add_implicit_resolver(f"{_PREFIX}{_tag}", re.compile(rf"(?:{_pattern})\Z"), _first)


class _Builder:
    """Turns nodes into values, collecting positions and problems."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.found: dict[Position, Problem] = {}
        self.open: set[int] = set()
        self.count = 0

    @property
    def problems(self) -> list[Problem]:
        return list(self.found.values())

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        position = _position(node)
        self.document.places[path] = position
        self.count += 1
        self._refuse_endless(node, position, len(path))
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                self._refuse_tag(node, "map")
                return self.mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                self._refuse_tag(node, "seq")
                return [self.value(child, (*path, i)) for i, child in enumerate(node.value)]
            return self.scalar(node)
        finally:
            self.open.remove(id(node))

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            position = _position(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.report(position, "a key must be a single word or number")
                continue
            key = key_node.value
            self._refuse_half_characters(key, position)
            if key in values:
                first = self.document.keys[(*path, key)]
                said = f"duplicate key {key!r}: it stands on line {first.line} and again on line {position.line}"
                self.report(position, said, hint="Keep one of them")
                continue
            self.document.keys[(*path, key)] = position
            values[key] = self.value(value_node, (*path, key))
        return values

    def scalar(self, node: yaml.Node) -> Any:
        tag, text = node.tag.removeprefix(_PREFIX), node.value
        if tag == "str":
            self._refuse_half_characters(text, _position(node))
            return text
        if tag == "null":
            return None
        if tag == "bool" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if tag in ("int", "float"):
            return self.number(node, tag, text)
        self._refuse_tag(node, "str")
        return None

    def number(self, node: yaml.Node, tag: str, text: str) -> Any:
        try:
            if tag == "int":
                return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
            return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        except ValueError:
            shown = text if len(text) <= 20 else f"{text[:20]}… ({len(text)} characters)"
            self.report(_position(node), f"{shown} can't be read as a number")
            return None

    def report(self, position: Position, message: str, **more: Any) -> None:
        """Note a problem; what an alias repeats is one problem."""
        self.found.setdefault(position, self.document.problem(position, message, **more))

    def _refuse_half_characters(self, text: str, position: Position) -> None:
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.report(position, "half of a surrogate pair is no character")

    def _refuse_tag(self, node: yaml.Node, expected: str) -> None:
        if node.tag != f"{_PREFIX}{expected}":
            tag = node.tag.replace(_PREFIX, "!!")
            self.report(_position(node), f"the tag {tag!r} is not supported here", hint="Use plain YAML values")

    def _refuse_endless(self, node: yaml.Node, position: Position, depth: int) -> None:
        if id(node) in self.open:
            said = "an alias that contains itself"
        elif self.count > MAXIMUM_VALUES:
            said = f"more than {MAXIMUM_VALUES:,} values"
        elif depth > MAXIMUM_DEPTH:
            said = "nested too deeply"
        else:
            return
        raise ConfigError(self.document.problem(position, f"not a usable config: {said}"))


def _position(node: yaml.Node) -> Position:
    start, end = node.start_mark, node.end_mark
    length = end.column - start.column if start.line == end.line else 1
    return Position(start.line + 1, start.column + 1, max(1, length))


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1
