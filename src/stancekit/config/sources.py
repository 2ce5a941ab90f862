"""Data sources: which files hold the examples, and what their columns and labels are called."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema

from stancekit.config.features import expand_auto
from stancekit.config.paths import expand_path
from stancekit.config.section import Mistake, Section, fail

FormatOfEnding = Literal["jsonl", "csv", "tsv", "parquet"]
"""General formats, told by the ending of a file."""
FormatOfTool = Literal["label_studio", "doccano", "inception"]
"""Formats of annotation tools; they must be named."""
FormatOfCorpus = Literal["newsmtsc", "dse", "seesaw", "semeval2016", "xstance", "fnc1"]
"""Formats in which published corpora are distributed; they must be named."""
Format = Literal[FormatOfEnding, FormatOfTool, FormatOfCorpus]

ENDINGS: tuple[FormatOfEnding, ...] = get_args(FormatOfEnding)
FORMATS: tuple[Format, ...] = get_args(Format)
FOLDERS: tuple[Format, ...] = ("seesaw",)
"""Formats that are a folder."""
FOLDERS_OR_FILES: tuple[Format, ...] = ("doccano", "inception")
"""Formats that are a folder of files, or one file."""
COMMON_ENCODINGS = ("utf-8", "cp1252", "latin-1", "iso8859-15", "utf-16")

_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
_OF_HUB = ("split", "revision", "subset")
_OF_PATH = ("format", "encoding")


def _tidy(file: Path) -> Path:
    """Return a path without `..`, where leaving them out leads to the same place."""
    shorter = Path(os.path.normpath(file))
    return shorter if shorter.resolve() == file.resolve() else file


class Columns(Section):
    """Which column of a source holds what; a column that has the same name need not be given."""

    id: str | None = None
    article: str | None = None
    sentence: str | None = None
    text: str | None = None
    actor: str | None = None
    actor_start: str | None = None
    actor_end: str | None = None
    target: str | None = None
    target_start: str | None = None
    target_end: str | None = None
    label: str | None = None
    labels: str | None = None
    speaker: str | None = None
    annotator: str | None = None
    language: str | None = None
    date: str | None = None
    group: str | None = None

    def mapping(self) -> dict[str, str]:
        """Return the names that were given, as {ours: theirs}."""
        return {ours: theirs for ours, theirs in self.model_dump().items() if theirs is not None}


class Source(Section):
    """Labelled examples: a file (or a folder of some formats) with `path`, or a dataset of the Hub with `hub`."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["path"]}, {"required": ["hub", "split"]}]})

    format: Format | None = None
    """By the file's ending if not given."""
    path: str = ""
    """Relative to the config file; `${NAME}` is taken from the environment."""
    encoding: str = "utf-8"
    """Of a text format: the name of one of Python's text codecs, such as cp1252 or latin-1."""
    hub: str = ""
    """A dataset of the Hugging Face Hub, `org/name`; or a folder that `datasets.load_dataset` reads, `./folder`."""
    split: str = ""
    """Of a Hub dataset: train, validation, test or what it has."""
    revision: str = ""
    """Of a Hub dataset: the commit; a branch moves."""
    subset: str = ""
    """Of a Hub dataset: its configuration, where it has several."""
    columns: Columns | None = None
    """Wins over `data.columns`."""
    labels: dict[str, str | None] | None = None
    """Their label: ours; `null` leaves the example (or, in a label set, the label) out."""

    _file: Path = PrivateAttr(default_factory=Path)

    @field_validator("path")
    @classmethod
    def _path_leads_somewhere(cls, path: str, info: ValidationInfo) -> str:
        if not info.context:
            return path
        file = _find(path, info.context["base"])
        format = info.data.get("format")
        folder_wanted, either = format in FOLDERS, format in FOLDERS_OR_FILES
        if not file.exists() or (not either and file.is_dir() != folder_wanted):
            said = "is a folder" if file.is_dir() else "is no folder" if file.exists() else "does not exist"
            kind = "folder" if folder_wanted else "file"
            raise fail(Mistake(f"the {kind} {_tidy(file)} {said}", near=file))
        return path

    @field_validator("hub")
    @classmethod
    def _hub_is_a_name_or_a_folder(cls, hub: str, info: ValidationInfo) -> str:
        if not is_local(hub):
            if not _HUB_NAME.fullmatch(hub):
                said = f"{hub!r} can't be the name of a dataset"
                raise fail(Mistake(said, hint="It is org/name; a folder begins with ./ or ../"))
            return hub
        if info.context and not _find(hub, info.context["base"]).is_dir():
            folder = _tidy(_find(hub, info.context["base"]))
            raise fail(Mistake(f"there is no folder {folder}", near=folder))
        return hub

    @field_validator("encoding")
    @classmethod
    def _encoding_is_of_text(cls, encoding: str) -> str:
        try:
            b" ".decode(encoding)
        except UnicodeDecodeError:
            return encoding
        except (LookupError, ValueError) as error:
            said = f"{encoding!r} is no text encoding that Python knows"
            raise fail(Mistake(said, allowed=COMMON_ENCODINGS, hint="These are the common ones")) from error
        return encoding

    def model_post_init(self, context: Any) -> None:
        """Find the file, if the folder that the path is relative to is known."""
        place = self.hub if is_local(self.hub) else self.path
        file = expand_path(place, context["base"]) if context else Path(place)
        object.__setattr__(self, "_file", file)

    @property
    def file(self) -> Path:
        """Where the file or folder is, from the config's folder and the environment."""
        return self._file

    @property
    def name(self) -> str:
        """The source as its config names it."""
        return self.hub or self.path

    @property
    def moves(self) -> bool:
        """Whether the same words may stand for other data tomorrow: a dataset of the Hub without a commit."""
        return bool(self.hub) and not is_local(self.hub) and not _COMMIT.fullmatch(self.revision)

    @property
    def resolved_format(self) -> Format | None:
        """The format as given, else by the file's ending; None if that is unknown, and of a Hub dataset."""
        if self.hub:
            return None
        ending = self._file.suffix.lstrip(".").lower()
        return self.format or next((known for known in ENDINGS if known == ending), None)

    @model_validator(mode="after")
    def _is_one_kind_of_source(self) -> Self:
        given = self.model_fields_set
        if ("path" in given) == ("hub" in given):
            said = "'path' and 'hub' exclude each other" if self.hub else "a source needs a 'path' or a 'hub'"
            raise fail(Mistake(said, hint="{path: FILE} or {hub: org/name, split: train, revision: COMMIT}"))
        foreign = _OF_PATH if self.hub else _OF_HUB
        partner = "path" if self.hub else "hub"
        said = "{!r} is of no use here: it goes with {!r}"
        mistakes = [Mistake(said.format(key, partner), (key,)) for key in foreign if key in given]
        if self.hub and not self.split:
            mistakes.append(Mistake("the split is missing", hint="Name it: {hub: ..., split: train}"))
        if not self.hub and self.resolved_format is None:
            said = f"can't tell the format of {self.path!r} by its ending"
            hint = "Name it: {path: ..., format: ...}; in a command: --format, or --from of convert"
            mistakes.append(Mistake(said, ("path",), FORMATS, hint=hint))
        if mistakes:
            raise fail(*mistakes)
        return self


