"""Texts and mentions: spans beside their names, words cut in two, broken encodings, texts too long or without words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from stancekit.corpus.checks.findings import Finding
from stancekit.corpus.checks.part import Part, share
from stancekit.corpus.examples import UNLINKED
from stancekit.corpus.text import fold

LONG_TEXT = 2000
"""Characters; the longest sentences of parliamentary debates stay below."""


_NO_SPACES = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean: a name has no space behind it."""


def _continued(encoding: str, fallback: str) -> str:
    """Return, escaped for a set of characters, what the bytes 0x80 to 0xbf, the tails of UTF-8, are read as."""
    raw = [bytes([byte]) for byte in range(0x80, 0xC0)]
    read = {byte.decode(encoding, errors="ignore") or byte.decode(fallback, errors="ignore") for byte in raw}
    return re.escape("".join(sorted(read)))


_WESTERN = _continued("cp1252", "latin-1") + r"\x80-\x9f"
_CYRILLIC = _continued("cp1251", "latin-1")
_AROUND = "‘’‚“”„‹›«»•–—…ŠŽŒŸ\xa0"
"""Those of them that may well stand behind a capital: NÃO is Portuguese, IRMÃ» ends a quotation."""
_UPPER = "A-ZÀ-ÞĀ-ɏḀ-ỿ"
_MOJIBAKE = re.compile(
    rf"""
      [ÂÃÄÅ](?![{_AROUND}])[{_WESTERN}]       # letters of Western Europe
    | (?<![{_UPPER}])[ÂÃ][«»\xa0]             # what French sets around words, and à, ë, û
    | (?<=[a-zà-ÿ])[ÂÃÄÅ][{_AROUND}]          # the same, where it isn't a letter quoted by itself
    | (?<![{_UPPER}])[ÂÃÄÅ][{_AROUND}](?=[^\W\d_])
    | (?<![{_UPPER}])Ã(?=[ ])                 # à, its second half taken for a space
    | â[€„‚\x80\x82\x84][{_WESTERN}]          # quotation marks, dashes, €, ™
    | ð[Ÿ\x9f]                                # emoji
    | (?:[ÐÑÎÏ][{_WESTERN}]){{2,}}            # Cyrillic, Greek
    | (?:[РС][{_CYRILLIC}]){{3,}}             # Cyrillic that was read as Windows-1251
    | \ufffd                                  # what a decoder puts where it gave up
    """,
    re.VERBOSE,
)


def find_missed_names(part: Part) -> Iterator[Finding]:
    """Yield SK201: mentions that cover another part of the text than the name does, or spaces around it."""
    rows, shown = [], []
    for row, role, start, end in _mentions(part):
        text, name = part.texts[row], part.column(role)[row]
        if _misses(text, start, end, name):
            rows.append(row)
            shown.append(f"{part.ids[row]}: {role} {name!r} is marked at {text[start:end]!r}")
    if rows:
        rows = list(dict.fromkeys(rows))
        said = f"{len(rows):,} {part.name} examples mark something beside the name that is in their text"
        yield part.finding("SK201", rows, said, examples=shown)


def find_cut_words(part: Part) -> Iterator[Finding]:
    """Yield SK202: mentions that begin or end inside a word."""
    rows, shown = [], []
    for row, role, start, end in _mentions(part):
        text = part.texts[row]
        if _in_word(text, start) or _in_word(text, end):
            rows.append(row)
            around = text[max(start - 10, 0) : start] + f"[{text[start:end]}]" + text[end : end + 10]
            shown.append(f"{part.ids[row]}: {role} …{around}…")
    if rows:
        rows = list(dict.fromkeys(rows))
        said = (
            f"{len(rows):,} of {len(part):,} {part.name} examples ({share(len(rows), len(part))}) have a mention that"
            " begins or ends inside a word"
        )
        yield part.finding("SK202", rows, said, examples=shown)


def find_mojibake(part: Part) -> Iterator[Finding]:
    """Yield SK203: texts with signs of a wrong encoding."""
    found = {
        row: match
        for row, text in enumerate(part.texts)
        if not text.isascii() and (match := _MOJIBAKE.search(text)) is not None
    }
    if found:
        shown = [f"{part.ids[row]}: …{_around(match)}…" for row, match in found.items()]
        said = f"{len(found):,} {part.name} texts show signs of a wrong encoding"
        yield part.finding("SK203", list(found), said, examples=shown)


def find_long_texts(part: Part) -> Iterator[Finding]:
    """Yield SK204: texts that can't be one sentence."""
    rows = [row for row, text in enumerate(part.texts) if len(text) > LONG_TEXT]
    if rows:
        longest = max(len(part.texts[row]) for row in rows)
        said = f"{len(rows):,} {part.name} texts have more than {LONG_TEXT:,} characters, the longest {longest:,}"
        yield part.finding("SK204", rows, said, examples=map(part.shown, rows), most=LONG_TEXT, longest=longest)


def find_wordless_texts(part: Part) -> Iterator[Finding]:
    """Yield SK205: texts without a letter."""
    rows = [row for row, text in enumerate(part.texts) if not any(map(str.isalpha, text))]
    if rows:
        said = f"{len(rows):,} {part.name} texts have no letter in them"
        yield part.finding("SK205", rows, said, examples=map(part.shown, rows))


def _mentions(part: Part) -> Iterator[tuple[int, str, int, int]]:
    for role in ("actor", "target"):
        for row, (start, end) in enumerate(zip(part.column(f"{role}_start"), part.column(f"{role}_end"), strict=True)):
            if start is not None and end is not None and start != UNLINKED:
                yield row, role, start, end


def _misses(text: str, start: int, end: int, name: str | None) -> bool:
    marked = text[start:end]
    if marked != marked.strip():
        return True
    if name is None:
        return False
    own, wanted = fold(marked), fold(name.replace("_", " "))
    if not wanted.strip() or own in wanted or wanted in own:
        return False
    places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", fold(text))]
    beside = any(begin < end and start < stop for begin, stop in places)
    return beside or (bool(places) and (_in_word(text, start) or _in_word(text, end)))


def _in_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and _is_word(text[place - 1]) and _is_word(text[place])


def _is_word(character: str) -> bool:
    if character.isascii():
        return character.isalnum()
    in_word = character.isalnum() or unicodedata.category(character).startswith("M")
    return in_word and _NO_SPACES.match(character) is None


def _around(match: re.Match[str]) -> str:
    return match.string[max(match.start() - 12, 0) : match.end() + 12].replace("\n", " ")
