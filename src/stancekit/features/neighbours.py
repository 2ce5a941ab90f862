"""The sentences around a sentence, as far as they are among the examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stancekit.corpus.examples import Columns


def contexts(examples: Columns) -> Iterator[str]:
    """Yield for every example the sentences before and after its own, of the same article: their text, no label.

    They are looked for by number (`article`, `sentence`) among the examples given. A sentence that no example is about
    isn't known, so an example by itself has no context.
    """
    none: list[Any] = [None] * len(examples["text"])
    places = list(zip(examples.get("article", none), examples.get("sentence", none), strict=True))
    texts: dict[tuple[Any, int], str] = {}
    for (article, sentence), text in zip(places, examples["text"], strict=True):
        if article is not None and sentence is not None:
            texts.setdefault((article, sentence), text)
    for article, sentence in places:
        if article is None or sentence is None:
            yield ""
            continue
        around = (texts.get((article, sentence + step)) for step in (-1, 1))
        yield " ".join(text for text in around if text is not None)
