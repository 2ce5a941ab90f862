"""Data sources: which files hold the examples, and what their columns and labels are called."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, GetJsonSchemaHandler, PrivateAttr, ValidationInfo, field_validator, model_validator
from pydantic_core import CoreSchema

from stancekit.config.section import Mistake, Section, fail

FormatOfEnding = Literal["jsonl", "csv", "tsv", "parquet"]
"""General formats, told by the ending of a file."""
FormatOfCorpus = Literal["newsmtsc", "dse", "semeval2016", "xstance", "fnc1"]
"""Formats in which published corpora are distributed; they must be named."""
Format = Literal[FormatOfEnding, FormatOfCorpus]

ENDINGS: tuple[FormatOfEnding, ...] = get_args(FormatOfEnding)
FORMATS: tuple[Format, ...] = get_args(Format)
COMMON_ENCODINGS = ("utf-8", "cp1252", "latin-1", "iso8859-15", "utf-16")

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def expand_path(path: str, base: Path) -> Path:
    """Return `path` with `${VARIABLES}` filled in, relative to the folder `base`.

    Raises
    ------
    KeyError
        If a variable is not set; its argument is the name.
    """
    filled = Path(_VARIABLE.sub(lambda match: os.environ[match[1]], path)).expanduser()
    return base / filled


def _tidy(file: Path) -> Path:
    """Return a path without `..`, where leaving them out leads to the same place."""
    shorter = Path(os.path.normpath(file))
    return shorter if shorter.resolve() == file.resolve() else file


def _refuse_missing_file(path: str, info: ValidationInfo) -> None:
    """Refuse a path that leads to no file, if the folder that it is relative to is known."""
    if not info.context:
        return
    try:
        file = expand_path(path, info.context["base"])
        found = file.is_file(), file.is_dir()
    except KeyError as error:
        name = error.args[0]
        said = f"the environment variable {name} is not set"
        raise fail(Mistake(said, hint=f"Set it: export {name}=FOLDER")) from error
    except (OSError, ValueError, RuntimeError) as error:
        raise fail(Mistake(f"this can't be the path of a file: {error}")) from error
    if not found[0]:
        said = "is a folder" if found[1] else "does not exist"
        raise fail(Mistake(f"the file {_tidy(file)} {said}", near=file))


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
    """A file of labelled examples."""

    path: str
    """Relative to the config file; `${NAME}` is taken from the environment."""
    format: Format | None = None
    """By the file's ending if not given."""
    encoding: str = "utf-8"
    """Of a text format: the name of one of Python's text codecs, such as cp1252 or latin-1."""
    columns: Columns | None = None
    """Wins over `data.columns`."""
    labels: dict[str, str | None] | None = None
    """Their label: ours; `null` leaves the example (or, in a label set, the label) out."""

    _file: Path = PrivateAttr(default_factory=Path)

    @field_validator("path")
    @classmethod
    def _path_leads_to_a_file(cls, path: str, info: ValidationInfo) -> str:
        _refuse_missing_file(path, info)
        return path

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
        file = expand_path(self.path, context["base"]) if context else Path(self.path)
        object.__setattr__(self, "_file", file)

    @property
    def file(self) -> Path:
        """Where the file is, from the config's folder and the environment."""
        return self._file

    @property
    def resolved_format(self) -> Format | None:
        """The format as given, else by the file's ending; None if that is unknown."""
        ending = self._file.suffix.lstrip(".").lower()
        return self.format or next((known for known in ENDINGS if known == ending), None)

    @model_validator(mode="after")
    def _format_is_known(self) -> Self:
        if self.resolved_format is None:
            said = f"can't tell the format of {self.path!r} by its ending"
            raise fail(Mistake(said, ("path",), FORMATS, hint="Name it: {path: ..., format: ...}"))
        return self


def expand_shorthands(values: Any) -> Any:
    """Return the values of a config with every data source written in full, as a list of mappings.

    Examples
    --------
    >>> expand_shorthands({"data": {"train": "a.jsonl"}})
    {'data': {'train': [{'path': 'a.jsonl'}]}}
    """
    data = values.get("data") if isinstance(values, dict) else None
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
    gazetteer: str | None = None
    """A YAML file of the names that actors and targets go by; relative to the config file."""

    _gazetteer_file: Path | None = PrivateAttr(default=None)

    @field_validator("gazetteer")
    @classmethod
    def _gazetteer_leads_to_a_file(cls, path: str | None, info: ValidationInfo) -> str | None:
        if path is not None:
            _refuse_missing_file(path, info)
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
