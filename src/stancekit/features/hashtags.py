"""Hashtags as the words they are written together from: `#StopTheDeal` is also `Stop The Deal`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stancekit.features.mentions import ACTOR_MARK, TARGET_MARK

_HASHTAG = re.compile(r"(?<![\w#])#(\w+)")
_MARK = re.compile(f"({ACTOR_MARK}|{TARGET_MARK})")


def split_hashtags(text: str) -> str:
    """Return a text with the words of each hashtag behind it.

    Words begin at capitals, digits and underscores. Nothing tells where those of a tag in lower case begin: it is one.

    Examples
    --------
    >>> split_hashtags("Vote #MakeAmericaGreatAgain, #USElections_2016!")
    'Vote #MakeAmericaGreatAgain Make America Great Again, #USElections_2016 US Elections 2016!'
    """
    return _HASHTAG.sub(lambda tag: f"{tag[0]} {_words_of(tag[1])}".rstrip(), text) if "#" in text else text


@lru_cache(maxsize=2**14)
def _words_of(tag: str) -> str:
    found: list[str] = []
    for part in _MARK.split(tag):
        found += [part] if _MARK.fullmatch(part) else _words_between(part)
    return " ".join(found)


def _words_between(tag: str) -> Iterator[str]:
    for part in filter(None, tag.split("_")):
        begin = 0
        for at in range(1, len(part)):
            if _begins_a_word(part, at):
                yield part[begin:at]
                begin = at
        yield part[begin:]


def _begins_a_word(tag: str, at: int) -> bool:
    before, here = tag[at - 1], tag[at]
    if here.isdigit() != before.isdigit():
        return True
    if not here.isupper():
        return False
    # The last capital of several begins a word if a small letter follows: US|Elections.
    return not before.isupper() or tag[at + 1 : at + 2].islower()
