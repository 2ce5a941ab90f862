"""Reading a gazetteer that a person wrote: YAML, every mistake with its line and column.

language: fr
actors:
  France:
    aliases: [République française]
    metonyms: [Paris, Élysée]
    except: [Paris Saint-Germain]
targets:
  sanctions: [sanction, embargo]      # a plain list is one of aliases
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stancekit.config.yaml12 import Document, KeyPath, Position, parse_yaml
from stancekit.corpus.gazetteer import Entry, Gazetteer, Role
from stancekit.corpus.name_index import LONGEST_FORM, form_key, form_words, same_form
from stancekit.corpus.text import decode
from stancekit.errors import DataError, InputError, Problem, closest

_ROLES: dict[str, Role] = {"actors": "actor", "targets": "target"}
_FILE_KEYS = ("language", *_ROLES)
_LISTS = ("aliases", "metonyms", "except")
_ENTRY_KEYS = (*_LISTS, "language")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CAN_BE_A_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,100}")


def read_gazetteer(path: str | Path) -> Gazetteer:
    """Read a gazetteer from a YAML file.

    Parameters
    ----------
    path : str or Path
        UTF-8; read by the rules of YAML 1.2, as a config is.

    Returns
    -------
    Gazetteer
        With `entries` only.

    Raises
    ------
    DataError
        With every mistake, each at its `file:line:col`: unknown keys, what is no list of names, forms that can't be
        found or that two actors (or two targets) share.

    Examples
    --------
    >>> gazetteer = read_gazetteer("data/sahel/gazetteer.yaml")
    >>> [mention.name for mention in gazetteer.find_actors("Paris et les États-Unis se taisent.")]
    ['France', 'United_States']
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(Problem(f"can't read the gazetteer: {error.strerror}", where=str(path))) from error
    return parse_gazetteer(decode(raw, str(path)), str(path))


def parse_gazetteer(text: str, name: str) -> Gazetteer:
    r"""Read a gazetteer from YAML text; `name` is what messages call the file. See `read_gazetteer`.

    Examples
    --------
    >>> parse_gazetteer("actors:\n  France: {metonyms: [Paris]}", "g.yaml").entries[0].forms
    ('France', 'Paris')
    """
    try:
        document = parse_yaml(text, name)
    except InputError as error:
        raise DataError(error.problems) from error
    reader = _Reader(document)
    entries = reader.entries()
    if reader.problems:
        raise DataError(reader.problems)
    return Gazetteer(entries=entries)


class _Reader:
    """Turns a document into entries, collecting what is wrong with it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.seen: dict[tuple[Role, str, tuple[str, ...]], dict[tuple[str, str], int]] = {}

    def entries(self) -> tuple[Entry, ...]:
        values = self.document.values
        if not isinstance(values, dict):
            self.report((), "a gazetteer is a mapping of keys to values", allowed=_FILE_KEYS)
            return ()
        self.refuse_unknown(values, (), _FILE_KEYS)
        language = self.language(values, (), "fr")
        if not any(values.get(key) for key in _ROLES):
            self.report((), "the gazetteer names nobody", hint="Give it 'actors', 'targets' or both")
        return tuple(
            self.entry(role, name, named[name], (key, name), language)
            for key, role in _ROLES.items()
            for named in [self.names(values.get(key), key)]
            for name in named
        )

    def names(self, value: Any, key: str) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.report((key,), f"{key!r} must be a mapping of names to their forms")
            return {}
        return value

    def entry(self, role: Role, name: str, value: Any, path: KeyPath, language: str) -> Entry:
        if not _CAN_BE_A_NAME.fullmatch(name) or name != name.strip():
            said = f"{name!r} can't be a name: 1 to 100 characters, no outer spaces, line breaks or controls"
            self.report(path, said, about_the_key=True)
        if isinstance(value, list):
            placed = {"aliases": self.forms(value, path)}
        else:
            if value is not None and not isinstance(value, dict):
                self.report(path, f"{name!r} must be a mapping or a list of aliases", allowed=_ENTRY_KEYS)
            value = value if isinstance(value, dict) else {}
            self.refuse_unknown(value, path, _ENTRY_KEYS)
            language = self.language(value, path, language)
            placed = {key: self.forms(value.get(key), (*path, key)) for key in _LISTS}
        forms = {key: tuple(form for form, _ in placed.get(key, ())) for key in _LISTS}
        entry = Entry(role, name, forms["aliases"], forms["metonyms"], forms["except"], language)
        self.refuse_shared(entry, entry.forms[0], path, about_the_key=True)
        for key in ("aliases", "metonyms"):
            for form, place in placed.get(key, ()):
                self.refuse_shared(entry, form, place, about_the_key=False)
        return entry

    def forms(self, value: Any, path: KeyPath) -> list[tuple[str, KeyPath]]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.report(path, f"{path[-1]!r} must be a list of forms", hint="Write [one, two]")
            return []
        return [(form, (*path, i)) for i, form in enumerate(value) if self.is_form(form, (*path, i))]

    def is_form(self, form: Any, path: KeyPath) -> bool:
        if not isinstance(form, str):
            shown = "nothing" if form is None else repr(form)
            self.report(path, f"a form must be text, not {shown}", hint=f'Quote it: "{form}"')
            return False
        count = len(form_words(form, "").spans)
        if not count:
            self.report(path, f"{form!r} has no word to look for")
        elif count > LONGEST_FORM:
            self.report(path, f"a form of {count} words; at most {LONGEST_FORM} are looked for")
        return 0 < count <= LONGEST_FORM

    def refuse_shared(self, entry: Entry, form: str, path: KeyPath, *, about_the_key: bool) -> None:
        """Refuse a form that another name of the same role has too; an actor and a target may share theirs."""
        line = self.position(path, about_the_key=about_the_key).line
        known = self.seen.setdefault((entry.role, entry.language, form_key(form, entry.language)), {})
        for (name, other), first in known.items():
            if name != entry.name and same_form(other, form, entry.language):
                said = f"{form!r} names both {name!r} (line {first}) and {entry.name!r}"
                hint = "Keep it for one of them; only an actor and a target may share a form"
                self.report(path, said, hint=hint, about_the_key=about_the_key)
                break
        known.setdefault((entry.name, form), line)

    def language(self, values: dict[str, Any], path: KeyPath, default: str) -> str:
        language = values.get("language", default)
        if isinstance(language, str) and _LANGUAGE.fullmatch(language):
            return language
        self.report((*path, "language"), f"{language!r} is no ISO 639-1 code of a language", allowed=("fr", "en"))
        return default

    def refuse_unknown(self, values: dict[str, Any], path: KeyPath, allowed: Sequence[str]) -> None:
        for key in values:
            if key not in allowed:
                misplaced = not path and closest(key, allowed) is None
                hint = "Names stand below 'actors' or 'targets'" if misplaced else ""
                self.report(
                    (*path, key), f"unknown key {key!r}", about_the_key=True, allowed=allowed, given=key, hint=hint
                )

    def report(self, path: KeyPath, message: str, *, about_the_key: bool = False, **more: Any) -> None:
        position = self.position(path, about_the_key=about_the_key)
        self.problems.append(self.document.problem(position, message, **more))

    def position(self, path: KeyPath, *, about_the_key: bool) -> Position:
        places = self.document.keys if about_the_key else self.document.places
        return places.get(path) or Position(1, 1)
