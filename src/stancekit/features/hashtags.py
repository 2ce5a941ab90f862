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


def split_places(text: str) -> list[int]:
    """Return for each character of `split_hashtags(text)` the place in `text` of the one that it repeats.

    The spaces that are put in repeat none; theirs is the last character of the hashtag.

    Examples
    --------
    >>> split_hashtags("#NoDeal!"), split_places("#NoDeal!")
    ('#NoDeal No Deal!', [0, 1, 2, 3, 4, 5, 6, 6, 1, 2, 6, 3, 4, 5, 6, 7])
    """
    places: list[int] = []
    done = 0
    for tag in _HASHTAG.finditer(text):
        places += range(done, tag.end())
        done, at = tag.end(), tag.start(1)
        for word in _words_of(tag[1]).split():
            begin = text.index(word, at)
            at = begin + len(word)
            places += [done - 1, *range(begin, at)]
    return [*places, *range(done, len(text))]


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
