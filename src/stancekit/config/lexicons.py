"""Lexicons as a config names them: one that comes with stancekit, one of a package, or a CSV file of the user's.

A CSV file is read once, when the config is, and a plug-in's function called once; their entries then stand in the
resolved config and in the saved model.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, field_validator

from stancekit import plugins
from stancekit.config.named import Named, is_reading_back
from stancekit.config.paths import expand_path
from stancekit.config.section import Mistake, Section, fail
from stancekit.errors import ConfigError, DataError, Problem
from stancekit.plugins import Plugin

LexiconName = Literal["stance_en", "stance_fr", "news_en", "news_fr", "afinn"]
Benefits = Literal["", "object", "subject"]
NAMES: tuple[LexiconName, ...] = get_args(LexiconName)
_NAMED = Named("lexicon", NAMES)
COLUMNS = ("term", "class", "strength", "benefits")
STRONGEST = 5
"""Strengths are whole numbers from minus this to this; those of the lexicons that come with stancekit end at 3."""
LONGEST_TERM = 8
"""Words of a phrase."""
MISTAKES_SHOWN = 20

_CLASS = re.compile(r"[^\W\d_][\w-]{0,39}")
_RESERVED = re.compile(r"not_.*|(?:no_)?hits|balance_.*")
_TERM_WORD = re.compile(r"[^*\s]*\w[^*\s]*\*?")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,3}")


class Entry(NamedTuple):
    """A term of a lexicon.

    Attributes
    ----------
    term : str
        Words; `condamn*` is any word that begins so, a `*` by itself up to two words.
    kind : str
        The column `class`.
    strength : int
        How good (above zero) or bad the word is.
    benefits : {"", "object", "subject"}
        Whom the strength is about: what follows the word, what comes before it, or nobody in particular.
    """

    term: str
    kind: str
    strength: int
    benefits: Benefits = ""


class OwnLexicon(Section):
    """A lexicon with its entries, each `[term, class, strength, benefits]`."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    entries: Annotated[tuple[tuple[str, str, int, Benefits], ...], Field(min_length=1)]

    @field_validator("entries")
    @classmethod
    def _entries_can_be_found(
        cls, entries: tuple[tuple[str, str, int, Benefits], ...]
    ) -> tuple[tuple[str, str, int, Benefits], ...]:
        said = mistakes_in((f"entry {i}", Entry(*entry)) for i, entry in enumerate(entries, start=1))
        if said:
            raise fail(*[Mistake(f"{place}: {message}") for place, message in said[:MISTAKES_SHOWN]])
        return entries


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Read a CSV file with the columns `term,class,strength` and, if wanted, `benefits`.

    Raises
    ------
    DataError
        With every mistake and its row: the header is row 1.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(Problem(f"can't read the lexicon: {error.strerror}", str(path))) from error
    except UnicodeDecodeError as error:
        hint = "Save it as UTF-8"
        raise DataError(Problem(f"byte {error.start + 1} is not UTF-8", str(path), hint=hint)) from error
    return parse_entries(text, str(path))


def parse_entries(text: str, name: str) -> tuple[Entry, ...]:
    r"""Read a lexicon from the text of a CSV file; `name` is what messages call it. See `read_entries`.

    Examples
    --------
    >>> parse_entries("term,class,strength,benefits\nsoutien*,support,2,object\n", "own.csv")
    (Entry(term='soutien*', kind='support', strength=2, benefits='object'),)
    """
    try:
        lines = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error as error:
        raise DataError(Problem(f"not a CSV file: {error}", name)) from error
    header = [cell.strip() for cell in lines[0]] if lines else []
    _refuse_header(header, name)
    problems: list[Problem] = []
    entries: list[tuple[str, Entry]] = []
    for number, cells in enumerate(lines[1:], start=2):
        where = f"{name}: row {number}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            hint = "Put a term that has a comma in quotation marks"
            problems.append(Problem(f"{len(cells)} cells, the header has {len(header)}", where, hint=hint))
            continue
        entry = _entry(dict(zip(header, map(str.strip, cells), strict=True)), where, problems)
        entries += [(where, entry)] if entry is not None else []
    problems += [Problem(message, where) for where, message in mistakes_in(entries)]
    if not entries and not problems:
        problems.append(Problem("the lexicon has no terms", name))
    if problems:
        raise DataError(problems[:MISTAKES_SHOWN])
    return tuple(entry for _, entry in entries)


def mistakes_in(entries: Iterable[tuple[str, Entry]]) -> list[tuple[str, str]]:
    """Return what is wrong with entries, each with the place it was given with."""
    seen: dict[str, str] = {}
    found = []
    for place, entry in entries:
        term = " ".join(entry.term.split()).lower()
        found += [(place, message) for message in _mistakes(term.split(), entry)]
        if term in seen:
            found.append((place, f"the term {entry.term!r} is there already, at {seen[term].rpartition(': ')[2]}"))
        seen.setdefault(term, place)
    return found


def _mistakes(words: Sequence[str], entry: Entry) -> list[str]:
    shown = repr(entry.term)
    found = []
    if not words:
        found.append("the term is empty")
    elif len(words) > LONGEST_TERM:
        found.append(f"the term {shown} has {len(words)} words; at most {LONGEST_TERM} are looked for")
    elif "*" in (words[0], words[-1]):
        found.append(f"the term {shown} begins or ends with '*' as a word; it stands between words only")
    else:
        bad = next((word for word in words if word != "*" and not _TERM_WORD.fullmatch(word)), None)
        if bad is not None:
            found.append(f"{bad!r} in the term {shown} can't be found: letters or digits, '*' at the end only")
    if not _CLASS.fullmatch(entry.kind):
        found.append(f"{entry.kind!r} can't be a class: letters, digits, '_' and '-', a letter first")
    elif _RESERVED.fullmatch(entry.kind):
        found.append(f"the class {entry.kind!r} would be mistaken for one of stancekit's own features")
    if abs(entry.strength) > STRONGEST:
        found.append(f"the strength {entry.strength} is not from -{STRONGEST} to {STRONGEST}")
    return found


