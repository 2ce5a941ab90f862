"""Saving a model as arrays and a description, and loading one that nobody has to trust.

    model.json          format version, task, features, names, library versions, SHA-256 of the other files
    model.safetensors   coefficients, intercepts, idf; copies of features for targets; what calibrations and tuned
                        decisions have learned
    vocabulary.parquet  block, term: one row for each feature, in order

No file names a class or a function, and none is executed. A hash tells damage, not who made the file; so every
number of the description is checked against the arrays before use.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from stancekit import plugins
from stancekit.config.decision import Decision
from stancekit.config.features import Block
from stancekit.config.lexicons import OwnLexicon
from stancekit.config.model import Model
from stancekit.config.named import reading_back
from stancekit.config.schema import Task
from stancekit.config.used import names_in_blocks, names_in_model
from stancekit.corpus.gazetteer import Entry, Gazetteer
from stancekit.errors import InputError, ModelError, Problem
from stancekit.features.blocks import FittedBlock, FittedFeatures
from stancekit.features.lexicons.lexicon import with_own_lexicon
from stancekit.features.vocabulary import StoredTerms, in_arrow
from stancekit.models.saved_arrays import arrays_of, linear_from, refuse_misfits
from stancekit.models.saved_conditioning import SavedConditioning, conditioning_from
from stancekit.models.stance_model import StanceModel
from stancekit.models.surroundings import Surroundings
from stancekit.plugins import Kind

FORMAT = 1
DESCRIPTION, ARRAYS, VOCABULARY = "model.json", "model.safetensors", "vocabulary.parquet"
VOCABULARY_SCHEMA = pa.schema({"block": pa.int32(), "term": pa.string()})
LIBRARIES = ("numpy", "scipy", "scikit-learn")
MAXIMUM_DESCRIPTION = 64 * 2**20
"""Bytes; a larger model.json is refused unread."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class _SavedBlock(_Part):
    spec: Block
    terms: Annotated[int, Field(ge=0)]


class _SavedPlugin(_Part):
    kind: Kind
    name: str
    file: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _SavedEntry(_Part):
    role: Literal["actor", "target"]
    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...]
    metonyms: tuple[str, ...]
    exceptions: tuple[str, ...]
    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")]


