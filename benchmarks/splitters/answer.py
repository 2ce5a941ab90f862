"""Run by each splitter's own interpreter: `python answer.py SPLITTER`; texts come on stdin, spans go to stdout.

In: `{"texts": [...], "repeat": n}`. Out: `{"version": "...", "spans": [[[start, end], ...], ...], "seconds": s}`, spans
in characters of each text, seconds for all texts `repeat` times. Loading a library, one text to warm up, and turning
what it returns into spans aren't timed.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

Spans = list[tuple[int, int]]
Splitter = tuple[Callable[[str], Any], Callable[[str, Any], Spans]]
"""What splits a text (timed), and what turns its answer into spans (not timed)."""


def stancekit() -> Splitter:
    """Return this repository's splitter."""
    from stancekit.corpus.sentences import split_sentences

    return split_sentences, lambda _, sentences: [(sentence.start, sentence.end) for sentence in sentences]


def pysbd() -> Splitter:
    """Return pysbd's splitter; its own way to spans is quadratic, so its strings are found again here."""
    import pysbd as library

    return library.Segmenter(language="fr", clean=False).segment, found_again


def syntok() -> Splitter:
    """Return syntok's splitter; it has no setting for French."""
    from syntok import segmenter

    def split(text: str) -> list[list[Any]]:
        return [sentence for paragraph in segmenter.analyze(text) for sentence in paragraph]

    return split, lambda _, sentences: [
        (tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)) for tokens in sentences
    ]


def spacy() -> Splitter:
    """Return spaCy's rule-based sentencizer on its French tokenizer."""
    import spacy as library

    pipeline = library.blank("fr")
    pipeline.add_pipe("sentencizer")
    return pipeline, lambda _, document: [(sentence.start_char, sentence.end_char) for sentence in document.sents]


def sentencex() -> Splitter:
    """Return sentencex's splitter."""
    import sentencex as library

    return lambda text: library.segment("fr", text), found_again


def expression() -> Splitter:
    """Return the one-line regular expression that a splitter has to beat."""
    end = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-Ý«“])|\n\n")
    return end.split, found_again


def found_again(text: str, sentences: Iterable[str]) -> Spans:
    """Return where each sentence stands in the text, in order."""
    spans, position = [], 0
    for sentence in filter(None, (sentence.strip() for sentence in sentences)):
        start = text.index(sentence, position)
        position = start + len(sentence)
        spans.append((start, position))
    return spans


SPLITTERS = {
    "stancekit": stancekit,
    "pysbd": pysbd,
    "syntok": syntok,
    "spacy": spacy,
    "sentencex": sentencex,
    "expression": expression,
}


def main(name: str) -> None:
    """Answer one request."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    asked = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        split, spans_of = SPLITTERS[name]()
        split(asked["texts"][0])
        begin = time.perf_counter()
        for _ in range(asked["repeat"]):
            answers = [split(text) for text in asked["texts"]]
        seconds = time.perf_counter() - begin
        spans = [spans_of(text, answer) for text, answer in zip(asked["texts"], answers, strict=True)]
    version = "" if name == "expression" else importlib.metadata.version(name)
    json.dump({"version": version, "spans": spans, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
