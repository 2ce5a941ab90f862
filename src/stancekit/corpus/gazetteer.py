"""`Gazetteer`: the names that actors and targets go by, written by hand or learned from marked examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from stancekit.corpus.examples import UNLINKED, Columns
from stancekit.corpus.inflection import SHORT_ACRONYM
from stancekit.corpus.name_forms import NameForms
from stancekit.corpus.name_index import Form, Found, NameIndex
from stancekit.corpus.text import fold

Role = Literal["actor", "target"]

_POINTS_BACK = re.compile(r"(?:ce|cet|cette|ces|this|that|these|those)\b", re.IGNORECASE)
_PRONOUNS = frozenset(
    "il elle ils elles on nous vous je tu lui leur eux le la les un une des celui celle ceux celles cela ça ceci qui"
    " que quoi dont en y se son sa ses he she it they we you i him her them us who which its their his my our"
    " your".split()
)


@dataclass(frozen=True)
class Mention:
    """A name found in a text: `text[start:end]`."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Entry:
    """What a person wrote down about one actor or target.

    Attributes
    ----------
    role : {"actor", "target"}
    name : str
        The canonical name; a form itself, its `_` read as spaces.
    aliases, metonyms : tuple of str
        Other names of it, and what stands for it (a capital for its state).
    exceptions : tuple of str
        Words that contain a form and name nobody (`Paris Saint-Germain`).
    language : str
        Whose articles and inflection apply.
    """

    role: Role
    name: str
    aliases: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    language: str = "fr"

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way to name it."""
        return (self.name.replace("_", " "), *self.aliases, *self.metonyms)


@dataclass(frozen=True)
class Gazetteer:
    """The names that actors and targets go by.

    Learned forms are found as whole words, whatever the case and apostrophe. Forms written by hand are also found
    inflected, hyphenated or across a line break, with their article; see `docs/linking.md`. Mentions of actors don't
    overlap each other, nor do those of targets; an actor may lie inside a target.

    Attributes
    ----------
    actors, targets : mapping of str to sequence of str
        Canonical name to learned surface forms.
    entries : tuple of Entry
        Written by hand; where both claim the same words, these win.

    Examples
    --------
    >>> gazetteer = Gazetteer(actors={"France": ("la France", "Paris")}, targets={})
    >>> gazetteer.find_actors("Moscou et Paris.")
    [Mention(name='France', start=10, end=15)]
    >>> written = Gazetteer(entries=(Entry("actor", "junta", aliases=("colonel",)),))
    >>> written.find_actors("Face aux colonels, les colonels.")
    [Mention(name='junta', start=9, end=17), Mention(name='junta', start=19, end=31)]
    """

    actors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    targets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()

    @classmethod
    def from_examples(cls, examples: Columns) -> Gazetteer:
        """Collect the surface forms that examples mark; what only points back (`nous`, `cet avis`) is left out."""
        return cls(_surface_forms(examples, "actor"), _surface_forms(examples, "target"))

    def with_learned(self, learned: Gazetteer) -> Gazetteer:
        """Return the entries of this gazetteer beside the forms that another one learned."""
        return replace(learned, entries=self.entries)

    def in_both_roles(self) -> Gazetteer:
        """Return a gazetteer by which every name is found as an actor and as a target."""
        forms = {
            name: tuple(dict.fromkeys([*self.actors.get(name, ()), *self.targets.get(name, ())]))
            for name in (*self.actors, *self.targets)
        }
        roles: tuple[Role, ...] = ("actor", "target")
        entries = dict.fromkeys(replace(entry, role=role) for role in roles for entry in self.entries)
        return Gazetteer(forms, forms, tuple(entries))

    @property
    def actor_names(self) -> tuple[str, ...]:
        """Every actor that can be found."""
        return self._names("actor", self.actors)

    @property
    def target_names(self) -> tuple[str, ...]:
        """Every target that can be found."""
        return self._names("target", self.targets)

    def find_actors(self, text: str) -> list[Mention]:
        """Return the mentions of actors, the longest at each place, in order."""
        return self._actor_index.find(text)

    def find_targets(self, text: str) -> list[Mention]:
        """Return the mentions of targets, the longest at each place, in order."""
        return self._target_index.find(text)

    def find_named(self, text: str, role: Role, name: str) -> Mention | None:
        """Return the first mention of somebody by a form made from the name alone: a last name, an acronym.

        None for whom an entry was written: it says all forms there are. See `stancekit.corpus.name_forms`.
        """
        if (role, name) in self._written:
            return None
        found = self._name_forms.find(text, name)
        return Mention(name, found.start, found.end) if found else None

    @cached_property
    def _name_forms(self) -> NameForms:
        return NameForms([*self.actor_names, *self.target_names])

    @cached_property
    def _written(self) -> frozenset[tuple[Role, str]]:
        return frozenset((entry.role, entry.name) for entry in self.entries)

    def _names(self, role: Role, learned: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*(entry.name for entry in self.entries if entry.role == role), *learned]))

    @cached_property
    def _actor_index(self) -> _RoleIndex:
        return _RoleIndex(self.actors, [entry for entry in self.entries if entry.role == "actor"])

    @cached_property
    def _target_index(self) -> _RoleIndex:
        return _RoleIndex(self.targets, [entry for entry in self.entries if entry.role == "target"])


class _RoleIndex:
    """Finds written and learned forms of one role."""

    def __init__(self, learned: Mapping[str, Sequence[str]], entries: Sequence[Entry]) -> None:
        self.written = [
            NameIndex(_forms_of(entry for entry in entries if entry.language == language), language)
            for language in sorted({entry.language for entry in entries})
        ]
        self.learned = _LearnedIndex(learned)

    def find(self, text: str) -> list[Mention]:
        learned = self.learned.find(text)
        if not self.written:
            return learned
        found: list[Sequence[Found | Mention]] = [*(index.find(text) for index in self.written), learned]
        candidates = [(own.start, -own.end, rank, own) for rank, ranked in enumerate(found) for own in ranked]
        return _longest_of_each_place(sorted(candidates, key=lambda candidate: candidate[:3]))


def _longest_of_each_place(candidates: Iterable[tuple[int, int, int, Found | Mention]]) -> list[Mention]:
    """Return mentions that don't overlap; several learned names of the very same words all stay."""
    chosen: list[Mention] = []
    end, kept = 0, (-1, -1, -1)
    for start, minus_end, rank, own in candidates:
        if start < end and (start, minus_end, rank) != kept:
            continue
        end, kept = -minus_end, (start, minus_end, rank)
        if own.name is not None:
            chosen.append(Mention(own.name, own.start, own.end))
    return chosen