class _Description(_Part):
    """The contents of model.json."""

    format: Literal[1]
    stancekit: str
    libraries: dict[str, str]
    task: Task
    model: Model
    decision: Decision
    lexicons: tuple[OwnLexicon, ...] = ()
    blocks: Annotated[tuple[_SavedBlock, ...], Field(min_length=1)]
    conditioning: SavedConditioning | None = None
    actors: dict[str, tuple[str, ...]]
    targets: dict[str, tuple[str, ...]]
    gazetteer: tuple[_SavedEntry, ...] = ()
    plugins: tuple[_SavedPlugin, ...] = ()
    about: dict[str, Any]
    files: dict[Literal["model.safetensors", "vocabulary.parquet"], Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]

    @model_validator(mode="before")
    @classmethod
    def _blocks_share_lexicons(cls, values: Any) -> Any:
        """Put lexicons in place of their numbers, each of them checked once."""
        if not isinstance(values, dict) or not isinstance(values.get("blocks"), list):
            return values
        lexicons = TypeAdapter(tuple[OwnLexicon, ...]).validate_python(values.get("lexicons", ()))

        def filled(block: Any) -> Any:
            spec = block.get("spec") if isinstance(block, dict) else None
            if not isinstance(spec, dict):
                return block
            number = spec.get("lexicon")
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(lexicons):
                return block
            return {**block, "spec": {**spec, "lexicon": lexicons[number]}}

        return {**values, "lexicons": lexicons, "blocks": [filled(block) for block in values["blocks"]]}

    def as_json(self) -> str:
        """Return the contents of the file; a lexicon that several blocks look up stands there once."""
        values = self.model_dump(mode="json")
        lexicons: list[Any] = []
        for block in values["blocks"]:
            lexicon = block["spec"]["lexicon"]
            if lexicon is not None:
                if lexicon not in lexicons:
                    lexicons.append(lexicon)
                block["spec"]["lexicon"] = lexicons.index(lexicon)
        values["lexicons"] = lexicons
        return json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def save_model(model: StanceModel, folder: Path) -> None:
    """Write a model into a folder that exists."""
    idf = np.concatenate([block.idf for block in model.features.blocks]).astype(np.float64)
    arrays = {**arrays_of(model.linear), "idf": idf}
    (folder / ARRAYS).write_bytes(save_arrays(arrays))
    blocks = model.features.blocks
    _write_terms(blocks, folder / VOCABULARY)
    named = {*names_in_blocks(block.spec for block in blocks), *names_in_model(model.spec)}
    description = _Description(
        format=FORMAT,
        stancekit=version("stancekit"),
        libraries={"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        task=model.task,
        model=model.spec,
        decision=model.decision,
        blocks=tuple(_SavedBlock(spec=with_own_lexicon(block.spec), terms=len(block.terms)) for block in blocks),
        conditioning=SavedConditioning.of(model.linear.conditioning),
        actors={name: tuple(forms) for name, forms in model.gazetteer.actors.items()},
        targets={name: tuple(forms) for name, forms in model.gazetteer.targets.items()},
        gazetteer=tuple(_SavedEntry(**asdict(entry)) for entry in model.gazetteer.entries),
        plugins=tuple(map(_saved_plugin, sorted(named))),
        about=dict(model.about),
        files={ARRAYS: _sha256(folder / ARRAYS), VOCABULARY: _sha256(folder / VOCABULARY)},
    )
    (folder / DESCRIPTION).write_text(description.as_json(), encoding="utf-8")


def _write_terms(blocks: Sequence[FittedBlock], path: Path) -> None:
    with pq.ParquetWriter(path, VOCABULARY_SCHEMA, compression="zstd") as writer:
        for number, block in enumerate(blocks):
            for terms in in_arrow(block.terms):
                numbers = pa.array(np.full(len(terms), number, dtype=np.int32))
                writer.write_table(pa.table([numbers, terms.cast(pa.string())], schema=VOCABULARY_SCHEMA))


def _saved_plugin(name: tuple[Kind, str]) -> _SavedPlugin:
    own = plugins.get(*name)
    return _SavedPlugin(kind=own.kind, name=own.name, file=Path(own.file).name, sha256=own.sha256)


def load(path: str | Path, code: Sequence[str | Path] = ()) -> StanceModel:
    """Load a saved model; no code of the file's runs.

    What lies around it comes along: `config` and `metrics` if it is in a run folder, and its `card`.

    Parameters
    ----------
    path : str or Path
        A run folder or its `model/`.
    code : sequence of (str or Path), default=()
        Files of yours, to be run: they register the fields and analyzers that the model was trained with.

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
    folder = _model_folder(Path(path))
    plugins.load_code(code)
    description = _read_description(folder / DESCRIPTION)
    _refuse_without_plugins(description, str(folder / DESCRIPTION))
    for name, expected in description.files.items():
        if _sha256(folder / name) != expected:
            hint = "The file was changed or damaged after it was saved; copy or train the model again"
            raise ModelError(Problem(f"{name} doesn't match its SHA-256 in {DESCRIPTION}", str(folder), hint=hint))
    arrays = _read_arrays(folder / ARRAYS, description)
    where, described = str(folder / ARRAYS), str(folder / DESCRIPTION)
    conditioning = conditioning_from(arrays, description.conditioning, where, described)
    blocks = _read_blocks(folder / VOCABULARY, description, arrays["idf"])
    entries = tuple(Entry(**entry.model_dump()) for entry in description.gazetteer)
    return StanceModel(
        task=description.task,
        spec=description.model,
        features=FittedFeatures(blocks),
        linear=linear_from(arrays, description.model, description.decision, description.task, conditioning),
        gazetteer=Gazetteer(description.actors, description.targets, entries),
        about=description.about,
        decision=description.decision,
        around=Surroundings(folder.resolve()),
    )


def _refuse_without_plugins(description: _Description, where: str) -> None:
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
    said = "there is no model here" if path.is_dir() else "there is no such folder"
    raise InputError(
        Problem(said, where=str(path), hint=f"Give a run folder or its model/, with a {DESCRIPTION} in it")
    )


def _read_description(path: Path) -> _Description:
    if path.stat().st_size > MAXIMUM_DESCRIPTION:
        raise ModelError(Problem(f"larger than {MAXIMUM_DESCRIPTION} bytes", where=str(path)))
    try:
        values = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ModelError(Problem(f"not valid JSON: {error}", where=str(path))) from error
    found = values.get("format") if isinstance(values, dict) else None
    if type(found) is not int or found != FORMAT:
        hint = "Load it with the version of stancekit that saved it"
        raise ModelError(Problem(f"model format {found!r} is not known, only {FORMAT}", str(path), hint=hint))
    try:
        with reading_back():
            description = _Description.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ModelError(Problem(f"{place}: {first['msg']}", where=str(path))) from error
    if set(description.files) != {ARRAYS, VOCABULARY}:
        raise ModelError(Problem(f"'files' must name {ARRAYS} and {VOCABULARY}", where=str(path)))
    return description


def _read_arrays(path: Path, description: _Description) -> Mapping[str, NDArray[Any]]:
    try:
        arrays = load_arrays(path.read_bytes())
    except (SafetensorError, ValueError, KeyError) as error:
        raise ModelError(Problem(f"not a safetensors file: {error}", where=str(path))) from error
    labels, features = len(description.task.labels), sum(block.terms for block in description.blocks)
    own, where = description, str(path)
    refuse_misfits(arrays, own.model, own.decision, labels, features, own.conditioning, where)
    return arrays


def _read_blocks(path: Path, description: _Description, idf: NDArray[np.float64]) -> tuple[FittedBlock, ...]:
    sizes = [block.terms for block in description.blocks]
    try:
        file = pq.ParquetFile(path)
        if file.metadata.num_rows != sum(sizes):
            raise ModelError(Problem(f"{file.metadata.num_rows} terms, not {sum(sizes)}", where=str(path)))
        table = file.read()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise ModelError(Problem(f"not a Parquet file: {error}", where=str(path))) from error
    if table.schema != VOCABULARY_SCHEMA:
        raise ModelError(Problem("the columns are not block: int32, term: string", where=str(path)))
    numbers, terms = table["block"].combine_chunks(), table["term"].cast(pa.large_string()).combine_chunks()
    # Neither to_numpy nor pa.array of an array: they would import pandas.
    blocks = np.frombuffer(numbers.buffers()[1] or b"", dtype=np.int32)[numbers.offset :][: len(numbers)]
    as_said = not numbers.null_count and np.array_equal(blocks, np.repeat(np.arange(len(sizes)), sizes))
    if terms.null_count or not as_said:
        raise ModelError(Problem(f"the terms are not in the blocks that {DESCRIPTION} says", where=str(path)))
    try:
        terms.validate(full=True)
    except pa.ArrowInvalid as error:
        raise ModelError(Problem("a term is no text", where=str(path))) from error
    ends = np.cumsum(sizes)
    parts = [
        (StoredTerms(terms[end - size : end]), idf[end - size : end]) for size, end in zip(sizes, ends, strict=True)
    ]
    if not all(own.are_distinct() for own, _ in parts):
        raise ModelError(Problem("a term occurs twice in a block", where=str(path)))
    saved = zip(description.blocks, parts, strict=True)
    return tuple(FittedBlock(block.spec, own, weights) for block, (own, weights) in saved)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(Problem(f"can't read it: {error.strerror}", where=str(path))) from error
