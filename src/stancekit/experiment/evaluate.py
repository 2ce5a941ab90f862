"""A saved model on new labelled examples: the SCORES that a run has of its test set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancekit import plugins
from stancekit.config.load import load_config
from stancekit.config.metrics import is_plugged
from stancekit.config.model import has_probabilities
from stancekit.config.schema import Config, Task
from stancekit.config.sources import Source, is_local
from stancekit.corpus.examples import Columns, as_columns
from stancekit.corpus.folds import group_codes
from stancekit.corpus.linking import link_spans
from stancekit.corpus.readers import fingerprint, read_sources
from stancekit.errors import DataError, InputError, Problem
from stancekit.evaluation.predictions import Predictions
from stancekit.evaluation.scores import score_predictions
from stancekit.evaluation.verdict import Warned, warn
from stancekit.experiment.corpora import count_articles
from stancekit.experiment.files import Scored
from stancekit.models.decision import decide, probabilities
from stancekit.models.stance_model import StanceModel, score_examples

WHERE = "new examples"


@dataclass(frozen=True)
class Evaluated:
    """A model's predictions for labelled examples, and how they were scored.

    Attributes
    ----------
    scored : Scored
    config : Config
        That of the model's run, resampling by what the examples have; the defaults where there is no run.
    """

    scored: Scored
    config: Config


def evaluate(model: StanceModel, examples: Any) -> dict[str, Any]:
    """Score a saved model on labelled examples.

    Parameters
    ----------
    model : StanceModel
    examples : list of dict, Dataset, pyarrow.Table or data frame
        With `text`, `label` (`labels` for sets) and what the model uses. Mentions whose spans aren't given are looked
        up by name, as in `model.predict`.

    Returns
    -------
    dict
        SCORES, as `test` in the metrics.json of a run. The one baseline is the label that was most frequent in
        training, if the model knows.

    Raises
    ------
    DataError
        If an example has no label, or one that the model doesn't know.

    Examples
    --------
    >>> from stancekit.config.features import Block
    >>> from stancekit.config.model import Model
    >>> from stancekit.models import fit_model
    >>> labels = [[True, False], [False, True]]
    >>> model = fit_model({"text": ["oui", "non"]}, labels, Task(labels=("pro", "con")), [Block(field="text")], Model())
    >>> scores = evaluate(model, [{"text": "oui oui", "label": "pro"}, {"text": "non", "label": "pro"}])
    >>> scores["n"], scores["metrics"]["accuracy"]["value"], scores["confusion"]["matrix"]
    (2, 0.5, [[1, 1], [0, 0]])
    """
    return dict(evaluate_examples(model, as_columns(examples)).scored.scores)


def evaluate_examples(model: StanceModel, examples: Columns, source: Source | None = None) -> Evaluated:
    """Score a saved model on labelled examples, and keep its predictions.

    Parameters
    ----------
    model : StanceModel
    examples : mapping of lists
        As `as_columns` or `read_sources` gives them.
    source : Source, optional
        Where they are from, to be compared with what the model was trained on.

    Raises
    ------
    DataError
        If an example has no label, or one that the model doesn't know.
    """
    columns = as_columns(examples)
    count = len(columns["text"])
    if not count:
        raise DataError("there are no examples to score")
    columns.setdefault("id", [str(row) for row in range(count)])
    columns |= link_spans(columns, model.gazetteer)
    gold = _gold(columns, model.task)
    config, warnings = _scoring_config(model, columns)
    groups, _ = group_codes(columns, str(config.evaluation.intervals.by), "evaluation.intervals.by")
    scores = score_examples(model.features, model.linear, columns, model.task)[None]
    known = has_probabilities(model.spec)
    shares = probabilities(scores[0], model.task.kind, model.spec)[None] if known else None
    predictions = Predictions(gold, decide(scores[0], model.task.kind)[None], groups, scores, shares)
    majority = _majority(model, count)
    baselines: dict[str, Predictions | None] = {}
    if majority is not None:
        baselines["majority"] = Predictions(gold, majority[None], groups, majority[None].astype(np.float64))
    result = score_predictions(predictions, baselines, config, columns)
    warnings += _warn_of_training(model, columns, source)
    if majority is None:
        said = "The model doesn't say how often each label occurred in training: there is no baseline to compare with."
        warnings.append({"code": "no_baseline", "message": said, "values": {}})
    result["warnings"] = [*warn(result, config, count_articles(columns), 0, 1), *warnings]
    return Evaluated(Scored(WHERE, result, columns, gold, predictions.predicted, shares, None), config)


def _gold(columns: Columns, task: Task) -> NDArray[np.bool_]:
    name = "labels" if task.kind == "multilabel" else "label"
    if name not in columns:
        raise DataError(Problem(f"the examples have no {name!r}", allowed=list(columns), given=name))
    sets: Sequence[Any] = columns[name] if name == "labels" else [[label] for label in columns[name]]
    for row, own in enumerate(sets):
        if own is None or isinstance(own, str) or None in own:
            raise DataError(Problem(f"no {name}", where=f"example {row}"))
        unknown = next((label for label in own if label not in task.labels), None)
        if unknown is not None:
            said = f"the model has no label {unknown!r}"
            raise DataError(Problem(said, where=f"example {row}", allowed=task.labels, given=str(unknown)))
    return np.array([[label in own for label in task.labels] for own in sets], dtype=np.bool_)


def _scoring_config(model: StanceModel, columns: Columns) -> tuple[Config, list[Warned]]:
    """Return the config to score by, with a warning for all in which it isn't that of the run."""
    unknown = {"path": "unknown.jsonl"}
    config = model.config or Config.model_validate({"data": {"train": [unknown]}, "task": model.task})
    evaluation = config.evaluation
    warnings: list[Warned] = []
    wanted = str(evaluation.intervals.by)
    # What is inside of articles is resampled only where there is one article, or nobody knows how many.
    inside = wanted in ("sentence", "id") and (count_articles(columns) or 1) > 1
    order = ("article", wanted, "id") if inside else (wanted, "article", "id")
    by = next(name for name in order if _is_filled(columns, name))
    if by != wanted:
        said = f"The run's intervals are by {wanted!r}, those of these examples by {by!r}."
        warnings.append({"code": "resampled_otherwise", "message": said, "values": {"wanted": wanted, "by": by}})
    metrics = tuple(name for name in evaluation.metrics or () if _is_there(name))
    missing = [name for name in evaluation.metrics or () if name not in metrics]
    if missing:
        said = f"Not measured, since their plug-ins aren't loaded (--code): {', '.join(missing)}."
        warnings.append({"code": "metric_missing", "message": said, "values": {"metrics": missing}})
        if not metrics:
            raise InputError(Problem(said[:-1], hint="Name the file of the plug-ins: --code FILE"))
    primary = evaluation.primary if evaluation.primary in metrics else metrics[0]
    intervals = evaluation.intervals.model_copy(update={"by": by})
    own = evaluation.model_copy(update={"intervals": intervals, "metrics": metrics, "primary": primary})
    return config.model_copy(update={"evaluation": own}), warnings


