"""How scores become labels: as they are, or shifted so that a metric is as high as it gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from stancekit.config.metrics import TunableMetric
from stancekit.config.section import Section


class Tune(Section):
    """An offset for each label, chosen on scores of training examples that their models did not see."""

    tune: TunableMetric
    """What the offsets make as good as it gets; no offset changes how a label ranks examples."""


def _form(value: Any) -> str:
    return "tuned" if isinstance(value, (Mapping, Tune)) else "plain"


Decision = Annotated[Annotated[Literal["argmax"], Tag("plain")] | Annotated[Tune, Tag("tuned")], Discriminator(_form)]