def _forms_of(entries: Iterable[Entry]) -> Iterable[Form]:
    for entry in entries:
        for form in entry.forms:
            yield Form(form, entry.name)
        for words in entry.exceptions:
            yield Form(words, None)


class _LearnedIndex:
    """Finds forms by the first word, or sign, with which they begin: thousands of them as fast as one."""

    def __init__(self, forms: Mapping[str, Sequence[str]]) -> None:
        self.names: dict[str, dict[str, bool]] = {}
        """By folded form, the names that it stands for, and whether only capitals stand for them."""
        for name in forms:
            for form in (*forms[name], name.replace("_", " ")):
                known = self.names.setdefault(fold(form), {})
                known[name] = known.get(name, True) and form.isupper() and len(form) <= SHORT_ACRONYM
        self.beginning_with: dict[str, list[str]] = {}
        for form in sorted((form for form in self.names if form.strip()), key=lambda form: (-len(form), form)):
            self.beginning_with.setdefault(_first_word(form), []).append(form)
        signs = "".join(key for key in self.beginning_with if not _is_word_character(key[0]))
        self.starts = re.compile(rf"(?<!\w)(?:\w+|[{re.escape(signs)}])" if signs else r"(?<!\w)\w+")

    def find(self, text: str) -> list[Mention]:
        if not self.beginning_with:
            return []
        folded, found, position = fold(text), list[Mention](), 0
        while (start := self.starts.search(folded, position)) is not None:
            begin = start.start()
            form = next((own for own in self.beginning_with.get(start[0], ()) if _is_at(folded, begin, own)), None)
            position = start.end() if form is None else begin + len(form)
            own = text[begin:position]
            names = self.names[form].items() if form is not None else ()
            found += [Mention(name, begin, position) for name, capitals in names if own.isupper() or not capitals]
        return found


def _first_word(form: str) -> str:
    """Return the first word of a form, or the sign with which it begins."""
    word = re.match(r"\w+", form)
    return word[0] if word else form[0]


def _is_at(text: str, begin: int, form: str) -> bool:
    end = begin + len(form)
    return text.startswith(form, begin) and not (end < len(text) and _is_word_character(text[end]))


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character == "_"


def _surface_forms(examples: Columns, role: Role) -> dict[str, tuple[str, ...]]:
    forms: dict[str, set[str]] = {}
    none = [None] * len(examples["text"])
    columns = (examples.get(name, none) for name in (role, f"{role}_start", f"{role}_end", "text"))
    rows = zip(*columns, strict=True)
    for name, start, end, text in rows:
        if name is None:
            continue
        known = forms.setdefault(name, set())
        if start is not None and start != UNLINKED:
            form = text[start:end]
            if form.casefold() not in _PRONOUNS and not _POINTS_BACK.match(form):
                known.add(form)
    return {name: tuple(sorted(forms[name])) for name in sorted(forms)}
