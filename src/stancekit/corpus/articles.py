"""Articles: the raw text of a file, and what its header says about it.

A header is optional. It begins with a date and may go on with lines of `language: xx` and `source: name`:

    date 2021-11 Alors que la France …

Keys may be capitalised. It is metadata; the article's text stays as it is, so that every offset is one into the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from glob import glob, has_magic
from pathlib import Path

from stancekit.corpus.sentences import Sentence, split_sentences
from stancekit.corpus.text import decode, decode_as
from stancekit.errors import DataError, InputError, Problem

_DATE = re.compile(
    r"\s*date[: ]\s*(?P<date>\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(?=\s|\Z)\s*", re.IGNORECASE
)
_LIKE_A_DATE = re.compile(r"\s*date(?::| +(?=\d))", re.IGNORECASE)
_NO_TEXT = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip archive, as .docx and .odt are",
    b"\xd0\xcf\x11\xe0": "an old Office file, as .doc is",
}
"""How files begin that people take for articles."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MORE = re.compile(r"(?P<key>language|source): *(?P<value>[^\r\n]*?) *(?:\r?\n|\Z)\s*", re.IGNORECASE)


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
            more[line["key"].lower()], end = line["value"], line.end()
        language = more["language"].lower() if "language" in more else language
        return cls(id, text, header["date"], language, more.get("source"), end)

    @property
    def is_misdated(self) -> bool:
        """Whether the text begins as a header does, but with a date that can't be read: `date 14/03/2022`."""
        return self.date is None and _LIKE_A_DATE.match(self.text) is not None

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the body; offsets are into `text`."""
        return tuple(split_sentences(self.text, language=self.language, start=self.body_start))


def find_articles(given: Sequence[str]) -> list[Path]:
    """Return the files that paths, folders and patterns name, each once, in order.

    Parameters
    ----------
    given : sequence of str
        A file; a folder, for every `.txt` below it; or a pattern such as `news/*.txt`.

    Raises
    ------
    InputError
        If one of them names no file.
    """
    found: dict[Path, None] = {}
    for name in given:
        if not name:
            raise InputError(Problem("an input has no name", hint="Is a variable of the shell empty?"))
        path = Path(name)
        if path.is_dir():
            files = [file for file in sorted(path.rglob("*.txt")) if file.is_file()]
            missing = "the folder has no .txt file"
        elif path.exists() or not has_magic(name):
            files, missing = [path], ""
        else:
            matches = sorted(glob(name, recursive=True))  # noqa: PTH207 # Path.glob takes no absolute pattern
            files = [Path(file) for file in matches if Path(file).is_file()]
            missing = "no file is called so"
        if not files:
            raise InputError(Problem(missing, where=name, hint="Give text files, folders of them or patterns"))
        found.update(dict.fromkeys(files))
    return list(found)


def read_article(path: str | Path, language: str = "fr", encoding: str = "utf-8") -> Article:
    """Read an article from a text file.

    Raises
    ------
    DataError
        If the file can't be read, is empty or isn't text in its encoding.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(Problem(f"can't read the article: {error.strerror}", where=str(path))) from error
    return article_from_bytes(raw, path.stem, str(path), language, encoding)


def article_from_bytes(raw: bytes, id: str, name: str, language: str = "fr", encoding: str = "utf-8") -> Article:
    """Return the article that bytes hold; `name` is what messages call them.

    Raises
    ------
    DataError
        If they are empty or not text in their encoding, or the language has no code.
    """
    kind = next((kind for start, kind in _NO_TEXT.items() if raw.startswith(start)), None)
    if kind is not None:
        raise DataError(Problem(f"this is {kind}, not text", where=name, hint="Save its text as a .txt file in UTF-8"))
    text = decode(raw, name) if encoding == "utf-8" else decode_as(encoding, raw, name)
    if not text.strip():
        raise DataError(Problem("the article is empty", where=name))
    article = Article.from_text(text, id=id, language=language)
    if not _LANGUAGE.fullmatch(article.language):
        said = f"{article.language!r} is no ISO 639-1 code of a language"
        raise DataError(Problem(said, where=name, hint="French is fr, English en: in the header or as --language"))
    return article
