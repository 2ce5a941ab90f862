"""Finding actors and targets by the names they go by."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from stancekit.corpus.articles import Article
from stancekit.corpus.examples import SPAN_COLUMNS, UNLINKED, Columns
from stancekit.corpus.text import fold

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
class Gazetteer:
    """The names that actors and targets go by.

    Attributes
    ----------
    actors, targets : mapping of str to tuple of str
        Canonical name to surface forms.

    Examples
    --------
    >>> gazetteer = Gazetteer(actors={"France": ("la France", "Paris")}, targets={})
    >>> gazetteer.find_actors("Moscou et Paris.")
    [Mention(name='France', start=10, end=15)]
    """

    actors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    targets: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def from_examples(cls, examples: Columns) -> Gazetteer:
        """Collect the surface forms that examples mark; what only points back (`nous`, `cet avis`) is left out."""
        return cls(_surface_forms(examples, "actor"), _surface_forms(examples, "target"))

    def find_actors(self, text: str) -> list[Mention]:
        """Return the mentions of actors, the longest at each place, in order."""
        return self._actor_index.find(text)

    def find_targets(self, text: str) -> list[Mention]:
        """Return the mentions of targets, the longest at each place, in order."""
        return self._target_index.find(text)

    @cached_property
    def _actor_index(self) -> _Index:
        return _Index(self.actors)

    @cached_property
    def _target_index(self) -> _Index:
        return _Index(self.targets)


class _Index:
    def __init__(self, forms: Mapping[str, Sequence[str]]) -> None:
        self.names: dict[str, list[str]] = {}
        for name in forms:
            for form in (*forms[name], name.replace("_", " ")):
                known = self.names.setdefault(fold(form), [])
                if name not in known:
                    known.append(name)
        longest_first = sorted((form for form in self.names if form.strip()), key=lambda form: (-len(form), form))
        joined = "|".join(map(re.escape, longest_first))
        self.pattern = re.compile(rf"(?<!\w)(?:{joined})(?!\w)") if joined else None

    def find(self, text: str) -> list[Mention]:
        if self.pattern is None:
            return []
        return [
            Mention(name, match.start(), match.end())
            for match in self.pattern.finditer(fold(text))
            for name in self.names[match[0]]
        ]


def link_spans(examples: Columns, gazetteer: Gazetteer) -> dict[str, list[int | None]]:
    """Return the span columns with every span that was not given looked up by name; None where there is no mention."""
    columns: dict[str, list[int | None]] = {}
    none = [None] * len(examples["text"])
    for role, find in (("actor", gazetteer.find_actors), ("target", gazetteer.find_targets)):
        names = examples.get(role, none)
        starts, ends = list(examples[f"{role}_start"]), list(examples[f"{role}_end"])
        for row, name in enumerate(names):
            if starts[row] != UNLINKED and ends[row] != UNLINKED:
                continue
            mentions = find(examples["text"][row]) if name is not None else []
            mention = next((m for m in mentions if m.name == name), None)
            starts[row], ends[row] = (mention.start, mention.end) if mention else (None, None)
        columns[f"{role}_start"], columns[f"{role}_end"] = starts, ends
    return columns


def link_by_name(examples: Columns) -> dict[str, Any]:
    """Return examples whose spans that were not given are looked up by the canonical name alone.

    An example's mention is looked for by its own name only, so that nothing passes from one example to another.
    """
    count = len(examples["text"])
    given: dict[str, Any] = {**dict.fromkeys(SPAN_COLUMNS, [UNLINKED] * count), **examples}
    roles: dict[str, dict[str, tuple[str, ...]]] = {
        role: {name: () for name in given.get(role, ()) if name is not None} for role in ("actor", "target")
    }
    return {**given, **link_spans(given, Gazetteer(roles["actor"], roles["target"]))}


def propose_examples(article: Article, gazetteer: Gazetteer, *, pairs: bool = True) -> list[dict[str, Any]]:
    """Return candidate examples of an article: every pair of an actor and a target that a sentence mentions.

    Parameters
    ----------
    article : Article
    gazetteer : Gazetteer
        One without actors (or targets) gives pairs without them.
    pairs : bool, default=True
        If false, one candidate for each sentence, without actor and target.

    Returns
    -------
    list of dict
        `article, date, sentence, start, end, text, actor, actor_start, actor_end, target, …`; the offsets of
        mentions count from the start of the sentence.
    """
    rows = []
    for sentence in article.sentences:
        place = {
            "article": article.id,
            "date": article.date,
            "sentence": sentence.index,
            "start": sentence.start,
            "end": sentence.end,
            "text": sentence.text,
        }
        actors = _first_of_each(gazetteer.find_actors(sentence.text)) if pairs and gazetteer.actors else [None]
        targets = _first_of_each(gazetteer.find_targets(sentence.text)) if pairs and gazetteer.targets else [None]
        rows += [
            place | _mention_columns("actor", actor) | _mention_columns("target", target)
            for actor, target in product(actors, targets)
            if actor is None or target is None or actor.name != target.name
        ]
    return rows


def _first_of_each(mentions: Sequence[Mention]) -> list[Mention | None]:
    first: dict[str, Mention | None] = {}
    for mention in mentions:
        first.setdefault(mention.name, mention)
    return list(first.values())


def _mention_columns(role: str, mention: Mention | None) -> dict[str, Any]:
    if mention is None:
        return {role: None, f"{role}_start": None, f"{role}_end": None}
    return {role: mention.name, f"{role}_start": mention.start, f"{role}_end": mention.end}


def _surface_forms(examples: Columns, role: str) -> dict[str, tuple[str, ...]]:
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
