"""The config as frozen pydantic models: every key that a YAML file may hold, its type and its default."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainValidator,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError

Format = Literal["jsonl", "csv", "tsv", "parquet"]
TaskKind = Literal["stance", "multilabel"]
FieldName = Literal[
    "text", "masked", "before", "between", "after", "actor_window", "target_window", "actor", "target", "pair"
]
Analyzer = Literal["word", "char", "char_wb", "indicator"]
ModelKind = Literal["logistic_regression", "linear_svc"]
FoldScheme = Literal["random", "stratified", "group", "stratified_group"]
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
FORMATS: tuple[Format, ...] = get_args(Format)

LARGEST_C = 1e12
"""Beyond this, and below its inverse, liblinear was seen not to come to an end."""

_CAN_BE_A_LABEL = re.compile(r"[^|\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,100}")
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


class Section(BaseModel):
    """What every part of a config has in common: it is frozen and knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a value, or with one below it: `path` leads from here to there."""

    message: str
    path: tuple[str | int, ...] = ()
    allowed: tuple[str, ...] = ()
    hint: str = ""
    near: Path | None = None
    """A file that isn't there; its neighbours are named."""


def _fail(*mistakes: Mistake) -> PydanticCustomError:
    """Return an error that carries mistakes, for `stancekit.config.load` to word."""
    said = "; ".join(mistake.message for mistake in mistakes)
    return PydanticCustomError("mistakes", "{said}", {"said": said, "mistakes": mistakes})


def expand_path(path: str, base: Path) -> Path:
    """Return `path` with `${VARIABLES}` filled in, relative to the folder `base`.

    Raises
    ------
    KeyError
        If a variable is not set; its argument is the name.
    """
    filled = Path(_VARIABLE.sub(lambda match: os.environ[match[1]], path)).expanduser()
    return base / filled


def _tidy(file: Path) -> Path:
    """Return a path without `..`, where leaving them out leads to the same place."""
    shorter = Path(os.path.normpath(file))
    return shorter if shorter.resolve() == file.resolve() else file


class Columns(Section):
    """Which column of a source holds what; a column that has the same name need not be given."""

    id: str | None = None
    article: str | None = None
    sentence: str | None = None
    text: str | None = None
    actor: str | None = None
    actor_start: str | None = None
    actor_end: str | None = None
    target: str | None = None
    target_start: str | None = None
    target_end: str | None = None
    label: str | None = None
    labels: str | None = None
    annotator: str | None = None
    language: str | None = None
    date: str | None = None
    group: str | None = None

    def mapping(self) -> dict[str, str]:
        """Return the names that were given, as {ours: theirs}."""
        return {ours: theirs for ours, theirs in self.model_dump().items() if theirs is not None}


class Source(Section):
    """A file of labelled examples."""

    path: str
    """Relative to the config file; `${NAME}` is taken from the environment."""
    format: Format | None = None
    """By the file's ending if not given."""
    columns: Columns | None = None
    """Wins over `data.columns`."""
    labels: dict[str, str | None] | None = None
    """Their label: ours; `null` leaves the example (or, in a label set, the label) out."""

    _file: Path = PrivateAttr(default_factory=Path)

    @field_validator("path")
    @classmethod
    def _path_leads_to_a_file(cls, path: str, info: ValidationInfo) -> str:
        if not info.context:
            return path
        try:
            file = expand_path(path, info.context["base"])
            found = file.is_file(), file.is_dir()
        except KeyError as error:
            name = error.args[0]
            said = f"the environment variable {name} is not set"
            raise _fail(Mistake(said, hint=f"Set it: export {name}=FOLDER")) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise _fail(Mistake(f"this can't be the path of a file: {error}")) from error
        if not found[0]:
            said = "is a folder" if found[1] else "does not exist"
            raise _fail(Mistake(f"the file {_tidy(file)} {said}", near=file))
        return path

    def model_post_init(self, context: Any) -> None:
        """Find the file, if the folder that the path is relative to is known."""
        file = expand_path(self.path, context["base"]) if context else Path(self.path)
        object.__setattr__(self, "_file", file)

    @property
    def file(self) -> Path:
        """Where the file is, from the config's folder and the environment."""
        return self._file

    @property
    def resolved_format(self) -> Format | None:
        """The format as given, else by the file's ending; None if that is unknown."""
        ending = self._file.suffix.lstrip(".").lower()
        return self.format or next((known for known in FORMATS if known == ending), None)

    @model_validator(mode="after")
    def _format_is_known(self) -> Self:
        if self.resolved_format is None:
            said = f"can't tell the format of {self.path!r} by its ending"
            raise _fail(Mistake(said, ("path",), FORMATS, hint="Name it: {path: ..., format: ...}"))
        return self