def is_local(hub: str) -> bool:
    """Tell whether the `hub` of a source is a folder, not a dataset of the Hub."""
    return hub.startswith((".", "/", "~", "${"))


def _find(path: str, base: Path) -> Path:
    """Return where a path of a config leads, or raise what is wrong with it."""
    try:
        file = expand_path(path, base)
        file.is_file()
    except KeyError as error:
        name = error.args[0]
        said = f"the environment variable {name} is not set"
        raise fail(Mistake(said, hint=f"Set it: export {name}=FOLDER")) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise fail(Mistake(f"this can't be the path of a file: {error}")) from error
    return file


def expand_shorthands(values: Any) -> Any:
    """Return the values of a config without its shorthands: every data source in full, no blocks where it says `auto`.

    Examples
    --------
    >>> expand_shorthands({"data": {"train": "a.jsonl"}})
    {'data': {'train': [{'path': 'a.jsonl'}]}}
    """
    if not isinstance(values, dict):
        return values
    if "features" in values:
        values = {**values, "features": expand_auto(values["features"])}
    data = values.get("data")
    if not isinstance(data, dict):
        return values
    full = {part: _one_or_many(data[part]) for part in ("train", "test") if data.get(part) is not None}
    return {**values, "data": {**data, **full}}


def _one_or_many(value: Any) -> Any:
    if not isinstance(value, (str, dict, list)):
        return value
    listed = value if isinstance(value, list) else [value]
    return [{"path": item} if isinstance(item, str) else item for item in listed]


class _Shorthand:
    """Tells the JSON Schema about the shorthands of a source."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        full = handler(core)
        one = {"anyOf": [{"type": "string", "description": "path of a file"}, full["items"]]}
        return {"anyOf": [*one["anyOf"], {"type": "array", "items": one, "minItems": 1}]}


Sources = Annotated[tuple[Source, ...], Field(min_length=1), _Shorthand]


class Data(Section):
    """Where the labelled examples are."""

    train: Sources
    test: Sources | None = None
    columns: Columns = Columns()
    drop_copies: bool = False
    """Leave out training examples that repeat text, actor and target of an earlier one or of a test example."""
    annotators: str = "all"
    """Where several people labelled the same items: every label counts for itself, the `majority` decides, or the one
    of that name."""
    gazetteer: str | None = None
    """A YAML file of the names that actors and targets go by; relative to the config file."""

    _gazetteer_file: Path | None = PrivateAttr(default=None)

    @field_validator("gazetteer")
    @classmethod
    def _gazetteer_leads_to_a_file(cls, path: str | None, info: ValidationInfo) -> str | None:
        if path is None or not info.context:
            return path
        file = _find(path, info.context["base"])
        if not file.is_file():
            said = "is a folder" if file.is_dir() else "does not exist"
            raise fail(Mistake(f"the file {_tidy(file)} {said}", near=file))
        return path

    def model_post_init(self, context: Any) -> None:
        """Find the gazetteer, if the folder that the path is relative to is known."""
        if self.gazetteer is not None:
            file = expand_path(self.gazetteer, context["base"]) if context else Path(self.gazetteer)
            object.__setattr__(self, "_gazetteer_file", file)

    @property
    def gazetteer_file(self) -> Path | None:
        """Where the gazetteer is, from the config's folder and the environment."""
        return self._gazetteer_file
