"""What is to be labelled: articles and tables, found by the names given, and read one at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stancekit.config.explain import problems_of_one_value
from stancekit.config.sources import ENDINGS, FORMATS, Source
from stancekit.config.sources import Columns as ColumnNames
from stancekit.corpus.articles import Article, article_from_bytes, find_articles, read_article
from stancekit.corpus.readers import open_source, read_source
from stancekit.errors import InputError, Problem

STDIN = "-"
TEXT = "text"
"""The format of an article; all others are formats of tables."""


@dataclass(frozen=True)
class Input:
    """A file that is to be read, or standard input.

    Attributes
    ----------
    name : str
        As messages call it.
    path : Path or None
        None for standard input.
    format : str or None
        Of a table: named by the user, else None if the ending tells. `text` for an article.
    """

    name: str
    path: Path | None
    format: str | None = TEXT

    @property
    def is_article(self) -> bool:
        """Whether it is one article, not a table of examples."""
        return self.format == TEXT


@dataclass(frozen=True)
class Reading:
    """How inputs are read.

    Attributes
    ----------
    language : str
        Of articles whose header doesn't say.
    encoding : str
        Of everything that is text.
    columns : mapping of str to str
        Of tables: our name of a column, and theirs.
    """

    language: str = "fr"
    encoding: str = "utf-8"
    columns: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        try:
            Source.model_validate({"path": "a.csv", "encoding": self.encoding})
        except ValidationError as error:
            raise InputError(problems_of_one_value(error, "--encoding")) from error

    def article(self, source: Input) -> Article:
        """Read an article.

        Raises
        ------
        DataError
            If it can't be used.
        """
        if source.path is None:
            return article_from_bytes(sys.stdin.buffer.read(), "stdin", source.name, self.language, self.encoding)
        return read_article(source.path, self.language, self.encoding)

    def table(self, source: Input) -> dict[str, list[Any]]:
        """Read a table as {column: list}; labels in it may be any.

        Raises
        ------
        DataError
            If it can't be used.
        """
        opened = open_source(str(source.path), format=source.format, encoding=self.encoding, columns=self.columns)
        return read_source(opened, ColumnNames())


def find_inputs(given: Sequence[str], format: str | None = None) -> list[Input]:
    """Return what files, folders, patterns and `-` name, each once, in order.

    Parameters
    ----------
    given : sequence of str
        Of a folder, every `.txt` below it is an article. A file is a table if its ending says so.
    format : str, optional
        Of every file: `text`, or that of a table.

    Raises
    ------
    InputError
        If one of them names nothing, or two articles have the same name.

    Examples
    --------
    >>> [(own.name, own.is_article) for own in find_inputs(["data/mali-2021-11/examples.jsonl", "-"])]
    [('data/mali-2021-11/examples.jsonl', False), ('<stdin>', True)]
    """
    allowed = (TEXT, *FORMATS)
    if format is not None and format not in allowed:
        raise InputError(Problem(f"there is no format {format!r}", "--format", allowed, format))
    found = list(dict.fromkeys(source for name in given for source in _named(name, format)))
    _refuse_same_names([source for source in found if source.is_article])
    return found


def _named(name: str, format: str | None) -> Iterator[Input]:
    if name == STDIN:
        if format not in (None, TEXT):
            raise InputError(Problem("a table can't be read from standard input", where=name, hint="Give its file"))
        yield Input("<stdin>", None)
    elif format not in (None, TEXT) and Path(name).is_dir():
        yield Input(name, Path(name), format)
    else:
        for path in find_articles([name]):
            known = path.suffix.lstrip(".").lower() in ENDINGS
            yield Input(str(path), path, format or (None if known else TEXT))


def _refuse_same_names(articles: Sequence[Input]) -> None:
    """Refuse two articles of one name: rows are told apart by it."""
    known: dict[str, str] = {}
    for source in articles:
        id = "stdin" if source.path is None else source.path.stem
        other = known.setdefault(id, source.name)
        if other != source.name:
            hint = "Rows are told apart by it: rename one of the files"
            raise InputError(Problem(f"{other} is called {id!r} too", where=source.name, hint=hint))
