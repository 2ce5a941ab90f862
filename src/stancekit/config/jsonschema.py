"""The JSON Schema of the config, so that editors complete and check it."""

from __future__ import annotations

from typing import Any

from stancekit.config.schema import Config


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a config file.

    Examples
    --------
    >>> sorted(config_schema()["properties"])[:3]
    ['checks', 'data', 'decision']
    """
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **Config.model_json_schema(), "title": "stancekit config"}
