"""The config as frozen pydantic models: every key that a YAML file may hold, its type and its default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, cast, get_args

from pydantic import (
    Field,
    PlainValidator,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_serializer,
    model_validator,
)

from stancekit.config.checks import Checks
from stancekit.config.section import Mistake, Section, fail
from stancekit.config.sources import Data

TaskKind = Literal["stance", "multilabel"]
FieldName = Literal[
    "text", "masked", "before", "between", "after", "actor_window", "target_window", "actor", "target", "pair"
]
Analyzer = Literal["word", "char", "char_wb", "indicator"]
ModelKind = Literal[
    "logistic_regression", "multinomial_logistic_regression", "linear_svc", "ridge", "sgd", "complement_nb", "nb_svm"
]
FoldScheme = Literal["random", "stratified", "group", "stratified_group", "leave_one_out", "predefined", "time"]
DRAWN_SCHEMES: tuple[FoldScheme, ...] = ("random", "stratified", "group", "stratified_group")
MetricName = Literal["macro_f1", "micro_f1", "weighted_f1", "accuracy", "subset_accuracy"]
BaselineName = Literal["majority", "stratified", "names_only", "target_only", "text_only"]

METRICS_OF: Mapping[TaskKind, tuple[MetricName, ...]] = {
    "stance": ("macro_f1", "micro_f1", "weighted_f1", "accuracy"),
    "multilabel": ("macro_f1", "micro_f1", "weighted_f1", "subset_accuracy"),
}
DEFAULT_METRICS: Mapping[TaskKind, tuple[MetricName, ...]] = {
    "stance": ("macro_f1", "accuracy"),
    "multilabel": ("macro_f1", "micro_f1", "subset_accuracy"),
}
ONE_LABEL_KINDS: tuple[ModelKind, ...] = ("multinomial_logistic_regression", "complement_nb")
"""Models that decide between labels, so that a multilabel task can't have them."""
MODEL_KEYS: Mapping[str, tuple[str, ...]] = {
    "logistic_regression": ("C", "class_weight"),
    "multinomial_logistic_regression": ("C", "class_weight"),
    "linear_svc": ("C", "class_weight"),
    "ridge": ("C", "class_weight"),
    "sgd": ("C", "class_weight"),
    "complement_nb": ("smoothing",),
    "nb_svm": ("C", "class_weight", "smoothing"),
}
"""The keys of each kind of model, beside `kind`."""
LARGEST_C = 1e12
"""Beyond this, and below its inverse, liblinear was seen not to come to an end."""

_CAN_BE_A_LABEL = re.compile(r"[^|\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,100}")


class Task(Section):
    """What is to be predicted."""

    kind: TaskKind = "stance"
    """`stance`: one label for text, actor and target; `multilabel`: a sentence carries a set of labels."""
    labels: Annotated[tuple[str, ...], Field(min_length=1)] = ("opposes", "neutral", "supports")
    """Every label there is, in the order in which tables and figures show them."""

    @field_validator("labels")
    @classmethod
    def _labels_are_distinct(cls, labels: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        mistakes = []
        for i, label in enumerate(labels):
            if not _CAN_BE_A_LABEL.fullmatch(label) or label != label.strip():
                said = f"{label!r} can't be a label: 1 to 100 characters, no outer spaces, line breaks, controls or '|'"
                mistakes.append(Mistake(said, (i,)))
            if label in labels[:i]:
                mistakes.append(Mistake(f"the label {label!r} is listed twice", (i,)))
        if len(labels) < 2 and info.data.get("kind") == "stance":
            mistakes.append(Mistake("one label leaves nothing to decide: at least two are needed"))
        if mistakes:
            raise fail(*mistakes)
        return labels


def _document_frequency(value: Any) -> int | float:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    share = isinstance(value, float) and 0.0 <= value <= 1.0
    if not (whole or share):
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        raise fail(Mistake(f"{shown} is neither a number of texts (1, 2, ...) nor a share (0.0 to 1.0)"))
    result: int | float = value
    return result


DocumentFrequency = Annotated[
    int | float,
    PlainValidator(_document_frequency),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "number", "minimum": 0, "maximum": 1}]}),
]


def _stop_words(value: Any) -> str | tuple[str, ...] | None:
    if value is None or value == "english":
        return cast("str | None", value)
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise fail(Mistake(f"{value!r} is neither a list of words nor 'english' nor null"))
    return tuple(value)


