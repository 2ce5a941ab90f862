"""Names in a config: of what stancekit has itself, and of what plug-ins add."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from stancekit import plugins
from stancekit.plugins import Kind

_read_back: ContextVar[bool] = ContextVar("read_back", default=False)
HINT = "Or give a file with a plug-in of that name: --code FILE"


@contextmanager
def reading_back() -> Iterator[None]:
    """Let what was written by a run name plug-ins that are not loaded: it can be looked at without them."""
    token = _read_back.set(True)
    try:
        yield
    finally:
        _read_back.reset(token)


def is_reading_back() -> bool:
    """Tell whether what is being read was written by a run."""
    return _read_back.get()


@dataclass(frozen=True)
class Named:
    """Says which text a value may be: for `Annotated[str, Named(kind, own)]`.

    Attributes
    ----------
    kind : str
        Of plug-ins.
    own : tuple of str
        The names that stancekit has itself.
    """

    kind: Kind
    own: tuple[str, ...]

    def __post_init__(self) -> None:
        """Keep plug-ins from taking a name of ours."""
        plugins.reserve(self.kind, self.own)

    def names(self) -> tuple[str, ...]:
        """Return every name there is."""
        return (*self.own, *plugins.names(self.kind))

    def knows(self, name: str) -> bool:
        """Tell whether there is such a name; of what was written by a run, whether there could be."""
        if name in self.own or (_read_back.get() and plugins.can_be_a_name(name)):
            return True
        return plugins.find(self.kind, name) is not None

    def _check(self, value: Any) -> str:
        if isinstance(value, str) and self.knows(value):
            return value
        raise PydanticCustomError(
            "literal_error", "Input should be {expected}", {"expected": _listed(self.names()), "hint": HINT}
        )

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check by what is registered at that moment."""
        return core_schema.no_info_plain_validator_function(self._check)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """List the names there are at that moment."""
        return {"type": "string", "enum": list(self.names())}


def _listed(names: tuple[str, ...]) -> str:
    """List names as pydantic lists those of a Literal."""
    quoted = [repr(name) for name in names]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"
