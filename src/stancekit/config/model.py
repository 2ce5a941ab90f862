"""The linear model of a config, and how its scores become labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, ValidationInfo, field_validator, model_serializer

from stancekit.config.features import Conditioning, Features
from stancekit.config.section import Mistake, Section, fail

Decision = Literal["argmax"]
ModelKind = Literal[
    "logistic_regression", "multinomial_logistic_regression", "linear_svc", "ridge", "sgd", "complement_nb", "nb_svm"
]
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
NOT_WITH_COPIES: tuple[ModelKind, ...] = ("complement_nb",)
"""Models without a penalty: nothing weighs a feature against its copies, so the same word would count twice."""
COPIED: tuple[Conditioning, ...] = ("cross", "shared_per_target")
"""The ways of conditioning in which one fit has copies of features."""
LARGEST_C = 1e12
"""Beyond this, and below its inverse, liblinear was seen not to come to an end."""


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


def unfit_conditioning(features: Features, model: Model) -> Mistake | None:
    """Return why a model can't have features that are conditioned as they are."""
    if model.kind not in NOT_WITH_COPIES or features.conditioning not in COPIED:
        return None
    said = f"{model.kind!r} counts each feature by itself; nothing would weigh it against its copies for a target"
    hint = f"features.conditioning is {features.conditioning!r}; per_target, token and none do"
    return Mistake(said, (), hint=hint)