StopWords = Annotated[
    str | tuple[str, ...] | None,
    PlainValidator(_stop_words),
    WithJsonSchema({"anyOf": [{"const": "english"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]}),
]


class Block(Section):
    """One block of TF-IDF features: a field, cut into n-grams, weighted and normalised on its own."""

    field: FieldName
    """The view of an example that is counted."""
    analyzer: Analyzer = "word"
    """`indicator` takes the whole field as one feature."""
    ngrams: tuple[Annotated[int, Field(ge=1, le=20)], Annotated[int, Field(ge=1, le=20)]] = (1, 1)
    """Shortest and longest n-gram."""
    lowercase: bool = True
    tokens: str = "words"
    r"""How words are cut: `words` (French and English: `n'`, `U.S.`, `#tag`), `sklearn` (`\b\w\w+\b`), or a regular
    expression of yours, which sees one text at a time. One that backtracks without end is not stopped."""
    stop_words: StopWords = None
    """Words to leave out before n-grams are made: a list, or `english` for scikit-learn's, which has `not` and `no`."""
    min_df: DocumentFrequency = 1
    """Fewest training texts (or, as a decimal, share of them) that hold an n-gram."""
    max_df: DocumentFrequency = 1.0
    """Most training texts (or share of them) that may hold an n-gram."""
    max_features: Annotated[int, Field(ge=1)] | None = None
    """Keep only the n-grams that occur most often in the training texts."""
    sublinear: bool = False
    """Count a term that occurs n times as 1 + ln n."""
    idf: bool = True
    norm: Literal["l2", "l1", "none"] = "l2"
    weight: Annotated[float, Field(gt=0, le=1e6)] = 1.0
    """What the block's normalised values are multiplied with."""

    @field_validator("tokens")
    @classmethod
    def _tokens_can_be_found(cls, tokens: str) -> str:
        if tokens in ("words", "sklearn"):
            return tokens
        if not tokens:
            raise fail(Mistake("'tokens' is empty: give 'words', 'sklearn' or a regular expression"))
        try:
            groups = re.compile(tokens).groups
        except (re.error, OverflowError, RecursionError) as error:
            said = f"{tokens!r} is neither 'words', 'sklearn' nor a regular expression: {error}"
            raise fail(Mistake(said)) from error
        if groups > 1:
            said = f"{tokens!r} has {groups} groups: with one, it is the token; write the others as (?:...)"
            raise fail(Mistake(said))
        return tokens

    @model_validator(mode="after")
    def _only_words_have_tokens(self) -> Self:
        given = [key for key in ("tokens", "stop_words") if getattr(self, key) != type(self).model_fields[key].default]
        if given and self.analyzer != "word":
            said = f"{given[0]!r} is for the analyzer 'word', not for {self.analyzer!r}"
            raise fail(Mistake(said, (given[0],)))
        return self

    @field_validator("ngrams")
    @classmethod
    def _ngrams_are_a_range(cls, ngrams: tuple[int, int]) -> tuple[int, int]:
        if ngrams[0] > ngrams[1]:
            said = f"the shortest n-gram ({ngrams[0]}) is longer than the longest ({ngrams[1]})"
            raise fail(Mistake(said))
        return ngrams


class Features(Section):
    """The blocks that are stacked side by side."""

    blocks: Annotated[tuple[Block, ...], Field(min_length=1)] = (
        Block(field="masked", analyzer="word", ngrams=(1, 2)),
        Block(field="masked", analyzer="char_wb", ngrams=(2, 5), weight=0.5),
        Block(field="pair", analyzer="indicator", weight=0.5),
    )


class Model(Section):
    """A linear model; of most kinds one binary problem per label (one-vs-rest)."""

    kind: ModelKind = "logistic_regression"
    """`multinomial_logistic_regression` and `complement_nb` decide between labels, so not in a multilabel task."""
    C: Annotated[float, Field(gt=0, le=LARGEST_C)] = 1.0
    """Inverse strength of the L2 penalty."""
    class_weight: Literal["balanced"] | None = "balanced"
    """`balanced` weighs every label by the inverse of its share of the training examples."""
    smoothing: Annotated[float, Field(gt=0, le=1e6)] = 1.0
    """What is added to every count; for `complement_nb` and `nb_svm`."""

    @field_validator("C", "class_weight", "smoothing")
    @classmethod
    def _the_kind_has_this_key(cls, value: Any, info: ValidationInfo) -> Any:
        kind, key = info.data.get("kind"), str(info.field_name)
        if kind is not None and key not in MODEL_KEYS[kind]:
            having = [name for name, keys in MODEL_KEYS.items() if key in keys]
            raise fail(Mistake(f"a {kind} has no {key!r}", hint=f"Leave it out; these have it: {', '.join(having)}"))
        return value

    @field_validator("C")
    @classmethod
    def _a_solver_gets_there(cls, C: float) -> float:
        if C < 1 / LARGEST_C:
            raise fail(Mistake(f"'C' must be at least {1 / LARGEST_C:g}, not {C!r}: solvers don't get anywhere below"))
        return C

    @model_serializer(mode="wrap")
    def _keys_of_the_kind(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in serialise(self).items() if key == "kind" or key in MODEL_KEYS[self.kind]}


class Folds(Section):
    """How the training examples are cut for cross-validation."""

    scheme: FoldScheme = "stratified_group"
    """`group` keeps a group together; `stratified` keeps label shares alike; `stratified_group` does both.
    `leave_one_out` makes a fold of each value of `by`, `predefined` takes `by` for the folds; `time` trains on what
    is earlier."""
    by: str = "article"
    """The column that names an example's group; `sentence` means one sentence of one article."""
    n: Annotated[int, Field(ge=2)] = 5
    """How many folds; with `time`, how many periods are held out. Not for `leave_one_out` and `predefined`."""
    repeats: Annotated[int, Field(ge=1, le=1000)] = 1
    """Cut anew this many times; scores are the mean over repeats."""

    @field_validator("repeats")
    @classmethod
    def _only_what_is_drawn_can_be_repeated(cls, repeats: int, info: ValidationInfo) -> int:
        scheme = info.data.get("scheme")
        if repeats > 1 and scheme is not None and scheme not in DRAWN_SCHEMES:
            raise fail(Mistake(f"the scheme {scheme!r} cuts the same way every time: there is nothing to repeat"))
        return repeats


class Intervals(Section):
    """Bootstrap confidence intervals, resampled by group."""

    resamples: Annotated[int, Field(ge=100, le=1_000_000)] = 2000
    level: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    by: str | None = None
    """The column to resample by; that of the folds if not given, `id` (every example for itself) if they have none."""


class Evaluation(Section):
    """How good the model is said to be, and by what."""

    folds: Folds | None = Folds()
    """`null`: no cross-validation, only the test set."""
    metrics: Annotated[tuple[MetricName, ...], Field(min_length=1)] | None = None
    """By the kind of task if not given."""
    primary: MetricName | None = None
    """The metric of the verdict; the first of `metrics` if not given."""
    intervals: Intervals = Intervals()
    baselines: tuple[BaselineName, ...] = get_args(BaselineName)

    @field_validator("primary")
    @classmethod
    def _primary_is_measured(cls, primary: MetricName | None, info: ValidationInfo) -> MetricName | None:
        metrics = info.data.get("metrics")
        if primary is not None and metrics and primary not in metrics:
            said = f"{primary!r} is not among the metrics of this config"
            raise fail(Mistake(said, allowed=metrics))
        return primary


def _resampled_by(folds: Folds | None) -> str:
    if folds is None:
        return "article"
    if folds.scheme in ("random", "stratified"):
        return "id"
    return folds.by if folds.scheme in ("group", "stratified_group", "time") else "article"


class Config(Section):
    """A whole experiment, as a YAML file describes it."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")] = "experiment"
    """Names the folder of the runs; the file's own name if not given."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    data: Data
    task: Task = Task()
    features: Features = Features()
    model: Model = Model()
    decision: Literal["argmax"] = "argmax"
    """How scores become a label; in a multilabel task every label with a score above zero is taken."""
    evaluation: Evaluation = Evaluation()
    checks: Checks = Checks()

    @field_validator("model")
    @classmethod
    def _the_model_fits_the_task(cls, model: Model, info: ValidationInfo) -> Model:
        task = info.data.get("task")
        if task is not None and task.kind == "multilabel" and model.kind in ONE_LABEL_KINDS:
            allowed = tuple(kind for kind in get_args(ModelKind) if kind not in ONE_LABEL_KINDS)
            said = f"{model.kind!r} decides between labels; a multilabel task asks for each of them"
            raise fail(Mistake(said, ("kind",), allowed))
        return model

    @field_validator("evaluation")
    @classmethod
    def _evaluation_fits_the_task(cls, evaluation: Evaluation, info: ValidationInfo) -> Evaluation:
        task, data = info.data.get("task"), info.data.get("data")
        mistakes = []
        if task is not None:
            named = [(("metrics", i), metric) for i, metric in enumerate(evaluation.metrics or ())]
            known = METRICS_OF[task.kind]
            mistakes = [
                Mistake(f"{metric!r} is not a metric of a {task.kind} task", path, known)
                for path, metric in (*named, (("primary",), evaluation.primary))
                if metric is not None and metric not in known
            ]
        if evaluation.folds is None and data is not None and data.test is None:
            mistakes.append(Mistake("neither folds nor data.test: nothing would be scored", ("folds",)))
        if mistakes:
            raise fail(*mistakes)
        return evaluation

    @model_validator(mode="after")
    def _fill_in_metrics(self) -> Self:
        evaluation = self.evaluation
        metrics = evaluation.metrics or DEFAULT_METRICS[self.task.kind]
        primary = evaluation.primary or metrics[0]
        if primary not in metrics:
            metrics = (primary, *metrics)
        intervals = evaluation.intervals
        if intervals.by is None:
            intervals = intervals.model_copy(update={"by": _resampled_by(evaluation.folds)})
        filled = evaluation.model_copy(update={"metrics": metrics, "primary": primary, "intervals": intervals})
        object.__setattr__(self, "evaluation", filled)
        return self
