"""Numbers as metrics.json holds them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def number(value: Any) -> float | None:
    """Return a plain float; None for NaN, which JSON doesn't have."""
    own = float(value)
    return None if math.isnan(own) else own


def plain(values: Any) -> Any:
    """Return nested lists, whole numbers as int."""
    if isinstance(values, np.ndarray):
        return [plain(value) for value in values] if values.ndim else plain(values.item())
    own = float(values)
    return int(own) if own.is_integer() else own
