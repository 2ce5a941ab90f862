"""The config as frozen pydantic models: every key that a YAML file may hold, its type and its default."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from stancekit.config.checks import Checks
from stancekit.config.decision import Decision, Tune
from stancekit.config.features import Features
from stancekit.config.metrics import DEFAULT_METRICS, PROBABILITY_METRICS, MetricName, tunable, unfit_metric
from stancekit.config.model import ANY_KIND, ONE_LABEL_KINDS, Model, has_probabilities, unfit_conditioning
from stancekit.config.report import Report
from stancekit.config.search import SEARCHED, Search
from stancekit.config.section import Mistake, Section, fail
from stancekit.config.settings import Setting, combined, impossible_together, impossible_values
from stancekit.config.sources import Data
from stancekit.config.studies import StudyName, impossible_studies, listed_twice, unlike_features
from stancekit.config.task import Task as Task  # this is where a config's parts are looked for
from stancekit.config.task import TaskKind as TaskKind

FoldScheme = Literal["random", "stratified", "group", "stratified_group", "leave_one_out", "predefined", "time"]
DRAWN_SCHEMES: tuple[FoldScheme, ...] = ("random", "stratified", "group", "stratified_group")
BaselineName = Literal[
    "majority", "stratified", "per_target_majority", "duplicate_lookup", "names_only", "target_only", "text_only"
]


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
    """Confidence intervals, by group."""

    method: Literal["jackknife", "bca", "percentile"] = "jackknife"
    """`jackknife` leaves each group out in turn and has the t distribution; `bca` and `percentile` draw groups anew."""
    resamples: Annotated[int, Field(ge=100, le=1_000_000)] = 2000
    """Draws of groups, and of permutations where runs are compared."""
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
    studies: tuple[StudyName, ...] = ()
    """What else is looked into on the same folds: how scores grow with the training examples, what each block of
    features brings, how targets or actors do that were never seen. Each takes many more fits."""

    @field_validator("studies")
    @classmethod
    def _studies_are_distinct(cls, studies: tuple[StudyName, ...]) -> tuple[StudyName, ...]:
        if mistakes := listed_twice(studies):
            raise fail(*mistakes)
        return studies

    @field_validator("primary")
    @classmethod
    def _primary_is_measured(cls, primary: MetricName | None, info: ValidationInfo) -> MetricName | None:
        metrics = info.data.get("metrics")
        if primary is not None and metrics and primary not in metrics:
            said = f"{primary!r} is not among the metrics of this config"
            raise fail(Mistake(said, allowed=metrics))
        return primary


def _unfit(model: Model, task: Task) -> Mistake | None:
    """Return why a model can't be that of a task."""
    for i, member in enumerate(model.members):
        if task.kind == "multilabel" and member.kind in ONE_LABEL_KINDS:
            others = (*ONE_LABEL_KINDS, "vote") if model.of else ONE_LABEL_KINDS
            allowed = tuple(kind for kind in ANY_KIND.names() if kind not in others)
            said = f"{member.kind!r} decides between labels; a multilabel task asks for each of them"
            return Mistake(said, ("of", i, "kind") if model.of else ("kind",), allowed)
    return None


def _unknown_metric(decision: Decision, task: Task) -> Mistake | None:
    """Return why a decision can't be that of a task."""
    if not isinstance(decision, Tune):
        return None
    return unfit_metric(decision.tune, ("tune",), task.kind, task.neutral, tunable(task.kind))


