"""Linking: the spans of actors and targets in sentences, looked up by the names they go by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from stancekit.corpus.articles import Article
from stancekit.corpus.examples import SPAN_COLUMNS, UNLINKED, Columns
from stancekit.corpus.gazetteer import Gazetteer, Mention, Role


def link_spans(examples: Columns, gazetteer: Gazetteer) -> dict[str, list[int | None]]:
    """Return the span columns with every span that was not given looked up by name; None where there is no mention.

    What the gazetteer finds comes first, then what can be made from the example's own name.
    """
    roles: tuple[tuple[Role, Callable[[str], list[Mention]]], ...] = (
        ("actor", gazetteer.find_actors),
        ("target", gazetteer.find_targets),
    )
    columns: dict[str, list[int | None]] = {}
    none = [None] * len(examples["text"])
    for role, find in roles:
        names = list(examples.get(role, none))
        starts, ends = list(examples[f"{role}_start"]), list(examples[f"{role}_end"])
        if starts.count(UNLINKED) == len(starts) == names.count(None):
            columns[f"{role}_start"], columns[f"{role}_end"] = list(none), list(none)
            continue
        for row, name in enumerate(names):
            if starts[row] != UNLINKED and ends[row] != UNLINKED:
                continue
            text = examples["text"][row]
            mentions = find(text) if name is not None else []
            mention = next((m for m in mentions if m.name == name), None)
            if mention is None and name is not None:
                mention = gazetteer.find_named(text, role, name)
            starts[row], ends[row] = (mention.start, mention.end) if mention else (None, None)
        columns[f"{role}_start"], columns[f"{role}_end"] = starts, ends
    return columns


def link_by_name(examples: Columns, written: Gazetteer | None = None) -> dict[str, Any]:
    """Return examples whose spans that were not given are looked up by name.

    An example's mention is looked for by its own canonical name, by forms made from that name (`Emmanuel Macron` is
    `Macron`, `United Nations` is `UN`), and by what a person wrote down for it before any training. No form that
    another example marks is used, so that nothing passes from one example's mark or label to another; of other
    examples only the names count, as what two of them share (`Macron`, beside `Brigitte Macron`) is neither's.

    Parameters
    ----------
    examples : mapping of lists
    written : Gazetteer, optional
        Its `entries` are used.
    """
    count = len(examples["text"])
    given: dict[str, Any] = {**dict.fromkeys(SPAN_COLUMNS, [UNLINKED] * count), **examples}
    roles: dict[str, dict[str, tuple[str, ...]]] = {
        role: {name: () for name in given.get(role, ()) if name is not None} for role in ("actor", "target")
    }
    gazetteer = Gazetteer(roles["actor"], roles["target"], written.entries if written else ())
    return {**given, **link_spans(given, gazetteer)}


def count_mentions(examples: Columns, linked: Columns) -> list[str]:
    """Return how many mentions were given, linked by name or not found, in a line for each role that has names.

    Parameters
    ----------
    examples : mapping of lists
        As they were read.
    linked : mapping of lists
        The same after `link_by_name`.

    Examples
    --------
    >>> examples = {"text": ["Paris nie.", "Il nie."], "actor": ["Paris", "Paris"]}
    >>> count_mentions(examples, link_by_name(examples))
    ['mentions of the actor: 0 given, 1 linked by name, 1 of 2 not found']
    """
    lines = []
    unlinked = [UNLINKED] * len(linked["text"])
    for role in ("actor", "target"):
        names = linked.get(role, ())
        rows = [row for row, name in enumerate(names) if name is not None]
        before, after = examples.get(f"{role}_start", unlinked), linked[f"{role}_start"]
        given = sum(before[row] not in (None, UNLINKED) for row in rows)
        found = sum(after[row] is not None for row in rows)
        if rows:
            said = f"{given} given, {found - given} linked by name, {len(rows) - found} of {len(rows)} not found"
            lines.append(f"mentions of the {role}: {said}")
    return lines


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
        actors = _first_of_each(gazetteer.find_actors(sentence.text)) if pairs and gazetteer.actor_names else [None]
        targets = _first_of_each(gazetteer.find_targets(sentence.text)) if pairs and gazetteer.target_names else [None]
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
