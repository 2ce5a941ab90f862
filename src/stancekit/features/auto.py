"""`features: auto`: blocks that suit the examples, chosen by what they have, never by their labels.

What is looked at is in `Traits`, what follows from it in `choose_features`. A new field or analyzer becomes part of
the choice by a line in `_with_mentions` or `_without_mentions`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stancekit.config.features import Block, FieldName
from stancekit.config.lexicons import LexiconName
from stancekit.corpus.examples import UNLINKED, Columns
from stancekit.corpus.language import likely_language

ENOUGH = 0.5
"""Share of examples that must have a mention for blocks that read around it."""
FREQUENT_TAGS = 0.02
"""Share of texts with a hashtag from which on hashtags are split."""
TIMES_REPEATED = 3.0
"""How often names must occur on average for them to be features: what occurs once teaches nothing."""
FEW_TARGETS = 20
EXAMPLES_FOR_A_TARGET = 50
"""On average, from which on each target may have weights of its own."""
SPOKEN = 0.1
"""Share of texts that must be in a language for it to count."""
MANY, VERY_MANY = 50_000, 200_000
"""Examples from which on n-grams must occur in two and in three of them; and no lexicon is looked up."""
LOOKED_AT = 2_000
"""Texts of which the language is looked at, evenly spread."""

_LEXICONS: Mapping[str, tuple[LexiconName, ...]] = {"en": ("news_en", "stance_en"), "fr": ("news_fr", "stance_fr")}
_READ_WITH_LEXICONS = ("masked", "target_window", "actor_window")

_HASHTAG = re.compile(r"#\w")


@dataclass(frozen=True)
class Traits:
    """What examples have, as far as features depend on it.

    Attributes
    ----------
    examples : int
    actor_mentions, target_mentions, both : float
        Share of examples in which the mention of the actor, of the target, of both is marked or was linked.
    actors, targets, pairs : int
        How many different ones are named.
    named : dict of str to int
        How many examples name an `actor`, a `target`, a `pair`.
    languages : tuple of str
        Of the column `language`, else those that the sentences are likely to be in; those of a tenth of them or more,
        the most frequent first.
    hashtags : float
        Share of texts with one.
    """

    examples: int
    actor_mentions: float
    target_mentions: float
    both: float
    actors: int
    targets: int
    pairs: int
    named: Mapping[str, int]
    languages: tuple[str, ...]
    hashtags: float

    @property
    def has_mentions(self) -> bool:
        """Whether enough mentions are known to read around them."""
        return max(self.actor_mentions, self.target_mentions) >= ENOUGH

    def repeats(self, role: str) -> bool:
        """Tell whether the names of a role (`actor`, `target`, `pair`) occur again and again."""
        distinct = {"actor": self.actors, "target": self.targets, "pair": self.pairs}[role]
        return distinct > 1 and self.named[role] >= TIMES_REPEATED * distinct


@dataclass(frozen=True)
class Choice:
    """What `features: auto` chose.

    Attributes
    ----------
    blocks : tuple of Block
    reason : str
        In a line.
    suggested : mapping of str to object
        What else would suit the examples, by dotted key of a config; nothing sets it by itself.
    """

    blocks: tuple[Block, ...]
    reason: str
    suggested: Mapping[str, Any] = field(default_factory=dict)


def auto_blocks(examples: Columns) -> tuple[Block, ...]:
    """Return blocks that suit examples.

    Parameters
    ----------
    examples : mapping of lists
        `text`, and what there is of `actor`, `target`, spans and `language`. Labels are not looked at.

    Examples
    --------
    >>> [(block.field, block.analyzer) for block in auto_blocks({"text": ["Oui.", "Non."]})]
    [('text', 'word'), ('text', 'char_wb')]
    """
    return choose_features(examples).blocks


def choose_features(examples: Columns) -> Choice:
    """Return the blocks that suit examples, and why; see `auto_blocks`."""
    traits = read_traits(examples)
    blocks = _with_mentions(traits) if traits.has_mentions else _without_mentions(traits)
    suggested: dict[str, Any] = {}
    if 1 < traits.targets <= FEW_TARGETS and traits.named["target"] >= EXAMPLES_FOR_A_TARGET * traits.targets:
        suggested["features.conditioning"] = "shared_per_target"
    return Choice(blocks, _reason(traits), suggested)


def read_traits(examples: Columns) -> Traits:
    """Return what examples have, as far as features depend on it."""
    texts: Sequence[str] = examples["text"]
    none: list[Any] = [None] * len(texts)
    count = max(1, len(texts))
    actors, targets = (list(examples.get(role) or none) for role in ("actor", "target"))
    marked = [
        [start is not None and start != UNLINKED for start in examples.get(f"{role}_start") or none]
        for role in ("actor", "target")
    ]
    pairs = [pair for pair in zip(actors, targets, strict=True) if None not in pair]
    named = {
        "actor": len(texts) - actors.count(None),
        "target": len(texts) - targets.count(None),
        "pair": len(pairs),
    }
    return Traits(
        examples=len(texts),
        actor_mentions=sum(marked[0]) / count,
        target_mentions=sum(marked[1]) / count,
        both=sum(map(all, zip(*marked, strict=True))) / count,
        actors=len(set(actors) - {None}),
        targets=len(set(targets) - {None}),
        pairs=len(set(pairs)),
        named=named,
        languages=_languages(examples),
        hashtags=sum(_HASHTAG.search(text) is not None for text in texts) / count,
    )


def _languages(examples: Columns) -> tuple[str, ...]:
    texts = examples["text"]
    given = [language for language in examples.get("language") or () if language is not None]
    found = given or [likely_language(text) for text in texts[:: max(1, len(texts) // LOOKED_AT)]]
    counts = Counter(found)
    enough = [language for language, count in counts.items() if count >= SPOKEN * len(found)]
    return tuple(sorted(enough, key=lambda language: (-counts[language], language)))


def _with_mentions(traits: Traits) -> tuple[Block, ...]:
    common = _common(traits)
    blocks = [
        Block(field="masked", ngrams=(1, 2), **common),
        Block(field="masked", analyzer="char_wb", ngrams=(2, 5), weight=0.5, **common),
    ]
    if traits.target_mentions >= ENOUGH:
        blocks.append(Block(field="target_window", ngrams=(1, 2), **common))
    else:
        blocks.append(Block(field="actor_window", ngrams=(1, 2), **common))
    blocks.append(Block(field="clause", ngrams=(1, 2), **common))
    if traits.both >= ENOUGH:
        blocks.append(Block(field="between", ngrams=(1, 3), **common))
    blocks.append(Block(field="positions", idf=False, weight=0.5))
    if traits.examples <= MANY:
        blocks += _what_words_say(traits, tuple(block.field for block in blocks if block.field in _READ_WITH_LEXICONS))
    if traits.targets > 1 and not traits.repeats("target"):
        blocks.append(Block(field="target", ngrams=(1, 2)))  # names that hardly repeat share words
    return (*blocks, *_names(traits))


def _what_words_say(traits: Traits, fields: Sequence[FieldName]) -> list[Block]:
    """Return the skeleton and lexicons, for the languages that have them."""
    known = [_LEXICONS[language] for language in traits.languages if language in _LEXICONS]
    lexicons = [
        Block(field=field, analyzer="lexicon", lexicon=name, idf=False, sublinear=True, weight=0.2)
        for names in known
        for name in names
        for field in dict.fromkeys(fields)
    ]
    return [Block(field="skeleton", ngrams=(1, 4), min_df=2, weight=0.5), *lexicons] if lexicons else []


def _without_mentions(traits: Traits) -> tuple[Block, ...]:
    common = _common(traits)
    return (
        Block(field="text", ngrams=(1, 2), **common),
        Block(field="text", analyzer="char_wb", ngrams=(2, 5), **common),
        *_names(traits),
    )


def _common(traits: Traits) -> dict[str, Any]:
    """Return the keys that all blocks of n-grams have in common, as far as they aren't the defaults."""
    keys: dict[str, Any] = {}
    if traits.examples > MANY:
        keys["min_df"] = 3 if traits.examples > VERY_MANY else 2
    if traits.hashtags >= FREQUENT_TAGS:
        keys["hashtags"] = "split"
    return keys


def _names(traits: Traits) -> list[Block]:
    repeated = [role for role in ("actor", "target", "pair") if traits.repeats(role)]
    return [Block.model_validate({"field": role, "analyzer": "indicator", "idf": False}) for role in repeated]


def _reason(traits: Traits) -> str:
    mentions = f"the actor is mentioned in {traits.actor_mentions:.0%}, the target in {traits.target_mentions:.0%}"
    names = f"{traits.actors} actors, {traits.targets} targets, {traits.pairs} pairs"
    tags = f", hashtags in {traits.hashtags:.0%}" if traits.hashtags >= FREQUENT_TAGS else ""
    return f"{traits.examples} examples ({'/'.join(traits.languages)}): {mentions}; {names}{tags}"
