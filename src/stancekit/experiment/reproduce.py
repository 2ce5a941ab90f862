"""Training a run again from its own folder, and comparing what comes out with what is there."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stancekit import plugins
from stancekit.config.dump import dump_config
from stancekit.config.load import load_config
from stancekit.config.schema import Config
from stancekit.corpus.readers import fingerprint
from stancekit.errors import ConfigError, Problem
from stancekit.experiment.corpora import CHOSEN_BLOCKS
from stancekit.experiment.differences import ABSENT, Difference, compare_files, files_below
from stancekit.experiment.environment import library_versions
from stancekit.experiment.run import Run
from stancekit.experiment.store import run_id
from stancekit.experiment.train import Page, train_again
from stancekit.experiment.training import Progress, silent

ENVIRONMENT = "environment.json"
REPORT = "report.html"
_OTHER_INPUTS = {"test data": "test", "gazetteer": "gazetteer"}


@dataclass(frozen=True)
class Reproduction:
    """What became of training a run again.

    Attributes
    ----------
    run : Run
    changed : tuple of str
        Why it can't be the same run: what is known of the data, config and code that are no longer what they were.
        Nothing was trained then.
    compared : tuple of str
        The files that were compared.
    differences : tuple of Difference
    not_compared : mapping of str to str
        Files of the run that were left out, and why.
    versions : mapping of str to (str or None, str or None)
        Of Python and the libraries that are not those of the run: then and now.
    """

    run: Run
    changed: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    not_compared: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)

    @property
    def is_equal(self) -> bool:
        """Whether every file that was compared is the same, byte for byte."""
        return not self.changed and not self.differences

    def to_dict(self) -> dict[str, Any]:
        """Return what `stancekit reproduce --json` prints."""
        return {
            "equal": self.is_equal,
            "run": str(self.run.path),
            "run_id": self.run.id,
            "changed": list(self.changed),
            "compared": list(self.compared),
            "differences": [difference.to_dict() for difference in self.differences],
            "not_compared": dict(self.not_compared),
            "versions": {name: {"run": then, "now": now} for name, (then, now) in self.versions.items()},
        }


def reproduce(
    path: str | Path, *, jobs: int = 1, progress: Progress = silent, pages: Sequence[Page] = ()
) -> Reproduction:
    """Train a run again from its config.yaml, and compare every file of it but environment.json.

    It is trained in a hidden folder beside the run, which is gone afterwards; the run folder itself is only read.

    Parameters
    ----------
    path : str or Path
        A run folder.
    jobs : int, default=1
        How many fits run at once; -1 for every core.
    progress : callable, optional
    pages : sequence of callable
        What else the run was written with; `stancekit.report.pages.PAGES` is what `stancekit train` adds. The files
        of those that aren't given are not compared.

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        If there is no run at `path`, or its data are not where its config says.
    RefusedError
        If its files are damaged, or training fails.
    """
    run = Run(path)
    config = _load(run)
    versions = _versions_that_differ(run)
    changed = _what_changed(run, config, versions)
    if changed:
        return Reproduction(run, changed, versions=versions)
    with _folder_beside(run.path.resolve()) as folder:
        chosen = _blocks_were_chosen(run)
        train_again(config, folder, run.path, blocks_were_chosen=chosen, jobs=jobs, progress=progress, pages=pages)
        left_out = _left_out(run, folder, config)
        names = [name for name in files_below(folder) if name not in left_out]
        there = {name for name in names if (run.path / name).is_file()}
        found = [
            difference
            for name in names
            for difference in (
                compare_files(name, run.path / name, folder / name)
                if name in there
                else [Difference(name, "the file", ABSENT, "written")]
            )
        ]
    return Reproduction(run, (), tuple(names), tuple(found), left_out, versions)


def _load(run: Run) -> Config:
    try:
        return load_config(run.path / "config.yaml")
    except ConfigError as error:
        hint = "Put data back to where config.yaml says; set the variables it names; give plug-ins with --code"
        said = Problem("the run can't be trained again as it is", where=str(run.path), hint=hint)
        raise ConfigError((*error.problems, said)) from error


def _what_changed(run: Run, config: Config, versions: Mapping[str, tuple[str | None, str | None]]) -> tuple[str, ...]:
    """Return what is known to differ from what the run was trained on; empty if its id says that nothing does."""
    id = run_id(config)
    # The name of the folder, too: who changes metrics.json alone has not changed what was trained on.
    if id in (run.id, run.path.resolve().name):
        return ()
    lines = [f"This would be run {id}: data, config or code are not those that {run.id} was trained with."]
    now, then = fingerprint(config.data.train), _trained_on(run)
    if then is None:
        lines.append("Whether the training data changed is not known: model/model.json can't be read.")
    else:
        state = "are the same" if now == then else f"changed: SHA-256 {then[:12]}… then, {now[:12]}… now"
        lines.append(f"The training data ({_names(config, 'train')}) {state}.")
    others = [f"the {name} ({_names(config, key)})" for name, key in _OTHER_INPUTS.items() if getattr(config.data, key)]
    if others:
        lines.append(f"Of {' and '.join(others)} no fingerprint is kept: look at what you know of them.")
    lines += _plugins_that_changed(run)
    if "stancekit" in versions:
        lines.append("stancekit is another version, which may know other keys of the config.")
    lines.append(
        "Bring back what it was trained with, or train what is there now (stancekit train --config "
        f"{run.path / 'config.yaml'}) and compare both. Nothing was trained."
    )
    return tuple(lines)


def _names(config: Config, part: str) -> str:
    found = getattr(config.data, part)
    return found if isinstance(found, str) else ", ".join(source.name for source in found)


def _trained_on(run: Run) -> str | None:
    about = _read_json(run.path / "model" / "model.json").get("about")
    found = about.get("training_data_sha256") if isinstance(about, dict) else None
    return found if isinstance(found, str) else None


def _plugins_that_changed(run: Run) -> list[str]:
    recorded = _read_json(run.path / ENVIRONMENT).get("plugins")
    then = {
        (own.get("kind"), own.get("name")): own.get("sha256")
        for own in (recorded if isinstance(recorded, list) else ())
        if isinstance(own, dict)
    }
    now = {(own.kind, own.name): own.sha256 for own in plugins.loaded()}
    changed = [
        f"The {kind} {name} of a plug-in" for (kind, name), sha256 in now.items() if then.get((kind, name)) != sha256
    ]
    return [f"{own} is not the code that was loaded then." for own in changed]


def _versions_that_differ(run: Run) -> dict[str, tuple[str | None, str | None]]:
    recorded = _read_json(run.path / ENVIRONMENT).get("versions")
    then = recorded if isinstance(recorded, dict) else {}
    now = library_versions()
    return {name: (then[name], now[name]) for name in now if name in then and then[name] != now[name]}


def _read_json(path: Path) -> Mapping[str, Any]:
    """Return the mapping in a file, empty if it holds none: what is read here explains, and decides nothing."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _blocks_were_chosen(run: Run) -> bool:
    try:
        log = (run.path / "log.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(line.startswith(CHOSEN_BLOCKS) for line in log.split("\n"))


def _left_out(run: Run, folder: Path, config: Config) -> dict[str, str]:
    """Return the files of a run that can't be compared, and why."""
    written = files_below(folder)
    left_out = {name: "it was not written again" for name in files_below(run.path) if name not in written}
    left_out[ENVIRONMENT] = "it holds all that may differ"
    if REPORT in written and dump_config(config, folder) != dump_config(config, run.path):
        left_out[REPORT] = "it was written elsewhere, as beside the run nothing can be; it shows paths from there"
    return left_out


@contextmanager
def _folder_beside(place: Path) -> Iterator[Path]:
    """Give a new folder as deep as the run, from where paths read the same; else one for temporary files."""
    if os.access(place.parent, os.W_OK | os.X_OK):
        folder = place.parent / f".{place.name}.{uuid.uuid4().hex[:8]}.partial"
        folder.mkdir()
    else:
        folder = Path(tempfile.mkdtemp(prefix="stancekit-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