def expand_shorthands(values: Any) -> Any:
    """Return the values of a config with every data source written in full, as a list of mappings.

    Examples
    --------
    >>> expand_shorthands({"data": {"train": "a.jsonl"}})
    {'data': {'train': [{'path': 'a.jsonl'}]}}
    """
    data = values.get("data") if isinstance(values, dict) else None
    if not isinstance(data, dict):
        return values
    full = {part: _one_or_many(data[part]) for part in ("train", "test") if data.get(part) is not None}
    return {**values, "data": {**data, **full}}


def _one_or_many(value: Any) -> Any:
    if not isinstance(value, (str, dict, list)):
        return value
    listed = value if isinstance(value, list) else [value]
    return [{"path": item} if isinstance(item, str) else item for item in listed]


class _Shorthand:
    """Tells the JSON Schema about the shorthands of a source."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        full = handler(core)
        one = {"anyOf": [{"type": "string", "description": "path of a file"}, full["items"]]}
        return {"anyOf": [*one["anyOf"], {"type": "array", "items": one, "minItems": 1}]}


Sources = Annotated[tuple[Source, ...], Field(min_length=1), _Shorthand]


class Data(Section):
    """Where the labelled examples are."""

    train: Sources
    test: Sources | None = None
    columns: Columns = Columns()


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
            raise _fail(*mistakes)
        return labels


def _document_frequency(value: Any) -> int | float:
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    share = isinstance(value, float) and 0.0 <= value <= 1.0
    if not (whole or share):
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        raise _fail(Mistake(f"{shown} is neither a number of texts (1, 2, ...) nor a share (0.0 to 1.0)"))
    result: int | float = value
    return result


DocumentFrequency = Annotated[
    int | float,
    PlainValidator(_document_frequency),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "number", "minimum": 0, "maximum": 1}]}),
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

    @field_validator("ngrams")
    @classmethod
    def _ngrams_are_a_range(cls, ngrams: tuple[int, int]) -> tuple[int, int]:
        if ngrams[0] > ngrams[1]:
            said = f"the shortest n-gram ({ngrams[0]}) is longer than the longest ({ngrams[1]})"
            raise _fail(Mistake(said))
        return ngrams


class Features(Section):
    """The blocks that are stacked side by side."""

    blocks: Annotated[tuple[Block, ...], Field(min_length=1)] = (
        Block(field="masked", analyzer="word", ngrams=(1, 2)),
        Block(field="masked", analyzer="char_wb", ngrams=(2, 5), weight=0.5),
        Block(field="pair", analyzer="indicator", weight=0.5),
    )


class Model(Section):
    """A linear model, one binary problem per label (one-vs-rest)."""

    kind: ModelKind = "logistic_regression"
    C: Annotated[float, Field(gt=0, le=LARGEST_C)] = 1.0
    """Inverse strength of the L2 penalty."""
    class_weight: Literal["balanced"] | None = "balanced"
    """`balanced` weighs every label by the inverse of its share of the training examples."""

    @field_validator("C")
    @classmethod
    def _a_solver_gets_there(cls, C: float) -> float:
        if C < 1 / LARGEST_C:
            raise _fail(Mistake(f"'C' must be at least {1 / LARGEST_C:g}, not {C!r}: solvers don't get anywhere below"))
        return C


class Folds(Section):
    """How the training examples are cut for cross-validation."""

    scheme: FoldScheme = "stratified_group"
    """`group` keeps a group together; `stratified` keeps label shares alike; `stratified_group` does both."""
    by: str = "article"
    """The column that names an example's group; `sentence` means one sentence of one article."""
    n: Annotated[int, Field(ge=2)] = 5
    repeats: Annotated[int, Field(ge=1, le=1000)] = 1
    """Cut anew this many times; scores are the mean over repeats."""


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
            raise _fail(Mistake(said, allowed=metrics))
        return primary


def _resampled_by(folds: Folds | None) -> str:
    if folds is None:
        return "article"
    return folds.by if folds.scheme in ("group", "stratified_group") else "id"


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
            raise _fail(*mistakes)
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
