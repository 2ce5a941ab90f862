"""What every part of a config has in common, and how a part says what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """What every part of a config has in common: it is frozen and knows all its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Mistake:
    """What is wrong with a value, or with one below it: `path` leads from here to there."""

    message: str
    path: tuple[str | int, ...] = ()
    allowed: tuple[str, ...] = ()
    hint: str = ""
    key: str | None = None
    """What of the key is wrong, where it is the key and not its value."""
    near: Path | None = None
    """A file that isn't there; its neighbours are named."""


def fail(*mistakes: Mistake) -> PydanticCustomError:
    """Return an error that carries mistakes, for `stancekit.config.explain` to word."""
    said = "; ".join(mistake.message for mistake in mistakes)
    return PydanticCustomError("mistakes", "{said}", {"said": said, "mistakes": mistakes})
