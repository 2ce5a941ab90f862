"""What `about` of a saved model may say: text and numbers that reports, cards and warnings go by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, FailFast, Field, FiniteFloat

_Count = Annotated[int, Field(ge=0, lt=2**63, strict=True)]
_Metrics = dict[str, FiniteFloat | None]


class About(BaseModel):
    """The keys that stancekit writes itself; others are kept as they are.

    Attributes
    ----------
    name : str
        Of the config.
    languages : list of str
        Of the training examples, in order.
    examples : int
    label_counts : dict of str to int
        How many examples have each label.
    training_data_sha256 : str
        The fingerprint of the training data's files.
    python : str
    metrics : dict
        Of `cv` and `test`, each metric's value, as metrics.json has them with much more.
    """

    model_config = ConfigDict(extra="allow")

    name: Annotated[str, Field(max_length=200)] = ""
    languages: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=1000), FailFast()] = ()
    examples: _Count = 0
    label_counts: dict[str, _Count] = {}
    training_data_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] = "0" * 64
    python: Annotated[str, Field(max_length=100)] = ""
    metrics: dict[str, _Metrics | None] = {}


def check_about(about: dict[str, Any]) -> dict[str, Any]:
    """Return `about` as it is.

    Raises
    ------
    ValidationError
        If a key that stancekit writes has a value that it wouldn't.
    """
    About.model_validate(about)
    return about


def scores_of(metrics: Mapping[str, Any]) -> dict[str, dict[str, float | None] | None]:
    """Return the values of metrics.json, without intervals, for `about`.

    Examples
    --------
    >>> scores_of({"cv": {"metrics": {"macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6}}}, "test": None})
    {'cv': {'macro_f1': 0.5}, 'test': None}
    """
    return {
        part: None if (own := metrics[part]) is None else {name: cell["value"] for name, cell in own["metrics"].items()}
        for part in ("cv", "test")
    }
