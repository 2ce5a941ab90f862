"""What a model was trained and tested on, in numbers: the data statement of metrics.json."""

from __future__ import annotations

from collections import Counter
from typing import Any

from stancekit.config.schema import Config
from stancekit.experiment.corpora import Corpora, Corpus


def describe_corpora(config: Config, corpora: Corpora) -> dict[str, Any]:
    """Return DATA of metrics.json: of each part how many examples, articles, actors and targets, labels, dates."""
    parts = {"train": corpora.train, "test": corpora.test}
    return {name: None if part is None else _describe(part, config) for name, part in parts.items()}


def _describe(corpus: Corpus, config: Config) -> dict[str, Any]:
    columns = corpus.columns
    dates = sorted(str(date) for date in columns.get("date", ()) if date)
    return {
        "examples": len(corpus.labels),
        "texts": len(set(columns["text"])),
        **{f"{name}s": len(_known(corpus, name)) for name in ("article", "actor", "target")},
        "labels": dict(zip(config.task.labels, corpus.labels.sum(axis=0).tolist(), strict=True)),
        "languages": dict(sorted(_known(corpus, "language").items(), key=lambda own: (-own[1], own[0]))),
        "first_date": dates[0] if dates else None,
        "last_date": dates[-1] if dates else None,
    }


def _known(corpus: Corpus, column: str) -> Counter[str]:
    return Counter(str(value) for value in corpus.columns.get(column, ()) if value is not None)
