"""Texts to measure on: a real corpus where `STANCEKIT_DATA` names one, else sentences of a Zipf vocabulary."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np


def labelled_sentences(limit: int) -> tuple[str, list[str], np.ndarray]:
    """Return the corpus' name, its sentences and a label code for each."""
    folder = os.environ.get("STANCEKIT_DATA")
    file = Path(folder or "") / "newsmtsc" / "train.jsonl"
    if folder and file.is_file():
        return newsmtsc(file, limit)
    return generated(limit, seed=0)


def newsmtsc(file: Path, limit: int) -> tuple[str, list[str], np.ndarray]:
    """Return NewsMTSC sentences with the polarity toward their first target."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [row["sentence_normalized"] for row in rows][:limit]
    polarity = [row["targets"][0]["polarity"] for row in rows][:limit]
    return "NewsMTSC train", texts, np.unique(polarity, return_inverse=True)[1]


def generated(size: int, seed: int) -> tuple[str, list[str], np.ndarray]:
    """Return sentences whose words follow Zipf's law; a tenth of the words tell the label."""
    random = np.random.default_rng(seed)
    letters = np.array(list("aeioulnrstdmpcvghbf"))
    words = np.array(["".join(random.choice(letters, random.integers(2, 11))) for _ in range(30_000)])
    share = 1.0 / np.arange(1, len(words) + 1)
    labels = random.integers(0, 3, size)
    texts = []
    for label in labels:
        drawn = random.choice(len(words), size=random.integers(8, 35), p=share / share.sum())
        drawn[: len(drawn) // 10] = drawn[: len(drawn) // 10] // 3 * 3 + label
        texts.append(" ".join(words[np.minimum(drawn, len(words) - 1)]))
    return f"generated, {size} sentences", texts, labels
