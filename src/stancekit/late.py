"""Imports that wait until something is used, so that loading a model or asking for help costs little.

`names_of` is for the names that a package offers, `sparse` stands for `scipy.sparse`: importing that takes as long as
all else that loading a model imports of other libraries, and loading needs no matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names_of(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package whose names are imported from their modules when they are first used.

    Parameters
    ----------
    package : str
    homes : mapping of str to str
        The module of the package that each name is in.

    Examples
    --------
    >>> names_of("collections", {"Mapping": "abc"})("Mapping").__name__
    'Mapping'
    """

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return get


class _Late:
    """Stands for a module."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found


sparse: Any = _Late("scipy.sparse")
