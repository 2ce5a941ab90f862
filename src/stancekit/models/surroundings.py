"""What lies around a saved model: the config, metrics and card of the run that it came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancekit.config.resolved import read_resolved_config
from stancekit.config.schema import Config
from stancekit.errors import ModelError, Problem

METRICS, CONFIG, CARD, ENVIRONMENT = "metrics.json", "config.yaml", "README.md", "environment.json"


@dataclass(frozen=True)
class Surroundings:
    """The folder of a saved model, and that of its run.

    Attributes
    ----------
    folder : Path
        With `model.json` in it.
    """

    folder: Path

    @property
    def run(self) -> Path | None:
        """The run folder; None if the model was taken out of it."""
        above = self.folder.parent
        return above if self.folder.name == "model" and (above / METRICS).is_file() else None

    def config(self) -> Config | None:
        """Return the resolved config of the run.

        Raises
        ------
        RefusedError
            If it is damaged.
        """
        return None if self.run is None else read_resolved_config(self.run / CONFIG)

    def metrics(self) -> Mapping[str, Any] | None:
        """Return the metrics of the run.

        Raises
        ------
        ModelError
            If they are damaged.
        """
        if self.run is None:
            return None
        path = self.run / METRICS
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise ModelError(Problem(f"not readable as JSON: {error}", where=str(path))) from error
        if not isinstance(values, dict):
            raise ModelError(Problem("the run's metrics are damaged: no object", where=str(path)))
        return values

    def made(self) -> dict[str, str]:
        """Return when the run was finished and by which version of stancekit, as far as that is known.

        Raises
        ------
        ModelError
            If the file that says so is damaged.
        """
        path = None if self.run is None else self.run / ENVIRONMENT
        if path is None or not path.is_file():
            return {}
        try:
            own = json.loads(path.read_text(encoding="utf-8"))
            return {"finished": str(own["finished"]), "stancekit": str(own["versions"]["stancekit"])}
        except (OSError, ValueError, RecursionError, KeyError, TypeError) as error:
            raise ModelError(Problem(f"the run's environment can't be read: {error}", where=str(path))) from error

    def card(self) -> str | None:
        """Return the text of the model card.

        Raises
        ------
        ModelError
            If it is no text.
        """
        path = self.folder / CARD
        try:
            return path.read_text(encoding="utf-8") if path.is_file() else None
        except (OSError, ValueError) as error:
            raise ModelError(Problem(f"not readable as text: {error}", where=str(path))) from error
