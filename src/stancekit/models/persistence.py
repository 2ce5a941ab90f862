"""Saving a model as arrays and a description, and loading one that nobody has to trust.

    model.json          format version, task, features, names, library versions, SHA-256 of the other files
    model.safetensors   coefficients, intercepts, idf; copies of features for targets; what calibrations and tuned
                        decisions have learned
    vocabulary.parquet  block, term: one row for each feature, in order
    plugin.skops        only of a plug-in's model that isn't linear: its estimators

No file but the last names a class or a function, and none is executed; the last is read only if the caller of `load`
names its classes. A hash tells damage, not who made the file; so every
number of the description is checked against the arrays before use.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save as save_arrays

from stancekit import plugins
from stancekit.config.model import MODEL_KEYS
from stancekit.config.used import names_in_blocks, names_in_model
from stancekit.corpus.gazetteer import Entry, Gazetteer
from stancekit.errors import InputError, ModelError, Problem
from stancekit.features.blocks import FittedBlock, FittedFeatures
from stancekit.features.lexicons.lexicon import with_own_lexicon
from stancekit.features.saved_files import read_arrays, read_once
from stancekit.models.foreign import refuse_foreign
from stancekit.models.hub import fetch, is_reference
from stancekit.models.opaque import estimators_of, with_estimators
from stancekit.models.saved_arrays import arrays_of, linear_from, most_of_arrays, refuse_misfits
from stancekit.models.saved_conditioning import SavedConditioning, conditioning_from
from stancekit.models.saved_description import (
    ARRAYS,
    FORMAT,
    MAXIMUM_DESCRIPTION,
    PLUGIN,
    VOCABULARY,
    Description,
    Files,
    SavedBlock,
    SavedEntry,
    SavedPlugin,
    read_description,
)
from stancekit.models.saved_vocabulary import most_bytes, read_vocabulary, write_vocabulary
from stancekit.models.skops_file import MAXIMUM_SIZE, read_estimators, write_estimators
from stancekit.models.stance_model import StanceModel
from stancekit.models.surroundings import Surroundings
from stancekit.plugins import Kind

DESCRIPTION = "model.json"
LIBRARIES = ("numpy", "scipy", "scikit-learn")


def save_model(model: StanceModel, folder: Path) -> None:
    """Write a model into a folder that exists.

    Raises
    ------
    ModelError
        If it is larger than what can be loaded; nothing is written then.
    """
    blocks = model.features.blocks
    idf = np.concatenate([block.idf for block in blocks]).astype(np.float64)
    contents = {
        ARRAYS: save_arrays({**arrays_of(model.linear), "idf": idf}),
        VOCABULARY: write_vocabulary([block.terms for block in blocks]),
    }
    estimators = estimators_of(model.linear)
    if estimators:
        contents[PLUGIN] = write_estimators(estimators)
    named = {*names_in_blocks(block.spec for block in blocks), *names_in_model(model.spec)}
    description = Description(
        format=FORMAT,
        stancekit=version("stancekit"),
        libraries={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        task=model.task,
        model=model.spec,
        decision=model.decision,
        blocks=tuple(SavedBlock(spec=with_own_lexicon(block.spec), terms=len(block.terms)) for block in blocks),
        conditioning=SavedConditioning.of(model.linear.conditioning),
        actors={name: tuple(forms) for name, forms in model.gazetteer.actors.items()},
        targets={name: tuple(forms) for name, forms in model.gazetteer.targets.items()},
        gazetteer=tuple(SavedEntry(**asdict(entry)) for entry in model.gazetteer.entries),
        plugins=tuple(map(_saved_plugin, sorted(named))),
        about=dict(model.about),
        files={name: _sha256(content) for name, content in contents.items()},
    )
    own = description.as_json().encode("utf-8")
    # What is written can be loaded.
    read_description(own, str(folder / DESCRIPTION))
    if len(own) > MAXIMUM_DESCRIPTION:
        raise ModelError(Problem(f"{len(own)} bytes, at most {MAXIMUM_DESCRIPTION} can be", str(folder / DESCRIPTION)))
    for name, content in {**contents, DESCRIPTION: own}.items():
        (folder / name).write_bytes(content)


def _saved_plugin(name: tuple[Kind, str]) -> SavedPlugin:
    own = plugins.get(*name)
    return SavedPlugin(kind=own.kind, name=own.name, file=Path(own.file).name, sha256=own.sha256)


def load(path: str | Path, code: Sequence[str | Path] = (), trust: Sequence[str] | None = None) -> StanceModel:
    """Load a saved model; no code of the file's runs.

    What lies around it comes along: `config` and `metrics` if it is in a run folder, and its `card`.

    Parameters
    ----------
    path : str or Path
        A run folder or its `model/`; or `hf://owner/name@revision`, which is fetched from the Hugging Face Hub.
    code : sequence of (str or Path), default=()
        Files of yours, to be run: they register the fields and analyzers that the model was trained with.
    trust : sequence of str, optional
        Only for a model with estimators of a plug-in that aren't linear, `plugin.skops`: every class in that file, as
        `package.module.Class`. They run when they are loaded; without their names the model is refused.

    Raises
    ------
    InputError
        If there is no model at `path`.
    ModelError
        If its files are damaged, of another format or don't fit each other, or if it needs plug-ins that aren't loaded
        or have changed.
    PluginError
        If `code` fails.

    Examples
    --------
    >>> import stancekit
    >>> model = stancekit.load("experiments/mali/3f2a9c41d07b")  # doctest: +SKIP
    >>> model.predict([{"text": "La France refuse.", "actor": "France", "target": "wagner_deal"}])  # doctest: +SKIP
    ['opposes']
    """
    given = fetch(path) if is_reference(path) else Path(path)
    folder = _model_folder(given)
    plugins.load_code(code)
    where, described = str(folder / ARRAYS), str(folder / DESCRIPTION)
    own = read_description(read_once(folder / DESCRIPTION, MAXIMUM_DESCRIPTION, given), described)
    _refuse_without_plugins(own, described)
    shape = (own.model, own.decision, len(own.task.labels), own.features, own.conditioning)
    bytes_of_arrays, n_arrays = most_of_arrays(*shape)
    arrays, _ = read_arrays(_read_file(folder, ARRAYS, bytes_of_arrays, own, given), n_arrays, where)
    refuse_misfits(arrays, *shape, where)
    conditioning = conditioning_from(arrays, own.conditioning, where, described)
    vocabulary = _read_file(folder, VOCABULARY, most_bytes(own.features), own, given)
    blocks = _fitted_blocks(own, vocabulary, arrays["idf"], folder)
    linear = linear_from(arrays, own.model, own.decision, own.task, conditioning)
    place = str(folder / PLUGIN)
    estimators = {}
    if PLUGIN in own.files:
        estimators = read_estimators(_read_file(folder, PLUGIN, MAXIMUM_SIZE, own, given), trust, place)
    linear = with_estimators(linear, estimators, [member.kind not in MODEL_KEYS for member in own.model.members], place)
    return StanceModel(
        task=own.task,
        spec=own.model,
        features=FittedFeatures(blocks),
        linear=linear,
        gazetteer=Gazetteer(own.actors, own.targets, tuple(Entry(**entry.model_dump()) for entry in own.gazetteer)),
        about=own.about,
        decision=own.decision,
        around=Surroundings(folder.resolve(), given.resolve(), own.saved_with),
    )


def _refuse_without_plugins(description: Description, where: str) -> None:
    """Refuse a model whose plug-ins aren't those that are loaded: it would predict something else, or nothing."""
    saved = {(own.kind, own.name): own for own in description.plugins}
    needed = set(names_in_blocks(block.spec for block in description.blocks))
    for name in sorted({*needed, *names_in_model(description.model)}):
        if name not in saved:
            raise ModelError(Problem(f"there is no {name[0]} {name[1]!r}, and the file names no plug-in for it", where))
        if name not in needed:
            continue  # what fitted the arrays is not needed to use them
        own, found = saved[name], plugins.find(*name)
        said = f"the model needs the {own.kind} {own.name!r} of the plug-in {own.file!r}"
        if found is None:
            hint = f"Give that file: --code {own.file}, or stancekit.load(..., code=[{own.file!r}])"
            raise ModelError(Problem(f"{said}, which is not loaded", where, hint=hint))
        if found.sha256 != own.sha256:
            hint = "Give the file as it was then, or train the model again"
            raise ModelError(Problem(f"{said}, but {found.file} has changed since it was trained", where, hint=hint))


