"""Parameters that are given in code and not in a file: the same schema checks them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from stancekit.errors import InputError, Problem

_AS_PARAMETERS = {"kind": "model", "plain": "decision", "tuned": "decision"}
"""What parts of the schema are called as parameters of an estimator."""


@contextmanager
def parameters_checked() -> Iterator[None]:
    """Word what the schema finds wrong inside as an `InputError`.

    Raises
    ------
    InputError

    Examples
    --------
    >>> from stancekit.config.features import Block
    >>> with parameters_checked():
    ...     Block.model_validate({"field": "text", "ngrams": [2, 1]})
    Traceback (most recent call last):
      ...
    stancekit.errors.InputError: ngrams: the shortest n-gram (2) is longer than the longest (1)
    """
    try:
        yield
    except ValidationError as error:
        raise InputError(Problem(_in_words(error))) from error


def _in_words(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    path = ".".join(_AS_PARAMETERS.get(str(part), str(part)) for part in first["loc"])
    said = first["msg"] if first["type"] == "mistakes" else f"{first['msg']}, not {first['input']!r}"
    return f"{path}: {said}" if path else said
