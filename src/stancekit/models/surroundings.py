"""What lies around a saved model: the config, metrics and card of the run that it came from."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancekit.errors import ModelError, Problem
from stancekit.features.saved_files import read_once, shortened

if TYPE_CHECKING:
    from stancekit.config.schema import Config

MOST_BYTES = 256 * 2**20
METRICS, CONFIG, CARD, ENVIRONMENT = "metrics.json", "config.yaml", "README.md", "environment.json"


@dataclass(frozen=True)
class Surroundings:
    """The folder of a saved model, that of its run, and the versions that saved it.

    Attributes
    ----------
    folder : Path
        With `model.json` in it.
    given : Path
        What the caller named: this folder or its run's. Links that lead out of it are not followed.
    saved_with : dict of str to str
        The versions of stancekit, Python and libraries.
    """

    folder: Path
    given: Path
    saved_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def run(self) -> Path | None:
        """The run folder; None if the model was taken out of it."""
        above = self.folder.parent
        return above if self.folder.name == "model" and (above / METRICS).is_file() else None

    @property
    def other_versions(self) -> dict[str, tuple[str, str]]:
        """Of what saved the model and is another version here: the version then, and now."""
        return {name: (then, now) for name, then in self.saved_with.items() if (now := _version(name)) != then}

    def config(self) -> Config | None:
        """Return the resolved config of the run.

        Raises
        ------
        RefusedError
            If it is damaged.
        """
        if self.run is None:
            return None
        from stancekit.config.resolved import read_resolved_config

        read_once(self.run / CONFIG, MOST_BYTES, self.run)
        return read_resolved_config(self.run / CONFIG)

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
            values = json.loads(read_once(path, MOST_BYTES, self.run))
        except (ValueError, RecursionError) as error:
            raise ModelError(Problem(f"not readable as JSON: {shortened(str(error))}", where=str(path))) from error
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
            own = json.loads(read_once(path, MOST_BYTES, path.parent))
            return {"finished": str(own["finished"]), "stancekit": str(own["versions"]["stancekit"])}
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            raise ModelError(
                Problem(f"the run's environment can't be read: {shortened(str(error))}", where=str(path))
            ) from error

    def card(self) -> str | None:
        """Return the text of the model card.

        Raises
        ------
        ModelError
            If it is no text.
        """
        path = self.folder / CARD
        try:
            return read_once(path, MOST_BYTES, self.given).decode("utf-8") if path.is_file() else None
        except ValueError as error:
            raise ModelError(Problem(f"not readable as text: {error}", where=str(path))) from error


def _version(name: str) -> str:
    if name == "python":
        return platform.python_version()
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
