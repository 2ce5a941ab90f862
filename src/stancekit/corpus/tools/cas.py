"""UIMA CAS, XMI or JSON, through dkpro-cassis; what a file declares is checked before cassis sees it.

cassis builds a Python class from each type of a type system, and the names of its features become source code on the
way: a hostile file could have its own code run. lxml, which it reads XML with, expands entities. So names must be
plain identifiers and a document type declaration, where entities come from, is refused.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from stancekit.corpus.parsers import RawFile, json_file
from stancekit.errors import DataError, Problem

if TYPE_CHECKING:
    from cassis import Cas

_TYPE_NAME = re.compile(r"[A-Za-z]\w*(?:\.[A-Za-z]\w*)*(?:\[\])?", re.ASCII)
_FEATURE_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_DESCRIPTIONS = ("typeDescription", "featureDescription")


def import_cassis() -> Any:
    """Return the module `cassis`.

    Raises
    ------
    DataError
        If it isn't installed.
    """
    try:
        import cassis
    except ImportError as error:
        hint = "Install it: pip install 'stancekit[inception]'"
        raise DataError(Problem("the format 'inception' needs the package dkpro-cassis", hint=hint)) from error
    return cassis


def load_cas(file: RawFile, types: RawFile | None) -> Cas:
    """Return the CAS that a file holds.

    Parameters
    ----------
    file : RawFile
        XMI, or UIMA CAS JSON.
    types : RawFile, optional
        The TypeSystem.xml of XMI.

    Raises
    ------
    DataError
        If it is damaged, lacks its types, has a document type declaration or names that aren't plain.
    """
    cassis = import_cassis()
    is_json = file.content.lstrip().startswith(b"{")
    if is_json:
        _refuse_names_of_json(file)
    elif types is None:
        hint = "Give the zip that INCEpTION exports, or the folder with both"
        raise DataError(Problem("its TypeSystem.xml is missing", where=file.name, hint=hint))
    else:
        _refuse_doctype(file)
        _refuse_names_of_xml(types)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # cassis warns of offsets outside of the text, and keeps them
            if is_json:
                return cassis.load_cas_from_json(file.content.decode())
            system = cassis.load_typesystem(io.BytesIO(types.content if types else b""))
            return cassis.load_cas_from_xmi(io.BytesIO(file.content), typesystem=system)
    except Exception as error:  # whatever a damaged file makes cassis, lxml and attrs stumble over
        said = " ".join(f"{error}".split())[:200] or type(error).__name__
        raise DataError(Problem(f"not a UIMA CAS that can be read: {said}", where=file.name)) from error


def _refuse_names_of_json(file: RawFile) -> None:
    value = json_file(file)
    types = value.get("%TYPES", {}) if isinstance(value, dict) else None
    if not isinstance(types, dict) or not all(isinstance(type_, dict) for type_ in types.values()):
        raise DataError(Problem("'%TYPES' must be an object of objects", where=file.name))
    for name, described in types.items():
        features = [feature for feature in described if not feature.startswith("%")]
        _refuse_names(file, {name: _TYPE_NAME, **dict.fromkeys(features, _FEATURE_NAME)})


def _refuse_names(file: RawFile, wanted: Mapping[str, re.Pattern[str]]) -> None:
    for name, pattern in wanted.items():
        if not pattern.fullmatch(name):
            raise DataError(Problem(f"{name[:80]!r} can't be the name of a type or feature", where=file.name))


def _refuse_doctype(file: RawFile) -> None:
    _parse_xml(file, expat.ParserCreate())


def _refuse_names_of_xml(file: RawFile) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    path: list[str] = []
    words: list[str] = []

    def start(tag: str, _: dict[str, str]) -> None:
        path.append(tag.rpartition(":")[2])
        words.clear()

    def end(_: str) -> None:
        if path[-1] == "name" and path[-2:-1] and path[-2] in _DESCRIPTIONS:
            pattern = _TYPE_NAME if path[-2] == "typeDescription" else _FEATURE_NAME
            _refuse_names(file, {"".join(words).strip(): pattern})
        path.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words.append
    _parse_xml(file, parser)


def _parse_xml(file: RawFile, parser: expat.XMLParserType) -> None:
    def refuse(*_: Any) -> None:
        said = "XML with a document type declaration is not read: it could bring in other files"
        raise DataError(Problem(said, where=file.name))

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(file.content, True)
    except expat.ExpatError as error:
        where = f"{file.name}:{error.lineno}:{error.offset + 1}"
        raise DataError(Problem(f"not valid XML: {expat.errors.messages[error.code]}", where=where)) from error
