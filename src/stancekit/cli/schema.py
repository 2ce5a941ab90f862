"""`stancekit schema`: what a config may say, for editors."""

from __future__ import annotations

import json

from stancekit.config.jsonschema import config_schema


def schema_command() -> None:
    """Print the JSON Schema of the config."""
    print(json.dumps(config_schema(), indent=2, ensure_ascii=False))