def _refuse_header(header: Sequence[str], name: str) -> None:
    where = f"{name}: row 1"
    problems = [
        Problem(f"unknown column {column!r}", where, COLUMNS, column) for column in header if column not in COLUMNS
    ]
    problems += [Problem(f"the column {column!r} is missing", where) for column in COLUMNS[:3] if column not in header]
    if len(set(header)) < len(header):
        problems.append(Problem("a column is there twice", where))
    if problems:
        raise DataError(problems)


def _entry(cells: dict[str, str], where: str, problems: list[Problem]) -> Entry | None:
    strength, benefits = cells["strength"], cells.get("benefits", "")
    if not _WHOLE_NUMBER.fullmatch(strength):
        problems.append(Problem(f"the strength {strength!r} is no whole number", where))
        return None
    for known in get_args(Benefits):
        if benefits == known:
            return Entry(cells["term"], cells["class"], int(strength), known)
    problems.append(Problem(f"benefits is {benefits!r}", where, ("object", "subject"), benefits, "Or leave it empty"))
    return None


def _named_or_read(value: Any, info: ValidationInfo) -> Any:
    if value is None or isinstance(value, OwnLexicon):
        return value
    if isinstance(value, dict):
        return _given_in_full(value)
    if not isinstance(value, str):
        said = f"{value!r} is neither the name of a lexicon nor the path of a CSV file"
        raise fail(Mistake(said, (), lexicon_names()))
    if value == "afinn" and find_spec("afinn") is None:
        said = "the lexicon 'afinn' is in a package that is not installed"
        raise fail(Mistake(said, hint="Install stancekit[afinn], or name stance_en"))
    if value in NAMES:
        return value
    plugin = None if value.lower().endswith(".csv") else plugins.find("lexicon", value)
    if plugin is None and is_reading_back() and plugins.can_be_a_name(value):
        plugin = plugins.get("lexicon", value)  # only a search leaves a name; what it tried can't be told without it
    if plugin is not None:
        return _entries_of(plugin)
    if not value.lower().endswith(".csv"):
        said = f"{value!r} is neither the name of a lexicon nor the path of a CSV file"
        raise fail(
            Mistake(said, (), lexicon_names(), hint="A file of yours ends in .csv, one with a plug-in is --code FILE")
        )
    return _read(value, info)


def lexicon_names() -> tuple[str, ...]:
    """Return every name that a lexicon may be given by."""
    return _NAMED.names()


@cache
def _entries_of(plugin: Plugin) -> OwnLexicon:
    """Return the lexicon that a plug-in's function returns."""
    given = plugin.call()
    if not isinstance(given, list | tuple):
        raise plugin.misbehaved(f"returned {type(given).__name__}, not a list of entries")
    entries = []
    for number, entry in enumerate(given, start=1):
        cells = tuple(entry) if isinstance(entry, list | tuple) else ()
        fits = len(cells) in (3, 4) and [type(cell) for cell in cells] == [str, str, int, str][: len(cells)]
        if not fits or cells[3:] not in ((), *((benefits,) for benefits in get_args(Benefits))):
            hint = "Return (term, class, strength, benefits): text, text, a whole number, and 'object', 'subject' or ''"
            raise plugin.misbehaved(f"returned {entry!r:.200} as entry {number}", hint)
        entries.append(Entry(*cells))
    mistakes = mistakes_in((f"entry {number}", entry) for number, entry in enumerate(entries, start=1))
    if mistakes or not entries:
        place, message = mistakes[0] if mistakes else ("", "no term")
        raise plugin.misbehaved(
            f"returned what can't be a lexicon: {place}: {message}" if place else "returned no terms"
        )
    return OwnLexicon(name=plugin.name, entries=tuple(entries))


def _read(path: str, info: ValidationInfo) -> OwnLexicon:
    if not info.context:
        # A saved model must not make us read files; a search would look for them beside wherever it runs.
        said = "a lexicon's file is read only where a block of a config names it"
        raise fail(Mistake(said, hint="Give 'name' and 'entries' instead"))
    try:
        file = expand_path(path, info.context["base"])
        if not file.is_file():
            said = "is a folder" if file.is_dir() else "does not exist"
            raise fail(Mistake(f"the file {file} {said}", near=file))
        entries = read_entries(file)
    except KeyError as error:
        said = f"the environment variable {error.args[0]} is not set"
        raise fail(Mistake(said, hint=f"Set it: export {error.args[0]}=FOLDER")) from error
    except (DataError, ConfigError) as error:
        raise fail(*[Mistake(str(problem)) for problem in error.problems]) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise fail(Mistake(f"this can't be the path of a file: {error}")) from error
    return OwnLexicon(name=file.name, entries=entries)


def _given_in_full(value: dict[str, Any]) -> OwnLexicon:
    entries = value.get("entries")
    if isinstance(entries, list | tuple) and all(isinstance(entry, list | tuple) for entry in entries):
        value = {**value, "entries": tuple(map(tuple, entries))}
    try:
        return OwnLexicon.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)[:MISTAKES_SHOWN]
        raise fail(*[Mistake(each["msg"], each["loc"]) for each in found]) from error


Lexicon = Annotated[
    LexiconName | OwnLexicon | None,
    BeforeValidator(_named_or_read, json_schema_input_type=Annotated[str, _NAMED] | str | OwnLexicon | None),
]
