"""`sparse`, which is `scipy.sparse`, imported when something of it is first used.

Importing it takes as long as all else that loading a model imports of other libraries, and loading needs no matrix.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Late:
    """Stands for a module."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found


sparse: Any = _Late("scipy.sparse")
