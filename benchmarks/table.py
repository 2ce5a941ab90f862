"""`python -m benchmarks.table FILE [ROWS] [KIND]`: a CSV of labelled examples to measure reading and checking on.

Kinds: `news`, sentences of a Zipf vocabulary; `copies`, half of them occurring twice; `one_text`, half of them one and
the same; `reprints`, half of them the other half with a word changed; `templates`, twenty sentences in which one word
is exchanged.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.corpus import generated

ACTORS = ["France", "Russia", "Mali", "Niger", "Germany", "Chad", "Togo", "Benin"]
TARGETS = ["junta", "wagner deal", "elections", "withdrawal", "sanctions", "summit"]
LABELS = ["opposes", "neutral", "supports"]
ROWS_OF_AN_ARTICLE = 20

Kind = Callable[[int], list[str]]


def news(size: int) -> list[str]:
    """Return sentences of about 140 characters; with actor and target they have 180."""
    return generated(size, seed=0)[1]


def copies(size: int) -> list[str]:
    """Return sentences, half of which occur twice."""
    return (news(size - size // 2) * 2)[:size]


def one_text(size: int) -> list[str]:
    """Return sentences, half of which are the same."""
    return news(size - size // 2) + ["le fleuve Niger traverse le pays"] * (size // 2)


def reprints(size: int) -> list[str]:
    """Return sentences, half of which are others with their last word changed."""
    first = news(size - size // 2)
    return first + [f"{text.rpartition(' ')[0]} reprint" for text in first[: size // 2]]


def templates(size: int) -> list[str]:
    """Return twenty sentences over and over, each time with another word in the middle."""
    patterns = [text.split() for text in news(20)]
    texts = []
    for number in range(size):
        words = patterns[number % len(patterns)]
        middle = len(words) // 2
        texts.append(" ".join([*words[:middle], f"w{number}", *words[middle:]]))
    return texts


KINDS: dict[str, Kind] = {own.__name__: own for own in (news, copies, one_text, reprints, templates)}


def write_table(path: Path, size: int, kind: str) -> None:
    """Write examples with actor, target, their spans, label and article."""
    random = np.random.default_rng(1)
    drawn = np.stack([random.integers(0, len(names), size) for names in (ACTORS, TARGETS, LABELS)], axis=1)
    spans = [f"{role}_{place}" for role in ("actor", "target") for place in ("start", "end")]
    same = {"copies", "one_text"}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "article", "text", "actor", "target", *spans, "label"])
        for number, text in enumerate(KINDS[kind](size)):
            key = hash_of(text) if kind in same else number
            actor, target = ACTORS[drawn[key % size, 0]], TARGETS[drawn[key % size, 1]]
            sentence = f"{actor} {text} {target}."
            start = len(sentence) - 1 - len(target)
            article = f"a{number // ROWS_OF_AN_ARTICLE}"
            places = (0, len(actor), start, start + len(target))
            writer.writerow([f"r{number}", article, sentence, actor, target, *places, LABELS[drawn[number, 2]]])


def hash_of(text: str) -> int:
    """Return a number that is the same for the same text, in every process."""
    return int.from_bytes(text.encode()[:6], "big")


def main() -> None:
    """Write the table that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    parser.add_argument("kind", choices=sorted(KINDS), nargs="?", default="news")
    given = parser.parse_args()
    write_table(given.file, given.rows, given.kind)


if __name__ == "__main__":
    main()
