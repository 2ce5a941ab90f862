"""model.json: what a saved model says of itself, and what must hold of it before it is believed.

Sizes are bounded before anything is made of them, so that a file can't ask for more memory or time than it is worth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sized
from importlib.metadata import version
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FailFast,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from stancekit.config.decision import Decision
from stancekit.config.features import Block
from stancekit.config.lexicons import OwnLexicon
from stancekit.config.model import Model
from stancekit.config.named import reading_back
from stancekit.config.task import Task
from stancekit.errors import ModelError, Problem
from stancekit.features.saved_files import read_json, shortened
from stancekit.models.saved_about import check_about
from stancekit.models.saved_conditioning import SavedConditioning
from stancekit.plugins import Kind

FORMAT = 1
MAXIMUM_DESCRIPTION = 16 * 2**20
"""Bytes; a larger model.json is refused unread."""
MOST_VALUES = 1_000_000
"""Of model.json: names, forms, entries of lexicons."""
MOST_FEATURES = 2**26
MOST = {"labels": 4096, "blocks": 1024, "members of a vote": 64, "lexicons": 1024}
Files = Literal["model.safetensors", "vocabulary.parquet", "plugin.skops"]
ARRAYS: Literal["model.safetensors"] = "model.safetensors"
VOCABULARY: Literal["vocabulary.parquet"] = "vocabulary.parquet"
PLUGIN: Literal["plugin.skops"] = "plugin.skops"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class SavedBlock(_Part):
    """A block and how many terms it has."""

    spec: Block
    terms: Annotated[int, Field(ge=0, le=MOST_FEATURES)]


class SavedPlugin(_Part):
    """A plug-in that the model was trained with."""

    kind: Kind
    name: str
    file: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class SavedEntry(_Part):
    """What a person wrote down about an actor or target."""

    role: Literal["actor", "target"]
    name: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...]
    metonyms: tuple[str, ...]
    exceptions: tuple[str, ...]
    language: Annotated[str, Field(pattern="^[a-z]{2,3}$")]


class Description(_Part):
    """The contents of model.json."""

    format: Literal[1]
    stancekit: Annotated[str, Field(max_length=100)]
    libraries: dict[str, str]
    task: Task
    model: Model
    decision: Decision
    lexicons: tuple[OwnLexicon, ...] = ()
    blocks: Annotated[tuple[SavedBlock, ...], Field(min_length=1), FailFast()]
    conditioning: SavedConditioning | None = None
    actors: dict[str, tuple[str, ...]]
    targets: dict[str, tuple[str, ...]]
    gazetteer: Annotated[tuple[SavedEntry, ...], FailFast()] = ()
    plugins: Annotated[tuple[SavedPlugin, ...], FailFast()] = ()
    about: Annotated[dict[str, Any], AfterValidator(check_about)]
    files: dict[Files, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]

    @property
    def saved_with(self) -> dict[str, str]:
        """The versions that saved it: of stancekit, Python and libraries."""
        return {"stancekit": self.stancekit, **self.libraries}

    @property
    def features(self) -> int:
        """How many there are, of all blocks."""
        return sum(block.terms for block in self.blocks)

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


def read_description(raw: bytes, where: str) -> Description:
    """Return what model.json says.

    Raises
    ------
    ModelError
        If it isn't JSON, is of another format, doesn't fit or is unreasonably large.
    """
    values = read_json(raw, MOST_VALUES, where)
    saved_by = _saved_by(values)
    _refuse_another_format(values, saved_by, where)
    _refuse_bombs(values, where)
    try:
        with reading_back():
            description = Description.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        said = shortened(f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        raise ModelError(Problem(said, where, hint=_other_version(saved_by))) from error
    if set(description.files) - {PLUGIN} != {ARRAYS, VOCABULARY}:
        raise ModelError(Problem(f"'files' must name {ARRAYS} and {VOCABULARY}", where=where))
    if description.features > MOST_FEATURES:
        raise ModelError(Problem(f"{description.features} features, at most {MOST_FEATURES} can be", where=where))
    return description


def _saved_by(values: Any) -> str:
    found = values.get("stancekit") if isinstance(values, dict) else None
    return shortened(found, 50) if isinstance(found, str) else ""


def _other_version(saved_by: str) -> str:
    own = version("stancekit")
    if not saved_by or saved_by == own:
        return ""
    return f"It was saved by stancekit {saved_by}, this is {own}: load it with that version, or save it again with this"


def _refuse_another_format(values: Any, saved_by: str, where: str) -> None:
    found = values.get("format") if isinstance(values, dict) else None
    if type(found) is int and found == FORMAT:
        return
    if type(found) is int and found > FORMAT:
        by = f" by stancekit {saved_by}" if saved_by else ""
        said = f"model format {shortened(str(found), 20)} is newer than this stancekit, {version('stancekit')}, knows"
        hint = f"It was saved{by}: install that version or a later one, pip install --upgrade stancekit"
        raise ModelError(Problem(said, where, hint=hint))
    hint = "Load it with the version of stancekit that saved it"
    raise ModelError(Problem(f"model format {found!r:.50} is not known, only {FORMAT}", where, hint=hint))


def _refuse_bombs(values: Mapping[str, Any], where: str) -> None:
    """Refuse what would take long to check: labels, say, are compared with each other."""
    task, model = values.get("task"), values.get("model")
    sized = {
        "labels": task.get("labels") if isinstance(task, dict) else None,
        "blocks": values.get("blocks"),
        "members of a vote": model.get("of") if isinstance(model, dict) else None,
        "lexicons": values.get("lexicons"),
    }
    for name, found in sized.items():
        if isinstance(found, Sized) and len(found) > MOST[name]:
            raise ModelError(Problem(f"{len(found)} {name}, at most {MOST[name]} can be", where=where))
    for role in ("actors", "targets"):
        # Each wrong form would be an error of its own.
        forms = values.get(role)
        if isinstance(forms, dict) and not all(isinstance(own, list) and _are_texts(own) for own in forms.values()):
            raise ModelError(Problem(f"{role}: not lists of texts", where=where))


def _are_texts(found: list[Any]) -> bool:
    return all(isinstance(own, str) for own in found)
