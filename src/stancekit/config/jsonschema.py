"""The JSON Schema of the config, so that editors complete and check it."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from stancekit.config.schema import Config


class _Described(GenerateJsonSchema):
    """Takes the strings below keys for their descriptions.

    pydantic can do that, too, but then reads the source of every section whenever one is imported, for a model to be
    loaded, too.
    """

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a section, each key with its description."""
        found = super().model_schema(schema)
        described: dict[str, str] = {}
        for own in reversed(schema["cls"].__mro__):
            described |= _strings_below(own)
        for name, value in found.get("properties", {}).items():
            if name in described:
                value.setdefault("description", described[name])
        return found


def _strings_below(section: type) -> dict[str, str]:
    """Return the string that stands below each attribute of a class of ours."""
    if not section.__module__.startswith("stancekit."):
        return {}
    [own] = ast.parse(dedent(inspect.getsource(section))).body
    body = own.body if isinstance(own, ast.ClassDef) else []
    return {
        before.target.id: inspect.cleandoc(after.value.value)
        for before, after in pairwise(body)
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name)
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str)
    }


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a config file.

    Examples
    --------
    >>> sorted(config_schema()["properties"])[:3]
    ['checks', 'data', 'decision']
    """
    dialect = "https://json-schema.org/draft/2020-12/schema"
    own = Config.model_json_schema(schema_generator=_Described)
    return {"$schema": dialect, **own, "title": "stancekit config"}