def _is_there(metric: str) -> bool:
    return not is_plugged(metric) or plugins.find("metric", metric) is not None


def _is_filled(columns: Columns, name: str) -> bool:
    return name in columns and None not in columns[name]


def _majority(model: StanceModel, count: int) -> NDArray[np.bool_] | None:
    """Return what saying the most frequent label of training each time predicts; None if the model doesn't know it."""
    counts, total = model.about.get("label_counts"), model.about.get("examples")
    if not isinstance(counts, Mapping) or not isinstance(total, int) or set(counts) != set(model.labels):
        return None
    numbers = np.array([counts[label] for label in model.labels], dtype=object)
    if not all(isinstance(number, int) and 0 <= number <= total for number in numbers):
        return None
    row = numbers * 2 > total if model.task.kind == "multilabel" else np.arange(len(numbers)) == numbers.argmax()
    return np.tile(row.astype(np.bool_), (count, 1))


def _warn_of_training(model: StanceModel, columns: Columns, source: Source | None) -> list[Warned]:
    """Return a warning if the model was trained on these examples or some of their sentences, so far as is known."""
    trained_on = model.about.get("training_data_sha256")
    if source is not None and trained_on is not None and fingerprint([source]) == trained_on:
        said = "These are the very examples that the model was trained on: the scores say nothing about any others."
        return [{"code": "training_data", "message": said, "values": {}}]
    seen = _training_texts(model)
    if seen is None:
        return []
    repeated = sum(_plain(text) in seen for text in columns["text"])
    if not repeated:
        return []
    said = f"The sentences of {repeated} of {len(columns['text'])} examples are among those the model was trained on."
    return [{"code": "training_sentences", "message": said, "values": {"n": repeated}}]


def _training_texts(model: StanceModel) -> set[str] | None:
    """Return the sentences a model was trained on; None if they can't be had without asking the Hub."""
    run = model.around.run if model.around is not None else None
    if run is None:
        return None
    try:
        config = load_config(run / "config.yaml")
        remote = any(source.hub and not is_local(source.hub) for source in config.data.train)
        if remote or fingerprint(config.data.train) != model.about.get("training_data_sha256"):
            return None
        return {_plain(text) for text in read_sources(config.data.train, config.data.columns, config.task)["text"]}
    except InputError:
        return None


def _plain(text: str) -> str:
    return " ".join(text.split())
