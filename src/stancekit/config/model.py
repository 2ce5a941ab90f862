"""The linear model of a config, or several that vote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

from stancekit.config.features import Conditioning, Features
from stancekit.config.named import Named
from stancekit.config.section import Mistake, Section, fail

ModelKind = Literal[
    "logistic_regression",
    "multinomial_logistic_regression",
    "linear_svc",
    "ridge",
    "sgd",
    "complement_nb",
    "nb_svm",
    "vote",
]
ANY_KIND = Named("model", get_args(ModelKind))
"""The kinds that stancekit has, and those of plug-ins."""
CalibrationName = Literal["none", "platt", "isotonic"]
ONE_LABEL_KINDS: tuple[ModelKind, ...] = ("multinomial_logistic_regression", "complement_nb")
"""Models that decide between labels, so that a multilabel task can't have them."""
WITHOUT_PROBABILITIES: tuple[ModelKind, ...] = ("linear_svc", "ridge", "nb_svm")
"""Models whose scores are no probabilities unless they are calibrated."""
MODEL_KEYS: Mapping[str, tuple[str, ...]] = {
    "logistic_regression": ("C", "class_weight", "calibration"),
    "multinomial_logistic_regression": ("C", "class_weight", "calibration"),
    "linear_svc": ("C", "class_weight", "calibration"),
    "ridge": ("C", "class_weight", "calibration"),
    "sgd": ("C", "class_weight", "calibration"),
    "complement_nb": ("smoothing", "calibration"),
    "nb_svm": ("C", "class_weight", "smoothing", "calibration"),
    "vote": ("of", "weights"),
}
"""The keys of each kind of model, beside `kind`."""
PLUGGED_KEYS = ("C", "class_weight", "calibration")
"""Those of the kinds that plug-ins add."""
NOT_WITH_COPIES: tuple[ModelKind, ...] = ("complement_nb",)
"""Models without a penalty: nothing weighs a feature against its copies, so the same word would count twice."""
COPIED: tuple[Conditioning, ...] = ("cross", "shared_per_target")
"""The ways of conditioning in which one fit has copies of features."""
LARGEST_C = 1e12
"""Beyond this, and below its inverse, liblinear was seen not to come to an end."""