def _unfit_setting(setting: Setting, task: Task) -> Mistake | None:
    return _unfit(setting.model, task) or _unknown_metric(setting.decision, task)


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
    decision: Decision = "argmax"
    """How scores become a label; in a multilabel task every label with a score above zero is taken."""
    inner_folds: Annotated[int, Field(ge=2)] = 5
    """Into how many folds training examples are cut, by the scheme of `evaluation.folds`, where a calibration or a
    tuned decision needs scores from models that did not see them."""
    evaluation: Evaluation = Evaluation()
    search: Search | None = None
    """Settings to try; `null` for none."""
    checks: Checks = Checks()
    report: Report = Report()

    @field_validator("model")
    @classmethod
    def _the_model_fits_the_task(cls, model: Model, info: ValidationInfo) -> Model:
        task, features = info.data.get("task"), info.data.get("features")
        mistake = _unfit(model, task) if task is not None else None
        if mistake is None and features is not None:
            mistake = unfit_conditioning(features, model)
        if mistake is not None:
            raise fail(mistake)
        return model

    @field_validator("decision")
    @classmethod
    def _the_decision_fits_the_task(cls, decision: Decision, info: ValidationInfo) -> Decision:
        task = info.data.get("task")
        mistake = _unknown_metric(decision, task) if task is not None else None
        if mistake is not None:
            raise fail(mistake)
        return decision

    @field_validator("evaluation")
    @classmethod
    def _evaluation_fits_the_task(cls, evaluation: Evaluation, info: ValidationInfo) -> Evaluation:
        task, data = info.data.get("task"), info.data.get("data")
        mistakes = []
        if task is not None:
            named = [(("metrics", i), metric) for i, metric in enumerate(evaluation.metrics or ())]
            found = [
                unfit_metric(metric, path, task.kind, task.neutral)
                for path, metric in (*named, (("primary",), evaluation.primary))
                if metric is not None
            ]
            mistakes = [mistake for mistake in found if mistake is not None]
        if evaluation.folds is None and data is not None and data.test is None:
            mistakes.append(Mistake("neither folds nor data.test: nothing would be scored", ("folds",)))
        if (features := info.data.get("features")) is not None:
            mistakes += impossible_studies(evaluation, features)
        if mistakes:
            raise fail(*mistakes)
        return evaluation

    @field_validator("search")
    @classmethod
    def _every_value_is_possible(cls, search: Search | None, info: ValidationInfo) -> Search | None:
        needed = ("seed", "task", "evaluation", *SEARCHED)
        if search is None or any(part not in info.data for part in needed):
            return search
        task, evaluation = info.data["task"], info.data["evaluation"]
        own = Setting({}, **{part: info.data[part] for part in SEARCHED})
        mistakes = impossible_values(own, search, partial(_unfit_setting, task=task))
        mistakes = mistakes or impossible_together(own, search, info.data["seed"])
        unfit = search.metric and unfit_metric(search.metric, ("metric",), task.kind, task.neutral)
        if unfit:
            mistakes.append(unfit)
        if evaluation.folds is None or evaluation.folds.scheme not in DRAWN_SCHEMES:
            said = "a search cuts folds of its own, so evaluation.folds must have a scheme that draws them"
            mistakes.append(Mistake(said, (), DRAWN_SCHEMES))
        if not mistakes and evaluation.studies:
            tried = [setting.features for setting in combined(own, search, info.data["seed"])]
            mistakes += unlike_features(evaluation, search.way, tried)
        if mistakes:
            raise fail(*mistakes)
        return search

    @model_validator(mode="after")
    def _what_is_decided_by_has_its_probabilities(self) -> Self:
        evaluation, search = self.evaluation, self.search
        metrics = evaluation.metrics or DEFAULT_METRICS[self.task.kind]
        place = ("evaluation", "primary") if evaluation.primary else ("evaluation", "metrics", 0)
        named: dict[tuple[str | int, ...], str | None] = {place: evaluation.primary or metrics[0]}
        if search is not None:
            named["search", "metric"] = search.metric
        asked = {path: metric for path, metric in named.items() if metric in PROBABILITY_METRICS}
        lacking = [own.model for own in self.settings() if not has_probabilities(own.model)] if asked else []
        if lacking:
            hint = "Set model.calibration: platt, or model.kind: logistic_regression"
            said = f"needs probabilities, and a {lacking[0].kind} has none"
            raise fail(*(Mistake(f"{metric!r} {said}", path, hint=hint) for path, metric in asked.items()))
        return self

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
        if self.search is not None and evaluation.folds is not None:
            search = {"metric": self.search.metric or primary, "n": self.search.n or evaluation.folds.n}
            object.__setattr__(self, "search", self.search.model_copy(update=search))
        return self

    def settings(self) -> list[Setting]:
        """Return the distinct settings that the search tries, in order; the config's own where nothing is searched."""
        own = Setting({}, self.features, self.model, self.decision)
        return [own] if self.search is None else combined(own, self.search, self.seed)