def _model_folder(path: Path) -> Path:
    for folder in (path, path / "model"):
        if (folder / DESCRIPTION).is_file():
            return folder
    refuse_foreign(path)
    said = "there is no model here" if path.is_dir() else "there is no such folder"
    raise InputError(
        Problem(said, where=str(path), hint=f"Give a run folder or its model/, with a {DESCRIPTION} in it")
    )


def _read_file(folder: Path, name: Files, most: int, description: Description, inside: Path) -> bytes:
    """Return the bytes of a file, which are those that the description has the hash of."""
    raw = read_once(folder / name, most, inside)
    if _sha256(raw) != description.files[name]:
        hint = "The file was changed or damaged after it was saved; copy or train the model again"
        raise ModelError(Problem(f"{name} doesn't match its SHA-256 in {DESCRIPTION}", str(folder), hint=hint))
    return raw


def _fitted_blocks(
    description: Description, vocabulary: bytes, idf: NDArray[np.float64], folder: Path
) -> tuple[FittedBlock, ...]:
    sizes = [block.terms for block in description.blocks]
    parts = np.split(idf, np.cumsum(sizes)[:-1])
    for block, weights in zip(description.blocks, parts, strict=True):
        if not block.spec.idf and (weights != 1.0).any():
            raise ModelError(Problem("a block that doesn't use IDF has some", where=str(folder / ARRAYS)))
    terms = read_vocabulary(vocabulary, sizes, str(folder / VOCABULARY))
    saved = zip(description.blocks, terms, parts, strict=True)
    return tuple(FittedBlock(block.spec, own, weights) for block, own, weights in saved)


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
