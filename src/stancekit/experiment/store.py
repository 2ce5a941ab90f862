"""The run store: where runs are, what they are called, and how one appears there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stancekit.config.schema import Config
from stancekit.config.used import used_plugins
from stancekit.corpus.readers import fingerprint
from stancekit.errors import DataError, InputError, Problem

FORMAT = 1
"""Of the run folder; a change of what files mean changes it, and with it every run id."""

METRICS = "metrics.json"


def run_id(config: Config) -> str:
    """Return 12 hexadecimal digits that name a run by its config, the content of its data and the format version.

    Where the data files are doesn't matter; what is in them does. So does the source of the plug-ins it makes use of.
    """
    values = config.model_dump(mode="json")
    for part in ("train", "test"):
        for source, own in zip(getattr(config.data, part) or (), values["data"][part] or (), strict=True):
            own["path"], own["format"] = None, source.resolved_format
            _leave_out_unused(own["columns"])
            for key in ("hub", "split", "revision", "subset"):
                del own[key]
    _leave_out_unused(values["data"]["columns"])
    if values["search"] is None:
        del values["search"]  # it came later than the first runs, too
    del values["data"]["gazetteer"]
    del values["report"]  # how a run is shown; nothing is computed from it
    content = {
        "format": FORMAT,
        "config": values,
        "train": fingerprint(config.data.train),
        "test": fingerprint(config.data.test or ()),
    }
    if config.data.gazetteer_file is not None:
        content["gazetteer"] = _sha256(config.data.gazetteer_file)
    used = used_plugins(config)
    if used:
        content["plugins"] = [[plugin.kind, plugin.name, plugin.sha256] for plugin in used]
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _leave_out_unused(columns: dict[str, str | None] | None) -> None:
    """Leave out a column that came later than the first runs, so that configs without it keep their ids."""
    if columns is not None and columns["speaker"] is None:
        del columns["speaker"]


def _sha256(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(Problem(f"can't read the gazetteer: {error.strerror}", where=str(file))) from error


def is_run(folder: Path) -> bool:
    """Tell whether a folder is a run."""
    return (folder / METRICS).is_file() and not folder.name.startswith(".")


def find_runs(folder: Path) -> list[Path]:
    """Return the run folders in a folder of experiments, or in that of one experiment, by name and id.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not folder.is_dir():
        hint = "Train one: stancekit train --config configs/mali.yaml"
        said = "this is a file, not a folder of runs" if folder.is_file() else "there is no such folder of runs"
        raise InputError(Problem(said, where=str(folder), hint=hint))
    if is_run(folder):
        return [folder]
    children = [child for child in sorted(folder.iterdir()) if child.is_dir() and not child.name.startswith(".")]
    grandchildren = [run for child in children for run in sorted(child.iterdir()) if run.is_dir()]
    return [run for run in sorted([*children, *grandchildren]) if is_run(run)]


def refuse_occupied(place: Path) -> None:
    """Refuse a place where no run can be written, before anything is trained.

    Raises
    ------
    InputError
    """
    hint = "Name another folder with --output"
    if place.exists() or place.is_symlink():
        raise InputError(Problem("something that is no run is in the way", str(place), hint="Move it, or n" + hint[1:]))
    above = next(parent for parent in place.parents if parent.exists())
    if not above.is_dir():
        raise InputError(Problem("a file is in the way of a folder", str(above), hint=hint))
    if not os.access(above, os.W_OK | os.X_OK):
        raise InputError(Problem("no permission to write here", str(above), hint=hint))


@contextmanager
def new_run_folder(place: Path) -> Iterator[Path]:
    """Give a folder to write a run into, which becomes `place` when the block ends well and vanishes if not."""
    made = [parent for parent in (place.parent, *place.parent.parents) if not parent.exists()]
    partial = place.parent / f".{place.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        partial.mkdir(parents=True)
    except OSError as error:
        hint = "Name another folder with --output"
        raise InputError(Problem(f"can't write there: {error.strerror}", str(place.parent), hint=hint)) from error
    try:
        yield partial
        if is_run(place):
            shutil.rmtree(partial)
        else:
            partial.rename(place)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        for folder in made:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        raise


def write_json(path: Path, values: Any) -> None:
    """Write JSON as every file of a run is written: UTF-8, indented, no NaN."""
    path.write_text(json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def write_text(path: Path, text: str) -> None:
    """Write a file of a finished run anew: whole, or not at all.

    Raises
    ------
    InputError
        If it can't be written.
    """
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InputError(Problem(f"can't write there: {error.strerror}", str(path))) from error
