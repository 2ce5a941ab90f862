"""`stancekit schema`: what a config may say, for editors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from stancekit.config.jsonschema import config_schema
from stancekit.plugins import load_code


def schema_command(code: Sequence[Path]) -> None:
    """Print the JSON Schema of the config, with the names of plug-ins."""
    load_code(code)
    print(json.dumps(config_schema(), indent=2, ensure_ascii=False))