class Model(Section):
    """A linear model, of most kinds one binary problem per label (one-vs-rest); or a vote of several."""

    kind: Annotated[str, ANY_KIND] = "logistic_regression"
    """`multinomial_logistic_regression` and `complement_nb` decide between labels, so not in a multilabel task."""
    C: Annotated[float, Field(gt=0, le=LARGEST_C)] = 1.0
    """Inverse strength of the L2 penalty."""
    class_weight: Literal["balanced"] | None = "balanced"
    """`balanced` weighs every label by the inverse of its share of the training examples."""
    smoothing: Annotated[float, Field(gt=0, le=1e6)] = 1.0
    """What is added to every count; for `complement_nb` and `nb_svm`."""
    calibration: CalibrationName = "none"
    """How scores are made into probabilities, on training examples that the scores' models did not see."""
    of: Annotated[tuple[Model, ...], Field(json_schema_extra={"minItems": 2})] | None = None
    """The models of a `vote`; its probabilities are the mean of theirs. Those without any are calibrated by `platt`."""
    weights: tuple[Annotated[float, Field(gt=0, le=1e6)], ...] | None = None
    """What each model of a `vote` counts; all the same if not given."""

    @field_validator("C", "class_weight", "smoothing", "calibration", "of", "weights")
    @classmethod
    def _the_kind_has_this_key(cls, value: Any, info: ValidationInfo) -> Any:
        kind, key = info.data.get("kind"), str(info.field_name)
        if kind is not None and key not in keys_of(kind):
            having = [name for name, keys in MODEL_KEYS.items() if key in keys]
            raise fail(Mistake(f"a {kind} has no {key!r}", hint=f"Leave it out; these have it: {', '.join(having)}"))
        return value

    @field_validator("C")
    @classmethod
    def _a_solver_gets_there(cls, C: float) -> float:
        if C < 1 / LARGEST_C:
            raise fail(Mistake(f"'C' must be at least {1 / LARGEST_C:g}, not {C!r}: solvers don't get anywhere below"))
        return C

    @field_validator("of")
    @classmethod
    def _members_have_probabilities(cls, of: tuple[Model, ...] | None) -> tuple[Model, ...] | None:
        mistakes = [
            Mistake("a vote can't have votes in it", (i, "kind"), tuple(kind for kind in MODEL_KEYS if kind != "vote"))
            for i, member in enumerate(of or ())
            if member.kind == "vote"
        ]
        if of is not None and len(of) < 2:
            mistakes.append(Mistake("a vote needs two models at least"))
        if mistakes:
            raise fail(*mistakes)
        return of if of is None else tuple(_with_probabilities(member) for member in of)

    @model_validator(mode="after")
    def _a_vote_has_members(self) -> Self:
        if self.kind != "vote":
            return self
        if self.of is None:
            raise fail(Mistake("a vote needs the models it is of", hint="Example: of: [{kind: ridge}, {kind: sgd}]"))
        if self.weights is not None and len(self.weights) != len(self.of):
            raise fail(
                Mistake(f"a vote of {len(self.of)} models needs as many weights, not {len(self.weights)}", ("weights",))
            )
        return self

    @property
    def members(self) -> tuple[Model, ...]:
        """The linear models that are fitted: those of a vote, or this one."""
        return self.of if self.of is not None else (self,)

    @model_serializer(mode="wrap")
    def _keys_of_the_kind(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in serialise(self).items() if key == "kind" or key in keys_of(self.kind)}


def keys_of(kind: str) -> tuple[str, ...]:
    """Return the keys of a kind of model, beside `kind`."""
    return MODEL_KEYS.get(kind, PLUGGED_KEYS)


def unfit_conditioning(features: Features, model: Model) -> Mistake | None:
    """Return why a model can't have features that are conditioned as they are."""
    if features.conditioning not in COPIED:
        return None
    for i, member in enumerate(model.members):
        if member.kind in NOT_WITH_COPIES:
            said = (
                f"{member.kind!r} counts each feature by itself; nothing would weigh it against its copies for a target"
            )
            hint = f"features.conditioning is {features.conditioning!r}; per_target, token and none do"
            return Mistake(said, ("of", i, "kind") if model.of else ("kind",), hint=hint)
    return None


def has_probabilities(model: Model) -> bool:
    """Tell whether a model has probabilities: by its kind, or since it is calibrated; those of plug-ins have none."""
    has_own = model.kind in MODEL_KEYS and model.kind not in WITHOUT_PROBABILITIES
    return has_own or model.calibration != "none"


def _with_probabilities(member: Model) -> Model:
    return member if has_probabilities(member) else member.model_copy(update={"calibration": "platt"})


def name_model(model: Model) -> str:
    """Return a model's kind with its strengths.

    Examples
    --------
    >>> svc, bayes = Model(kind="linear_svc", C=0.5, calibration="platt"), Model(kind="complement_nb")
    >>> name_model(bayes), name_model(Model(kind="vote", of=(svc, bayes), weights=(2, 1)))
    ('complement_nb, smoothing = 1', 'vote of 2 × (linear_svc, C = 0.5, platt) and 1 × (complement_nb, smoothing = 1)')
    """
    if model.of is not None:
        weights = model.weights or (1.0,) * len(model.of)
        members = zip(weights, map(name_model, model.of), strict=True)
        return "vote of " + " and ".join(f"{weight:g} × ({member})" for weight, member in members)
    values = model.model_dump()
    strengths = [f"{key} = {values[key]:g}" for key in ("C", "smoothing") if key in values]
    return ", ".join([model.kind, *strengths, *([] if model.calibration == "none" else [model.calibration])])
