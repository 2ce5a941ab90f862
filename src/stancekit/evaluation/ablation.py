"""What is left of features when parts of them are taken away, and what each part is alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from stancekit.config.features import Block

Way = Literal["without", "alone"]


def left_out_and_alone(
    blocks: Sequence[Block], parts: Mapping[str, Sequence[int]]
) -> dict[str, dict[Way, tuple[Block, ...]]]:
    """Return the blocks without each part, and each part alone.

    Parameters
    ----------
    blocks : sequence of Block
    parts : mapping of str to sequence of int
        By name, the places of the blocks that belong together.

    Examples
    --------
    >>> words, names = Block(field="text"), Block(field="actor", analyzer="indicator")
    >>> found = left_out_and_alone([words, names], {"words": [0], "names": [1]})
    >>> found["words"] == {"without": (names,), "alone": (words,)}
    True
    """
    return {
        name: {
            "without": tuple(block for place, block in enumerate(blocks) if place not in own),
            "alone": tuple(blocks[place] for place in own),
        }
        for name, own in parts.items()
    }


def block_names(blocks: Sequence[Block]) -> list[str]:
    """Return a name for each block, no two alike: field, analyzer, n-grams, and what else tells it from its likes.

    Examples
    --------
    >>> block_names([Block(field="masked", ngrams=(1, 2)), Block(field="actor", analyzer="indicator")])
    ['masked word 1-2', 'actor indicator']
    >>> block_names([Block(field="text", ngrams=(1, 2), min_df=2), Block(field="text", ngrams=(1, 2))])
    ['text word 1-2 (min_df 2)', 'text word 1-2 (min_df 1)']
    """
    short = [_short(block) for block in blocks]
    names = []
    for block, name in zip(blocks, short, strict=True):
        likes = [own for own, other in zip(blocks, short, strict=True) if other == name]
        keys = [key for key in Block.model_fields if any(getattr(own, key) != getattr(block, key) for own in likes)]
        told = ", ".join(f"{key} {getattr(block, key)}" for key in keys)
        names.append(f"{name} ({told})" if told else name)
    number = Counter[str]()
    for place, name in enumerate(names):
        number[name] += 1
        if names.count(name) > 1 or number[name] > 1:
            names[place] = f"{name} #{number[name]}"
    return names


def _short(block: Block) -> str:
    if block.analyzer == "lexicon":
        return f"{block.field} lexicon {block.cut_by}"
    if block.analyzer == "indicator":
        return f"{block.field} indicator"
    shortest, longest = block.ngrams
    return f"{block.field} {block.analyzer} {shortest}" + (f"-{longest}" if longest > shortest else "")
