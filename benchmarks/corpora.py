"""`python -m benchmarks.corpora FOLDER …`: writes the files that benchmarks read.

In a process of its own, so that what runs the benchmarks stays small.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDS = 5
LABELS = ("opposes", "neutral", "supports")
GENERATED = 13_000


@dataclass(frozen=True)
class Corpora:
    """The folder of files, made when they are first asked for.

    Attributes
    ----------
    folder : Path
    limit : int or None
        How many sentences a generated corpus has at most.
    """

    folder: Path
    limit: int | None = None

    def labelled(self, name: str) -> tuple[str, str]:
        """Return a file of texts, labels and folds (JSON), and what it is in words; `name` is dse or newsmtsc."""
        data = os.environ.get("STANCEKIT_DATA")
        if self.limit is None and data and (Path(data) / name).is_dir():
            return str(self._made(f"{name}.json", "real", name)), f"{name} train"
        size = self._size(GENERATED)
        return str(self._made(f"generated-{size}.json", "generated", str(size), "0")), f"{size:,} generated sentences"

    def table(self, size: int, seed: int = 0) -> Path:
        """Return a CSV file of generated sentences with their labels."""
        size = self._size(size)
        return self._made(f"generated-{size}-{seed}.csv", "generated", str(size), str(seed))

    def fasttext(self, size: int, seed: int = 0) -> Path:
        """Return the same in fastText's format."""
        size = self._size(size)
        return self._made(f"generated-{size}-{seed}.txt", "generated", str(size), str(seed))

    def _size(self, size: int) -> int:
        return size if self.limit is None else min(size, self.limit)

    def _made(self, name: str, *how: str) -> Path:
        file = self.folder / name
        if not file.exists():
            subprocess.run([sys.executable, "-m", "benchmarks.corpora", str(file), *how], check=True)
        return file


def write(file: Path, kind: str, name: str, seed: str = "0") -> None:
    """Write a corpus in the format of the file's ending."""
    texts, labels = real(name) if kind == "real" else generated(int(name), int(seed))
    if file.suffix == ".json":
        corpus = {"texts": texts, "labels": labels, "folds": folds_of(labels)}
        file.write_text(json.dumps(corpus), encoding="utf-8")
    elif file.suffix == ".csv":
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["id", "text", "label"])
            writer.writerows((f"s{row}", *pair) for row, pair in enumerate(zip(texts, labels, strict=True)))
    else:
        lines = (f"__label__{label} {text}\n" for text, label in zip(texts, labels, strict=True))
        file.write_text("".join(lines), encoding="utf-8")


def real(name: str) -> tuple[list[str], list[str]]:
    """Return texts and labels of a real corpus; apostrophes are straight, so that everyone counts the same."""
    from stancekit import read_examples
    from stancekit.corpus.text import compose, straighten

    file = Path(os.environ["STANCEKIT_DATA"]) / name / ("train.txt" if name == "dse" else "train.jsonl")
    table = read_examples(file, format=name)
    return [compose(straighten(text)) for text in table["text"]], list(table["label"])


def generated(size: int, seed: int) -> tuple[list[str], list[str]]:
    """Return sentences of a Zipf-Mandelbrot vocabulary of two million words, 230 bytes long on average.

    Frequent words are short. Half of the words stand at ranks of which every third belongs to one label, and one word
    in twelve is drawn to be of the sentence's own.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    codes = random.integers(0, len(LABELS), size)
    lengths = random.integers(12, 76, size)
    share = np.cumsum((np.arange(1, 2_000_001) + 2.7) ** -1.05)
    ranks = np.searchsorted(share / share[-1], random.random(int(lengths.sum())))
    told = random.random(len(ranks)) < 1 / 12
    ranks[told] = ranks[told] // len(LABELS) * len(LABELS) + np.repeat(codes, lengths)[told]
    distinct, numbers = np.unique(ranks, return_inverse=True)
    words = np.array([spelled(rank) for rank in distinct.tolist()], dtype=np.object_)[numbers].tolist()
    ends = np.cumsum(lengths).tolist()
    texts = [" ".join(words[end - length : end]) for end, length in zip(ends, lengths.tolist(), strict=True)]
    return texts, [LABELS[code] for code in codes.tolist()]


def spelled(rank: int) -> str:
    """Return a word of as many syllables as its rank needs; no two ranks have the same.

    Examples
    --------
    >>> spelled(0), spelled(69), spelled(70), spelled(139), spelled(140)
    ('ba', 'zu', 'baba', 'zuba', 'babe')
    """
    consonants, vowels = "bcdfglmnprstvz", "aeiou"
    word = ""
    while rank >= 0:
        rank, syllable = divmod(rank, len(consonants) * len(vowels))
        word += consonants[syllable // len(vowels)] + vowels[syllable % len(vowels)]
        rank -= 1
    return word


def folds_of(labels: list[str]) -> list[int]:
    """Return folds in which every label has its share."""
    import numpy as np

    folds = np.zeros(len(labels), dtype=int)
    random, codes = np.random.default_rng(0), np.unique(labels, return_inverse=True)[1]
    for code in np.unique(codes):
        rows = random.permutation(np.flatnonzero(codes == code))
        folds[rows] = np.arange(len(rows)) % FOLDS
    return [int(fold) for fold in folds]


def main(arguments: list[str]) -> Any:
    """Write one file."""
    write(Path(arguments[0]), *arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
