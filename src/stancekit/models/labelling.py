"""A saved model at work: articles and tables in, a labelled row for each sentence and pair out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stancekit.config.model import has_probabilities
from stancekit.corpus.articles import Article
from stancekit.corpus.examples import Columns, as_columns
from stancekit.corpus.gazetteer import Role
from stancekit.corpus.linking import link_spans, propose_examples
from stancekit.corpus.quotations import attribute_speakers
from stancekit.corpus.row_files import Kind
from stancekit.models.decision import decide, probabilities
from stancekit.models.notices import ROLES
from stancekit.models.stance_model import StanceModel, decision_values, name_labels

ROWS_AT_ONCE = 2000

Row = dict[str, Any]


def label_articles(model: StanceModel, articles: Sequence[Article]) -> list[Row]:
    """Return a row for each sentence of articles and candidate pair of actor and target in it.

    Parameters
    ----------
    model : StanceModel
        Its gazetteer finds actors and targets, and names speakers.
    articles : sequence of Article

    Returns
    -------
    list of dict
        `id, article, date, sentence, start, end, text`, the pair with its spans, `speaker`, `language`, `label` and
        `probabilities` (None for a model that has none). `start` and `end` say where the sentence is in the article;
        `actor_start` … count from the start of the sentence, `actor_start_in_article` … of the article. A multilabel
        model has one row for each sentence, and the set of labels.
    """
    rows = [row for article in articles for row in _candidates(model, article)]
    return _labelled(model, rows, {name: [row[name] for row in rows] for name in rows[0]}) if rows else []


def label_table(model: StanceModel, table: Columns) -> list[Row]:
    """Return the rows of a table, labelled as they are: no other actors and targets are looked for.

    Parameters
    ----------
    model : StanceModel
    table : mapping of lists
        `text` and, if the model uses them, `actor`, `target` and their spans, which are looked up by name where they
        aren't given.

    Returns
    -------
    list of dict
        As those of articles; None where the table doesn't say. A label that the table gives is left out.
    """
    columns = as_columns(table)
    columns = {**columns, **link_spans(columns, model.gazetteer)}
    none = [None] * len(columns["text"])
    names = ("id", "article", "date", "sentence", "start", "end", "text", *_mention_names(), "speaker", "language")
    shown = {name: columns.get(name, none) for name in names}
    for name in ("start", "end"):
        shown[name] = [_offset(value) for value in shown[name]]
    rows = [dict(zip(shown, values, strict=True)) for values in zip(*shown.values(), strict=True)]
    return _labelled(model, rows, {**columns, **shown})


def columns_of_rows(model: StanceModel) -> dict[str, Kind]:
    """Return the columns of a file of labelled rows, in order, with what each holds."""
    columns: dict[str, Kind] = {"id": "text", "article": "text", "date": "text"}
    columns |= {"sentence": "whole", "start": "whole", "end": "whole", "text": "text"}
    for role in ROLES:
        columns |= {role: "text", f"{role}_start": "whole", f"{role}_end": "whole"}
    for role in ROLES:
        columns |= dict.fromkeys(_in_article(role), "whole")
    columns |= {"speaker": "text", "language": "text"}
    columns |= {"labels": "texts"} if model.task.kind == "multilabel" else {"label": "text"}
    return {**columns, **{f"p_{label}": "decimal" for label in model.labels}}


def flat_row(model: StanceModel, row: Row) -> Row:
    """Return a labelled row as a file holds it: a column for each probability, and sets of labels under `labels`."""
    shares = row["probabilities"] or dict.fromkeys(model.labels)
    flat = {**row, **{f"p_{label}": share for label, share in shares.items()}}
    return {**flat, "labels": row["label"]} if model.task.kind == "multilabel" else flat


def _candidates(model: StanceModel, article: Article) -> Iterator[Row]:
    candidates = propose_examples(article, model.gazetteer, pairs=model.task.kind != "multilabel")
    if not candidates:
        return
    speakers = attribute_speakers(article, model.gazetteer)
    for row in candidates:
        if model.task.kind == "directed_pair" and not _actor_comes_first(row):
            continue
        names = [name for name in (row["actor"], row["target"]) if name is not None]
        speaker = speakers[row["sentence"]]
        yield (
            {"id": "/".join([article.id, f"s{row['sentence']:02d}", *names])}
            | row
            | {"speaker": speaker and speaker.name, "language": article.language}
        )


def _labelled(model: StanceModel, rows: list[Row], columns: Mapping[str, Sequence[Any]]) -> list[Row]:
    known = has_probabilities(model.spec)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        piece = slice(first, first + ROWS_AT_ONCE)
        scores = decision_values(model, {name: values[piece] for name, values in columns.items()})
        labels = name_labels(decide(scores, model.task.kind), model.task)
        shares: list[Any] = (
            probabilities(scores, model.task.kind, model.spec).tolist() if known else [None] * len(labels)
        )
        for row, label, own in zip(rows[piece], labels, shares, strict=True):
            row.update(_places_in_article(row))
            row["label"] = label
            row["probabilities"] = dict(zip(model.labels, own, strict=True)) if own is not None else None
    return rows


def _actor_comes_first(row: Mapping[str, Any]) -> bool:
    """Tell which of the two directions to ask about: the other has the same answer the other way round."""
    places = [(row[f"{role}_start"], row[f"{role}_end"], row[role]) for role in ROLES]
    return None in (row["actor"], row["target"]) or places[0] < places[1]


def _places_in_article(row: Mapping[str, Any]) -> dict[str, int | None]:
    base, places = row["start"], {}
    for role in ROLES:
        for name, own in zip(_in_article(role), (row[f"{role}_start"], row[f"{role}_end"]), strict=True):
            places[name] = None if base is None or own is None else base + own
    return places


def _mention_names() -> tuple[str, ...]:
    return tuple(name for role in ROLES for name in (role, f"{role}_start", f"{role}_end"))


def _in_article(role: Role) -> tuple[str, str]:
    return f"{role}_start_in_article", f"{role}_end_in_article"


def _offset(value: Any) -> int | None:
    """Return an offset that a table gives in a column that isn't checked when it is read."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
