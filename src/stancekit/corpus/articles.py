"""Articles: the raw text of a file, and what its header says about it.

A header is optional. It begins with a date and may go on with lines of `language: xx` and `source: name`:

    date 2021-11 Alors que la France …

It is metadata; the article's text stays as it is, so that every offset is an offset into the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stancekit.corpus.sentences import Sentence, split_sentences
from stancekit.corpus.text import decode
from stancekit.errors import DataError, Problem

_DATE = re.compile(r"\s*date[: ]\s*(?P<date>\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(?=\s|\Z)\s*")
_MORE = re.compile(r"(?P<key>language|source): *(?P<value>[^\r\n]*?) *(?:\r?\n|\Z)\s*")


@dataclass(frozen=True)
class Article:
    """A text with its metadata.

    Attributes
    ----------
    id : str
        The file's name without its ending, unless given.
    text : str
        The whole text, header included: offsets count from its first character.
    date : str or None
        ISO 8601, to the precision known: `2021`, `2021-11` or `2021-11-30`.
    language : str
        ISO 639-1 code.
    source : str or None
        Who published it.
    body_start : int
        Where the header ends.
    """

    id: str
    text: str
    date: str | None = None
    language: str = "fr"
    source: str | None = None
    body_start: int = 0

    @classmethod
    def from_text(cls, text: str, id: str, language: str = "fr") -> Article:
        """Return an article, its header (if any) read as metadata.

        Examples
        --------
        >>> article = Article.from_text("date 2021-11 Le Mali nie.", id="a")
        >>> article.date, [sentence.text for sentence in article.sentences]
        ('2021-11', ['Le Mali nie.'])
        """
        header = _DATE.match(text)
        if header is None:
            return cls(id, text, language=language)
        more: dict[str, str] = {}
        end = header.end()
        while (line := _MORE.match(text, end)) is not None:
            more[line["key"]], end = line["value"], line.end()
        return cls(id, text, header["date"], more.get("language", language), more.get("source"), end)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the body; offsets are into `text`."""
        return tuple(split_sentences(self.text, language=self.language, start=self.body_start))


def read_article(path: str | Path, language: str = "fr") -> Article:
    """Read an article from a UTF-8 text file.

    Raises
    ------
    DataError
        If the file can't be read, is empty or isn't UTF-8.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(Problem(f"can't read the article: {error.strerror}", where=str(path))) from error
    text = decode(raw, str(path))
    if not text.strip():
        raise DataError(Problem("the article is empty", where=str(path)))
    return Article.from_text(text, id=path.stem, language=language)
