"""Searching for settings: which keys of a config are varied, and over what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import product
from math import exp, log, prod
from random import Random
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from stancekit.config.metrics import MetricName
from stancekit.config.section import Mistake, Section, fail

SEARCHED = ("features", "model", "decision")
"""The parts of a config that may be varied; data and evaluation stay the same, or scores couldn't be compared."""
MOST_SETTINGS = 10_000


class Range(Section):
    """Numbers between two bounds."""

    low: float
    high: float
    log: bool = False
    """Draw the logarithm evenly, not the number."""

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> Self:
        if not self.low < self.high:
            raise fail(Mistake(f"'low' ({self.low:g}) must be below 'high' ({self.high:g})"))
        if self.log and self.low <= 0:
            raise fail(Mistake("only numbers above 0 have a logarithm", ("low",)))
        return self

    def draw(self, random: Random) -> float:
        """Return a number, to four significant digits."""
        low, high = (log(self.low), log(self.high)) if self.log else (self.low, self.high)
        drawn = random.uniform(low, high)
        rounded = float(f"{exp(drawn) if self.log else drawn:.4g}")
        return min(max(rounded, self.low), self.high)


Values = Annotated[tuple[Any, ...], Field(min_length=1)]


def _form(value: Any) -> str:
    return "range" if isinstance(value, (Mapping, Range)) else "values"


Drawn = Annotated[Annotated[Values, Tag("values")] | Annotated[Range, Tag("range")], Discriminator(_form)]


class Search(Section):
    """Which settings are tried, and by what the best is chosen."""

    grid: dict[str, Values] | None = None
    """`{KEY: [VALUES]}`: every combination is tried. A key is dotted: `model.C`, `features.blocks.0.ngrams`."""
    random: dict[str, Drawn] | None = None
    """`{KEY: [VALUES]}` or `{KEY: {low, high, log}}`: combinations are drawn."""
    trials: Annotated[int, Field(ge=1, le=MOST_SETTINGS)] = 20
    """How many combinations are drawn."""
    metric: MetricName | None = None
    """The best is chosen by it; the primary metric if not given."""
    n: Annotated[int, Field(ge=2)] | None = None
    """How many folds the training examples are cut into to choose; as many as `evaluation.folds` if not given."""
    nested: bool = True
    """Search anew inside every training part, so that no score is from examples the settings were chosen on."""

    @field_validator("grid", "random")
    @classmethod
    def _keys_can_be_searched(cls, values: dict[str, Any] | None) -> dict[str, Any] | None:
        if values is not None and not values:
            raise fail(Mistake("no key is varied", hint="Example: {model.C: [0.1, 1, 10]}"))
        mistakes = []
        for key in values or ():
            part = key.partition(".")[0]
            if part not in SEARCHED:
                said = f"{key!r} can't be searched: only keys of features, model and decision can"
                mistakes.append(Mistake(said, (key,), SEARCHED, key=part))
            outer = next((other for other in values or () if key.startswith(f"{other}.")), None)
            if outer is not None:
                mistakes.append(Mistake(f"{key!r} is inside {outer!r}, which is varied as a whole", (key,), key=key))
        if mistakes:
            raise fail(*mistakes)
        return values

    @model_validator(mode="after")
    def _one_way_is_chosen(self) -> Self:
        if (self.grid is None) == (self.random is None):
            raise fail(Mistake("a search has either 'grid' or 'random'"))
        count = prod(len(values) for values in (self.grid or {}).values())
        if count > MOST_SETTINGS:
            raise fail(Mistake(f"{count:,} combinations are too many: at most {MOST_SETTINGS:,}", ("grid",)))
        return self

    @property
    def way(self) -> Literal["grid", "random"]:
        """By which of its keys combinations are made."""
        return "random" if self.grid is None else "grid"

    @property
    def varied(self) -> Mapping[str, Values | Range]:
        """What is tried of each key."""
        return self.grid or self.random or {}

    def combinations(self, seed: int) -> list[dict[str, Any]]:
        """Return what is tried, as {key: value}."""
        if self.grid is not None:
            return [dict(zip(self.grid, values, strict=True)) for values in product(*self.grid.values())]
        random = Random(seed)  # noqa: S311 # chance, not secrecy
        return [{key: self._draw(values, random) for key, values in self.varied.items()} for _ in range(self.trials)]

    @staticmethod
    def _draw(values: Range | Sequence[Any], random: Random) -> Any:
        return values.draw(random) if isinstance(values, Range) else values[random.randrange(len(values))]


def changed(values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a config with some of them changed.

    Parameters
    ----------
    values : mapping
        As `model_dump(mode="json")` gives them.
    changes : mapping of str to object
        By dotted key.

    Raises
    ------
    KeyError
        If there is nothing under a key; its arguments are the part that isn't there and what is.

    Examples
    --------
    >>> changed({"model": {"C": 1.0}}, {"model.C": 3})
    {'model': {'C': 3}}
    """
    result: dict[str, Any] = json.loads(json.dumps(values))
    for key, value in changes.items():
        place: Any = result
        *above, last = key.split(".")
        for part in above:
            place = place[_known(place, part)]
        place[_known(place, last)] = value
    return result


def _known(place: Any, part: str) -> str | int:
    if isinstance(place, list) and part.isdecimal() and int(part) < len(place):
        return int(part)
    if isinstance(place, dict) and part in place:
        return part
    if isinstance(place, list):
        raise KeyError(part, [str(number) for number in range(len(place))])
    raise KeyError(part, list(place) if isinstance(place, dict) else [])
