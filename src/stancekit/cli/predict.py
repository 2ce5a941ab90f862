"""`stancekit predict`: from articles to stances."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stancekit.cli.split import read_articles
from stancekit.config.model import has_probabilities
from stancekit.corpus.articles import Article
from stancekit.corpus.linking import propose_examples
from stancekit.errors import printable
from stancekit.models.persistence import load
from stancekit.models.stance_model import StanceModel


def predict_article(model: StanceModel, article: Article) -> list[dict[str, Any]]:
    """Return a row for each sentence and candidate pair of actor and target in it.

    Parameters
    ----------
    model : StanceModel
    article : Article

    Returns
    -------
    list of dict
        `article, date, sentence, start, end, text`, the pair with its spans (`actor, actor_start, …`; offsets into
        `text`), `label` and `probabilities` (None for a model that has none). A multilabel model has one row for
        each sentence, and the set of labels.
    """
    rows = propose_examples(article, model.gazetteer, pairs=model.task.kind != "multilabel")
    if model.task.kind == "directed_pair":
        rows = [row for row in rows if _actor_comes_first(row)]
    if not rows:
        return []
    labels = model.predict(rows)
    known = has_probabilities(model.spec)
    shares: Sequence[dict[str, float] | None] = model.predict_proba(rows) if known else [None] * len(rows)
    return [
        row | {"label": label, "probabilities": share} for row, label, share in zip(rows, labels, shares, strict=True)
    ]


def _actor_comes_first(row: Mapping[str, Any]) -> bool:
    """Tell which of the two directions to ask about: the other has the same answer the other way round."""
    places = [(row[f"{role}_start"], row[f"{role}_end"], row[role]) for role in ("actor", "target")]
    return None in (row["actor"], row["target"]) or places[0] < places[1]


def predict_command(path: Path, articles: Sequence[str], language: str, code: Sequence[Path], *, as_json: bool) -> None:
    """Print predictions for articles; all are read before any is labelled."""
    from rich.console import Console

    from stancekit.report.terminal import predictions_table, print_to

    model = load(path, code)
    rows = []
    for article in read_articles(articles, language):
        found = predict_article(model, article)
        rows += found
        if not found:
            names = ", ".join([*model.gazetteer.actor_names, *model.gazetteer.target_names])
            said = f"{article.id}: no sentence names both an actor and a target that the model knows ({names})"
            print(printable(said), file=sys.stderr)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    elif rows:
        print_to(Console(highlight=False), predictions_table(rows))
