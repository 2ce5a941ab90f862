"""Paths as a config writes them."""

from __future__ import annotations

import os
import re
from pathlib import Path

VARIABLE = re.compile(r"\$\{([^}]*)\}")
"""`${NAME}`: a variable of the environment."""


def expand_path(path: str, base: Path) -> Path:
    """Return `path` with `${VARIABLES}` filled in, relative to the folder `base`.

    Raises
    ------
    KeyError
        If a variable is not set; its argument is the name.
    """
    filled = Path(VARIABLE.sub(lambda match: os.environ[match[1]], path)).expanduser()
    return base / filled
