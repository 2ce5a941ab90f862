"""How loops are compiled; importing this imports numba, which takes half a second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Compiled = TypeVar("Compiled", bound=Callable[..., Any])


def compiled(function: Compiled) -> Compiled:
    """Compile a function where it is called; other threads run meanwhile."""
    return cast("Compiled", njit(nogil=True, error_model="numpy")(function))


def kept(function: Compiled) -> Compiled:
    """Compile a function when it is first called, and keep what was compiled where that is possible."""
    try:
        return cast("Compiled", njit(nogil=True, error_model="numpy", cache=True)(function))
    except RuntimeError:
        # numba found no folder that it can write to.
        return compiled(function)
